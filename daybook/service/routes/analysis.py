"""The single-day analysis in the single-day form, for workflows that call it with an HTTP-request node."""

from fastapi import APIRouter, Depends, Request, Response

from daybook.service.http.openapi import SINGLE_DAY_ANSWERS, file_form
from daybook.service.http.work_context import work_context
from daybook.service.reports import jobs
from daybook.service.state import Service, require_key
from daybook.service.telemetry import current_request

router = APIRouter(prefix="/analysis", tags=["analysis"], dependencies=[Depends(require_key)])


@router.post(
    "/daily_sale_analysis",
    operation_id="daily_sale_analysis",
    summary="Analyse one day of a sales file",
    responses=SINGLE_DAY_ANSWERS,
    openapi_extra=file_form(),
)
async def daily_sale_analysis(request: Request, service: Service) -> Response:
    """Analyses the latest day of a sales file (CSV or XLSX with date, product, price, quantity and region).

    Gives total sales, orders and quantity, the five best products, all regions, price bands, and insights in Chinese.
    For another day, other column names or English sentences use create_report.
    """
    async with work_context(request, service) as work:
        form = await work.form()
        answer: jobs.Answer = await work.run(jobs.make_single_day_answer, form.file("file").path, limits=service.limits)
    current_request().rows, current_request().engine = answer.rows, answer.engine
    return Response(answer.json, media_type="application/json")
