"""`choose_day`: which day of a file is reported; `DayTotals`: what is known of earlier days, and how a day compares.

The latest day is the latest plausible one. A day is a stray where it is far from the others and few rows are of it (a
typing error, a placeholder such as 9999-12-31), or in the future of the run's own clock while most rows are not.
A day is unfinished where the clock says that it is still going on, or where its last order is hours earlier than those
of the days before it. What runs on a schedule asks for the last complete day: the latest that was over before the run.

The figures of a day are exact here, as decimals; a report rounds them once, when it is made.
"""

import datetime as dt
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from pydantic import Field

from daybook.errors import ParameterError, TableError
from daybook.explanation import Explanation
from daybook.language import Language, Text
from daybook.report import BookUse, Comparison
from daybook.values import Model

if TYPE_CHECKING:
    from daybook.cube import Cube
    from daybook.expect.parts import DayParts


EPOCH = dt.date(1970, 1, 1)

_FAR_DAYS = 90
"""Days without any row that set a stray day apart from the others."""
_FEW = 0.05
"""A stray is of this part of the rows at the most, or of fewer rows than `_FEW_ROWS` and than the rest."""
_FEW_ROWS = 3
_EARLIER_SECONDS = 3 * 3600
"""A day that ends this much earlier than each of the days before it is unfinished."""
_DAYS_BEFORE = 7
_LEAST_DAYS_BEFORE = 2
_MUCH_EARLIER_SECONDS = 12 * 3600
"""The same, where the file holds one day before it alone."""

NO_ROWS_FOR_DAY = Text(
    en="The file holds no row for {date}; it covers {first} to {last}: choose a date in between or upload that day's"
    " file.",
    zh="文件中没有 {date} 的数据，现有数据覆盖 {first} 至 {last}，请选择其中的日期或上传当天的文件。",
    code="no_rows_for_day",
)
NO_COMPLETE_DAY = Text(
    en="The file holds no complete day: {date} is not over yet and there is none before it; run this after the day's"
    " end, or ask for the latest day.",
    zh="文件中没有完整的一天：{date} 尚未结束，且没有更早的数据；请在当天结束后再运行，或改为分析最近一天。",
    code="no_complete_day",
)
BAD_ZONE = Text(
    en="The time zone {zone} is not known; write it like Asia/Shanghai or Europe/Berlin.",
    zh="时区 {zone} 无法识别，请写成 Asia/Shanghai 或 Europe/Berlin 这样的形式。",
    code="bad_zone",
)


class Wish(StrEnum):
    """A day that is named by what it is."""

    LATEST = "latest"
    LAST_COMPLETE = "last complete"
    YESTERDAY = "yesterday"


@dataclass(frozen=True, slots=True)
class LastCompleteOn:
    """The last day that was complete on a day, whenever the run is: for runs that are made up later.

    Where the file holds nothing before that day, it is the day itself.
    """

    day: dt.date

    def __str__(self) -> str:
        return f"{Wish.LAST_COMPLETE} {self.day}"


type WishedDay = dt.date | Wish | LastCompleteOn


@dataclass(frozen=True, slots=True)
class ChosenDay:
    """The day that is reported."""

    day: dt.date | None
    dates: tuple[dt.date, ...]
    """The plausible days of the file, in order."""
    strays: Mapping[dt.date, int]
    """Days that are not plausible, each with its rows."""
    ends_at: dt.time | None = None
    """The time of the last order of an unfinished day, where orders have times."""
    unfinished: bool = False
    passed_over: dt.date | None = None
    """A later day that was passed over because it is unfinished."""
    awaited: dt.date | None = None
    """The day before the run, where the last complete day was asked for and is an earlier one."""


def today(now: dt.datetime, zone: str | None) -> dt.date:
    """The date in a zone (the machine's own where none is named).

    Raises:
        ParameterError: there is no such zone.
    """
    return now.astimezone(zone_of(zone) if zone else None).date()


def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """The time zone of that name.

    Raises:
        ParameterError: there is none.
    """
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ParameterError(BAD_ZONE, zone=name[:40]) from None


