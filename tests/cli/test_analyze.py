"""`daybook analyze`."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import SALES, Run


@pytest.mark.parametrize(("form", "mark"), [("terminal", "Sat 31 Oct"), ("markdown", "#"), ("json", '"version": 1')])
def test_analyze_reports_on_a_file(run: Run, form: str, mark: str) -> None:
    result = run("analyze", str(SALES), "--format", form, "--top-n", "3")
    assert result.exit_code == 0
    assert mark in result.stdout


def test_analyze_speaks_chinese_and_takes_column_names(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("天,货,价,量,区\n2026-01-02,茶,2.5,4,北京\n", encoding="utf-8")
    columns = [f"--column={pair}" for pair in ("Date=天", "Product=货", "Price=价", "Amount=量", "Region=区")]
    result = run("analyze", str(path), "--date", "2026-01-02", "--language", "zh", "--format", "json", *columns)
    report = json.loads(result.stdout)
    assert (report["language"], report["summary"]["total_sales"]) == ("zh_Hans", 10.0)


def test_analyze_of_what_is_no_sales_table_is_one_sentence(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    result = run("analyze", str(path))
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)


@pytest.mark.parametrize(
    ("name", "form", "begins"),
    [
        ("a.xlsx", None, b"PK"),
        ("a.html", None, b"<!doctype html"),
        ("a", "xlsx", b"PK"),
        ("a.png", None, b"\x89PNG"),
        ("a.md", None, b"###"),
    ],
)
def test_analyze_writes_files(run: Run, tmp_path: Path, name: str, form: str | None, begins: bytes) -> None:
    result = run("analyze", str(SALES), "-o", str(tmp_path / name), *(["--format", form] if form else []))
    assert (result.exit_code, result.stdout) == (0, "")
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_analyze_writes_a_workbook_to_a_pipe_but_not_to_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("analyze", str(SALES), "--format", "xlsx").stdout_bytes.startswith(b"PK")
    monkeypatch.setattr("daybook.cli.analyze.is_terminal", lambda: True)
    result = run("analyze", str(SALES), "--format", "xlsx")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "A file of the format xlsx is nothing to show in a terminal: name one to write with -o.\n"


def test_analyze_says_where_it_cannot_write(run: Run, tmp_path: Path) -> None:
    result = run("analyze", str(SALES), "-o", str(tmp_path / "none" / "a.xlsx"))
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "No such file" in result.stderr


def test_analyze_says_that_there_is_nothing_to_draw(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Date,Product,Price,Amount,Region\n")
    result = run("analyze", str(path), "-o", str(tmp_path / "a.png"))
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert not (tmp_path / "a.png").exists()


def test_the_limits_of_the_plugin_are_not_those_of_a_terminal(run: Run) -> None:
    assert run("analyze", str(SALES), DAYBOOK_MAX_ROWS="1").exit_code == 0
