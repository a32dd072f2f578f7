"""Folders that the cluster reads, from the command line; what is wrong with a cluster or a path is one sentence."""

import json
import socket
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

from daybook.cli.main import main
from daybook.errors import DaybookError
from daybook.parameters import AnalysisParameters
from daybook.pipeline import analyze
from tests.engines.test_same_cube import GOLDEN

LINES = (GOLDEN / "two_weeks.csv").read_text("utf-8").splitlines()


def figures(report: dict[str, Any]) -> dict[str, Any]:
    """A report but for what it says of the file."""
    return {name: value for name, value in report.items() if name != "understanding"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of three files, one in a folder of its own."""
    (tmp_path / "sales" / "more").mkdir(parents=True)
    return tmp_path / "sales"


def written(folder: Path, kind: str) -> None:
    for part, name in enumerate(("a", "b", "more/c")):
        text = "\n".join([LINES[0], *LINES[1 + part :: 3], ""])
        if kind == "csv":
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        else:
            pl.read_csv(text.encode(), infer_schema=False).write_parquet(folder / f"{name}.parquet")


def run(address: str, *arguments: str) -> Result:
    return CliRunner(env={"DAYBOOK_SPARK": address, "DAYBOOK_LANGUAGE": "en"}).invoke(
        main, ["analyze", "--engine", "spark", "--format", "json", *arguments]
    )


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_folder_on_the_cluster_is_one_table(address: str, folder: Path, kind: str) -> None:
    written(folder, kind)
    result = run(address, str(folder))
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert (report["understanding"]["engine"], report["understanding"]["engine_why"]) == ("spark", "")
    whole = analyze(GOLDEN / "two_weeks.csv", AnalysisParameters.model_validate({"language": "en"}))
    assert figures(report) == figures(json.loads(whole.model_dump_json()))


def test_a_file_that_is_not_plain_is_read_here_and_says_why(address: str) -> None:
    report = json.loads(run(address, str(GOLDEN / "dirty_cells.csv")).stdout)
    assert (report["understanding"]["engine"], bool(report["understanding"]["engine_why"])) == ("pandas", True)


def test_a_folder_that_is_not_plain_is_one_sentence(address: str, folder: Path) -> None:
    written(folder, "csv")
    (folder / "d.csv").write_text("\n".join(LINES[1:4]), encoding="utf-8")
    result = run(address, str(folder))
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "its header is not the first line of each file" in result.stderr


def test_files_of_two_kinds_are_one_sentence(address: str, folder: Path) -> None:
    written(folder, "csv")
    written(folder, "parquet")
    assert "not all of one kind" in run(address, str(folder)).stderr


def test_a_path_that_the_cluster_does_not_see(address: str, tmp_path: Path) -> None:
    result = run(address, str(tmp_path / "nowhere"))
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert "sees no table at that path" in result.stderr


def test_a_store_that_the_cluster_does_not_speak_to(address: str) -> None:
    assert "no package for such a table or store" in run(address, "nosuch://bucket/sales").stderr


def test_no_server_there_may_be_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("DAYBOOK_SPARK", f"sc://127.0.0.1:{closed.getsockname()[1]}/;token=secret")
        with pytest.raises(DaybookError, match="does not answer; try again") as caught:
            analyze(tmp_path, engine="spark")
    assert caught.value.code == "spark_down"
    assert getattr(caught.value, "retry_after", None)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("address", ["", "http://host:15002", "sc://", "sc://host:no"])
def test_no_address_is_one_sentence(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYBOOK_SPARK", address)
    with pytest.raises(DaybookError, match="set DAYBOOK_SPARK to its address"):
        analyze(tmp_path, engine="spark")
