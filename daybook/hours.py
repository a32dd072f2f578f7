"""`HourSums`: what was sold in each hour of the days of a cube, exact, where its file's dates have times."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from daybook.exact import Coded, Values, add_up, distinct_rows, multiply, whole_numbers


@dataclass(frozen=True, slots=True)
class HourSums:
    """What the lines that are sales came to in each hour of each date; lines without a time of day are in none."""

    dates: npt.NDArray[np.datetime64] = field(default_factory=lambda: np.array([], "datetime64[s]"))
    hours: npt.NDArray[np.int64] = field(default_factory=lambda: np.array([], np.int64))
    sales: Values = field(default_factory=lambda: np.array([], np.int64))
    """In the units of the cube."""
    lines: Values = field(default_factory=lambda: np.array([], np.int64))

    @classmethod
    def of(cls, parts: Iterable["HourSums"]) -> Self:
        """All parts added into one; their units are the same."""
        held = [part for part in parts if len(part)]
        if not held:
            return cls()
        dates, hours, sales, lines = (np.concatenate([getattr(part, name) for part in held]) for name in _COLUMNS)
        keys = [Coded.of(values) for values in (dates, hours)]
        place, first = distinct_rows([(key.codes, len(key.distinct)) for key in keys])
        return cls(dates[first], hours[first], *(add_up(values, place, len(first)) for values in (sales, lines)))

    def __len__(self) -> int:
        return len(self.hours)

    def at(self, rows: npt.NDArray[np.bool_ | np.intp]) -> Self:
        """Some of them alone."""
        return type(self)(*(getattr(self, name)[rows] for name in _COLUMNS))

    def finer(self, decimals: int) -> Self:
        """The same in units that have so many more decimals."""
        return replace(self, sales=multiply(self.sales, np.array([10**decimals]))) if decimals else self

    def coarser(self, step: int) -> Self:
        """The same in order, and in units of so many, which divide all sales."""
        ordered = self.at(np.lexsort([self.hours, self.dates]))
        return replace(ordered, sales=whole_numbers([int(units) // step for units in ordered.sales]))

    def rows(self) -> list[tuple[str, int, int, int]]:
        """Date, hour, sales and lines of each, in order."""
        dates = self.dates.astype("datetime64[D]").astype(str)
        columns = (values.tolist() for values in (dates, self.hours, self.sales, self.lines))
        return sorted(zip(*columns, strict=True))

    @classmethod
    def read(cls, rows: Sequence[Sequence[Any]]) -> Self:
        """What `rows` gave."""
        if not rows:
            return cls()
        dates, hours, sales, lines = zip(*rows, strict=True)
        keys = np.array(dates, "datetime64[s]"), np.array(hours, np.int64)
        return cls(*keys, whole_numbers(sales), whole_numbers(lines))


_COLUMNS = ("dates", "hours", "sales", "lines")
