"""Insights: what a sales lead should notice on the day, most important first."""

from collections.abc import Callable

from daybook.insights import texts
from daybook.insights.festivals import festivals
from daybook.judgement import Verdict
from daybook.language import Language, Text
from daybook.report import Comparison, ProductFigures, RegionFigures, SalesReport
from daybook.words.figures import (
    ORDERS,
    UNITS,
    WHOLE,
    amount,
    band,
    comparisons,
    counted,
    first_dimension,
    main_comparison,
    named_products,
    named_regions,
    number,
    own_summary,
    percent,
    period_bases,
    share_or_none,
    short_amount,
    span,
)
from daybook.words.names import plain
from daybook.words.texts import ONE_OF_DIMENSION

MAX_INSIGHTS = 6
LEVEL_PERCENT = 1.0
"""A change below this is called level."""
MOVED_PERCENT = 5.0
"""From this change on, orders and order value are looked at one by one."""
REFUNDS_PERCENT = 5.0
"""From this part of sales before refunds, refunds are worth a sentence."""
FEW_PRODUCTS_PERCENT = 60.0
"""From this share of sales, three products are called out, if the day has at least `MANY_PRODUCTS`."""
MANY_PRODUCTS = 6
STRONG_BAND_PERCENT = 40.0
"""From this share of sales, one price band is called out."""
HIGH_ORDER_VALUE = 1000.0
"""Above this average order value, in the file's currency, the order value is called high."""


def insights(report: SalesReport) -> list[str]:
    """At most six sentences on the day, most important first; the first one is the `headline`.

    Where the data is at fault, that is all that is said.
    """
    rules: tuple[Callable[[SalesReport], str | None], ...] = (
        _refunds,
        _orders_and_value,
        _best_product,
        _best_region,
        _high_order_value,
        _few_products,
        _strongest_band,
    )
    judgement = report.judgement
    if judgement is not None and judgement.is_data_at_fault:
        return [judgement.reason]
    found = [sentence for rule in rules if (sentence := rule(report))] if report.summary.total_orders else []
    drivers = judgement.drivers if judgement is not None and judgement.verdict is not Verdict.NORMAL else []
    if report.period:
        drivers = [*festivals(report.period, report.language), *report.drivers]
    return [headline(report), *drivers, *found][:MAX_INSIGHTS]


def headline(report: SalesReport) -> str:
    """The day's sales and how they changed, in one sentence."""
    language, summary = report.language, report.summary
    if not summary.total_orders:
        return texts.NO_ROWS.to(language)
    sales = texts.SALES.to(language, amount=short_amount(summary.total_sales, language))
    known = [(comparison, base) for comparison, base in comparisons(report) if comparison]
    if not known:
        orders = counted(summary.total_orders, ORDERS, language)
        if report.period:
            before, year = (text.to(language) for text in period_bases(report.period))
            return texts.NO_PERIOD_TO_COMPARE.to(language, sales=sales, orders=orders, before=before, year=year)
        unknown = texts.NO_CHANGE_KNOWN_TO_BOOK if report.book else texts.NO_CHANGE_KNOWN
        return unknown.to(language, sales=sales, orders=orders)
    changes = [_change(comparison, base, report) for comparison, base in known]
    if len(changes) == 1:
        return texts.ONE_CHANGE.to(language, sales=sales, first=changes[0])
    opposite = {_direction(comparison) for comparison, _ in known} == {1, -1}
    both = texts.OPPOSITE_CHANGES if opposite else texts.TWO_CHANGES
    return both.to(language, sales=sales, first=changes[0], second=changes[1])


def _direction(comparison: Comparison) -> int:
    """1 up, -1 down, 0 level."""
    change = comparison.sales_change_percent
    if change is not None and abs(change) < LEVEL_PERCENT:
        return 0
    return (comparison.sales_change > 0) - (comparison.sales_change < 0)


def _change(comparison: Comparison, base: str, report: SalesReport) -> str:
    text = {1: texts.UP, -1: texts.DOWN, 0: texts.LEVEL}[_direction(comparison)]
    change = comparison.sales_change_percent
    by = percent(abs(change)) if change is not None else short_amount(abs(comparison.sales_change), report.language)
    return text.to(report.language, by=by, base=base)


