"""`DayCube`: the cube of one day in one form, with its digest, and as the Parquet file that a book keeps.

A day's cube comes in any order of rows and in units as fine as its file needed. Here it has one form, so that the same
figures have the same digest whoever added them up: rows by their keys, each unit as coarse as it may be.
"""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd

from daybook.book import texts
from daybook.cube import AMOUNTS, DIMENSIONS, KEYS, MEASURES, UNITS, Cube, OrderNumbers
from daybook.errors import FileError
from daybook.exact import Coded, Values, multiply, whole_numbers
from daybook.hours import HourSums

FORMAT = "daybook-day-1"
"""Stands in the metadata of each file, with the decimals of its units."""
_NAMES = ("product", *DIMENSIONS)
_SMALL = ("band", "left_out")
_LEVEL = 3
"""Of zstd: higher ones take longer and save little."""


class DayCube(NamedTuple):
    """A cube in its one form."""

    cube: Cube
    digest: str
    """Of every cell, the order numbers and the units: 64 hexadecimal digits.

    Not of the hours: a day that an older version kept has none, and is the same day when its file comes again.
    """

    @classmethod
    def of(cls, cube: Cube) -> Self:
        """The one form of a cube."""
        tidy, names = _tidy(cube)
        return cls(_with_hours(tidy, cube), _digest(tidy, names))

    def to_parquet(self) -> bytes:
        """The file: a row of the cube a row, the digests of its order numbers as a list in the last column.

        Sums past 64 bits are written as text.
        """
        import polars as pl  # noqa: PLC0415  it takes a while to load, and is an extra

        columns: dict[str, Any] = {"date": pl.Series(self.cube.columns["date"].astype("datetime64[D]"), dtype=pl.Date)}
        columns |= {name: _texts(pl, self.cube.columns[name].tolist()) for name in _NAMES}
        columns |= {name: pl.Series(self.cube.columns[name], dtype=pl.Int8) for name in _SMALL}
        columns |= {name: _whole(pl, self.cube.columns[name]) for name in MEASURES}
        columns["numbers"] = _lists(pl, self.cube.numbers, len(self.cube))
        about = json.dumps(
            {"format": FORMAT, "decimals": dict(self.cube.decimals), "hours": self.cube.hours.rows()},
            separators=(",", ":"),
        )
        file = io.BytesIO()
        pl.DataFrame(columns).write_parquet(
            file, compression="zstd", compression_level=_LEVEL, metadata={"daybook": about}
        )
        return file.getvalue()

    @classmethod
    def from_parquet(cls, content: bytes) -> Self:
        """The cube that `to_parquet` wrote.

        Raises:
            FileError: it is no such file, or a damaged one.
        """
        import polars as pl  # noqa: PLC0415

        try:
            about = json.loads(pl.read_parquet_metadata(io.BytesIO(content))["daybook"])
            if about["format"] != FORMAT:
                raise ValueError(about["format"])  # noqa: TRY301
            frame = pl.read_parquet(io.BytesIO(content))
            columns: dict[str, Values] = {"date": frame["date"].to_numpy().astype("datetime64[s]")}
            columns |= {name: _read_texts(frame[name].to_list()) for name in _NAMES}
            columns |= {name: frame[name].to_numpy() for name in _SMALL}
            columns |= {name: whole_numbers([int(value) for value in frame[name]]) for name in MEASURES}
            lengths = frame["numbers"].list.len().fill_null(0).to_numpy()
            digests = frame["numbers"].explode().drop_nulls().to_numpy().astype(np.uint64)
            numbers = OrderNumbers(np.repeat(np.arange(len(frame)), lengths), digests)
            decimals = {unit: int(about["decimals"][unit]) for unit in UNITS}
            hours = HourSums.read(about.get("hours", ()))  # older versions wrote none
            return cls.of(Cube(columns, decimals, numbers, hours))
        except (KeyError, ValueError, TypeError, pl.exceptions.PolarsError):
            raise FileError(texts.BROKEN_DAY) from None


def _tidy(cube: Cube) -> tuple[Cube, dict[str, Coded]]:
    """The cube in its one form, and its columns of names once more, as codes of distinct names in order."""
    if not len(cube):
        return Cube.empty(), {}
    keys = {key: Coded(*pd.factorize(cube.columns[key], sort=True)) for key in KEYS}
    order = np.lexsort([keys[key].codes for key in reversed(KEYS)])
    decimals, steps = _coarsest(cube)
    columns: dict[str, Values] = {"date": cube.columns["date"][order].astype("datetime64[s]")}
    columns |= {name: cube.columns[name][order].astype(object) for name in _NAMES}
    columns |= {name: cube.columns[name][order].astype(np.int8) for name in _SMALL}
    for name in MEASURES:
        values = cube.columns[name][order] // steps.get(AMOUNTS.get(name, ""), 1)
        columns[name] = whole_numbers(values.tolist()) if values.dtype == object else values.astype(np.int64)
    place = np.empty(len(order), np.intp)
    place[order] = np.arange(len(order))
    places = place[cube.numbers.places]
    sort = np.lexsort([cube.numbers.digests, places])
    tidy = Cube(columns, decimals, OrderNumbers(places[sort], cube.numbers.digests[sort]))
    return tidy, {name: keys[name].at(order) for name in _NAMES}


