"""From the cube to the report: one day's figures, exact, beside those of earlier days."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from daybook import tracing
from daybook.by_hour import again_by_hour, day_by_hour
from daybook.chosen_day import chosen_day
from daybook.cube import BANDS, DIMENSIONS, Cube
from daybook.days import (
    COMPARED_DAYS,
    ChosenDay,
    DayTotals,
    Remembered,
    compared,
    percent_of,
    rounded,
)
from daybook.earlier import Before, Figures, Known, exact, last_days, with_changes
from daybook.expect.judge import Facts, judged
from daybook.expect.parts import DayParts
from daybook.gate import readiness_of
from daybook.insights import doubts, insights, warnings
from daybook.judgement import Judgement, Movement
from daybook.parameters import AnalysisParameters
from daybook.readiness import Gate
from daybook.report import (
    MAX_LIST,
    BookUse,
    Comparison,
    DataInfo,
    DataQuality,
    Margin,
    PriceBandFigures,
    ProductFigures,
    Ranking,
    RegionFigures,
    SalesReport,
    Summary,
    Understanding,
)
from daybook.report_key import DIGEST_CHARACTERS, key_of
from daybook.table.statuses import is_goods
from daybook.words.figures import first_dimension


@tracing.span("make report")
def sales_report(
    cube: Cube,
    parameters: AnalysisParameters | None = None,
    *,
    every_region: bool = False,
    day: ChosenDay | None = None,
    understanding: Understanding | None = None,
    remembered: Remembered | None = None,
) -> SalesReport:
    """The report on one day of a cube.

    Args:
        cube: what the file holds, and history where there is any.
        parameters: the day, the ranking's length and the language; the others are those of the file.
        every_region: all regions stand in the report, not only the first 30.
        day: the day, where it has been chosen.
        understanding: what the file was taken for.
        remembered: what the business's book knows beside the file.

    Raises:
        TableError: no row has a readable date, or none is of the day.
    """
    parameters = parameters or AnalysisParameters()
    sold = cube.sold
    day = day or chosen_day(cube, parameters, {})
    known = Known(sold, remembered)
    part = known.on(day.day) if day.day else Cube.empty()
    own = known.totals(day.day, part) if day.day else None
    earlier = {days: compared(own, known.before(own.date, days)) if own else None for days in COMPARED_DAYS}
    base = earlier[7] or earlier[1]
    before = Before(base, known.on(base.date), known.parts(base.date)) if base else Before()
    report = SalesReport(
        report_key=_report_key(day.day, part, earlier, ""),
        language=parameters.language,
        has_data=bool(day.dates),
        analysis_date=day.day,
        previous_day=earlier[1],
        week_before=earlier[7],
        days=known.last_days(day, own),
        hours=day_by_hour(day.day, part, sold, remembered) if day.day else [],
        moved=moved_since(before, part),
        book=remembered.use if remembered else None,
        **sums_of(part, sold, day.dates, before, parameters, understanding, most=None if every_region else MAX_LIST),
    )
    if remembered and day.day:
        parts = DayParts.of(day.day, part)
        facts = replace(facts_of(report), explained=remembered.explained)
        report = report.model_copy(update={"judgement": judged(parts, remembered.known, facts)})
    readiness = readiness_of(report, parameters)
    report = report.model_copy(update={"readiness": readiness})
    if remembered and remembered.tell and readiness.gate is Gate.SEND:
        use = remembered.tell()
        key = _report_key(day.day, part, earlier, use.correction_key)
        report = report.model_copy(update={"book": use, "report_key": key})
    return with_sentences(report)


def sums_of(
    part: Cube,
    sold: Cube,
    dates: Sequence[dt.date],
    before: Before,
    parameters: AnalysisParameters,
    understanding: Understanding | None,
    *,
    most: int | None = MAX_LIST,
) -> dict[str, Any]:
    """What a report says of the sales of a day or a period, by field; its sentences are to come.

    Args:
        part: what was sold in it.
        sold: what was sold in all that was read.
        dates: the days of all that was read.
        before: what products and regions are compared with.
        parameters: the ranking's length.
        understanding: what the file was taken for.
        most: regions that are listed; all where it is None.
    """
    total = _total(part)
    products, regions = _grouped(part, "product"), _grouped(part, DIMENSIONS[0])
    return {
        "summary": summary_of(part),
        "top_products": [_product(figures, total, before) for figures in _goods(_ranked(products))[: parameters.top_n]],
        "regions": [_region(figures, total, before, DIMENSIONS[0]) for figures in _ranked(regions)[:most]],
        "price_bands": _price_bands(part, total),
        "insights": [],
        "warnings": [],
        "data_info": DataInfo(
            first_date=dates[0] if dates else None,
            last_date=dates[-1] if dates else None,
            days=len(dates),
            records=total.lines,
            unique_products=len(products),
            unique_regions=len(regions),
        ),
        "quality": _quality(sold, part, products, regions),
        "lines": total.lines,
        "rankings": _rankings(part, total, understanding, before) if understanding else [],
        "margin": _margin(part, total, understanding) if understanding else None,
        "understanding": understanding,
    }


def summary_of(part: Cube) -> Summary:
    """What was sold, in four figures."""
    total = _total(part)
    return Summary(
        total_sales=rounded(total.sales),
        total_orders=total.orders,
        total_quantity=float(total.quantity),
        average_order_value=rounded(total.sales / total.orders) if total.orders else 0.0,
    )


def moved_since(before: Before, part: Cube) -> Movement | None:
    """What moved sales since then."""
    return before.movement(_grouped(part, "product"), _grouped(part, DIMENSIONS[0]))


def compared_with(
    report: SalesReport,
    own: DayTotals | None,
    earlier: Mapping[dt.date, DayTotals],
    use: BookUse,
    judgement: Judgement | None = None,
    parts: Mapping[dt.date, DayParts] | None = None,
) -> SalesReport:
    """A report of a file alone, compared with days that a book knows.

    Args:
        report: of the file.
        own: the reported day, exact.
        earlier: the days that the file does not hold.
        use: what is said of the book.
        judgement: what the book says of the day.
        parts: the reported day and those before it, as the book keeps them.
    """
    parts = parts or {}
    known = {days: report.previous_day if days == 1 else report.week_before for days in COMPARED_DAYS}
    for days in COMPARED_DAYS:
        before = earlier.get(own.date - dt.timedelta(days=days)) if own else None
        if own and before:
            known[days] = compared(own, before)
    digest = hashlib.sha256(report.report_key.encode())
    for comparison in known.values():
        digest.update(comparison.model_dump_json().encode() if comparison else b"-")
    digest.update(use.correction_key.encode())
    key = f"{report.report_key[:-DIGEST_CHARACTERS]}{digest.hexdigest()[:DIGEST_CHARACTERS]}"
    sales = {each.date: Fraction(str(each.sales)) for each in report.days}
    sales |= {date: kept.sales() for date, kept in parts.items()}
    sales |= {date: Fraction(totals.sales) for date, totals in earlier.items()}
    sales |= {own.date: Fraction(own.sales)} if own else {}
    report = report.model_copy(
        update={
            "previous_day": known[1],
            "week_before": known[7],
            "book": use,
            "report_key": key,
            "judgement": judgement,
            "days": last_days(own.date, sales) if own else report.days,
        }
    )
    base = known[7] or known[1]
    if (
        own
        and base
        and base.date in parts
        and own.date in parts
        and (not report.moved or report.moved.date != base.date)
    ):
        report = with_changes(report, base, parts[own.date], parts[base.date])
    if own and own.date in parts and report.hours:
        report = report.model_copy(update={"hours": again_by_hour(own.date, parts)})
    return with_sentences(report)


def with_sentences(report: SalesReport) -> SalesReport:
    """A report with what its figures say."""
    said = {"insights": insights(report), "warnings": warnings(report), "doubts": doubts(report)}
    return report.model_copy(update=said)


def facts_of(report: SalesReport) -> Facts:
    """What is known of a report's file by which its day is judged."""
    understanding = report.understanding
    rows = report.quality.rows_read
    return Facts(
        language=report.language,
        unfinished=bool(understanding and understanding.dates.unfinished),
        repeated=understanding.repeated_lines / rows if understanding and rows and report.data_info.days == 1 else 0.0,
        dimension=first_dimension(report),
        whole_hours=understanding.dates.whole_hours if understanding else 0,
    )


