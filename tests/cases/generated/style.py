"""`NumberStyle` and `DateStyle`: how one file writes its numbers and days."""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from tests.cases.generated.words import Language

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
}
UNTYPED = ("serial", "serial with time", "epoch")
"""Days as plain numbers."""
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """Money and counts as text."""

    point: str = "."
    group: str = ""
    lakh: bool = False
    prefix: str = ""
    suffix: str = ""
    negative: str = "-{}"
    places: int | None = 2
    """Decimals of money; None where trailing zeros are dropped."""
    factor: Decimal = Decimal(1)
    """What money is multiplied by: 100 for cents, 0.0001 for ten thousands."""
    unit: str = ""
    """What stands behind a count."""
    count_places: int = 0

    def money(self, value: Decimal) -> str:
        scaled = value * self.factor
        places = 0 if self.factor == 100 else self.places
        if self.factor < 1:
            places = None
        body = self.prefix + self._plain(abs(scaled), places) + self.suffix
        return self.negative.format(body) if scaled < 0 else body

    def count(self, value: Decimal) -> str:
        places = self.count_places or None
        body = self._plain(abs(value), places, group=False) + self.unit
        return f"-{body}" if value < 0 else body

    @property
    def currency(self) -> str:
        """The code of the currency that the sign beside numbers is of, where it is not that of the language."""
        return _CODES.get((self.prefix + self.suffix).strip(), "")

    def currencies(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """The codes of a file's currencies: the first is that of the sign beside its numbers, where that is one's."""
        return tuple(dict.fromkeys((self.currency or codes[0], *codes[1:])))

    def _plain(self, value: Decimal, places: int | None, *, group: bool = True) -> str:
        if places is not None and round(value, places) == value:
            text = f"{value:.{places}f}"
        else:
            text = f"{value:f}"
            text = text.rstrip("0").rstrip(".") if "." in text else text
        whole, _, decimals = text.partition(".")
        if group and self.group:
            whole = self._grouped(whole)
        return whole + (self.point + decimals if decimals else "")

    def _grouped(self, whole: str) -> str:
        head, tail = whole[:-3], whole[-3:]
        step = 2 if self.lakh else 3
        parts = [head[max(0, end - step) : end] for end in range(len(head), 0, -step)][::-1]
        return self.group.join([*parts, tail])


def number_style(random: Random, language: Language) -> NumberStyle:
    """One of the ways in which the language's exports write numbers."""
    places = random.choice((2, 2, 2, None)) if language.cents else 0
    negative = random.choice(("-{}", "-{}", "-{}", "({})", "{}-", "−{}"))
    comma = language.code in ("de", "fr", "es", "pt") and random.random() < 0.8
    groups = {"de": (".", "."), "fr": ("\u202f", "\u00a0", " "), "es": (".",), "pt": (".",)}
    group = random.choice(("", *groups[language.code])) if comma else random.choice(("", "", ","))
    prefix, suffix = random.choice(_CURRENCIES[language.code]) if random.random() < 0.25 else ("", "")
    lakh = language.code == "en" and random.random() < 0.04
    if lakh:
        group, prefix, suffix = ",", random.choice(("", "₹", "Rs. ")), ""
    if language.code == "de" and not comma and random.random() < 0.5:
        group, prefix, suffix = "'", random.choice(("", "CHF ")), ""
    unit = random.choice(("", " ")) + random.choice(language.units) if random.random() < 0.05 else ""
    counts = random.choice((0, 0, 0, 0, 0, 1, 2)) if not unit else 0
    return NumberStyle(
        "," if comma else ".", group, lakh, prefix, suffix, negative, places, unit=unit, count_places=counts
    )


_CODES = {"£": "GBP", "₹": "INR", "Rs.": "INR", "CHF": "CHF"}
_CURRENCIES: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (("$", ""), ("US$", ""), ("", " USD"), ("£", "")),
    "zh": (("¥", ""), ("￥", ""), ("", "元"), ("", " 元")),
    "zht": (("NT$", ""), ("$", ""), ("", "元")),
    "de": (("", " €"), ("", "€"), ("€ ", ""), ("", " EUR")),
    "fr": (("", " €"), ("", "\u00a0€")),
    "es": (("", " €"), ("", "€")),
    "pt": (("R$ ", ""), ("R$", "")),
    "ja": (("¥", ""), ("", "円"), ("￥", "")),
    "ko": (("₩", ""), ("", "원")),
}


def open_decimal(texts: Iterable[str]) -> bool:
    """Whether no text tells whether its only separator is a decimal sign: ``1.299`` and ``1,299`` do not."""
    marked = [re.sub(r"[^\d.,]", "", text).strip(".,") for text in texts if re.search(r"\d[.,]\d", text)]
    return bool(marked) and all(re.fullmatch(r"\d{1,3}[.,]\d{3}", text) for text in marked)