def choose_day(rows: Mapping[dt.date, int], wish: WishedDay, today: dt.date, ends: Mapping[dt.date, int]) -> ChosenDay:
    """The day to report.

    Args:
        rows: the days of the file with their rows.
        wish: a date, or which day it is.
        today: the run's own date.
        ends: the second of the day of each day's last order, where orders have times.

    Raises:
        TableError: the file does not hold the day that is wished for.
    """
    strays = _strays(rows, today)
    dates = tuple(sorted(day for day in rows if day not in strays))
    asked = today - dt.timedelta(days=1) if wish is Wish.YESTERDAY else wish if isinstance(wish, dt.date) else None
    if not dates:
        return ChosenDay(asked, (), strays)
    if asked:
        if asked not in rows:
            raise TableError(NO_ROWS_FOR_DAY, date=asked, first=dates[0], last=dates[-1])
        return _chosen(asked, dates, strays, today, ends)
    if wish is Wish.LATEST:
        return _chosen(dates[-1], dates, strays, today, ends)
    if isinstance(wish, LastCompleteOn):
        found = _last_complete(dates, strays, wish.day, ends)
        return found or choose_day(rows, wish.day, today, ends)
    found = _last_complete(dates, strays, today, ends)
    if found is None:
        raise TableError(NO_COMPLETE_DAY, date=dates[0])
    return found


def _last_complete(
    dates: tuple[dt.date, ...], strays: Mapping[dt.date, int], today: dt.date, ends: Mapping[dt.date, int]
) -> ChosenDay | None:
    """The latest day before ``today`` that does not end early; None where there is none."""
    over = [day for day in dates if day < today]
    if over and over[-1] == dates[-1] and _chosen(dates[-1], dates, strays, today, ends).unfinished:
        over.pop()
    if not over:
        return None
    day, yesterday = over[-1], today - dt.timedelta(days=1)
    later = dates[dates.index(day) + 1 :]
    passed_over = yesterday if yesterday in later else next(iter(later), None)
    return ChosenDay(day, dates, strays, passed_over=passed_over, awaited=yesterday if day < yesterday else None)


