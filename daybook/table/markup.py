"""`html_grids`, `mhtml_grids`: the tables of a web page, which is what many programs save under the name .xls.

The page is split into tags by plain search, which takes as long as the page is, whatever is in it.
"""

import email
import email.policy
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from daybook.table.encoding import judge
from daybook.table.layout import Known
from daybook.table.rows import Grid

_TAG_NAME = re.compile(r"/?[a-zA-Z][\w:]*")
_SPAN = re.compile(r"\b(rowspan|colspan)\s*=\s*[\"']?\s*(\d{1,5})", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
_FIGURE = re.compile(r"[^\w]*[\d.,\s]+[^\w]*")
_BLANKS = re.compile(r"[ \t\r\n\f\v\u00a0]+")
_SKIPPED = ("script", "style", "xml", "noscript", "template")
_HEAD = 4096
_WIDEST = 1_000
_LONGEST_SPAN = 10_000


def html_grids(data: bytes, known: Known) -> list[Grid]:
    """The tables of a page with at least two cells in a row."""
    return _grids(_text(data, known), "")


def mhtml_grids(data: bytes, known: Known) -> list[Grid]:
    """The tables of a page saved as a single file: one part a sheet."""
    message = email.message_from_bytes(data.lstrip(), policy=email.policy.compat32)
    grids = []
    for part in message.walk():
        if part.get_content_type() == "text/html" or (not part.is_multipart() and message is not part):
            content = part.get_payload(decode=True)
            if not isinstance(content, bytes) or b"<t" not in content.lower():
                continue
            charset = part.get_content_charset()
            name = str(part.get("Content-Location", "")).replace("\\", "/").rsplit("/", 1)[-1]
            text = _decoded(content, charset) if charset else _text(content, known)
            grids += _grids(text, name.split(".")[0])
    return grids


def _text(data: bytes, known: Known) -> str:
    named = _CHARSET.search(data[:_HEAD])
    if named and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return _decoded(data, named[1].decode("ascii"))
    start = iter((data,))
    encoding = judge(lambda _size: next(start, b""), known)
    return data.decode(encoding.codec, "replace")


def _decoded(data: bytes, charset: str) -> str:
    wider = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "shift_jis": "cp932", "euc-kr": "cp949"}
    try:
        return data.decode(wider.get(charset.lower(), charset), "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _grids(text: str, name: str) -> list[Grid]:
    tables = [rows for rows in _tables(text) if any(sum(map(bool, row)) > 1 for row in rows)]
    many = len(tables) > 1
    return [
        Grid(f"{name} {number}".strip() if many else name, partial(iter, rows)) for number, rows in enumerate(tables, 1)
    ]


@dataclass(slots=True)
class _Table:
    """A table while its tags are read."""

    rows: list[list[str]] = field(default_factory=list)
    row: list[str] | None = None
    cell: list[str] | None = None
    span: tuple[int, int] = (1, 1)
    down: dict[int, tuple[int, str]] = field(default_factory=dict)
    """By column: rows that a cell above still reaches over, and its text."""

    def begin_row(self) -> None:
        self.end_row()
        self.row = []

    def begin_cell(self, attributes: str) -> None:
        self.end_cell()
        if self.row is None:
            self.row = []
        self._fill_down()
        spans = {name.lower(): int(number) for name, number in _SPAN.findall(attributes)}
        self.span = (min(spans.get("rowspan", 1), _LONGEST_SPAN), min(spans.get("colspan", 1), _WIDEST))
        self.cell = []

    def end_cell(self) -> None:
        if self.cell is None or self.row is None:
            return
        text = _BLANKS.sub(" ", html.unescape("".join(self.cell))).strip()
        down, across = self.span
        for place in range(across):
            if len(self.row) < _WIDEST:
                if down > 1:
                    self.down[len(self.row)] = (down - 1, "" if place or _FIGURE.fullmatch(text) else text)
                self.row.append("" if place else text)
        self.cell = None

    def end_row(self) -> None:
        self.end_cell()
        if self.row is not None:
            self._fill_down()
            self.rows.append(self.row)
        self.row = None

    def _fill_down(self) -> None:
        while self.row is not None and (held := self.down.get(len(self.row))):
            left, text = held
            if left > 1:
                self.down[len(self.row)] = (left - 1, text)
            else:
                del self.down[len(self.row)]
            self.row.append(text)

    def take(self, tag: str, content: str) -> None:
        """One tag or text of the table."""
        if tag in ("td", "th"):
            self.begin_cell(content)
        elif tag in ("/td", "/th"):
            self.end_cell()
        elif tag == "tr":
            self.begin_row()
        elif tag == "/tr":
            self.end_row()
        elif self.cell is not None and tag in ("", "br", "p", "div"):
            self.cell.append(content if not tag else " ")


def _tables(text: str) -> list[list[list[str]]]:
    done: list[list[list[str]]] = []
    open_tables: list[_Table] = []
    for tag, content in _pieces(text):
        if tag == "table":
            open_tables.append(_Table())
        elif tag == "/table" and open_tables:
            open_tables[-1].end_row()
            done.append(open_tables.pop().rows)
        elif open_tables:
            open_tables[-1].take(tag, content)
    for table in open_tables:
        table.end_row()
        done.append(table.rows)
    return done


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Texts, under an empty name, and tags with what stands in them."""
    at = 0
    while at < len(text):
        start = text.find("<", at)
        if start < 0:
            start = len(text)
        if start > at:
            yield "", text[at:start]
        if text.startswith("<!--", start) and not text.startswith("<!--[if", start):
            at = _after(text, "-->", start)
            continue
        name = _TAG_NAME.match(text, start + 1)
        end = _after(text, ">", start)
        at = end
        if name:
            tag = name[0].lower()
            yield tag, text[name.end() : end]
            if tag in _SKIPPED and not text.startswith("/>", end - 2):
                at = _after(text, f"</{tag}", end)


def _after(text: str, what: str, start: int) -> int:
    found = text.find(what, start)
    return len(text) if found < 0 else found + len(what)
