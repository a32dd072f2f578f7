"""`scan_part`: what a part of an XLSX comes to (ECMA-376 part 1, 18.3.1.4 `c`, 18.3.1.73 `row`, 18.4.8 `si`)."""

import re
from collections.abc import Iterator

from daybook.table.scan import MAX_COLUMNS, MAX_ROWS, Blocks, DamagedError, Scan, tokens_whole

_PREFIX = rb"(?:[\w.-]{1,99}:)?"
_END = rb"(?![\w:.-])"
# The reference without its last digits, for many cells share it, and only how far they reach is wanted
_PLAIN_CELL = re.compile(rb'<c r="([A-Z]*\d*?)\d{0,2}"')
_LIKE_A_CELL = (b"<col", b"<cf", b"<con", b"<cel", b"<cus")
"""Other elements of a sheet that begin as a cell does."""
_ANY_CELL = re.compile(rb"[<:]c[\s/>]")
_CELL_OR_ROW = re.compile(rb"<" + _PREFIX + rb"(c|row)" + _END + rb"([^>]*?)(/?)>")
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)(\d*)["']""")
_SHARED_CELL = re.compile(
    rb"<" + _PREFIX + rb"c" + _END + rb"""[^>]*?\st\s*=\s*["']s["'][^>]*>\s*"""
    rb"(?:<" + _PREFIX + rb"f" + _END + rb"(?:[^>]*/>|[^>]*>[^<]*</[^>]*>)\s*)?"
    rb"<" + _PREFIX + rb"v" + _END + rb"[^>]*>\s*(\d{1,9})"
)
_TEXT = re.compile(rb"<" + _PREFIX + rb"si" + _END)
_TAG = re.compile(rb"<[^>]*>")


def scan_part(blocks: Blocks, scan: Scan) -> None:
    """Count a part: a sheet, the shared texts, or neither.

    Raises:
        DamagedError: a cell stands where no sheet has one.
    """
    if _TEXT.search(next(blocks(), b"")):
        scan.texts += _shared_texts(blocks())
        return
    reach = _plain_reach(blocks(), scan)
    if reach is None or reach[0] * reach[1] > scan.limit:
        reach = _exact_reach(blocks())
    scan.add_sheet(*reach)


def count_uses(blocks: Blocks, scan: Scan) -> None:
    """Count which shared texts a sheet's cells refer to."""
    for block in tokens_whole(blocks(), b"<c"):
        scan.uses.update(map(int, _SHARED_CELL.findall(block)))


def _plain_reach(blocks: Iterator[bytes], scan: Scan) -> tuple[int, int] | None:
    """The last row and column, or a little beyond; ``None`` where the cells are not written in the usual way."""
    begun: set[bytes] = set()
    usual = True
    for block in tokens_whole(blocks):
        found = _PLAIN_CELL.findall(block) if b'<c r="' in block else []
        begun.update(found)
        # a single sign is counted many times as quickly as two
        count, prefixed = block.count(b"<c"), block.count(b":c") if b":" in block else 0
        if count != len(found):
            count -= sum(map(block.count, _LIKE_A_CELL))
        usual = usual and count == len(found) and not prefixed
        if not scan.special and _ANY_CELL.search(block):  # a theme, which has fonts, has none
            errors = b't="e"' in block or b"t='e'" in block
            scan.special = errors or b"<f" in block or (prefixed > 0 and b":f" in block)
        scan.filled += max(count, 0) + prefixed
    if not usual:
        return None
    last_row = last_column = 0
    for start in begun:
        letters = start.rstrip(b"0123456789")
        last_row = max(last_row, _number(start[len(letters) :] + b"99"))
        last_column = max(last_column, _column(letters))
    return min(last_row, MAX_ROWS) if last_row < MAX_ROWS + 100 else last_row, last_column


def _exact_reach(blocks: Iterator[bytes]) -> tuple[int, int]:
    """The last row and column of the cells that hold something."""
    last_row = last_column = row = column = 0
    for block in tokens_whole(blocks):
        for kind, attributes, closed in _CELL_OR_ROW.findall(block):
            reference = _REFERENCE.search(attributes)
            if kind == b"row":
                row, column = _number(reference[2]) if reference else row + 1, 0
                continue
            here, column = (_number(reference[2]), _column(reference[1])) if reference else (max(row, 1), column + 1)
            if not closed:
                last_row, last_column = max(last_row, here), max(last_column, column)
    return last_row, last_column


def _number(digits: bytes) -> int:
    if len(digits) > 9:  # noqa: PLR2004  no row has so many
        raise DamagedError
    return int(digits or b"0")


def _column(letters: bytes) -> int:
    if len(letters) > 3:  # noqa: PLR2004  see `MAX_COLUMNS`
        return MAX_COLUMNS + 1
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _shared_texts(blocks: Iterator[bytes]) -> Iterator[int]:
    size = -1
    for block in tokens_whole(blocks):
        rest, *others = _TEXT.split(block)
        if size >= 0:
            size += len(_TAG.sub(b"", rest))
        for text in others:
            if size >= 0:
                yield size
            size = len(_TAG.sub(b"", text))
    if size >= 0:
        yield size
