"""`check`: looks a workbook through before it is unfolded, so that no file of a few kilobytes takes gigabytes.

calamine holds a sheet as the whole rectangle from its first to its last cell, and a shared or repeated text once for
each cell that shows it. So a cell far away, or a long text that many cells refer to, takes memory that the file's size
does not announce. What a sheet comes to is counted here from the file itself, in little memory, for XLSX, XLSB, XLS
and ODS. Reading may still fail, or crash: a host that must go on reads a stranger's workbook in a process of its own.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import BinaryIO

from daybook.errors import LimitError, TableError
from daybook.language import Text
from daybook.limits import Limits
from daybook.table import texts
from daybook.table.blocks import Source, open_source
from daybook.table.scan import DamagedError, Scan, count_uses, scan_content, scan_part
from daybook.table.scan_binary import scan_binary_part, scan_file

ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a zipped workbook (XLSX, XLSB, ODS) and a compound file (XLS) begin."""

SPANS_TOO_FAR = Text(
    en="A sheet of the workbook holds cells so far apart that it would be a table of {cells} cells, and at most {limit}"
    " are read; delete what stands far below or beside the sales, or save the sales alone as a new workbook or CSV.",
    zh="工作簿中有单元格离数据太远，整张表相当于 {cells} 个单元格，超过上限 {limit}；请删除数据区域之外的内容，"
    "或只把销售数据另存为新的工作簿或 CSV。",
)
REPEATS_TOO_MUCH = Text(
    en="The workbook's texts come to more than {limit} MB when every cell has its own; shorten the long texts that many"
    " cells share, or save the sales alone as CSV.",
    zh="工作簿中的文本按单元格展开后超过 {limit} MB；请缩短被大量单元格引用的长文本，或只把销售数据另存为 CSV。",
)

_BLOCK_BYTES, _FOLDED_BYTES = 1 << 20, 1 << 16
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, DamagedError)
_BEYOND_ZIPFILE = (NotImplementedError, RuntimeError, ValueError, OverflowError, EOFError, OSError)
"""What `zipfile` raises of a damaged directory beside its own error: unknown versions, locked entries, odd names."""


def is_workbook(head: bytes) -> bool:
    """Whether a file that begins with ``head`` is a container: a workbook, as far as sales files go."""
    return head.startswith((ZIP, b"PK\x05\x06", COMPOUND))


def check(source: Source, limits: Limits) -> bool:
    """Refuse a workbook that would unfold too far, or is damaged where that can be seen.

    A source that is no workbook passes: what it is, is for others to say.

    Returns:
        Whether a sheet of an XLSX may hold formulas or errors.

    Raises:
        LimitError: its parts, the rectangles of its sheets, or its repeated texts are larger than ``limits``.
        TableError: it is damaged.
    """
    with open_source(source) as stream:
        head = stream.read(8)
        if not is_workbook(head):
            return False
        scan = Scan(limits.sheet_cells)
        with _damage_in_words():
            if head.startswith(COMPOUND):
                scan_file(stream, scan)
            else:
                _scan_zip(stream, scan, limits)
    if scan.cells > limits.sheet_cells:
        raise LimitError(SPANS_TOO_FAR, cells=f"{scan.cells:,}", limit=f"{limits.sheet_cells:,}")
    if scan.text_bytes > limits.expanded_bytes:
        raise LimitError(REPEATS_TOO_MUCH, limit=limits.expanded_bytes // 1_000_000)
    return scan.special


@contextmanager
def panics_in_words() -> Iterator[None]:
    """Have a panic of the workbook's parser, which Python takes for no `Exception`, said as a damaged workbook.

    Raises:
        TableError: the parser panicked.
    """
    try:
        yield
    except BaseException as error:
        # the class is made by PyO3 and can be imported from nowhere
        if type(error).__module__ == "pyo3_runtime" and not isinstance(error, Exception):
            raise TableError(texts.BROKEN_WORKBOOK) from None
        raise


@contextmanager
def _damage_in_words() -> Iterator[None]:
    try:
        yield
    except (*_DAMAGE, *_BEYOND_ZIPFILE):
        raise TableError(texts.BROKEN_WORKBOOK) from None


def _scan_zip(stream: BinaryIO, scan: Scan, limits: Limits) -> None:
    stream.seek(0)
    with zipfile.ZipFile(stream) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if sum(entry.file_size for entry in entries) > limits.expanded_bytes:
        raise LimitError(texts.EXPANDS_TOO_FAR, limit=limits.expanded_bytes // 1_000_000)
    content = next((entry for entry in entries if entry.filename == "content.xml"), None)
    if content:
        scan_content(_unfolded(stream, content), scan)
        return
    parts = [partial(_unfolded, stream, entry) for entry in entries]
    is_binary = any(entry.filename == "xl/workbook.bin" for entry in entries)
    for part in parts:
        if is_binary:
            scan_binary_part(b"".join(part()), scan)
        else:
            scan_part(part, scan)
    if scan.most_text_bytes > limits.expanded_bytes:
        for part in parts:
            count_uses(part, scan)


def _unfolded(stream: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """An entry's content in blocks, as whoever trusts the data and not the directory reads it.

    `zipfile` stops where the directory says that the content ends, so that a directory could hide the rest from it.
    """
    stream.seek(entry.header_offset)
    signature, name, extra = _LOCAL_HEADER.unpack(stream.read(_LOCAL_HEADER.size))
    if signature != ZIP or entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DamagedError
    stream.seek(name + extra, 1)
    unfold = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    left, unfolded = entry.compress_size, 0
    while left > 0:
        folded = stream.read(min(left, _FOLDED_BYTES))
        if not folded:
            raise DamagedError
        left -= len(folded)
        while folded:
            block = unfold.decompress(folded, _BLOCK_BYTES) if unfold else folded
            folded = unfold.unconsumed_tail if unfold else b""
            unfolded += len(block)
            if unfolded > entry.file_size:
                raise DamagedError
            if block:
                yield block
    if unfolded != entry.file_size:
        raise DamagedError
