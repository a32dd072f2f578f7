"""`scan_part`: what a binary part of an XLSB comes to.

Source: MS-XLSB 2.1.4 (records), 2.4.720 BrtRowHdr, 2.4.316 ff. BrtCell*, 2.4.307 BrtCellIsst, 2.4.785 BrtSSTItem.
"""

import struct
from collections.abc import Iterator

from daybook.table.scan import MAX_ROWS, DamagedError, Scan

_SHEET, _TEXTS = b"\x81\x01", b"\x9f\x01"
"""The first record of a sheet, and of the shared texts: BrtBeginSheet, BrtBeginSst."""
_ROW_HEADER, _BLANK, _SHARED_TEXT, _LAST_CELL, _TEXT_ITEM, _END_DATA = 0, 1, 7, 11, 19, 146
_U32 = struct.Struct("<I")


def scan_part(data: bytes, scan: Scan) -> None:
    """Count a part: a sheet, the shared texts, or neither.

    Raises:
        DamagedError: it ends in the middle of a record, or a cell stands where no sheet has one.
    """
    if data.startswith(_TEXTS):
        items = (place for kind, place, size in _records(data) if kind == _TEXT_ITEM and size >= 5)  # noqa: PLR2004
        scan.texts += [2 * _U32.unpack_from(data, place + 1)[0] for place in items]
    elif data.startswith(_SHEET):
        _scan_sheet(data, scan)


def _scan_sheet(data: bytes, scan: Scan) -> None:
    row = last_row = last_column = -1
    uses: list[int] = []
    for kind, place, size in _records(data):
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


def _records(data: bytes) -> Iterator[tuple[int, int, int]]:
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
