"""`scan_file`, `scan_part`: what an XLS or a binary part of an XLSB comes to.

Source: MS-XLS 2.1.4 (records), 2.4.90 Dimensions, 2.4.149 LabelSst, 2.4.175 MulRk, 2.4.265 SST, 2.5.293
XLUnicodeRichExtendedString. All sheets are read at once.

Source: MS-XLSB 2.1.4 (records), 2.4.720 BrtRowHdr, 2.4.316 ff. BrtCell*, 2.4.307 BrtCellIsst, 2.4.785 BrtSSTItem.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

import olefile

from daybook.table.scan import MAX_ROWS, DamagedError, Scan

_NAMES = ("Workbook", "Book", "WORKBOOK", "BOOK")
_CELLS = frozenset({0x0203, 0x0204, 0x00D6, 0x0205, 0x0006, 0x027E, 0x00FD, 0x00BD})
"""Number, Label, RString, BoolErr, Formula, Rk, LabelSst, MulRk: each begins with its row and column."""
_FILE_PASS, _BEGIN, _CONTINUE, _DIMENSIONS, _LABEL_SST, _MUL_RK, _SST = (
    0x002F,
    0x0809,
    0x003C,
    0x0200,
    0x00FD,
    0x00BD,
    0x00FC,
)
_FORMATTED = 65_536 * 256
"""Cells of a sheet that is formatted to its end: what an honest file may announce, whatever it holds."""
_HEAD, _INDEX, _BOUNDS = struct.Struct("<HH"), struct.Struct("<I"), struct.Struct("<IIHH")


def scan_file(stream: BinaryIO, scan: Scan) -> None:
    """Count the sheets and shared texts of a workbook.

    Raises:
        DamagedError: it is no compound file, or a sheet announces more cells than a sheet has.
    """
    data = _workbook(stream)
    scan.texts += _texts(_shared_parts(data))
    last_row = last_column = -1
    uses: list[int] = []
    for kind, place, size in _records(data):
        if kind in _CELLS and size >= 6:  # noqa: PLR2004  row, column and style
            row, column = _HEAD.unpack_from(data, place)
            more = (size - 6) // 6 - 1 if kind == _MUL_RK else 0
            last_row, last_column = max(last_row, row), max(last_column, column + more)
            if kind == _LABEL_SST and size >= 10:  # noqa: PLR2004  the same, and an index
                uses.append(_INDEX.unpack_from(data, place + 6)[0])
        elif kind == _BEGIN:
            scan.add_sheet(last_row + 1, last_column + 1, all_sheets=True)
            last_row = last_column = -1
        elif kind == _DIMENSIONS and size >= _BOUNDS.size:
            _check_bounds(*_BOUNDS.unpack_from(data, place), limit=scan.limit)
    scan.add_sheet(last_row + 1, last_column + 1, all_sheets=True)
    scan.uses.update(uses)


def _check_bounds(top: int, bottom: int, left: int, right: int, *, limit: int) -> None:
    """Refuse what room could not even be set aside for: it is, before the first cell is read."""
    if bottom < top or right < left or (bottom - top) * (right - left) > max(_FORMATTED, limit):
        raise DamagedError


def _shared_parts(data: bytes) -> list[bytes]:
    """The record of shared texts and those that continue it."""
    parts: list[bytes] = []
    for kind, place, size in _records(data):
        if kind == _SST or (kind == _CONTINUE and parts):
            parts.append(data[place : place + size])
        elif parts:
            break
    return parts


def _workbook(stream: BinaryIO) -> bytes:
    stream.seek(0)
    with olefile.OleFileIO(stream) as compound:
        name = next((name for name in _NAMES if compound.exists(name)), None)
        if name is None:
            return b""  # a workbook with a password, which stands encrypted under another name
        with compound.openstream(name) as workbook:
            data: bytes = workbook.read()
    return data


def _records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, place and size of each record, up to where a password makes the rest unreadable."""
    place, end = 0, len(data)
    while place + 4 <= end:
        kind, size = _HEAD.unpack_from(data, place)
        place += 4
        if kind == _FILE_PASS:
            return
        yield kind, place, min(size, end - place)
        place += size


