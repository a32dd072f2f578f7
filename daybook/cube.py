"""The sales `Cube`: what every figure of a report is made of, in few rows, exact, and addable to another cube.

One row holds the lines of one date, product, region (with up to two further dimensions) and price band, or those of one
date that were left out for one reason. Money and numbers are whole numbers of a decimal unit that the cube names
(``decimals``), so that adding never rounds. Lines without a readable date stand under the date ``NaT``.

Orders are counted by their number: beside its rows the cube keeps which order numbers each row holds, as 64-bit
digests, so that a distinct count over any rows, and over the sum of cubes, is the count over the file (two of a million
numbers share a digest once in forty million files). A line without a number counts as an order of its own.

What was sold in each hour of a day stands beside the rows too (`HourSums`), where the file's dates have times: as a key
of the rows it would make twenty-four of each.
"""

import datetime as dt
import gzip
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from daybook.errors import FileError
from daybook.exact import Coded, Values, add_up, distinct_rows, multiply, whole_numbers
from daybook.hours import HourSums
from daybook.language import Text

DIMENSIONS = ("region", "dimension_2", "dimension_3")
"""The keys of what is ranked beside products: the region, or what takes its place, and two more."""
KEYS = ("date", "product", *DIMENSIONS, "band", "left_out")
"""What a row is about: ``datetime64[s]``, names (blank ones as ``""``), the band's number (0: in no band), and why the
lines are no sales (`daybook.table.statuses.Reason`, 0: they are)."""
BANDS = ("0-100", "100-500", "500-1000", "1000-5000", "5000+")
"""The price bands 1 to 5; the upper bound belongs to the band. A price of 0 or below is in none."""
BAND_BOUNDS = (0, 100, 500, 1000, 5000)
"""What a price must be above to be in the band of that place."""
COUNTS = (
    "lines", "unnumbered", "price_count", "refunds", "blank_prices", "bad_prices", "blank_quantities",
    "bad_quantities", "blank_sales", "bad_sales", "blank_dates", "bad_dates",
)  # fmt: skip
"""Counts of lines: all, those without an order number, with a valid price, with negative sales, and what was wrong."""
AMOUNTS = {"sales": "sales", "refund_sales": "sales", "price_sum": "price", "quantity": "quantity", "profit": "profit"}
"""Sums, each with the unit that it is counted in."""
UNITS = ("sales", "price", "quantity", "profit")
MEASURES = (*COUNTS, *AMOUNTS)

_FORMAT = "daybook-cube-2"
_NOT_A_CUBE = Text(
    en="The file is not a sales cube of this version; make it again from the sales file.",
    zh="该文件不是此版本的销售汇总文件，请用销售文件重新生成。",
)


class OrderNumbers(NamedTuple):
    """Which order numbers the rows of a cube hold: distinct pairs of a row's place and a number's digest."""

    places: npt.NDArray[np.intp]
    digests: npt.NDArray[np.uint64]

    @classmethod
    def none(cls) -> Self:
        """No numbers at all."""
        return cls(np.array([], np.intp), np.array([], np.uint64))

    @classmethod
    def distinct(cls, places: npt.NDArray[np.intp], digests: npt.NDArray[np.uint64]) -> Self:
        """The pairs, each once."""
        if not len(places):
            return cls.none()
        codes, numbers = pd.factorize(digests)
        _, first = distinct_rows([(places, int(places.max()) + 1), (codes, len(numbers))])
        return cls(places[first], digests[first])


