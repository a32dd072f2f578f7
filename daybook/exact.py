"""Exact arithmetic on columns of whole numbers, `multiply` and `add_up`, and `distinct_rows` of coded columns."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Self, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

_SAFE = float(2**62)

type Values = npt.NDArray[Any]
"""Whole numbers: int64, or Python's own where int64 could overflow."""


class Coded(NamedTuple):
    """A key column: its distinct values, and each row's place among them."""

    codes: npt.NDArray[np.signedinteger]
    distinct: Values

    @classmethod
    def of(cls, values: Values) -> Self:
        """The column of these values."""
        return cls(*pd.factorize(values, use_na_sentinel=False))

    def at(self, rows: npt.NDArray[np.intp]) -> Self:
        """The column at some rows alone."""
        return self._replace(codes=self.codes[rows])


def whole_numbers(values: Sequence[int]) -> Values:
    """Python integers as int64 where all fit."""
    if all(-(2**62) < value < 2**62 for value in values):
        return np.array(values, np.int64)
    return np.array(values, object)


def multiply(left: Values, right: Values) -> Values:
    """Left times right without overflow: Python's integers where int64 is too small."""
    if left.size == 0 or _size(left) * _size(right) < _SAFE:
        return left * right
    return cast("Values", left.astype(object) * right.astype(object))


def add_up(values: Values, place: npt.NDArray[np.intp], places: int) -> Values:
    """Sum ``values`` into ``places`` sums without overflow; ``place`` says where each value goes."""
    size = _size(values)
    if not size:
        return np.zeros(places, np.int64)
    if values.dtype == object or size * len(values) >= _SAFE:
        sums = np.zeros(places, object)
        np.add.at(sums, place, values.astype(object))
        return whole_numbers(sums.tolist())
    whole = np.zeros(places, np.int64)
    np.add.at(whole, place, values.astype(np.int64, copy=False))
    return whole


def _size(values: Values) -> float:
    return float(max(-int(values.min()), int(values.max()), 0)) if values.size else 0.0


def distinct_rows(
    columns: Sequence[tuple[npt.NDArray[np.signedinteger], int]],
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Each row's place among the distinct rows, and the row where each of those stands first.

    Args:
        columns: each column's codes, and how many codes it may have.
    """
    packed = np.zeros(len(columns[0][0]), np.int64)
    span = 1
    for codes, size in columns:
        if span * size >= _SAFE:
            packed, distinct = pd.factorize(packed)
            span = len(distinct)
        packed = packed * size + codes
        span *= max(size, 1)
    place, distinct = pd.factorize(packed)
    first = np.zeros(len(distinct), np.intp)
    first[place[::-1]] = np.arange(len(packed) - 1, -1, -1)
    return place, first
