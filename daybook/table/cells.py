"""How one cell is read: the one rule for numbers, dates and names, whatever the engine; `clean` of what programs add.

Text
    Surrounding blanks go (also full-width ones, byte order marks and zero-width spaces). What is left is the
    name, unchanged: ``001`` is not ``1``, ``None`` and ``nan`` are names.
Number
    After compatibility normalization (NFKC: full-width digits, signs and commas become plain ones), surrounding
    blanks, one currency sign (any of Unicode's, ``元``, ``RMB`` or ``CNY``) before or after, and thousands
    separators in groups of three are read away. What is left must be a decimal number: sign, digits, a point,
    an exponent. It is kept to six decimals, an exact half rounded to even. Anything else, and a number of 10**12
    or more, is no number.
Date
    ``2023-10-27``, ``20231027``, ``2023/10/27``, ``2023年10月27日`` (one or two digits for month and day), with or
    without a time of day behind it; a zone is read over, the day is the one that is written. Where the caller
    names a format, that format alone.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import IntEnum
from typing import NamedTuple

from daybook.errors import ParameterError
from daybook.table import texts

_BLANKS = " \t\r\n\f\v\0\x1a\u00a0\u3000\ufeff\u200b\u200c\u200d\u2060"
_FORMULA_TEXT = re.compile(r'=\s*(?:T\()?"((?:[^"]|"")*)"\)?', re.DOTALL)
_MARKS = "\t\0`'\x1a="


def clean(text: str) -> str:
    """The text of a cell or column name, without decoration and surrounding blanks."""
    if not text or (text[0].isalnum() and text[-1].isalnum()):
        return text
    text = text.strip(_BLANKS)
    match = _FORMULA_TEXT.fullmatch(text)
    if match:
        text = match[1].replace('""', '"').strip(_BLANKS)
    if len(text) > 1 and text[0] == text[-1] == "`":
        return text[1:-1].strip(_BLANKS)
    if text.startswith("`") or (text.startswith("'") and text[1:2].isdigit()):
        # A mark that keeps a spreadsheet from taking digits for a number.
        return text[1:].strip(_BLANKS)
    return text


def is_decorated(texts: Iterable[str]) -> bool:
    """Whether any of the texts may be decorated; quick, for most files have none."""
    together = "\x1f".join(texts)
    return any(mark in together for mark in _MARKS)


DECIMALS = 6
"""Decimals that a number keeps."""
MICRO = 10**DECIMALS
"""A number is held as this many parts of one, a whole number."""
BIGGEST = 10**12
"""A number of this size or more is no number: a price cell with a barcode in it, say."""

_NAME_BLANKS = " \t\r\n\f\v\u00a0\u3000\ufeff\u200b\u200c\u200d\u2060"
_CURRENCY = r"(?:[$¢-¥֏؋৲৳৻૱௹฿៛₠-⃀꠸﷼﹩]|元|rmb|cny)"
_NUMBER = re.compile(
    rf"{_CURRENCY}?\s*(?P<sign>[+-]?)\s*{_CURRENCY}?\s*"
    r"(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?P<exponent>e[+-]?\d{1,4})?"
    rf"\s*{_CURRENCY}?",
    re.ASCII | re.IGNORECASE,
)
_PLAIN = re.compile(r"(-?\d{1,12})(?:\.(\d{1,6}))?", re.ASCII)
_TIME = (
    r"(?:\s*(?:T|\s|上午|下午|早上|中午|晚上)\s*(?:上午|下午)?\s*(?:[01]?\d|2[0-4])"
    r"(?:[::时][0-5]?\d(?:[::分][0-5]?\d(?:[.,]\d+)?秒?|分)?|[时])"
    r"\s*(?:[AP]\.?M\.?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_DATE = re.compile(
    rf"(?:(\d{{4}})(?:(-|/)(\d{{1,2}})\2(\d{{1,2}})|(\d{{2}})(\d{{2}})|年\s*(\d{{1,2}})\s*月\s*(\d{{1,2}})\s*[日号])){_TIME}",
    re.ASCII | re.IGNORECASE,
)


class State(IntEnum):
    """What a cell that should hold a number or date holds."""

    VALUE = 0
    BLANK = 1
    BAD = 2


class Number(NamedTuple):
    """A number cell: millionths (`MICRO`) where ``state`` is VALUE, else 0."""

    micros: int
    state: State


class Day(NamedTuple):
    """A date cell: days since 1970-01-01 where ``state`` is VALUE, else 0."""

    ordinal: int
    state: State


_SMALLEST = Decimal(1).scaleb(-DECIMALS)
_EXACT = Context(prec=40)
_EPOCH = dt.date(1970, 1, 1).toordinal()
_NO_NUMBER = Number(0, State.BAD)
_NO_DAY = Day(0, State.BAD)


def name(text: str) -> str:
    """A product or region: the text without surrounding blanks."""
    return text.strip(_NAME_BLANKS)


def number(text: str) -> Number:
    """A price or amount by the rule of this module."""
    plain = _PLAIN.fullmatch(text)
    if plain:
        whole, decimals = plain.groups(default="")
        return Number(int(whole + decimals.ljust(DECIMALS, "0")), State.VALUE)
    text = name(unicodedata.normalize("NFKC", text)).replace("\u2212", "-")
    if not text:
        return Number(0, State.BLANK)
    match = _NUMBER.fullmatch(text)
    if not match:
        return _NO_NUMBER
    value = Decimal(match["sign"] + match["digits"].replace(",", "") + (match["exponent"] or ""))
    if value.copy_abs() >= BIGGEST:
        return _NO_NUMBER
    rounded = value.quantize(_SMALLEST, ROUND_HALF_EVEN, _EXACT)
    return Number(int(rounded.scaleb(DECIMALS, _EXACT)), State.VALUE)


def day(text: str, date_format: str | None = None) -> Day:
    """A date by the rule of this module, or by ``date_format`` alone where one is named.

    Raises:
        ParameterError: ``date_format`` is no format.
    """
    text = name(unicodedata.normalize("NFKC", text))
    if not text:
        return Day(0, State.BLANK)
    if date_format:
        return _formatted_day(text, date_format)
    match = _DATE.fullmatch(text)
    if not match:
        return _NO_DAY
    year, *parts = (int(part) for part in match.groups() if part and part.isdecimal())
    try:
        return Day(dt.date(year, *parts).toordinal() - _EPOCH, State.VALUE)
    except ValueError:
        return _NO_DAY


def check_date_format(date_format: str) -> None:
    """Refuse a format that could never give a day.

    Raises:
        ParameterError: it is no format, or one without year, month or day.
    """
    sample = dt.datetime(2023, 10, 27, 8, 30)  # noqa: DTZ001  a day of the file's own calendar has no zone
    try:
        again = dt.datetime.strptime(sample.strftime(date_format), date_format).date()  # noqa: DTZ007
    except (ValueError, re.error):
        again = None
    if again != sample.date():
        raise ParameterError(texts.BAD_DATE_FORMAT, format=date_format[:40])


def _formatted_day(text: str, date_format: str) -> Day:
    try:
        return Day(dt.datetime.strptime(text, date_format).toordinal() - _EPOCH, State.VALUE)  # noqa: DTZ007
    except ValueError:
        return _NO_DAY
