"""`InOrder`: what depends on the order of a file's rows, taken a stretch at a time before lines are counted.

Cells that stand once for several lines are filled down, dates become days and hours (their times show when each day
ended), rows that add up those above them are marked, and unreadable dates remember which days they stand beside.
"""

import re
import unicodedata
from collections import Counter

import numpy as np
import numpy.typing as npt
import pandas as pd

from daybook.exact import distinct_rows
from daybook.judge import KINDS, Reading
from daybook.reduce.lines import TOTAL_ROW, LineFields, amounts
from daybook.reduce.shared_orders import SharedOrders
from daybook.table.cells import State
from daybook.table.dates import Dates
from daybook.table.filling import blanks, fill_down
from daybook.table.rows import Column
from daybook.table.totals import Above, add_up_others, are_totals, may_be_total

_CLOCK = re.compile(
    r"(?P<half>上午|下午|晚上)?\s*(?P<hour>\d{1,2})[:时点](?P<minute>[0-5]\d)(?:[:分](?P<second>[0-5]\d))?\S*"
    r"(?:\s*(?P<half_behind>[ap]\.?m\.?))?",
    re.IGNORECASE,
)
_LAST_HOUR = 23
_OF_LINES = ("product", "category")
_FILLED = ("date", "time", "order", "status", *KINDS, "currency", "customer")


class InOrder:
    """Takes a file's rows in their order.

    Attributes:
        filled: rows whose date is that of a row above.
        day_ends: the latest second of each day at which a line stands, by the day's number.
        unjudged: a row that names nothing may add up rows of earlier stretches, which was not looked at.
        repeated: rows that equal another of the same order in all that is read, in one stretch of rows.
        shared: order numbers that stand in more than one file or sheet.
        beside: unreadable dates by the latest day that they stand next to.
    """

    def __init__(self, reading: Reading, *, ordered: bool = True, across: bool = False) -> None:
        """Rows of a database have no order (not ``ordered``): nothing is filled down, and no row adds up others.

        Rows may add up others of earlier stretches where it is so said (``across``): all rows are summed for that.
        """
        self._reading = reading
        self._ordered = ordered
        self._above: dict[str, str] = {}
        self._day_above = -1
        self.filled = 0
        self.day_ends: dict[int, int] = {}
        self.beside: Counter[int] = Counter()
        self.repeated = 0
        told_by = ["date", "time", *(name for name in reading.dimensions if name != "category")]
        self.shared = SharedOrders([*told_by, reading.money.field] if reading.money.per_order else told_by)
        self._orders: set[str] = set()
        self.unjudged = False
        self._sums = Above() if across else None
        self._stretches = 0

    def take(self, columns: LineFields, *, begins: bool = False) -> LineFields:
        """The next stretch of rows, ready to be counted; another file or sheet may begin with it."""
        if begins:
            self._above, self._day_above = {}, -1
        named = self._named(columns)
        columns = self._filled(columns)
        days: Dates = self._reading.dates.read(columns["date"].texts)
        time = columns.get("time")
        clock = _clock(time, days)
        self._note_times(columns, days, clock)
        self._note_unreadable(columns, days)
        if "order" in columns:
            columns = self.shared.take(columns, begins=begins)
        columns = {name: column for name, column in columns.items() if name != "time"}
        if "order" in columns:
            self._note_repeated(columns)
        if self._reading.money.per_order:
            columns = self._once_an_order(columns)
        totals = self._totals(columns, days, named)
        if self._reading.money.per_order:  # the amount of an order's lines together is none of their products'
            columns = {name: column for name, column in columns.items() if name not in _OF_LINES}
        columns = {name: column for name, column in columns.items() if name != "customer"}
        return {**columns, "date": _day_texts(columns["date"], time, clock, days, totals)}

    def _filled(self, columns: LineFields) -> LineFields:
        order = "order" if "order" in columns else None
        fields = [name for name in (*_FILLED, *self._reading.dimensions) if name in columns]
        if self._ordered and any(not text.strip() for name in fields for text in columns[name].texts):
            below = {name: _under(self._above.get(name, ""), column) for name, column in columns.items()}
            whole, filled = fill_down(below, fields, order)
            self.filled += filled
            columns = {name: Column(column.codes[1:], column.texts) for name, column in whole.items()}
        self._above = {name: column.texts[column.codes[-1]] for name, column in columns.items()}
        return columns

    def _note_times(self, columns: LineFields, days: Dates, clock: npt.NDArray[np.int64]) -> None:
        """Keep the latest second of each day: of the date's own cell, or of a column of times."""
        date, time = columns["date"], columns.get("time")
        if time is None:
            used = np.bincount(date.codes, minlength=len(clock)) > 0
            found, at = days.days[used], clock[used]
            valid = days.states[used] == State.VALUE
        else:
            pairs = np.unique(date.codes.astype(np.int64) * len(clock) + time.codes)
            of_date, of_time = np.divmod(pairs, len(clock))
            found, at = days.days[of_date], clock[of_time]
            valid = days.states[of_date] == State.VALUE
        valid &= at >= 0
        for day, second in zip(found[valid].tolist(), at[valid].tolist(), strict=True):
            self.day_ends[day] = max(second, self.day_ends.get(day, -1))

    def _note_repeated(self, columns: LineFields) -> None:
        numbered = np.flatnonzero(~blanks(columns["order"]))
        if len(numbered):
            coded = [(column.codes[numbered], len(column.texts)) for column in columns.values()]
            self.repeated += len(numbered) - len(distinct_rows(coded)[1])

    def _once_an_order(self, columns: LineFields) -> LineFields:
        """The order's amount on its first line alone, and nothing on the others."""
        order, money = columns["order"], columns[self._reading.money.field]
        first = np.ones(len(order.codes), bool)
        numbered = np.flatnonzero(~blanks(order))
        codes, at = np.unique(order.codes[numbered], return_index=True)
        first[numbered] = False
        first[numbered[at]] = [order.texts[code] not in self._orders for code in codes]
        self._orders.update(order.texts[code] for code in codes)
        amounts = np.where(first, money.codes, len(money.texts))
        return {**columns, self._reading.money.field: Column(amounts, [*money.texts, "0"])}

    def _note_unreadable(self, columns: LineFields, days: Dates) -> None:
        """Count the unreadable dates under the latest day that a row beside them is of."""
        codes = columns["date"].codes
        if not (days.states == State.BAD).any():
            last = next((code for code in codes[::-1].tolist() if days.states[code] == State.VALUE), None)
            self._day_above = self._day_above if last is None else int(days.days[last])
            return
        state = days.states[codes]
        day = days.days[codes]
        readable = np.flatnonzero(state == State.VALUE)
        bad = np.flatnonzero(state == State.BAD)
        if len(bad) and self._ordered:
            bad = bad[~are_totals(columns)[bad]]
            at = np.searchsorted(readable, bad)
            beside = [
                max(
                    int(day[readable[place - 1]]) if place else self._day_above,
                    int(day[readable[place]]) if place < len(readable) else -1,
                )
                for place in at.tolist()
            ]
            self.beside.update(beside)
        if len(readable):
            self._day_above = int(day[readable[-1]])

    def _named(self, columns: LineFields) -> Column | None:
        """The column that says what each row is of, as it stands: a name from the row above is none of its own."""
        return next(
            (columns[name] for name in ("product", *self._reading.dimensions, "order", "customer") if name in columns),
            None,
        )

    def _totals(self, columns: LineFields, days: Dates, named: Column | None) -> npt.NDArray[np.bool_]:
        """Which rows add others up: by a word, or because they name nothing and are the sum of those above."""
        found = are_totals(columns)
        self._stretches += 1
        if named is not None and self._ordered:
            nameless = np.array([may_be_total(text) for text in named.texts], bool)
            candidates = np.flatnonzero(nameless[named.codes] & ~found)
            if len(candidates) or self._sums:
                day = days.days[columns["date"].codes]
                totals = add_up_others(candidates, amounts(columns, self._reading), day, self._sums)
                found[totals] = True
                self.unjudged |= self._stretches > 1 and len(totals) < len(candidates) and not self._sums
        return found


