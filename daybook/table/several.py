"""`SeveralTables`: sheets or files with the same columns, read as one table."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from daybook.errors import LimitError, TableError
from daybook.language import excerpt
from daybook.limits import Limits
from daybook.stages import part
from daybook.table import texts
from daybook.table.fields import quoted
from daybook.table.layout import Code, Known, Layout, Note
from daybook.table.names import meanings
from daybook.table.rows import Chunk, Column


@dataclass(slots=True)
class SeveralTables:
    """Tables below one another, in the order of the columns of the first."""

    tables: Sequence[Any]
    places: Sequence[Sequence[int | None]]
    """For each table, where it has each column of the first; None where it has not."""
    notes: tuple[Note, ...]
    limits: Limits
    beside: tuple[Any, ...] = ()
    """Tables that are not of these rows: sheets of refunds, say."""
    numbers: tuple[int, ...] = ()
    """For each table the number of its file, from 1, where each is a file of its own."""

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self.tables[0].header)

    @property
    def sample(self) -> list[list[str]]:
        """Some of the first rows of each."""
        share = max(200 // len(self.tables), 5)
        return [
            ["" if place is None else row[place] for place in places]
            for table, places in zip(self.tables, self.places, strict=True)
            for row in table.sample[:share]
        ]

    @property
    def layout(self) -> Layout:
        """How the first lies, with the notes of all."""
        layouts: list[Layout] = [table.layout for table in self.tables]
        files = self.numbers or (None,) * len(layouts)
        own = (
            replace(note, file=number) for layout, number in zip(layouts, files, strict=True) for note in layout.notes
        )
        return replace(
            layouts[0],
            kind=_each(layout.kind for layout in layouts),
            encoding=_each(layout.encoding for layout in layouts),
            sheets=tuple(sheet for layout in layouts for sheet in layout.sheets),
            notes=(*self.notes, *dict.fromkeys(own)),
        )

    @property
    def others(self) -> tuple[Any, ...]:
        """Tables beside and below these; known once the rows have been read to the end."""
        return (*self.beside, *(other for table in self.tables for other in table.others))

    def chunks(self, wanted: Sequence[int]) -> Iterator[Chunk]:
        """The rows of all with the wanted columns.

        Raises:
            LimitError: too many rows.
        """
        rows = 0
        for number, (table, places) in enumerate(zip(self.tables, self.places, strict=True)):
            there = sorted({place for index in wanted if (place := places[index]) is not None})
            before, begins, there = rows, True, there or [0]
            for chunk in part(table.chunks(there), number, len(self.tables)):
                columns = dict(zip(there, chunk.columns, strict=True))
                blank = Column(np.zeros(chunk.rows, np.int64), [""])
                at = [places[index] for index in wanted]
                here = tuple(blank if place is None else columns[place] for place in at)
                yield Chunk(before + chunk.first_row, here, begins)
                begins = begins and not chunk.rows
                rows = before + chunk.first_row + chunk.rows - 1
            if rows > self.limits.rows:
                raise LimitError(texts.TOO_MANY_ROWS, limit=f"{self.limits.rows:,}", beyond=self.limits.beyond)


def joined_files(tables: Sequence[Any], numbers: Sequence[int], known: Known, limits: Limits) -> SeveralTables:
    """Files that a caller gave as one table; ``numbers`` are theirs, from 1.

    Raises:
        TableError: their known columns differ.
    """
    places = []
    for table, number in zip(tables, numbers, strict=True):
        found = places_in(tables[0].header, table.header, known)
        if found is None:
            raise TableError(texts.FILE_DIFFERS, first=numbers[0], number=number)
        places.append(found)
    notes = (Note(Code.FILES, count=len(tables)),) if len(tables) > 1 else ()
    return SeveralTables(tables, places, notes, limits, numbers=tuple(numbers))


def joined(tables: Sequence[Any], names: Sequence[str], known: Known, limits: Limits) -> SeveralTables:
    """Files as one table.

    Raises:
        TableError: their known columns differ.
    """
    places = []
    for table, name in zip(tables, names, strict=True):
        found = places_in(tables[0].header, table.header, known)
        if found is None:
            raise TableError(texts.FILES_DIFFER, first=quoted([names[0]]), second=quoted([name]))
        places.append(found)
    note = Note(Code.SEVERAL, count=len(tables), values=tuple(map(excerpt, names)))
    return SeveralTables(tables, places, (note,), limits)


def places_in(header: Sequence[str], other: Sequence[str], known: Known) -> tuple[int | None, ...] | None:
    """Where ``other`` has each column of ``header``; None where their known columns differ."""
    if tuple(header) == tuple(other):
        return tuple(range(len(header)))
    mine, theirs = _names(header), _names(other)
    if len(set(mine.values())) < len(mine) or len(set(theirs.values())) < len(theirs):
        return None
    if any(known([name]) and _matters(name) for name in set(mine.values()) ^ set(theirs.values())):
        return None
    at = {name: index for index, name in theirs.items()}
    return tuple(at.get(mine.get(index, "")) for index in range(len(header)))


def _each(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, words)))


def _matters(name: str) -> bool:
    """Whether a figure may be made of the column."""
    return any(meaning.role != "other" for meaning in meanings(name))


def _names(header: Sequence[str]) -> dict[int, str]:
    return {index: name.casefold() for index, name in enumerate(header) if name}
