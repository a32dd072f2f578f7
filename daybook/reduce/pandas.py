"""`read_cube` on pandas: equal lines are counted first, so that exact arithmetic runs on few.

In a sales file most lines repeat another's date, product, price, quantity and region. Each text is read once, and
money is multiplied and summed as whole numbers of the smallest unit that the file needs. What depends on the order of
the rows (`daybook.reduce.ordered`) is done a stretch of rows at a time, before they are counted.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

import numpy as np

from daybook.cube import Cube
from daybook.errors import QuestionError
from daybook.exact import Values, add_up, distinct_rows
from daybook.judge import Judge, Reading, Texts
from daybook.language import Text
from daybook.reduce.lines import LineFields, lines_cube
from daybook.reduce.ordered import InOrder
from daybook.table import Table
from daybook.table.rows import Column

_HELD_ROWS = 100_000
"""Distinct lines that may gather before they become a cube."""
_HELD_CUBE_ROWS = 500_000
"""Rows of partial cubes that may gather before they are added up."""
_DENSE_SPAN = 2**20
"""Distinct lines are counted in an array of all possible ones up to this size, by hashing above it."""


class _Tally(NamedTuple):
    """Distinct lines, and how often each stands in the file."""

    fields: LineFields
    counts: Values

    @property
    def coded(self) -> list[Column]:
        return list(self.fields.values())


class Read(NamedTuple):
    """What reading a table gave."""

    cube: Cube
    rows: InOrder
    """What the order of the rows showed."""
    reading: Reading
    texts: Texts
    """What its columns hold."""
    engine: str = "pandas"
    """What added the rows up."""
    engine_why: Text | None = None
    """Why it was not the faster one, where that is installed."""


def read_cube(table: Table, judge: Judge, *, takes_back: bool = False) -> Read:
    """The cube of all rows of a table; where it ``takes_back``, a table of refunds, each takes a sale back.

    The first stretch of rows decides how the file is read; where the whole file says otherwise it is read again. Rows
    that are wholly blank are no rows.

    Raises:
        TableError: a row is broken.
        QuestionError: the file leaves open what a figure depends on.
        LimitError: the file is past its limits.
    """
    texts = Texts()
    stretches = _noted(_stretches(table, judge), texts, judge)
    first = next(stretches, None) or _Stretch(judge.no_rows())
    try:
        reading = judge.reading(texts)
    except QuestionError:
        for _ in stretches:  # the rest of the file may answer
            pass
        reading = judge.reading(texts)
        reading = replace(reading, takes_back=takes_back)
        return Read(*_judged(_reduced(_stretches(table, judge), reading), table, judge, reading), reading, texts)
    reading = replace(reading, takes_back=takes_back)
    found = _reduced(chain([first], stretches), reading)
    whole = replace(judge.reading(texts), takes_back=takes_back) if texts.stretches > 1 else reading
    if not whole.gives_what(reading):
        found = _reduced(_stretches(table, judge), whole)
    return Read(*_judged(found, table, judge, whole), whole, texts)


def _judged(found: tuple[Cube, InOrder], table: Table, judge: Judge, reading: Reading) -> tuple[Cube, InOrder]:
    """What was read; once more with sums over all rows where a row may be the total of earlier stretches."""
    return _reduced(_stretches(table, judge), reading, across=True) if found[1].unjudged else found


class _Stretch(NamedTuple):
    """Rows that follow one another, their columns by field; another file or sheet may begin with them."""

    columns: LineFields
    begins: bool = False


def _noted(stretches: Iterable[_Stretch], texts: Texts, judge: Judge) -> Iterator[_Stretch]:
    for stretch in stretches:
        texts.add(stretch.columns, judge.judged)
        yield stretch


def _stretches(table: Table, judge: Judge) -> Iterator[_Stretch]:
    """The columns of the fields, a stretch of rows after another."""
    wanted = tuple(dict.fromkeys(judge.places.values()))
    at = {index: place for place, index in enumerate(wanted)}
    for chunk in table.chunks(wanted):
        if chunk.rows:
            columns = {name: chunk.columns[at[index]] for name, index in judge.places.items()}
            yield _Stretch(columns, chunk.begins)


def _reduced(stretches: Iterable[_Stretch], reading: Reading, *, across: bool = False) -> tuple[Cube, InOrder]:
    rows = InOrder(reading, across=across)
    fields = (
        rows.take({name: columns[name] for name in reading.used}, begins=begins)
        for columns, begins in stretches
        if _rows(columns)
    )
    if "order" in reading.used:
        # Hardly a line is like another, so they are not counted first.
        parts = ((columns, np.ones(_rows(columns), np.int64)) for columns in fields)
    else:
        parts = ((tally.fields, tally.counts) for tally in _tallies(fields))
    cube = _added_up(lines_cube(columns, counts, reading) for columns, counts in parts)
    return cube.timed_by(rows.day_ends), rows


def _added_up(cubes: Iterable[Cube]) -> Cube:
    """The sum of cubes, added as they come: what is held stays near twice the rows of the sum."""
    whole, held, rows = Cube.empty(), list[Cube](), 0
    for cube in cubes:
        held.append(cube)
        rows += len(cube)
        if rows > max(_HELD_CUBE_ROWS, len(whole)):
            whole, held, rows = Cube.sum([whole, *held]), [], 0
    return Cube.sum([whole, *held])


def _rows(fields: LineFields) -> int:
    return len(fields["date"].codes)


def _tallies(stretches: Iterable[LineFields]) -> Iterator[_Tally]:
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


def _count(fields: LineFields) -> _Tally:
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
