"""`charts_of`: which pictures a report's data earns, and the finding that each is called by."""

from collections.abc import Callable, Sequence
from fractions import Fraction

from daybook.charts import texts
from daybook.charts.days import is_unfinished, sales_by_day
from daybook.charts.draw import Chart, Drawing, Theme, fitted, name_of
from daybook.charts.hours import sales_by_hour
from daybook.charts.rows import Row, rows_chart, steps_chart
from daybook.days import DayTotals, rounded
from daybook.judgement import Movement
from daybook.language import Language
from daybook.report import Comparison, ProductFigures, RegionFigures, SalesReport
from daybook.words import texts as words
from daybook.words.figures import (
    band,
    comparisons,
    first_dimension,
    main_comparison,
    named_products,
    named_regions,
    number,
    own_summary,
    percent,
    share_or_none,
    short_amount,
)

MOST_ROWS = 8
"""Bars of a ranking: what fits on a phone without scrolling."""
PHONE = 390


def charts_of(
    report: SalesReport,
    history: Sequence[DayTotals] = (),
    *,
    language: Language,
    theme: Theme = "light",
    width: int = PHONE,
) -> list[Chart]:
    """The pictures of a report, the most telling first; what would be a single bar is no picture.

    Args:
        report: of one day.
        history: further days, as a book gives them (``[entry.totals for entry in book.days(...)]``).
        language: of titles and labels.
        theme: the colours.
        width: in pixels; 390 is a phone.
    """
    report = report if report.language is language else report.model_copy(update={"language": language})
    if report.analysis_date is None or not report.summary.total_orders:
        return []
    makers: tuple[Callable[[], Chart | None], ...] = (
        lambda: sales_by_day(report, history, Drawing(width, theme, language)),
        lambda: _changes(report, Drawing(width, theme, language)),
        lambda: _products(report, Drawing(width, theme, language)),
        lambda: _regions(report, Drawing(width, theme, language)),
        lambda: _price_bands(report, Drawing(width, theme, language)),
        lambda: sales_by_hour(report, Drawing(width, theme, language)),
    )
    return [chart for make in makers if (chart := make())]


def products_title(report: SalesReport) -> str:
    """Which product leads; there are two at least."""
    return _lead(report, [(figures.product, figures) for figures in report.top_products])


def ranking_title(report: SalesReport, values: Sequence[RegionFigures]) -> str:
    """Which value leads; empty where there are no two, or no sales."""
    ranked = [(each.region, each) for each in values]
    return _lead(report, ranked) if len(ranked) > 1 and any(each.sales for each in values) else ""


def base_of(report: SalesReport) -> str:
    """What the day is called that products and regions are compared with; empty where none is, or this one not over."""
    return "" if is_unfinished(report) else _base(report)


def _products(report: SalesReport, drawing: Drawing) -> Chart | None:
    every = named_products(report)
    many = words.PRODUCTS.to(report.language)
    rows = [(figures.product, figures) for figures in report.top_products]
    return _ranking("products", report, rows, many, every, drawing)


def _regions(report: SalesReport, drawing: Drawing) -> Chart | None:
    many = words.DIMENSIONS[first_dimension(report)].to(report.language)
    rows = [(figures.region, figures) for figures in report.regions]
    return _ranking("regions", report, rows, many, named_regions(report), drawing)


def _ranking(
    key: str,
    report: SalesReport,
    figures: Sequence[tuple[str, ProductFigures | RegionFigures]],
    many: str,
    every: int,
    drawing: Drawing,
) -> Chart | None:
    if len(figures) < 2 or not any(each.sales for _, each in figures):  # noqa: PLR2004 (one bar)
        return None
    language = report.language
    shown = figures[:MOST_ROWS]
    base = base_of(report)
    rows = []
    for name, each in shown:
        before = each.before if base else None
        amount, change = short_amount(each.sales, language), _change(each.sales, before, language)
        rows.append(Row(name=name_of(name), value=each.sales, amount=amount, before=before, change=change))
    others = round(report.summary.total_sales - sum(row.value for row in rows), 2) + 0.0
    hidden = max(every - len(shown), 0)
    if hidden or others:
        label = texts.OTHERS.to(language, count=number(hidden)) if hidden else texts.OTHERS_UNCOUNTED.to(language)
        rows.append(Row(label, others, short_amount(others, language), is_rest=True))
    title = _lead(report, shown)
    against = texts.AGAINST.to(language, base=base) if base and any(row.change for row in rows) else ""
    if hidden:
        head = texts.TOP_SHOWN.to(language, shown=len(shown), all=number(every), many=many.lower(), base=against)
    else:
        head = texts.VALUES_SHOWN.to(language, many=many[0].upper() + many[1:], base=against)
    drawing.head(title, head)
    rows_chart(drawing, rows)
    listed = texts.JOIN.to(language).join(
        texts.COLON.to(language, name=row.name, value=" ".join(filter(None, (row.amount, row.change)))) for row in rows
    )
    return drawing.chart(key, title, texts.RANKED_TEXT.to(language, rows=listed))


def _lead(report: SalesReport, figures: Sequence[tuple[str, ProductFigures | RegionFigures]]) -> str:
    (name, first), (other, second) = figures[:2]
    language = report.language
    if first.sales < 0:
        return texts.REFUNDS_LEAD.to(language)
    if first.sales == second.sales:
        return texts.AS_MUCH.to(language, name=_short(name), other=_short(other))
    share = share_or_none(first.share, report)
    if share is None or first.sales <= 0:
        return texts.LEADS_AMOUNT.to(language, name=_short(name), amount=short_amount(first.sales, language))
    return texts.LEADS.to(language, name=_short(name), share=percent(share))


