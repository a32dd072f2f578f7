"""`daybook inspect`."""

import json
from pathlib import Path

import pytest

from daybook.parameters import AnalysisParameters
from tests.cli.conftest import SALES, Run

ASKING = "Date,Product,Price,Amount,Region\n03/04/2026,tea,1.5,1,north\n05/06/2026,rice,2.5,1,north\n"


def test_inspect_says_what_each_column_was_taken_for(run: Run) -> None:
    result = run("inspect", str(SALES))
    assert result.exit_code == 0
    assert "- date = " in result.stdout
    assert "Nothing is left to ask." in result.stdout


def test_inspect_gives_a_question_with_its_choices_and_takes_the_answer(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(ASKING)
    asked = json.loads(run("inspect", str(path), "--format", "json").stdout)["questions"]
    assert [question["parameter"] for question in asked] == ["date_format"]
    for value in asked[0]["choices"]:
        assert f"date_format={value}: " in run("inspect", str(path)).stdout
        answered = run("inspect", str(path), "--format", "json", "--date-format", value)
        assert json.loads(answered.stdout)["questions"] == []


def test_inspect_names_no_customer(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Date,Product,Price,Amount,Region,Customer\n2026-01-02,tea,1.5,1,north,Ada Lovelace\n")
    for form in ("text", "json"):
        assert "Ada" not in run("inspect", str(path), "--format", form).stdout


@pytest.mark.parametrize("command", ["analyze", "inspect"])
def test_every_parameter_that_a_question_may_name_is_an_option(run: Run, command: str) -> None:
    text = run(command, "--help").stdout
    for name in set(AnalysisParameters.model_fields) - {"columns", "top_n", "book" if command == "inspect" else ""}:
        assert f"--{name.replace('_', '-')}" in text
    assert "--column " in text
