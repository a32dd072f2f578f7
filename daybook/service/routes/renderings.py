"""A kept report as files that are not text, by its link: the workbook, and the pictures for messages."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from daybook.charts import charts_of, png
from daybook.language import Text
from daybook.report import SalesReport
from daybook.service.errors import ResourceNotFoundError
from daybook.service.http.openapi import binary_answers
from daybook.service.reports.pages import Reader
from daybook.service.routes.reports import ReportId
from daybook.service.state import Service, ServiceState
from daybook.workbook import MIME_TYPE, workbook

router = APIRouter(prefix="/v1/reports", tags=["files"])

type ChartKey = Annotated[
    str, Path(description="Which: sales_by_day, changes, products, regions, price_bands or hours")
]

NO_PICTURE = Text(
    en="The report has no such picture; it has one of what there is more than one bar of.",
    zh="报告没有这张图表；只有一个数据项的内容不会生成图表。",
)
PNG = "image/png"
PICTURE_SECONDS = 3600
"""Whoever fetched a picture need not fetch it again so long."""
_PRIVATE = {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer"}


@router.get(
    "/{report_id:report}/report.xlsx",
    summary="The report as an Excel workbook, by its link",
    response_class=Response,
    responses=binary_answers(MIME_TYPE),
)
async def get_report_workbook(request: Request, service: Service, report_id: ReportId) -> Response:
    """The report as an Excel workbook: the day with charts, the rankings, and what was wrong with the data."""
    Reader.of(request, service, report_id)
    report = await asyncio.to_thread(service.reports.get, report_id)
    data = await asyncio.to_thread(workbook, report)
    headers = {"Content-Disposition": f'attachment; filename="{file_name(report, "xlsx")}"'}
    return Response(data, 200, _PRIVATE | headers, MIME_TYPE)


@router.get(
    "/{report_id:report}/picture.png",
    summary="The report's main picture, by its link",
    response_class=Response,
    responses=binary_answers(PNG),
)
async def get_report_picture(request: Request, service: Service, report_id: ReportId) -> Response:
    """The most telling picture of the report as PNG: what a message in a group shows."""
    return await _picture(request, service, report_id)


@router.get(
    "/{report_id:report}/{chart}.png",
    summary="One of the report's pictures, by its link",
    response_class=Response,
    responses=binary_answers(PNG),
)
async def get_report_chart(request: Request, service: Service, report_id: ReportId, chart: ChartKey) -> Response:
    """One picture of the report as PNG; there is none of what would be a single bar."""
    return await _picture(request, service, report_id, chart)


async def _picture(request: Request, service: ServiceState, report_id: str, key: str = "") -> Response:
    Reader.of(request, service, report_id)
    report = await asyncio.to_thread(service.reports.get, report_id)
    data = await asyncio.to_thread(_drawn, report, key)
    if data is None:
        raise ResourceNotFoundError(NO_PICTURE)
    return Response(data, 200, _PRIVATE | {"Cache-Control": f"private, max-age={PICTURE_SECONDS}"}, PNG)


def _drawn(report: SalesReport, key: str) -> bytes | None:
    charts = charts_of(report, language=report.language)
    return next((png(chart) for chart in charts if key in {"", chart.key}), None)


def file_name(report: SalesReport, ending: str) -> str:
    """What a report's file is called where it is saved."""
    return f"sales-{report.analysis_date or 'report'}.{ending}"