def _texts(parts: list[bytes]) -> Iterator[int]:
    """Bytes of each shared text, at most: a text may go on in the next record, which then says its width anew."""
    part, place = 0, 8
    while part < len(parts):
        data = parts[part]
        if place + 3 > len(data):
            part, place = part + 1, 0
            continue
        left, flags = struct.unpack_from("<HB", data, place)
        yield 2 * left
        place += 3
        runs = 0
        if flags & 8 and place + 2 <= len(data):
            runs, place = struct.unpack_from("<H", data, place)[0], place + 2
        extra = 0
        if flags & 4 and place + 4 <= len(data):
            extra, place = struct.unpack_from("<I", data, place)[0], place + 4
        wide = flags & 1
        while left:
            width = 2 if wide else 1
            here = min(left, (len(parts[part]) - place) // width)
            left, place = left - here, place + here * width
            if left:
                part, place = part + 1, 1
                if part >= len(parts) or not parts[part]:
                    return
                wide = parts[part][0] & 1
        skip = 4 * runs + extra
        while part < len(parts) and skip > len(parts[part]) - place:
            skip -= len(parts[part]) - place
            part, place = part + 1, 0
        place += skip


_SHEET, _TEXTS = b"\x81\x01", b"\x9f\x01"
"""The first record of a sheet, and of the shared texts: BrtBeginSheet, BrtBeginSst."""
_ROW_HEADER, _BLANK, _SHARED_TEXT, _LAST_CELL, _TEXT_ITEM, _END_DATA = 0, 1, 7, 11, 19, 146
_U32 = struct.Struct("<I")


def scan_binary_part(data: bytes, scan: Scan) -> None:
    """Count a part: a sheet, the shared texts, or neither.

    Raises:
        DamagedError: it ends in the middle of a record, or a cell stands where no sheet has one.
    """
    if data.startswith(_TEXTS):
        items = (place for kind, place, size in _part_records(data) if kind == _TEXT_ITEM and size >= 5)  # noqa: PLR2004
        scan.texts += [2 * _U32.unpack_from(data, place + 1)[0] for place in items]
    elif data.startswith(_SHEET):
        _scan_sheet(data, scan)


def _scan_sheet(data: bytes, scan: Scan) -> None:
    row = last_row = last_column = -1
    uses: list[int] = []
    for kind, place, size in _part_records(data):
        if kind == _END_DATA or row > MAX_ROWS:
            break
        if kind > _LAST_CELL or kind == _BLANK:
            continue
        if size < 8:  # noqa: PLR2004  a row or column, and a style
            raise DamagedError
        if kind == _ROW_HEADER:
            row = _U32.unpack_from(data, place)[0]
            continue
        last_row = max(last_row, row)
        last_column = max(last_column, _U32.unpack_from(data, place)[0])
        if kind == _SHARED_TEXT and size >= 12:  # noqa: PLR2004  the same, and an index
            uses.append(_U32.unpack_from(data, place + 8)[0])
    scan.uses.update(uses)
    scan.add_sheet(last_row + 1, last_column + 1)


def _part_records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, place and size of each record."""
    place, end = 0, len(data)
    try:
        while place < end:
            kind = data[place]
            place += 1
            if kind & 0x80:
                kind = (kind & 0x7F) | (data[place] & 0x7F) << 7
                place += 1
            size = data[place] & 0x7F
            shift = 7
            while data[place] & 0x80 and shift <= 21:  # noqa: PLR2004  a size has at most four bytes
                place += 1
                size |= (data[place] & 0x7F) << shift
                shift += 7
            place += 1
            if place + size > end:
                raise DamagedError
            yield kind, place, size
            place += size
    except IndexError:
        raise DamagedError from None