def _chosen(
    day: dt.date, dates: tuple[dt.date, ...], strays: Mapping[dt.date, int], today: dt.date, ends: Mapping[dt.date, int]
) -> ChosenDay:
    if day != dates[-1]:
        return ChosenDay(day, dates, strays)
    before = [ends[earlier] for earlier in dates[-1 - _DAYS_BEFORE : -1] if earlier in ends]
    end = ends.get(day)
    earlier_by = _EARLIER_SECONDS if len(before) >= _LEAST_DAYS_BEFORE else _MUCH_EARLIER_SECONDS
    early = end is not None and bool(before) and end < min(before) - earlier_by
    unfinished = early or day == today
    second = end if unfinished else None
    time = None if second is None else dt.time(second // 3600, second // 60 % 60, second % 60)
    return ChosenDay(day, dates, strays, time, unfinished)


def _strays(rows: Mapping[dt.date, int], today: dt.date) -> dict[dt.date, int]:
    days = sorted(rows)
    every = sum(rows.values())
    kept = set(days)
    future = [day for day in days if day > today + dt.timedelta(days=1)]
    if 2 * sum(rows[day] for day in future) < every:
        kept -= set(future)
    for outermost in (-1, 0):
        kept -= set(_apart(sorted(kept), rows, outermost))
    return {day: rows[day] for day in days if day not in kept}


def _apart(days: list[dt.date], rows: Mapping[dt.date, int], outermost: int) -> list[dt.date]:
    """The days at one end that are few and far from the rest: beyond the outermost gap that sets few rows apart."""
    order = days if outermost == 0 else days[::-1]
    every = sum(rows[day] for day in days)
    beyond, found = 0, 0
    for place in range(1, len(order)):
        beyond += rows[order[place - 1]]
        few = beyond <= _FEW * every or (beyond < _FEW_ROWS and 2 * beyond < every)
        if not few:
            break
        if abs((order[place] - order[place - 1]).days) > max(_FAR_DAYS, abs((order[-1] - order[place]).days)):
            found = place
    return order[:found]


COMPARED_DAYS = (1, 7)
"""How many days before the reported one those lie that it is compared with."""


class DayTotals(Model):
    """A day in a few exact figures."""

    date: dt.date
    sales: Decimal = Field(description="Exact, not rounded to the cent")
    orders: int
    quantity: Decimal
    lines: int = Field(description="Rows that are sales")
    currency: str = Field(default="", description="The currency that its file names, if it names one")
    money: str = Field(default="", description="What its sales were read from, such as Price × Quantity")


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of a file beside its cube.

    Attributes:
        day: the day that is reported, and which days are plausible.
        unfinished: its last day, where that is not over or looks like that.
        currency: as the file names it.
        money: the columns that sales were read from.
        dimensions: the fields that are ranked beside products, in their order.
        source: a name for where the file came from.
        language: of what is said.
    """

    day: "ChosenDay"
    unfinished: dt.date | None = None
    currency: str = ""
    money: str = ""
    dimensions: tuple[str, ...] = ()
    source: str = ""
    language: Language = Language.CHINESE


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a memory gives a report.

    Attributes:
        use: what the report says of the memory.
        totals: days that the memory holds and the file does not.
        days: days of the file of which the memory knows more; their figures take the place of the file's.
        known: the days before the reported one, in order, by which it is judged.
        tell: notes that the report goes out, and gives `use` with the corrections that it tells; it is not called for a
            report that is held back.
        explained: why the reported day was as it was, as somebody said.
    """

    use: BookUse
    totals: Mapping[dt.date, DayTotals] = field(default_factory=dict)
    days: Mapping[dt.date, "Cube"] = field(default_factory=dict)
    known: "Sequence[DayParts]" = ()
    tell: Callable[[], BookUse] | None = None
    explained: Explanation | None = None


class Memory(Protocol):
    """What keeps the days of one business: `daybook.book.Book`."""

    def remember(self, cube: "Cube", file: "FileFacts") -> Remembered:
        """Keep the days of a file's cube, and give what is known beside them."""


class HeldDay(NamedTuple):
    """A day that a period may be made of."""

    totals: DayTotals
    is_finished: bool = True
    dimensions: tuple[str, ...] = ()
    """What is ranked beside products."""


class HeldDays(Protocol):
    """Days of which periods are made: those of a file, or of a book."""

    def ends(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last of all days; None where there is none."""

    def held(self, first: dt.date, last: dt.date) -> Mapping[dt.date, HeldDay]:
        """The days between two, both included, that have data."""

    def cube(self, dates: Sequence[dt.date]) -> "Cube":
        """The sum of some of those days, with what was left out."""


@runtime_checkable
class KeepsDays(Memory, Protocol):
    """A memory of which periods are made too: `daybook.book.Book`, and not the totals that the plugin keeps."""

    name: str

    def kept_days(self) -> HeldDays:
        """All its days."""


def compared(day: DayTotals, earlier: DayTotals | None) -> Comparison | None:
    """A day beside an earlier one."""
    if earlier is None:
        return None
    sales, before = Fraction(day.sales), Fraction(earlier.sales)
    return Comparison(
        date=earlier.date,
        total_sales=rounded(before),
        total_orders=earlier.orders,
        total_quantity=float(earlier.quantity),
        sales_change=rounded(sales - before),
        sales_change_percent=percent_of(sales - before, max(before, Fraction(0))),
        orders_change=day.orders - earlier.orders,
        orders_change_percent=percent_of(Fraction(day.orders - earlier.orders), Fraction(earlier.orders)),
    )


def rounded(value: Fraction) -> float:
    """To two places, an exact half to the even one; never minus zero."""
    return float(round(value, 2)) + 0.0


def percent_of(part: Fraction, whole: Fraction) -> float | None:
    """``part`` in percent of ``whole``; None where ``whole`` is 0."""
    return rounded(part / whole * 100) if whole else None


def decimal_of(units: int, decimals: int) -> Decimal:
    """A whole number of a decimal unit, exactly: 12345 with 2 decimals is 123.45."""
    sign, digits, _ = Decimal(units).as_tuple()
    return Decimal((sign, digits, -decimals))
