"""The sales cube: what every figure of a report is made of, in few rows, exact, and addable to another cube.

One row holds the orders of one date, product, region and price band. Money and numbers are whole numbers of a
decimal unit that the cube names (``price_decimals``, ``quantity_decimals``; sales have the sum of the two), so
that adding never rounds. Orders without a readable date stand under the date ``NaT``.
"""

import datetime as dt
import gzip
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from daybook.errors import FileError
from daybook.language import Text

KEYS = ("date", "product", "region", "band")
"""What a row is about: ``datetime64[s]``, names (blank ones as ``""``), and the band's number (0: in no band)."""
BANDS = ("0-100", "100-500", "500-1000", "1000-5000", "5000+")
"""The price bands 1 to 5; the upper bound belongs to the band. A price of 0 or below is in none."""
BAND_BOUNDS = (0, 100, 500, 1000, 5000)
"""What a price must be above to be in the band of that place."""
COUNTS = (
    "orders", "price_count", "refunds", "blank_prices", "bad_prices", "blank_quantities", "bad_quantities",
    "blank_dates", "bad_dates",
)  # fmt: skip
"""Counts of orders: all, those with a valid price, those with negative sales, and what was wrong with cells."""
AMOUNTS = {"sales": (1, 1), "refund_sales": (1, 1), "price_sum": (1, 0), "quantity": (0, 1)}
"""Sums, each with how many price and quantity units it is a product of."""
MEASURES = (*COUNTS, *AMOUNTS)

_SAFE = float(2**62)
_FORMAT = "daybook-cube-1"
_NOT_A_CUBE = Text(
    en="The file is not a sales cube of this version; make it again from the sales file.",
    zh="该文件不是此版本的销售汇总文件，请用销售文件重新生成。",
)

type Values = npt.NDArray[Any]
"""Whole numbers: int64, or Python's own where int64 could overflow."""


class Coded(NamedTuple):
    """A key column: its distinct values, and each row's place among them."""

    codes: npt.NDArray[np.signedinteger]
    distinct: Values

    @classmethod
    def of(cls, values: Values) -> Self:
        """The column of these values."""
        return cls(*pd.factorize(values, use_na_sentinel=False))

    def at(self, rows: npt.NDArray[np.intp]) -> Self:
        """The column at some rows alone."""
        return self._replace(codes=self.codes[rows])


