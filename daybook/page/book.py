"""`book_page`: a book as a page: its latest figures, a trend, a calendar coloured by sales, and what was changed."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from daybook.book.changes import correction_sentence
from daybook.book.index import DayEntry, Revision
from daybook.days import DayTotals, rounded
from daybook.expect.forecast import Forecast
from daybook.language import Language
from daybook.page import texts
from daybook.page.ahead import Ahead
from daybook.page.day import SENTENCE, Change, ShownChange, Tile, changed
from daybook.page.frame import render
from daybook.page.trend import Trend, trend_of
from daybook.words import texts as words
from daybook.words.figures import DAYS, compact, counted, day, number, short_amount, weekday
from daybook.words.names import plain

MOST_MONTHS = 14
"""Months of a page: more than a year, so that each day has the same one of last year beside it."""
MOST_CHANGES = 20
LEVELS = 5
"""Colours of the calendar."""
WEEK, FOUR_WEEKS = 7, 28


class Addresses(Protocol):
    """Where the pages of a book are."""

    def day(self, day: dt.date) -> str:
        """The page of a day."""

    def week(self, day: dt.date) -> str:
        """The page of a day's week."""

    def page_of_book(self, **more: object) -> str:
        """The page of the book; ``to`` is the last day that it shows."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A day in the calendar."""

    number: int
    says: str
    href: str = ""
    """Empty where the book has no such day."""
    level: int = 0
    amount: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A week of a month: seven places, ``None`` for days of another month or outside of the book."""

    label: str
    says: str
    href: str
    cells: Sequence[Cell | None]


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the calendar."""

    name: str
    total: str
    weeks: Sequence[WeekRow]


def book_page(
    name: str,
    entries: Sequence[DayEntry],
    revisions: Sequence[Revision],
    language: Language,
    addresses: Addresses,
    *,
    to: dt.date | None = None,
    other_language: str = "",
    forecast: Forecast | None = None,
) -> str:
    """A book as one page of HTML.

    Args:
        name: of the book.
        entries: all its days, in order.
        revisions: all their changes, the latest last.
        language: of the page.
        addresses: where its links lead.
        to: the last day that the calendar shows; the latest if None.
        other_language: the address of the same page in the other language.
        forecast: of the days after its last one, in the same language.
    """
    held = {entry.totals.date: entry for entry in entries}
    sums, foreign = same_currency([entry.totals for entry in entries])
    sales = {totals.date: rounded(Fraction(totals.sales)) for totals in sums}
    shown = _span(entries, to)
    values = {
        "name": plain(name),
        "other_language": other_language,
        "tiles": _tiles(sums, entries, language),
        "foreign": foreign_note(foreign, language),
        "trends": _trends({date: sales[date] for date in sales if shown and shown[0] <= date <= shown[1]}, language),
        "ahead": Ahead.of(forecast, language) if forecast and forecast.known_days else None,
        "months": _months(held, sales, shown, language, addresses) if shown else [],
        "weekdays": [day(dt.date(2024, 1, place), language).split()[0 if language is Language.ENGLISH else 1]
                     for place in range(1, 8)],
        "legend": range(1, LEVELS + 1),
        "earlier": addresses.page_of_book(to=shown[0] - dt.timedelta(days=1)) if shown and min(held) < shown[0] else "",
        "later": addresses.page_of_book() if shown and shown[1] < max(held) else "",
        "changes": shown_changes(reversed(revisions), language, addresses)[:MOST_CHANGES],
        "more_changes": max(sum(each.revision > 1 for each in revisions) - MOST_CHANGES, 0),
    }  # fmt: skip
    return render("book.html", language, values)


def same_currency(days: Sequence[DayTotals]) -> tuple[list[DayTotals], list[DayTotals]]:
    """The days that may be added up, which are in the latest one's currency, and those in another."""
    own = next((totals.currency for totals in reversed(days) if totals.currency), "")
    others = [totals for totals in days if own and totals.currency and totals.currency != own]
    dates = {totals.date for totals in others}
    return [totals for totals in days if totals.date not in dates], others


