"""The single-day analysis in the reference shape, for workflows that call it with an HTTP-request node."""

from fastapi import APIRouter, Depends, Request, Response

from daybook.service import work
from daybook.service.context import current_request
from daybook.service.openapi import REFERENCE_ANSWERS, file_form
from daybook.service.running import desk
from daybook.service.state import Service, require_key

router = APIRouter(prefix="/analysis", tags=["analysis"], dependencies=[Depends(require_key)])


@router.post(
    "/daily_sale_analysis",
    operation_id="daily_sale_analysis",
    summary="Analyse one day of a sales file",
    responses=REFERENCE_ANSWERS,
    openapi_extra=file_form(),
)
async def daily_sale_analysis(request: Request, service: Service) -> Response:
    """Analyses the latest day of a sales file (CSV or XLSX with date, product, price, quantity and region).

    Gives total sales, orders and quantity, the five best products, all regions, price bands, and insights in Chinese.
    For another day, other column names or English sentences use create_report.
    """
    async with desk(request, service) as at:
        form = await at.form()
        answer: work.Answer = await at.run(
            work.make_reference_answer, path=form.file("file").path, limits=service.limits
        )
    current_request().rows = answer.rows
    return Response(answer.json, media_type="application/json")
