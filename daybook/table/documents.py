"""`json_grids`, `xml_grids`: the records of a JSON document or of XML, and sheets of an XML Spreadsheet 2003, as rows.

A document that declares entities is refused before it is parsed.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from xml.etree import ElementTree as ET  # entities, which are what is dangerous in it, are refused before

from daybook.errors import TableError
from daybook.table import texts
from daybook.table.rows import Grid

_DEEPEST = 4
_IDENTIFIES = re.compile(r"id|no|number|code|号|编码|date|time|created|日期|时间", re.IGNORECASE)
_FIGURE = re.compile(r"-?\d+(?:\.\d+)?")
_MOST_NAMES = 2_000

type _Path = tuple[str, ...]
"""The keys that lead to a value of a record."""
_ORDER: _Path = ("order id",)
type _Line = dict[_Path, str]


def json_grids(text: str) -> list[Grid]:
    """The records; none where the text is no JSON.

    Raises:
        TableError: it is JSON, but no list of records.
    """
    documents = _documents(text.lstrip("\ufeff"))
    if documents is None:
        return []
    records = documents if len(documents) > 1 else _find(documents[0], 0)
    rows = _rows(records) if records else None
    if rows is None:
        raise TableError(texts.NOT_A_TABLE, kind=texts.JSON)
    return [Grid("", partial(iter, rows))]


def _documents(text: str) -> list[Any] | None:
    """The document, or one for each line; figures keep their digits as they stand."""
    load = partial(json.loads, parse_float=str, parse_int=str, parse_constant=str)
    try:
        return [load(text)]
    except (ValueError, RecursionError):
        pass
    try:
        return [load(line) for line in text.splitlines() if line.strip()] or None
    except (ValueError, RecursionError):
        return None


def _find(value: Any, depth: int) -> list[Any] | None:
    """The longest list of records in a document."""
    if isinstance(value, list):
        return value if value and all(isinstance(item, dict | list) for item in value) else None
    if not isinstance(value, dict) or depth > _DEEPEST:
        return None
    if isinstance(value.get("columns"), list) and isinstance(value.get("data"), list):
        return [value["columns"], *value["data"]]
    columns = [item for item in value.values() if isinstance(item, list | dict)]
    if len(columns) == len(value) > 1 and len({len(column) for column in columns}) == 1 and _are_columns(columns):
        cells = [list(column.values()) if isinstance(column, dict) else column for column in columns]
        return [list(value), *(list(row) for row in zip(*cells, strict=True))]
    found = [records for item in value.values() if (records := _find(item, depth + 1))]
    return max(found, key=len, default=None)


def _are_columns(columns: Sequence[Any]) -> bool:
    """Whether a document holds its table by column: names, each with a list of plain values."""
    return all(
        not isinstance(cell, dict | list)
        for column in columns
        for cell in (column.values() if isinstance(column, dict) else column)
    )


def _rows(records: Sequence[Any]) -> list[list[str]] | None:
    if all(isinstance(record, list) for record in records):
        return [[_text(cell) for cell in record] for record in records]
    if not all(isinstance(record, dict) for record in records):
        return None
    unfolded = [list(_lines(record)) for record in records]
    flat = [line for lines in unfolded for line in lines]
    if any(len(lines) > 1 for lines in unfolded) and not any(_ORDER in line for line in flat):
        # Of a record with lines within it the number is that of the order.
        flat = [{(_ORDER if path == ("id",) else path): text for path, text in line.items()} for line in flat]
    names = list(dict.fromkeys(name for line in flat for name in line))
    if len(names) > _MOST_NAMES:
        return None
    last = Counter(name[-1] for name in names)
    shown = [name[-1] if last[name[-1]] == 1 else ".".join(name) for name in names]
    return [shown, *([line.get(name, "") for name in names] for line in flat)]


def _lines(record: Mapping[str, Any]) -> Iterator[_Line]:
    """A record as rows: one, or one for each item of the list of records within it.

    What is said of the whole record stands in each of its rows where it identifies or names; a figure, such as the
    order's total, in the first alone.
    """
    plain: _Line = {}
    lists: dict[_Path, list[Any]] = {}
    _flatten((), record, plain, lists)
    if len(lists) != 1:
        yield plain
        return
    (name, items), *_ = lists.items()
    again = {
        key: text for key, text in plain.items() if _IDENTIFIES.search(".".join(key)) or not _FIGURE.fullmatch(text)
    }
    for index, item in enumerate(items):
        line: _Line = {}
        _flatten(name, item, line, {})
        yield (again if index else plain) | line


def _flatten(above: _Path, value: Mapping[str, Any], plain: _Line, lists: dict[_Path, list[Any]]) -> None:
    for key, item in value.items():
        path = (*above, key)
        if isinstance(item, dict) and len(path) <= _DEEPEST:
            _flatten(path, item, plain, lists)
        elif isinstance(item, list) and item and all(isinstance(part, dict) for part in item):
            lists[path] = item
        else:
            plain[path] = _text(item)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, list):
        return ", ".join(map(str, value)) if all(isinstance(part, str) for part in value) else ""
    return "" if isinstance(value, dict) else str(value)


_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([\w-]{2,20})[\"']")
_SHEET_XML = "urn:schemas-microsoft-com:office:spreadsheet"
_WIDEST = 1_000
_LONGEST_GAP = 1_000
_DEEPEST_XML = 100


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
            if depth > _DEEPEST_XML:
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
        yield Grid(_attribute(sheet, "Name"), partial(_xml_rows, rows))


def _xml_rows(rows: Sequence[ET.Element]) -> Iterator[Sequence[str]]:
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
