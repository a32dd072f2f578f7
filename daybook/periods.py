"""`Period`: a week, a month or a range of days that is reported, which one it was before, and how its days are paired.

A week is that of ISO 8601: Monday to Sunday, named ``2026-W45``. The year before a week is 52 weeks earlier, so that
the same weekdays stand beside each other; of a month it is the same month, of a range the same dates.
"""

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from daybook.errors import ParameterError
from daybook.language import Text, excerpt

WEEK = 7
YEAR_OF_WEEKS = 364
MOST_DAYS = 400
"""Of a range."""

BAD_PERIOD = Text(
    en="The period “{value}” is not known; choose day, week, month or range.",
    zh="“周期”的值“{value}”无效，请选择 day（日）、week（周）、month（月）或 range（自定义日期段）。",
    code="bad_period",
)
OTHER_PERIOD = Text(
    en="{date} is no {kind}; name a day in it, or leave the period empty.",
    zh="{date} 与周期 {kind} 不符；请填写其中的某一天，或将周期留空。",
    code="other_period",
)
RANGE_NEEDS_DAYS = Text(
    en="A range needs its first and last day; write the date like 2026-10-01..2026-10-15.",
    zh="自定义日期段需要首日和末日，请将日期写成 2026-10-01..2026-10-15 这样的形式。",
    code="range_needs_days",
)
BAD_RANGE = Text(
    en="The range {date} is invalid; its last day comes after the first, and it has {most} days at the most.",
    zh="日期段 {date} 无效：末日不能早于首日，且最多 {most} 天。",
    code="bad_range",
)


class Kind(StrEnum):
    """How long what is reported lasts."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    RANGE = "range"


_KINDS = {
    "": Kind.DAY, "daily": Kind.DAY, "日": Kind.DAY, "日报": Kind.DAY, "weekly": Kind.WEEK, "周": Kind.WEEK,
    "周报": Kind.WEEK, "monthly": Kind.MONTH, "月": Kind.MONTH, "月报": Kind.MONTH,
}  # fmt: skip
_WEEK = re.compile(r"(\d{4})-?[Ww](\d{1,2})|(\d{4})年第?(\d{1,2})周")
_MONTH = re.compile(r"(\d{4})[-/](\d{1,2})|(\d{4})年(\d{1,2})月")
_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2})\s*(?:\.\.+|–|~|至|to|/)\s*(\d{4}-\d{2}-\d{2})")


def kind_of_period(value: object) -> Kind:
    """The kind that a caller named; a day where none is.

    Raises:
        ParameterError: there is no such kind.
    """
    name = "" if value is None else str(value).strip().lower()
    if name in _KINDS:
        return _KINDS[name]
    try:
        return Kind(name)
    except ValueError:
        raise ParameterError(BAD_PERIOD, value=excerpt(value)) from None


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days."""

    kind: Kind
    first: dt.date
    last: dt.date

    @classmethod
    def around(cls, kind: Kind, day: dt.date) -> Self:
        """The week or month that a day is in.

        Raises:
            ParameterError: of a range both ends must be named.
        """
        if kind is Kind.WEEK:
            monday = day - dt.timedelta(days=min(day.weekday(), day.toordinal() - 1))
            return cls(kind, monday, monday + dt.timedelta(days=WEEK - 1))
        if kind is Kind.MONTH:
            return cls(kind, day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1]))
        if kind is Kind.DAY:
            return cls(kind, day, day)
        raise ParameterError(RANGE_NEEDS_DAYS)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The period of a text such as ``2026-W45``, ``2026-10`` or ``2026-10-01..2026-10-15``; None for another.

        Raises:
            ParameterError: it is one, but of days that do not exist, or of too many.
        """
        text = text.strip()
        try:
            if found := _WEEK.fullmatch(text):
                year, number = found[1] or found[3], found[2] or found[4]
                return cls.around(Kind.WEEK, dt.date.fromisocalendar(int(year), int(number), 1))
            if found := _MONTH.fullmatch(text):
                year, number = found[1] or found[3], found[2] or found[4]
                return cls.around(Kind.MONTH, dt.date(int(year), int(number), 1))
            if found := _RANGE.fullmatch(text):
                period = cls(Kind.RANGE, dt.date.fromisoformat(found[1]), dt.date.fromisoformat(found[2]))
            else:
                return None
        except (ValueError, OverflowError):
            raise ParameterError(BAD_RANGE, date=excerpt(text), most=MOST_DAYS) from None
        if period.last < period.first or len(period) > MOST_DAYS:
            raise ParameterError(BAD_RANGE, date=excerpt(text), most=MOST_DAYS)
        return period

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        """Its name, as `read` takes it."""
        match self.kind:
            case Kind.WEEK:
                year, number, _ = self.first.isocalendar()
                return f"{year:04}-W{number:02}"
            case Kind.MONTH:
                return f"{self.first:%Y-%m}"
            case Kind.DAY:
                return self.first.isoformat()
            case _:
                return f"{self.first}..{self.last}"

    @property
    def days(self) -> Iterator[dt.date]:
        """Its days in order."""
        return (self.first + dt.timedelta(days=place) for place in range(len(self)))

    def before(self) -> "Period | None":
        """The one before it: as many days for a range; None before the first day that there is."""
        try:
            end = self.first - dt.timedelta(days=1)
            if self.kind is Kind.RANGE:
                return Period(self.kind, end - dt.timedelta(days=len(self) - 1), end)
            return Period.around(self.kind, end)
        except OverflowError:
            return None

    def year_before(self) -> "Period | None":
        """The one a year before it."""
        try:
            if self.kind is Kind.MONTH:
                return Period.around(self.kind, self.first.replace(year=self.first.year - 1))
            if self.kind is Kind.RANGE:
                first = _year_earlier(self.first)
                return Period(self.kind, first, first + dt.timedelta(days=len(self) - 1))
            shift = dt.timedelta(days=YEAR_OF_WEEKS)
            return Period(self.kind, self.first - shift, self.last - shift)
        except (OverflowError, ValueError):
            return None

    def pairs(self, earlier: "Period") -> dict[dt.date, dt.date]:
        """Each day with the one of an earlier period that has its place there, where that has as many."""
        return dict(zip(self.days, earlier.days, strict=False))


def _year_earlier(day: dt.date) -> dt.date:
    if (day.month, day.day) == (2, 29):
        return dt.date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)
