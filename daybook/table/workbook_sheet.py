"""`WorkbookSheet`: the rows of a workbook's sheet as texts, and what is wrong with its cells."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from python_calamine import CalamineSheet

from daybook.errors import TableError
from daybook.table import texts
from daybook.table.blocks import Source
from daybook.table.field_names import quoted
from daybook.table.layout import Code, Note
from daybook.table.workbook_cells import SpecialCells, special_cells

_NUMBERED = re.compile(r"号|號|编码|編碼|\bid\b|\bno\b|\bnr\b|order|number|番号|번호", re.IGNORECASE)
_HEADER_ROWS = 20
_MERGED = 100_000
_KNOWN_VALUES = 100_000


def cell_text(value: object) -> str:
    """A cell's value as text: a whole number without a point, a date in ISO form, a truth value in capitals."""
    match value:
        case str():
            return value
        case bool():
            return str(value).upper()
        case float():
            return _number_text(value)
        case dt.datetime() if value.time() == dt.time.min:
            return value.date().isoformat()
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case _:
            return "" if value is None else str(value)


def _text(value: object, known: dict[object, str]) -> str:
    """A cell's value as text, kept for those that are the same; truth values are as numbers to a dictionary."""
    if value.__class__ is bool:
        return cell_text(value)
    text = known.get(value)
    if text is None:
        text = cell_text(value)
        if len(known) < _KNOWN_VALUES:
            known[value] = text
    return text


def _number_text(value: float) -> str:
    if value.is_integer():
        return str(int(value))
    text = repr(value)
    return format(Decimal(text), "f") if "e" in text else text


@dataclass
class WorkbookSheet:
    """A sheet, read when its rows are first asked for."""

    load: Callable[[], CalamineSheet]
    source: Source | None
    """The file to search for cells that the reader gives as blank; None where it holds none."""
    index: int

    @cached_property
    def sheet(self) -> CalamineSheet:
        """The sheet itself."""
        return self.load()

    @cached_property
    def special(self) -> SpecialCells:
        """Its cells that the reader gives as blank, by their place in the sheet."""
        return special_cells(self.source, self.index) if self.source is not None else SpecialCells()

    @cached_property
    def start(self) -> tuple[int, int]:
        """The row and column of the first cell that is read, from 0."""
        return self.sheet.start or (0, 0)

    def rows(self) -> Iterator[Sequence[str]]:
        """All rows from the first that holds anything, with merged texts in each of their rows."""
        top, left = self.start
        merged = _Merged(self.sheet.merged_cell_ranges or (), left)
        errors: dict[int, list[tuple[int, str]]] = {}
        for (place, column), text in self.special.errors.items():
            errors.setdefault(place, []).append((column - left, text))
        known: dict[object, str] = {}
        for place, values in enumerate(self.sheet.iter_rows(), top):
            row = [value if value.__class__ is str else _text(value, known) for value in values]
            for column, text in errors.get(place, ()):
                if 0 <= column < len(row):
                    row[column] = text
            if merged:
                merged.fill(place, row, values, named=place - top < _HEADER_ROWS)
            yield row

    def check(self, wanted: Mapping[int, str], above: int) -> tuple[Note, ...]:
        """Refuse wanted columns whose cells are formulas without a value; note errors, and merged cells.

        Raises:
            TableError: such a column.
        """
        top, left = self.start
        first, last = top + above, (self.sheet.end or (0, 0))[0]

        def below(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
            return sorted((row - first + 1, at - left) for row, at in places if row >= first and at - left in wanted)

        notes = []
        formulas = below(list(self.special.formulas))
        # The row of totals alone may be a formula: what it adds up is there.
        if formulas and (formulas[0][0] <= last - first or last == first):
            names = [wanted[column] for column in dict.fromkeys(column for _, column in formulas)]
            raise TableError(texts.FORMULAS, columns=quoted(names), row=f"{formulas[0][0]:,}")
        merged = [(rows[0], at) for (rows, at) in _downwards(self.sheet.merged_cell_ranges or ())]
        for code, places in ((Code.FORMULA, formulas), (Code.MERGED, below(merged))):
            if places:
                notes.append(Note(code, row=places[0][0], count=len(places)))
        errors = below(list(self.special.errors))
        if errors:
            found = {self.special.errors[row + first - 1, column + left] for row, column in errors}
            notes.append(Note(Code.ERROR, row=errors[0][0], count=len(errors), values=tuple(sorted(found))))
        return tuple(notes)


type _Range = tuple[tuple[int, int], tuple[int, int]]


def _downwards(ranges: Sequence[_Range]) -> Iterator[tuple[tuple[int, int], int]]:
    """The first and last row, and the column, of cells that are merged downwards."""
    for (top, left), (bottom, right) in ranges[:_MERGED]:
        if bottom > top and left == right:
            yield (top, bottom), left


class _Merged:
    """Fills cells that are merged downwards.

    A figure that is merged over several rows is said of all of them together: it stays in the first alone, unless its
    column is one of numbers such as an order's.
    """

    def __init__(self, ranges: Sequence[_Range], left: int) -> None:
        self._begin: dict[int, list[tuple[int, int]]] = {}
        for (top, bottom), column in _downwards(ranges):
            self._begin.setdefault(top, []).append((column - left, bottom))
        self._held: dict[int, tuple[int, str]] = {}
        self._numbered: set[int] = set()

    def __bool__(self) -> bool:
        return bool(self._begin)

    def fill(self, place: int, row: list[str], values: Sequence[object], *, named: bool) -> None:
        """Fill a row; ``named`` where it may hold the names of columns."""
        if named:
            self._numbered |= {column for column, text in enumerate(row) if _NUMBERED.search(text)}
        for column, last in self._begin.get(place, ()):
            if 0 <= column < len(row) and (column in self._numbered or not isinstance(values[column], int | float)):
                self._held[column] = (last, row[column])
        for column, (last, text) in list(self._held.items()):
            if place > last:
                del self._held[column]
            elif column < len(row):
                row[column] = row[column] or text
