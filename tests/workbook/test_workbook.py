"""The workbook of a report, read back by other libraries."""

import datetime as dt
import html
import io
import re
import zipfile
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from daybook.charts import charts_of
from daybook.days import DayTotals
from daybook.judgement import Movement
from daybook.language import Language
from daybook.report import ColumnUse, DatesUse, DaySales, LeftOut, SalesReport, Understanding
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


def compared(language: Language, **changes: Any) -> SalesReport:
    """The usual day, its products beside those of the Saturday before: one less, one new, one whose refunds led."""
    made = reports.report(language, **changes)
    befores = (90000.0, 0.0, -5.0)
    products = [each.model_copy(update={"before": then}) for each, then in zip(made.top_products, befores, strict=True)]
    moved = Movement(date=reports.SATURDAY - dt.timedelta(days=7), parts=[], others=0.0)
    return made.model_copy(update={"top_products": products, "moved": moved})


def test_a_ranking_stands_beside_the_day_that_it_is_compared_with() -> None:
    sheet = sheet_of(opened(compared(ENGLISH)), "Products")
    assert rows(sheet)[0][:5] == ["Product", "Sales", "The Saturday before", "Difference", "Change"]
    assert rows(sheet)[1][2:5] == [90000, -7854.9, pytest.approx(-7854.9 / 90000)]
    assert [row[4] for row in rows(sheet)[2:]] == ["new", "–"]
    assert [cell.number_format for cell in sheet[2]][3:5] == ["+#,##0.00;−#,##0.00;0.00", "▲ 0.0%;▼ 0.0%;0.0%"]
    chinese = rows(sheet_of(opened(compared(CHINESE)), "商品"))
    assert chinese[0][2:5] == ["上周六", "差额(元)", "增减"]
    assert chinese[2][4] == "新增"


def test_a_day_that_is_not_over_is_compared_with_none() -> None:
    product = ColumnUse(field="product", name="product", sureness="name")
    understanding = Understanding(columns=[product], dates=DatesUse(unfinished=True))
    unfinished = compared(ENGLISH, understanding=understanding)
    assert rows(sheet_of(opened(unfinished), "Products"))[0][2] == "Share"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (ENGLISH, ["Sales 8.4% below the Saturday before", "平板电脑 leads with 41.9% of sales"]),
        (CHINESE, ["销售额比上周六低 8.4%", "平板电脑居首，占销售额 41.9%"]),
    ],
)
def test_the_charts_are_called_by_what_they_show(language: Language, said: list[str]) -> None:
    report = reports.report(language)
    found = titles(report)
    drawn = {chart.key: chart.title for chart in charts_of(report, language=language)}
    assert found == [drawn[key] for key in ("sales_by_day", "products", "regions", "price_bands")]
    assert found[:2] == said


def test_a_name_that_looks_like_a_formula_is_none_in_a_title() -> None:
    products = [reports.product("=1+1"), reports.product("b", 5.0, 1.0)]
    assert titles(reports.report(ENGLISH, top_products=products))[1] == " =1+1 leads with 41.9% of sales"


def test_the_chart_of_days_has_dates_on_its_axis_and_not_all_their_names() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(reports.report(ENGLISH)))) as archive:
        days = archive.read("xl/charts/chart1.xml").decode()
        bars = archive.read("xl/charts/chart2.xml").decode()
    assert "<c:dateAx>" in days
    assert "<c:majorUnit" in days
    assert re.search(r'<c:max val="944\d\d\.', bars)  # room beside the longest for its label


def titles(report: SalesReport) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(workbook(report))) as archive:
        names = sorted(name for name in archive.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", name))
        texts = [archive.read(name).decode() for name in names]
    return [html.unescape(re.findall(r"<c:title>.*?<a:t[^>]*>([^<]*)</a:t>", text)[0]) for text in texts]
