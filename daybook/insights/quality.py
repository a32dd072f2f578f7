"""Warnings: what was wrong with the rows, how often, and what that means for the figures."""

from daybook.insights import texts
from daybook.insights.reading import day_doubts, understood
from daybook.language import Language, Text
from daybook.report import SalesReport
from daybook.words.figures import ORDERS, ROWS, counted, number, percent

INCOMPLETE_PERCENT = 5.0
"""From this part of orders without a price, or without a quantity, sales are called incomplete."""


def warnings(report: SalesReport) -> list[str]:
    """One sentence for each kind of fault in the data, the gravest first; none for clean data."""
    quality, language = report.quality, report.language

    def of_orders(text: Text, blank: int, bad: int = 0) -> str | None:
        count = counted(blank + bad, ORDERS, language)
        return text.to(language, count=count, detail=_detail(blank, bad, language)) if blank + bad else None

    undated = quality.blank_dates + quality.bad_dates
    left_out = texts.NO_DATE.to(
        language,
        count=number(undated) if language is Language.ENGLISH else counted(undated, ROWS, language),
        all=counted(quality.rows_read, ROWS, language),
        detail=_detail(quality.blank_dates, quality.bad_dates, language),
    )
    found = [
        *doubts(report),
        of_orders(texts.NO_SALES, quality.blank_sales, quality.bad_sales),
        of_orders(texts.NO_PRICE, quality.blank_prices, quality.bad_prices),
        of_orders(texts.NO_QUANTITY, quality.blank_quantities, quality.bad_quantities)
        if _has(report, "quantity")
        else None,
        left_out if undated else None,
        of_orders(texts.NO_PRODUCT, quality.blank_products) if _has(report, "product") else None,
        of_orders(texts.NO_REGION, quality.blank_regions) if _has(report, "region") else None,
        *(understood(report.understanding, language) if report.understanding else ()),
    ]
    return [sentence for sentence in found if sentence]


def doubts(report: SalesReport) -> list[str]:
    """What puts the day's total in doubt: an unfinished day, unreadable rows beside it, money that is not there."""
    quality, language, lines = report.quality, report.language, report.lines or report.summary.total_orders
    found = list(day_doubts(report.understanding.dates, report)) if report.understanding else []
    unpriced = max(
        quality.blank_prices + quality.bad_prices + quality.blank_sales + quality.bad_sales,
        _unsold(report),
    )
    part = 100 * unpriced / lines if lines else 0.0
    if part >= INCOMPLETE_PERCENT:
        found.append(texts.SALES_INCOMPLETE.to(language, share=percent(part)))
    return found


def _unsold(report: SalesReport) -> int:
    """Lines whose sales are not known for want of a quantity: only where sales are price times quantity."""
    understanding = report.understanding
    by_price = understanding is None or understanding.money is None or "×" in understanding.money.how
    return report.quality.blank_quantities + report.quality.bad_quantities if by_price else 0


def _has(report: SalesReport, field: str) -> bool:
    """Whether the file has a column for a field; a ranking of another dimension stands in for the region."""
    understanding = report.understanding
    if understanding is None:
        return True
    return bool(understanding.dimensions) if field == "region" else understanding.column(field) is not None


def _detail(blank: int, bad: int, language: Language) -> str:
    if blank and bad:
        return texts.BLANK_OR_BAD.to(language, blank=number(blank), bad=number(bad))
    return (texts.ALL_BLANK if blank else texts.ALL_BAD).to(language)
