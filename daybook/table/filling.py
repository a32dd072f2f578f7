"""`fill_down`: cells that stand only on the first line of an order, or in merged cells, for the lines below too."""

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt

from daybook.table.cells import name
from daybook.table.rows import Column
from daybook.table.totals import are_totals

type Columns = Mapping[str, Column]
"""Columns of one stretch of rows by field."""

_LEAST_PART = 0.3
"""Without order numbers, dates stand in merged cells where at least this part of the rows has none."""


def blanks(column: Column) -> npt.NDArray[np.bool_]:
    """Which rows of a column are blank."""
    return np.array([not name(text) for text in column.texts], bool)[column.codes]


def fill_down(columns: Columns, fields: Collection[str], order: str | None) -> tuple[dict[str, Column], int]:
    """The columns with the blank cells of ``fields`` filled from the row above that belongs to the same order.

    Where there is no order number, dates that stand once for the rows below them are told by that: none repeats the
    one above it, and many rows have none. Names are then filled on the rows whose date is.

    Args:
        columns: the rows, in the order of the file.
        fields: those that may be filled; ``date`` is among them.
        order: the field of the order's number, where there is one.

    Returns:
        The columns, and how many rows took their date from above.
    """
    empty = np.logical_and.reduce([blanks(column) for column in columns.values()])
    missing = {field: blanks(columns[field]) & ~empty for field in fields if field in columns}
    missing = {field: rows for field, rows in missing.items() if rows.any()}
    filled = dict(columns)
    merged = "date" in missing and _is_merged(columns["date"], empty, are_totals(columns))
    if order and not (merged and _begins_undated(columns[order], missing["date"], empty)):
        starts = _order_starts(columns[order], empty)
    elif merged:
        starts = np.zeros(len(empty), np.intp)
        missing = {field: rows & missing["date"] for field, rows in missing.items()}
    else:
        return filled, 0
    for field, rows in missing.items():
        filled[field] = _filled(columns[field], rows, starts)
    date = missing.get("date")
    dated = 0 if date is None else int((date & ~blanks(filled["date"])).sum())
    return filled, dated


def _order_starts(column: Column, empty: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """For each row the first row of its order; a row without a number belongs to the order above it."""
    rows = np.arange(len(empty))
    unnumbered = blanks(column)
    last = np.maximum.accumulate(np.where(unnumbered, -1, rows))
    codes = np.where(last >= 0, column.codes[np.maximum(last, 0)].astype(np.int64), -1)
    begins = np.ones(len(rows), bool)
    begins[1:] = (codes[1:] != codes[:-1]) | empty[1:]
    return np.maximum.accumulate(np.where(begins, rows, 0))


def _begins_undated(order: Column, undated: npt.NDArray[np.bool_], empty: npt.NDArray[np.bool_]) -> bool:
    """Whether orders begin on rows without a date: it stands once for several of them, in merged cells."""
    rows = np.arange(len(empty))
    return bool((undated & (_order_starts(order, empty) == rows) & ~blanks(order)).any())


def _is_merged(date: Column, empty: npt.NDArray[np.bool_], totals: npt.NDArray[np.bool_]) -> bool:
    missing = blanks(date)
    standing = date.codes[~missing & ~totals]
    rows = int((~empty).sum())
    if missing[np.argmin(empty)] or not len(standing) or (missing & ~empty).sum() < _LEAST_PART * rows:
        return False
    return not (standing[1:] == standing[:-1]).any()


def _filled(column: Column, rows: npt.NDArray[np.bool_], starts: npt.NDArray[np.intp]) -> Column:
    last = np.maximum.accumulate(np.where(blanks(column), -1, np.arange(len(rows))))
    take = rows & (last >= starts)
    codes = column.codes.copy()
    codes[take] = column.codes[last[take]]
    return Column(codes, column.texts)