def _goods(products: list[Figures]) -> list[Figures]:
    """Without shipping, fees and adjustments, where anything else is sold."""
    return [figures for figures in products if is_goods(figures.name)] or products


def _rankings(part: Cube, total: Figures, understanding: Understanding, before: Before) -> list[Ranking]:
    found = []
    for key, (dimension, column) in zip(DIMENSIONS, understanding.dimensions.items(), strict=False):
        figures = _grouped(part, key)
        values = [_region(value, total, before, key) for value in _ranked(figures)[:MAX_LIST]]
        found.append(Ranking(dimension=dimension, column=column, values=values, distinct=len(figures)))
    return found


def _margin(part: Cube, total: Figures, understanding: Understanding) -> Margin | None:
    if not {"cost", "profit"} & {column.field for column in understanding.columns}:
        return None
    profit = exact(part, "profit", part.total("profit"))
    return Margin(profit=rounded(profit), percent=percent_of(profit, total.sales))


def _grouped(cube: Cube, key: str) -> list[Figures]:
    values, sums = cube.totals(key, ["orders", "sales", "quantity", "price_sum", "price_count", "lines"])
    return [
        Figures(
            name=value,
            orders=sums["orders"][place],
            sales=exact(cube, "sales", sums["sales"][place]),
            quantity=exact(cube, "quantity", sums["quantity"][place]),
            price_sum=exact(cube, "price_sum", sums["price_sum"][place]),
            price_count=sums["price_count"][place],
            lines=sums["lines"][place],
        )
        for place, value in enumerate(values)
    ]


