"""`Records`: lines of delimited text as rows of cells, where quotes and separators are not always where they belong.

A double quote that is never closed swallows the rows behind it, and a comma without quotes around its cell shifts the
cells behind it. Either is read as it was meant where only one reading fits the table, and refused with its row else.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import combinations, islice, pairwise
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from daybook.errors import TableError
from daybook.table import texts
from daybook.table.cells import clean
from daybook.table.layout import Code, Known, Note, is_value
from daybook.table.rows import Column
from daybook.table.sections import Row, is_rule

_SWALLOWED_LINES = 200
"""A quoted cell of more lines is none."""
_MOST_JOINS = 3
_SHIFTED_CELLS = 2
_MOST_CELLS = 60
THOUSANDS_HEAD = re.compile(r"[^\d\w]{0,4}\d{1,3}", re.ASCII)
THOUSANDS_TAIL = re.compile(r"\s*\d{3}(?:\.\d+)?\D{0,4}", re.ASCII)
_KIND_SHARE = 0.8
_SHAPE_ROWS = 60


class CellKind(Enum):
    """What a column mostly holds."""

    VALUES = auto()
    """Numbers or dates."""
    NAMES = auto()
    BLANK = auto()
    ANY = auto()


@dataclass(frozen=True, slots=True)
class Shape:
    """What the columns of a table mostly hold."""

    kinds: tuple[CellKind, ...]

    @classmethod
    def of(cls, rows: Iterable[Sequence[str]], width: int) -> Self:
        """The shape of sample rows; those that may be shifted, or are of another length, do not count beside others."""
        found = [row for row in islice(rows, _SHAPE_ROWS) if len(row) <= width or not any(row[width:])]
        usual = Counter(map(len, found)).most_common(1)[0][0] if found else width
        plain = [row for row in found if len(row) == usual and not has_thousands(row)] or found
        return cls(tuple(_kind([row[index] for row in plain if index < len(row)]) for index in range(width)))

    def misfits(self, cells: Sequence[str]) -> int:
        """Cells that are not what their column holds; a blank one fits anywhere."""
        pairs = zip(cells, self.kinds, strict=False)
        return sum(
            kind is not CellKind.ANY and bool(cell.strip()) and _kind((cell,)) is not kind for cell, kind in pairs
        )

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether all cells are what their column holds, and some are values where values belong."""
        pairs = zip(cells, self.kinds, strict=False)
        return not self.misfits(cells) and any(kind is CellKind.VALUES and is_value(cell) for cell, kind in pairs)


def _kind(cells: Sequence[str]) -> CellKind:
    filled = [is_value(cell) for cell in cells if cell.strip()]
    if not filled:
        return CellKind.BLANK
    share = sum(filled) / len(filled)
    return CellKind.VALUES if share >= _KIND_SHARE else CellKind.NAMES if share <= 1 - _KIND_SHARE else CellKind.ANY


def has_thousands(cells: Sequence[str]) -> bool:
    """Whether two cells beside one another could be one number with a comma in it: ``1`` and ``299.00``."""
    return any(
        THOUSANDS_HEAD.fullmatch(one.strip()) and THOUSANDS_TAIL.fullmatch(other) for one, other in pairwise(cells)
    )


