"""The files of a release ask for exactly the package that was built, and differ in nothing else."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from difykit.package.archive import packed
from difykit.workflow.document import Workflow
from difykit.workflow.release import released

ROOT = Path(__file__).resolve().parents[3]
IDENTIFIER = "daybook/sales_analyst:0.1.0@" + "ab" * 32


def shipped(name: str) -> str:
    return (ROOT / "workflows" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "field"),
    [("package", "plugin_unique_identifier"), ("marketplace", "marketplace_plugin_unique_identifier")],
)
def test_a_file_with_tool_nodes_asks_for_the_build(kind: str, field: str) -> None:
    workflow = Workflow.read("x", released(shipped("daily_sales_report.yml"), IDENTIFIER, kind))
    assert workflow.data["dependencies"] == [
        {"current_identifier": None, "type": kind, "value": {field: IDENTIFIER, "version": "0.1.0"}}
    ]
    tools = [node for node in workflow.nodes.values() if node.type == "tool"]
    assert [node.data["plugin_unique_identifier"] for node in tools] == [IDENTIFIER] * 4


def test_all_else_stays_as_it_is() -> None:
    before = shipped("sales_agent.yml")
    after = released(before, IDENTIFIER, "package")
    added = [line for line in after.splitlines() if IDENTIFIER in line or line not in before.splitlines()]
    assert len(after.splitlines()) - len(before.splitlines()) == 5 + 3
    assert all(
        "identifier" in line or line.split(":")[0].strip(" -") in {"dependencies", "type", "value", "version"}
        for line in added
    )


def test_a_file_without_tool_nodes_asks_for_nothing() -> None:
    text = shipped("daily_sales_report_http.yml")
    assert released(text, IDENTIFIER, "package") == text


def test_a_file_that_has_dependencies_is_refused() -> None:
    text = released(shipped("daily_sales_report.yml"), IDENTIFIER, "package")
    with pytest.raises(ValueError, match="dependencies"):
        released(text, IDENTIFIER, "package")


def test_the_command_writes_all_files_for_a_package(tmp_path: Path) -> None:
    package = tmp_path / "built.difypkg"
    package.write_bytes(packed({"manifest.yaml": b"name: x"}))
    out = tmp_path / "out"
    command = [sys.executable, "-m", "difykit", "release", "--package", str(package), "--out", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own script
    assert {path.name for path in out.iterdir()} == {path.name for path in (ROOT / "workflows").glob("*.yml")}
    digest = hashlib.sha256(hashlib.sha256(b"manifest.yaml").digest() + hashlib.sha256(b"name: x").digest()).hexdigest()
    assert f"@{digest}" in (out / "custom_function.yml").read_text(encoding="utf-8")
