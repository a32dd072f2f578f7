"""Which files and cells an engine may read natively, and all other cells through the one rule, each distinct text once.

An engine or a database reads what is plain by itself: texts that match `SURE_NUMBER` or `SURE_DATE`, in columns whose
form allows it (`reads_plain_numbers`, `reads_plain_dates`). All other distinct texts, mostly few or none, come here,
to be joined back.
"""

from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from daybook.language import Text as Sentence
from daybook.reduce import texts as say
from daybook.table.blocks import Source, open_source
from daybook.table.cells import clean, is_decorated
from daybook.table.dates import DateForm, Dates
from daybook.table.numbers import NumberForm, Numbers
from daybook.table.text import TextLayout

_BLOCK_BYTES = 256 * 1024
"""What a core's cache holds: a block is looked at several times."""
_NEWLINE = ord("\n")
_RETURN, _QUOTE = ord("\r"), ord('"')
_UNUSUAL = (b"\0", b"\x1a")


class NotPlainError(Exception):
    """A table is not plain enough for an engine that reads it natively."""

    def __init__(self, why: Sentence) -> None:
        super().__init__(why.en)
        self.why = why


def separators_in(source: Source, text: TextLayout) -> int:
    """The separators between cells below the header of a file in which each line is a row.

    Raises:
        NotPlainError: a quote stands within a cell or is not closed on its line, or there are control characters, or
            lines that end in other ways.
    """
    if text.wrapped or len(text.separator) != 1:
        raise NotPlainError(say.SEPARATOR)
    count = 0
    for lines in _lines(source, text):
        # one sign is looked for many times as quickly as two
        returns, quotes = b"\r" in lines, b'"' in lines
        if any(unusual in lines for unusual in _UNUSUAL) or (quotes and b'\\"' in lines):
            raise NotPlainError(say.SIGNS)
        if returns and lines.count(b"\r") != lines.count(b"\r\n"):
            raise NotPlainError(say.SIGNS)
        cells = np.frombuffer(lines, np.uint8)
        if quotes:
            count += _unquoted_separators(cells, ord(text.separator))
        else:
            count += int(np.count_nonzero(cells == ord(text.separator)))
    return count


def most_separators(source: Source, text: TextLayout) -> int:
    """The separators of the line below the header that has most of them.

    Raises:
        NotPlainError: there are quotes.
    """
    sign, most = ord(text.separator), 0
    for lines in _lines(source, text):
        if b'"' in lines:
            raise NotPlainError(say.CELLS)
        cells = np.frombuffer(lines, np.uint8)
        signs = np.flatnonzero(cells == sign)
        ends = np.append(np.flatnonzero(cells == _NEWLINE), len(cells))
        most = max(most, int(np.diff(np.searchsorted(signs, ends), prepend=0).max()))
    return most


def _unquoted_separators(cells: npt.NDArray[np.uint8], sign: int) -> int:
    """The separators that are not in quotes, where each quoted cell is quoted as a whole."""
    quotes = np.flatnonzero(cells == _QUOTE)
    opening, closing = quotes[::2], quotes[1::2]
    if len(opening) != len(closing):
        raise NotPlainError(say.SIGNS)
    ahead = cells[np.maximum(opening - 1, 0)]
    behind = cells[np.minimum(closing + 1, len(cells) - 1)]
    begins = (opening == 0) | (ahead == sign) | (ahead == _NEWLINE)
    ends = (closing == len(cells) - 1) | np.isin(behind, (sign, _NEWLINE, _RETURN))
    newlines, signs = np.flatnonzero(cells == _NEWLINE), np.flatnonzero(cells == sign)
    one_line = np.searchsorted(newlines, opening) == np.searchsorted(newlines, closing)
    if not (begins & ends & one_line).all():
        raise NotPlainError(say.SIGNS)
    quoted = np.searchsorted(signs, closing) - np.searchsorted(signs, opening)
    return len(signs) - int(quoted.sum())


def _lines(source: Source, text: TextLayout) -> Iterator[bytes]:
    """What stands below the header, in blocks of whole lines."""
    with open_source(source) as stream:
        if stream.read(len(BOM_UTF8)) != BOM_UTF8:
            stream.seek(0)
        stream.read(text.header_bytes)
        while block := stream.read(_BLOCK_BYTES):
            yield block + stream.readline()


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