@dataclass(frozen=True, slots=True)
class Cube:
    """Daily aggregates, one row a key, in no order. ``columns`` holds `KEYS` and `MEASURES` as arrays of one length."""

    columns: Mapping[str, Values]
    price_decimals: int = 0
    quantity_decimals: int = 0

    @classmethod
    def empty(cls) -> Self:
        """A cube of no orders."""
        nothing = np.array([], np.int64)
        keys = {"date": nothing.astype("datetime64[s]"), "product": nothing.astype(object)}
        return cls(keys | {"region": keys["product"], "band": nothing} | dict.fromkeys(MEASURES, nothing))

    @classmethod
    def group(
        cls,
        keys: Mapping[str, "Coded"],
        measures: Mapping[str, Values],
        price_decimals: int = 0,
        quantity_decimals: int = 0,
    ) -> Self:
        """Sum rows that have the same key."""
        place, first = distinct_rows([(keys[key].codes, len(keys[key].distinct)) for key in KEYS])
        columns = {key: keys[key].distinct[keys[key].codes[first]] for key in KEYS}
        columns |= {name: add_up(measures[name], place, len(first)) for name in MEASURES}
        return cls(columns, price_decimals, quantity_decimals)

    @classmethod
    def sum(cls, cubes: Iterable["Cube"]) -> "Cube":
        """All cubes added into one."""
        parts = [cube for cube in cubes if len(cube)]
        if len(parts) <= 1:
            return parts[0] if parts else cls.empty()
        price = max(cube.price_decimals for cube in parts)
        quantity = max(cube.quantity_decimals for cube in parts)
        keys = {key: Coded.of(np.concatenate([cube.columns[key] for cube in parts])) for key in KEYS}
        measures = {name: np.concatenate([cube.measure(name, price, quantity) for cube in parts]) for name in MEASURES}
        return cls.group(keys, measures, price, quantity)

    def __add__(self, other: "Cube") -> "Cube":
        return Cube.sum((self, other))

    def __len__(self) -> int:
        return len(self.columns["date"])

    @property
    def frame(self) -> pd.DataFrame:
        """The cube as a data frame, for looking at."""
        return pd.DataFrame(dict(self.columns))

    def measure(self, name: str, price_decimals: int, quantity_decimals: int) -> Values:
        """A measure in finer units than the cube's own, or the same."""
        of_price, of_quantity = AMOUNTS.get(name, (0, 0))
        finer = of_price * (price_decimals - self.price_decimals)
        finer += of_quantity * (quantity_decimals - self.quantity_decimals)
        return multiply(self.columns[name], np.array([10**finer])) if finer else self.columns[name]

    def decimals(self, name: str) -> int:
        """How many decimals a sum of this cube has."""
        of_price, of_quantity = AMOUNTS[name]
        return of_price * self.price_decimals + of_quantity * self.quantity_decimals

    @property
    def dates(self) -> list[dt.date]:
        """The dates that the cube holds, in order."""
        dates = np.unique(self.columns["date"])
        return [stamp.item().date() for stamp in dates[~np.isnat(dates)]]

    def on(self, date: dt.date) -> Self:
        """The part of the cube that is about one date."""
        return self.between(date, date)

    def between(self, first: dt.date, last: dt.date) -> Self:
        """The part of the cube from ``first`` to ``last``, both included."""
        dates = self.columns["date"]
        inside = np.flatnonzero((dates >= np.datetime64(first, "s")) & (dates <= np.datetime64(last, "s")))
        part = {name: values[inside] for name, values in self.columns.items()}
        return type(self)(part, self.price_decimals, self.quantity_decimals)

    def totals(self, key: str) -> tuple[list[Any], dict[str, list[int]]]:
        """Every measure summed by one key: the key's values, and each measure's sums as Python integers."""
        place, distinct = pd.factorize(self.columns[key], use_na_sentinel=False)
        sums = {name: add_up(self.columns[name], place, len(distinct)).tolist() for name in MEASURES}
        return list(distinct), sums

    def total(self, name: str) -> int:
        """One measure over the whole cube."""
        return int(add_up(self.columns[name], np.zeros(len(self), np.int64), 1)[0])

    def save(self, path: Path) -> None:
        """Write the cube to a file that `load` reads: gzipped CSV under one line of JSON."""
        head = {
            "format": _FORMAT,
            "price_decimals": self.price_decimals,
            "quantity_decimals": self.quantity_decimals,
        }
        rows = self.frame.sort_values(list(KEYS), kind="stable")
        text = json.dumps(head) + "\n" + rows.to_csv(index=False, lineterminator="\n")
        path.write_bytes(gzip.compress(text.encode(), mtime=0))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a cube that `save` wrote.

        Raises:
            FileError: the file is no cube of this version.
        """
        try:
            head, _, body = gzip.decompress(path.read_bytes()).decode().partition("\n")
            decimals = _decimals(json.loads(head))
            frame = pd.read_csv(io.StringIO(body), dtype=object, keep_default_na=False)
            return cls._typed(frame, *decimals)
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            raise FileError(_NOT_A_CUBE) from None

    @classmethod
    def _typed(cls, frame: pd.DataFrame, price_decimals: int, quantity_decimals: int) -> Self:
        data: dict[str, Any] = {
            "date": frame["date"].replace("", "NaT").to_numpy().astype("datetime64[s]"),
            "product": frame["product"].to_numpy(),
            "region": frame["region"].to_numpy(),
            "band": frame["band"].astype(np.int8).to_numpy(),
        }
        for name in MEASURES:
            data[name] = whole_numbers([int(text) for text in frame[name]])
        return cls(data, price_decimals, quantity_decimals)


def _decimals(head: dict[str, Any]) -> tuple[int, int]:
    if head["format"] != _FORMAT:
        raise ValueError(head["format"])
    return int(head["price_decimals"]), int(head["quantity_decimals"])


def whole_numbers(values: Sequence[int]) -> Values:
    """Python integers as int64 where all fit."""
    if all(-(2**62) < value < 2**62 for value in values):
        return np.array(values, np.int64)
    return np.array(values, object)


def multiply(left: Values, right: Values) -> Values:
    """Left times right without overflow: Python's integers where int64 is too small."""
    if left.size == 0 or _size(left) * _size(right) < _SAFE:
        return left * right
    return cast("Values", left.astype(object) * right.astype(object))


def add_up(values: Values, place: npt.NDArray[np.intp], places: int) -> Values:
    """Sum ``values`` into ``places`` sums without overflow; ``place`` says where each value goes."""
    if values.dtype == object or _size(values) * max(len(values), 1) >= _SAFE:
        sums = np.zeros(places, object)
        np.add.at(sums, place, values.astype(object))
        return whole_numbers(sums.tolist())
    whole = np.zeros(places, np.int64)
    np.add.at(whole, place, values.astype(np.int64, copy=False))
    return whole


def _size(values: Values) -> float:
    return float(max(-int(values.min()), int(values.max()), 0)) if values.size else 0.0


def distinct_rows(
    columns: Sequence[tuple[npt.NDArray[np.signedinteger], int]],
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Each row's place among the distinct rows, and the row where each of those stands first.

    Args:
        columns: each column's codes, and how many codes it may have.
    """
    packed = np.zeros(len(columns[0][0]), np.int64)
    span = 1
    for codes, size in columns:
        if span * size >= _SAFE:
            packed, distinct = pd.factorize(packed)
            span = len(distinct)
        packed = packed * size + codes
        span *= max(size, 1)
    place, distinct = pd.factorize(packed)
    first = np.zeros(len(distinct), np.intp)
    first[place[::-1]] = np.arange(len(packed) - 1, -1, -1)
    return place, first
