"""Reports and single days: made from a file that is sent or a source that the service reads; kept, opened by link."""

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from starlette.convertors import StringConvertor, register_url_convertor

from daybook import tracing
from daybook.errors import LimitError, ParameterError, QuestionError
from daybook.limits import MAX_FILES
from daybook.questions import asked
from daybook.render.markdown import report_markdown
from daybook.report import SalesReport, Understanding
from daybook.service import texts
from daybook.service.errors import MediaTypeError
from daybook.service.http.authenticator import PARAMETER
from daybook.service.http.body import JSON_BYTES, Body, content_type
from daybook.service.http.multipart import FORM
from daybook.service.http.openapi import (
    BOOK_REPORT_ANSWERS,
    FILE_ANSWERS,
    INSPECT_ANSWERS,
    KEPT_ANSWERS,
    PAGE_ANSWERS,
    PARAMETERS,
    PERIOD_PARAMETERS,
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
from daybook.service.http.work_context import WorkContext, work_context
from daybook.service.reports import jobs, pages
from daybook.service.reports.store import KnownAnswer, told
from daybook.service.routes.memory import BookName, with_book
from daybook.service.state import Service, ServiceState, require_key
from daybook.service.telemetry import current_request
from daybook.service.workers.admission import JobContent
from daybook.table.texts import TOO_MANY_FILES

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

JSON_TYPE = "application/json"
RAW_TYPES = frozenset(
    {
        "application/octet-stream",
        "text/csv",
        "text/plain",
        "text/tab-separated-values",
        "application/vnd.ms-excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.apache.parquet",
    }
)
"""Content types of a body that is the file itself."""
_WANTED = f"{FORM}, application/octet-stream, text/csv, {JSON_TYPE}"
_FILE_FIELDS = ("file", "files")
"""Fields of a form that hold sales files, each one or several; all of them are one table."""
_PERIOD_EXAMPLE = '{"period": "week", "date": "2026-W45"}'
_EXAMPLE = '{"source": "2023-10/sales.csv"}'


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
    begun = time.monotonic()
    async with work_context(request, service) as work:
        answer = await _report(work)
    return await _kept(request, service, answer, begun)


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
            answer = await _report(work)
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
    begun = time.monotonic()
    async with work_context(request, service) as work:
        answer = await _report_on_source(work)
    return await _kept(request, service, answer, begun)


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
    begun = time.monotonic()
    async with work_context(request, service) as work:
        body = Body(request, limit=JSON_BYTES, pace=service.pace)
        parameters = _parameters(request, await body.json_object(_PERIOD_EXAMPLE), PERIOD_PARAMETERS)
        await with_book(service, book, lambda held: held.name)
        answer = await _run(work, jobs.make_report_from_book, book, parameters, books=service.books)
    return await _kept(request, service, answer, begun)


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


async def _report(work: WorkContext) -> jobs.Answer:
    match content_type(work.request):
        case "multipart/form-data":
            return await _report_on_form(work)
        case "application/json":
            return await _report_on_source(work)
        case kind if kind in RAW_TYPES:
            return await _report_on_body(work)
        case _:
            raise MediaTypeError(texts.WRONG_CONTENT_TYPE, wanted=_WANTED)


async def _report_on_form(work: WorkContext) -> jobs.Answer:
    form = await work.form(*_FILE_FIELDS)
    parameters = _parameters(work.request, form.fields)
    uploads = [upload for field in _FILE_FIELDS for upload in form.lists.get(field, ())]
    if not uploads:
        raise ParameterError(texts.NO_FILE, field=_FILE_FIELDS[0])
    if len(uploads) > MAX_FILES:
        raise LimitError(TOO_MANY_FILES, count=len(uploads), limit=MAX_FILES)
    files, names = tuple(upload.path for upload in uploads), ", ".join(upload.filename for upload in uploads)
    return await _run(work, jobs.make_report, files, parameters, source_name=names)


async def _report_on_body(work: WorkContext) -> jobs.Answer:
    parameters = _parameters(work.request, {})
    path = work.folder / "upload"
    body = Body(work.request, limit=work.service.limits.file_bytes, pace=work.service.pace)
    await body.to_file(path)
    return await _run(work, jobs.make_report, path, parameters)


async def _report_on_source(work: WorkContext) -> jobs.Answer:
    if content_type(work.request) != JSON_TYPE:
        raise MediaTypeError(texts.WRONG_CONTENT_TYPE, wanted=JSON_TYPE)
    body = Body(work.request, limit=JSON_BYTES, pace=work.service.pace)
    values = await body.json_object(_EXAMPLE)
    source = values.pop("source", None)
    parameters = _parameters(work.request, values)
    if not isinstance(source, str) or not source.strip():
        raise ParameterError(texts.MISSING, name="source")
    source = source.strip()
    if work.service.is_named_source(source):
        named = work.service.sources.get(source)
        return await _run(
            work, jobs.make_report_from_named_source, source, parameters, source=named, folder=work.folder
        )
    return await _run(
        work, jobs.make_report_from_source, source, parameters, rules=work.service.source_rules, folder=work.folder
    )


async def _run(
    work: WorkContext, function: Any, content: JobContent, parameters: Mapping[str, Any], **arguments: Any
) -> jobs.Answer:
    arguments["limits"] = work.service.limits
    # looking at a file keeps nothing of it
    looks = work.request.url.path.startswith(inspections.prefix)
    if str(parameters.get("book") or "").strip() and not looks:
        arguments["books"] = work.service.books
    answer, used = await _answered(work, function, content, parameters, arguments)
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


def _parameters(request: Request, fields: Mapping[str, Any], known: Mapping[str, Any] = PARAMETERS) -> dict[str, Any]:
    """The report's parameters, from the body and from the address."""
    queries = request.query_params
    current_request().language = str(fields.get("language") or queries.get("language") or "")
    for name in [*fields, *queries]:
        if name not in known:
            raise ParameterError(texts.UNKNOWN_PARAMETER, name=name[:64], known=", ".join(known))
    for name, _ in queries.multi_items():
        if name in fields or len(queries.getlist(name)) > 1:
            raise ParameterError(texts.GIVEN_TWICE, name=name)
    return {**queries, **fields}


async def _kept(request: Request, service: ServiceState, answer: jobs.Answer, begun: float) -> Response:
    report_id = await asyncio.to_thread(service.reports.add, answer.json)
    took = time.monotonic() - begun
    await asyncio.to_thread(service.mornings.made, report_id, answer.json, took, tracing.trace_id())
    return _answer(request, service, report_id, answer.json, 201)


def _answer(
    request: Request, service: ServiceState, report_id: str, report_json: bytes, status: int, link: str | None = None
) -> Response:
    base = service.settings.public_url or str(request.base_url).rstrip("/")
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
