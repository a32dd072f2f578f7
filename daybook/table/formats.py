"""`open_file`: opens one sales file by what its bytes say it is; a file's name is not asked."""

import hashlib
from collections.abc import Sequence
from typing import Any, cast

from daybook.errors import DaybookError, LimitError, ParameterError, QuestionError, TableError, of_file
from daybook.language import Text, excerpt
from daybook.limits import MAX_FILES, Limits
from daybook.table import blocks, texts
from daybook.table.blocks import Source, open_source, source_bytes
from daybook.table.encoding import judge
from daybook.table.fields import DOCUMENTED, named
from daybook.table.layout import Code, Known, Layout, Note
from daybook.table.rows import Grid
from daybook.table.several import joined, joined_files

_HEAD_BYTES = 4096
_LIKE_BEST = 0.7
_ZIP, _OLE, _PARQUET, _GZIP = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"), b"PAR1", b"\x1f\x8b"
_EMPTY_ZIP = b"PK\x05\x06"
_KINDS: tuple[tuple[bytes, Text], ...] = (
    (b"%PDF", texts.PDF),
    (b"\x89PNG", texts.IMAGE),
    (b"\xff\xd8\xff", texts.IMAGE),
    (b"GIF8", texts.IMAGE),
    (b"Rar!", texts.ARCHIVE),
    (b"7z\xbc\xaf", texts.ARCHIVE),
    (b"BZh", texts.ARCHIVE),
    (b"\xfd7zXZ", texts.ARCHIVE),
    (_EMPTY_ZIP, texts.ARCHIVE),
)
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\v\0\x01\x1a\x1b")
"""Bytes that stand in no text."""
_HTML = ("<!doctype html", "<html", "<head", "<body", "<table", "<script", "<meta", "<div", "<style", "<center")
_XML = ("<?xml", "<workbook", "<ss:workbook")
_MHTML = ("mime-version:", "from:", "content-type: multipart/related")


