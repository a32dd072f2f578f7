"""The OpenAPI document, in the form that Dify's import of custom tools understands, and the shapes of answers in it.

Dify's importer reads OpenAPI 3.0 as it was commonly written: it wants `servers`, follows one level of references, takes
``anyOf`` for text, and knows a file by ``format: binary``. FastAPI writes OpenAPI 3.1. So its document is taken apart:
references are resolved, and each schema is put into the words of 3.0. The document at ``/openapi.json`` holds what a
model may use as a tool; ``/docs`` shows everything.
"""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field
from starlette.routing import BaseRoute

from daybook.functions.schemas import inlined
from daybook.parameters import AnalysisParameters, schemas
from daybook.readiness import Readiness
from daybook.report import SalesReport, Understanding


class ErrorAnswer(BaseModel):
    """What went wrong, in one sentence."""

    detail: str = Field(description="What is wrong and what to do, for a person")
    code: str = Field(description="What is wrong, for a program")
    kind: str = Field(description="Which kind of error it is: question, table, parameter, too_large ...")
    request_id: str = Field(description="The request's id, by which the service's log can be searched")
    question: "QuestionAnswer | None" = Field(None, description="With the kind question: what has to be decided")
    readiness: Readiness | None = Field(
        None, description="Where the request names a deadline and the day's data is not there yet: what is to be done"
    )


class ChoiceAnswer(BaseModel):
    """One answer to a question."""

    value: str = Field(description="What to send as the parameter")
    meaning: str = Field(description="What it means, for a person")


class QuestionAnswer(BaseModel):
    """What has to be decided before the file can be read."""

    parameter: str = Field(description="The parameter to send the request again with")
    choices: list[ChoiceAnswer] = Field(description="The values that it may have")


class ReportLinks(BaseModel):
    """Addresses that open the report without a key, for a while."""

    page: str = Field(description="The report to read, on a phone too")
    markdown: str = Field(description="The report as Markdown text")
    json_: str = Field(alias="json", description="The report for programs")
    workbook: str = Field(description="The report as an Excel workbook")
    picture: str = Field(
        description="The day's main picture as PNG, for a message; empty where the service has no public address"
    )
    explain: str = Field(
        description="Where whoever is alarmed may say why the day was so; empty where it does not stand out, and for"
        " who came by a link"
    )


class StoredReport(SalesReport):
    """A report, with the id under which it is kept."""

    id: str = Field(description="By this id get_report gives the report again")
    links: ReportLinks


class SingleDaySummary(BaseModel):
    """The day in four figures."""

    total_sales: float
    total_orders: int
    total_quantity: float
    average_order_value: float


class SingleDayProduct(BaseModel):
    """One of the five best products."""

    product: str
    sales: float
    quantity: int
    avg_price: float | None


class SingleDayRegion(BaseModel):
    """One region."""

    region: str
    sales: float
    quantity: int
    percentage: float


class SingleDayBand(BaseModel):
    """One price band."""

    range: str
    sales: float
    quantity: int


class SingleDayInfo(BaseModel):
    """What the file holds."""

    date_range: str
    total_records: int
    unique_products: int
    unique_regions: int


class SingleDayAnswer(BaseModel):
    """The single-day analysis."""

    analysis_date: str
    summary: SingleDaySummary
    top_products: list[SingleDayProduct]
    region_analysis: list[SingleDayRegion]
    price_range_analysis: list[SingleDayBand]
    insights: list[str]
    data_info: SingleDayInfo


VERSION = "3.0.3"
DESCRIPTION = (
    "Reads a day's sales from a file, works out what happened, and says it in figures and sentences. "
    "Errors are one sentence in the field detail."
)
TOOL_TAGS = frozenset({"analysis", "reports", "functions"})
"""Endpoints with one of these tags are tools."""

_LINE_BREAK = re.compile(r"(?<!\n)\n(?!\n)")

PARAMETERS = schemas(AnalysisParameters)
"""The parameters of a report, however it is asked for."""

PERIOD_PARAMETERS = {name: PARAMETERS[name] for name in ("period", "date", "top_n", "zone", "language")}
"""Those of a report that is made of a book, without a file."""

_FILE = {
    "type": "string",
    "format": "binary",
    "description": "The sales file: CSV or XLSX; several parts of this name, with the same columns, are one table",
}
_SOURCE = {
    "type": "string",
    "minLength": 1,
    "description": "The name of a source of the service (GET /v1/sources lists them); or a file: its path below the"
    " service's source folder, such as 2023-10/sales.csv, or an https address on a host that the service may use",
}


