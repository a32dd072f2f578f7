"""The workbook of a report, read back by other libraries."""

import datetime as dt
import io
import zipfile
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from daybook.days import DayTotals
from daybook.language import Language
from daybook.report import DaySales, LeftOut, SalesReport, Understanding
from daybook.workbook import workbook
from tests.render import reports

pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported:UserWarning")  # openpyxl, of bars in cells

CHINESE, ENGLISH = Language.CHINESE, Language.ENGLISH


def opened(report: SalesReport, *history: DayTotals) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook(report, history)))


def sheet_of(book: Workbook, name: str) -> Worksheet:
    sheet = book[name]
    assert isinstance(sheet, Worksheet)
    return sheet


def charts(book: Workbook, name: str) -> list[BarChart]:
    found: list[BarChart] = vars(sheet_of(book, name))["_charts"]  # openpyxl has no other way
    return found


def rows(sheet: Worksheet) -> list[list[Any]]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize(
    ("language", "names"),
    [
        (ENGLISH, ["Day", "Days", "Products", "Regions", "Price bands", "Data quality"]),
        (CHINESE, ["日报", "每日", "商品", "地区", "价格带", "数据质量"]),
    ],
)
def test_has_a_sheet_for_the_day_and_for_each_ranking(language: Language, names: list[str]) -> None:
    assert opened(reports.report(language)).sheetnames == names


def test_figures_are_numbers_and_dates_with_formats() -> None:
    report = reports.report(ENGLISH)
    found = {row[0]: row[1:] for row in rows(sheet_of(opened(report), "Day")) if row[0]}
    assert found["Sales"][:5] == pytest.approx([196253.27, 164213.55, 19.5112 / 100, 214250, -8.4 / 100], abs=1e-4)
    assert found["Orders"][:5] == pytest.approx([200, 185, 15 / 185, 190, 10 / 190])
    assert found["Average order"][0] == 981.27
    cells = {cell.coordinate: cell for row in sheet_of(opened(report), "Day").iter_rows() for cell in row}
    assert {cell.number_format for cell in cells.values() if cell.value in {196253.27, 200}} == {"#,##0.00", "#,##0"}
    dates = [cell.value.date() for cell in cells.values() if isinstance(cell.value, dt.datetime)]
    assert dates == [dt.date(2026, 10, day) for day in (31, 30, 24)]


def test_a_ranking_has_a_head_that_stays_and_filters() -> None:
    sheet = sheet_of(opened(reports.report(ENGLISH)), "Products")
    assert rows(sheet)[:2] == [
        ["Product", "Sales", "Share", "Orders", "Units", "Average price"],
        ["平板电脑", 82145.1, 0.4186, 12, 26, 3150.54],
    ]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:F4")
    assert [cell.number_format for cell in sheet[2]] == [
        "General",
        "#,##0.00",
        "0.0%",
        "#,##0",
        "#,##0.######",
        "#,##0.00",
    ]


def test_the_charts_are_excels_own_and_show_the_cells_of_the_sheets() -> None:
    assert [chart.series[0].val.numRef.f for chart in charts(opened(reports.report(CHINESE)), "日报")] == [
        "每日!$C$2:$C$4",
        "商品!$B$2:$B$4",
        "地区!$B$2:$B$4",
        "价格带!$B$2:$B$4",
    ]


def test_a_chart_of_one_bar_is_not_drawn() -> None:
    alone = reports.report(
        ENGLISH,
        previous_day=None,
        week_before=None,
        top_products=[reports.product("tea")],
        regions=[],
        price_bands=[],
    )
    book = opened(alone)
    assert book.sheetnames == ["Day", "Days", "Products", "Data quality"]
    assert charts(book, "Day") == []


def test_days_of_the_book_stand_beside_those_it_is_compared_with() -> None:
    history = [
        DayTotals(date=reports.SATURDAY - dt.timedelta(days=back), sales=1000 * back, orders=back, quantity=1, lines=1)  # type: ignore[arg-type]
        for back in range(9, 1, -1)
    ]
    found = rows(sheet_of(opened(reports.report(ENGLISH), *history), "Days"))[1:]
    assert [row[0].day for row in found] == list(range(22, 32))
    assert [row[2] for row in found[:3]] == [9000, 8000, 214250]
    assert found[-1][1:4] == ["Saturday", 196253.27, 200]


def test_days_that_are_known_by_their_sales_alone_have_these() -> None:
    earlier = DaySales(date=reports.SATURDAY - dt.timedelta(days=3), sales=5.5)
    found = rows(sheet_of(opened(reports.report(ENGLISH, days=[earlier])), "Days"))[1:]
    assert [row[0].day for row in found] == [24, 28, 30, 31]
    assert found[1][1:] == ["Wednesday", 5.5, None, None]


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("https://example.com","x")', "+1+1", "-1", "@SUM(A1)", "=1+1", "https://example.com", "007"]
)
def test_a_name_that_looks_like_a_formula_or_a_number_stays_text(name: str) -> None:
    made = reports.report(ENGLISH, top_products=[reports.product(name), reports.product("b")])
    data = workbook(made)
    cell = sheet_of(openpyxl.load_workbook(io.BytesIO(data)), "Products")["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (name, "s", None)
    assert cell.quotePrefix is (name[0] in "=+-@")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {part: archive.read(part).decode() for part in archive.namelist()}
    assert not [part for part, text in parts.items() if part.startswith("xl/worksheets") and "<f>" in text]


def test_control_characters_and_long_names_are_seen_to() -> None:
    made = reports.report(
        ENGLISH, top_products=[reports.product("a\x00b\x0bc\ud800\n"), reports.product("长" * 40_000)]
    )
    sheet = sheet_of(opened(made), "Products")
    assert sheet["A2"].value == "a b c\ufffd"
    assert str(sheet["A3"].value).startswith("长" * 400)


def test_quality_says_what_was_left_out() -> None:
    left_out = LeftOut(reason="cancelled", rows=2, amount=30.5, rows_in_file=5, amount_in_file=99.0)
    made = reports.report(
        ENGLISH,
        quality=reports.quality(bad_prices=3, refunds=1, refund_sales=-12.5),
        understanding=Understanding(left_out=[left_out]),
    )
    found = rows(sheet_of(opened(made), "Data quality"))
    assert found[0] == ["What", "Where", "Count", "Amount"]
    assert ["Unreadable prices", "the day", 3, None] in found
    assert ["Orders with negative sales", "the day", 1, -12.5] in found
    assert found[-2:] == [
        ["Left out: cancelled or closed", "the day", 2, 30.5],
        ["Left out: cancelled or closed", "the file", 5, 99],
    ]


@pytest.mark.parametrize("language", reports.LANGUAGES)
@pytest.mark.parametrize("made", [reports.no_data, reports.zero, reports.refunds_only])
def test_odd_days_open_too(made: Any, language: Language) -> None:
    report = made(language)
    data = workbook(report)
    first = CalamineWorkbook.from_object(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert "NaN" not in str(first)
    assert first[0][0]


def test_the_same_report_gives_the_same_bytes() -> None:
    assert workbook(reports.report()) == workbook(reports.report())
