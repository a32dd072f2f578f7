"""How workbooks are laid out: which sheets, which cells, and what their reader gives as blank."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart

from daybook.errors import ParameterError, QuestionError, TableError
from tests.table.reading import HEADER, codes_of, opened, rows_of
from tests.table.workbooks import workbook

DAY = dt.date(2026, 10, 31)
type Rows = list[list[Any]]
LAMP: list[Any] = [DAY, "Lamp", 129, 3, "East"]
FAN: list[Any] = [DAY, "Fan", 50, 1, "South"]
READ_LAMP, READ_FAN = ("2026-10-31", "Lamp", "129", "3", "East"), ("2026-10-31", "Fan", "50", "1", "South")
TABLE: Rows = [list(HEADER), LAMP, FAN]


def made(change: Callable[[Workbook], None], sheets: dict[str, Rows] | None = None) -> bytes:
    """A workbook that is changed after its rows were written."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in (sheets or {"Sheet1": TABLE}).items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rewritten(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """A workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content.decode()).encode() if re.fullmatch(part, name) else content)
    return out.getvalue()


def test_hidden_sheets_and_charts_are_passed_over_and_said() -> None:
    def change(book: Workbook) -> None:
        book["Old"].sheet_state = "hidden"
        book["Older"].sheet_state = "veryHidden"
        book.create_chartsheet("Chart", 0).add_chart(BarChart())

    old: Rows = [list(HEADER), [dt.date(2025, 1, 1), "Old", 1, 1, "East"]]
    table = opened(made(change, {"Old": old, "Older": old, "Data": TABLE}))
    assert rows_of(table) == [READ_LAMP, READ_FAN]
    assert table.layout.sheets == ("Data",)
    assert table.layout.sheets_passed_over == ("Old", "Older")
    assert codes_of(table) == {"hidden_sheets": (None, 2)}
    assert len(rows_of(opened(made(change, {"Old": old, "Older": old, "Data": TABLE}), sheet="Older"))) == 1


def test_the_sheet_that_holds_a_sales_table_is_found() -> None:
    sheets: dict[str, Rows] = {
        "Cover": [["Monthly sales report"], ["Prepared by", "A"]],
        "Products": [["Product", "Colour"], ["Lamp", "white"]],
        "Data": TABLE,
        "Summary": [["Region", "Sales"], ["East", 387]],
    }
    table = opened(workbook(sheets))
    assert rows_of(table) == [READ_LAMP, READ_FAN]
    assert codes_of(table) == {"other_sheets": (None, 3)}


def test_a_sheet_a_day_is_one_table_and_a_further_sheet_of_all_days_is_not_added() -> None:
    days: dict[str, Rows] = {
        f"10-{day}": [list(HEADER), [dt.date(2026, 10, day), "Lamp", 129, day, "East"]] for day in (29, 30, 31)
    }
    every: Rows = [list(HEADER), *(rows[1] for rows in days.values())]
    expected = [("2026-10-29", "Lamp", "129", "29", "East"), ("2026-10-30", "Lamp", "129", "30", "East"),
                ("2026-10-31", "Lamp", "129", "31", "East")]  # fmt: skip
    assert rows_of(opened(workbook(days))) == expected
    for name in ("汇总", "October"):
        table = opened(workbook({**days, name: every}))
        assert rows_of(table) == expected
        assert table.layout.sheets == (name,)
    copied = opened(workbook({**days, "10-31 (2)": days["10-31"]}))
    assert rows_of(copied) == expected


def test_the_days_that_name_the_sheets_are_their_dates() -> None:
    sheets: dict[str, Rows] = {
        day: [["October"], list(HEADER[1:]), ["Lamp", 129, 3, "East"], ["made by A"]]
        for day in ("2026-10-30", "2026年10月31日")
    }
    table = opened(workbook(sheets))
    assert tuple(table.header) == (*HEADER[1:], "Date")
    assert rows_of(table) == [("Lamp", "129", "3", "East", day) for day in sheets]


def test_sheets_whose_columns_stand_in_another_order_are_one_table() -> None:
    turned = [list(HEADER[::-1]), FAN[::-1]]
    assert rows_of(opened(workbook({"East": TABLE[:2], "South": turned}))) == [READ_LAMP, READ_FAN]


@pytest.mark.parametrize(
    "sheets",
    [
        {
            "Shop A": TABLE,
            "Shop B": [["Order Date", "Item", "Unit price", "Qty", "Paid", "City"], [DAY, "x", 1, 1, 1, "y"]],
        },
        {"Mon": TABLE, "Tue": TABLE},
    ],
)  # fmt: skip
def test_sheets_that_could_each_be_the_table_are_asked_about(sheets: dict[str, Rows]) -> None:
    with pytest.raises(QuestionError) as asked:
        opened(workbook(sheets))
    assert asked.value.parameter == "sheet"
    assert {choice.value for choice in asked.value.choices} == set(sheets)
    for name in sheets:
        assert rows_of(opened(workbook(sheets), sheet=name))


def test_a_sheet_of_refunds_stands_beside_the_table() -> None:
    table = opened(workbook({"订单": TABLE, "退款": [list(HEADER), LAMP], "模板": [list(HEADER), FAN]}))
    assert rows_of(table) == [READ_LAMP, READ_FAN]
    (refunds,) = table.others
    assert refunds.layout.title == "退款"
    assert rows_of(refunds) == [READ_LAMP]


