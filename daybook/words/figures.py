"""Numbers, amounts, dates and changes as people write them, in both languages. The one place that formats a figure.

Chinese amounts carry 元, and 万 or 亿 where a person would say them; English ones are plain numbers, since the file
does not say its currency. `change_lines` and the counts below say what a report's figures mean.
"""

import datetime as dt
from typing import NamedTuple

from daybook.language import Language, Text
from daybook.report import Comparison, SalesReport
from daybook.words import texts

DASH = "–"
"""Stands where a figure does not exist; a reason stands beside it."""
MINUS = "\u2212"

_WAN = 10_000
_THOUSAND = 1000
_SCIENTIFIC_FROM = 1e15
_SMALL_PERCENT = 0.1
_HUNDRED = 100
_HALF_TENTH = 0.05
_COMPACT = {
    Language.ENGLISH: ((1e9, "B"), (1e6, "M"), (1e3, "k")),
    Language.CHINESE: ((1e8, "亿"), (1e4, "万")),
}
_WEEKDAYS = {
    Language.ENGLISH: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    Language.CHINESE: ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
_FULL_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class CountedNoun(NamedTuple):
    """What is counted: one and many in English, the measure word in Chinese."""

    one: str
    many: str
    zh: str


ORDERS = CountedNoun("order", "orders", "单")
UNITS = CountedNoun("unit", "units", "件")
LINES = CountedNoun("line", "lines", "行明细")
ROWS = CountedNoun("row", "rows", "行")
DAYS = CountedNoun("day", "days", "天")
WEEKS = CountedNoun("week", "weeks", "周")
PRODUCTS = CountedNoun("product", "products", "种商品")
REGIONS = CountedNoun("region", "regions", "个地区")


def number(value: float) -> str:
    """A quantity: thousands separated, up to six decimals and only those that say something."""
    if abs(value) >= _SCIENTIFIC_FROM:
        return _sign(f"{value:.2e}")
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else _sign(text)


def counted(value: float, unit: CountedNoun, language: Language) -> str:
    """A quantity with what it counts: ``1 order``, ``312 orders``, ``312 单``."""
    if language is Language.CHINESE:
        return f"{number(value)} {unit.zh}"
    return f"{number(value)} {unit.one if value == 1 else unit.many}"


def cents(value: float) -> str:
    """Money to the cent without its unit, for a column whose head names it: ``196,253.27``."""
    text = f"{value:,.2f}" if abs(value) < _SCIENTIFIC_FROM else f"{value:.2e}"
    return "0.00" if text == "-0.00" else _sign(text)


def amount(value: float, language: Language) -> str:
    """Money to the cent: ``196,253.27 元``, ``196,253.27``."""
    return _money(cents(value), language)


def short_amount(value: float, language: Language) -> str:
    """Money as it is said: ``19.63 万元``, ``8,855 元``, ``985.50 元``; in English ``196,253`` and ``985.50``."""
    size = abs(value)
    if language is Language.CHINESE and size < _SCIENTIFIC_FROM:
        if round(size / _WAN, 2) >= _WAN:
            return f"{cents(value / _WAN / _WAN)} 亿元"
        if round(size) >= _WAN:
            return f"{cents(value / _WAN)} 万元"
    if size == 0:
        return _money("0", language)
    whole = _THOUSAND <= size < _SCIENTIFIC_FROM
    return _money(_sign(f"{value:,.0f}") if whole else cents(value), language)


def rough_amount(value: float, language: Language) -> str:
    """Money that is an estimate, in three figures that count: ``41.2 万元``, in English ``412,000``."""
    rough = float(f"{value:.3g}")
    for step, unit in _COMPACT[language] if language is Language.CHINESE else ():
        if abs(rough) >= step:
            return f"{_sign(f'{rough / step:g}')} {unit}元"
    whole = _THOUSAND <= abs(rough) < _SCIENTIFIC_FROM
    return _money(_sign(f"{rough:,.0f}" if whole else f"{rough:g}"), language)


def compact(value: float, language: Language) -> str:
    """Money in a few characters, for a cell of a calendar: ``19.6万``, ``985``; in English ``196k``, ``1.2M``."""
    size = abs(value)
    units = _COMPACT[language]
    for place, (step, unit) in enumerate(units):
        smaller = units[place + 1][0] if place + 1 < len(units) else 1
        if round(size / smaller) * smaller >= step:  # as it would be rounded in the smaller unit
            figure = size / step
            text = f"{figure:,.0f}" if figure >= _HUNDRED - _HALF_TENTH else f"{figure:.1f}".removesuffix(".0")
            return f"{MINUS if value < 0 else ''}{text}{unit}"
    return _sign(f"{value:,.0f}") if round(size) else "0"


def percent(value: float) -> str:
    """A share: ``41.9%``; ``0.04%`` below a tenth of a percent."""
    decimals = 2 if 0 < abs(value) < _SMALL_PERCENT else 1
    text = f"{value:,.{decimals}f}" if abs(value) < _SCIENTIFIC_FROM else f"{value:.1e}"
    return ("0" if not text.strip("-0.") else _sign(text)) + "%"


def signed_percent(value: float) -> str:
    """A change: ``+19.5%``, ``−8.4%``."""
    text = percent(value)
    return text if text.startswith((MINUS, "0%")) else f"+{text}"


def band(label: str, language: Language) -> str:
    """A price band as prices are written: ``1,000–5,000 元``, ``5,000 元以上``, ``over 5,000``."""
    chinese = language is Language.CHINESE
    if label.endswith("+") and label[:-1].isdecimal():
        bound = number(int(label[:-1]))
        return f"{bound} 元以上" if chinese else f"over {bound}"
    low, _, high = label.partition("-")
    if not (low.isdecimal() and high.isdecimal()):
        return label
    text = f"{number(int(low))}{DASH}{number(int(high))}"
    return f"{text} 元" if chinese else text


def day(date: dt.date, language: Language) -> str:
    """A date with its weekday, without the year: ``10月31日 周六``, ``Sat 31 Oct``."""
    name = _WEEKDAYS[language][date.weekday()]
    if language is Language.CHINESE:
        return f"{date.month}月{date.day}日 {name}"
    return f"{name} {date.day} {_MONTHS[date.month - 1]}"


def weekday(date: dt.date, language: Language) -> str:
    """A date's weekday inside a sentence: ``周六``, ``Saturday``."""
    if language is Language.CHINESE:
        return _WEEKDAYS[language][date.weekday()]
    return _FULL_WEEKDAYS[date.weekday()]


def _money(figure: str, language: Language) -> str:
    return f"{figure} 元" if language is Language.CHINESE else figure


def _sign(text: str) -> str:
    return text.replace("-", MINUS) if "e-" not in text else text


WHOLE = 100.0
"""Percent."""


def named_products(report: SalesReport) -> int:
    """Distinct products of the day that have a name."""
    return report.data_info.unique_products - bool(report.quality.blank_products)


def first_dimension(report: SalesReport) -> str:
    """What stands where regions do: city, say, where the file has no region."""
    named = report.understanding.dimensions if report.understanding else {}
    return report.rankings[0].dimension if report.rankings else next(iter(named), "region")


def named_regions(report: SalesReport) -> int:
    """Distinct regions of the day that have a name."""
    return report.data_info.unique_regions - bool(report.quality.blank_regions)


def share_or_none(share: float | None, report: SalesReport) -> float | None:
    """``share`` where a person would understand it: a net figure can be below zero, or above the whole."""
    if share is None or not shares_mean_something(report) or not 0 <= share <= WHOLE:
        return None
    return share


def shares_mean_something(report: SalesReport) -> bool:
    """Whether there are sales to take a share of: not on a day of refunds, gifts or unreadable prices."""
    return report.summary.total_sales > 0


def bases(report: SalesReport) -> tuple[str, str]:
    """What the two earlier days are called: `前一日` and `上周六`, `the day before` and `the Saturday before`."""
    language = report.language
    name = weekday(report.analysis_date, language) if report.analysis_date else ""
    return texts.DAY_BEFORE.to(language), texts.WEEK_BEFORE.to(language, weekday=name)


def change_lines(report: SalesReport) -> list[str]:
    """The change of sales against both earlier days, most recent first; what is missing is said to be missing."""
    day, week = bases(report)
    if report.previous_day is None and report.week_before is None:
        nothing = texts.NOTHING_IN_BOOK if report.book else texts.NOTHING_TO_COMPARE
        return [nothing.to(report.language, day=day, week=week)]
    missing = texts.NOT_IN_BOOK if report.book else texts.NOT_IN_FILE
    return [
        _change(comparison, base, report.language) if comparison else missing.to(report.language, base=base)
        for comparison, base in ((report.previous_day, day), (report.week_before, week))
    ]


def _change(comparison: Comparison, base: str, language: Language) -> str:
    if comparison.sales_change == 0:
        return texts.SAME.to(language, base=base)
    sentence = texts.MORE if comparison.sales_change > 0 else texts.LESS
    change = sentence.to(language, base=base, amount=short_amount(abs(comparison.sales_change), language))
    return texts.CHANGE_PERCENT.to(language, change=change, percent=_percent(comparison))


def _percent(comparison: Comparison) -> str | Text:
    if comparison.sales_change_percent is not None:
        return signed_percent(comparison.sales_change_percent)
    return texts.BASE_WAS_NEGATIVE if comparison.total_sales < 0 else texts.BASE_WAS_ZERO
