"""Spelling: a number cell taken apart into digits and what stands around them; Unit: what that says it is counted in.

A factor (``分`` and cents are hundredths, ``万元`` ten thousand), a currency, a measure (``kg``, ``件``), a percent
sign or a discount in tenths (``8折`` is eight tenths of the price).

Around the digits may stand: a sign before or behind, brackets for a negative number, a currency before or behind, a
scale (``1.2万``, ``3k``), a measure (``3件``, ``2.5kg``, ``30元/个``), a percent sign or tenths (``8折``), and marks of
footnotes. Superscripts and circled digits are such marks, never digits.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from daybook.table.cells import name

# ruff: noqa: E501  tables of words and rules, a row each


CURRENCY_SIGNS: Mapping[str, str] = {
    "us$": "USD", "hk$": "HKD", "nt$": "TWD", "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD", "s$": "SGD",
    "nz$": "NZD", "mx$": "MXN", "r$": "BRL", "cn¥": "CNY", "jp¥": "JPY", "rmb": "CNY", "人民币": "CNY", "美元": "USD",
    "美金": "USD", "港币": "HKD", "港元": "HKD", "欧元": "EUR", "日元": "JPY", "英镑": "GBP", "台币": "TWD", "新台币": "TWD",
    "€": "EUR", "£": "GBP", "₩": "KRW", "₹": "INR", "₽": "RUB", "₫": "VND", "฿": "THB", "₺": "TRY", "₴": "UAH",
    "₱": "PHP", "₦": "NGN", "₪": "ILS", "₡": "CRC", "₲": "PYG", "₵": "GHS", "₸": "KZT", "₭": "LAK", "₮": "MNT", "৳": "BDT",
    "euro": "EUR", "euros": "EUR", "dollar": "USD", "dollars": "USD", "rs": "INR", "rs.": "INR", "kr": "KR",
    "kč": "CZK", "zł": "PLN", "ft": "HUF", "円": "JPY", "원": "KRW", "元": "元", "圆": "CNY", "圓": "TWD", "yuan": "CNY", "lei": "RON",
    "yen": "JPY", "won": "KRW", "rp": "IDR", "rm": "MYR", "¥": "¥", "$": "$", "fr.": "CHF", "sfr.": "CHF", "s/": "PEN", "s/.": "PEN", "块": "CNY",
    "дол": "USD", "руб": "RUB", "руб.": "RUB", "real": "BRL", "reais": "BRL", "pesos": "$", "元人民币": "CNY",
}  # fmt: skip
"""Signs and words of currencies. ``$``, ``¥`` and ``元`` are several currencies' and stay themselves, as ``KR`` does."""

_ISO_4217 = """
    AED ARS AUD BDT BGN BHD BRL CAD CHF CLP CNY COP CRC CZK DKK EGP EUR GBP GHS HKD HUF IDR ILS INR ISK JOD JPY KES
    KRW KWD KZT LKR MAD MOP MXN MYR NGN NOK NZD OMR PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TND TRY TWD TZS
    UAH UGX USD UYU VND ZAR CNH
"""
_CODES = frozenset(_ISO_4217.split())

_CENTS = Fraction(1, 100)
SCALES: Mapping[str, Fraction] = {
    "分": _CENTS, "角": Fraction(1, 10), "cents": _CENTS, "cent": _CENTS, "ct": _CENTS, "pence": _CENTS, "pennies": _CENTS,
    "centavos": _CENTS, "centimes": _CENTS, "minor units": _CENTS, "paise": _CENTS, "fen": _CENTS, "cts": _CENTS, "kopecks": _CENTS,
    "千": Fraction(1000), "仟": Fraction(1000), "万": Fraction(10_000), "萬": Fraction(10_000), "十万": Fraction(100_000),
    "百万": Fraction(10**6), "千万": Fraction(10**7), "亿": Fraction(10**8), "億": Fraction(10**8), "百": Fraction(100),
    "k": Fraction(1000), "thousand": Fraction(1000), "thousands": Fraction(1000), "000s": Fraction(1000),
    "000": Fraction(1000), "000'": Fraction(1000), "tsd": Fraction(1000), "tsd.": Fraction(1000), "t": Fraction(1000), "mil": Fraction(1000), "miles": Fraction(1000), "milhares": Fraction(1000), "milliers": Fraction(1000), "teur": Fraction(1000),
    "m": Fraction(10**6), "mn": Fraction(10**6), "mm": Fraction(10**6), "mio": Fraction(10**6), "mio.": Fraction(10**6),
    "million": Fraction(10**6), "millions": Fraction(10**6), "millionen": Fraction(10**6), "millones": Fraction(10**6),
    "milhões": Fraction(10**6), "bn": Fraction(10**9), "billion": Fraction(10**9), "billions": Fraction(10**9),
    "lakh": Fraction(10**5), "lakhs": Fraction(10**5), "crore": Fraction(10**7), "crores": Fraction(10**7),
    "천": Fraction(1000), "만": Fraction(10_000), "백만": Fraction(10**6), "억": Fraction(10**8),
}  # fmt: skip

