"""A report in the shape that `POST /analysis/daily_sale_analysis` answers: the single-day analysis callers know."""

from typing import Any

from daybook.language import Language
from daybook.parameters import AnalysisParameters
from daybook.report import SalesReport

_EXCELLENT_SALES = 100_000
_GOOD_SALES = 50_000
_HIGH_ORDER_VALUE = 1_000

SINGLE_DAY_PARAMETERS = AnalysisParameters(top_n=5, language=Language.CHINESE)
"""What the reference answers of a file: its latest day, five products; and of the regions every one."""


def single_day_answer(report: SalesReport) -> dict[str, Any]:
    """A report in the reference shape: its keys, orders, numbers and Chinese sentences."""
    info = report.data_info
    span = str(info.first_date or "")
    if info.days > 1:
        span = f"{info.first_date} 到 {info.last_date}"
    return {
        "analysis_date": str(report.analysis_date or ""),
        "summary": report.summary.model_dump(mode="json"),
        "top_products": [
            {
                "product": product.product,
                "sales": product.sales,
                "quantity": int(product.quantity),
                "avg_price": product.average_price,
            }
            for product in report.top_products
        ],
        "region_analysis": [
            {
                "region": region.region,
                "sales": region.sales,
                "quantity": int(region.quantity),
                "percentage": region.share or 0.0,
            }
            for region in report.regions
        ],
        "price_range_analysis": [
            {"range": band.band, "sales": band.sales, "quantity": int(band.quantity)}
            for band in report.price_bands
            if band.sales > 0
        ],
        "insights": _sentences(report),
        "data_info": {
            "date_range": span,
            "total_records": info.records,
            "unique_products": info.unique_products,
            "unique_regions": info.unique_regions,
        },
    }


def _sentences(report: SalesReport) -> list[str]:
    sales, average = report.summary.total_sales, report.summary.average_order_value
    if sales > _EXCELLENT_SALES:
        sentences = [f"当日销售表现优秀,总销售额达到 {sales:,.2f} 元"]
    elif sales > _GOOD_SALES:
        sentences = [f"当日销售表现良好,总销售额为 {sales:,.2f} 元"]
    else:
        sentences = [f"当日销售额为 {sales:,.2f} 元,可能需要关注销售策略"]
    for product in report.top_products[:1]:
        sentences.append(f"最佳销售产品是 {product.product},销售额 {product.sales:,.2f} 元")
    for region in report.regions[:1]:
        sentences.append(f"销售表现最佳的地区是 {region.region},占总销售额的 {region.share or 0.0}%")
    if average > _HIGH_ORDER_VALUE:
        sentences.append(f"平均订单价值较高,为 {average:,.2f} 元,显示客户购买力强")
    return sentences