def _total(cube: Cube) -> Figures:
    return Figures(
        name="",
        orders=cube.total("orders"),
        sales=exact(cube, "sales", cube.total("sales")),
        quantity=exact(cube, "quantity", cube.total("quantity")),
        price_sum=exact(cube, "price_sum", cube.total("price_sum")),
        price_count=cube.total("price_count"),
        lines=cube.total("lines"),
    )


def _ranked(figures: list[Figures]) -> list[Figures]:
    """By sales as the report shows them, ties by name; a blank name forms no group."""
    return sorted((part for part in figures if part.name), key=lambda part: (-rounded(part.sales), part.name))


def _product(figures: Figures, total: Figures, before: Before) -> ProductFigures:
    return ProductFigures(
        product=figures.name,
        sales=rounded(figures.sales),
        orders=figures.orders,
        quantity=float(figures.quantity),
        average_price=rounded(figures.price_sum / figures.price_count) if figures.price_count else None,
        share=percent_of(figures.sales, total.sales),
        before=_then(before, "product", figures),
    )


def _then(before: Before, key: str, figures: Figures) -> float | None:
    sales = before.sales(key, figures.name)
    return None if sales is None else rounded(sales)


def _region(figures: Figures, total: Figures, before: Before, key: str) -> RegionFigures:
    return RegionFigures(
        region=figures.name,
        sales=rounded(figures.sales),
        orders=figures.orders,
        quantity=float(figures.quantity),
        share=percent_of(figures.sales, total.sales),
        before=_then(before, key, figures),
    )


def _price_bands(cube: Cube, total: Figures) -> list[PriceBandFigures]:
    by_band = {int(figures.name): figures for figures in _grouped(cube, "band")}
    return [
        PriceBandFigures(
            band=band,
            sales=rounded(figures.sales),
            orders=figures.orders,
            quantity=float(figures.quantity),
            share=percent_of(figures.sales, total.sales),
        )
        for place, band in enumerate(BANDS, 1)
        if (figures := by_band.get(place))
    ]


def _quality(cube: Cube, part: Cube, products: list[Figures], regions: list[Figures]) -> DataQuality:
    blank_dates, bad_dates = cube.total("blank_dates"), cube.total("bad_dates")
    return DataQuality(
        rows_read=cube.total("lines"),
        rows_left_out=blank_dates + bad_dates,
        blank_dates=blank_dates,
        bad_dates=bad_dates,
        blank_prices=part.total("blank_prices"),
        bad_prices=part.total("bad_prices"),
        blank_quantities=part.total("blank_quantities"),
        bad_quantities=part.total("bad_quantities"),
        blank_products=sum(figures.lines for figures in products if not figures.name),
        blank_regions=sum(figures.lines for figures in regions if not figures.name),
        refunds=part.total("refunds"),
        refund_sales=rounded(exact(part, "refund_sales", part.total("refund_sales"))),
        blank_sales=part.total("blank_sales"),
        bad_sales=part.total("bad_sales"),
    )


def _report_key(day: dt.date | None, part: Cube, earlier: dict[int, Comparison | None], correction_key: str) -> str:
    """The day and a digest of all that its figures are made of, whatever the language or the ranking's length.

    A correction that the report tells is part of it, so that it is delivered too.
    """
    told = [comparison.model_dump_json() if comparison else "-" for comparison in earlier.values()]
    return key_of(str(day or "no-date"), part, [*told, correction_key])
