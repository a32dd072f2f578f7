"""Which period is asked for, what is known of its days, and which of them stand beside those of an earlier one.

Only like is compared with like. Two whole periods are compared as they are; where a day of one of them is missing, was
not over, or is in another currency, only the days that both have are, by their place: the same weekday of a week, day
of a month. A weekday without data in the four weeks before either is a day on which nothing is sold: it is not missing.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from daybook.analysis import summary_of
from daybook.cube import Cube, OrderNumbers
from daybook.days import FileFacts, HeldDay, HeldDays, LastCompleteOn, Wish, percent_of
from daybook.days import compared as compared_totals
from daybook.earlier import Known
from daybook.periods import Period
from daybook.report import EarlierPeriod

if TYPE_CHECKING:
    from daybook.parameters import AnalysisParameters

BEFORE = dt.timedelta(days=28)
"""The weeks by which a weekday is known as one on which nothing is sold."""
KNOWN_LEAST = 14
"""Days of those weeks that must be known for that."""
ANEW_BELOW = 0.7
"""Where a period has fewer distinct order numbers than this part of what its days add up to, the numbers begin anew
each day: an order with lines on two days is rare."""


@dataclass(frozen=True, slots=True)
class FileDays:
    """The days of a file."""

    all: Cube
    file: FileFacts

    def ends(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last plausible day."""
        dates = self.file.day.dates
        return (dates[0], dates[-1]) if dates else None

    def held(self, first: dt.date, last: dt.date) -> Mapping[dt.date, HeldDay]:
        """Its plausible days between two."""
        sold = self.all.sold.between(first, last)
        return {
            date: HeldDay(Known.totals(date, sold.on(date)), date != self.file.unfinished, self.file.dimensions)
            for date in sold.dates
            if date in self.file.day.dates
        }

    def cube(self, dates: Sequence[dt.date]) -> Cube:
        """The part of the file that is about some days."""
        return _on(self.all, dates)


def chosen_period(parameters: "AnalysisParameters", ends: tuple[dt.date, dt.date], now: dt.date) -> Period:
    """The period that is asked for; where none is named, the latest one whose last day has data, if there is one.

    Args:
        parameters: the period's kind, and a day in it or its name.
        ends: the first and the last day with data.
        now: the run's own date.

    Raises:
        ParameterError: a range without its days.
    """
    kind, wish = parameters.kind, parameters.date
    match wish:
        case Period():
            return wish
        case LastCompleteOn() | Wish.LAST_COMPLETE:
            running = Period.around(kind, wish.day if isinstance(wish, LastCompleteOn) else now)
            return running.before() or running
        case dt.date():
            return Period.around(kind, wish)
        case Wish.YESTERDAY:
            return Period.around(kind, now - dt.timedelta(days=1))
    latest = Period.around(kind, ends[1])
    if wish is Wish.LATEST:
        return latest
    before = latest.before()
    return latest if latest.last <= ends[1] or before is None or before.last < ends[0] else before


class Stretch(NamedTuple):
    """A period with what is known of its days."""

    period: Period
    held: Mapping[dt.date, HeldDay]
    """Its days with data, and those of the weeks before it."""
    dates: list[dt.date]
    """Its days with data that are added up, in order."""
    missing: list[dt.date]
    closed: list[dt.date]
    """Days without data whose weekday had none before either."""
    foreign: list[dt.date]
    """Days in another currency."""

    @classmethod
    def of(cls, period: Period, days: HeldDays, currency: str | None = None) -> "Stretch":
        """A period of some days: of those in a currency, that of its last day where none is given."""
        start = max(period.first.toordinal() - BEFORE.days, 1)
        held = days.held(dt.date.fromordinal(start), period.last)
        if currency is None:
            latest = max((date for date in held if date >= period.first), default=None)
            currency = held[latest].totals.currency if latest else ""
        before = [date for date in held if date < period.first]
        weekdays = {date.weekday() for date in before}
        missing: list[dt.date] = []
        closed: list[dt.date] = []
        foreign: list[dt.date] = []
        dates: list[dt.date] = []
        for date in period.days:
            if date not in held:
                is_closed = len(before) >= KNOWN_LEAST and date.weekday() not in weekdays
                (closed if is_closed else missing).append(date)
            elif currency and held[date].totals.currency not in {"", currency}:
                foreign.append(date)
            else:
                dates.append(date)
        return cls(period, held, dates, missing, closed, foreign)

    @property
    def good(self) -> list[dt.date]:
        """The days that can be compared: those that were over."""
        return [date for date in self.dates if self.held[date].is_finished]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing of it."""
        return bool(self.dates) and not self.missing and not self.foreign and len(self.good) == len(self.dates)


class Cubes(NamedTuple):
    """What was sold on the days that are compared, now and then."""

    now: Cube
    then: Cube


@dataclass(frozen=True, slots=True)
class Beside:
    """A period beside earlier ones."""

    own: Stretch
    part: Cube
    """What was sold in it."""
    days: HeldDays
    anew: bool

    def with_period(self, earlier: Period | None) -> tuple[EarlierPeriod | None, Cubes | None]:
        """The period beside an earlier one, and the cubes that are compared; nothing of days before all dates."""
        if earlier is None:
            return None, None
        own = self.own
        then = Stretch.of(earlier, self.days, own.held[own.dates[-1]].totals.currency)
        known = EarlierPeriod(first=earlier.first, last=earlier.last, due=len(earlier), held=len(then.dates))
        is_partial = not (own.is_whole and then.is_whole)
        if not is_partial:
            ours, theirs = own.dates, then.dates
        else:
            good, theirs_good = set(own.good), set(then.good)
            pairs = [(a, b) for a, b in own.period.pairs(earlier).items() if a in good and b in theirs_good]
            if 2 * len(pairs) < max(len(own.dates), 1):
                return known, None
            ours, theirs = [a for a, _ in pairs], [b for _, b in pairs]
        past = self.days.cube(theirs).sold
        past = numbered_by_day(past) if self.anew else past
        is_all = len(ours) == len(own.dates)
        mine = self.part if is_all else _on(self.part, ours)
        totals = Known.totals(own.period.first, mine)
        was = Known.totals(earlier.first, past)
        found = known.model_copy(
            update={
                "compared": len(ours),
                "is_partial": is_partial,
                "comparison": compared_totals(totals, was),
                "own": None if is_all else summary_of(mine),
                "average_change_percent": _of_average(
                    Fraction(totals.sales) / len(ours), Fraction(was.sales) / len(theirs)
                )
                if len(ours) != len(theirs)
                else None,
            }
        )
        return found, Cubes(mine, past)


def _of_average(now: Fraction, then: Fraction) -> float | None:
    return percent_of(now - then, max(then, Fraction(0)))


def _on(cube: Cube, dates: Sequence[dt.date]) -> Cube:
    return cube.at(np.flatnonzero(np.isin(cube.columns["date"], np.array(dates, "datetime64[s]"))))


def numbers_begin_anew(sold: Cube) -> bool:
    """Whether order numbers are those of a day: the same stand on most days."""
    _, by_day = sold.totals("date", ["orders"])
    every = sum(by_day["orders"])
    return len(by_day["orders"]) > 1 and sold.total("orders") < ANEW_BELOW * every


def numbered_by_day(sold: Cube) -> Cube:
    """The same with an order's number its own on its day."""
    day = sold.columns["date"].astype("datetime64[D]").astype(np.int64).astype(np.uint64)
    salt = day[sold.numbers.places] * np.uint64(0x9E3779B97F4A7C15)
    return replace(sold, numbers=OrderNumbers(sold.numbers.places, sold.numbers.digests ^ salt))