def _clock(time: Column | None, days: Dates) -> npt.NDArray[np.int64]:
    """The second of the day of each distinct text of the times, or of the dates where there are none; -1 for none."""
    if time is None:
        return days.seconds.astype(np.int64)
    return np.array([second_of_day(text) for text in time.texts], np.int64)


def _under(text: str, column: Column) -> Column:
    """A column with one more row above."""
    return Column(np.concatenate([[len(column.texts)], column.codes]).astype(np.int64), [*column.texts, text])


def _day_texts(
    date: Column, time: Column | None, clock: npt.NDArray[np.int64], days: Dates, totals: npt.NDArray[np.bool_]
) -> Column:
    """The dates as the days' numbers with the hour, each once, with `TOTAL_ROW` before those of totals.

    Args:
        date: the dates.
        time: the times, where a column has them.
        clock: the second of the day of each distinct text of the times, or of the dates; -1 for none.
        days: what the dates say.
        totals: the rows that add others up.
    """
    is_day = days.states == State.VALUE
    numbers = np.where(is_day, days.days, np.where(days.states == State.BLANK, _BLANK, _BAD)) * _HOURS
    hours = clock // 3600 + 1
    if time is None:
        codes, keys = pd.factorize(numbers + hours * is_day)
        codes = codes[date.codes]
    else:
        codes, keys = pd.factorize(numbers[date.codes] + hours[time.codes] * is_day[date.codes])
    codes, texts = codes.astype(np.int32), [_day_text(*divmod(key, _HOURS)) for key in keys.tolist()]
    if not totals.any():
        return Column(codes, texts)
    return Column(codes + len(texts) * totals, [*texts, *(TOTAL_ROW + text for text in texts)])


_BLANK, _BAD = -(2**40), 1 - 2**40
_HOURS = 32
"""More than the hours of a day."""


def _day_text(day: int, hour: int) -> str:
    if day in {_BLANK, _BAD}:
        return "" if day == _BLANK else "?"
    return f"{day} {hour - 1}" if hour else f"{day}"


def second_of_day(text: str) -> int:
    """The second of the day that a cell with a time alone names; -1 where it names none."""
    found = _CLOCK.search(unicodedata.normalize("NFKC", text))
    if not found:
        return -1
    hour, minute, second = (int(part or 0) for part in found.group("hour", "minute", "second"))
    half = (found["half"] or found["half_behind"] or "").lower()
    hour = hour % 12 + 12 * (half in {"pm", "p.m.", "下午", "晚上"}) if half else hour
    return hour * 3600 + minute * 60 + second if hour <= _LAST_HOUR else -1