PUBLIC: dict[str, Any] = {"security": []}
"""An operation that needs no key, as an addition to it."""


def file_form() -> dict[str, Any]:
    """A form with a file, as an addition to an operation."""
    return _body(**{"multipart/form-data": _object({"file": _FILE}, ["file"])})


def report_form() -> dict[str, Any]:
    """A form with a file and a report's parameters, or the other bodies that `create_report` takes."""
    return _body(
        **{
            "multipart/form-data": _object({"file": _FILE} | PARAMETERS, ["file"]),
            "application/octet-stream": {"type": "string", "format": "binary"},
            "application/json": _object({"source": _SOURCE} | PARAMETERS, ["source"]),
        }
    )


def report_queries() -> dict[str, Any]:
    """A report's parameters in the address, for a body that is the file itself."""
    return {
        "parameters": [
            {
                "name": name,
                "in": "query",
                "required": False,
                "schema": {key: value for key, value in schema.items() if key != "description"},
                "description": f"{schema['description']}. For a body that is the file itself",
            }
            for name, schema in PARAMETERS.items()
        ]
    }


def source_body() -> dict[str, Any]:
    """A JSON body that names a source, as an addition to an operation."""
    return _body(**{"application/json": _object({"source": _SOURCE} | PARAMETERS, ["source"])})


def period_body() -> dict[str, Any]:
    """A JSON body that says which week, month or range of a book is reported."""
    return _body(**{"application/json": _object(PERIOD_PARAMETERS, ["period"])})


