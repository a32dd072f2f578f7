"""`TextLayout`: how a text file is written: its encoding, its separator, and where its rows begin.

`find_text` finds all that in the head of the file. The encoding of a large file is judged by its head alone as long as
the rest agrees with it.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, NamedTuple, Self, cast

from daybook.errors import TableError
from daybook.table import texts
from daybook.table.blocks import Recoded, Source, open_source
from daybook.table.encoding import LABELS, Encoding, judge
from daybook.table.fields import DOCUMENTED, named
from daybook.table.layout import SEARCHED_ROWS, Code, Header, Known, Note, find_header

_GAP = re.compile(r"[ \t\u00a0\u3000]{2,}")
_FULL_WIDTH = ("W", "F")


def split_at_blanks(line: str) -> list[str]:
    """The cells of a line."""
    return _GAP.split(line.strip())


def spaced_rows(lines: Iterable[str], names: Sequence[str]) -> Iterator[Sequence[str]]:
    """The rows of the lines, blank ones left out.

    A line with as many runs of blanks as the header is split at them; one with fewer, which has blank cells, at the
    places where the header's names stand.

    Raises:
        TableError: a line fits neither.
    """
    width, starts, place = len(names), None, 0
    for line in lines:
        if not line.strip():
            continue
        text = line.rstrip("\r\n")
        cells: Sequence[str] | None = split_at_blanks(text)
        if starts is None:
            starts = _starts(text) if cells == list(names) else None
            yield split_at_blanks(text)
            continue
        place += 1
        if len(split_at_blanks(text)) not in (1, width):
            cells = _placed(text, starts)
        if cells is None:
            raise TableError(texts.RAGGED, row=f"{place:,}", columns=width)
        yield cells


def _starts(header: str) -> list[int]:
    """Where each name of the header begins, in columns of a terminal."""
    starts, taken, before = [], 0, True
    for index, character in enumerate(header):
        gap = header[index : index + 2].isspace()
        if before and not character.isspace():
            starts.append(taken)
        before = gap or (before and character.isspace())
        taken += _width(character)
    return starts


def _placed(line: str, starts: Sequence[int]) -> list[str] | None:
    """The cells at the header's places; None where a text reaches over one of them."""
    cells = [""] * len(starts)
    taken = 0
    for match in re.finditer(r"\S+(?:[ \t\u00a0\u3000]\S+)*", line):
        taken = sum(map(_width, line[: match.start()]))
        index = max((i for i, start in enumerate(starts) if start <= taken), default=0)
        end = taken + sum(map(_width, match[0]))
        if cells[index] or (index + 1 < len(starts) and end > starts[index + 1]):
            return None
        cells[index] = match[0]
    return cells


