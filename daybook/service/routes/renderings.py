"""A kept report as files that are not text, by its link: the workbook."""

import asyncio

from fastapi import APIRouter, Request, Response

from daybook.report import SalesReport
from daybook.service.http.openapi import binary_answers
from daybook.service.reports.pages import Reader
from daybook.service.routes.reports import ReportId
from daybook.service.state import Service
from daybook.workbook import MIME_TYPE, workbook

router = APIRouter(prefix="/v1/reports", tags=["files"])

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


def file_name(report: SalesReport, ending: str) -> str:
    """What a report's file is called where it is saved."""
    return f"sales-{report.analysis_date or 'report'}.{ending}"