def _object(properties: Mapping[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": dict(properties), "required": required}


def _body(**schemas: dict[str, Any]) -> dict[str, Any]:
    return {
        "requestBody": {"required": True, "content": {kind: {"schema": schema} for kind, schema in schemas.items()}}
    }


type _Answers = dict[int | str, dict[str, Any]]


def _problems(*statuses: HTTPStatus) -> _Answers:
    # by its schema, not its model: an error is JSON also where the answer is text
    content = {"application/json": {"schema": inlined(ErrorAnswer.model_json_schema())}}
    return {int(status): {"content": content, "description": status.phrase} for status in statuses}


def binary_answers(media_type: str) -> dict[int | str, dict[str, Any]]:
    """The answers of an operation that gives a file."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {200: {"content": content, "description": "The file"}, **FILE_ANSWERS}


def _text(media_type: str) -> dict[str, Any]:
    return {"content": {media_type: {"schema": {"type": "string"}}}, "description": "The report"}


WORK_ANSWERS = _problems(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.INSUFFICIENT_STORAGE,
)
"""What may go wrong where a job runs."""
SINGLE_DAY_ANSWERS: _Answers = {200: {"model": SingleDayAnswer, "description": "The analysis"}, **WORK_ANSWERS}
REPORT_ANSWERS: _Answers = {
    201: {
        "model": StoredReport,
        "description": "The report",
        "links": {"get_report": {"operationId": "get_report", "parameters": {"report_id": "$response.body#/id"}}},
    },
    202: {"description": "The run that makes the report, for a request with the header `Prefer: respond-async`"},
    **WORK_ANSWERS,
}
INSPECT_ANSWERS: _Answers = {200: {"model": Understanding, "description": "What it is taken for"}, **WORK_ANSWERS}
KEY_ANSWERS = _problems(HTTPStatus.UNAUTHORIZED)
READY_ANSWERS: _Answers = {503: {"description": "It cannot take work"}}
WATCH_ANSWERS: _Answers = {503: {"description": "Nobody would be told"}}
BOOK_REPORT_ANSWERS: _Answers = {**REPORT_ANSWERS, **_problems(HTTPStatus.NOT_FOUND)}
FILE_ANSWERS = _problems(
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.GONE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
TEXT_ANSWERS: _Answers = {200: _text("text/plain"), **FILE_ANSWERS}
PAGE_ANSWERS: _Answers = {200: _text("text/html"), **FILE_ANSWERS}
KEPT_ANSWERS: _Answers = {200: {"model": StoredReport, "description": "The report"}, **FILE_ANSWERS}


class Documents:
    """The service's documents; written once, because that takes longer than most requests."""

    def __init__(self, app: FastAPI, key_header: str | None) -> None:
        """The documents of ``app``; its callers send a key in ``key_header``, or need none where that is None."""
        self._app = app
        self._key_header = key_header
        self.refresh()

    def refresh(self, more: Sequence[BaseRoute] = ()) -> None:
        """Write them again, with the endpoints of ``more`` beside those of the application."""
        self._everything = _written(self._app, more, self._key_header)
        self._tools = _tools_of(self._everything)
        self.endpoints = [
            {"method": method.upper(), "path": path, "about": operation.get("summary", "")}
            for path, operations in self._everything["paths"].items()
            for method, operation in operations.items()
        ]

    @property
    def operation_ids(self) -> frozenset[str]:
        """The names of the tools."""
        return frozenset(
            operation["operationId"]
            for operations in self._tools["paths"].values()
            for operation in operations.values()
        )

    def tools(self, server: str) -> dict[str, Any]:
        """What Dify imports: the endpoints that are tools, each with one way to call it."""
        return self._tools | {"servers": [{"url": server}]}

    def everything(self, server: str) -> dict[str, Any]:
        """All that the service offers."""
        return self._everything | {"servers": [{"url": server}]}


def _written(app: FastAPI, more: Sequence[BaseRoute], key_header: str | None) -> dict[str, Any]:
    raw = get_openapi(
        title=app.title,
        version=app.version,
        description=DESCRIPTION,
        routes=[*app.routes, *more],
        tags=app.openapi_tags,
    )
    document: dict[str, Any] = _plain(raw, raw.get("components", {}).get("schemas", {}))
    for operations in document["paths"].values():
        for operation in operations.values():
            # the lines of a docstring are no lines of a text
            operation["description"] = _LINE_BREAK.sub(" ", operation.get("description", ""))
    document |= {"openapi": VERSION, "components": {}}
    if key_header is not None:
        document["components"]["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer"},
            "key": {"type": "apiKey", "in": "header", "name": key_header},
        }
        document["security"] = [{"bearer": []}, {"key": []}]
    return document


def _tools_of(everything: Mapping[str, Any]) -> dict[str, Any]:
    paths = {}
    for path, operations in everything["paths"].items():
        kept = {method: _as_tool(operation) for method, operation in operations.items() if _is_tool(operation)}
        if kept:
            paths[path] = kept
    return {**everything, "paths": paths}


def _is_tool(operation: Mapping[str, Any]) -> bool:
    return not TOOL_TAGS.isdisjoint(operation.get("tags", ()))


def _as_tool(operation: Mapping[str, Any]) -> dict[str, Any]:
    # Dify calls an operation with its first kind of body and takes the parameters of all of them, and those in the
    # address too: one kind, and no parameter in two places.
    tool = dict(operation)
    content = operation.get("requestBody", {}).get("content", {})
    parameters = operation.get("parameters", [])
    if content:
        kind = next(iter(content))
        tool["requestBody"] = operation["requestBody"] | {"content": {kind: content[kind]}}
        parameters = [parameter for parameter in parameters if parameter["in"] == "path"]
    tool["parameters"] = parameters
    return tool


def _plain(part: Any, definitions: Mapping[str, Any]) -> Any:
    """``part`` with every reference resolved, in the words of OpenAPI 3.0."""
    if isinstance(part, list):
        return [_plain(item, definitions) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        return _plain(definitions[name] | {key: value for key, value in part.items() if key != "$ref"}, definitions)
    # OpenAPI 3.0 has no words for the names that a mapping's keys may have
    part = {key: _plain(value, definitions) for key, value in part.items() if key != "propertyNames"}
    return _nullable(_binary(_constant(part)))


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    choices = schema.get("anyOf")
    if not isinstance(choices, list) or {"type": "null"} not in choices:
        return schema
    rest = [choice for choice in choices if choice != {"type": "null"}]
    merged = {key: value for key, value in schema.items() if key != "anyOf"} | {"nullable": True}
    return (rest[0] | merged) if len(rest) == 1 else (merged | {"anyOf": rest})


def _binary(schema: dict[str, Any]) -> dict[str, Any]:
    if schema.get("type") == "string" and "contentMediaType" in schema:
        return {key: value for key, value in schema.items() if key != "contentMediaType"} | {"format": "binary"}
    return schema


def _constant(schema: dict[str, Any]) -> dict[str, Any]:
    if "const" in schema and "type" in schema:
        return {key: value for key, value in schema.items() if key != "const"} | {"enum": [schema["const"]]}
    return schema
