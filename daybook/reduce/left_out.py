"""`left_out`: which lines of a sales file are no sales, and why."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from daybook.reading import Reading
from daybook.table import cells
from daybook.table.chunk import Column
from daybook.table.statuses import Reason, is_true, reason
from daybook.table.totals import is_total

type Fields = Mapping[str, Column]
"""The columns of some lines by field. Dates are normalized by `daybook.reduce.ordered`: the day's number, ``""``, or
``?`` where the cell is no date."""

_TOTAL_FIELDS = ("product", "region", "city", "state", "country", "category", "channel", "store", "customer", "order")
"""The fields in which a total row may carry its word."""


def left_out(fields: Fields, reading: Reading) -> npt.NDArray[np.int64]:
    """Why each line is no sale (`Reason`); 0 where it is one."""
    rows = len(fields["date"].codes)
    why = np.zeros(rows, np.int64)
    if reading.currency:
        for name in ("currency", reading.money):
            if name in fields:
                why[_other_currency(fields[name], reading, name)] = Reason.CURRENCY
    for name in ("status", "kind"):
        if name not in fields:
            continue
        column = fields[name]
        if name in reading.flags:
            found = np.array([Reason.RETURNED if is_true(text) else Reason.SOLD for text in column.texts], np.int64)
        elif name == "status":
            found = np.array([reason(text) for text in column.texts], np.int64)
        else:
            continue
        why = np.where(why == 0, found[column.codes], why)
    why[totals(fields)] = Reason.TOTAL
    return why


def totals(fields: Fields) -> npt.NDArray[np.bool_]:
    """Which lines say by a word that they add up others."""
    found = np.zeros(len(fields["date"].codes), bool)
    names = frozenset(text.strip().casefold() for name in ("product", "region") if name in fields
                      for text in fields[name].texts)  # fmt: skip
    for name in _TOTAL_FIELDS:
        if name in fields:
            column = fields[name]
            said = np.array([is_total(text, names) for text in column.texts], bool)
            if said.any():
                found |= said[column.codes]
    if "total" in fields:  # marked by `daybook.reduce.ordered`
        found |= fields["total"].codes == 1
    return found


def _other_currency(column: Column, reading: Reading, name: str) -> npt.NDArray[np.bool_]:
    if name == "currency":
        said = [cells.name(text) for text in column.texts]
    else:
        said = list(reading.numbers[name].read(column.texts).currencies) or [""] * len(column.texts)
    return np.array([bool(code) and code != reading.currency for code in said], bool)[column.codes]
