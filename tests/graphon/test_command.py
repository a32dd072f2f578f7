"""`make workflow`: a file on this machine, with a group, the plugin and the service around it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.graphon.conftest import ROOT

SAMPLE = ROOT / "examples" / "sales_month.csv"


def make_workflow(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("DAYBOOK_")}
    return subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "scripts/workflow.py", *map(str, arguments)],
        cwd=ROOT,
        env=environ | {"PYTHONPATH": str(ROOT), "DIFYKIT_LANGUAGE": "en"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("name", "title"),
    [("daily_sales_report.yml", "10月31日 周六 销售额"), ("daily_sales_report_http.yml", "销售日报 2026-10-31")],
)
def test_a_workflow_runs_twice_and_the_group_hears_of_it_once(name: str, title: str) -> None:
    done = make_workflow(ROOT / "workflows" / name, SAMPLE, "--times", "2")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\nsucceeded after ") == 2
    assert "✓ 推送到钉钉  [push, " in done.stdout
    assert f"1 message(s) in the group\n    {title}" in done.stdout


def test_what_cannot_be_run_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "no.yml").write_text("- 1", encoding="utf-8")
    for arguments, sentence in (
        ((tmp_path / "no.yml",), "no.yml is no YAML mapping"),
        ((ROOT / "workflows" / "daily_sales_report_http.yml",), "sales_data is required in input form"),
        ((ROOT / "workflows" / "daily_sales_report.yml", SAMPLE, "--set", "x"), "write 'x' as NAME=VALUE"),
    ):
        done = make_workflow(*arguments)
        assert done.returncode == 1
        assert done.stderr.strip() == sentence
