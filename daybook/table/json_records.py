"""`json_grids`: the records of a JSON document, or of one JSON object a line, as rows."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

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
