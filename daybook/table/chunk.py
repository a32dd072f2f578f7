"""A `Chunk`: a stretch of a sales file's rows as a reader hands it out, each column coded by its distinct texts."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

CHUNK_ROWS = 65_536
"""Rows of a chunk from a file whose rows come as cells, not as a block of text."""

type Codes = npt.NDArray[np.signedinteger]


class Column(NamedTuple):
    """One column of a chunk: row ``i`` holds ``texts[codes[i]]``, unread."""

    codes: Codes
    texts: list[str]

    def at(self, rows: npt.NDArray[np.intp]) -> "Column":
        """The column at some rows alone."""
        return Column(self.codes[rows], self.texts)


class Chunk(NamedTuple):
    """Rows in the order of the file, with the columns that were wanted. Wholly blank rows may be among them."""

    first_row: int
    """The place of the first row in the file, as a person counts it: 1 is the first row below the header."""
    columns: tuple[Column, ...]
    begins: bool = False
    """Whether another file or sheet begins with it, so that no cell of the rows before stands for its own."""

    @property
    def rows(self) -> int:
        """Rows in the chunk."""
        return len(self.columns[0].codes)

    def at(self, rows: npt.NDArray[np.intp]) -> "Chunk":
        """Some of the rows alone."""
        return self._replace(columns=tuple(column.at(rows) for column in self.columns))
