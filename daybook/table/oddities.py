"""`has_oddity`, `may_be_shifted`: what in a block of rows asks for a closer look, told from its distinct texts."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from daybook.table.chunk import Column
from daybook.table.decoration import clean
from daybook.table.layout import Known, is_value
from daybook.table.records import THOUSANDS_HEAD, THOUSANDS_TAIL
from daybook.table.sections import is_rule

_FEW_TEXTS = 2_000
"""A column with more distinct texts in a block is not searched for names of columns."""
_LEAST_WIDTH = 3
_LAST_ROWS = 16


def has_oddity(columns: Sequence[Column], names: Sequence[str], known: Known) -> bool:
    """Whether a block may hold a header among its rows, or end in lines beside the table."""
    return _may_hold_header(columns, names, known) or _ends_beside(columns)


def _may_hold_header(columns: Sequence[Column], names: Sequence[str], known: Known) -> bool:
    for column, name in zip(columns, names, strict=True):
        if len(column.texts) > _FEW_TEXTS:
            continue
        if any(may_be_name(text, name, known) for text in column.texts):
            return True
    return False


def may_be_name(text: str, name: str, known: Known) -> bool:
    """Whether a text may be a column's name, or part of a line drawn below one."""
    return bool(text) and not text[0].isdigit() and (clean(text) == name or is_rule(text) or bool(known([text])))


def _ends_beside(columns: Sequence[Column]) -> bool:
    """Whether one of the last rows has a single cell that holds anything."""
    if len(columns) < _LEAST_WIDTH:
        return False
    filled = np.zeros(min(_LAST_ROWS, len(columns[0].codes)), np.int64)
    for column in columns:
        blank = [code for code, text in enumerate(column.texts) if not text or text.isspace()]
        filled += ~np.isin(column.codes[-_LAST_ROWS:], blank)
    return bool((filled == 1).any())


def may_be_shifted(frame: pd.DataFrame, numbers: Iterable[int], names: Iterable[int]) -> bool:
    """Whether a comma without quotes may have split a number in two and shifted what stands behind it.

    Args:
        frame: columns by their place, coded as categories.
        numbers: places of number columns whose right neighbour is in the frame.
        names: places of columns that hold names.
    """
    names = tuple(names)
    for number in numbers:
        tails = _fitting(frame[number + 1], lambda text: bool(THOUSANDS_TAIL.fullmatch(text)))
        if not tails.any():
            continue
        split = _where(frame[number], lambda text: bool(THOUSANDS_HEAD.fullmatch(text.strip())))
        if split.any():
            split &= tails[frame[number + 1].cat.codes.to_numpy()]
        if split.any() and any((split & _where(frame[name], is_value)).any() for name in names if name > number):
            return True
    return False


def _where(series: "pd.Series[Any]", fits: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
    return _fitting(series, fits)[series.cat.codes.to_numpy()]


def _fitting(series: "pd.Series[Any]", fits: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
    """Which of the distinct texts of a column fit."""
    return np.array([fits(str(text)) for text in series.cat.categories], dtype=bool)
