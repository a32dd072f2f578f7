"""`InOrder`: what depends on the order of a file's rows, taken a stretch at a time before lines are counted.

Cells that stand once for several lines are filled down, dates become days (their times show when each day ended), rows
that add up those above them are marked, and unreadable dates remember which days they stand beside.
"""

from collections import Counter

import numpy as np

from daybook.reading import Days, Reading
from daybook.reduce.left_out import Fields, totals
from daybook.reduce.lines import amounts
from daybook.table.cells import State
from daybook.table.chunk import Column
from daybook.table.filling import fill_down
from daybook.table.statuses import Reason
from daybook.table.totals import add_up_others, may_be_total

_FILLED = ("date", "time", "order", "status", "kind", "currency", "customer")


class InOrder:
    """Takes a file's rows in their order.

    Attributes:
        filled: rows whose date is that of a row above.
        day_ends: the latest second of each day at which a line stands, by the day's number.
        examples: for each reason to leave rows out the cell of one that says so.
        beside: unreadable dates by the latest day that they stand next to.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._above: dict[str, str] = {}
        self._day_above = -1
        self.filled = 0
        self.day_ends: dict[int, int] = {}
        self.beside: Counter[int] = Counter()
        self.examples: dict[Reason, str] = {}

    def take(self, columns: Fields) -> Fields:
        """The next stretch of rows, ready to be counted."""
        columns = self._filled(columns)
        days: Days = self._reading.dates.read(columns["date"].texts)
        self._note_times(columns, days)
        self._note_unreadable(columns, days)
        columns = {name: column for name, column in columns.items() if name != "time"}
        return {**columns, "date": _day_texts(columns["date"], days), **self._totals(columns, days)}

    def _filled(self, columns: Fields) -> Fields:
        order = "order" if "order" in columns else None
        fields = [name for name in (*_FILLED, *self._reading.dimensions) if name in columns]
        if any(not text.strip() for name in fields for text in columns[name].texts):
            below = {name: _under(self._above.get(name, ""), column) for name, column in columns.items()}
            whole, filled = fill_down(below, fields, order)
            self.filled += filled
            columns = {name: Column(column.codes[1:], column.texts) for name, column in whole.items()}
        self._above = {name: column.texts[column.codes[-1]] for name, column in columns.items()}
        return columns

    def _note_times(self, columns: Fields, days: Days) -> None:
        seconds = np.asarray(days.seconds)
        valid = (np.asarray(days.states) == State.VALUE) & (seconds >= 0)
        if valid.any():
            used = np.bincount(columns["date"].codes, minlength=len(valid)) > 0
            for day, second in zip(days.days[valid & used].tolist(), seconds[valid & used].tolist(), strict=True):
                self.day_ends[day] = max(second, self.day_ends.get(day, -1))

    def _note_unreadable(self, columns: Fields, days: Days) -> None:
        """Count the unreadable dates under the latest day that a row beside them is of."""
        codes = columns["date"].codes
        state = np.asarray(days.states)[codes]
        day = np.asarray(days.days)[codes]
        readable = np.flatnonzero(state == State.VALUE)
        bad = np.flatnonzero(state == State.BAD)
        if len(bad):
            bad = bad[~totals(columns)[bad]]
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

    def _totals(self, columns: Fields, days: Days) -> Fields:
        """A column that marks the rows that name nothing and are the sum of those above."""
        name = next((name for name in ("product", *self._reading.dimensions) if name in columns), None)
        if name is None:
            return {}
        rows = len(columns["date"].codes)
        marked = np.zeros(rows, np.int8)
        column = columns[name]
        nameless = np.array([may_be_total(text) for text in column.texts], bool)
        if not nameless.any():
            return {"total": Column(marked, ["", "1"])}
        candidates = np.flatnonzero(nameless[column.codes] & ~totals(columns))
        if len(candidates):
            day = np.asarray(days.days)[columns["date"].codes]
            marked[add_up_others(candidates, amounts(columns, self._reading), day)] = 1
        return {"total": Column(marked, ["", "1"])}


def _under(text: str, column: Column) -> Column:
    """A column with one more row above."""
    return Column(np.concatenate([[len(column.texts)], column.codes]).astype(np.int64), [*column.texts, text])


def _day_texts(column: Column, days: Days) -> Column:
    """The dates as the days' numbers, each once."""
    texts = [
        str(day) if state == State.VALUE else "" if state == State.BLANK else "?"
        for day, state in zip(np.asarray(days.days).tolist(), np.asarray(days.states).tolist(), strict=True)
    ]
    places: dict[str, int] = {}
    common = np.array([places.setdefault(text, len(places)) for text in texts], np.int32)
    return Column(common[column.codes], list(places))