@dataclass(slots=True)
class Records:
    """Reads lines as rows, counted from 1."""

    separator: str
    width: int
    shape: Shape
    place: int = 0
    """The last row's."""
    quotes: list[int] = field(default_factory=list)
    joined: list[int] = field(default_factory=list)

    @property
    def notes(self) -> tuple[Note, ...]:
        """What was read in another way than it stands."""
        found = ((Code.OPEN_QUOTE, self.quotes), (Code.UNQUOTED, self.joined))
        return tuple(Note(code, row=rows[0], count=len(rows)) for code, rows in found if rows)

    def rows(self, lines: Iterable[str]) -> Iterator[Row]:
        """The rows of the lines; lines without any text are no rows.

        Raises:
            TableError: a row that cannot be read with certainty.
        """
        pending = _Lines(lines)
        for line in pending:
            if line.strip("\r\n\x1a"):
                self.place += 1
                quoted = '"' in line
                cells = self._quoted(line, pending) if quoted else line.rstrip("\r\n").split(self.separator)
                yield self.place, self._fitted(cells, quoted=quoted)

    def _quoted(self, line: str, following: "_Lines") -> list[str]:
        if '\\"' in line:
            escaped = next(csv.reader([line], delimiter=self.separator, doublequote=False, escapechar="\\"), [])
            if self._is_wide(escaped):
                return escaped
        cells, complete = self._parsed([line])
        if complete:
            return cells
        taken, swallowed = [line], 0
        for more in following:
            taken.append(more)
            swallowed += self._looks_like_row(more)
            cells, complete = self._parsed(taken) if '"' in more else (cells, False)
            if complete or len(taken) > _SWALLOWED_LINES:
                break
        if complete and not swallowed and self._is_wide(cells):
            return cells
        plain = [cell.removeprefix('"').strip() for cell in line.rstrip("\r\n").split(self.separator)]
        if self._is_wide(plain) and not self.shape.misfits(plain):
            following.put_back(taken[1:])
            self.quotes.append(self.place)
            return plain
        if complete and not swallowed:
            return cells
        raise TableError(texts.OPEN_QUOTE, row=f"{self.place:,}")

    def _parsed(self, lines: list[str]) -> tuple[list[str], bool]:
        """The cells of one record, and whether it ends with the lines."""
        reader = csv.reader(iter([*lines, "\n"]), delimiter=self.separator, skipinitialspace=True)
        cells = next(reader, [])
        return cells, reader.line_num == len(lines)

    def _is_wide(self, cells: Sequence[str]) -> bool:
        return len(cells) == self.width or (len(cells) > self.width and not any(map(str.strip, cells[self.width :])))

    def _looks_like_row(self, line: str) -> bool:
        quote = line.find('"')
        if quote > 0 and line[quote - 1] != self.separator:
            return False  # the quote closes a cell that began in a line above
        cells = line.rstrip("\r\n").split(self.separator)
        return len(cells) > 1 and self._is_wide(cells) and self.shape.fits(cells)

    def _fitted(self, cells: list[str], *, quoted: bool) -> list[str]:
        """The cells, joined again where a separator without quotes has split one.

        Raises:
            TableError: they must be joined, and no way or more than one fits the table.
        """
        if len(cells) > self.width and any(map(str.strip, cells[self.width :])):
            fitting = self._rejoined(cells)
            if len(fitting) != 1:
                raise self._ragged()
        elif len(cells) > self.width and self.shape.misfits(cells[: self.width]) >= _SHIFTED_CELLS:
            # As many cells as a line has that ends with a separator, but they are not what their columns hold.
            fitting = self._rejoined(cells)
            if len(fitting) > 1:
                raise self._ragged()
        elif quoted or len(cells) < self.width or self.separator != "," or not has_thousands(cells):
            return cells
        else:
            # No cell too many; but what stands behind a number that may be split is not what its columns hold.
            clear = _SHIFTED_CELLS if len(cells) == self.width else 1
            fitting = self._rejoined(cells) if self.shape.misfits(cells) >= clear else []
            if not any(has_thousands(cells[at : at + 2]) for row in fitting if (at := _first_change(cells, row)) >= 0):
                return cells
            if len(fitting) > 1:
                raise self._ragged()
        if fitting:
            self.joined.append(self.place)
        return fitting[0] if fitting else cells

    def _ragged(self) -> TableError:
        return TableError(texts.RAGGED, row=f"{self.place:,}", columns=self.width)

    def _rejoined(self, cells: list[str]) -> list[list[str]]:
        """The ways to join cells that fit the table.

        The last cell is joined to none: one too many at the end may as well be something else.
        """
        taken = list(cells)
        while len(taken) > self.width and not taken[-1].strip():
            taken.pop()
        excess = max(len(taken) - self.width, 1)
        if excess > _MOST_JOINS or len(taken) > _MOST_CELLS:
            return []
        rows = (self._join(taken, places) for places in combinations(range(len(taken) - 2), excess))
        return [row for row in rows if self.shape.fits(row)]

    def _join(self, cells: list[str], places: Sequence[int]) -> list[str]:
        row = [cells[0]]
        for index, cell in enumerate(cells[1:]):
            if index in places:
                row[-1] += self.separator + cell
            else:
                row.append(cell)
        return row


