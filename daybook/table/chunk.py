"""A stretch of a sales file's rows, as an engine takes it: each column as its distinct texts and a code a row."""

from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

CHUNK_ROWS = 65_536
"""Rows of a chunk from a file whose rows come as cells, not as a block of text."""

type Codes = npt.NDArray[np.signedinteger]


class Column(NamedTuple):
    """One column of a chunk: row ``i`` holds ``texts[codes[i]]``, unread."""

    codes: Codes
    texts: list[str]


class Chunk(NamedTuple):
    """Rows in the order of the file, each of the five columns coded. Rows that are wholly blank may be among them."""

    date: Column
    product: Column
    price: Column
    amount: Column
    region: Column

    @property
    def rows(self) -> int:
        """Rows in the chunk."""
        return len(self.date.codes)

    def at(self, rows: npt.NDArray[np.intp]) -> Self:
        """Some of the rows alone."""
        return type(self)(*(Column(column.codes[rows], column.texts) for column in self))
