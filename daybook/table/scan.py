"""`Scan`: what a workbook comes to, counted from its bytes without unfolding it; here for the formats in XML.

Where a file contradicts itself, what counts is what calamine makes of it.

Source: ODF 1.3 part 3, 9.1.3 `table:table-row`, 9.1.4 `table:table-cell`, 6.1.3 `text:s`. All sheets are read at once.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

type Blocks = Callable[[], Iterator[bytes]]
"""A part's content in blocks, from its beginning at each call."""

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
"""Of a sheet in any format (ECMA-376 part 1, 18.3.1.73; a column's name has at most three letters, up to XFD)."""
_LONGEST_TOKEN = 1 << 20


class DamagedError(Exception):
    """The workbook cannot be what it says it is."""


@dataclass(slots=True)
class Scan:
    """What the sheets of a workbook come to."""

    limit: int
    """Cells that a rectangle may have; what is below it need not be counted exactly."""
    cells: int = 0
    """Cells of the largest rectangle from A1 to a sheet's last cell; of all sheets where all are read at once."""
    filled: int = 0
    """Cells that are there, in all sheets."""
    repeated_bytes: int = 0
    """Bytes of texts that are repeated in place."""
    texts: list[int] = field(default_factory=list)
    """Bytes of each shared text."""
    special: bool = False
    """Whether a sheet may hold formulas or errors."""
    uses: Counter[int] = field(default_factory=Counter)
    """How often cells refer to a shared text, by its index."""

    def add_sheet(self, rows: int, columns: int, *, all_sheets: bool = False) -> None:
        """Count a sheet whose last cell lies in these, counted from 1.

        Raises:
            DamagedError: no sheet has so many.
        """
        if rows > MAX_ROWS or columns > MAX_COLUMNS:
            raise DamagedError
        self.cells = self.cells + rows * columns if all_sheets else max(self.cells, rows * columns)

    @property
    def text_bytes(self) -> int:
        """Bytes of the texts when each cell has its own; exact once all `uses` are counted."""
        shared = (self.texts[index] * count for index, count in self.uses.items() if index < len(self.texts))
        return self.repeated_bytes + sum(shared)

    @property
    def most_text_bytes(self) -> int:
        """The same at most, whatever the cells refer to."""
        return self.repeated_bytes + self.filled * max(self.texts, default=0)


def tokens_whole(blocks: Iterator[bytes], before: bytes = b"<") -> Iterator[bytes]:
    """The same content in blocks that end where ``before`` follows, so that no element's tag lies in two of them."""
    rest = b""
    for block in blocks:
        rest += block
        end = rest.rfind(before)
        if end > 0:
            yield rest[:end]
            rest = rest[end:]
        elif len(rest) > _LONGEST_TOKEN:
            yield rest
            rest = b""
    yield rest


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