_MEASURES = """
    件 个 個 台 只 支 瓶 盒 箱 包 袋 套 双 条 份 张 本 杯 斤 公斤 千克 克 kg 吨 升 毫升 米 次 人 位 把 片 块 对 组 桶 罐 听 根 部 辆 枚 点 点数 冊 册 枚数 본 개 팩 병 박스
    세트 권 장 벌 켤레 kg kgs g gr lb lbs oz t ton tons tonnes l ml lt ltr litre litres liter liters m pc pcs pc. pcs.
    piece pieces unit units ea each box boxes pack packs bottle bottles pair pairs set sets item items ctn cartons
    carton case cases stk stk. stück st st. unité unités pce pièces ud uds ud. uds. unidad unidades un und unid
    unid. cx pç pçs dozen doz x ks szt szt. sht шт шт. cups cup cans can rolls roll sqm m2 yd ft books tickets pièce piece pezzo pezzi u u. p. pieza piezas peça peças artículos artikel articles stueck
"""
MEASURES = frozenset(_MEASURES.split())

_BRACKETED = re.compile(r"[(\[【〔<{]([^)\]】〕>}]*)[)\]】〕>}]")
_TRAILING = re.compile(
    r"(?:[\s_\-./:,]+|(?<=[a-z])(?=Cents$))((?:in[\s_\-]+)?(?:[a-z]{3}|[$€£¥₹₩%]|元|万元|千元|百万元|亿元|分|万|円|千円|원|천원|kg|公斤|cents?|cents?|pence"
    r"|dollars?|euros?|thousands?|millions?|yuan|t€|teur|tsd\.?[\s]*€|us\$))$|([$€£¥₹₩%])$|(?<=[额价款])((?:百|千|万|亿)?元)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number is counted in.

    Attributes:
        factor: what the number is multiplied by: a hundredth for cents.
        currency: a code, or ``$``, ``¥`` and ``元`` where it may be several; empty where none is said.
        measure: a measure, such as ``kg``; of a price, what it is the price of; ``order`` or ``line`` where an amount is
            the whole order's or the line's.
        percent: it is a percentage.
        paid_of: it is the part of the price that is paid, of so many: 10 for ``8折``, 1 for 0.8; 0 where it is not.
        amount: it is an amount, said of what might be a rate.
        said: how it stands, for a sentence.
    """

    factor: Fraction = Fraction(1)
    currency: str = ""
    measure: str = ""
    percent: bool = False
    paid_of: int = 0
    amount: bool = False
    said: str = ""

    def __bool__(self) -> bool:
        return self != NO_UNIT


NO_UNIT = Unit()


_WHOSE = {
    "order": "order",
    "per order": "order",
    "订单": "order",
    "每单": "order",
    "line": "line",
    "per line": "line",
    "行": "line",
}
"""What an amount is of, where a file's orders have several lines."""
_PARTS_PAID = {"折": 10, "share paid": 1, "实付比例": 1}


def currency_of(text: str) -> str:
    """The currency that a sign, word or ISO code names, or nothing."""
    word = text.strip().casefold()
    return CURRENCY_SIGNS.get(word) or (word.upper() if word.upper() in _CODES else "")


def header_unit(name: str) -> Unit:
    """The unit that a column's name carries, in brackets or behind it."""
    plain = unicodedata.normalize("NFKC", name).strip()
    for content in _BRACKETED.findall(plain):
        unit = parse_unit(content)
        if unit:
            return unit
    match = _TRAILING.search(_BRACKETED.sub("", plain).strip())
    return parse_unit(next(filter(None, match.groups()))) if match else NO_UNIT


def parse_unit(text: str) -> Unit:
    """The unit that a text names: ``万元``, ``US$ thousands``, ``元/kg``, ``%``; none where it is not one."""
    said = text.strip()
    word = re.sub(r"^(?:(?:in|en|em)[\s_\-:]+|(?:单位|單位|unit|:|：)[\s:]*)", "", said.casefold()).strip(" :")
    if word in {"%", "percent", "pct", "prozent", "百分比"}:
        return Unit(percent=True, said=said)
    if word in _PARTS_PAID:
        return Unit(paid_of=_PARTS_PAID[word], said=said)
    if word in _WHOSE:
        return Unit(measure=_WHOSE[word], said=said)
    if word in {"amount", "金额"}:
        return Unit(amount=True, said=said)
    whole, _, per = word.partition("/")
    if word in {"s/", "s/."}:
        whole, per = word, ""
    money = _money(whole.strip())
    if money:
        return Unit(money[0], money[1], per.strip() if per.strip() in MEASURES else "", said=said)
    return Unit(measure=word, said=said) if word in MEASURES else NO_UNIT


def _money(word: str) -> tuple[Fraction, str] | None:
    """Factor and currency of a word such as ``万元``, ``k$``, ``usd cents``, ``千円``; none where it is no money."""
    if word in {"分", "角"}:
        return SCALES[word], "CNY"
    if word in {"teur", "t€"}:
        return Fraction(1000), "EUR"
    currency = currency_of(word)
    if currency:
        return Fraction(1), currency
    if word in SCALES and word not in MEASURES:
        return SCALES[word], ""
    for scale, factor in SCALES.items():
        for rest in (word.removeprefix(scale), word.removesuffix(scale)):
            currency = currency_of(rest.strip(" .'of")) if rest != word else ""
            if currency:
                return factor, currency
    return None


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
