"""Content: what the cells of a column look like, before any is read: numbers, dates, times of day, words.

A first look only, to hold the names of columns against: `daybook.table.numbers` and `daybook.table.dates` read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

from daybook.table.cells import name
from daybook.table.date_spelling import written
from daybook.table.spelling import spell

_ERROR = re.compile(r"#(?:N/A|VALUE!|REF!|DIV/0!|NUM!|NAME\?|NULL!)", re.IGNORECASE)
_NOTHING = frozenset(("-", "--", "—", "/", "\\n", "null", "none", "nan", "n/a", "na", "nil", "无", "空"))
_CLOCK = re.compile(
    r"(?:上午|下午|오전|오후)?\s*\d{1,2}\s*[:：时時시hH]\s*(?:\d{1,2}\s*(?:[:：分]\s*\d{1,2}(?:\.\d+)?秒?|分)?)?\s*(?:[ap]\.?m\.?)?",
    re.IGNORECASE,
)


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
    texts = tuple(name(row[index]) if index < len(row) else "" for row in sample)
    looks = [_look(text) for text in texts]
    filled, numbers, dates, stamps, clocks, whole, money = (
        map(sum, zip(*(look[:-1] for look in looks), strict=True)) if looks else [0] * 7
    )
    return Content(
        filled=filled,
        numbers=numbers,
        dates=dates,
        stamps=stamps,
        clocks=clocks,
        whole=whole,
        money=money,
        values=tuple(look.value for look in looks),
        texts=texts,
    )


class _Look(NamedTuple):
    """What one cell looks like."""

    filled: bool
    number: bool
    date: bool
    stamp: bool
    clock: bool
    whole: bool
    money: bool
    value: Decimal | None


@lru_cache(maxsize=2**14)
def _look(text: str) -> _Look:
    filled = bool(text) and text.casefold() not in _NOTHING
    value = glance(text)
    number = value is not None
    day = written(text) if filled else None
    stamp = day is not None and (day.serial or day.epoch)
    return _Look(
        filled=filled,
        number=number or (filled and bool(_ERROR.fullmatch(text))),
        date=day is not None and not stamp,
        stamp=bool(stamp),
        clock=filled and bool(_CLOCK.fullmatch(text)),
        whole=value is not None and value == value.to_integral_value(),
        money=number and _looks_like_money(text),
        value=value,
    )


def glance(text: str) -> Decimal | None:
    """A number as it would mostly be meant; None where the text is none. No figure is made of it."""
    spelling = spell(text)
    if spelling is None:
        return None
    digits = spelling.digits.replace(" ", "").replace("'", "").rstrip(".,")
    marks = [mark for mark in digits if mark in ".,"]
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
    return -value if spelling.negative else value


def _looks_like_money(text: str) -> bool:
    return bool(re.search(r"[$€£¥₩₹元円원]|(?<!\d)(?:rs|rmb|usd|eur|cny)|\d[.,]\d\d(?!\d)", text, re.IGNORECASE))