@dataclass(frozen=True, slots=True)
class DateStyle:
    """Days and moments as text."""

    name: str
    day: Callable[[dt.datetime], str]
    clock: str
    """A strftime format behind the day, empty where there is none."""
    order_open: bool = False
    """Whether day and month may be mistaken for each other."""
    mixed: bool = False
    """Whether some cells lack the clock that others have."""

    def text(self, moment: dt.datetime) -> str:
        clock = self.clock and not (self.mixed and moment.minute % 4 == 0 and moment.hour)
        return self.day(moment) + (moment.strftime(self.clock) if clock else "")

    def open(self, moments: Iterable[dt.datetime]) -> bool:
        return self.order_open and all(moment.day <= 12 for moment in moments)


def date_style(random: Random, language: Language, *, clock: bool) -> DateStyle:
    """One of the ways in which the language's exports write days."""
    code = language.code
    names = ["iso"] * 4 + _FORMS[code]
    name = random.choice(names)
    if random.random() < 0.03:
        name = "serial with time" if clock else "serial"
    if random.random() < 0.02:
        name = "epoch"
    if name in UNTYPED:
        clock = False
    tail = random.choice((" %H:%M:%S", " %H:%M")) if clock else ""
    if clock and name == "iso":
        tail = random.choice((" %H:%M:%S", " %H:%M", "T%H:%M:%S", "T%H:%M:%SZ", " %H:%M:%S +0800", " %H:%M:%S.123+08"))
    if clock and name == "us" and random.random() < 0.3:
        tail = " %I:%M %p"
    order_open = name in ("us", "us2", "eu", "eu2", "eudash")
    mixed = bool(tail) and random.random() < 0.04
    return DateStyle(name, lambda moment: _DAYS[name](moment, code), tail, order_open, mixed)


_FORMS = {
    "en": ["us", "us", "us2", "eu", "dmony", "mondy", "longen", "weekday"],
    "zh": ["slash", "slashy", "han", "compact", "dots", "week_han", "slash"],
    "zht": ["slash", "slashy", "han", "slash"],
    "de": ["dot", "dot", "dot2", "long"],
    "fr": ["eu", "eu", "eu2", "long"],
    "es": ["eu", "eu", "eudash", "long"],
    "pt": ["eu", "eu", "eu2", "long"],
    "ja": ["slash", "slashy", "han"],
    "ko": ["dots", "hangul", "spacedots"],
}


def _long(moment: dt.datetime, code: str) -> str:
    month = MONTHS[code].split()[moment.month - 1]
    of = {"de": "{day}. {month} {year}", "fr": "{day} {month} {year}"}.get(code, "{day} de {month} de {year}")
    return of.format(day=moment.day, month=month, year=moment.year)


def _serial(moment: dt.datetime) -> int:
    return (moment.date() - dt.date(1899, 12, 30)).days


_DAYS: dict[str, Callable[[dt.datetime, str], str]] = {
    "iso": lambda moment, _: f"{moment:%Y-%m-%d}",
    "us": lambda moment, _: f"{moment:%m/%d/%Y}",
    "us2": lambda moment, _: f"{moment.month}/{moment.day}/{moment:%y}",
    "eu": lambda moment, _: f"{moment:%d/%m/%Y}",
    "eu2": lambda moment, _: f"{moment:%d/%m/%y}",
    "eudash": lambda moment, _: f"{moment:%d-%m-%Y}",
    "dmony": lambda moment, _: f"{moment:%d-%b-%Y}",
    "mondy": lambda moment, _: f"{moment:%b} {moment.day}, {moment.year}",
    "longen": lambda moment, _: f"{moment.day} {moment:%B} {moment.year}",
    "weekday": lambda moment, _: f"{moment:%a %b %d %Y}",
    "slash": lambda moment, _: f"{moment:%Y/%m/%d}",
    "slashy": lambda moment, _: f"{moment.year}/{moment.month}/{moment.day}",
    "han": lambda moment, _: f"{moment.year}年{moment.month}月{moment.day}日",
    "hangul": lambda moment, _: f"{moment.year}년 {moment.month}월 {moment.day}일",
    "week_han": lambda moment, _: f"{moment:%Y-%m-%d} 星期{WEEKDAYS[moment.weekday()]}",
    "compact": lambda moment, _: f"{moment:%Y%m%d}",
    "dots": lambda moment, _: f"{moment:%Y.%m.%d}",
    "spacedots": lambda moment, _: f"{moment.year}. {moment.month}. {moment.day}.",
    "dot": lambda moment, _: f"{moment:%d.%m.%Y}",
    "dot2": lambda moment, _: f"{moment:%d.%m.%y}",
    "long": _long,
    "serial": lambda moment, _: str(_serial(moment)),
    "serial with time": lambda moment, _: f"{_serial(moment) + (moment.hour * 60 + moment.minute) / 1440:.5f}",
    "epoch": lambda moment, _: str(int(moment.replace(hour=11, tzinfo=dt.UTC).timestamp())),
}
