"""`Scan`: what a workbook comes to, counted from its bytes without unfolding it; one module a format.

Where a file contradicts itself, what counts is what calamine makes of it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

type Blocks = Callable[[], Iterator[bytes]]
"""A part's content in blocks, from its beginning at each call."""

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
"""Of a sheet in any format (ECMA-376 part 1, 18.3.1.73; a column's name has at most three letters, up to XFD)."""
_LONGEST_TOKEN = 1 << 20


class DamagedError(Exception):
    """The workbook cannot be what it says it is."""


@dataclass(slots=True)
class Scan:
    """What the sheets of a workbook come to."""

    limit: int
    """Cells that a rectangle may have; what is below it need not be counted exactly."""
    cells: int = 0
    """Cells of the largest rectangle from A1 to a sheet's last cell; of all sheets where all are read at once."""
    filled: int = 0
    """Cells that are there, in all sheets."""
    repeated_bytes: int = 0
    """Bytes of texts that are repeated in place."""
    texts: list[int] = field(default_factory=list)
    """Bytes of each shared text."""
    special: bool = False
    """Whether a sheet may hold formulas or errors."""
    uses: Counter[int] = field(default_factory=Counter)
    """How often cells refer to a shared text, by its index."""

    def add_sheet(self, rows: int, columns: int, *, all_sheets: bool = False) -> None:
        """Count a sheet whose last cell lies in these, counted from 1.

        Raises:
            DamagedError: no sheet has so many.
        """
        if rows > MAX_ROWS or columns > MAX_COLUMNS:
            raise DamagedError
        self.cells = self.cells + rows * columns if all_sheets else max(self.cells, rows * columns)

    @property
    def text_bytes(self) -> int:
        """Bytes of the texts when each cell has its own; exact once all `uses` are counted."""
        shared = (self.texts[index] * count for index, count in self.uses.items() if index < len(self.texts))
        return self.repeated_bytes + sum(shared)

    @property
    def most_text_bytes(self) -> int:
        """The same at most, whatever the cells refer to."""
        return self.repeated_bytes + self.filled * max(self.texts, default=0)


def tokens_whole(blocks: Iterator[bytes], before: bytes = b"<") -> Iterator[bytes]:
    """The same content in blocks that end where ``before`` follows, so that no element's tag lies in two of them."""
    rest = b""
    for block in blocks:
        rest += block
        end = rest.rfind(before)
        if end > 0:
            yield rest[:end]
            rest = rest[end:]
        elif len(rest) > _LONGEST_TOKEN:
            yield rest
            rest = b""
    yield rest
