"""Warnings: what was wrong with the rows, how often, and what that means for the figures."""

from daybook.insights import texts
from daybook.language import Language, Text
from daybook.report import SalesReport
from daybook.words.figures import ORDERS, ROWS, counted, number, percent

INCOMPLETE_PERCENT = 5.0
"""From this part of orders without a price, or without a quantity, sales are called incomplete."""


def warnings(report: SalesReport) -> list[str]:
    """One sentence for each kind of fault in the data, the gravest first; none for clean data."""
    quality, language = report.quality, report.language
    orders = report.summary.total_orders

    def of_orders(text: Text, blank: int, bad: int = 0) -> str | None:
        count = counted(blank + bad, ORDERS, language)
        return text.to(language, count=count, detail=_detail(blank, bad, language)) if blank + bad else None

    unpriced = max(quality.blank_prices + quality.bad_prices, quality.blank_quantities + quality.bad_quantities)
    part = 100 * unpriced / orders if orders else 0.0
    incomplete = texts.SALES_INCOMPLETE.to(language, share=percent(part)) if part >= INCOMPLETE_PERCENT else None
    undated = quality.blank_dates + quality.bad_dates
    left_out = texts.NO_DATE.to(
        language,
        count=number(undated) if language is Language.ENGLISH else counted(undated, ROWS, language),
        all=counted(quality.rows_read, ROWS, language),
        detail=_detail(quality.blank_dates, quality.bad_dates, language),
    )
    found = [
        incomplete,
        of_orders(texts.NO_PRICE, quality.blank_prices, quality.bad_prices),
        of_orders(texts.NO_QUANTITY, quality.blank_quantities, quality.bad_quantities),
        left_out if undated else None,
        of_orders(texts.NO_PRODUCT, quality.blank_products),
        of_orders(texts.NO_REGION, quality.blank_regions),
    ]
    return [sentence for sentence in found if sentence]


def _detail(blank: int, bad: int, language: Language) -> str:
    if blank and bad:
        return texts.BLANK_OR_BAD.to(language, blank=number(blank), bad=number(bad))
    return (texts.ALL_BLANK if blank else texts.ALL_BAD).to(language)
