"""`special_cells`: what an XLSX sheet holds that its reader gives as blank: error values, formulas without a value."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from daybook.table.blocks import Source, open_source

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
