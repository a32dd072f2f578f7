"""`DayOfBook`: a day that a book holds, for its page: the report on it, all that is ranked, and the days around it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from daybook.analysis import sales_report
from daybook.book.texts import OTHER_CURRENCY
from daybook.chosen_day import chosen_day
from daybook.cube import Cube
from daybook.days import COMPARED_DAYS, DayTotals, FileFacts, Remembered
from daybook.expect.forecast import Forecast
from daybook.language import Language
from daybook.page.goods import Ranked, bands_of, rankings_of_cubes
from daybook.parameters import AnalysisParameters
from daybook.period_report import understanding_of_book
from daybook.report import BookUse, DatesUse, SalesReport, Understanding
from daybook.words.figures import bases
from daybook.words.figures import day as said_day

if TYPE_CHECKING:
    from daybook.book import Book
    from daybook.book.index import DayEntry

HISTORY_DAYS = 62
"""Days before the reported one that its charts may show."""


@dataclass(frozen=True, slots=True)
class DayOfBook:
    """A day of a book, and the days around it as the index has them."""

    book: "Book"
    entry: "DayEntry"
    around: "Mapping[dt.date, DayEntry]"
    """Those of `HISTORY_DAYS` before it, the day itself, and a week after it."""
    cube: Cube
    """What was sold on the day, and what was left out."""

    @classmethod
    def of(cls, book: "Book", date: dt.date) -> Self | None:
        """The day of that date; ``None`` where the book has none.

        Raises:
            FileError: its file is damaged.
        """
        first, last = date - dt.timedelta(days=HISTORY_DAYS), date + dt.timedelta(days=7)
        around = {entry.totals.date: entry for entry in book.days(first, last)}
        cube = book.day(date) if date in around else None
        return None if cube is None else cls(book, around[date], around, cube)

    @property
    def date(self) -> dt.date:
        """Which day it is."""
        return self.entry.totals.date

    def earlier(self, days: int) -> DayTotals | None:
        """The day so many days before, where it may be compared with: it is there, and in the same currency."""
        found = self.around.get(self.date - dt.timedelta(days=days))
        return found.totals if found and not self._other_currency(found.totals) else None

    @property
    def history(self) -> list[DayTotals]:
        """The days up to this one that may be compared with it, in order."""
        entries = (entry.totals for date, entry in sorted(self.around.items()) if date <= self.date)
        return [totals for totals in entries if not self._other_currency(totals)]

    def forecast(self, language: Language) -> Forecast | None:
        """Of the days after this one; ``None`` where the book has such days already, or cannot tell."""
        if self.book.days(self.date + dt.timedelta(days=1)):
            return None
        found = self.book.forecast(language=language)
        return found if found.days else None

    def report(self, language: Language) -> SalesReport:
        """The report on the day as the book has it."""
        totals = {found.date: found for days in COMPARED_DAYS if (found := self.earlier(days))}
        others = [self.around.get(self.date - dt.timedelta(days=days)) for days in COMPARED_DAYS]
        use = BookUse(
            name=self.book.name,
            revision=self.entry.revision,
            taken=self.entry.taken,
            compared=sorted(totals, reverse=True),
            notes=[
                OTHER_CURRENCY.to(
                    language,
                    book=self.book.name,
                    day=said_day(other.totals.date, language),
                    other=other.totals.currency,
                    own=self.entry.totals.currency,
                )
                for other in others
                if other and self._other_currency(other.totals)
            ],
        )
        asked = AnalysisParameters(date=self.date, language=language)
        day, own = chosen_day(self.cube, asked, {}), self.entry.totals
        facts = FileFacts(day, currency=own.currency, money=own.money, language=language)
        return sales_report(
            self.cube,
            asked,
            day=day,
            understanding=self._understanding(language),
            remembered=Remembered(
                use, totals, known=self.book.known_before(self.date, facts), explained=self.entry.explained
            ),
        )

    def rankings(self, report: SalesReport) -> list[Ranked]:
        """All that was sold, ranked, with the change on the same day of the week before, or on the day before."""
        language = report.language
        base, earlier = "", None
        for days, name in zip(reversed(COMPARED_DAYS), reversed(bases(report)), strict=True):
            if self.earlier(days):
                earlier = self.book.day(self.date - dt.timedelta(days=days))
                base = name if earlier is not None else ""
                break
        before = earlier.sold if earlier is not None else None
        return [
            *rankings_of_cubes(self.cube.sold, before, self.entry.dimensions, base, language),
            bands_of(report),
        ]

    def _other_currency(self, other: DayTotals) -> bool:
        own = self.entry.totals.currency
        return bool(own and other.currency and own != other.currency)

    def _understanding(self, language: Language) -> Understanding:
        """What the day's file was taken for, as far as the book knows it."""
        dates = DatesUse(day=self.date, first=self.date, last=self.date, count=1, unfinished=self.entry.unfinished)
        return understanding_of_book(self.cube, self.entry.dimensions, language, dates)
