"""What a report's figures say in words: counts of named things, shares that mean something, changes."""

from daybook.language import Language, Text
from daybook.report import Comparison, SalesReport
from daybook.words import texts
from daybook.words.figures import short_amount, signed_percent, weekday

WHOLE = 100.0
"""Percent."""


def named_products(report: SalesReport) -> int:
    """Distinct products of the day that have a name."""
    return report.data_info.unique_products - bool(report.quality.blank_products)


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
        return [texts.NOTHING_TO_COMPARE.to(report.language, day=day, week=week)]
    return [
        _change(comparison, base, report.language) if comparison else texts.NOT_IN_FILE.to(report.language, base=base)
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
