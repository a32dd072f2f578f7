"""Spelling: a number cell taken apart into its digits and what stands around them, before its decimal sign is known.

Around the digits may stand: a sign before or behind, brackets for a negative number, a currency before or behind, a
scale (``1.2万``, ``3k``), a measure (``3件``, ``2.5kg``, ``30元/个``), a percent sign or tenths (``8折``), and marks of
footnotes. Superscripts and circled digits are such marks, never digits.
"""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from daybook.table.cells import name
from daybook.table.units import MEASURES, NO_UNIT, SCALES, Unit, currency_of, parse_unit

_SUPERSCRIPTS = r"\u00b9\u00b2\u00b3\u2070-\u2089"
_CIRCLED = r"\u2460-\u249b\u24ea-\u24ff\u2776-\u2793"
_FOOTNOTE = re.compile(rf"[{_SUPERSCRIPTS}{_CIRCLED}*†‡§]+\s*$")
_NO_DIGITS = re.compile(rf"[{_SUPERSCRIPTS}{_CIRCLED}\u00bc-\u00be\u2150-\u218b]")
_APOSTROPHES = str.maketrans("’´`ʼ", "''''")
_DIGITS = r"(?:\d[\d.,' ]*\d|\d)[.,]?|[.,]\d+"
_CELL = re.compile(
    rf"(?P<before>[^\d.,]*?(?:[^\d.,]*[^\W\d_]\.(?=\s?\d))?[^\d.,]*?)(?P<digits>{_DIGITS})(?P<exponent>e[+-]?\d{{1,4}})?(?P<behind>[^\d]*)",
    re.IGNORECASE,
)
_MINUS = re.compile("[\u2010-\u2015\u2212\ufe63\uff0d]")
_PAID_WHOLE = re.compile(r"(?<=\d)\s*(?:[.,]\s?[-=]+|/[-=]+)(?=\s*\D*$)")
"""``1299,-`` and ``Rs.500/-``: no hundredths."""
_NOTHING_PAID = re.compile(r"(?:\D{0,4})-+\s*(?:\D{0,4})")

type Scale = tuple[Fraction, str]


@dataclass(frozen=True, slots=True)
class Spelling:
    """A number cell taken apart.

    Attributes:
        digits: the digits with their points, commas, blanks and apostrophes.
        negative: it is less than nothing.
        exponent: a power of ten behind it.
        unit: its currency, scale, measure or percent sign.
        scaled: the cell itself says its scale, so that the header's does not count.
    """

    digits: str
    negative: bool = False
    exponent: int = 0
    unit: Unit = NO_UNIT
    scaled: bool = False


@lru_cache(maxsize=2**16)
def spell(text: str) -> Spelling | None:
    """A cell taken apart; None where it is no number."""
    bare = _FOOTNOTE.sub("", text.rstrip()) or text
    if _NO_DIGITS.search(bare):
        return None
    folded = unicodedata.normalize("NFKC", bare).translate(_APOSTROPHES)  # blanks of all widths become plain ones
    plain = _MINUS.sub("-", name(folded)).removeprefix("'")
    plain = _PAID_WHOLE.sub("", plain)
    match = _CELL.fullmatch(plain)
    if not match:
        return _nothing(plain)
    sides = _signs(match["before"].strip(), match["behind"].strip())
    if sides is None:
        return None
    negative, before, behind = sides
    unit = _unit(before, behind)
    if unit is None:
        return None
    exponent = int(match["exponent"][1:]) if match["exponent"] else 0
    return Spelling(match["digits"].strip(), negative, exponent, unit, unit.factor != 1)


def _nothing(plain: str) -> Spelling | None:
    """``$ -``: accountants' zero, which has a currency beside it."""
    if _NOTHING_PAID.fullmatch(plain) and currency_of(plain.replace("-", " ")):
        return Spelling("0", unit=Unit(currency=currency_of(plain.replace("-", " "))))
    return None


def _signs(before: str, behind: str) -> tuple[bool, str, str] | None:
    """Whether signs or brackets make it negative, and what else stands around it; None where they do not match."""
    bracket = "(" in before
    if bracket != (")" in behind):
        return None
    around = before.replace("(", "").strip(), behind.replace(")", "").strip()
    minus = sum(part.count("-") for part in around)
    plus = sum(part.count("+") for part in around)
    if minus + plus + bracket > 1 and not (bracket and plus == 0 and minus == 1):
        return None
    return bool(minus or bracket), around[0].strip("-+ "), around[1].strip("-+ ")


def _unit(before: str, behind: str) -> Unit | None:
    """The unit that the words around the digits make; None where one of them is none."""
    if before.casefold() in {"x", "×", "*", "共", "各"}:
        before = ""
    ahead = currency_of(before)
    if before and not ahead:
        return _scaled_currency(before) if not behind else None
    if not behind:
        return Unit(currency=ahead)
    if ahead and behind in {"M", "MM"}:
        return Unit(Fraction(10**6), ahead)
    found = _behind(behind)
    if found is None or not _agree(ahead, found, behind):
        return None
    return Unit(found.factor, max(ahead, found.currency, key=len), found.measure, found.percent, found.paid_of)


def _scaled_currency(before: str) -> Unit | None:
    """``K$ 12``."""
    scale = _scale(before)
    return Unit(scale[0], scale[1]) if scale and scale[1] else None


def _agree(ahead: str, found: Unit, behind: str) -> bool:
    """Whether the currency before the digits and what stands behind them go together."""
    if behind == "M" or (ahead and found.measure and "/" not in behind):
        return False
    return not ahead or not found.currency or ahead == found.currency or _same(ahead, found.currency)


def _behind(word: str) -> Unit | None:
    folded = word.casefold().rstrip(".")
    if folded in {"%", "折", "％"}:
        return parse_unit(folded)
    scale, slash, per = word.partition("/")
    if slash:
        money = _scale(scale.strip())
        known = per.strip().casefold() in MEASURES
        return Unit(money[0], money[1], per.strip()) if money and known else None
    money = _scale(word)
    if money:
        return Unit(money[0], money[1])
    if folded in MEASURES:
        return Unit(measure=folded)
    for length in range(1, len(word)):
        rest = word[length:].strip().casefold()
        if word[:length].strip() in SCALES and rest in MEASURES:
            return Unit(SCALES[word[:length].strip()], measure=rest)
    return None


_SCALES_IN_CELLS = """
    百 千 仟 万 萬 百万 千万 亿 億 천 만 억 分 角 k K mn mio Mio mio. Mio. Tsd Tsd. million millions bn lakh lakhs
    crore crores cent cents ct
"""
_CELL_SCALES = frozenset(_SCALES_IN_CELLS.split())


def _scale(word: str) -> Scale | None:
    """Factor and currency of what stands beside digits: ``万元``, ``k``, ``USD``, ``円``."""
    currency = currency_of(word)
    if currency:
        return Fraction(1), currency
    if word in _CELL_SCALES:
        return SCALES[word.casefold()], "CNY" if word in {"分", "角"} else ""
    for length in range(1, len(word)):
        head, rest = word[:length].strip(), word[length:].strip()
        if head in _CELL_SCALES and currency_of(rest):
            return SCALES[head.casefold()], currency_of(rest)
        if head == "M" and currency_of(rest):
            return Fraction(10**6), currency_of(rest)
    return None


def _same(one: str, other: str) -> bool:
    return other.endswith(_FAMILY.get(one, "?")) or one.endswith(_FAMILY.get(other, "?")) or {one, other} <= _YEN


_FAMILY = {"$": "D"}
_YEN = {"¥", "元", "CNY", "JPY"}
