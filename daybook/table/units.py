"""Unit: what a header's brackets and a cell's ends say that a number is counted in.

A factor (``分`` and cents are hundredths, ``万元`` ten thousand), a currency, a measure (``kg``, ``件``), a percent
sign or a discount in tenths (``8折`` is eight tenths of the price).
"""

# ruff: noqa: E501  tables of words and rules, a row each

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

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
