"""From the cube to the report: one day's figures, exact, beside those of earlier days."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from daybook.cube import BANDS, MEASURES, Cube
from daybook.errors import TableError
from daybook.insights import insights, warnings
from daybook.parameters import AnalysisParameters
from daybook.report import (
    MAX_LIST,
    Comparison,
    DataInfo,
    DataQuality,
    PriceBandFigures,
    ProductFigures,
    RegionFigures,
    SalesReport,
    Summary,
)
from daybook.table import texts

_DIGEST_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class _Figures:
    """The sums of some of a day's orders, exact."""

    name: str
    orders: int
    sales: Fraction
    quantity: Fraction
    price_sum: Fraction
    price_count: int


def sales_report(
    cube: Cube, parameters: AnalysisParameters | None = None, *, every_region: bool = False
) -> SalesReport:
    """The report on one day of a cube.

    Args:
        cube: what the file holds, and history where there is any.
        parameters: the day, the ranking's length and the language; the others are those of the file.
        every_region: all regions stand in the report, not only the first 30.

    Raises:
        TableError: no row has a readable date, or none is of the day.
    """
    parameters = parameters or AnalysisParameters()
    date, dates = parameters.date, cube.dates
    if not dates and len(cube):
        raise TableError(texts.NO_DATES)
    if date and dates and date not in dates:
        raise TableError(texts.NO_ROWS_FOR_DAY, date=date, first=dates[0], last=dates[-1])
    day = date or (dates[-1] if dates else None)
    part = cube.on(day) if day and dates else Cube.empty()
    total = _total(part)
    earlier = {days: _compared(cube, day, days, total) for days in (1, 7)}
    products, regions = _grouped(part, "product"), _grouped(part, "region")
    report = SalesReport(
        report_key=_report_key(day, part, earlier),
        language=parameters.language,
        has_data=bool(dates),
        analysis_date=day,
        summary=Summary(
            total_sales=_rounded(total.sales),
            total_orders=total.orders,
            total_quantity=float(total.quantity),
            average_order_value=_rounded(total.sales / total.orders) if total.orders else 0.0,
        ),
        previous_day=earlier[1],
        week_before=earlier[7],
        top_products=[_product(figures, total) for figures in _ranked(products)[: parameters.top_n]],
        regions=[_region(figures, total) for figures in _ranked(regions)[: None if every_region else MAX_LIST]],
        price_bands=_price_bands(part, total),
        insights=[],
        warnings=[],
        data_info=DataInfo(
            first_date=dates[0] if dates else None,
            last_date=dates[-1] if dates else None,
            days=len(dates),
            records=total.orders,
            unique_products=len(products),
            unique_regions=len(regions),
        ),
        quality=_quality(cube, part, products, regions),
    )
    return report.model_copy(update={"insights": insights(report), "warnings": warnings(report)})


def _grouped(cube: Cube, key: str) -> list[_Figures]:
    values, sums = cube.totals(key)
    return [
        _Figures(
            name=value,
            orders=sums["orders"][place],
            sales=_exact(cube, "sales", sums["sales"][place]),
            quantity=_exact(cube, "quantity", sums["quantity"][place]),
            price_sum=_exact(cube, "price_sum", sums["price_sum"][place]),
            price_count=sums["price_count"][place],
        )
        for place, value in enumerate(values)
    ]


def _total(cube: Cube) -> _Figures:
    return _Figures(
        name="",
        orders=cube.total("orders"),
        sales=_exact(cube, "sales", cube.total("sales")),
        quantity=_exact(cube, "quantity", cube.total("quantity")),
        price_sum=_exact(cube, "price_sum", cube.total("price_sum")),
        price_count=cube.total("price_count"),
    )


def _ranked(figures: list[_Figures]) -> list[_Figures]:
    """By sales as the report shows them, ties by name; a blank name forms no group."""
    return sorted((part for part in figures if part.name), key=lambda part: (-_rounded(part.sales), part.name))


