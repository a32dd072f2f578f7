"""JSON schemas of arguments in one piece, and values as forms and workflows send them: as text."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from daybook.functions.schema_texts import choices
from daybook.table import cells

_OBJECT = {"type": "object"}


def inlined(schema: Mapping[str, Any]) -> dict[str, Any]:
    """``schema`` without references and made-up titles; what refers to itself ends as a plain object."""
    result: dict[str, Any] = _inline(schema, schema.get("$defs", {}), ())
    result.pop("$defs", None)
    return result


def _inline(part: Any, definitions: Mapping[str, Any], inside: tuple[str, ...], *, named: bool = False) -> Any:
    if isinstance(part, list):
        return [_inline(item, definitions, inside) for item in part]
    if not isinstance(part, Mapping):
        return part
    if "$ref" in part and not named:
        name = str(part["$ref"]).rpartition("/")[2]
        if name in inside:
            return dict(_OBJECT)
        rest = {key: value for key, value in part.items() if key != "$ref"}
        return _inline({**definitions[name], **rest}, definitions, (*inside, name))
    return {
        key: _inline(value, definitions, inside, named=key == "properties" and not named)
        for key, value in part.items()
        if named or key not in {"title", "$defs"}
    }


def read_text(value: Any, schema: Mapping[str, Any]) -> Any:
    """``value`` as JSON would have it, where it came as a text and its schema wants something else.

    What cannot be read stays as it is: validation has the words for it.
    """
    if not isinstance(value, str):
        return value
    kinds = {choice.get("type", "") for choice in choices(schema)}
    if any(choice.get("format") == "date" for choice in choices(schema)):
        return _day(value)
    if "string" in kinds:
        return value if value.strip() or any(map(_takes_blank, choices(schema))) else None
    text = value.strip()
    return _json(text) if text and kinds & {"array", "object", ""} else (text or None)


def _takes_blank(choice: Mapping[str, Any]) -> bool:
    if choice.get("type") != "string" or "format" in choice or choice.get("minLength"):
        return False
    return "" in choice.get("enum", [choice.get("const", "")])


def _day(text: str) -> Any:
    day = cells.day(text)
    if day.state is cells.State.VALUE:
        return dt.date(1970, 1, 1) + dt.timedelta(days=day.ordinal)
    return text if text.strip() else None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
