"""`left_out`: which lines of a sales file are no sales, and why."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from daybook.judge import Reading
from daybook.table import cells
from daybook.table.chunk import Column
from daybook.table.statuses import Reason, reason, reason_of_flag

type Fields = Mapping[str, Column]
"""The columns of some lines by field. Dates are normalized by `daybook.reduce.ordered`: the day's number, ``""``, or
``?`` where the cell is no date; with `TOTAL_ROW` before it where the row adds others up."""

TOTAL_ROW = "="


def left_out(fields: Fields, reading: Reading) -> npt.NDArray[np.int64]:
    """Why each line is no sale (`Reason`); 0 where it is one."""
    why = np.zeros(len(fields["date"].codes), np.int64)
    if reading.currency:
        why[_other_currency(fields, reading)] = Reason.CURRENCY
    for name, read in (("status", reason), *((name, reason_of_flag) for name in sorted(reading.flags))):
        column = fields.get(name)
        if column:
            found = np.array([read(text) for text in column.texts], np.int64)
            why = np.where(why == Reason.SOLD, found[column.codes], why)
    date = fields["date"]
    why[np.array([text.startswith(TOTAL_ROW) for text in date.texts], bool)[date.codes]] = Reason.TOTAL
    return why


def _other_currency(fields: Fields, reading: Reading) -> npt.NDArray[np.bool_]:
    """Which lines name a currency that is not the one that counts."""
    other = np.zeros(len(fields["date"].codes), bool)
    money = fields[reading.money.field]
    said = {"currency": None, reading.money.field: reading.numbers[reading.money.field].read(money.texts).currencies}
    for name, currencies in said.items():
        column = fields.get(name)
        if column:
            codes = currencies or [cells.name(text).upper() for text in column.texts]
            other |= np.array([bool(code) and code != reading.currency for code in codes], bool)[column.codes]
    return other
