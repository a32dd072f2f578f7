"""The sample files are what their generator makes, and hold what their README says."""

import csv
import datetime as dt
import io
import re
from collections import Counter
from pathlib import Path
from statistics import mean

import pytest

from daybook.language import Language
from daybook.parameters import AnalysisParameters
from daybook.pipeline import analyze
from daybook.report import SalesReport
from examples import generate

FOLDER = Path(generate.__file__).parent
MONTH = FOLDER / "sales_month.csv"
DAY = FOLDER / "sales_2026-10-31.csv"
DAYS = [generate.FIRST_DAY + dt.timedelta(days=number) for number in range(31)]


def rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


@pytest.fixture(scope="module")
def reports() -> dict[dt.date, SalesReport]:
    return {day: analyze(MONTH, AnalysisParameters(date=day)) for day in DAYS}


def test_the_files_are_what_the_generator_makes() -> None:
    assert MONTH.read_bytes() == generate.month_file()
    assert DAY.read_bytes() == generate.day_file()


def test_the_generator_writes_them_beside_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "__file__", str(tmp_path / "generate.py"))
    generate.main()
    assert {path.name for path in tmp_path.iterdir()} == {MONTH.name, DAY.name}


def test_the_day_is_the_months_last_under_plain_names() -> None:
    assert rows(MONTH)[0] == ["日期", "商品名称", "单价", "数量", "地区"]
    assert rows(DAY)[0] == ["Date", "Product", "Price", "Amount", "Region"]
    last = [row for row in rows(MONTH) if re.fullmatch("2026[-/]10[-/]31", row[0])]
    assert rows(DAY)[1:] == last


def test_every_odd_cell_is_there() -> None:
    cells = rows(MONTH)[1:]
    prices = Counter(row[2] for row in cells)
    assert min(prices[""], prices["N/A"], prices["待定"]) >= 2
    assert any(re.fullmatch(r"￥\d,\d{3}\.\d\d", price) for price in prices)
    assert any(re.fullmatch(r"[０-９]+．[０-９]{2}", price) for price in prices)
    assert any(re.fullmatch("[０-９]", row[3]) for row in cells)
    assert sum("/" in row[0] for row in cells) > 100
    assert [row[0] for row in cells if not row[0].startswith("2026")] in (["", "待确认"], ["待确认", ""])
    assert sum(row[1] == "" for row in cells) == 1
    assert sum(row[4] == "" for row in cells) == 1
    assert prices["0.00"] > 50


def test_every_day_has_as_many_orders_as_a_shop(reports: dict[dt.date, SalesReport]) -> None:
    counts = {day: report.summary.total_orders for day, report in reports.items()}
    assert len(counts) == 31
    bad = counts.pop(generate.BAD_DAY)
    assert all(150 <= count <= 350 for count in counts.values())
    assert bad < min(counts.values()) / 2


def test_weekends_sell_most(reports: dict[dt.date, SalesReport]) -> None:
    sales = {day: report.summary.total_sales for day, report in reports.items() if day != generate.BAD_DAY}
    by_weekday = [mean(amount for day, amount in sales.items() if day.weekday() == weekday) for weekday in range(7)]
    assert min(by_weekday[5:]) > 1.1 * max(by_weekday[:5])
    assert max(by_weekday[:2]) < min(by_weekday[2:])


def test_the_bad_day_stands_out(reports: dict[dt.date, SalesReport]) -> None:
    sales = {day: report.summary.total_sales for day, report in reports.items()}
    assert sales.pop(generate.BAD_DAY) < min(sales.values()) / 2


def test_the_last_day_is_worth_reading(reports: dict[dt.date, SalesReport]) -> None:
    report = reports[generate.LAST_DAY]
    assert report.previous_day
    assert report.week_before
    assert report.previous_day.sales_change > 0
    assert report.week_before.sales_change < 0
    assert report.week_before.orders_change > 0
    assert "12.8%" in report.insights[1]
    assert len(report.warnings) == 4


def test_the_day_alone_gives_the_same_figures(reports: dict[dt.date, SalesReport]) -> None:
    alone, month = analyze(DAY, AnalysisParameters(language=Language.ENGLISH)), reports[generate.LAST_DAY]
    assert alone.summary == month.summary
    assert alone.top_products == [figures.model_copy(update={"before": None}) for figures in month.top_products]
    assert alone.regions == [figures.model_copy(update={"before": None}) for figures in month.regions]
    assert all(figures.before is not None for figures in month.regions)
    assert alone.previous_day is alone.week_before is None
    assert alone.quality.refunds == month.quality.refunds > 0


def test_some_days_have_refunds(reports: dict[dt.date, SalesReport]) -> None:
    assert sum(report.quality.refunds > 0 for report in reports.values()) > 15
