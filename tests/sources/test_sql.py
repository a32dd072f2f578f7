"""A table of a database as a source: what it says is what its rows say, whoever counts them."""

import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from daybook.errors import ParameterError, SourceDownError, SourceEmptyError, SourceError
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.sources import ConfiguredSource, load_sources
from daybook.sources.report import source_report

COLUMNS = "{ date = 'sold_at', product = 'goods', price = 'unit_price', quantity = 'units', region = 'area' }"
DAY = dt.date(2026, 11, 28)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A database with two days of orders."""
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE TABLE orders (sold_at TEXT, goods TEXT, unit_price DECIMAL(10,2), units INT, area TEXT)"
        )
        database.executemany(
            "INSERT INTO orders VALUES (?, ?, ?, ?, ?)",
            [
                ("2026-11-28 09:00:00", "tea", "12.50", 2, "East"),
                ("2026-11-28 21:30:00", "tea", "12.50", 2, "East"),
                ("2026-11-28 10:00:00", "Tea", 0.1, 3, "West"),
                ("2026-11-27 10:00:00", "tea", "10.00", 1, "East"),
                ("2026-11-01 10:00:00", "tea", "10.00", 1, "East"),
            ],
        )
    return path


def source_of(folder: Path, settings: str, **environ: str) -> ConfiguredSource:
    path = folder / "sources.toml"
    path.write_text(f"[sources.shop]\n{settings}", encoding="utf-8")
    return load_sources(path, environ).get("shop")


def orders(shop: Path, more: str = "") -> ConfiguredSource:
    return source_of(
        shop.parent, f"kind = 'sql'\nurl = 'sqlite:///{shop}'\ntable = 'orders'\ncolumns = {COLUMNS}\n{more}"
    )


def test_a_day_of_a_table(shop: Path) -> None:
    report = source_report(orders(shop), AnalysisParameters(date=DAY), Limits())
    assert report.analysis_date == DAY
    assert report.summary.total_sales == 50.3
    assert report.summary.total_orders == 3
    assert report.previous_day is not None
    assert report.previous_day.total_sales == 10
    assert report.understanding is not None
    assert report.understanding.column("date") == "sold_at"
    assert [product.product for product in report.top_products] == ["tea", "Tea"]


def test_the_latest_day_is_the_latest_with_rows(shop: Path) -> None:
    assert source_report(orders(shop), AnalysisParameters(), Limits()).analysis_date == DAY


@pytest.mark.parametrize("push_down", ["true", "false"])
def test_who_counts_makes_no_difference(shop: Path, push_down: str) -> None:
    report = source_report(orders(shop, f"push_down = {push_down}"), AnalysisParameters(date=DAY), Limits())
    expected = source_report(orders(shop), AnalysisParameters(date=DAY), Limits())
    assert report == expected


def test_a_day_without_rows_is_an_error_that_passes(shop: Path) -> None:
    with pytest.raises(SourceEmptyError) as error:
        source_report(orders(shop), AnalysisParameters(date=dt.date(2026, 11, 26)), Limits())
    assert str(error.value).startswith("The source shop has no row for 2026-11-26;")
    assert error.value.retry_after


def test_a_day_without_rows_may_be_one_without_sales(shop: Path) -> None:
    source = orders(shop, "empty_day = 'zero'")
    report = source_report(source, AnalysisParameters(date=dt.date(2026, 11, 29)), Limits())
    assert report.has_data
    assert report.analysis_date == dt.date(2026, 11, 29)
    assert report.summary.total_sales == 0
    assert report.previous_day is not None
    assert report.previous_day.total_sales == 50.3
    assert report.previous_day.sales_change_percent == -100


def test_only_the_settings_say_which_columns_are_read(shop: Path) -> None:
    with pytest.raises(ParameterError, match="leave the column mapping empty"):
        source_report(orders(shop), AnalysisParameters(columns={"product": "customer"}), Limits())


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("table = 'gone'", "no table or file of the name in its settings"),
        ("table = 'orders'\ncolumns = { date = 'sold_at', price = 'cost_price' }", "no column cost_price"),
        ("query = 'SELECT no_such FROM orders WHERE sold_at = :day'", "names a column that is not there"),
        ("query = 'SELEC * FROM orders WHERE sold_at = :day'", "does not understand its query"),
    ],
)
def test_what_is_missing_is_said(shop: Path, settings: str, said: str) -> None:
    columns = "" if "columns" in settings else f"\ncolumns = {COLUMNS}"
    source = source_of(shop.parent, f"kind = 'sql'\nurl = 'sqlite:///{shop}'\n{settings}{columns}")
    with pytest.raises(SourceError, match=said) as error:
        source_report(source, AnalysisParameters(date=DAY), Limits())
    assert not isinstance(error.value, SourceDownError)


def test_a_query_with_the_day_bound(shop: Path) -> None:
    query = "SELECT * FROM orders WHERE sold_at LIKE :day || '%'"
    source = source_of(shop.parent, f'kind = "sql"\nurl = "sqlite:///{shop}"\nquery = "{query}"\ncolumns = {COLUMNS}\n')
    assert source_report(source, AnalysisParameters(date=DAY), Limits()).summary.total_orders == 3
    with pytest.raises(ParameterError, match="name a date"):
        source_report(source, AnalysisParameters(), Limits())