def open_files(sources: Sequence[Source], sheet: str | None, limits: Limits, known: Known) -> Any:
    """Several files as one table; a file that is there twice is read once.

    Raises:
        ParameterError: there is none.
        TableError: one of them is no table, or their columns differ.
        LimitError: together they are larger than a file may be.
    """
    if not sources:
        raise ParameterError(texts.NO_FILES)
    if len(sources) == 1:
        return open_file(sources[0], sheet, limits, known)
    if len(sources) > MAX_FILES:
        raise LimitError(texts.TOO_MANY_FILES, count=len(sources), limit=MAX_FILES)
    if sum(map(source_bytes, sources)) > limits.file_bytes:
        raise LimitError(texts.FILES_TOO_LARGE, limit=limits.file_bytes // 1_000_000, beyond=limits.beyond)
    digests = [_digest(source) for source in sources]
    kept = [number for number, digest in enumerate(digests, 1) if digests.index(digest) == number - 1]
    tables = []
    for number in kept:
        try:
            tables.append(open_file(sources[number - 1], sheet, limits, known))
        except DaybookError as error:
            raise of_file(error, number) from None
    table = joined_files(tables, kept, known, limits)
    table.notes += tuple(
        Note(Code.SAME, count=digests.index(digest) + 1, file=number)
        for number, digest in enumerate(digests, 1)
        if number not in kept
    )
    return table


def open_file(source: Source, sheet: str | None, limits: Limits, known: Known, *, within: bool = False) -> Any:
    """The table of one file.

    Args:
        source: the file's bytes, or its path.
        sheet: the sheet of a workbook; None for the one that holds the sales table.
        limits: what may be held.
        known: how many cells of a row are known names of columns.
        within: whether the file comes out of an archive, in which no further archive is opened.

    Raises:
        TableError: the file is no sales table.
        ParameterError: ``sheet`` names what is not there.
        LimitError: the file is past ``limits``.
    """
    if source_bytes(source) > limits.file_bytes:
        raise _too_large(limits)
    with open_source(source) as stream:
        head = stream.read(_HEAD_BYTES)
    if not head.strip(b" \t\r\n\f\v\0\x1a"):
        raise TableError(texts.EMPTY, columns=named(DOCUMENTED))
    if head.startswith(_GZIP) and not within:
        return open_file(blocks.gunzipped(source, limits), sheet, limits, known, within=True)
    if head.startswith(_ZIP) and not blocks.is_workbook(source):
        if within:
            raise TableError(texts.NOT_A_TABLE, kind=texts.ARCHIVE)
        return _open_archive(source, sheet, limits, known)
    if head.startswith((_ZIP, _OLE)):
        from daybook.table.workbook import open_workbook  # noqa: PLC0415  loaded when first needed

        return open_workbook(source, sheet, limits, known)
    if head.startswith(_PARQUET):
        from daybook.table.parquet import open_parquet  # noqa: PLC0415  loaded when first needed

        _without_sheet(sheet)
        return open_parquet(source, limits)
    grids, kind = _marked_up(source, head, known)
    if kind:
        return _open_grids(grids, kind, sheet, limits, known)
    _refuse_other_kinds(head)
    _without_sheet(sheet)
    from daybook.table.delimited import open_text  # noqa: PLC0415  loaded when first needed

    return open_text(source, limits, known)


def _open_archive(source: Source, sheet: str | None, limits: Limits, known: Known) -> Any:
    members, others = blocks.unpacked(source, limits)
    once = list({_digest(member.content): member for member in reversed(members)}.values())[::-1]
    filled = [member for member in once if member.content.strip()]
    if not filled:
        raise TableError(texts.EMPTY, columns=named(DOCUMENTED))
    tables, names = [], []
    for member in filled:
        try:
            tables.append(open_file(member.content, sheet, limits, known, within=True))
        except QuestionError:
            raise
        except TableError as error:
            if len(filled) == 1 or error.text == texts.WHICH_ENCODING:
                raise
            others.append(member.name)
        else:
            names.append(member.name)
    kept = _alike([known(table.header) for table in tables])
    others += [name for place, name in enumerate(names) if place not in kept]
    if not kept:
        raise TableError(texts.NOT_A_TABLE, kind=texts.ARCHIVE)
    table = joined([tables[place] for place in kept], [names[place] for place in kept], known, limits)
    if others:
        table.notes += (Note(Code.OTHER_SHEETS, count=len(others), values=tuple(map(excerpt, others[:3]))),)
    return table


def _alike(scores: Sequence[int]) -> list[int]:
    """The tables that know nearly as many columns as the one that knows most: not the list of customers beside it."""
    return [place for place, score in enumerate(scores) if score >= max(scores) * _LIKE_BEST]


def _marked_up(source: Source, head: bytes, known: Known) -> tuple[list[Grid], str]:
    """The tables of a web page, of XML or of JSON, and which of them it is; an empty kind where it is none."""
    start = _start(head)
    if start.startswith(_MHTML) and "mime-version:" in start:
        from daybook.table.markup import mhtml_grids  # noqa: PLC0415  loaded when first needed

        return mhtml_grids(_content(source), known), "mhtml"
    if start.startswith(_HTML) or (start.startswith("<?xml") and "<html" in start):
        from daybook.table.markup import html_grids  # noqa: PLC0415  loaded when first needed

        return html_grids(_content(source), known), "html"
    if start.startswith(_XML):
        from daybook.table.documents import xml_grids  # noqa: PLC0415  loaded when first needed

        return xml_grids(_content(source)), "xml"
    if start.startswith(("{", "[")):
        from daybook.table.documents import json_grids  # noqa: PLC0415  loaded when first needed

        content = _content(source)
        rest = iter((content,))
        codec = judge(lambda _size: next(rest, b""), known).codec
        grids = json_grids(content.decode(codec, "replace"))
        return grids, "json" if grids else ""
    return [], ""


def _open_grids(grids: Sequence[Grid], kind: str, sheet: str | None, limits: Limits, known: Known) -> Any:
    from daybook.table.sheets import chosen  # noqa: PLC0415  loaded when first needed

    if not grids:
        raise TableError(texts.NOT_A_TABLE, kind=texts.XML if kind == "xml" else texts.HTML)
    if sheet:
        grids = [grid for grid in grids if grid.name and grid.name.strip() == sheet.strip()]
        if not grids:
            raise ParameterError(texts.SHEET_OF_TEXT)
    return chosen(grids, Layout(kind=kind), known, limits)


def _start(head: bytes) -> str:
    """The first characters of a text, in small letters."""
    codec = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(head[:2], "utf-8")
    return head.decode(codec, "replace").lstrip("\ufeff \t\r\n\f").lower()


def _content(source: Source) -> bytes:
    with open_source(source) as stream:
        return stream.read()


def _without_sheet(sheet: str | None) -> None:
    if sheet:
        raise ParameterError(texts.SHEET_OF_TEXT)


def _refuse_other_kinds(head: bytes) -> None:
    kind = next((kind for magic, kind in _KINDS if head.startswith(magic)), None)
    if kind is None and not head.startswith((b"\xff\xfe", b"\xfe\xff")):  # noqa: SIM102
        if len(head) - len(head.translate(None, _CONTROLS)) > len(head) // 50:
            kind = texts.BINARY
    if kind:
        raise TableError(texts.NOT_A_TABLE, kind=kind)


def _digest(source: Source) -> bytes:
    with open_source(source) as stream:
        return hashlib.file_digest(cast("Any", stream), "sha256").digest()


def _too_large(limits: Limits) -> LimitError:
    return LimitError(texts.TOO_MANY_BYTES, limit=limits.file_bytes // 1_000_000, beyond=limits.beyond)
