"""`check_files`: whether several files that are read as one table write their cells alike, and which rows stand in two.

Files are judged as one: what a column holds in all of them says how its cells are read. A file that says otherwise of
itself is refused with its number. One that leaves it open is read like the others where it is laid out like one of them
(a day each of one export), and asked about where it comes from somewhere else. A row that stands in two files is
counted in both, and the report says so at its head, because nobody but the reader knows whether it is one sale or two.
"""

from collections.abc import Iterator, Sequence
from typing import cast

import numpy as np
import numpy.typing as npt

from daybook.errors import QuestionError, TableError, of_file
from daybook.judge import Judge, Reading, Texts
from daybook.language import excerpt
from daybook.parameters import AnalysisParameters
from daybook.report import Overlap
from daybook.stages import MATCHING, following, tell
from daybook.table import Table, texts
from daybook.table.rows import Chunk
from daybook.table.several import SeveralTables

type _Origin = tuple[tuple[str, ...], str, str]
"""The header, kind and separator of a file: those of one export have them in common."""
type _Hashes = npt.NDArray[np.uint64]
_PRIME = np.uint64(0x100000001B3)


def check_files(table: Table, reading: Reading, parameters: AnalysisParameters) -> list[Overlap]:
    """The rows that stand in more than one of the files that a table was made of; none for one file.

    Args:
        table: the files as one table.
        reading: how all of them are read.
        parameters: what the caller said of the files.

    Raises:
        TableError: a file writes its dates or numbers otherwise than the others.
        QuestionError: it leaves open how, and is of another layout than each that says so.
    """
    if not isinstance(table, SeveralTables) or len(table.numbers) < 2:  # noqa: PLR2004 (two files)
        return []
    seen, answered = _Seen(), set[_Origin]()
    asked: list[tuple[int, _Origin, QuestionError]] = []
    common = [index for index in range(len(table.header)) if all(places[index] is not None for places in table.places)]
    for number, part, places in zip(table.numbers, table.tables, table.places, strict=True):
        judge, found = Judge(part, parameters), Texts()
        wanted = list(range(len(part.header)))
        rows: list[_Hashes] = []
        tell(MATCHING, number - 1, table.numbers[-1])
        with following(None):  # it is read once more
            for chunk in cast("Iterator[Chunk]", part.chunks(wanted)):
                if chunk.rows:
                    found.add({name: chunk.columns[place] for name, place in judge.places.items()}, judge.judged)
                    rows.append(_hashes(chunk, [places[index] or 0 for index in common]))
        seen.add(number, np.concatenate(rows) if rows else np.array([], np.uint64))
        origin = (tuple(part.header), part.layout.kind, part.layout.separator)
        try:
            own = judge.reading(found)
        except QuestionError as question:
            asked.append((number, origin, question))
        except TableError:
            continue  # no cell of it is read, which the report counts
        else:
            answered.add(origin)
            _require_alike(own, found, reading, number)
    for number, origin, open_question in asked:
        if origin not in answered:
            raise of_file(open_question, number)
    return [] if reading.money.per_order else seen.overlaps  # an order's amount counts once, wherever its lines stand


class _Seen:
    """The rows of the files so far, by their hashes: how often each stood there, and in which file first."""

    def __init__(self) -> None:
        self.overlaps: list[Overlap] = []
        self._rows = np.array([], np.uint64)
        self._counts = np.array([], np.int64)
        self._files = np.array([], np.int64)

    def add(self, number: int, rows: _Hashes) -> None:
        """Take a file's rows in, and note those that are there already."""
        found, counts = np.unique(rows[rows != 0], return_counts=True)
        both, here, there = np.intersect1d(found, self._rows, assume_unique=True, return_indices=True)
        if len(both):
            twice = np.minimum(counts[here], self._counts[there])
            others, per_file = np.unique(self._files[there], return_inverse=True)
            sums = np.bincount(per_file, weights=twice)
            self.overlaps += [
                Overlap(file=number, other=int(other), rows=int(count))
                for other, count in zip(others, sums, strict=True)
            ]
        new = np.setdiff1d(np.arange(len(found)), here)
        self._rows = np.concatenate([self._rows, found[new]])
        self._counts = np.concatenate([self._counts, counts[new]])
        self._files = np.concatenate([self._files, np.full(len(new), number)])


def _hashes(chunk: Chunk, columns: Sequence[int]) -> _Hashes:
    """A number for each row, by the texts of some of its columns; 0 for a row that is blank in all of them."""
    rows, filled = np.zeros(chunk.rows, np.uint64), np.zeros(chunk.rows, np.bool_)
    for place in columns:
        codes, cells = chunk.columns[place]
        bare = [text.strip() for text in cells]
        rows = (rows ^ np.array([hash(text) for text in bare], np.int64).view(np.uint64)[codes]) * _PRIME
        filled |= np.array([bool(text) for text in bare], np.bool_)[codes]
    return np.where(filled, rows | np.uint64(1), np.uint64(0))


def _require_alike(own: Reading, found: Texts, reading: Reading, number: int) -> None:
    """Hold that a file's own cells say of themselves what all the files together do."""
    for name in reading.used:
        cells = found.of(name)[0]
        if name == "date":
            mine, all_files = own.dates.read(cells), reading.dates.read(cells)
            alike = np.array_equal(mine.days, all_files.days) and np.array_equal(mine.states, all_files.states)
        elif name in own.numbers and name in reading.numbers:
            values, together = own.numbers[name].read(cells), reading.numbers[name].read(cells)
            alike = np.array_equal(values.micros, together.micros) and np.array_equal(values.states, together.states)
        else:
            continue
        if not alike:
            raise TableError(texts.FILE_WRITES_OTHERWISE, number=number, column=excerpt(reading.fields[name].name))
