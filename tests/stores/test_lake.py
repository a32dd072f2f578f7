"""Parquet folders, Delta and Iceberg tables as sources: what they say is what their rows say."""

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from daybook.cube import Cube
from daybook.errors import SourceDownError, SourceEmptyError, SourceError
from daybook.judge import Judge
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.reduce.counted import read_counted
from daybook.reduce.pandas import read_cube
from daybook.sources import ConfiguredSource, load_sources
from daybook.sources.report import source_report
from daybook.table import open_table
from tests.sources.random_orders import LAST, WINDOW, Order, random_orders, rows

MOMENTS = "date = 'sold_at', product = 'goods', price = 'price', quantity = 'units', region = 'area'"
DAYS = MOMENTS.replace("sold_at", "sold_on")
SCHEMA: dict[str, Any] = {"price": pl.Decimal(14, 4), "units": pl.Int32}


def frame(orders: list[Order]) -> pl.DataFrame:
    return pl.DataFrame([order._asdict() for order in orders], schema_overrides=SCHEMA, infer_schema_length=None)


@pytest.fixture(params=["parquet", "delta", "iceberg"])
def table(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str, list[Order]]:
    """A table of each kind: the kind, its path, and what is in it."""
    kind, orders = request.param, random_orders(1)
    return kind, written(kind, tmp_path, frame(orders)), orders


def written(kind: str, folder: Path, found: pl.DataFrame) -> str:
    match kind:
        case "parquet":
            (folder / "lake" / "part").mkdir(parents=True)
            found.head(200).write_parquet(folder / "lake" / "a.parquet")
            found.tail(-200).write_parquet(folder / "lake" / "part" / "b.parquet")
            return str(folder / "lake")
        case "delta":
            found.write_delta(str(folder / "delta"))
            return str(folder / "delta")
        case _:
            from pyiceberg.catalog.sql import SqlCatalog  # noqa: PLC0415 - one of three

            catalog = SqlCatalog("local", uri=f"sqlite:///{folder}/catalog.db", warehouse=f"file://{folder}")
            catalog.create_namespace("sales")
            arrow = found.to_arrow()
            iceberg = catalog.create_table("sales.orders", arrow.schema)
            iceberg.append(arrow)
            return str(iceberg.metadata_location)


def lake_source(folder: Path, kind: str, path: str, columns: str, more: str = "") -> ConfiguredSource:
    settings = folder / "sources.toml"
    text = f"[sources.lake]\nkind = 'lake'\nformat = '{kind}'\npath = '{path}'\ncolumns = {{ {columns} }}\n{more}"
    settings.write_text(text, encoding="utf-8")
    return load_sources(settings, {}).get("lake")


def cube_of(source: ConfiguredSource, folder: Path) -> Cube:
    with source.opened(WINDOW, folder, Limits()) as parts:
        found = next(parts).table
        return read_counted(found, Judge(found, source.asked(AnalysisParameters()))).cube  # type: ignore[arg-type]


@pytest.mark.parametrize("columns", [MOMENTS, DAYS], ids=["moments", "days"])
def test_the_cube_is_that_of_the_exported_file(
    tmp_path: Path, table: tuple[str, str, list[Order]], columns: str
) -> None:
    """Beside a plain export of the rows without blank cells, which a file has filled in from above."""
    kind, _, orders = table
    kept = [order for order in orders if (order.goods or "").strip() and order.area]
    (tmp_path / "again").mkdir()
    path = written(kind, tmp_path / "again", frame(kept))
    date = "sold_at" if columns is MOMENTS else "sold_on"
    in_window = [order for order in kept if order.sold_on in WINDOW.days]
    export = frame(in_window).select(pl.col(date).cast(pl.String), "goods", "price", "units", "area")
    names = {"date": date, "product": "goods", "price": "price", "quantity": "units", "region": "area"}
    file = open_table(export.write_csv().encode(), columns=names, limits=Limits())
    expected = read_cube(file, Judge(file, AnalysisParameters(columns=names, decimal="."))).cube
    assert rows(cube_of(lake_source(tmp_path, kind, path, columns), tmp_path)) == rows(expected)


def test_the_latest_day_is_reported(tmp_path: Path, table: tuple[str, str, list[Order]]) -> None:
    kind, path, orders = table
    report = source_report(lake_source(tmp_path, kind, path, MOMENTS), AnalysisParameters(), Limits())
    assert report.analysis_date == LAST
    assert report.lines == sum(order.sold_on == LAST for order in orders)
    assert report.previous_day is not None


def test_what_is_wrong_is_said(tmp_path: Path, table: tuple[str, str, list[Order]]) -> None:
    kind, path, _ = table
    asked = AnalysisParameters(date=LAST)
    with pytest.raises(SourceError, match="no column gone"):
        source_report(lake_source(tmp_path, kind, path, DAYS.replace("'price'", "'gone'")), asked, Limits())
    later = AnalysisParameters(date=dt.date(2026, 12, 20))
    with pytest.raises(SourceEmptyError):
        source_report(lake_source(tmp_path, kind, path, DAYS), later, Limits())
    nowhere = f"{tmp_path}/nowhere" + ("/metadata.json" if kind == "iceberg" else "")
    with pytest.raises(SourceError) as error:
        source_report(lake_source(tmp_path, kind, nowhere, DAYS), asked, Limits())
    assert not isinstance(error.value, SourceDownError)
    assert "nowhere" not in str(error.value)


def test_moments_with_a_zone_are_days_of_the_zone(tmp_path: Path) -> None:
    moments = [dt.datetime(2026, 11, 27, 18, tzinfo=dt.UTC), dt.datetime(2026, 11, 28, 16, tzinfo=dt.UTC)]
    path = written("parquet", tmp_path, pl.DataFrame({"at": moments, "paid": [5, 7]}))
    columns = "date = 'at', paid = 'paid'"
    with pytest.raises(SourceError, match="name the zone"):
        source_report(lake_source(tmp_path, "parquet", path, columns), AnalysisParameters(date=LAST), Limits())
    source = lake_source(tmp_path, "parquet", path, columns, "zone = 'Asia/Shanghai'")
    assert source_report(source, AnalysisParameters(date=LAST), Limits()).summary.total_sales == 5
