"""`ranking`: a sheet of products, regions or the like, beside the day that they are compared with, and its chart."""

from collections.abc import Sequence

from daybook.charts.choose import base_of
from daybook.charts.texts import NEW
from daybook.report import PriceBandFigures, ProductFigures, RegionFigures, SalesReport
from daybook.words import texts as words
from daybook.words.figures import DASH
from daybook.workbook import texts
from daybook.workbook.day import ChartOf, changed
from daybook.workbook.sheet import Column, Kind, Sheets

type Figures = ProductFigures | RegionFigures | PriceBandFigures


def ranking(
    sheets: Sheets,
    report: SalesReport,
    name: str,
    one: str,
    rows: Sequence[tuple[str, Figures, float | None]],
    title: str,
    *,
    has_prices: bool = False,
) -> list[ChartOf]:
    """Write the sheet, and say what of it is drawn on the first one.

    Args:
        sheets: those of the workbook.
        report: what is ranked is of.
        name: of the sheet.
        one: what a row is.
        rows: each with its name, its figures and its average price.
        title: of its chart, the finding; it has none where that is empty.
        has_prices: whether there are average prices.
    """
    language = report.language
    base = base_of(report) if any(_before(figures) is not None for _, figures, _ in rows) else ""
    columns = [
        Column(one, least_width=24),
        Column(texts.SALES.to(language), Kind.MONEY, 18, has_bars=all(figures.sales >= 0 for _, figures, _ in rows)),
    ]
    if base:
        columns += [
            Column(base[0].upper() + base[1:], Kind.MONEY, 16),
            Column(texts.DIFFERENCE.to(language), Kind.DIFFERENCE, 14),
            Column(texts.CHANGE.to(language), Kind.CHANGE),
        ]
    columns += [
        Column(texts.SHARE.to(language), Kind.SHARE),
        Column(words.ORDERS.to(language), Kind.COUNT),
        Column(words.QUANTITY.to(language), Kind.QUANTITY),
    ]
    if has_prices:
        columns.append(Column(texts.AVERAGE_PRICE.to(language), Kind.MONEY, 16))
    values = [
        [
            named,
            figures.sales,
            *(_compared(figures, NEW.to(language)) if base else ()),
            figures.share,
            figures.orders,
            figures.quantity,
            *([price] if has_prices else []),
        ]
        for named, figures, price in rows
    ]
    place = sheets.table(name, columns, values)
    sales = [figures.sales for _, figures, _ in rows]
    return [ChartOf(title, place, 0, 1, ends=(min(sales), max(sales)))] if title else []


def _before(figures: Figures) -> float | None:
    return None if isinstance(figures, PriceBandFigures) else figures.before


def _compared(figures: Figures, new: str) -> list[object]:
    """Sales of the earlier day, the difference, and the change in percent or what is said where there is none."""
    before = _before(figures)
    if before is None:
        return [None, None, None]
    change = changed(figures.sales, before)
    said = new if before == 0 and figures.sales > 0 else DASH
    return [before, round(figures.sales - before, 2) + 0.0, said if change is None else change]