def _first_change(cells: Sequence[str], row: Sequence[str]) -> int:
    """Where a row that was joined again first differs from its cells."""
    return next((index for index, (one, other) in enumerate(zip(cells, row, strict=False)) if one != other), -1)


class _Lines(Iterator[str]):
    """Lines, some of which may be put back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._back: list[str] = []
        self._lines = iter(lines)

    def __next__(self) -> str:
        return self._back.pop() if self._back else next(self._lines)

    def put_back(self, lines: Sequence[str]) -> None:
        self._back.extend(reversed(lines))


_FEW_TEXTS = 2_000
"""A column with more distinct texts in a block is not searched for names of columns."""
_LEAST_WIDTH = 3
_LAST_ROWS = 16


def has_oddity(columns: Sequence[Column], names: Sequence[str], known: Known) -> bool:
    """Whether a block may hold a header among its rows, or end in lines beside the table."""
    return _may_hold_header(columns, names, known) or _ends_beside(columns)


def _may_hold_header(columns: Sequence[Column], names: Sequence[str], known: Known) -> bool:
    for column, name in zip(columns, names, strict=True):
        if len(column.texts) > _FEW_TEXTS:
            continue
        if any(may_be_name(text, name, known) for text in column.texts):
            return True
    return False


def may_be_name(text: str, name: str, known: Known) -> bool:
    """Whether a text may be a column's name, or part of a line drawn below one."""
    return bool(text) and not text[0].isdigit() and (clean(text) == name or is_rule(text) or bool(known([text])))


def _ends_beside(columns: Sequence[Column]) -> bool:
    """Whether one of the last rows has a single cell that holds anything."""
    if len(columns) < _LEAST_WIDTH:
        return False
    filled = np.zeros(min(_LAST_ROWS, len(columns[0].codes)), np.int64)
    for column in columns:
        blank = [code for code, text in enumerate(column.texts) if not text or text.isspace()]
        filled += ~np.isin(column.codes[-_LAST_ROWS:], blank)
    return bool((filled == 1).any())


def may_be_shifted(frame: pd.DataFrame, numbers: Iterable[int], names: Iterable[int]) -> bool:
    """Whether a comma without quotes may have split a number in two and shifted what stands behind it.

    Args:
        frame: columns by their place, coded as categories.
        numbers: places of number columns whose right neighbour is in the frame.
        names: places of columns that hold names.
    """
    names = tuple(names)
    for number in numbers:
        tails = _fitting(frame[number + 1], lambda text: bool(THOUSANDS_TAIL.fullmatch(text)))
        if not tails.any():
            continue
        split = _where(frame[number], lambda text: bool(THOUSANDS_HEAD.fullmatch(text.strip())))
        if split.any():
            split &= tails[frame[number + 1].cat.codes.to_numpy()]
        if split.any() and any((split & _where(frame[name], is_value)).any() for name in names if name > number):
            return True
    return False


def _where(series: "pd.Series[Any]", fits: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
    return _fitting(series, fits)[series.cat.codes.to_numpy()]


def _fitting(series: "pd.Series[Any]", fits: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
    """Which of the distinct texts of a column fit."""
    return np.array([fits(str(text)) for text in series.cat.categories], dtype=bool)