def test_a_title_a_blank_column_and_notes_around_the_table() -> None:
    rows: Rows = [
        [None, "October sales"],
        [],
        *([None, *row] for row in TABLE),
        [],
        [None, "made by the shop"],
    ]
    table = opened(workbook({"Sheet1": rows}))
    assert rows_of(table) == [READ_LAMP, READ_FAN]
    assert table.layout.header_row == 3
    assert codes_of(table) == {"lines_above": (None, 1), "footnote": (4, 1)}


def test_merged_cells_stand_in_each_of_their_rows_but_figures_only_in_the_first() -> None:
    rows: Rows = [["Order No", "Date", "Product", "Price", "Quantity", "Paid"], [1001, DAY, "Lamp", 129, 1, 228],
            [None, None, "Fan", 99, 1, None], [1002, DAY, "Mug", 9, 1, 9]]  # fmt: skip

    def change(book: Workbook) -> None:
        for cells in ("A2:A3", "B2:B3", "F2:F3"):
            book["Sheet1"].merge_cells(cells)

    table = opened(made(change, {"Sheet1": rows}))
    assert rows_of(table) == [
        ("1001", "2026-10-31", "Lamp", "129", "1", "228"),
        ("1001", "2026-10-31", "Fan", "99", "1", ""),
        ("1002", "2026-10-31", "Mug", "9", "1", "9"),
    ]
    assert codes_of(table) == {"merged_cells": (1, 3)}


@pytest.mark.parametrize("formula", ["=129*3", '=IF(1>0,"a","b")'])
def test_formulas_without_a_value_are_called_that(formula: str) -> None:
    data = workbook({"Sheet1": [list(HEADER), [DAY, "Lamp", 129, 3, "East"], [DAY, "Fan", formula, 1, "East"], FAN]})
    with pytest.raises(TableError) as raised:
        rows_of(opened(data))
    assert raised.value.code == "formulas"
    assert "“Price”" in str(raised.value)
    assert "row 2 " in str(raised.value)


def test_formulas_whose_program_stored_zeros_are_called_that() -> None:
    data = workbook({"Sheet1": [list(HEADER), [DAY, "Lamp", "=129", 3, "East"], [DAY, "Fan", "=50", 1, "East"]]})
    zeros = rewritten(data, r"xl/worksheets/sheet1\.xml", lambda text: re.sub(r"<v\s*/>|<v></v>", "<v>0</v>", text))
    with pytest.raises(TableError, match="formulas"):
        rows_of(opened(zeros))


def test_formulas_with_values_and_a_total_without_one_are_read() -> None:
    data = workbook(
        {"Sheet1": [list(HEADER), [DAY, "Lamp", "=129", 3, "East"], FAN, ["Total", None, None, "=SUM(D2:D3)"]]}
    )
    stored = rewritten(
        data, r"xl/worksheets/sheet1\.xml", lambda text: text.replace("<f>129</f><v/>", "<f>129</f><v>129</v>")
        .replace("<f>129</f><v />", "<f>129</f><v>129</v>").replace("<f>129</f><v></v>", "<f>129</f><v>129</v>")
    )  # fmt: skip
    table = opened(stored)
    assert rows_of(table) == [READ_LAMP, READ_FAN]
    assert codes_of(table) == {"formulas": (3, 1), "footnote": (3, 1)}


def test_error_cells_keep_their_text() -> None:
    data = workbook({"Sheet1": [list(HEADER), [DAY, "Lamp", "#N/A", 3, "East"], [DAY, "Fan", 50, "#DIV/0!", "East"]]})
    table = opened(data)
    assert [row[2:4] for row in rows_of(table)] == [("#N/A", "3"), ("50", "#DIV/0!")]
    assert codes_of(table) == {"error_cells": (1, 2)}


@pytest.mark.parametrize("title", ["Sales by day", "每日销售额"])
def test_days_as_columns_of_money_are_read(title: str) -> None:
    rows: Rows = [
        [title],
        ["Product", "2026-10-30", "2026-10-31", "Total"],
        ["Lamp", 258, 387, 645],
        ["Fan", None, 50, 50],
    ]
    table = opened(workbook({"Sheet1": rows}))
    assert tuple(table.header) == ("Product", "Date", "Sales")
    assert rows_of(table) == [("Lamp", "2026-10-30", "258"), ("Lamp", "2026-10-31", "387"), ("Fan", "2026-10-31", "50")]
    assert "crosstab" in codes_of(table)


@pytest.mark.parametrize(
    "rows",
    [
        [["Product", "2026-10-30", "2026-10-31"], ["Lamp", 258, 387]],
        [["Units sold"], ["Product", "2026-10-30", "2026-10-31"], ["Lamp", 2, 3]],
        [["Sales"], ["Product", "10-30", "10-31"], ["Lamp", 258, 387]],
    ],
)
def test_days_as_columns_of_who_knows_what_are_refused(rows: Rows) -> None:
    with pytest.raises(TableError) as raised:
        opened(workbook({"Sheet1": rows}))
    assert raised.value.code == "crosstab"


def test_a_sheet_name_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(ParameterError, match="“Sheet1”"):
        opened(workbook({"Sheet1": TABLE}), sheet="Sheet2")
