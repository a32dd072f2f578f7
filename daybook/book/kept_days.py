"""`KeptDays`: the days of a book as periods are made of them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from daybook.cube import Cube
from daybook.days import DayTotals, FileFacts, HeldDay

if TYPE_CHECKING:
    from daybook.book.shelf import Book


@dataclass(frozen=True, slots=True)
class KeptDays:
    """The days of a book: `daybook.days.HeldDays`."""

    book: "Book"

    def ends(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last day."""
        entries = self.book.days()
        return (entries[0].totals.date, entries[-1].totals.date) if entries else None

    def held(self, first: dt.date, last: dt.date) -> dict[dt.date, HeldDay]:
        """The days between two, as the index has them."""
        return {
            entry.totals.date: HeldDay(entry.totals, not entry.unfinished, entry.dimensions)
            for entry in self.book.days(first, last)
        }

    def cube(self, dates: Sequence[dt.date]) -> Cube:
        """The sum of some days.

        Raises:
            FileError: a day's file is damaged.
        """
        cubes = (self.book.day(date) for date in dates)
        return Cube.sum(cube for cube in cubes if cube is not None)


def is_comparable(totals: DayTotals, file: FileFacts | DayTotals) -> bool:
    """Whether a day's sales are of another's currency, and read from the same column, where both say which."""
    pairs = ((totals.currency, file.currency), (totals.money, file.money))
    return all(not own or not other or own == other for own, other in pairs)