def _product(figures: _Figures, total: _Figures) -> ProductFigures:
    return ProductFigures(
        product=figures.name,
        sales=_rounded(figures.sales),
        orders=figures.orders,
        quantity=float(figures.quantity),
        average_price=_rounded(figures.price_sum / figures.price_count) if figures.price_count else None,
        share=_percent(figures.sales, total.sales),
    )


def _region(figures: _Figures, total: _Figures) -> RegionFigures:
    return RegionFigures(
        region=figures.name,
        sales=_rounded(figures.sales),
        orders=figures.orders,
        quantity=float(figures.quantity),
        share=_percent(figures.sales, total.sales),
    )


def _price_bands(cube: Cube, total: _Figures) -> list[PriceBandFigures]:
    by_band = {int(figures.name): figures for figures in _grouped(cube, "band")}
    return [
        PriceBandFigures(
            band=band,
            sales=_rounded(figures.sales),
            orders=figures.orders,
            quantity=float(figures.quantity),
            share=_percent(figures.sales, total.sales),
        )
        for place, band in enumerate(BANDS, 1)
        if (figures := by_band.get(place))
    ]


def _compared(cube: Cube, day: dt.date | None, days: int, total: _Figures) -> Comparison | None:
    if day is None or day.toordinal() <= days:
        return None
    before = day - dt.timedelta(days=days)
    part = cube.on(before)
    if not len(part):
        return None
    earlier = _total(part)
    return Comparison(
        date=before,
        total_sales=_rounded(earlier.sales),
        total_orders=earlier.orders,
        total_quantity=float(earlier.quantity),
        sales_change=_rounded(total.sales - earlier.sales),
        sales_change_percent=_percent(total.sales - earlier.sales, max(earlier.sales, Fraction(0))),
        orders_change=total.orders - earlier.orders,
        orders_change_percent=_percent(Fraction(total.orders - earlier.orders), Fraction(earlier.orders)),
    )


def _quality(cube: Cube, part: Cube, products: list[_Figures], regions: list[_Figures]) -> DataQuality:
    blank_dates, bad_dates = cube.total("blank_dates"), cube.total("bad_dates")
    return DataQuality(
        rows_read=cube.total("orders"),
        rows_left_out=blank_dates + bad_dates,
        blank_dates=blank_dates,
        bad_dates=bad_dates,
        blank_prices=part.total("blank_prices"),
        bad_prices=part.total("bad_prices"),
        blank_quantities=part.total("blank_quantities"),
        bad_quantities=part.total("bad_quantities"),
        blank_products=sum(figures.orders for figures in products if not figures.name),
        blank_regions=sum(figures.orders for figures in regions if not figures.name),
        refunds=part.total("refunds"),
        refund_sales=_rounded(_exact(part, "refund_sales", part.total("refund_sales"))),
    )


def _report_key(day: dt.date | None, part: Cube, earlier: dict[int, Comparison | None]) -> str:
    """The day and a digest of all that its figures are made of, whatever the language or the ranking's length."""
    digest = hashlib.sha256()
    for line in sorted(_lines(part)):
        digest.update(line.encode())
    for comparison in earlier.values():
        digest.update(comparison.model_dump_json().encode() if comparison else b"-")
    return f"{day or 'no-date'}-{digest.hexdigest()[:_DIGEST_CHARACTERS]}"


def _lines(cube: Cube) -> Iterator[str]:
    """The rows of a cube as text that is the same whatever units the cube counts in."""
    keys = [cube.columns[key].tolist() for key in ("product", "region", "band")]
    measures = [cube.measure(name, 6, 6).tolist() for name in MEASURES]
    for row in zip(*keys, *measures, strict=True):
        yield "\x1f".join(map(str, row)) + "\x1e"


def _exact(cube: Cube, name: str, units: int) -> Fraction:
    return Fraction(units, 10 ** cube.decimals(name))


def _rounded(value: Fraction) -> float:
    """To two places, an exact half to the even one; never minus zero."""
    return float(round(value, 2)) + 0.0


def _percent(part: Fraction, whole: Fraction) -> float | None:
    """``part`` in percent of ``whole``; None where ``whole`` is 0."""
    return _rounded(part / whole * 100) if whole else None
