"""`read`, `read_source`: what a request for a report asks for: the files it sends, or the source it names."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from fastapi import Request

from daybook.errors import LimitError, ParameterError
from daybook.limits import MAX_FILES
from daybook.service import texts
from daybook.service.errors import MediaTypeError
from daybook.service.http.body import JSON_BYTES, Body, content_type
from daybook.service.http.multipart import FORM
from daybook.service.http.openapi import PARAMETERS, PERIOD_PARAMETERS
from daybook.service.http.work_context import WorkContext
from daybook.service.reports import jobs
from daybook.service.telemetry import current_request
from daybook.service.workers.admission import JobContent
from daybook.table.texts import TOO_MANY_FILES

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


class Asked(NamedTuple):
    """What a request asks for, once its body is here."""

    function: Callable[..., jobs.Answer]
    content: JobContent
    parameters: Mapping[str, Any]
    arguments: Mapping[str, Any] = {}


async def read(work: WorkContext) -> Asked:
    """What the request of ``work`` asks for, in any of the forms that it may have.

    Raises:
        DaybookError: the body is none of them, or a parameter is wrong.
    """
    match content_type(work.request):
        case "multipart/form-data":
            return await _form(work)
        case "application/json":
            return await read_source(work)
        case kind if kind in RAW_TYPES:
            return await _body(work)
        case _:
            raise MediaTypeError(texts.WRONG_CONTENT_TYPE, wanted=_WANTED)


async def _form(work: WorkContext) -> Asked:
    form = await work.form(*_FILE_FIELDS)
    parameters = _parameters(work.request, form.fields)
    uploads = [upload for field in _FILE_FIELDS for upload in form.lists.get(field, ())]
    if not uploads:
        raise ParameterError(texts.NO_FILE, field=_FILE_FIELDS[0])
    if len(uploads) > MAX_FILES:
        raise LimitError(TOO_MANY_FILES, count=len(uploads), limit=MAX_FILES)
    files, names = tuple(upload.path for upload in uploads), ", ".join(upload.filename for upload in uploads)
    return Asked(jobs.make_report, files, parameters, {"source_name": names})


async def _body(work: WorkContext) -> Asked:
    parameters = _parameters(work.request, {})
    path = work.folder / "upload"
    body = Body(work.request, limit=work.service.limits.file_bytes, pace=work.service.pace)
    await body.to_file(path)
    return Asked(jobs.make_report, path, parameters)


async def read_source(work: WorkContext) -> Asked:
    """What a request asks for that names a source; errors as `read`."""
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
        return Asked(jobs.make_report_from_named_source, source, parameters, {"source": named, "folder": work.folder})
    rules = work.service.source_rules
    return Asked(jobs.make_report_from_source, source, parameters, {"rules": rules, "folder": work.folder})


async def read_period_parameters(work: WorkContext) -> dict[str, Any]:
    """The parameters of a request for a report on days of a book; errors as `read`."""
    body = Body(work.request, limit=JSON_BYTES, pace=work.service.pace)
    return _parameters(work.request, await body.json_object(_PERIOD_EXAMPLE), PERIOD_PARAMETERS)


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
