"""`File`, a file that a function receives or gives back, and the JSON schemas of all other arguments."""

import datetime as dt
import json
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from daybook.language import Text, literal
from daybook.table import cells

UNKNOWN_TYPE = "application/octet-stream"

# What a bare system does not know, or knows under another name.
for _type, _ending in (
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    ("application/vnd.apache.parquet", ".parquet"),
    ("text/markdown", ".md"),
    ("text/csv", ".csv"),
):
    mimetypes.add_type(_type, _ending)


@dataclass(frozen=True, slots=True)
class File:
    """A file with a name.

    As an argument it lies at `path` while the function runs. As a result it is either content, ``File.of(data, name)``,
    or a file that the function wrote, ``File(path)``.
    """

    path: Path
    name: str = ""
    """What its sender calls it; never a path. The name at `path` where none is given."""
    data: bytes | None = None

    @classmethod
    def of(cls, data: bytes | str, name: str) -> Self:
        """A file from its content; text becomes UTF-8."""
        return cls(Path(name), name, data.encode() if isinstance(data, str) else data)

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", Path(self.path).name)

    @property
    def suffix(self) -> str:
        """The ending of its name, small: ``.csv``. Empty where it has none."""
        return Path(self.name).suffix.lower()

    @property
    def mime_type(self) -> str:
        """The media type by its name."""
        return mimetypes.guess_type(self.name)[0] or UNKNOWN_TYPE

    def read_bytes(self) -> bytes:
        """The content."""
        if self.data is not None:
            return self.data
        return Path(self.path).read_bytes()

    def read_text(self, encoding: str = "utf-8-sig") -> str:
        """The content as text, without a byte order mark."""
        return self.read_bytes().decode(encoding)


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


_KINDS = {
    "integer": Text(en="a whole number", zh="整数"),
    "number": Text(en="a number", zh="数字"),
    "boolean": Text(en="true or false", zh="true 或 false"),
    "string": Text(en="a text", zh="文本"),
    "array": Text(en="a list", zh="列表"),
    "object": Text(en="a JSON object", zh="JSON 对象"),
    "null": Text(en="nothing", zh="空值"),
}
_FORMATS = {
    "date": Text(en="a date such as 2023-10-27", zh="日期，例如 2023-10-27"),
    "date-time": Text(en="a date and time such as 2023-10-27T08:00:00", zh="日期和时间，例如 2023-10-27T08:00:00"),
    "binary": Text(en="a file", zh="文件"),
}
_BOUNDS = (
    ("minimum", Text(en="at least {bound}", zh="不小于 {bound}")),
    ("exclusiveMinimum", Text(en="more than {bound}", zh="大于 {bound}")),
    ("maximum", Text(en="at most {bound}", zh="不大于 {bound}")),
    ("exclusiveMaximum", Text(en="less than {bound}", zh="小于 {bound}")),
    ("minLength", Text(en="of at least {bound} characters", zh="至少 {bound} 个字符")),
    ("maxLength", Text(en="of at most {bound} characters", zh="最多 {bound} 个字符")),
    ("minItems", Text(en="of at least {bound} items", zh="至少 {bound} 项")),
    ("maxItems", Text(en="of at most {bound} items", zh="最多 {bound} 项")),
)
_ANYTHING = Text(en="a value", zh="值")
_CHOICE = Text(en="one of {options}", zh="以下之一：{options}")


def describe_schema(schema: Mapping[str, Any]) -> Text:
    """``a whole number, at least 1`` and the like."""
    if "enum" in schema:
        options = literal(", ".join(map(str, schema["enum"])))
        return Text(en=_CHOICE.en.format(options=options), zh=_CHOICE.zh.format(options=options))
    kinds = [_kind(choice) for choice in choices(schema)]
    bounds = [Text(*(text.format(bound=schema[name]) for text in words)) for name, words in _BOUNDS if name in schema]
    return Text(
        en=", ".join([" or ".join(kind.en for kind in kinds), *(bound.en for bound in bounds)]),
        zh="，".join(["或".join(kind.zh for kind in kinds), *(bound.zh for bound in bounds)]),
    )


def choices(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The schemas of which a value may meet any one, without that of a missing value."""
    any_of = [choice for choice in schema.get("anyOf", [schema]) if choice.get("type") != "null"]
    return any_of or [schema]


def _kind(schema: Mapping[str, Any]) -> Text:
    return _FORMATS.get(schema.get("format", "")) or _KINDS.get(schema.get("type", ""), _ANYTHING)
