"""`read_counted`: the cube of rows that a database, or an engine over lake tables, has counted already.

Such a table hands out distinct rows, each with how often it stands there; or plain rows, each once, where nothing is
counted there. Its rows have no order, so that nothing is filled down and no row adds up those above it. The cells are
read by the same rule as a file's.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd

from daybook.cube import Cube
from daybook.errors import QuestionError
from daybook.exact import Values, add_up, distinct_rows
from daybook.judge import Judge, Reading, Texts
from daybook.reduce.lines import LineFields, lines_cube
from daybook.reduce.ordered import InOrder
from daybook.reduce.pandas import Read
from daybook.table.layout import Layout
from daybook.table.rows import Chunk, Column

_HELD_ROWS = 300_000
"""Rows of cubes that may gather before they are added up."""


@dataclass(frozen=True, slots=True)
class CountedTable:
    """A table whose rows come counted."""

    header: tuple[str, ...]
    sample: list[list[str]]
    """Some of its rows as they stand, not counted: to judge columns by."""
    counted: Callable[[Sequence[int]], Iterator[tuple[Chunk, Values]]]
    """The rows with the wanted columns, and how often each stands there; may be called again."""
    kind: str
    others: tuple[()] = ()

    @property
    def layout(self) -> Layout:
        """Such a table says itself how it lies."""
        return Layout(kind=self.kind, header_row=0)

    def chunks(self, wanted: Sequence[int]) -> Iterator[Chunk]:
        """The rows with the wanted columns, each as often as it stands there."""
        for chunk, counts in self.counted(wanted):
            yield chunk.at(np.repeat(np.arange(chunk.rows), counts.astype(np.intp)))


def read_counted(table: CountedTable, judge: Judge) -> Read:
    """The cube of all rows of a table; errors as `daybook.reduce.pandas.read_cube`."""
    texts = Texts()
    stretches = _noted(table, judge, texts)
    first = next(stretches, None) or (judge.no_rows(), np.array([], np.int64))
    texts.first = _sample(table, judge)
    try:
        reading = judge.reading(texts)
    except QuestionError:
        for _ in stretches:  # the rest of the table may answer
            pass
        reading = judge.reading(texts)
        return Read(*_reduced(_stretches(table, judge), reading), reading, texts)
    found = _reduced(chain([first], stretches), reading)
    whole = judge.reading(texts) if texts.stretches > 1 else reading
    if not whole.gives_what(reading):
        found = _reduced(_stretches(table, judge), whole)
    return Read(*found, whole, texts)


def column_of(texts: Sequence[str]) -> Column:
    """Texts as a column."""
    codes, distinct = pd.factorize(np.array(texts, dtype=object))
    return Column(codes.astype(np.int64), list(distinct))


def _sample(table: CountedTable, judge: Judge) -> dict[str, Column]:
    """The first rows: the same to judge by, counted or not."""
    return {name: column_of([row[index] for row in table.sample]) for name, index in judge.places.items()}


def _stretches(table: CountedTable, judge: Judge) -> Iterator[tuple[LineFields, Values]]:
    wanted = tuple(dict.fromkeys(judge.places.values()))
    at = {index: place for place, index in enumerate(wanted)}
    for chunk, counts in table.counted(wanted):
        if chunk.rows:
            yield {name: chunk.columns[at[index]] for name, index in judge.places.items()}, counts


def _noted(table: CountedTable, judge: Judge, texts: Texts) -> Iterator[tuple[LineFields, Values]]:
    for columns, counts in _stretches(table, judge):
        texts.add(columns, judge.judged, counts)
        yield columns, counts


def _reduced(stretches: Iterable[tuple[LineFields, Values]], reading: Reading) -> tuple[Cube, InOrder]:
    rows = InOrder(reading, ordered=False)
    held: list[Cube] = []
    for columns, counts in stretches:
        if len(counts):
            held.append(lines_cube(*_once(rows.take({name: columns[name] for name in reading.used}), counts), reading))
        if sum(map(len, held)) > _HELD_ROWS:
            held = [Cube.sum(held)]
    return Cube.sum(held).timed_by(rows.day_ends), rows


def _once(fields: LineFields, counts: Values) -> tuple[LineFields, Values]:
    """Lines that are alike once their dates are days, counted together."""
    place, first = distinct_rows([(column.codes, len(column.texts)) for column in fields.values()])
    return {name: column.at(first) for name, column in fields.items()}, add_up(counts, place, len(first))
