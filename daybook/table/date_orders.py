"""orders_of: which of two numbers of a date is the month, by all dates of the column."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from daybook.errors import Choice, QuestionError
from daybook.language import Text, literal
from daybook.table import texts as say
from daybook.table.date_spelling import Written, full_year
from daybook.table.languages import is_east_asian, is_english

FORMATS = {"dmy": "%d{0}%m{0}%{1}", "mdy": "%m{0}%d{0}%{1}", "ymd": "%{1}{0}%m{0}%d"}
_NEARLY_ALL = 0.95
_FEW_YEARS, _MANY_YEARS = 2, 5
"""Of two-digit numbers the one that hardly changes is the year, where the other takes many values."""


def orders_of(
    cells: list[tuple[Written, int]], this_year: int, header: Sequence[str]
) -> tuple[dict[str, str], list[Text]]:
    """The order of the numbers by the sign between them, and what was decided."""
    orders: dict[str, str] = {}
    why: list[Text] = []
    undecided: dict[str, tuple[Written, tuple[str, ...]]] = {}
    signs = sorted({cell.sign for cell, _ in cells if cell.numbers})
    for sign in signs:
        own = [(cell, weight) for cell, weight in cells if cell.numbers and cell.sign == sign]
        order, tied, example = _order(own, sign, this_year, years_first=not header or is_east_asian(header))
        if order:
            orders[sign] = order
            why.append(_said(say.DATE_ORDER[order], sign))
        elif tied:
            undecided[sign] = (example, tied)
        elif any(readings_of(cell, FORMATS) for cell, _ in own):
            why.append(say.DATE_BOTH)
    for sign, (example, tied) in undecided.items():
        shared = set(orders.values())
        if len(shared) == 1 and shared <= set(tied):
            orders[sign] = shared.pop()
        elif header and is_english(header) and sign == "/" and set(tied) == {"dmy", "mdy"} and _without_zeros(cells):
            orders[sign] = "mdy"
            why.append(say.DATE_UNPADDED)
        else:
            raise _question(example, tied)
    return orders, why


def _without_zeros(cells: list[tuple[Written, int]]) -> bool:
    zeros = {cell.zeros for cell, _ in cells if cell.sign == "/"}
    return False in zeros and True not in zeros


def _order(
    own: list[tuple[Written, int]], sign: str, this_year: int, *, years_first: bool
) -> tuple[str, tuple[str, ...], Written]:
    """The one order of the dates with one sign; else the orders that fit all of them, with a date that shows the doubt.

    Where dates of both orders are there, but for a few, and none may be either, each says its own: no order at all.
    """
    first = own[0][0]
    fits, doubtful = _Fits.of(own, this_year), [cell for cell, _ in own if _is_doubtful(cell, this_year)]
    orders = fits.all_of()
    if sign == "/" and not years_first and len(orders) > 1:  # only East Asia writes 26/10/31
        orders = tuple(order for order in orders if order != "ymd")
    if first.short:
        orders = fits.of_few_years(orders)
    if sign == "." and "dmy" in orders and len(orders) > 1:
        orders = ("dmy",)
    if len(orders) == 1:
        return orders[0], (), first
    if doubtful:
        return "", orders or fits.any_of(), doubtful[0]
    return "", (), first


@dataclass(frozen=True, slots=True)
class _Fits:
    """By order the rows that it fits, and the years that it gives them."""

    total: int
    rows: dict[str, int]
    years: dict[str, set[int]]

    @staticmethod
    def of(own: list[tuple[Written, int]], this_year: int) -> "_Fits":
        rows, years, total = dict.fromkeys(FORMATS, 0), {order: set[int]() for order in FORMATS}, 0
        for cell, weight in own:
            found = _plausible(cell, this_year)
            total += weight if found else 0
            for order, day in found.items():
                rows[order] += weight
                years[order].add(day.year)
        return _Fits(total, rows, years)

    def all_of(self) -> tuple[str, ...]:
        """The orders that fit all rows, or next to all."""
        whole = tuple(order for order, rows in self.rows.items() if self.total and rows == self.total)
        return whole or tuple(order for order, rows in self.rows.items() if rows >= max(1, self.total * _NEARLY_ALL))

    def any_of(self) -> tuple[str, ...]:
        """The orders that fit some row."""
        return tuple(order for order, rows in self.rows.items() if rows)

    def of_few_years(self, orders: tuple[str, ...]) -> tuple[str, ...]:
        """Of these orders the one that gives very few years, where the others give many."""
        few = tuple(order for order in orders if len(self.years[order]) <= _FEW_YEARS)
        many = all(len(self.years[order]) >= _MANY_YEARS for order in orders if order not in few)
        return few if len(few) == 1 and many else orders


def _plausible(cell: Written, this_year: int) -> dict[str, dt.date]:
    """The days that a cell may be, none of a two-digit year beyond the next."""
    found = readings_of(cell, FORMATS)
    return {order: day for order, day in found.items() if not cell.short or day.year <= this_year + 1}


def _is_doubtful(cell: Written, this_year: int) -> bool:
    return len(set(_plausible(cell, this_year).values())) > 1


def _said(text: Text, sign: str) -> Text:
    return Text(en=text.en.replace("/", sign), zh=text.zh.replace("/", sign))


def _question(example: Written, tied: tuple[str, ...]) -> QuestionError:
    numbers = example.numbers or (0, 0, 0)
    shown = example.sign.join(f"{number:02}" for number in numbers)
    year = "y" if example.short else "Y"
    choices = [
        Choice(FORMATS[order].format(example.sign, year), literal_text(f"{shown} = {day.isoformat()}"))
        for order, day in readings_of(example, tied).items()
    ]
    return QuestionError(
        say.DATE_QUESTION,
        parameter="date_format",
        choices=choices,
        example=shown,
        formats=", ".join(choice.value for choice in choices),
    )


def literal_text(text: str) -> Text:
    """The same text in both languages."""
    return Text(en=literal(text), zh=literal(text))


def calendar_day(year: int, month: int, day: int) -> dt.date | None:
    """A day of the calendar; None where there is no such day."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def readings_of(cell: Written, orders: Iterable[str]) -> dict[str, dt.date]:
    """The days that a cell of three numbers may be, by their order."""
    found = {}
    for order in orders:
        if order == "ymd" and not cell.short:
            continue
        parts = dict(zip(order, cell.numbers or (), strict=True))
        year = full_year(parts["y"]) if cell.short or parts["y"] < 100 else parts["y"]  # noqa: PLR2004
        day = calendar_day(year, parts["m"], parts["d"])
        if day:
            found[order] = day
    return found
