"""Runs a workflow file here, with the real plugin, and shows each node with its time and outputs.

    make workflow FILE=workflows/daily_sales_report.yml INPUT=examples/sales_month.csv
    make workflow FILE=workflows/sales_agent.yml INPUT=examples/sales_month.csv ARGS="--set report_date=2026-10-14"

A robot on this machine takes the messages unless DAYBOOK_ROBOT_WEBHOOK (and DAYBOOK_ROBOT_SECRET,
DAYBOOK_ROBOT_KEYWORD) names another. A workflow that wants the analysis service (SERVICE_URL among its environment
variables, or the tool run_function) gets one, started for the run.
"""

import argparse
import contextlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from daybook.errors import DaybookError
from daybook.language import Language
from difyflow.document import Workflow
from difyflow.engine import Run, WorkflowError, run_workflow
from difyflow.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
WIDE = 100
STATUS_MARKS = {"succeeded": "✓", "exception": "!", "failed": "✗"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the workflow; 0 if it succeeded, else 1."""
    parser = argparse.ArgumentParser(description="Run a workflow file and show each node.")
    parser.add_argument("workflow", type=Path, help="the file, such as workflows/daily_sales_report.yml")
    parser.add_argument("input", type=Path, nargs="?", help="the file for the workflow's file input")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="another input; repeatable")
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE", help="an environment variable")
    parser.add_argument("--times", type=int, default=1, help="run it so often, one after another")
    parser.add_argument("--full", action="store_true", help="show outputs whole")
    asked = parser.parse_args(arguments)
    try:
        workflow = Workflow.load(asked.workflow)
        inputs = _pairs(asked.set)
        if asked.input:
            inputs[_file_input(workflow)] = asked.input
        return _run(workflow, inputs, asked)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
    except DaybookError as error:
        print(error.sentence(Language.ENGLISH), file=sys.stderr)
    return 1


def _run(workflow: Workflow, inputs: Mapping[str, Any], asked: argparse.Namespace) -> int:
    status = "failed"
    with contextlib.ExitStack() as stack:
        workspace = stack.enter_context(Workspace.for_workflow(workflow, _pairs(asked.env)))
        for line in workspace.about:
            print(line)
        for _ in range(asked.times):
            run = run_workflow(workflow, inputs, workspace.host)
            _show(run, full=asked.full)
            status = run.status
        if workspace.group is not None:
            _show_messages(workspace.group.messages)
    return 1 if status == "failed" else 0


def _show(run: Run, *, full: bool) -> None:
    print()
    for node in run.nodes:
        print(f"{STATUS_MARKS[node.status]} {node.title}  [{node.id}, {node.type}]  {node.seconds:.3f} s")
        if node.error:
            print(f"    error: {node.error}")
        _show_values(node.outputs, full=full)
    print(f"\n{run.status} after {run.seconds:.2f} s{': ' if run.error else ''}{run.error}")
    _show_values(run.outputs, full=full)


def _show_values(values: Mapping[str, Any], *, full: bool) -> None:
    for name, value in values.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=_file_name)
        short = text.replace("\n", "⏎")
        if not full and len(short) > WIDE:
            short = f"{short[:WIDE]}… ({len(text)} characters)"
        print(f"    {name}: {short}")


def _file_name(value: object) -> str:
    return str(getattr(value, "filename", value))


def _show_messages(messages: Sequence[Any]) -> None:
    print(f"\n{len(messages)} message(s) in the group")
    for message in messages:
        print(f"    {message.title}")


def _pairs(texts: Sequence[str]) -> dict[str, Any]:
    for text in texts:
        if "=" not in text:
            raise WorkflowError(f"write {text!r} as NAME=VALUE")
    return {name: value for name, _, value in (text.partition("=") for text in texts)}


def _file_input(workflow: Workflow) -> str:
    for node in workflow.nodes.values():
        for variable in node.data.get("variables") or () if node.type == "start" else ():
            if variable["type"] == "file":
                return str(variable["variable"])
    raise WorkflowError(f"{workflow.name} takes no file")


if __name__ == "__main__":
    sys.exit(main())
