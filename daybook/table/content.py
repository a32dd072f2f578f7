"""Content: what the cells of a column look like, before any is read: numbers, dates, times of day, words.

A first look only, to hold the names of columns against: `daybook.table.numbers` and `daybook.table.dates` read.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from daybook.table.cells import name
from daybook.table.units import MEASURES

_ERROR = re.compile(r"#(?:N/A|VALUE!|REF!|DIV/0!|NUM!|NAME\?|NULL!)", re.IGNORECASE)
_NOTHING = frozenset(("-", "--", "—", "/", "\\n", "null", "none", "nan", "n/a", "na", "nil", "无", "空"))
_NUMBER = re.compile(
    r"[(<]?\s*[-+\u2212]?\s*(?:[^\W\d_]{0,4}\.?|\W{0,2})\s*[-+]?\s*"
    r"(?P<digits>\d[\d.,' \u00a0\u202f’]*)(?:e[+-]?\d+)?"
    r"\s*(?P<behind>[^\d]{0,12})",
    re.IGNORECASE,
)
_MONTHS = (
    r"(?:jan|feb|fev|fév|mar|mär|mrz|apr|abr|avr|may|mai|jun|jui|jul|aug|ago|aoû|aou|sep|set|oct|okt|out|nov|dec|dez"
    r"|dic|déc|ene)"
)
_DATE = re.compile(
    r"\D{0,12}(?:(?:19|20|21|25)\d\d\s*[-/.年년]\s*\d{1,2}(?:\s*[-/.月월]\s*\d{1,2})?"
    r"|\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*(?:\d{4}|\d{2})\b"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|º|\.)?[-\s/.]*(?:de\s+)?{_MONTHS}|{_MONTHS}[a-zäéûç]*\.?[-\s]*\d{{1,2}}"
    r"|(?:民国|民國|令和|平成|reiwa)\s*(?:\d+|元)|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{4,6})?$"
    r"|\d\d月\d\d日)",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?:上午|下午|오전|오후)?\s*\d{1,2}\s*[:：时時시hH]\s*(?:\d{1,2}\s*(?:[:：分]\s*\d{1,2}(?:\.\d+)?秒?|分)?)?\s*(?:[ap]\.?m\.?)?",
    re.IGNORECASE,
)
_STAMP = re.compile(r"(?:1[0-9]\d{8}(?:\d{3}){0,2}|[34]\d{4}(?:\.\d+)?)(?:\.0+)?")
"""Epoch seconds or milliseconds, or a day counted as Excel does, from 1982 to 2036."""


@dataclass(frozen=True, slots=True)
class Content:
    """A column of a sample.

    Attributes:
        filled: cells that hold something.
        numbers: of these, numbers of any spelling, counts with a unit and errors among them.
        dates: dates; a bare number is none.
        stamps: numbers that may be dates: epoch seconds, or days as Excel counts them.
        clocks: times of day without a date.
        whole: numbers without decimals other than zeros.
        money: cells with a currency sign, or with exactly two decimals.
        values: each row's number, None where it is none or cannot be told at a glance.
        texts: each row's text.
    """

    filled: int
    numbers: int
    dates: int
    stamps: int
    clocks: int
    whole: int
    money: int
    values: tuple[Decimal | None, ...]
    texts: tuple[str, ...]

    def share(self, count: int) -> float:
        """A count of cells as a share of those that hold something."""
        return count / self.filled if self.filled else 0.0


def content_of(sample: Sequence[Sequence[str]], index: int) -> Content:
    """What the column at ``index`` holds in the rows of a sample."""
    texts = tuple(name(unicodedata.normalize("NFKC", row[index])) if index < len(row) else "" for row in sample)
    filled = [text for text in texts if text and text.casefold() not in _NOTHING]
    values = tuple(glance(text) for text in texts)
    read = [(text, value) for text, value in zip(texts, values, strict=True) if value is not None]
    return Content(
        filled=len(filled),
        numbers=len(read) + sum(bool(_ERROR.fullmatch(text)) for text in filled),
        dates=sum(bool(_DATE.match(text)) for text in filled),
        stamps=sum(bool(_STAMP.fullmatch(text)) for text in filled),
        clocks=sum(bool(_CLOCK.fullmatch(text)) for text in filled),
        whole=sum(value == value.to_integral_value() for _, value in read),
        money=sum(_looks_like_money(text) for text, _ in read),
        values=values,
        texts=texts,
    )


def glance(text: str) -> Decimal | None:
    """A number as it would mostly be meant; None where the text is none. No figure is made of it."""
    match = _NUMBER.fullmatch(text)
    if not match or not _ends_like_a_number(match["behind"]):
        return None
    digits = re.sub(r"[' \u00a0\u202f’]", "", match["digits"]).rstrip(".,")
    marks = re.findall(r"[.,]", digits)
    if marks:
        last = marks[-1]
        tail = digits.rpartition(last)[2]
        other = "," if last == "." else "."
        if marks.count(last) > 1 or (last == "," and len(tail) == 3 and other not in digits):  # noqa: PLR2004  a group
            digits = digits.replace(last, "").replace(other, ".")
        else:
            digits = digits.replace(other, "").replace(last, ".")
    try:
        value = Decimal(digits)
    except InvalidOperation:
        return None
    return -value if "-" in text[: match.start("digits")] or text.startswith("(") or text.endswith("-") else value


def _ends_like_a_number(behind: str) -> bool:
    word = behind.strip(" )>-+.").casefold()
    return not word or not word[0].isascii() or not word[0].isalpha() or word in MEASURES or len(word) <= 3  # noqa: PLR2004  usd


def _looks_like_money(text: str) -> bool:
    return bool(re.search(r"[$€£¥₩₹元円원]|(?<!\d)(?:rs|rmb|usd|eur|cny)|\d[.,]\d\d(?!\d)", text, re.IGNORECASE))
