"""Which files and cells an engine may read natively, and all other cells through the one rule, each distinct text once.

An engine or a database reads what is plain by itself: texts that match `SURE_NUMBER` or `SURE_DATE`, in columns whose
form allows it (`reads_plain_numbers`, `reads_plain_dates`). All other distinct texts, mostly few or none, come here,
to be joined back.
"""

from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence

import numpy as np

from daybook.language import Text as Sentence
from daybook.reduce import texts as say
from daybook.table.blocks import Source, open_source
from daybook.table.dates import DateForm, Dates
from daybook.table.decoration import clean, is_decorated
from daybook.table.numbers import NumberForm, Numbers
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


SURE_NUMBER = (
    r"^(?:-?(?:[0-9]{1,9}|[0-9]{1,9}\.[0-9]{1,2}|[0-9]{1,9}\.[0-9]{4,6}|0[0-9]{0,8}\.[0-9]{3}|[0-9]{4,9}\.[0-9]{3}))?$"
)
"""A number that every form with decimal points reads as it stands, and that says itself that its point is one, or
nothing. ``[0-9]`` and not ``\\d``: engines differ in which digits that means."""
SURE_DATE = (
    r"^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}/[0-9]{2}/[0-9]{2})"
    r"(?:[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?)?$"
)
"""A year first, each part with all its digits, and a time behind it or none: its first ten characters are the day."""
DAY_CHARACTERS = 10


def reads_plain_numbers(form: NumberForm) -> bool:
    """Whether a column's form reads each `SURE_NUMBER` as it stands."""
    unit = form.unit
    return form.decimal != "," and unit.factor == 1 and not unit.percent and not unit.paid_of


def reads_plain_dates(form: DateForm) -> bool:
    """Whether a column's form reads each `SURE_DATE` as it stands."""
    return form.date_format is None and not form.buddhist


def numbers(texts: Sequence[str], form: NumberForm) -> Numbers:
    """Distinct texts of a column as numbers, in their order."""
    return form.read(tidy(texts))


def dates(texts: Sequence[str], form: DateForm) -> Dates:
    """Distinct texts of a column as days, in their order."""
    return form.read(tidy(texts))


def tidy(texts: Sequence[str]) -> list[str]:
    """The texts as a reader hands them out: without what a program put around them."""
    return [clean(text) for text in texts] if is_decorated(texts) else list(texts)
