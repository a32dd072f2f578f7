"""How the values of Dify's parameters are read; and `Model`, what the parts of a report have in common.

Dify applies no default of a tool's YAML, so an absent value arrives as ``None`` or ``""``; a number may arrive as a
text or a float, a truth value as a text.
"""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from daybook.errors import ParameterError
from daybook.language import Language, Text

MAPPING_FORM = Text(
    en="The columns parameter is not a mapping; write one line a column, such as Date=Order time, or a JSON object of"
    " names.",
    zh="“列映射”参数的格式不正确，请每行写一列，例如 Date=下单时间，或填写由列名组成的 JSON 对象。",
)


class Model(BaseModel):
    """A part of a report: immutable, and nothing in it that is no finite number."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False, extra="forbid")


# a comma ends a line only where another pair follows: a column's name may hold one
_LINE_END = re.compile(r"[\n;；]|[,，](?=[^,，;；\n=＝]*[=＝])")


def blank_as_none(value: object) -> object:
    """``None`` for an absent value: ``None``, or a text of blanks."""
    return None if isinstance(value, str) and not value.strip() else value


def _text(value: object) -> object:
    value = blank_as_none(value)
    return value if value is None else str(value).strip()


OptionalText = Annotated[str | None, BeforeValidator(_text)]
"""A text without surrounding blanks; ``None`` where there is none."""

LanguageChoice = Annotated[Language, BeforeValidator(Language.of)]
"""A language in any usual spelling; Chinese where none is named."""


def whole_number(value: object) -> int | None:
    """A whole number that may have come as a text or a float; ``None`` where it is none."""
    if isinstance(value, bool):
        return None
    try:
        number = float(str(value).strip())
        return int(number) if number.is_integer() else None
    except (ValueError, OverflowError):
        return None


def column_mapping(value: object) -> dict[str, str]:
    """Names of columns by field, from an object, its JSON, or lines like ``Date=下单时间``.

    Which fields there are is for `daybook.table` to judge. A field without a name is passed over.

    Raises:
        ParameterError: it is none of the three.
    """
    value = blank_as_none(value)
    if isinstance(value, str):
        value = _json_object(value) if value.lstrip().startswith(("{", "[")) else _lines(value)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ParameterError(MAPPING_FORM)
    pairs = ((str(field).strip(), name) for field, name in value.items())
    return {field: _name(name) for field, name in pairs if blank_as_none(name) is not None}


def _json_object(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ParameterError(MAPPING_FORM) from None


def _lines(text: str) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for line in filter(str.strip, _LINE_END.split(text)):
        sign = next((sign for sign in "=＝:：" if sign in line), None)
        field, _, name = line.partition(sign) if sign else (line, "", "")
        if sign is None or not field.strip():
            raise ParameterError(MAPPING_FORM)
        mapping[field.strip()] = name.strip()
    return mapping


def _name(value: object) -> str:
    if isinstance(value, (Mapping, list)):
        raise ParameterError(MAPPING_FORM)
    return str(value).strip()
