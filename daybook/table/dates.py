"""DateForm: how the dates of one column are written, judged over the whole column before one cell is read.

Day and month
    Where the year stands first, or the month is a word, the cell says it itself. Of ``10/31/2026`` and ``31/10/2026``
    the column decides: a number above twelve is a day. Between points the day stands first. Where no date of the
    column decides, numbers with ``/`` and without leading zeros in an English file have the month first (the United
    States write none, countries with the day first do), and all else is asked. Two-digit years may stand first too:
    a reading that puts a date beyond the next year is none then, and one with very few years goes before one with
    many.
Zone
    A date with a zone is the day in the report's zone where one is given, else the day that is written. Seconds of
    the epoch are in UTC.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from daybook.errors import Choice, QuestionError
from daybook.language import Text, literal
from daybook.table import texts as say
from daybook.table.cells import State, check_date_format, name
from daybook.table.date_spelling import BUDDHIST, NO_TIME, Written, full_year, written
from daybook.table.names import is_east_asian, is_english

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


_EPOCH = dt.date(1970, 1, 1).toordinal()
_PLAIN = re.compile(
    r"(\d{4})([-/.])(\d\d?)\2(\d\d?)(?:[T ]([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?)?", re.ASCII
)
"""A year first, and a time behind it or none: nothing to judge."""
_BUDDHIST_YEARS = range(2500, 2601)


class Dates(NamedTuple):
    """The cells of a column, by distinct text.

    ``days`` are days since 1970-01-01 where the state is VALUE, else 0; ``seconds`` are seconds of the day, -1 where
    the cell has no time.
    """

    days: npt.NDArray[np.int64]
    seconds: npt.NDArray[np.int32]
    states: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class DateForm:
    """How the dates of one column are written.

    Attributes:
        orders: ``dmy``, ``mdy`` or ``ymd`` by the sign that stands between the numbers; each cell by its own where
            a sign is not among them.
        date_format: a ``strptime`` format that is tried first.
        zone: the report's zone.
        serials: bare numbers are days as Excel counts them.
        buddhist: the years are Thai ones.
        why: sentences on what was decided.
    """

    orders: Mapping[str, str] = field(default_factory=dict)
    date_format: str | None = None
    zone: dt.tzinfo | None = None
    serials: bool = False
    buddhist: bool = False
    why: tuple[Text, ...] = ()

    def read(self, texts: Sequence[str]) -> Dates:
        """Each of the texts as a day."""
        days = np.zeros(len(texts), np.int64)
        seconds = np.full(len(texts), NO_TIME, np.int32)
        states = np.zeros(len(texts), np.int8)
        plain = self.date_format is None and not self.buddhist
        for place, text in enumerate(texts):
            match = _PLAIN.fullmatch(text) if plain else None
            day = _plain_day(match[1], match[3], match[4]) if match else None
            if match and day is not None:
                days[place] = day
                if match[5]:
                    seconds[place] = int(match[5]) * 3600 + int(match[6]) * 60 + int(match[7] or 0)
                continue
            days[place], seconds[place], states[place] = self.read_one(text)
        return Dates(days, seconds, states)

    def read_one(self, text: str) -> tuple[int, int, State]:
        """A cell's day, its second of the day, and its state."""
        bare = name(text)
        if not bare:
            return 0, NO_TIME, State.BLANK
        formatted = _by_format(bare, self.date_format) if self.date_format else None
        cell = formatted or (written(text) if not self.date_format or self.orders else None)
        day = self._day(cell) if cell else None
        if cell is None or day is None:
            return 0, NO_TIME, State.BAD
        if self.zone and cell.offset is not None and cell.second != NO_TIME:
            moment = dt.datetime.combine(day, dt.time(), dt.UTC) + dt.timedelta(seconds=cell.second - cell.offset)
            local = moment.astimezone(self.zone)
            second = local.hour * 3600 + local.minute * 60 + local.second
            return local.date().toordinal() - _EPOCH, second, State.VALUE
        return day.toordinal() - _EPOCH, cell.second, State.VALUE

    def _day(self, cell: Written) -> dt.date | None:
        if cell.serial and not self.serials:
            return None
        day = cell.day
        if cell.numbers:
            order = self.orders.get(cell.sign, "")
            readings = readings_of(cell, (order,) if order else ("dmy", "mdy"))
            day = next(iter(readings.values())) if len(set(readings.values())) == 1 else None
        if day and self.buddhist and day.year in _BUDDHIST_YEARS:
            return calendar_day(day.year - BUDDHIST, day.month, day.day)
        return day