def foreign_note(others: Sequence[DayTotals], language: Language) -> str:
    """What is said of days in another currency."""
    if not others:
        return ""
    names = ", ".join(sorted({plain(totals.currency) for totals in others}))
    return texts.OTHER_CURRENCY.to(language, days=counted(len(others), DAYS, language), currencies=names)


def shown_changes(
    revisions: Iterable[Revision], language: Language, addresses: Addresses | None = None
) -> list[ShownChange]:
    """The changes of days that were there already, in the order in which they are given."""
    return [
        ShownChange(
            at=f"{each.at:%Y-%m-%d %H:%M}" if each.at else "",
            day=day(each.day, language),
            taken=texts.TAKEN[each.taken].to(language) if each.taken in texts.TAKEN else each.taken,
            what=plain(correction_sentence(each.day, each.changes, language), SENTENCE, SENTENCE),
            source=plain(each.source) if each.source else "–",
            href=addresses.day(each.day) if addresses else "",
        )
        for each in revisions
        if each.revision > 1
    ]


def _span(entries: Sequence[DayEntry], to: dt.date | None) -> tuple[dt.date, dt.date] | None:
    """The first and last day of the calendar, whole months."""
    if not entries:
        return None
    first, last = entries[0].totals.date, entries[-1].totals.date
    end = min(max(to or last, first), last)
    begin = max(end.year * 12 + end.month - MOST_MONTHS, first.year * 12 + first.month - 1)
    start = dt.date(begin // 12, begin % 12 + 1, 1)
    return max(start, first), end


def _tiles(days: Sequence[DayTotals], entries: Sequence[DayEntry], language: Language) -> list[Tile]:
    if not days:
        return []
    by_date = {totals.date: totals for totals in days}
    latest = days[-1]
    sales = rounded(Fraction(latest.sales))

    def before(count: int) -> float | None:
        found = by_date.get(latest.date - dt.timedelta(days=count))
        return rounded(Fraction(found.sales)) if found else None

    week = words.WEEK_BEFORE.to(language, weekday=weekday(latest.date, language))
    changes = [
        changed(sales, before(1), words.DAY_BEFORE.to(language), language),
        changed(sales, before(WEEK), week, language),
    ]
    tiles = [
        Tile(
            texts.LATEST_DAY.to(language),
            short_amount(sales, language),
            [change for change in changes if change],
            day(latest.date, language),
        )
    ]
    tiles += [_period(by_date, latest.date, length, language) for length in (WEEK, FOUR_WEEKS)]
    first, last = entries[0].totals.date, entries[-1].totals.date
    missing = (last - first).days + 1 - len(entries)
    gaps = texts.MISSING_DAYS.to(language, days=counted(missing, DAYS, language)) if missing else ""
    start, end = (month_name(date.year, date.month, language) for date in (first, last))
    span = start if start == end else texts.SPAN.to(language, first=start, last=end)
    held = [Change(gaps or texts.NONE_MISSING.to(language), "")]
    tiles.append(Tile(texts.DAYS_HELD.to(language), number(len(entries)), held, span))
    return tiles


def _period(by_date: Mapping[dt.date, DayTotals], last: dt.date, length: int, language: Language) -> Tile:
    """The last so many days, beside as many before them: compared where the book has all of both."""

    def held(until: dt.date) -> list[DayTotals]:
        dates = (until - dt.timedelta(days=count) for count in range(length))
        return [by_date[date] for date in dates if date in by_date]

    now, then = held(last), held(last - dt.timedelta(days=length))
    sales = rounded(sum((Fraction(totals.sales) for totals in now), Fraction(0)))
    note, changes = "", []
    if len(now) < length:
        note = texts.OF_DAYS.to(language, held=len(now), days=length)
    elif len(then) == length:
        earlier = rounded(sum((Fraction(totals.sales) for totals in then), Fraction(0)))
        change = changed(sales, earlier, texts.DAYS_BEFORE.to(language, days=length), language)
        changes = [change] if change else []
    return Tile(texts.LAST_DAYS.to(language, days=length), short_amount(sales, language), changes, note)


def _trends(sales: Mapping[dt.date, float], language: Language) -> list[Trend]:
    """The trend, narrow and wide: the letters of a drawing that is scaled would be too small, or too large."""
    return [] if len(sales) < 3 else [trend_of(sales, width, language) for width in (360, 1080)]  # noqa: PLR2004


def _months(
    held: Mapping[dt.date, DayEntry],
    sales: Mapping[dt.date, float],
    shown: tuple[dt.date, dt.date],
    language: Language,
    addresses: Addresses,
) -> list[Month]:
    """The months of the calendar, the latest first."""
    bounds = _bounds([sales[date] for date in sales if shown[0] <= date <= shown[1]])
    found: dict[tuple[int, int], list[dt.date]] = {}
    for place in range(shown[0].toordinal(), shown[1].toordinal() + 1):
        date = dt.date.fromordinal(place)
        found.setdefault((date.year, date.month), []).append(date)
    months = []
    for (year, month), dates in reversed(found.items()):
        weeks: dict[dt.date, list[Cell | None]] = {}
        for date in dates:
            row = weeks.setdefault(_monday(date), [None] * WEEK)
            row[date.weekday()] = _cell(date, held.get(date), sales.get(date), bounds, language, addresses)
        total = sum(sales[date] for date in dates if date in sales)
        months.append(
            Month(
                name=month_name(year, month, language),
                total=short_amount(total, language) if any(date in sales for date in dates) else "",
                weeks=[_week(monday, cells, language, addresses) for monday, cells in weeks.items()],
            )
        )
    return months


def _week(monday: dt.date, cells: Sequence[Cell | None], language: Language, addresses: Addresses) -> WeekRow:
    has_days = any(cell and cell.href for cell in cells)
    return WeekRow(
        label=str(monday.isocalendar().week),
        says=week_name(monday, language),
        href=addresses.week(monday) if has_days else "",
        cells=cells,
    )


def _cell(
    date: dt.date,
    entry: DayEntry | None,
    sales: float | None,
    bounds: Sequence[float],
    language: Language,
    addresses: Addresses,
) -> Cell:
    said = day(date, language)
    comma = words.COMMA.to(language)
    if entry is None:
        return Cell(date.day, comma.join((said, texts.NO_DAY.to(language))))
    own = rounded(Fraction(entry.totals.sales))
    says = [said, short_amount(own, language)]
    mark = ""
    if entry.revision > 1:
        mark = "revised"
        says.append(texts.REVISED.to(language, revision=entry.revision))
    if entry.unfinished:
        mark = "unfinished"
        says.append(texts.UNFINISHED.to(language))
    if sales is None:
        says.append(plain(entry.totals.currency))
    level = 0 if sales is None or sales <= 0 else 1 + bisect_right(bounds, sales)
    return Cell(date.day, comma.join(says), addresses.day(date), level, compact(own, language), mark)


def _bounds(sales: Sequence[float]) -> list[float]:
    """The sales from which a day has the second colour, the third and so on: as many days in each."""
    above = sorted(value for value in sales if value > 0)
    return [above[len(above) * place // LEVELS] for place in range(1, LEVELS)] if len(above) >= LEVELS else []


def week_name(monday: dt.date, language: Language) -> str:
    """A week with its days, inside a sentence."""
    first, last = day(monday, language), day(monday + dt.timedelta(days=6), language)
    return texts.WEEK_LONG.to(language, week=monday.isocalendar().week, first=first, last=last)


def month_name(year: int, month: int, language: Language) -> str:
    """A month with its year."""
    name = str(month) if language is Language.CHINESE else f"{dt.date(year, month, 1):%b}"
    return texts.MONTH.to(language, month=name, year=year)


def _monday(date: dt.date) -> dt.date:
    return date - dt.timedelta(days=date.weekday())
