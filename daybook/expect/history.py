"""`History`: the days of a book as a matrix of days and series, and what is expected of each series on a day."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from daybook.expect.calendar import kind_of
from daybook.expect.parts import DayParts, Part, PartsOf
from daybook.expect.series import Expected, Floats, expected
from daybook.explanation import Because

LARGE_SHARE = 0.02
"""From this part of the sales of the last four weeks a product or region is large."""
MOST_LARGE = 200
LARGE_DAYS = 20
"""On so many of the last 28 known days it was sold."""
RECENT_DAYS = 28
LEAST_SAME_WEEKDAYS = 2
"""Of the recent days, before it is said how many rows a weekday usually has."""


@dataclass(frozen=True, slots=True)
class History:
    """Days that are learned from, in order and without a gap: one that is not known has no figures."""

    first: dt.date
    days: list[DayParts | None]

    @classmethod
    def before(cls, day: dt.date, known: Sequence[DayParts]) -> "History | None":
        """The days up to the one before a day; ``None`` where there are none."""
        held = {each.date: each for each in known if each.date < day and is_learned_from(each)}
        if not held:
            return None
        first = min(held)
        dates = (first + dt.timedelta(days=number) for number in range((day - first).days))
        return cls(first, [held.get(date) for date in dates])

    def __len__(self) -> int:
        return sum(day is not None for day in self.days)

    @property
    def recent(self) -> list[DayParts]:
        """The last four weeks of known days."""
        return [day for day in self.days if day is not None][-RECENT_DAYS:]

    def usual_rows(self, date: dt.date) -> float | None:
        """Rows of an ordinary day of that weekday; ``None`` where too few are known, or the date is no ordinary one."""
        if kind_of(date):
            return None
        same = [day.lines for day in self.recent if day.date.weekday() == date.weekday() and not kind_of(day.date)]
        return float(np.median(same)) if len(same) >= LEAST_SAME_WEEKDAYS else None

    def totals(self, of: Callable[[DayParts], float]) -> Floats:
        """One figure of each day: days x 1."""
        return np.array([[np.nan if day is None else of(day)] for day in self.days])

    def parts(self, parts_of: PartsOf, names: Sequence[str]) -> dict[str, Floats]:
        """The sales, orders and quantity of some products or regions: days x names each.

        One that a day does not have sold nothing; where the day keeps its largest alone, it is not known.
        """
        found = {name: np.full((len(self.days), len(names)), np.nan) for name in Part._fields}
        places = {name: place for place, name in enumerate(names)}
        for row, day in enumerate(self.days):
            held = None if day is None else parts_of(day)
            if day is None or held is None:
                continue
            if not day.is_cut:
                for values in found.values():
                    values[row] = 0.0
            scale = 10.0 ** -day.decimals[0], 1.0, 10.0 ** -day.decimals[1]
            for name, part in held.items():
                place = places.get(name)
                if place is not None:
                    for field, value, unit in zip(Part._fields, part, scale, strict=True):
                        found[field][row, place] = value * unit
        return found

    def large(self, parts_of: PartsOf) -> list[str]:
        """The products or regions that are large and sold nearly each day, the largest first."""
        sales: dict[str, float] = {}
        days: dict[str, int] = {}
        for day in self.recent:
            for name, part in (parts_of(day) or {}).items():
                sales[name] = sales.get(name, 0.0) + float(day.sales(part))
                days[name] = days.get(name, 0) + 1
        whole = sum(value for value in sales.values() if value > 0)
        least = min(LARGE_DAYS, len(self.recent))
        ranked = sorted(sales, key=lambda name: -sales[name])
        return [name for name in ranked if name and days[name] >= least and sales[name] >= LARGE_SHARE * whole][
            :MOST_LARGE
        ]

    def expected(self, values: Floats, ahead: int = 1) -> Expected:
        """What the days after the known ones should be."""
        return expected(values, self.first, ahead)


_OF_CALENDAR = (Because.PROMOTION, Because.HOLIDAY)


def is_learned_from(day: DayParts) -> bool:
    """Whether expectations are made of a day: it is over, and nobody explained it.

    A promotion or a holiday that the calendar knows too stays: the same day of the next year is learned from it.
    """
    is_known = day.explained in _OF_CALENDAR and kind_of(day.date) is not None
    return day.is_finished and (day.explained is None or is_known)
