"""Reports and single days: made from a file that is sent or a source that the service reads; kept, opened by link."""

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from starlette.convertors import StringConvertor, register_url_convertor

from daybook import tracing
from daybook.errors import DaybookError, QuestionError
from daybook.functions.results import Result
from daybook.questions import asked
from daybook.render.markdown import report_markdown
from daybook.report import SalesReport, Understanding
from daybook.service.functions.calls import work_on
from daybook.service.functions.runs import REPORT
from daybook.service.http.authenticator import PARAMETER
from daybook.service.http.openapi import (
    BOOK_REPORT_ANSWERS,
    FILE_ANSWERS,
    INSPECT_ANSWERS,
    KEPT_ANSWERS,
    PAGE_ANSWERS,
    REPORT_ANSWERS,
    SINGLE_DAY_ANSWERS,
    TEXT_ANSWERS,
    file_form,
    period_body,
    report_form,
    report_queries,
    source_body,
)
from daybook.service.http.responses import wanted_language
from daybook.service.http.work_context import Background, WorkContext, wants_no_wait, work_context
from daybook.service.reports import jobs, pages
from daybook.service.reports.asked import JSON_TYPE, Asked, read, read_period_parameters, read_source
from daybook.service.reports.store import KnownAnswer, told
from daybook.service.routes.functions import begun_response
from daybook.service.routes.memory import BookName, with_book
from daybook.service.state import Service, ServiceState, require_key
from daybook.service.telemetry import current_request
from daybook.service.workers.admission import JobContent

single_day = APIRouter(prefix="/analysis", tags=["analysis"], dependencies=[Depends(require_key)])


