"""Reports made by hand: a usual day, and every odd one."""

import datetime as dt
from typing import Any

from daybook.insights import insights, warnings
from daybook.language import Language
from daybook.report import (
    Comparison,
    DataInfo,
    DataQuality,
    PriceBandFigures,
    ProductFigures,
    RegionFigures,
    SalesReport,
    Summary,
)

SATURDAY = dt.date(2026, 10, 31)
LANGUAGES = (Language.CHINESE, Language.ENGLISH)


def summary(sales: float = 196253.27, orders: int = 200, quantity: float = 403) -> Summary:
    average = round(sales / orders, 2) if orders else 0.0
    return Summary(total_sales=sales, total_orders=orders, total_quantity=quantity, average_order_value=average)


def against(days: int, sales: float, orders: int, now: Summary | None = None) -> Comparison:
    now = now or summary()
    change = now.total_sales - sales
    return Comparison(
        date=SATURDAY - dt.timedelta(days=days),
        total_sales=sales,
        total_orders=orders,
        total_quantity=orders,
        sales_change=round(change, 2),
        sales_change_percent=round(100 * change / sales, 2) if sales > 0 else None,
        orders_change=now.total_orders - orders,
        orders_change_percent=round(100 * (now.total_orders - orders) / orders, 2) if orders else None,
    )


def product(
    name: str, sales: float = 8210.0, share: float | None = 41.86, price: float | None = 315.77
) -> ProductFigures:
    return ProductFigures(product=name, sales=sales, orders=12, quantity=26, average_price=price, share=share)


def region(name: str, sales: float = 8210.0, share: float | None = 41.86) -> RegionFigures:
    return RegionFigures(region=name, sales=sales, orders=80, quantity=133, share=share)


def band(label: str, sales: float = 8210.0, share: float | None = 41.86) -> PriceBandFigures:
    return PriceBandFigures(band=label, sales=sales, orders=24, quantity=51, share=share)


def quality(**counts: float) -> DataQuality:
    clean: dict[str, float] = dict.fromkeys(DataQuality.model_fields, 0)
    return DataQuality.model_validate({**clean, "rows_read": 220, **counts})


def report(language: Language = Language.CHINESE, **changes: Any) -> SalesReport:
    """A usual day of 200 orders with its insights and warnings; ``changes`` replace parts of it."""
    made = SalesReport(
        report_key="2026-10-31-abc",
        language=language,
        has_data=True,
        analysis_date=SATURDAY,
        summary=summary(),
        previous_day=against(1, 164213.55, 185),
        week_before=against(7, 214250.00, 190),
        top_products=[
            product("平板电脑", 82145.10, 41.86, 3150.54),
            product("笔记本电脑", 39194.40, 19.97, 6561.56),
            product("4K显示器", 18471.60, 9.41, 2070.72),
        ],
        regions=[region("华东", 82152.56, 41.86), region("华南", 36667.49, 18.68), region("华中", 26860.42, 13.69)],
        price_bands=[
            band("0-100", 9848.12, 5.02),
            band("1000-5000", 122506.85, 62.42),
            band("5000+", 39194.40, 19.97),
        ],
        insights=[],
        warnings=[],
        data_info=DataInfo(
            first_date=SATURDAY - dt.timedelta(days=30),
            last_date=SATURDAY,
            days=31,
            records=200,
            unique_products=12,
            unique_regions=3,
        ),
        quality=quality(),
    ).model_copy(update=changes)
    return made.model_copy(update={"insights": insights(made), "warnings": warnings(made)} | _given(changes))


def _given(changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in changes.items() if name in {"insights", "warnings"}}


def no_data(language: Language = Language.CHINESE) -> SalesReport:
    """A file with columns and not one row."""
    return report(
        language,
        has_data=False,
        analysis_date=None,
        summary=summary(0, 0, 0),
        previous_day=None,
        week_before=None,
        top_products=[],
        regions=[],
        price_bands=[],
        data_info=DataInfo(first_date=None, last_date=None, days=0, records=0, unique_products=0, unique_regions=0),
        quality=quality(rows_read=0),
    )


def zero(language: Language = Language.CHINESE) -> SalesReport:
    """A day of gifts: orders, and no sales."""
    now = summary(0, 12, 12)
    return report(
        language,
        summary=now,
        previous_day=against(1, 5000, 10, now),
        week_before=against(7, 0, 3, now),
        top_products=[product("帆布袋（赠品）", 0, None, 0)],
        regions=[region("华东", 0, None)],
        price_bands=[],
    )


def refunds_only(language: Language = Language.CHINESE) -> SalesReport:
    """A day on which everything came back."""
    now = summary(-3897.0, 3, -3)
    return report(
        language,
        summary=now,
        previous_day=against(1, -100, 1, now),
        week_before=None,
        top_products=[product("智能手表", -3897.0, 100.0, 1299.0)],
        regions=[region("华东", -3897.0, 100.0)],
        price_bands=[band("1000-5000", -3897.0, 100.0)],
        quality=quality(refunds=3, refund_sales=-3897.0),
    )
