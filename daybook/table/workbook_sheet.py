"""`WorkbookSheet`: the rows of a workbook's sheet as texts, and what is wrong with its cells."""

import datetime as dt
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from python_calamine import CalamineSheet

from daybook.errors import TableError
from daybook.table import texts
from daybook.table.blocks import Source, open_source
from daybook.table.fields import quoted
from daybook.table.layout import Code, Note

_PIECE_BYTES = 4 * 1024 * 1024
_OVERLAP = 64 * 1024
_HEAD_BYTES = 4 * 1024 * 1024
_MOST = 200_000
_NAME = rb"(?:\w+:)?"
_FORMULA = re.compile(
    rb"<" + _NAME + rb"f\b[^<>]*(?:/>|>[^<>]*</" + _NAME + rb"f>)\s*(?:<" + _NAME + rb"v\s*/>|<" + _NAME
    + rb"v\b[^<>]*>([^<>]*)</" + _NAME + rb"v>)?"
)  # fmt: skip
_ERROR = re.compile(
    rb't="e"[^<>]*>(?:<' + _NAME + rb"f\b[^<>]*(?:/>|>[^<>]*</" + _NAME + rb"f>))?\s*<" + _NAME + rb"v>(#[^<>]{1,20})</"
)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_SHEET = re.compile(rb"<" + _NAME + rb"sheet\b([^<>]*)>")
_RELATION = re.compile(rb"<" + _NAME + rb"Relationship\b([^<>]*)>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')

type Place = tuple[int, int]
"""Row and column, from 0."""


@dataclass(slots=True)
class SpecialCells:
    """Cells of a sheet by their place."""

    errors: dict[Place, str] = field(default_factory=dict)
    formulas: set[Place] = field(default_factory=set)
    """Formulas whose value the program that wrote the file did not store."""


def special_cells(source: Source, sheet: int) -> SpecialCells:
    """The special cells of a sheet, counted from 0; none in a workbook that is no XLSX."""
    found = SpecialCells()
    try:
        with open_source(source) as stream, zipfile.ZipFile(stream) as archive:
            part, recalculated = _part(archive, sheet)
            if part:
                _search(archive, part, found, recalculated=recalculated)
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
        return SpecialCells()
    return found


def _part(archive: zipfile.ZipFile, sheet: int) -> tuple[str, bool]:
    """The name of a sheet's part, and whether its program asked for all formulas to be calculated at the opening."""
    names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
    book = _head(archive, names.get("xl/workbook.xml", ""))
    relations = {
        attributes.get(b"Id"): attributes.get(b"Target", b"").decode("utf-8", "replace")
        for attributes in _attributes(_RELATION, _head(archive, names.get("xl/_rels/workbook.xml.rels", "")))
    }
    sheets = list(_attributes(_SHEET, book))
    if sheet >= len(sheets):
        return "", False
    relation = next((value for key, value in sheets[sheet].items() if key.endswith(b":id") or key == b"id"), b"")
    target = relations.get(relation, "").lstrip("/")
    part = names.get(target.lower()) or names.get(f"xl/{target}".lower(), "")
    return part, b'fullCalcOnLoad="1"' in book


def _attributes(tag: re.Pattern[bytes], text: bytes) -> Iterator[dict[bytes, bytes]]:
    return (dict(_ATTRIBUTE.findall(match[1])) for match in tag.finditer(text))


def _head(archive: zipfile.ZipFile, name: str) -> bytes:
    if not name:
        return b""
    with archive.open(name) as part:
        return part.read(_HEAD_BYTES)


def _search(archive: zipfile.ZipFile, part: str, found: SpecialCells, *, recalculated: bool) -> None:
    zeros: set[Place] = set()
    calculated = False
    with archive.open(part) as stream:
        text = b""
        while piece := stream.read(_PIECE_BYTES):
            text = text[-_OVERLAP:] + piece
            found.errors.update(_errors(text) if b't="e"' in text else ())
            for place, value in _formulas(text) if b"<f" in text or b":f" in text else ():
                calculated |= value not in (b"", b"0")
                zeros |= {place} if value == b"0" else set()
                found.formulas |= {place} if not value else set()
            if len(found.errors) + len(found.formulas) > _MOST:
                break
    if recalculated and not calculated:
        # Written by a program that calculates nothing and stores 0 for every formula.
        found.formulas |= zeros
    found.formulas -= found.errors.keys()


def _errors(text: bytes) -> Iterator[tuple[Place, str]]:
    for match in _ERROR.finditer(text):
        if place := _place(text, match.start()):
            yield place, match[1].decode("utf-8", "replace")


def _formulas(text: bytes) -> Iterator[tuple[Place, bytes]]:
    """The formulas and their stored values; not one that the end of the text may cut."""
    for match in _FORMULA.finditer(text):
        place = _place(text, match.start())
        is_text = b't="str"' in text[text.rfind(b"<", 0, match.start()) : match.start()]
        if place and match.end() < len(text) and not (is_text and not (match[1] or b"").strip()):
            yield place, (match[1] or b"").strip()


def _place(text: bytes, before: int) -> Place | None:
    """The place of the cell whose opening tag is the last one before, or at, a position."""
    start = text.rfind(b"c ", 0, before)
    matches = _PLACE.search(text, max(start, 0), text.find(b">", before) + 1 or before)
    if not matches:
        return None
    column = 0
    for letter in matches[1]:
        column = column * 26 + letter - 64
    return int(matches[2]) - 1, column - 1


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
