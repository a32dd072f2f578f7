"""The runner itself: what Dify would do, and what it must not let pass."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from difykit.runner import FileServer
from difykit.workflow.document import Workflow
from difykit.workflow.engine import EngineError, Host, WorkflowRun, run_workflow

TWO = """
kind: app
version: "0.5.0"
app: {mode: workflow, name: two}
workflow:
  environment_variables: [{name: TOKEN, value: hidden, value_type: secret}]
  graph:
    nodes:
    - {id: start, type: custom, data: {type: start, title: Start, variables: []}}
    - id: code
      type: custom
      data:
        type: code
        title: Code
        code_language: python3
        variables: []
        outputs: {answer: {type: string, children: null}}
        code: |
          def main():
              return {"answer": "done"}
    - id: end
      type: custom
      data: {type: end, title: End, outputs: [{variable: answer, value_selector: [code, answer], value_type: string}]}
    edges:
    - {id: a, source: start, sourceHandle: source, target: code, targetHandle: target}
    - {id: b, source: code, sourceHandle: source, target: end, targetHandle: target}
"""

type Change = Callable[[dict[str, Any]], None]


def ran(files: FileServer, change: Change = lambda _: None) -> WorkflowRun:
    data = deepcopy(yaml.safe_load(TWO))
    change(data["workflow"]["graph"])
    return run_workflow(Workflow("two.yml", data), {}, Host(None, files))


def code(text: str) -> Change:
    def change(graph: dict[str, Any]) -> None:
        graph["nodes"][1]["data"]["code"] = text

    return change


def test_a_run_gives_each_node_its_outputs_and_no_secret(files: FileServer) -> None:
    run = ran(files)
    assert (run.status, run.outputs) == ("succeeded", {"answer": "done"})
    assert run.ran == ["start", "code", "end"]
    assert "hidden" not in str(run.nodes)


def test_a_run_that_reaches_no_end_is_a_failure(files: FileServer) -> None:
    def change(graph: dict[str, Any]) -> None:
        graph["nodes"][1]["data"]["error_strategy"] = "fail-branch"
        graph["edges"][1]["sourceHandle"] = "success-branch"

    run = ran(files, change)
    assert run.status == "failed"
    assert "End node" in run.error


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("def main():\n    import pandas\n    return {'answer': ''}", "No module named 'pandas'"),
        ("def main():\n    raise KeyError('x')", "KeyError"),
        ("def main():\n    return {'answer': 'a', 'more': 1}", "Not all output parameters are validated"),
        ("def main():\n    return {'answer': 'a' * 400001}", "must be less than 400000"),
        ("def main():\n    return ['answer']", "main gives no dict"),
    ],
)
def test_code_that_the_sandbox_would_refuse_fails(files: FileServer, text: str, error: str) -> None:
    run = ran(files, code(text))
    assert run.status == "failed"
    assert error in run.error


def test_a_node_that_does_not_run_here_is_named(files: FileServer) -> None:
    def change(graph: dict[str, Any]) -> None:
        graph["nodes"][1]["data"]["type"] = "llm"

    with pytest.raises(EngineError, match="llm"):
        ran(files, change)


def test_a_file_that_is_no_workflow_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.yml"
    path.write_text("a: [", encoding="utf-8")
    with pytest.raises(ValueError, match=r"broken\.yml is no YAML"):
        Workflow.load(path)
