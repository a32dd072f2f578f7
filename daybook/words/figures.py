"""Numbers, amounts, dates and changes as people write them, in both languages. The one place that formats a figure.

Chinese amounts carry 元, and 万 or 亿 where a person would say them; English ones are plain numbers, since the file
does not say its currency. `change_lines` and the counts below say what a report's figures mean.
"""

import datetime as dt
from typing import NamedTuple

from daybook.language import Language, Text
from daybook.report import Comparison, EarlierPeriod, PeriodUse, SalesReport, Summary
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
_FULL_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
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


def span(report: SalesReport) -> Text:
    """What is reported, inside a sentence: the day, the week."""
    return texts.SPANS[report.period.kind if report.period else "day"]


def period_bases(period: PeriodUse) -> tuple[Text, Text]:
    """What the two earlier periods are called: the week before, the same week a year before."""
    before = texts.BEFORE[period.kind]
    return Text(*(text.format(days=period.due) for text in before[:2])), texts.A_YEAR_BEFORE[period.kind]


def comparisons(report: SalesReport) -> list[tuple[Comparison | None, str]]:
    """What a report is compared with, None where it is not known, and what that is called; the nearest first."""
    period, language = report.period, report.language
    if period is None:
        return list(zip((report.previous_day, report.week_before), bases(report), strict=True))
    found: list[tuple[Comparison | None, str]] = []
    for earlier, text in zip((period.former, period.year_before), period_bases(period), strict=True):
        base = text.to(language)
        if earlier and earlier.is_partial:
            base = texts.SAME_DAYS.to(language, days=counted(earlier.compared, DAYS, language), base=base)
        found.append((earlier.comparison if earlier else None, base))
    return found


def main_comparison(report: SalesReport) -> tuple[Comparison | None, str]:
    """What says most: the same weekday, or the period before; else the other one."""
    known = comparisons(report)
    first, second = known if report.period else reversed(known)
    return first if first[0] else second


def own_summary(report: SalesReport, comparison: Comparison) -> Summary:
    """The reported figures on the days that a comparison is of: all, or those that both have."""
    period = report.period
    for earlier in (period.former, period.year_before) if period else ():
        if earlier and earlier.comparison is comparison:
            return earlier.own or report.summary
    return report.summary


def change_lines(report: SalesReport) -> list[str]:
    """The change of sales against both earlier days, most recent first; what is missing is said to be missing."""
    if report.period:
        return [_period_change(earlier, *each, report) for earlier, each in _earlier(report)]
    day, week = bases(report)
    if report.previous_day is None and report.week_before is None:
        nothing = texts.NOTHING_IN_BOOK if report.book else texts.NOTHING_TO_COMPARE
        return [nothing.to(report.language, day=day, week=week)]
    missing = texts.NOT_IN_BOOK if report.book else texts.NOT_IN_FILE
    return [
        _change(comparison, base, report.language) if comparison else missing.to(report.language, base=base)
        for comparison, base in ((report.previous_day, day), (report.week_before, week))
    ]


def _earlier(report: SalesReport) -> list[tuple[EarlierPeriod | None, tuple[Comparison | None, str]]]:
    period = report.period
    both = (period.former, period.year_before) if period else ()
    return list(zip(both, comparisons(report), strict=True))


def _period_change(earlier: EarlierPeriod | None, comparison: Comparison | None, base: str, report: SalesReport) -> str:
    language = report.language
    if earlier is None or not earlier.held:
        return texts.NO_DATA_THEN.to(language, base=base)
    if comparison is None:
        return texts.TOO_FEW_TO_COMPARE.to(language, base=base, held=earlier.held, due=earlier.due)
    change = _change(comparison, base, language)
    if earlier.average_change_percent is None:
        return change
    return texts.PER_DAY.to(language, change=change, percent=signed_percent(earlier.average_change_percent))


def period_name(period: PeriodUse, language: Language) -> str:
    """A period as it is called at the head of a report: ``Week of 2 to 8 Nov``, ``2026年10月``."""
    if period.kind == "month":
        chinese = language is Language.CHINESE
        month = str(period.first.month) if chinese else _FULL_MONTHS[period.first.month - 1]
        return texts.MONTH_NAME.to(language, month=month, year=period.first.year)
    days = days_to(period.first, period.last, language)
    if period.kind == "range":
        return days
    return texts.WEEK_NAME.to(language, days=days, week=period.first.isocalendar().week)


def days_to(first: dt.date, last: dt.date, language: Language) -> str:
    """Two dates and what lies between: ``2 to 8 Nov``, ``11月2日至8日``; with their years where these differ."""
    years = first.year != last.year
    if language is Language.CHINESE:
        begin = f"{first.month}月{first.day}日"
        end = f"{last.month}月{last.day}日" if last.month != first.month or years else f"{last.day}日"
        begin, end = (f"{first.year}年{begin}", f"{last.year}年{end}") if years else (begin, end)
    else:
        end = f"{last.day} {_MONTHS[last.month - 1]}" + (f" {last.year}" if years else "")
        begin = str(first.day)
        if years or first.month != last.month:
            begin = f"{first.day} {_MONTHS[first.month - 1]}" + (f" {first.year}" if years else "")
    return texts.DAYS_TO.to(language, first=begin, last=end)


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
