"""`daybook source`, and `daybook analyze --source`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from daybook.cli.main import main


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "sources.toml"
    source = "[sources.{name}]\nkind = 'folder'\ntitle = 'Exports'\nfolder = '{name}'\npattern = '{{day:%Y%m%d}}.csv'\n"
    path.write_text(source.format(name="shop") + source.format(name="void"), encoding="utf-8")
    (tmp_path / "shop").mkdir()
    text = "Date,Product,Price,Amount,Region\n2026-11-28,tea,5,2,East\n"
    (tmp_path / "shop" / "20261128.csv").write_text(text, encoding="utf-8")
    return path


def run(*arguments: str, settings: Path) -> tuple[int, str]:
    environment = {"DAYBOOK_LANGUAGE": "en_US", "DAYBOOK_SOURCES": str(settings)}
    result = CliRunner().invoke(main, arguments, env=environment)
    return result.exit_code, result.output


def test_the_sources_are_listed(settings: Path) -> None:
    assert run("source", "list", settings=settings) == (0, "shop  folder  Exports\nvoid  folder  Exports\n")


def test_a_test_says_of_each_what_is_wrong(settings: Path) -> None:
    status, output = run("source", "test", settings=settings)
    assert status == 1
    first, second = output.splitlines()
    assert first == "shop answers: 1 rows of 2026-11-28"
    assert second.startswith("void: The source void has no table or file of the name in its settings")
    assert run("source", "test", "shop", settings=settings)[0] == 0


def test_a_preview_shows_rows(settings: Path) -> None:
    status, output = run("source", "preview", "shop", settings=settings)
    assert status == 0
    assert output.splitlines()[0].split() == ["Date", "Product", "Price", "Amount", "Region"]
    assert output.splitlines()[1].split() == ["2026-11-28", "tea", "5", "2", "East"]
    assert run("source", "preview", "shop", "--date", "2026-11-27", settings=settings)[1].startswith("shop has no rows")


def test_a_source_is_analysed(settings: Path) -> None:
    status, output = run("analyze", "--source", "shop", "--date", "2026-11-28", "--format", "json", settings=settings)
    assert status == 0, output
    assert json.loads(output)["summary"]["total_sales"] == 10


def test_a_file_or_a_source_and_not_both(settings: Path) -> None:
    assert run("analyze", settings=settings)[0] == 2
    assert run("analyze", str(settings), "--source", "shop", settings=settings)[0] == 2


def test_an_unknown_source_is_told_the_known_ones(settings: Path) -> None:
    status, output = run("analyze", "--source", "shpo", settings=settings)
    assert status == 1
    assert "There is no source “shpo”; the known ones are shop, void." in output
