"""`Sections`: which rows below the header are the table's, and where a further table begins."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from daybook.language import excerpt
from daybook.table.cells import clean
from daybook.table.layout import Code, Header, Known, Note, is_value, note_of_lines, says_whole
from daybook.table.statuses import Reason, is_return, reason

_LEAST_WIDTH = 3
"""In a table of fewer columns a row with one cell is no line beside it."""
_HEADER_NAMES = 2
_LEAST_RULE = 3
_RULE = frozenset("-+=_*|: ─━│┼")

_COUNT = re.compile(
    r"(?:共|合计|计)?\s*\d[\d,]*\s*(?:件|条|條|行|笔|筆|単|单|單|건|행|개|rows?|records?|lines?|entries|orders?|items?"
    r"|zeilen|einträge|lignes?|filas?|registros?|linhas?)",
    re.IGNORECASE,
)
"""How many rows there are, said below them."""

type Row = tuple[int, Sequence[str]]
"""A row's place, counted from 1 below the header, and its cells."""


class Further(NamedTuple):
    """A table below the first."""

    row: int
    """The place of its header."""
    title: str
    """The line above it."""


class Sections:
    """The rows of one table, taken from all that stands below its header.

    A row with a single cell that is no number or date is held until the next row tells what it is: a line of the table
    if rows follow, a title if a header follows, a footnote if nothing does.
    """

    def __init__(self, header: Header, known: Known) -> None:
        self.notes: list[Note] = []
        self.further: Further | None = None
        self._known = known
        self._names = [clean(name) for name in header.names]
        self._filled = [name for name in self._names if name]
        self._repeated: list[int] = []
        self._joined: list[str] = []
        self._held: list[Row] = []

    def rows(self, rows: Iterable[Row], *, complete: bool = True) -> Iterator[Row]:
        """The table's rows among ``rows``; wholly blank ones are left out.

        May be called again with rows that follow; ``complete`` says that none do.
        """
        wide = len(self._names) >= _LEAST_WIDTH
        for place, cells in rows:
            if _begins_with_figure(cells):  # as most rows: neither a header nor a line beside the table
                if self._held:
                    yield from self._held
                    self._held.clear()
                yield place, cells
                continue
            filled = [cell for cell in cells if cell and not cell.isspace()]
            if not filled or all(map(is_rule, filled)):
                continue
            if len(filled) == 1 and wide and (_COUNT.fullmatch(clean(filled[0])) or not is_value(clean(filled[0]))):
                self._held.append((place, cells))
                continue
            if self.is_header(filled):
                if self._begins_table(place, filled):
                    return
                continue
            if self._held:
                yield from self._held
                self._held.clear()
            yield place, cells
        if complete:
            self.finish()

    @property
    def holds(self) -> bool:
        """Whether rows are held until the next one tells what they are."""
        return bool(self._held)

    def is_header(self, filled: Sequence[str]) -> bool:
        """Whether a row without its blank cells names columns: this table's, or another's."""
        if any(cell[0].isdigit() for cell in filled):
            return False
        names = [clean(cell) for cell in filled]
        if names == self._filled:
            return True
        if any(map(is_value, names)):
            return False
        return self._known(names) >= max(_HEADER_NAMES, (len(names) + 1) // 2)

    def _begins_table(self, place: int, filled: Sequence[str]) -> bool:
        same = [clean(cell) for cell in filled] == self._filled
        title = " ".join(clean(cell) for _, cells in self._held for cell in cells if clean(cell))
        self._held.clear()
        if same and not _is_apart(title):
            self._repeated.append(place)
            if title:
                self._joined.append(excerpt(title))
            return False
        self.further = Further(place, title)
        self.finish()
        self.notes.append(Note(Code.SECOND_TABLE, row=place, values=(excerpt(title),) if title else ()))
        return True

    def finish(self) -> None:
        """Note what was passed over, now that all rows are known."""
        if self._repeated:
            self.notes.append(Note(Code.REPEATED, row=self._repeated[0], count=len(self._repeated)))
            self._repeated = []
        if self._joined:
            self.notes.append(Note(Code.SEVERAL, count=len(self._joined) + 1, values=tuple(self._joined)))
            self._joined = []
        if self._held:
            lines = [cells for _, cells in self._held]
            self.notes.append(note_of_lines(Code.FOOTNOTE, lines, row=self._held[0][0]))
            self._held = []


def _begins_with_figure(cells: Sequence[str]) -> bool:
    """Whether two cells begin a row, one of them with a digit; told at little cost, for every row is asked."""
    if len(cells) < 2:  # noqa: PLR2004
        return False
    first, second = cells[0], cells[1]
    if not first or not second or not (first[0].isdigit() or second[0].isdigit()):
        return False
    return not first.isspace() and not second.isspace()


def is_rule(cell: str) -> bool:
    """Whether a cell is a piece of a drawn line."""
    return len(cell.strip()) >= _LEAST_RULE and set(cell) <= _RULE


def _is_apart(title: str) -> bool:
    """Whether a table with the same columns is no further part of this one: refunds, cancelled orders, totals."""
    return is_return(title) or reason(title) is not Reason.SOLD or says_whole(title)