def _refunds(report: SalesReport) -> str | None:
    orders = counted(report.quality.refunds, ORDERS, report.language)
    if report.quality.refunds == report.summary.total_orders:
        return texts.ALL_REFUNDS.to(report.language, orders=orders, span=span(report))
    taken_back = -report.quality.refund_sales
    before = report.summary.total_sales + taken_back
    if before <= 0 or WHOLE * taken_back / before < REFUNDS_PERCENT:
        return None
    return texts.REFUNDS.to(
        report.language,
        orders=orders,
        amount=short_amount(taken_back, report.language),
        share=percent(WHOLE * taken_back / before),
    )


def _orders_and_value(report: SalesReport) -> str | None:
    """Whether orders or their value moved sales; against the same weekday where that is known."""
    earlier, base = main_comparison(report)
    own = own_summary(report, earlier) if earlier else report.summary
    now = own.average_order_value
    if earlier is None or min(earlier.total_orders, earlier.total_sales, own.total_sales) <= 0:
        return None
    before = earlier.total_sales / earlier.total_orders
    value = WHOLE * (now - before) / before
    orders = WHOLE * (own.total_orders - earlier.total_orders) / earlier.total_orders
    if max(abs(value), abs(orders)) < MOVED_PERCENT:
        return None
    return texts.ORDERS_AND_VALUE.to(
        report.language,
        base=base,
        orders=_moved(orders, report.language),
        value=_moved(value, report.language),
        before=amount(before, report.language),
        now=amount(now, report.language),
    )


def _moved(change: float, language: Language) -> str:
    if abs(change) < LEVEL_PERCENT:
        return texts.NOT_MOVED.to(language)
    return (texts.MOVED_UP if change > 0 else texts.MOVED_DOWN).to(language, by=percent(abs(change)))


def _best_product(report: SalesReport) -> str | None:
    best = _leader(report.top_products, named_products(report))
    if best is None:
        return None
    return _with_share(
        report,
        best.share,
        texts.BEST_PRODUCT,
        texts.BEST_PRODUCT_NO_SHARE,
        name=plain(best.product),
        amount=short_amount(best.sales, report.language),
        units=counted(best.quantity, UNITS, report.language),
    )


def _best_region(report: SalesReport) -> str | None:
    best = _leader(report.regions, named_regions(report))
    if best is None:
        return None
    return _with_share(
        report,
        best.share,
        texts.BEST_REGION,
        texts.BEST_REGION_NO_SHARE,
        one=ONE_OF_DIMENSION[first_dimension(report)].to(report.language),
        name=plain(best.region),
        amount=short_amount(best.sales, report.language),
    )


def _high_order_value(report: SalesReport) -> str | None:
    value = report.summary.average_order_value
    if value <= HIGH_ORDER_VALUE:
        return None
    threshold = short_amount(HIGH_ORDER_VALUE, report.language)
    return texts.HIGH_ORDER_VALUE.to(report.language, amount=amount(value, report.language), threshold=threshold)


def _few_products(report: SalesReport) -> str | None:
    shares = [product.share or 0.0 for product in report.top_products[:3]]
    every = named_products(report)
    if report.summary.total_sales <= 0 or every < MANY_PRODUCTS or len(shares) < 3 or min(shares) <= 0:  # noqa: PLR2004 (three)
        return None
    if not FEW_PRODUCTS_PERCENT <= sum(shares) <= WHOLE:
        return None
    return texts.FEW_PRODUCTS.to(report.language, all=number(every), share=percent(sum(shares)))


def _strongest_band(report: SalesReport) -> str | None:
    if report.summary.total_sales <= 0 or len(report.price_bands) < 2:  # noqa: PLR2004 (one band is no choice)
        return None
    best = max(report.price_bands, key=lambda figures: figures.share or 0.0)
    if best.share is None or not STRONG_BAND_PERCENT <= best.share <= WHOLE:
        return None
    return texts.STRONGEST_BAND.to(report.language, band=band(best.band, report.language), share=percent(best.share))


def _leader[Figures: (ProductFigures, RegionFigures)](ranking: list[Figures], named: int) -> Figures | None:
    """The first of a ranking of ``named`` things; none where nothing else was sold, or as much of another."""
    if not ranking or ranking[0].sales <= 0 or named == 1:
        return None
    return ranking[0] if len(ranking) == 1 or ranking[1].sales != ranking[0].sales else None


def _with_share(report: SalesReport, share: float | None, full: Text, short: Text, **values: str) -> str:
    """``full`` where the share says something: refunds elsewhere can lift it past the whole."""
    known = share_or_none(share, report)
    if known is None:
        return short.to(report.language, **values)
    return full.to(report.language, share=percent(known), **values)
