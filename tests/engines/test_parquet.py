"""Parquet is read with Polars or pyarrow, whichever is there, and gives what the same rows give as text."""

import datetime as dt
import decimal
import io
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from daybook.errors import LimitError, TableError
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.pipeline import analyze
from daybook.report import SalesReport
from daybook.table import parquet

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture(params=["polars", "pyarrow"], autouse=True)
def _library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_READERS", {request.param: parquet._READERS[request.param]})  # noqa: SLF001


def parquet_bytes(columns: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    pl.DataFrame(columns).write_parquet(out)
    return out.getvalue()


def figures(report: SalesReport) -> dict[str, Any]:
    return report.model_dump(exclude={"understanding"})  # which says how a file lies: the two kinds differ there


@pytest.mark.parametrize("case", ["one_day", "two_weeks", "dirty_cells", "price_edges"])
def test_text_columns_give_what_the_csv_gives(case: str, tmp_path: Path) -> None:
    frame = pl.read_csv(GOLDEN / f"{case}.csv", infer_schema=False)
    frame.write_parquet(tmp_path / "sales.parquet")
    assert figures(analyze(tmp_path / "sales.parquet")) == figures(analyze(GOLDEN / f"{case}.csv"))


def test_typed_columns_are_read_as_they_would_be_typed() -> None:
    data = parquet_bytes(
        {
            "日期": [dt.date(2023, 10, 26), dt.date(2023, 10, 27), dt.date(2023, 10, 27), None],
            "商品": ["a", "b", None, "c"],
            "单价": [decimal.Decimal("19.90"), decimal.Decimal("5.00"), None, None],
            "数量": [1.5, 2.0, 3.0, None],
            "地区": ["x", "y", "x", "x"],
        }
    )
    report = analyze(data)
    assert report.summary.total_sales == 10
    assert report.summary.total_quantity == 5
    assert report.quality.blank_prices == 1
    assert report.quality.blank_dates == 1
    assert report.previous_day is not None
    assert report.previous_day.total_sales == 29.85


def test_a_date_and_time_column_and_a_mapping() -> None:
    moments = [dt.datetime(2023, 10, 27, hour) for hour in (8, 23)]  # noqa: DTZ001  a file's clock has no zone
    data = parquet_bytes({"t": moments, "Product": [1, 1], "Price": [1.5, 2], "Amount": [1, 1], "Region": ["a", "a"]})
    report = analyze(data, AnalysisParameters(columns={"Date": "t"}))
    assert report.analysis_date == dt.date(2023, 10, 27)
    assert [product.product for product in report.top_products] == ["1"]


def test_a_damaged_file_and_one_past_the_limit() -> None:
    with pytest.raises(TableError, match="damaged"):
        analyze(b"PAR1" + bytes(100) + b"PAR1")
    columns = {name: ["2023-10-27"] * 3 for name in ("Date", "Product", "Price", "Amount", "Region")}
    with pytest.raises(LimitError, match="2 rows"):
        analyze(parquet_bytes(columns), limits=Limits(rows=2))


def test_without_either_library_the_service_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_READERS", {"no_such_library": parquet._read_polars})  # noqa: SLF001
    with pytest.raises(TableError, match="analysis service"):
        analyze(parquet_bytes({"Date": ["2023-10-27"]}))