@dataclass(frozen=True, slots=True)
class Cube:
    """Daily aggregates, one row a key, in no order. ``columns`` holds `KEYS` and `MEASURES` as arrays of one length."""

    columns: Mapping[str, Values]
    decimals: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(UNITS, 0))
    numbers: OrderNumbers = field(default_factory=OrderNumbers.none)
    hours: HourSums = field(default_factory=HourSums)

    @classmethod
    def empty(cls) -> Self:
        """A cube of no lines."""
        nothing = np.array([], np.int64)
        names = dict.fromkeys(("product", *DIMENSIONS), nothing.astype(object))
        keys = {"date": nothing.astype("datetime64[s]"), **names, "band": nothing, "left_out": nothing}
        return cls(keys | dict.fromkeys(MEASURES, nothing))

    @classmethod
    def group(
        cls,
        keys: Mapping[str, "Coded"],
        measures: Mapping[str, Values],
        decimals: Mapping[str, int],
        numbers: OrderNumbers | None = None,
        hours: HourSums | None = None,
    ) -> Self:
        """Sum rows that have the same key; ``numbers`` speak of the rows as they come in, ``hours`` of the sum."""
        place, first = distinct_rows([(keys[key].codes, len(keys[key].distinct)) for key in KEYS])
        columns = {key: keys[key].distinct[keys[key].codes[first]] for key in KEYS}
        columns |= {name: add_up(measures[name], place, len(first)) for name in MEASURES}
        numbers = numbers or OrderNumbers.none()
        numbers = OrderNumbers.distinct(place[numbers.places], numbers.digests)
        return cls(columns, dict(decimals), numbers, hours or HourSums())

    @classmethod
    def sum(cls, cubes: Iterable["Cube"]) -> "Cube":
        """All cubes added into one."""
        parts = [cube for cube in cubes if len(cube)]
        if len(parts) <= 1:
            return parts[0] if parts else cls.empty()
        finest = {unit: max(cube.decimals[unit] for cube in parts) for unit in UNITS}
        keys = {key: Coded.of(np.concatenate([cube.columns[key] for cube in parts])) for key in KEYS}
        measures = {name: np.concatenate([cube.measure(name, finest) for cube in parts]) for name in MEASURES}
        before = np.cumsum([0, *map(len, parts)])
        numbers = OrderNumbers(
            np.concatenate([cube.numbers.places + start for cube, start in zip(parts, before, strict=False)]),
            np.concatenate([cube.numbers.digests for cube in parts]),
        )
        hours = HourSums.of(cube.hours.finer(finest["sales"] - cube.decimals["sales"]) for cube in parts)
        return cls.group(keys, measures, finest, numbers, hours)

    def __add__(self, other: "Cube") -> "Cube":
        return Cube.sum((self, other))

    def __len__(self) -> int:
        return len(self.columns["date"])

    @property
    def frame(self) -> pd.DataFrame:
        """The cube as a data frame, for looking at."""
        return pd.DataFrame(dict(self.columns))

    @property
    def sold(self) -> Self:
        """The part of the cube that is sales: what was left out is not in it."""
        left_out = self.columns["left_out"]
        return self.at(np.flatnonzero(left_out == 0)) if left_out.any() else self

    def measure(self, name: str, decimals: Mapping[str, int]) -> Values:
        """A measure in finer units than the cube's own, or the same."""
        unit = AMOUNTS.get(name)
        finer = decimals[unit] - self.decimals[unit] if unit else 0
        return multiply(self.columns[name], np.array([10**finer])) if finer else self.columns[name]

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
        return self.at(np.flatnonzero((dates >= np.datetime64(first, "s")) & (dates <= np.datetime64(last, "s"))))

    def at(self, rows: npt.NDArray[np.intp]) -> Self:
        """Some rows of the cube alone; ``rows`` ascend."""
        numbers = self.numbers
        if len(numbers.places):
            place = np.full(len(self), -1, np.intp)
            place[rows] = np.arange(len(rows))
            kept = place[numbers.places] >= 0
            numbers = OrderNumbers(place[numbers.places[kept]], numbers.digests[kept])
        columns = {name: values[rows] for name, values in self.columns.items()}
        hours = self.hours
        if hours:
            hours = hours.at(np.isin(hours.dates, columns["date"]))
        return replace(self, columns=columns, numbers=numbers, hours=hours)

    def timed_by(self, ends: Mapping[int, int]) -> Self:
        """The same without the hours of dates whose times are all midnight, which is how a date alone may be written.

        Args:
            ends: the latest second of each date at which a line stands, by the days since 1970-01-01.
        """
        if not self.hours:
            return self
        timed = np.array([day for day, second in ends.items() if second > 0], "datetime64[D]")
        return replace(self, hours=self.hours.at(np.isin(self.hours.dates, timed.astype("datetime64[s]"))))

    def by_hour(self) -> dict[dt.date, dict[int, tuple[int, int]]]:
        """What was sold in each hour of each date, in order: sales in units, and lines.

        A date some of whose lines say no time of day is not in it: its hours would not add up to it.
        """
        if not self.hours:
            return {}
        found: dict[dt.date, dict[int, tuple[int, int]]] = {}
        for day, hour, sales, lines in self.hours.rows():
            found.setdefault(dt.date.fromisoformat(day), {})[hour] = (sales, lines)
        dates, sums = self.sold.totals("date", ["lines"])
        whole = {str(date)[:10]: lines for date, lines in zip(dates, sums["lines"], strict=True)}
        return {
            date: hours
            for date, hours in found.items()
            if sum(lines for _, lines in hours.values()) == whole.get(str(date))
        }

    def totals(
        self, key: str, measures: Sequence[str] = (*MEASURES, "orders")
    ) -> tuple[list[Any], dict[str, list[int]]]:
        """Measures summed by one key: the key's values, and each measure's sums as Python integers.

        ``orders`` may be among the measures: distinct order numbers, and the lines that have none.
        """
        place, distinct = pd.factorize(self.columns[key], use_na_sentinel=False)
        count = len(distinct)
        sums = {
            name: self._orders(place, count) if name == "orders" else add_up(self.columns[name], place, count)
            for name in measures
        }
        return list(distinct), {name: values.tolist() for name, values in sums.items()}

    def total(self, name: str) -> int:
        """One measure over the whole cube."""
        place = np.zeros(len(self), np.intp)
        return int((self._orders(place, 1) if name == "orders" else add_up(self.columns[name], place, 1))[0])

    def _orders(self, place: npt.NDArray[np.intp], places: int) -> Values:
        orders = add_up(self.columns["unnumbered"], place, places)
        if len(self.numbers.places):
            numbers = OrderNumbers.distinct(place[self.numbers.places], self.numbers.digests)
            orders = orders + np.bincount(numbers.places, minlength=places)
        return orders

    def save(self, path: Path) -> None:
        """Write the cube to a file that `load` reads: gzipped CSV under one line of JSON."""
        head = {"format": _FORMAT, "decimals": dict(self.decimals), "hours": self.hours.rows()}
        held: list[list[str]] = [[] for _ in range(len(self))]
        for place, digest in zip(self.numbers.places.tolist(), self.numbers.digests.tolist(), strict=True):
            held[place].append(f"{digest:016x}")
        rows = self.frame.assign(numbers=[" ".join(sorted(digests)) for digests in held])
        rows = rows.sort_values(list(KEYS), kind="stable")
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
            about = json.loads(head)
            decimals = _decimals(about)
            frame = pd.read_csv(io.StringIO(body), dtype=object, keep_default_na=False)
            return replace(cls._typed(frame, decimals), hours=HourSums.read(about.get("hours", [])))
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            raise FileError(_NOT_A_CUBE) from None

    @classmethod
    def _typed(cls, frame: pd.DataFrame, decimals: Mapping[str, int]) -> Self:
        data: dict[str, Any] = {"date": frame["date"].replace("", "NaT").to_numpy().astype("datetime64[s]")}
        data |= {name: frame[name].to_numpy() for name in ("product", *DIMENSIONS)}
        data |= {name: frame[name].astype(np.int8).to_numpy() for name in ("band", "left_out")}
        for name in MEASURES:
            data[name] = whole_numbers([int(text) for text in frame[name]])
        pairs = [(place, int(text, 16)) for place, held in enumerate(frame["numbers"]) for text in held.split()]
        numbers = OrderNumbers(
            np.array([place for place, _ in pairs], np.intp), np.array([digest for _, digest in pairs], np.uint64)
        )
        return cls(data, decimals, numbers)


def _decimals(head: dict[str, Any]) -> dict[str, int]:
    if head["format"] != _FORMAT:
        raise ValueError(head["format"])
    return {unit: int(head["decimals"][unit]) for unit in UNITS}
