"""CSV files for spreadsheet programs: nothing in them runs, and numbers stay numbers."""

import csv
import io

import pytest

from daybook.functions.results import harmless_csv


def cells(text: str) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]


@pytest.mark.parametrize(
    "cell", ["=cmd|' /C calc'!A0", "@SUM(1)", "+1+cmd|x", "-2+3+cmd|x", "\tx", "＝1+1", "-", "=1,2", '="a"']
)
def test_a_formula_becomes_text(cell: str) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([["name", "n"], [cell, "1"], ["tea", cell]])
    assert cells(harmless_csv(text.getvalue())) == ["name", "n", f"'{cell}", "1", "tea", f"'{cell}"]


@pytest.mark.parametrize("cell", ["-1", "+1.5", "-.5", "-1e-7", "2023-10-27", "a=b", "tea", "", "-12.", "10%"])
def test_anything_else_stays_to_the_byte(cell: str) -> None:
    text = f"name,n\n{cell},1\ntea,{cell}\n"
    assert harmless_csv(text) == text
    assert cells(harmless_csv(text + "=x,1\n"))[:6] == cells(text)
