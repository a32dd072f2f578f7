"""What a function gave back, as it is sent on: JSON, a text for a person, and files on disk.

Data frames and figures are known by their class's home, so that nothing is imported that the function did not use.
"""

import csv
import io
import json
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from pydantic_core import PydanticSerializationError, to_json

from daybook.errors import FunctionError
from daybook.functions import texts
from daybook.functions.schemas import File

ROWS_IN_JSON = 1_000
"""Rows of a data frame in the JSON; the file has all of them."""
ROWS_IN_TEXT = 20
CELL_CHARACTERS = 60
TEXT_CHARACTERS = 20_000
MAX_JSON_BYTES = 16 << 20
FIGURE_DPI = 150


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A file of a result."""

    name: str
    mime_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Result:
    """A function's result, ready to be sent."""

    json: bytes
    text: str
    files: tuple[SavedFile, ...]


def save_result(value: Any, folder: Path, name: str) -> Result:
    """What ``value`` becomes for a caller; its files are written into ``folder``, which must be there.

    Args:
        value: plain values, a pydantic model, a data frame (pandas, Polars), a figure (matplotlib, plotly), a file
            (`File`, a path, bytes), or a dict, list or tuple with such things in it.
        folder: where the files go.
        name: what a file is called that has no name of its own.

    Raises:
        FunctionError: there is something in it that cannot be sent, or too much.
    """
    saving = _Saving(folder, name)
    plain = saving.plain(value, name)
    data = saving.to_json(plain)
    if len(data) > MAX_JSON_BYTES:
        raise FunctionError(texts.LARGE_RESULT, function=name, megabytes=MAX_JSON_BYTES >> 20)
    text = "\n\n".join(saving.texts) if saving.texts else _text(plain, data)
    return Result(data, _cut(text, TEXT_CHARACTERS), tuple(saving.files))


class _Saving:
    def __init__(self, folder: Path, function: str) -> None:
        self.files: list[SavedFile] = []
        self.texts: list[str] = []
        self._folder = folder
        self._function = function

    def plain(self, value: Any, name: str) -> Any:
        """``value`` with every frame, figure and file in it put away and named instead."""
        match value:
            case File() | PurePath():
                return {"file": self._add(value.name, self._content(value))}
            case bytes() | bytearray():
                return {"file": self._add(f"{name}.bin", bytes(value))}
            case Mapping():
                return {str(key): self.plain(item, str(key)) for key, item in value.items()}
            case list() | tuple():
                return [self.plain(item, name) for item in value]
            case _:
                save = _kind(value)
                return value if save is None else save(self, value, name)

    def _content(self, file: File | PurePath) -> bytes:
        try:
            return file.read_bytes() if isinstance(file, File) else Path(file).read_bytes()
        except OSError:
            name = _file_name(file.name)
            raise FunctionError(texts.NO_FILE_THERE, function=self._function, name=name) from None

    def to_json(self, plain: Any) -> bytes:
        """``plain`` as JSON."""
        unknown: list[str] = []

        def simple(value: Any) -> Any:
            unknown.append(type(value).__name__)
            return _simple(value)

        try:
            return to_json(plain, inf_nan_mode="null", fallback=simple)
        except (PydanticSerializationError, ValueError, TypeError, RecursionError):
            kind = unknown[-1] if unknown else type(plain).__name__
            raise FunctionError(texts.BAD_RESULT, function=self._function, kind=kind) from None

    def pandas(self, frame: Any, name: str) -> Any:
        """A pandas data frame: its first rows here, all of them as CSV."""
        if type(frame).__name__ == "Series":
            frame = frame.rename(str(frame.name) if frame.name is not None else "value").reset_index()
        elif any(label is not None for label in frame.index.names):
            frame = frame.reset_index()
        frame = frame.set_axis([_label(column) for column in frame.columns], axis=1)
        rows = json.loads(frame.head(ROWS_IN_JSON).to_json(orient="records", date_format="iso", default_handler=str))
        return self._table(list(frame.columns), rows, len(frame), frame.to_csv(index=False), name)

    def polars(self, frame: Any, name: str) -> Any:
        """A Polars data frame, in the same way."""
        if hasattr(frame, "collect"):
            frame = frame.collect()
        if hasattr(frame, "to_frame"):
            frame = frame.to_frame()
        return self._table(frame.columns, frame.head(ROWS_IN_JSON).to_dicts(), frame.height, frame.write_csv(), name)

    def matplotlib(self, figure: Any, name: str) -> Any:
        """A matplotlib figure (or the axes in one) as PNG."""
        figure = getattr(figure, "figure", figure)
        data = io.BytesIO()
        figure.savefig(data, format="png", dpi=FIGURE_DPI, bbox_inches="tight")
        figure.clear()
        return {"file": self._add(f"{name}.png", data.getvalue())}

    def plotly(self, figure: Any, name: str) -> Any:
        """A plotly figure as a page that needs no network."""
        page = figure.to_html(include_plotlyjs=True, full_html=True)
        return {"file": self._add(f"{name}.html", page.encode())}

    def _table(self, columns: list[str], rows: list[dict[str, Any]], count: int, csv: str, name: str) -> Any:
        # the byte order mark has Excel read Chinese as what it is
        file = self._add(f"{name}.csv", b"\xef\xbb\xbf" + harmless_csv(csv).encode())
        self.texts.append(_markdown(columns, rows[:ROWS_IN_TEXT], count, file))
        return {"columns": columns, "rows": rows, "row_count": count, "file": file}

    def _add(self, name: str, data: bytes) -> str:
        name = _file_name(name)
        taken = {file.name for file in self.files}
        stem, suffix = Path(name).stem, Path(name).suffix
        number = 1
        while name in taken:
            number += 1
            name = f"{stem}-{number}{suffix}"
        (self._folder / name).write_bytes(data)
        self.files.append(SavedFile(name, File.of(b"", name).mime_type, len(data)))
        return name