def _price_bands(report: SalesReport, drawing: Drawing) -> Chart | None:
    language, bands = report.language, report.price_bands
    if len(bands) < 2 or not any(figures.sales for figures in bands):  # noqa: PLR2004 (one bar)
        return None
    best = max(bands, key=lambda figures: figures.sales)
    share = share_or_none(best.share, report)
    said = band(best.band, language)
    if best.sales < 0:
        title = texts.REFUNDS_LEAD.to(language)
    elif share is None:
        title = texts.BAND_LEADS_AMOUNT.to(language, band=said)
    else:
        title = texts.BAND_LEADS.to(language, share=percent(share), band=said)
    rows = []
    for figures in bands:
        part = share_or_none(figures.share, report)
        rows.append(
            Row(
                name=band(figures.band, language),
                value=figures.sales,
                amount=short_amount(figures.sales, language),
                change=percent(part) if part is not None else "",
                role="day" if figures is best else "same",
            )
        )
    drawing.head(title, texts.BANDS_SHOWN.to(language))
    rows_chart(drawing, rows)
    listed = texts.JOIN.to(language).join(
        texts.COLON.to(language, name=row.name, value=" ".join(filter(None, (row.amount, row.change)))) for row in rows
    )
    return drawing.chart("price_bands", title, texts.RANKED_TEXT.to(language, rows=listed))


def _changes(report: SalesReport, drawing: Drawing) -> Chart | None:
    language = report.language
    steps: list[tuple[str, float]]
    moved = report.moved
    comparison = _comparison(report, moved)
    if comparison is None or not comparison.sales_change or is_unfinished(report):
        return None  # what a day that is not over lacks moved nothing
    if moved and len(moved.parts) > 1:
        steps = [(name_of(part.name), part.change) for part in moved.parts[: MOST_ROWS - 2]]
        rest = round(comparison.sales_change - sum(change for _, change in steps), 2) + 0.0
        most = texts.MOVED_UP if steps[0][1] > 0 else texts.MOVED_DOWN
        title = most.to(language, name=_short(steps[0][0]), amount=_signed(steps[0][1], language))
        steps += [(texts.OTHER_CHANGES.to(language), rest)] if rest else []
    else:
        by_orders = _orders_part(report, comparison)
        if by_orders is None:
            return None
        steps = [
            (texts.ORDERS.to(language), by_orders),
            (texts.VALUE.to(language), round(comparison.sales_change - by_orders, 2) + 0.0),
        ]
        first = max(steps, key=lambda step: abs(step[1]))
        most = texts.ORDERS_DID if first is steps[0] else texts.VALUE_DID
        title = most.to(language, amount=_signed(first[1], language))
    shown = texts.MOVED_SHOWN.to(
        language,
        before=short_amount(comparison.total_sales, language),
        base=_base_of(report, comparison),
        now=short_amount(own_summary(report, comparison).total_sales, language),
    )
    drawing.head(title, shown)
    rows = [Row(name, change, _signed(change, language)) for name, change in steps]
    whole = Row(
        texts.IN_ALL.to(language), comparison.sales_change, _signed(comparison.sales_change, language), is_rest=True
    )
    steps_chart(drawing, rows, whole)
    listed = texts.JOIN.to(language).join(
        texts.COLON.to(language, name=row.name, value=row.amount) for row in [*rows, whole]
    )
    return drawing.chart("changes", title, texts.MOVED_TEXT.to(language, rows=listed))


def _orders_part(report: SalesReport, comparison: Comparison) -> float | None:
    """What the number of orders did at the average order of then; the rest did the average order."""
    own = own_summary(report, comparison)
    if min(comparison.total_orders, own.total_orders) <= 0:
        return None
    average = Fraction(comparison.total_sales) / comparison.total_orders
    return rounded(average * (own.total_orders - comparison.total_orders))


def _comparison(report: SalesReport, moved: Movement | None) -> Comparison | None:
    """The comparison that the movement is of; the same weekday's where none is known."""
    if moved:
        return next((each for each, _ in comparisons(report) if each and each.date == moved.date), None)
    return main_comparison(report)[0]


def _base(report: SalesReport) -> str:
    comparison = _comparison(report, report.moved) if report.moved else None
    return _base_of(report, comparison) if comparison else ""


def _base_of(report: SalesReport, comparison: Comparison) -> str:
    return next(base for each, base in comparisons(report) if each is comparison)


def _change(now: float, before: float | None, language: Language) -> str:
    """A change in percent with its sign; in words where there is no percentage."""
    if before is None or (before <= 0 and now <= 0):
        return ""
    if before <= 0:
        return texts.NEW.to(language) if before == 0 else ""
    if now < 0:
        return "▼"
    by = 100 * (now - before) / before
    sign = "▲" if by > 0 else "▼" if by < 0 else "="
    return sign if by == 0 else f"{sign} {percent(abs(by))}"


def _signed(value: float, language: Language) -> str:
    return ("+" if value > 0 else "") + short_amount(value, language)


def _short(name: str) -> str:
    return fitted(name_of(name), 1, 16)
