"""`scan_content`: what the content of an ODS comes to: each of its cells and rows may stand for many.

Source: ODF 1.3 part 3, 9.1.3 `table:table-row`, 9.1.4 `table:table-cell`, 6.1.3 `text:s`. All sheets are read at once.
"""

import re
from collections.abc import Iterator
from itertools import zip_longest

from daybook.table.scan import MAX_COLUMNS, MAX_ROWS, Scan, tokens_whole

_TABLE, _ROW = b"<table:table ", b"<table:table-row"
_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*?)(/?)>")
_COLUMNS = re.compile(rb"""table:number-columns-repeated\s*=\s*["'](\d{1,18})""")
_ROWS = re.compile(rb"""table:number-rows-repeated\s*=\s*["'](\d{1,18})""")
_SPACES = re.compile(rb"""<text:s\b[^>]*?text:c\s*=\s*["'](\d{1,18})""")
_CUT = re.compile(rb"(?=<table:table-row\b|<table:table )")


def scan_content(blocks: Iterator[bytes], scan: Scan) -> None:
    """Count ``content.xml``.

    Raises:
        DamagedError: a sheet has more rows or columns than there are.
    """
    rows = columns = blank = 0
    for piece in _pieces(blocks):
        if piece.startswith(_TABLE):
            scan.add_sheet(rows, columns, all_sheets=True)
            rows = columns = blank = 0
        elif piece.startswith(_ROW):
            tag, _, content = piece.partition(b">")
            times = _repeated(_ROWS, tag, MAX_ROWS)
            width, size = _row(content)
            scan.repeated_bytes += size * times
            if width:
                rows = min(rows + blank + times, MAX_ROWS)
                columns, blank = max(columns, width), 0
            else:
                blank += times
    scan.add_sheet(rows, columns, all_sheets=True)


def _row(content: bytes) -> tuple[int, int]:
    """The row's columns up to the last that holds something, and the bytes of its texts."""
    spaces = sum(int(count) for count in _SPACES.findall(content))
    width = size = blank = 0
    cells = list(_CELL.finditer(content))
    for cell, following in zip_longest(cells, cells[1:]):
        times = _repeated(_COLUMNS, cell[1], MAX_COLUMNS)
        if cell[2] and b"office:" not in cell[1] and b"table:formula" not in cell[1]:
            blank += times
            continue
        width, blank = min(width + blank + times, MAX_COLUMNS), 0
        size += times * ((following.start() if following else len(content)) - cell.start() + spaces)
    return width, size


def _repeated(attribute: re.Pattern[bytes], tag: bytes, most: int) -> int:
    found = attribute.search(tag)
    return min(int(found[1]), most) if found else 1


def _pieces(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The content, cut before every sheet and every row."""
    for block in tokens_whole(blocks, _ROW):
        yield from _CUT.split(block)
