"""`check_plain`: whether a text file holds nothing that makes splitting it at separators and newlines go wrong."""

from codecs import BOM_UTF8
from collections.abc import Iterator

import numpy as np

from daybook.language import Text as Sentence
from daybook.reduce import texts as say
from daybook.table.blocks import Source, open_source
from daybook.table.text import Text

_BLOCK_BYTES = 4 * 1024 * 1024
_NEWLINE = ord("\n")
_UNUSUAL = (b'"', b"\0", b"\x1a")


class NotPlainError(Exception):
    """A table is not plain enough for an engine that reads it natively."""

    def __init__(self, why: Sentence) -> None:
        super().__init__(why.en)
        self.why = why


def separators_in(source: Source, text: Text) -> int:
    """The separators below the header of a file in which each is one, and each line is a row.

    Raises:
        NotPlainError: there are quotes, control characters, or lines that end in other ways.
    """
    if text.wrapped or len(text.separator) != 1:
        raise NotPlainError(say.SEPARATOR)
    sign, count, end = ord(text.separator), 0, b""
    for block in _blocks(source, text):
        if any(unusual in block for unusual in _UNUSUAL):
            raise NotPlainError(say.SIGNS)
        if b"\r" in block or end:
            _check_returns(end + block)
        end = b"\r" if block.endswith(b"\r") else b""
        count += int(np.count_nonzero(np.frombuffer(block, np.uint8) == sign))
    if end:
        raise NotPlainError(say.SIGNS)
    return count


def most_separators(source: Source, text: Text) -> int:
    """The separators of the line below the header that has most of them."""
    sign, most, rest = ord(text.separator), 0, b""
    for block in _blocks(source, text):
        lines = rest + block
        cells = np.frombuffer(lines, np.uint8)
        ends = np.flatnonzero(cells == _NEWLINE)
        if not len(ends):
            rest = lines
            continue
        signs = np.flatnonzero(cells[: ends[-1]] == sign)
        most = max(most, int(np.diff(np.searchsorted(signs, ends), prepend=0).max()))
        rest = lines[int(ends[-1]) + 1 :]
    return max(most, rest.count(text.separator.encode()))


def _blocks(source: Source, text: Text) -> Iterator[bytes]:
    """What stands below the header."""
    with open_source(source) as stream:
        if stream.read(len(BOM_UTF8)) != BOM_UTF8:
            stream.seek(0)
        stream.read(text.header_bytes)
        while block := stream.read(_BLOCK_BYTES):
            yield block


def _check_returns(block: bytes) -> None:
    if block.count(b"\r") - block.endswith(b"\r") != block.count(b"\r\n"):
        raise NotPlainError(say.SIGNS)
