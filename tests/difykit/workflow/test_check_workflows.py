"""The shipped files pass the checker, and each fault that is seeded into one is found, with its file and node."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from difykit.runner.declaration import Declaration
from difykit.workflow.checks import Context, findings
from difykit.workflow.document import Workflow
from tests.difykit.workflow.faults import FAULTS, Draft

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted((ROOT / "workflows").glob("*.yml"))
SHIPPED = {
    "daily_sales_report.yml",
    "daily_sales_report_http.yml",
    "sales_agent.yml",
    "scheduled_sales_report.yml",
    "period_sales_report.yml",
    "custom_function.yml",
}
AGENT = "sales_agent.yml"


@pytest.fixture(scope="module")
def declaration() -> Declaration:
    return Declaration.load(ROOT)


def test_the_five_files_are_there() -> None:
    assert {path.name for path in FILES} == SHIPPED


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_file_has_nothing_wrong(path: Path, declaration: Declaration) -> None:
    assert [str(found) for found in findings(Context(Workflow.load(path), declaration))] == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_seeded_fault_is_found(fault: str, declaration: Declaration) -> None:
    name, change, node, words = FAULTS[fault]
    draft = Draft(name)
    change(draft)
    found = [str(one) for one in findings(Context(Workflow(name, draft.data), declaration))]
    where = f"{name}: node {node} (" if node else f"{name}: "
    assert [line for line in found if line.startswith(where) and words in line], found


def test_the_command_names_file_and_node_and_ends_with_1(tmp_path: Path) -> None:
    draft = Draft(AGENT)
    draft["look"]["tool_name"] = "analyse_sales"
    spoilt = tmp_path / "spoilt.yml"
    spoilt.write_text(yaml.safe_dump(draft.data, allow_unicode=True), encoding="utf-8")
    (tmp_path / "broken.yml").write_text("a: [", encoding="utf-8")
    command = [sys.executable, "-m", "difykit", "check", str(spoilt), str(tmp_path / "broken.yml")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own script
    assert done.returncode == 1
    assert "spoilt.yml: node look (观察): the plugin has no tool analyse_sales" in done.stderr
    assert "broken.yml is no YAML" in done.stderr
    assert "Traceback" not in done.stderr
