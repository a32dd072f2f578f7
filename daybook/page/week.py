"""`week_page`: a week of a book as a page: its figures, its days beside those of the week before, and its products."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from daybook.book import Book
from daybook.book.index import DayEntry
from daybook.cube import Cube
from daybook.days import DayTotals, rounded
from daybook.language import Language
from daybook.page import texts
from daybook.page.book import Addresses, foreign_note, same_currency, shown_changes
from daybook.page.day import Change, Link, Tile, changed, in_percent
from daybook.page.frame import render
from daybook.page.goods import rankings_of_cubes
from daybook.words import texts as words
from daybook.words.figures import DASH, amount, day, number, percent
from daybook.words.names import plain

WEEK = 7


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A day of the week, beside the same one of the week before."""

    name: str
    href: str
    sales: str
    orders: str
    change: Change | None
    share: float
    """Of the best day's sales, in percent, for its bar."""


@dataclass(frozen=True, slots=True)
class _Sums:
    """Some days added up, exact."""

    cube: Cube
    dates: frozenset[dt.date]
    """As weekdays of the later week."""

    @property
    def sales(self) -> float:
        return rounded(Fraction(self.cube.total("sales"), 10 ** self.cube.decimals["sales"]))

    @property
    def orders(self) -> int:
        return self.cube.total("orders")

    @property
    def quantity(self) -> float:
        return float(Fraction(self.cube.total("quantity"), 10 ** self.cube.decimals["quantity"]))


def week_page(
    book: Book, monday: dt.date, language: Language, addresses: Addresses, *, other_language: str = ""
) -> str | None:
    """A week of a book as one page of HTML; ``None`` where the book has no day of it.

    Weeks that are not whole are compared by the weekdays that both have.

    Args:
        book: the book.
        monday: the first day of the week.
        language: of the page.
        addresses: where its links lead.
        other_language: the address of the same page in the other language.

    Raises:
        FileError: a day's file is damaged.
    """
    sunday, before = monday + dt.timedelta(days=WEEK - 1), monday - dt.timedelta(days=WEEK)
    entries = book.days(before, sunday + dt.timedelta(days=WEEK))
    own = [entry for entry in entries if monday <= entry.totals.date <= sunday]
    if not own:
        return None
    counted, _ = same_currency([entry.totals for entry in entries if entry.totals.date <= sunday])
    _, foreign = same_currency([entry.totals for entry in own])
    held = {totals.date: totals for totals in counted}
    now = [held[date] for date in _days(monday) if date in held]
    both = {totals.date for totals in now if totals.date - dt.timedelta(days=WEEK) in held}
    week = _sums(book, [totals.date for totals in now])
    same = week if len(both) == len(now) else _sums(book, sorted(both))
    earlier = _sums(book, [date - dt.timedelta(days=WEEK) for date in sorted(both)])
    year, place, _ = monday.isocalendar()
    values = {
        "title": texts.WEEK_TITLE.to(language, week=place, year=year),
        "span": texts.SPAN.to(language, first=day(monday, language), last=day(sunday, language)),
        "other_language": other_language,
        "links": _ways(entries, monday, language, addresses, book.name),
        "tiles": _tiles(week, same, earlier if both else None, language),
        "partly": texts.SAME_DAYS.to(language, held=len(both)) if 0 < len(both) < WEEK else "",
        "foreign": foreign_note(foreign, language),
        "days": _week_days(own, held, language, addresses),
        # a ranking of fewer days than those before says nothing
        "rankings": rankings_of_cubes(
            week.cube,
            earlier.cube if both and len(both) == len(now) else None,
            own[-1].dimensions,
            texts.LAST_WEEK.to(language),
            language,
        ),
        "changes": shown_changes(
            [each for each in reversed(book.revisions()) if monday <= each.day <= sunday], language, addresses
        ),
        "source": texts.FROM_BOOK_WEEK.to(language, book=plain(book.name), held=len(own)),
    }
    return render("week.html", language, values)


def _days(monday: dt.date) -> list[dt.date]:
    return [monday + dt.timedelta(days=place) for place in range(WEEK)]


def _sums(book: Book, dates: Sequence[dt.date]) -> _Sums:
    cubes = (book.day(date) for date in dates)
    return _Sums(Cube.sum(cube.sold for cube in cubes if cube is not None), frozenset(dates))


def _ways(
    entries: Sequence[DayEntry], monday: dt.date, language: Language, addresses: Addresses, name: str
) -> list[Link]:
    links = []
    dates = {entry.totals.date for entry in entries}
    for text, days, rel in ((texts.WEEK_EARLIER, -WEEK, "prev"), (texts.WEEK_LATER, WEEK, "next")):
        other = monday + dt.timedelta(days=days)
        if dates & set(_days(other)):
            links.append(Link(text.to(language), addresses.week(other), rel))
    links.append(Link(texts.THE_BOOK.to(language, book=plain(name)), addresses.page_of_book()))
    return links


def _tiles(week: _Sums, same: _Sums, earlier: _Sums | None, language: Language) -> list[Tile]:
    base = texts.LAST_WEEK.to(language)

    def changes(now: float, before: float | None) -> list[Change]:
        change = changed(now, before, base, language)
        return [change] if change else []

    average, was = _average(week), _average(earlier) if earlier else None
    same_average = _average(same)
    return [
        Tile(
            words.SALES.to(language),
            amount(week.sales, language),
            changes(same.sales, earlier.sales if earlier else None),
        ),
        Tile(words.ORDERS.to(language), number(week.orders), changes(same.orders, earlier.orders if earlier else None)),
        Tile(
            words.QUANTITY.to(language),
            number(week.quantity),
            changes(same.quantity, earlier.quantity if earlier else None),
        ),
        Tile(
            words.AVERAGE_ORDER.to(language),
            amount(average, language) if average is not None else DASH,
            changes(same_average, was) if same_average is not None else (),
        ),
    ]


def _change(now: float, before: float, language: Language) -> Change | None:
    """The change of a day, in a column whose head says against what."""
    change = changed(now, before, "", language)
    if change is None or not change.way:
        return change and Change("=", "")
    return Change(f"{'▲' if change.way == 'up' else '▼'} {percent(abs(in_percent(now, before)))}", change.way)


def _average(sums: _Sums) -> float | None:
    return sums.sales / sums.orders if sums.orders else None


def _week_days(
    own: Sequence[DayEntry], held: dict[dt.date, DayTotals], language: Language, addresses: Addresses
) -> list[WeekDay]:
    best = max((rounded(Fraction(entry.totals.sales)) for entry in own if entry.totals.date in held), default=0.0)
    found = []
    for entry in own:
        date, sales = entry.totals.date, rounded(Fraction(entry.totals.sales))
        is_own = date in held
        before = held.get(date - dt.timedelta(days=WEEK)) if is_own else None
        found.append(
            WeekDay(
                name=day(date, language),
                href=addresses.day(date),
                sales=amount(sales, language) if is_own else f"{number(sales)} {plain(entry.totals.currency)}",
                orders=number(entry.totals.orders),
                change=_change(sales, rounded(Fraction(before.sales)), language) if before else None,
                share=round(100 * sales / best, 1) if is_own and best > 0 and sales > 0 else 0.0,
            )
        )
    return found
