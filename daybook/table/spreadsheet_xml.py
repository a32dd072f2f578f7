"""`xml_grids`: the sheets of an XML Spreadsheet 2003, or the records of other XML, as rows.

A document that declares entities is refused before it is parsed.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from xml.etree import ElementTree as ET  # entities, which are what is dangerous in it, are refused before

from daybook.errors import TableError
from daybook.table import texts
from daybook.table.rows import Grid

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([\w-]{2,20})[\"']")
_SHEET_XML = "urn:schemas-microsoft-com:office:spreadsheet"
_WIDEST = 1_000
_LONGEST_GAP = 1_000
_DEEPEST = 100


def xml_grids(data: bytes) -> list[Grid]:
    """The sheets or the records; none where there are neither.

    Raises:
        TableError: it is no XML, or declares entities.
    """
    named = _ENCODING.search(data[:256])
    encoding = named[1].decode("ascii") if named and not data.startswith((b"\xff\xfe", b"\xfe\xff")) else None
    try:
        text = data.decode(encoding or ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"), "replace")
        text = _DECLARATION.sub("", text, count=1)
        if "<!ENTITY" in text or "<!DOCTYPE" in text[:4096]:
            raise TableError(texts.NOT_A_TABLE, kind=texts.XML)
        root = _parsed(text)
    except (ET.ParseError, LookupError, ValueError, RecursionError):
        raise TableError(texts.NOT_A_TABLE, kind=texts.XML) from None
    if root.tag == f"{{{_SHEET_XML}}}Workbook":
        return [grid for sheet in root if _tag(sheet) == "Worksheet" for grid in _sheet(sheet)]
    return _records(root)


def _parsed(text: str) -> ET.Element:
    builder = ET.TreeBuilder()
    depth = 0

    class Bounded:
        """Builds the tree, up to a depth."""

        def start(self, tag: str, attributes: dict[str, str]) -> ET.Element:
            nonlocal depth
            depth += 1
            if depth > _DEEPEST:
                raise ValueError(tag)
            return builder.start(tag, attributes)

        def end(self, tag: str) -> ET.Element:
            nonlocal depth
            depth -= 1
            return builder.end(tag)

        def data(self, data: str) -> None:
            builder.data(data)

        def close(self) -> ET.Element:
            return builder.close()

    parser = ET.XMLParser(target=Bounded())  # noqa: S314  what declares entities has been refused
    parser.feed(text)
    root: ET.Element = parser.close()
    return root


def _tag(element: ET.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _attribute(element: ET.Element, name: str) -> str:
    return element.get(f"{{{_SHEET_XML}}}{name}", "")


def _number(text: str, most: int) -> int:
    return min(int(text), most) if text.isdecimal() and len(text) < 8 else 0  # noqa: PLR2004  no sheet is so large


def _sheet(sheet: ET.Element) -> Iterator[Grid]:
    hidden = any(_tag(element) == "Visible" and (element.text or "") != "SheetVisible" for element in sheet.iter())
    rows = [row for table in sheet if _tag(table) == "Table" for row in table if _tag(row) == "Row"]
    if rows and not hidden:
        yield Grid(_attribute(sheet, "Name"), partial(_rows, rows))


def _rows(rows: Sequence[ET.Element]) -> Iterator[Sequence[str]]:
    down: dict[int, tuple[int, str]] = {}
    place = 0
    for row in rows:
        index = _number(_attribute(row, "Index"), place + _LONGEST_GAP)
        while place + 1 < index:
            place += 1
            yield []
        place += 1
        cells: list[str] = []
        for cell in row:
            if _tag(cell) != "Cell":
                continue
            column = _number(_attribute(cell, "Index"), _WIDEST)
            while len(cells) < column - 1 or len(cells) in down:
                cells.append(_from_above(down, len(cells)))
            text, is_figure = _value(cell)
            merged = _number(_attribute(cell, "MergeDown"), 1_000_000)
            if merged:
                down[len(cells)] = (merged, "" if is_figure else text)
            cells += [text, *[""] * _number(_attribute(cell, "MergeAcross"), _WIDEST)]
            if len(cells) > _WIDEST:
                break
        while len(cells) in down:
            cells.append(_from_above(down, len(cells)))
        yield cells


def _from_above(down: dict[int, tuple[int, str]], column: int) -> str:
    left, text = down.pop(column, (0, ""))
    if left > 1:
        down[column] = (left - 1, text)
    return text


def _value(cell: ET.Element) -> tuple[str, bool]:
    """A cell's text, and whether it is a figure."""
    data = next((element for element in cell if _tag(element) == "Data"), None)
    if data is None:
        return "", False
    text = "".join(data.itertext())
    kind = _attribute(data, "Type")
    if kind == "DateTime":
        return text.removesuffix(".000").removesuffix("T00:00:00"), False
    if kind == "Boolean":
        return ("TRUE" if text == "1" else "FALSE"), False
    return text, kind == "Number"


def _records(root: ET.Element) -> list[Grid]:
    """The elements that repeat under one parent, each a row of its children's and attributes' texts."""
    best: list[ET.Element] = []
    for parent in root.iter():
        counts = Counter(child.tag for child in parent)
        tag, count = counts.most_common(1)[0] if counts else ("", 0)
        if count > len(best):
            best = [child for child in parent if child.tag == tag]
    records = [
        {_plain(name): text for name, text in (*record.attrib.items(), *((child.tag, child.text) for child in record))}
        for record in best
        if len(record) or record.attrib
    ]
    if not records or any(len(child) for record in best for child in record):
        return []
    names = list(dict.fromkeys(name for record in records for name in record))[:_WIDEST]
    rows = [names, *([(record.get(name) or "").strip() for name in names] for record in records)]
    return [Grid("", partial(iter, rows))]


def _plain(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]