type _Saver = Callable[[_Saving, Any, str], Any]
_KINDS: dict[tuple[str, str], _Saver] = {
    ("pandas", "DataFrame"): _Saving.pandas,
    ("pandas", "Series"): _Saving.pandas,
    ("polars", "DataFrame"): _Saving.polars,
    ("polars", "LazyFrame"): _Saving.polars,
    ("polars", "Series"): _Saving.polars,
    ("matplotlib", "Figure"): _Saving.matplotlib,
    ("matplotlib", "Axes"): _Saving.matplotlib,
    ("plotly", "Figure"): _Saving.plotly,
}


def _kind(value: Any) -> _Saver | None:
    homes = ((each.__module__.partition(".")[0], each.__name__) for each in type(value).__mro__)
    return next((_KINDS[home] for home in homes if home in _KINDS), None)


def _simple(value: Any) -> Any:
    """What a numpy value holds; pydantic asks for what it does not know."""
    if type(value).__module__.partition(".")[0] == "numpy" and hasattr(value, "tolist"):
        return value.tolist()
    if type(value).__name__ in {"NaTType", "NAType"}:
        return None
    if type(value).__name__ == "Period":
        return str(value)
    raise TypeError("JSON has no words for it")


def _label(column: Any) -> str:
    return " ".join(map(str, column)) if isinstance(column, tuple) else str(column)


def _file_name(name: str) -> str:
    last = str(name).replace("\\", "/").rpartition("/")[2]
    cleaned = "".join(character for character in last if character.isprintable() and character not in '<>:"|?*')
    while len(cleaned.encode()) > 200:  # noqa: PLR2004 - a file system's limit is 255 bytes
        cleaned = Path(cleaned).stem[:-1] + Path(cleaned).suffix[:20]
    return cleaned if cleaned.strip(". ") else "file"


def _text(plain: Any, data: bytes) -> str:
    match plain:
        case None:
            return ""
        case str():
            return plain
        case {"file": str() as name} if len(plain) == 1:
            return name
        case dict() | list():
            return json.dumps(json.loads(data), ensure_ascii=False, indent=2)
        case _:
            text = data.decode()
            return str(json.loads(text)) if text.startswith('"') else text


def _markdown(columns: list[str], rows: list[dict[str, Any]], count: int, file: str) -> str:
    lines = ["| " + " | ".join(map(_cell, columns)) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(_cell(row.get(column)) for column in columns) + " |" for row in rows]
    if count > len(rows):
        lines += ["", f"… {len(rows)} / {count}: {file}"]
    return "\n".join(lines)


def _cell(value: Any) -> str:
    text = "" if value is None else " ".join(str(value).split()).replace("|", "\\|")
    return text.removesuffix("T00:00:00.000")[:CELL_CHARACTERS]


def _cut(text: str, characters: int) -> str:
    return text if len(text) <= characters else text[:characters] + "…"


_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_FORMULA = re.compile(rf"[=@\t\r＝＋－＠]|[+-](?!{_NUMBER[5:]}$)")
"""How a cell begins that Excel, WPS or LibreOffice takes for a formula; a number is none. (OWASP, CSV injection)"""
_SUSPICIOUS = re.compile(rf'(?:^|[,"\n])(?:[=@\t\r＝＋－＠]|[+-](?!{_NUMBER[5:]}(?:[,"\r\n]|$)))', re.MULTILINE)


def harmless_csv(text: str) -> str:
    """``text`` with an apostrophe before each cell that would be a formula. Numbers stay numbers.

    Otherwise a product called ``=cmd|...`` in a file would run on the machine of the person who opens the result.
    """
    if not _SUSPICIOUS.search(text):
        return text
    csv.field_size_limit(sys.maxsize)
    written = io.StringIO()
    rows = csv.reader(io.StringIO(text, newline=""))
    csv.writer(written, lineterminator="\n").writerows(map(_harmless, rows))
    return written.getvalue()


def _harmless(row: list[str]) -> list[str]:
    return [f"'{cell}" if _FORMULA.match(cell) else cell for cell in row]
