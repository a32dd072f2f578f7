"""`export_days`: days of a book as one wide table, for a spreadsheet or a BI tool."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from daybook.book.index import DayEntry
from daybook.cube import AMOUNTS, BANDS, COUNTS, DIMENSIONS, Cube
from daybook.history import decimal_of
from daybook.table.statuses import Reason

_DECIMALS = 6
"""Of the amounts in a Parquet file: decimal(38, 6). Products of two such numbers are rounded there, half to even."""


def export_days(file: Path, days: Iterable[tuple[DayEntry, Cube | None]]) -> int:
    """Write days to a file: CSV where its name ends so, Parquet otherwise. Gives the rows.

    A row is what was sold of one product, region (with the further dimensions) and price band on one day, or what was
    left out for one reason. Orders are counted within the row: an order of two products counts in both.
    """
    import polars as pl  # noqa: PLC0415  it takes a while to load, and is an extra

    is_csv = file.suffix.lower() == ".csv"
    frames = [_frame(pl, entry, cube, is_csv=is_csv) for entry, cube in days if cube is not None]
    table = pl.concat(frames, how="diagonal")
    aside = file.with_name(f".{file.name}.new")
    try:
        if is_csv:
            table.write_csv(aside, include_bom=True)  # Excel takes it for the machine's own encoding otherwise
        else:
            table.write_parquet(aside, compression="zstd")
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
    return len(table)


def _frame(pl: Any, entry: DayEntry, cube: Cube, *, is_csv: bool) -> Any:
    columns = cube.columns
    orders = columns["unnumbered"] + np.bincount(cube.numbers.places, minlength=len(cube))
    table: dict[str, Any] = {
        "date": pl.Series(columns["date"].astype("datetime64[D]"), dtype=pl.Date),
        "product": pl.Series(columns["product"].tolist(), dtype=pl.String),
    }
    for key, name in zip(DIMENSIONS, entry.dimensions, strict=False):
        table[name] = pl.Series(columns[key].tolist(), dtype=pl.String)
    table["price_band"] = pl.Series([BANDS[band - 1] if band else "" for band in columns["band"]], dtype=pl.String)
    reasons = ["" if why == Reason.SOLD else Reason(why).name.lower() for why in columns["left_out"].tolist()]
    table["left_out"] = pl.Series(reasons, dtype=pl.String)
    table["orders"] = pl.Series(orders.tolist(), dtype=pl.Int64)
    for name, unit in AMOUNTS.items():
        exact = [decimal_of(int(value), cube.decimals[unit]) for value in columns[name].tolist()]
        # CSV has every decimal; Parquet's decimals are of one length
        table[name] = (
            pl.Series([f"{value:f}" for value in exact], dtype=pl.String)
            if is_csv
            else pl.Series([round(value, _DECIMALS) for value in exact], dtype=pl.Decimal(38, _DECIMALS))
        )
    for name in COUNTS:
        if name not in {"unnumbered", "blank_dates", "bad_dates"}:
            table[name] = pl.Series(columns[name].tolist(), dtype=pl.Int64)
    table |= {"currency": [entry.totals.currency] * len(cube), "revision": [entry.revision] * len(cube)}
    return pl.DataFrame(table)