def _width(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in _FULL_WIDTH else 1


SEPARATORS = ",\t;|^~\x01"
HEAD_BYTES = 256 * 1024
BLANKS = "  "
"""In place of a separator: runs of blanks."""
_SEPARATOR_LINE = re.compile(r'\ufeff?"?sep=(.)"?[ \t]*\r?\n?', re.IGNORECASE)
_CERTAIN = 3
_SURE_ROWS = 20


class TextLayout(NamedTuple):
    """How a text file is written."""

    encoding: Encoding
    separator: str
    """One character, or `BLANKS`."""
    wrapped: bool
    """Whether each line is one quoted cell that holds the row."""
    before: int
    """Bytes, in UTF-8, of the line above all others that names the separator."""
    header_bytes: int
    """Bytes, in UTF-8, up to the first data row."""
    header_lines: int
    """Lines up to the first data row."""

    @property
    def label(self) -> str:
        """What people call the encoding."""
        return LABELS[self.encoding.codec]

    def of(self, encoding: Encoding) -> Self:
        """The same in another encoding."""
        return self._replace(encoding=encoding)


class Broken:
    """Collects which lines hold bytes that do not fit the encoding."""

    def __init__(self) -> None:
        self.streams: list[Recoded] = []

    def note(self, lines_above: int) -> tuple[Note, ...]:
        """A note on them, if there are any; the row is that of the first, below the header."""
        lines = sorted({line for stream in self.streams for line in stream.broken})
        if not lines:
            return ()
        return (Note(Code.BROKEN, row=max(lines[0] - lines_above, 0), count=len(lines)),)


class HeadFound(NamedTuple):
    """What the head of a file says."""

    text: TextLayout
    header: Header
    rows: list[list[str]]
    """All rows of the head, the header among them."""


def utf_8(raw: BinaryIO, encoding: Encoding, broken: Broken | None = None) -> BinaryIO:
    """The text of a stream as UTF-8, without a byte order mark."""
    if encoding != Encoding("utf-8"):
        stream = Recoded(raw, encoding.codec)
        if broken:
            broken.streams.append(stream)
        return cast("BinaryIO", io.BufferedReader(stream))
    if raw.read(3) != codecs.BOM_UTF8:
        raw.seek(0)
    return raw


def judged(source: Source, known: Known, *, whole: bool = False) -> Encoding:
    """The encoding of a text file, by its head as long as that is UTF-8, or by all of it."""
    with open_source(source) as raw:
        head = raw.read(HEAD_BYTES)
        if not whole and b"\0" not in head:
            try:
                codecs.getincrementaldecoder("utf-8")().decode(head, len(head) < HEAD_BYTES)
            except UnicodeDecodeError:
                pass
            else:
                return Encoding("utf-8")
        raw.seek(0)
        found = judge(raw.read, known)
    return found._replace(broken=True) if whole and found.codec == "utf-8" else found


def find_text(source: Source, known: Known) -> HeadFound:
    """How a text file is written, by its head.

    Raises:
        TableError: there is no text, or it is in no encoding of ours, or may be in two.
    """
    encoding = judged(source, known)
    with open_source(source) as raw:
        head = utf_8(raw, encoding).read(HEAD_BYTES)
    text = head.decode("utf-8", "ignore")
    if not text.strip("\ufeff\0\x1a \t\r\n\f\v"):
        raise TableError(texts.EMPTY, columns=named(DOCUMENTED))
    line = _SEPARATOR_LINE.match(text)
    before = line.end() if line else 0
    wanted = line[1] if line else SEPARATORS
    found = _by_separators(text[before:], wanted, known)
    if found.header.known <= 1:
        found = max([found, *_other_ways(text[before:], known)], key=lambda way: way.header.known)
    return found._replace(
        text=found.text._replace(
            encoding=encoding,
            before=len(text[:before].encode()),
            header_bytes=len(text[:before].encode()) + found.text.header_bytes,
            header_lines=bool(before) + found.text.header_lines,
        )
    )


def _by_separators(text: str, separators: str, known: Known) -> HeadFound:
    first = text.lstrip("\r\n\f\v\0\ufeff").split("\n", 1)[0]
    best, best_score = None, (-1, -1.0, -1)
    for separator in sorted(separators, key=lambda separator: -first.count(separator)):
        rows, ends = _rows(text, separator)
        header = find_header(rows, known)
        if header is None or _holds_another(header.names, separator):
            continue
        found = _found(text, separator, header, rows, ends)
        if header.known >= _CERTAIN and header.index == 0:
            return found
        width = len(header.names)
        below = rows[header.index + 1 :][:_SURE_ROWS]
        regular = sum(len(row) == width for row in below) / len(below) if below and width > 1 else 0.0
        if (score := (header.known, regular, width)) > best_score:
            best, best_score = found, score
    if best is None:
        raise TableError(texts.EMPTY, columns=named(DOCUMENTED))
    return best


def _holds_another(names: Sequence[str], separator: str) -> bool:
    """Whether the names still hold another separator at their ends: a tab may be mere decoration."""
    others = tuple(SEPARATORS.replace(separator, ""))
    held = sum(name.startswith(others) or name.endswith(others) for name in names)
    return len(names) > 1 and held * 2 >= len(names)


def _found(text: str, separator: str, header: Header, rows: list[list[str]], ends: list[tuple[int, int]]) -> HeadFound:
    characters, lines = ends[header.index + header.height - 1]
    size = len(text[:characters].encode())
    return HeadFound(
        TextLayout(Encoding("utf-8"), separator, wrapped=False, before=0, header_bytes=size, header_lines=lines),
        header,
        rows,
    )


def _rows(text: str, separator: str) -> tuple[list[list[str]], list[tuple[int, int]]]:
    """The first rows, without blank lines, and for each the characters and lines up to its end."""
    taken = [0, 0]

    def feed() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken[0] += len(line)
            taken[1] += 1
            yield line

    csv.field_size_limit(2**31 - 1)
    rows, ends = [], []
    for cells in csv.reader(feed(), delimiter=separator, skipinitialspace=True):
        if cells:
            rows.append(cells)
            ends.append((taken[0], taken[1]))
        if len(rows) >= SEARCHED_ROWS + _SURE_ROWS:
            break
    return rows, ends


def _other_ways(text: str, known: Known) -> Iterator[HeadFound]:
    """The text as lines that are each one quoted cell, and as a printed list."""
    lines = [line for line in text.splitlines() if line.strip()][:SEARCHED_ROWS]
    ways = [(separator, True, [unwrapped(line, separator) for line in lines]) for separator in SEPARATORS]
    for separator, wrapped, rows in [*ways, (BLANKS, False, [split_at_blanks(line) for line in lines])]:
        header = find_header(rows, known)
        if header and len(header.names) > 1:
            way = TextLayout(Encoding("utf-8"), separator, wrapped=wrapped, before=0, header_bytes=0, header_lines=1)
            yield HeadFound(way._replace(header_lines=header.index + header.height), header, rows)


def unwrapped(line: str, separator: str) -> list[str]:
    """The cells of a line that is one quoted cell as a whole."""
    outer: Sequence[str] = next(csv.reader([line.strip()], delimiter=separator), [])
    if len(outer) != 1:
        return list(outer)
    return next(csv.reader([outer[0]], delimiter=separator), [])