@lru_cache(maxsize=4096)
def _plain_day(year: str, month: str, day: str) -> int | None:
    date = calendar_day(int(year), int(month), int(day))
    return date.toordinal() - _EPOCH if date else None


def date_form(
    texts: Sequence[str],
    counts: Iterable[int] | None = None,
    *,
    date_format: str | None = None,
    zone: dt.tzinfo | None = None,
    this_year: int | None = None,
    header: Sequence[str] = (),
) -> DateForm:
    """How the dates of a column are written.

    Args:
        texts: the distinct texts of the whole column.
        counts: how often each stands there; once where none are given.
        date_format: a ``strptime`` format that the caller names. A date that does not fit it as a whole, one with a
            time behind it, say, is read with the format's order of day and month.
        zone: the zone of the report, for dates with a zone of their own.
        header: the names of the file's columns, whose language has a say where the dates have none.
        this_year: the year of the run, against which two-digit years are weighed; the clock's by default.

    Raises:
        ParameterError: ``date_format`` is no format of a date.
        QuestionError: nothing says which number is the month (parameter ``date_format``).
    """
    if date_format:
        check_date_format(date_format)
        order = _order_of(date_format)
        return DateForm(dict.fromkeys("/-. ", order) if order else {}, date_format, zone)
    if all(map(_PLAIN.fullmatch, texts)):
        buddhist = _is_buddhist([text[:4] for text in texts])
        return DateForm(zone=zone, buddhist=buddhist, why=(say.DATE_BUDDHIST,) if buddhist else ())
    weights = list(counts) if counts is not None else [1] * len(texts)
    cells = [(cell, weight) for text, weight in zip(texts, weights, strict=True) if (cell := written(text))]
    orders, why = orders_of(cells, this_year or dt.datetime.now(tz=dt.UTC).year, header)
    form = DateForm(orders, None, zone, _has_serials(cells), why=tuple(why))
    days = [(cell, day) for cell, _ in cells if (day := form._day(cell))]  # noqa: SLF001  its own module's
    said = list(form.why)
    said += [say.DATE_SERIAL] * any(cell.serial for cell, _ in days)
    said += [say.DATE_EPOCH] * any(cell.epoch for cell, _ in days)
    said += [say.DATE_ERA] * any(cell.era for cell, _ in days)
    buddhist = _is_buddhist([f"{day.year}" for _, day in days])
    said += [say.DATE_BUDDHIST] * buddhist
    return DateForm(orders, None, zone, form.serials, buddhist, tuple(said))


def _order_of(date_format: str) -> str:
    """The order of day, month and year in a format where all three are numbers, but for years before days."""
    letters = "".join(re.findall(r"%[-#]?([dmyY])", date_format))
    return letters.lower() if letters.lower() in {"dmy", "mdy"} or letters in {"ymd", "Ymd"} else ""


def _by_format(text: str, date_format: str) -> Written | None:
    try:
        moment = dt.datetime.strptime(text, date_format)  # noqa: DTZ007  the file's own calendar
    except ValueError:
        return None
    has_time = any(code in date_format for code in ("%H", "%I", "%X", "%c", "%T", "%R"))
    second = moment.hour * 3600 + moment.minute * 60 + moment.second if has_time else NO_TIME
    offset = moment.utcoffset()
    return Written(moment.date(), second=second, offset=None if offset is None else int(offset.total_seconds()))


def _has_serials(cells: list[tuple[Written, int]]) -> bool:
    """Whether bare numbers are days: where nearly all are such, or they lie among the days of the others."""
    serials = [cell.day for cell, _ in cells if cell.serial and cell.day]
    others = [cell.day for cell, _ in cells if not cell.serial and cell.day]
    if not serials or len(serials) >= len(cells) * _NEARLY_ALL:
        return bool(serials)
    margin = dt.timedelta(days=31)
    return bool(others) and min(others) - margin <= min(serials) and max(serials) <= max(others) + margin


def _is_buddhist(years: Sequence[str]) -> bool:
    """Whether all years of a column are Thai ones."""
    return bool(years) and all(year.isdecimal() and int(year) in _BUDDHIST_YEARS for year in years)