def _with_hours(tidy: Cube, cube: Cube) -> Cube:
    """A cube in its one form with the hours that it came with; in finer units where those need them."""
    if not cube.hours:
        return tidy
    most = cube.decimals["sales"] - tidy.decimals["sales"]
    finer = next(more for more in range(most + 1) if not (cube.hours.sales % 10 ** (most - more)).any())
    columns = dict(tidy.columns)
    for name, unit in AMOUNTS.items():
        if unit == "sales" and finer:
            columns[name] = multiply(columns[name], np.array([10**finer]))
    decimals = {**tidy.decimals, "sales": tidy.decimals["sales"] + finer}
    return replace(tidy, columns=columns, decimals=decimals, hours=cube.hours.coarser(10 ** (most - finer)))


def _coarsest(cube: Cube) -> tuple[dict[str, int], dict[str, int]]:
    """The least decimals that keep every amount whole, and by what each unit's numbers are divided for them."""
    decimals, steps = {}, {}
    for unit in UNITS:
        columns = [cube.columns[name] for name, of in AMOUNTS.items() if of == unit]
        left = cube.decimals[unit]
        while left and not any((values % 10 ** (cube.decimals[unit] - left + 1)).any() for values in columns):
            left -= 1
        decimals[unit], steps[unit] = left, 10 ** (cube.decimals[unit] - left)
    return decimals, steps


def _digest(cube: Cube, names: Mapping[str, Coded]) -> str:
    digest = hashlib.sha256(json.dumps([FORMAT, len(cube), dict(cube.decimals)]).encode())
    for name, values in cube.columns.items():
        digest.update(f"\0{name}\0".encode())
        if name in names:
            _add_texts(digest, names[name].distinct.tolist())
            digest.update(names[name].codes.astype("<i8").tobytes())
        elif values.dtype == object:
            _add_texts(digest, list(map(str, values.tolist())))
        elif values.any():  # most counts are 0 in every row
            digest.update(values.astype("<i8").tobytes())
    digest.update(cube.numbers.places.astype("<i8").tobytes())
    digest.update(cube.numbers.digests.astype("<u8").tobytes())
    return digest.hexdigest()


def _add_texts(digest: Any, texts: list[str]) -> None:
    digest.update(np.array([len(text) for text in texts], "<i8").tobytes())
    digest.update("".join(texts).encode("utf-8", "surrogatepass"))


def _lists(pl: Any, numbers: OrderNumbers, rows: int) -> Any:
    """The digests of each row's order numbers as a list; none where it has none."""
    held = pl.DataFrame({"place": numbers.places.astype(np.int64), "numbers": numbers.digests})
    each = pl.DataFrame({"place": np.arange(rows)})
    lists = each.join(held.group_by("place").agg("numbers"), on="place", how="left", maintain_order="left")
    return lists["numbers"].cast(pl.List(pl.UInt64))


def _texts(pl: Any, values: list[str]) -> Any:
    """Text, or bytes where a name holds half of a pair of surrogates, as JSON may."""
    try:
        "".join(values).encode()
    except UnicodeEncodeError:
        return pl.Series([value.encode("utf-8", "surrogatepass") for value in values], dtype=pl.Binary)
    return pl.Series(values, dtype=pl.String)


def _read_texts(values: list[str | bytes]) -> Values:
    texts = [value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value for value in values]
    return np.array(texts, object)


def _whole(pl: Any, values: Values) -> Any:
    if values.dtype == object:
        return pl.Series([str(value) for value in values.tolist()], dtype=pl.String)
    return pl.Series(values, dtype=pl.Int64)


def days_of(cube: Cube) -> Mapping[Any, Cube]:
    """The cube's days, each as a cube; rows without a date are of none."""
    dates = cube.columns["date"]
    codes, distinct = pd.factorize(dates)
    if len(distinct) == 1 and not (codes < 0).any():
        return {np.asarray(distinct, "datetime64[s]")[0].item().date(): cube}
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(len(distinct) + 1))
    return {
        stamp.item().date(): cube.at(np.sort(order[ends[place] : ends[place + 1]]))
        for place, stamp in enumerate(np.asarray(distinct, "datetime64[s]"))
        if not np.isnat(stamp)
    }
