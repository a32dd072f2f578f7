"""The jobs of the analysis: what runs in a worker process. Nothing here may be slow to import."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from daybook.language import Language
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.pipeline import analyze
from daybook.report import SalesReport
from daybook.service.reports.sources import SourceRules, open_source_file
from daybook.sources.base import SourceSettings

if TYPE_CHECKING:
    from daybook.book import Book, ShelfPlace


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server sends on, ready to be sent: the server has better things to do than to make JSON."""

    json: bytes
    rows: int
    """Rows of the file that were read."""
    engine: str = ""
    """What added them up, and why that was not the faster engine."""

    @classmethod
    def of(cls, report: SalesReport, answer: str) -> Self:
        """An answer that was made from a report."""
        used = report.understanding
        words = (used.engine, used.engine_why) if used else ()
        return cls(answer.encode(), report.quality.rows_read, ": ".join(filter(None, words)))


def make_report(
    content: Path | tuple[Path, ...],
    parameters: Mapping[str, Any],
    limits: Limits,
    books: "ShelfPlace | None" = None,
    source_name: str = "",
) -> Answer:
    """The report on the file at ``content``, or on several that are one table.

    Args:
        content: where the file lies, or the files.
        parameters: those of the node, as they came.
        limits: how large the file may be.
        books: where the books are, of which the parameters may name one.
        source_name: what a book calls the file.
    """
    asked = AnalysisParameters.model_validate(dict(parameters))
    report = analyze(content, asked, limits, book=_book(asked, books), source_name=source_name)
    return Answer.of(report, report.model_dump_json())


def make_report_from_source(
    content: str,
    rules: SourceRules,
    folder: Path,
    parameters: Mapping[str, Any],
    limits: Limits,
    books: "ShelfPlace | None" = None,
) -> Answer:
    """The report on a file that the service has or fetches itself; ``folder`` is for what it fetches."""
    with open_source_file(content, rules, folder, limits) as path:
        return make_report(path, parameters, limits, books, urlsplit(content).path.rpartition("/")[2])


def make_report_from_named_source(
    content: str,  # noqa: ARG001 - the name, under which it is put down if it ends workers
    source: SourceSettings,
    folder: Path,
    parameters: Mapping[str, Any],
    limits: Limits,
    books: "ShelfPlace | None" = None,
) -> Answer:
    """The report on a named source; ``content`` says which, ``folder`` is for what is fetched."""
    from daybook.sources.report import source_report  # noqa: PLC0415 - only what is asked for is loaded

    asked = AnalysisParameters.model_validate(dict(parameters))
    report = source_report(source, asked, limits, folder, book=_book(asked, books))
    return Answer.of(report, report.model_dump_json())


def make_single_day_answer(content: Path, limits: Limits) -> Answer:
    """The single-day analysis of the file at ``content`` in the single-day form."""
    report = analyze(content, SINGLE_DAY_PARAMETERS, limits, every_region=True)
    answer = json.dumps(single_day_answer(report), ensure_ascii=False, allow_nan=False)
    return Answer.of(report, answer)


def _book(asked: AnalysisParameters, books: "ShelfPlace | None") -> "Book | None":
    if not asked.book or books is None:
        return None
    from daybook.book.shelf import opened  # noqa: PLC0415 - only what is asked for is loaded

    return opened(books).book(asked.book)


_EXCELLENT_SALES = 100_000
_GOOD_SALES = 50_000
_HIGH_ORDER_VALUE = 1_000

SINGLE_DAY_PARAMETERS = AnalysisParameters(top_n=5, language=Language.CHINESE)
"""What the single-day answer tells of a file: its latest day, five products; and of the regions every one."""


def single_day_answer(report: SalesReport) -> dict[str, Any]:
    """A report in the single-day form: its keys, orders, numbers and Chinese sentences."""
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
