"""A lake table that Spark reads gives the cube that Polars and the one rule give, whatever its types."""

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from daybook.cube import Cube
from daybook.errors import SourceDownError, SourceError
from daybook.judge import Judge
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.reduce.pandas import Read
from daybook.sources import ConfiguredSource, load_sources
from daybook.sources.report import read_part, source_report
from tests.sources.random_orders import LAST, WINDOW, Order, random_orders, rows

MOMENTS = "date = 'sold_at', product = 'goods', price = 'price', quantity = 'units', region = 'area'"
SCHEMA: dict[str, Any] = {"price": pl.Decimal(14, 4), "units": pl.Int32}


@pytest.fixture
def orders() -> list[Order]:
    return random_orders(7)


@pytest.fixture
def lake(tmp_path: Path, orders: list[Order]) -> Path:
    """Two Parquet files, one in a folder of its own."""
    frame = pl.DataFrame([order._asdict() for order in orders], schema_overrides=SCHEMA, infer_schema_length=None)
    (tmp_path / "lake" / "part").mkdir(parents=True)
    frame.head(200).write_parquet(tmp_path / "lake" / "a.parquet")
    frame.tail(-200).write_parquet(tmp_path / "lake" / "part" / "b.parquet")
    return tmp_path / "lake"


def source_of(path: Path, columns: str, engine: str, address: str, more: str = "") -> ConfiguredSource:
    settings = path.parent / "sources.toml"
    cluster = "spark = '${CLUSTER}'\n" if engine == "spark" else ""
    settings.write_text(
        f"[sources.lake]\nkind = 'lake'\nformat = 'parquet'\npath = '{path}'\nengine = '{engine}'\n{cluster}"
        f"columns = {{ {columns} }}\n{more}",
        encoding="utf-8",
    )
    return load_sources(settings, {"CLUSTER": address}).get("lake")


def read_of(source: ConfiguredSource, folder: Path) -> Read:
    with source.opened(WINDOW, folder, Limits()) as parts:
        table = next(parts).table
        return read_part(table, Judge(table, source.asked(AnalysisParameters())))


def cube_by(engine: str, lake: Path, columns: str, address: str, more: str = "") -> Cube:
    read = read_of(source_of(lake, columns, engine, address, more), lake.parent)
    assert read.engine == ("spark" if engine == "spark" else "pandas")
    return read.cube


@pytest.mark.parametrize(
    ("columns", "more"),
    [
        (MOMENTS, ""),
        (MOMENTS.replace("units", "weight"), ""),
        (MOMENTS.replace("product = 'goods', ", "").replace("region = 'area'", "product = 'area'"), "decimal = ','"),
    ],
    ids=["moments", "doubles", "comma"],
)
def test_the_cube_is_that_of_polars_and_the_one_rule(address: str, lake: Path, columns: str, more: str) -> None:
    assert rows(cube_by("spark", lake, columns, address, more)) == rows(cube_by("polars", lake, columns, address, more))


def test_plain_rows_are_summed_by_the_cluster(address: str, lake: Path) -> None:
    frame = pl.read_parquet(lake / "a.parquet").with_columns(goods=pl.lit("tea"), area=pl.lit("East"))
    frame = frame.filter(pl.col("price").is_not_null())
    frame.write_parquet(lake / "a.parquet")
    (lake / "part" / "b.parquet").unlink()
    read = read_of(source_of(lake, MOMENTS, "spark", address), lake.parent)
    assert (read.engine, read.engine_why) == ("spark", None)
    assert rows(read.cube) == rows(cube_by("polars", lake, MOMENTS, address))


def test_the_latest_day_is_reported(address: str, lake: Path, orders: list[Order]) -> None:
    report = source_report(source_of(lake, MOMENTS, "spark", address), AnalysisParameters(), Limits())
    assert report.analysis_date == LAST
    assert report.lines == sum(order.sold_on == LAST for order in orders)
    assert report.understanding
    assert report.understanding.engine == "spark"


def test_days_in_the_names_of_folders(address: str, tmp_path: Path) -> None:
    for day, paid in ((27, 5), (28, 7)):
        (tmp_path / "lake" / f"day=2026-11-{day}").mkdir(parents=True)
        pl.DataFrame({"paid": [paid]}).write_parquet(tmp_path / "lake" / f"day=2026-11-{day}" / "a.parquet")
    source = source_of(tmp_path / "lake", "date = 'day', paid = 'paid'", "spark", address)
    report = source_report(source, AnalysisParameters(date=LAST), Limits())
    assert report.summary.total_sales == 7
    assert report.previous_day
    assert report.previous_day.total_sales == 5


def test_moments_with_a_zone_are_days_of_the_zone(address: str, tmp_path: Path) -> None:
    moments = [dt.datetime(2026, 11, 27, 18, tzinfo=dt.UTC), dt.datetime(2026, 11, 28, 16, tzinfo=dt.UTC)]
    (tmp_path / "lake").mkdir()
    pl.DataFrame({"at": moments, "paid": [5, 7]}).write_parquet(tmp_path / "lake" / "a.parquet")
    asked, columns = AnalysisParameters(date=LAST), "date = 'at', paid = 'paid'"
    with pytest.raises(SourceError, match="name the zone"):
        source_report(source_of(tmp_path / "lake", columns, "spark", address), asked, Limits())
    source = source_of(tmp_path / "lake", columns, "spark", address, "zone = 'Asia/Shanghai'")
    assert source_report(source, asked, Limits()).summary.total_sales == 5


def test_what_is_wrong_is_said(address: str, lake: Path) -> None:
    asked = AnalysisParameters(date=LAST)
    with pytest.raises(SourceError, match="no column gone"):
        source_report(source_of(lake, MOMENTS.replace("'price'", "'gone'"), "spark", address), asked, Limits())
    (lake / "_delta_log").mkdir()
    (lake / "_delta_log" / "0.json").write_text("{}")
    with pytest.raises(SourceError, match="is a Delta table"):
        source_report(source_of(lake, MOMENTS, "spark", address), asked, Limits())
    with pytest.raises(SourceError, match="sees no table") as caught:
        source_report(source_of(lake.parent / "nowhere", MOMENTS, "spark", address), asked, Limits())
    assert not isinstance(caught.value, SourceDownError)