@single_day.post(
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


class _ReportIdConvertor(StringConvertor):
    regex = "[0-9a-f]{32}"


# An id looks like one, so that /v1/reports/from-source is no report
register_url_convertor("report", _ReportIdConvertor())
router = APIRouter(prefix="/v1/reports", tags=["reports"])
files = APIRouter(prefix="/v1/reports", tags=["files"])
inspections = APIRouter(prefix="/v1/inspect", tags=["reports"])
book_reports = APIRouter(prefix="/v1/books", tags=["reports"])

type ReportId = Annotated[str, Path(description="The id that came with the report")]


@router.post(
    "",
    operation_id="create_report",
    summary="Report on one day of a sales file",
    status_code=201,
    responses=REPORT_ANSWERS,
    openapi_extra=report_form() | report_queries(),
    dependencies=[Depends(require_key)],
)
async def create_report(request: Request, service: Service) -> Response:
    """Reads a sales file and reports on one day of it.

    Use it when a person sends a file of orders (CSV or XLSX with date, product, price, quantity and region, under
    these or similar names in English or Chinese) and wants to know how a day went. Gives total sales, orders and
    quantity, the change against the day before and the week before, the best products, regions, price bands,
    insights, warnings about the data, and a link to the report that opens on a phone. Several files with the same
    columns are read as one table.
    """
    return await _report_or_run(request, service, read)


@inspections.post(
    "",
    operation_id="inspect_file",
    summary="What a sales file is taken for, and what would be asked",
    responses=INSPECT_ANSWERS,
    openapi_extra=report_form() | report_queries(),
    dependencies=[Depends(require_key)],
)
async def inspect_file(request: Request, service: Service) -> Response:
    """Reads a sales file and says what it is taken for, without a report.

    Use it to see which column is read as what, how dates and numbers are read, which rows are left out, and whether
    something has to be answered first: each question names the parameter that answers it and the values to choose
    from. Takes the same file and parameters as create_report, and keeps nothing of
    it but what was asked.
    """
    try:
        async with work_context(request, service) as work:
            answer = await _made(work, await read(work))
    except QuestionError as question:
        found = asked(question, wanted_language(request, service.settings.language))
        return _private(found.model_dump_json().encode(), JSON_TYPE)
    report = json.loads(answer.json)
    found_json = json.dumps(report["understanding"]) if report["understanding"] else Understanding().model_dump_json()
    return _private(found_json.encode(), JSON_TYPE)


@router.post(
    "/from-source",
    operation_id="create_report_from_source",
    summary="Report on one day of a file that the service reads itself",
    status_code=201,
    responses=REPORT_ANSWERS,
    openapi_extra=source_body(),
    dependencies=[Depends(require_key)],
)
async def create_report_from_source(request: Request, service: Service) -> Response:
    """Reports on one day of a sales file that the service can read itself.

    Use it when a person names a file by its path in the service's source folder, or by an https address on a host
    that the service may use, instead of sending it. Gives the same report as create_report.
    """
    return await _report_or_run(request, service, read_source)


@book_reports.post(
    "/{book}/reports",
    operation_id="create_report_from_book",
    summary="Report on a week, a month or a range of days of a book",
    status_code=201,
    responses=BOOK_REPORT_ANSWERS,
    openapi_extra=period_body(),
    dependencies=[Depends(require_key)],
)
async def create_report_from_book(request: Request, service: Service, book: BookName) -> Response:
    """Reports on a week, a month or a range of the days that a book holds, without a file.

    Use it when a person asks how a week or a month went. Gives the same report as create_report, against the period
    before and the same one a year before, and says which days are missing. Where no date is given, it is the latest
    week or month whose last day the book holds.
    """

    async def read_period(work: WorkContext) -> Asked:
        parameters = await read_period_parameters(work)
        await with_book(service, book, lambda held: held.name)
        return Asked(jobs.make_report_from_book, book, parameters, {"books": service.books})

    return await _report_or_run(request, service, read_period)


@router.get(
    "/{report_id:report}", operation_id="get_report", summary="A report that was made before", responses=KEPT_ANSWERS
)
async def get_report(request: Request, service: Service, report_id: ReportId) -> Response:
    """Gives a report that was made before, by the id that came with it."""
    _check_reader(request, service, report_id)
    kept = await asyncio.to_thread(service.reports.get_json, report_id)
    return _answer(request, service, report_id, kept, 200, request.query_params.get(PARAMETER))


@files.get(
    "/{report_id:report}/report.html",
    summary="The report as a page, by its link",
    response_class=HTMLResponse,
    responses=PAGE_ANSWERS,
)
async def get_report_page(request: Request, service: Service, report_id: ReportId) -> Response:
    """The report as a page to read, on a phone too; ways from it lead to the days that it compares with."""
    reader = pages.Reader.of(request, service, report_id)
    report = await asyncio.to_thread(service.reports.get, report_id)
    return pages.answer(request, await asyncio.to_thread(pages.report_page, reader, report_id, report))


@files.get("/{report_id:report}/report.json", summary="The report as JSON, by its link", responses=FILE_ANSWERS)
async def get_report_json(request: Request, service: Service, report_id: ReportId) -> Response:
    """The report itself, as JSON."""
    _check_reader(request, service, report_id)
    kept = await asyncio.to_thread(service.reports.get_json, report_id)
    return _private(kept, "application/json")


@files.get(
    "/{report_id:report}/report.md",
    summary="The report as Markdown, by its link",
    response_class=PlainTextResponse,
    responses=TEXT_ANSWERS,
)
async def get_report_markdown(request: Request, service: Service, report_id: ReportId) -> Response:
    """The report as Markdown."""
    _check_reader(request, service, report_id)
    report = await asyncio.to_thread(service.reports.get, report_id)
    # plain text: a phone's browser shows it, where it would offer to save a text/markdown
    return _private(report_markdown(report).encode(), "text/plain; charset=utf-8")


async def _report_or_run(
    request: Request, service: ServiceState, reads: Callable[[WorkContext], Awaitable[Asked]]
) -> Response:
    """The report; or the run that makes it, for a client that does not wait."""
    begun = time.monotonic()
    async with contextlib.AsyncExitStack() as stack:
        work = await stack.enter_async_context(work_context(request, service))
        wanted = await reads(work)
        if not wants_no_wait(request):
            answer = await _made(work, wanted)
            await stack.aclose()
            return _answer(request, service, await _keep(service, answer, begun), answer.json, 201)
        place = await stack.enter_async_context(work.place())
        run = await asyncio.to_thread(service.runs.begin, REPORT)
        current_request().run_id = run.id
        alone = replace(work, background=Background(place, run.hear))
        work_on(service.runs, run, _kept_by_run(alone, wanted, begun), stack)
        return await begun_response(request, service, run)


async def _kept_by_run(work: WorkContext, asked: Asked, begun: float) -> Result:
    followed = asked._replace(function=jobs.make_followed, arguments={**asked.arguments, "make": asked.function})
    report_id = await _keep(work.service, await _made(work, followed), begun)
    about = {"id": report_id, "url": pages.place_of(_base(work.request, work.service), report_id)}
    return Result(json.dumps(about).encode(), "", ())


async def _made(work: WorkContext, asked: Asked) -> jobs.Answer:
    function, content, parameters, given = asked
    arguments = {**given, "limits": work.service.limits}
    # looking at a file keeps nothing of it
    looks = work.request.url.path.startswith(inspections.prefix)
    if str(parameters.get("book") or "").strip() and not looks:
        arguments["books"] = work.service.books
        parameters = work.service.mornings.gated(parameters)
    try:
        answer, used = await _answered(work, function, content, parameters, arguments)
    except DaybookError as error:
        if error.readiness and not looks:
            book = str(parameters.get("book") or "")
            await asyncio.to_thread(work.service.mornings.looked, book, None, error.readiness)
        raise
    if not looks:
        await asyncio.to_thread(work.service.answers.confirm, answer.json, parameters)
    if used:
        answer = told(answer, used)
    current_request().rows, current_request().engine = answer.rows, answer.engine
    return answer


async def _answered(
    work: WorkContext, function: Any, content: JobContent, parameters: Mapping[str, Any], arguments: dict[str, Any]
) -> tuple[jobs.Answer, list[KnownAnswer]]:
    """The result of a job, and the answers of before that it needed."""
    used: list[KnownAnswer] = []
    while True:
        try:
            return await work.run(function, content, parameters=parameters, **arguments), used
        except QuestionError as question:
            known = await asyncio.to_thread(work.service.answers.recall, question)
            if known is None or known in used:
                raise
            used.append(known)
            parameters = known.added_to(parameters)
            if "folder" in arguments:  # what was fetched into it lies there
                arguments["folder"] = work.folder / f"again-{len(used)}"
                arguments["folder"].mkdir()


async def _keep(service: ServiceState, answer: jobs.Answer, begun: float) -> str:
    """Keep a report that was asked for at ``begun``; gives its id."""
    report_id = await asyncio.to_thread(service.reports.add, answer.json)
    took = time.monotonic() - begun
    await asyncio.to_thread(service.mornings.made, report_id, answer.json, took, tracing.trace_id())
    return report_id


def _answer(
    request: Request, service: ServiceState, report_id: str, report_json: bytes, status: int, link: str | None = None
) -> Response:
    base = _base(request, service)
    place = pages.place_of(base, report_id)
    # who came by a link gets no later one, and none to write: a link gives what it gives until it ends
    query = f"{PARAMETER}={link or service.links.token(report_id)}"
    about = {
        "id": report_id,
        "links": {
            "page": f"{place}/report.html?{query}",
            "markdown": f"{place}/report.md?{query}",
            "json": f"{place}/report.json?{query}",
            "workbook": f"{place}/report.xlsx?{query}",
            "picture": f"{place}/picture.png?{query}" if service.settings.public_url else "",
            "explain": "" if link else _explain_address(service, base, report_json),
        },
    }
    # the report is JSON already, and its own fields follow: to take it apart and together again would only cost time
    body = json.dumps(about).encode()[:-1] + b", " + report_json[1:]
    headers = {"Location": place} if status == 201 else {}  # noqa: PLR2004 - Created
    return _private(body, "application/json", status, headers)


def _explain_address(service: ServiceState, base: str, report_json: bytes) -> str:
    return pages.explain_address(service, base, SalesReport.model_validate_json(report_json))


def _base(request: Request, service: ServiceState) -> str:
    return service.settings.public_url or str(request.base_url).rstrip("/")


def _check_reader(request: Request, service: ServiceState, report_id: str) -> None:
    token = request.query_params.get(PARAMETER)
    if token is not None:
        service.links.check(token, report_id)
    else:
        service.authenticator.check(request)


def _private(body: bytes, media_type: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        body,
        status,
        {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer", **(headers or {})},
        media_type,
    )
