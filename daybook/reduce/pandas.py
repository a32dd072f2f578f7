"""`read_cube` on pandas: equal lines are counted first, so that exact arithmetic runs on few.

In a sales file most lines repeat another's date, product, price, quantity and region. Each text is read once, and
money is multiplied and summed as whole numbers of the smallest unit that the file needs. What depends on the order of
the rows (`daybook.reduce.ordered`) is done a stretch of rows at a time, before they are counted.
"""

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from daybook.cube import Cube
from daybook.exact import Values, add_up, distinct_rows
from daybook.reading import Reading
from daybook.reduce.left_out import Fields
from daybook.reduce.lines import lines_cube
from daybook.reduce.ordered import InOrder
from daybook.table import Table
from daybook.table.chunk import Column

_HELD_ROWS = 100_000
"""Distinct lines that may gather before they become a cube."""
_DENSE_SPAN = 2**20
"""Distinct lines are counted in an array of all possible ones up to this size, by hashing above it."""


class _Tally(NamedTuple):
    """Distinct lines, and how often each stands in the file."""

    fields: Fields
    counts: Values

    @property
    def coded(self) -> list[Column]:
        return list(self.fields.values())


def read_cube(table: Table, reading: Reading) -> tuple[Cube, InOrder]:
    """The cube of all rows of a table, and what their order showed. Rows that are wholly blank are no rows.

    Raises:
        TableError: a row is broken.
        LimitError: the file is past its limits.
    """
    rows = InOrder(reading)
    if "order" in reading.places:
        # Nearly every line is another's like no more, so they are not counted first.
        parts = ((fields, np.ones(_rows(fields), np.int64)) for fields in _fields(table, reading, rows))
    else:
        parts = ((tally.fields, tally.counts) for tally in _tallies(_fields(table, reading, rows)))
    return Cube.sum(lines_cube(fields, counts, reading) for fields, counts in parts), rows


def _fields(table: Table, reading: Reading, rows: InOrder) -> Iterator[Fields]:
    places = {index: place for place, index in enumerate(reading.wanted)}
    for chunk in table.chunks(reading.wanted):
        if chunk.rows:
            columns = {field: chunk.columns[places[index]] for field, index in reading.places.items()}
            yield rows.take(columns)


def _rows(fields: Fields) -> int:
    return len(fields["date"].codes)


def _tallies(stretches: Iterable[Fields]) -> Iterator[_Tally]:
    """The lines of all stretches counted, in as few tallies as may be held."""
    held: list[_Tally] = []
    for fields in stretches:
        held.append(_count(fields))
        if sum(len(tally.counts) for tally in held) > _HELD_ROWS:
            held = [_merge(held)]
            if len(held[0].counts) > _HELD_ROWS // 2:
                yield held.pop()
    if held:
        yield _merge(held)


def _count(fields: Fields) -> _Tally:
    columns = list(fields.values())
    sizes = [len(column.texts) for column in columns]
    span = math.prod(sizes)
    if span > _DENSE_SPAN:
        place, first = distinct_rows([(column.codes, len(column.texts)) for column in columns])
        return _Tally({name: column.at(first) for name, column in fields.items()}, np.bincount(place))
    packed = np.zeros(_rows(fields), np.int64)
    for column in columns:
        packed *= len(column.texts)
        packed += column.codes
    counts = np.bincount(packed, minlength=span)
    found = np.flatnonzero(counts)
    codes = np.unravel_index(found, sizes)
    distinct = {
        name: Column(code.astype(np.int32), column.texts)
        for code, (name, column) in zip(codes, fields.items(), strict=True)
    }
    return _Tally(distinct, counts[found])


def _merge(tallies: list[_Tally]) -> _Tally:
    if len(tallies) == 1:
        return tallies[0]
    joined = map(_joined, zip(*(tally.coded for tally in tallies), strict=True))
    fields = dict(zip(tallies[0].fields, joined, strict=True))
    place, first = distinct_rows([(column.codes, len(column.texts)) for column in fields.values()])
    counts = np.concatenate([tally.counts for tally in tallies])
    distinct = {name: column.at(first) for name, column in fields.items()}
    return _Tally(distinct, add_up(counts, place, len(first)))


def _joined(columns: Iterable[Column]) -> Column:
    """Columns under one another, their texts coded alike."""
    places: dict[str, int] = {}
    codes = []
    for column in columns:
        common = np.array([places.setdefault(text, len(places)) for text in column.texts], np.int32)
        codes.append(common[column.codes])
    return Column(np.concatenate(codes), list(places))
