"""The tools that read a sales file: Dify's parameters in, a report or an understanding out as text and variables."""

import sys
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Protocol

from pydantic import BeforeValidator, Field

from daybook.errors import QuestionError
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.plugin import reader
from daybook.plugin.fetch import Patience, fetch, opened, refuse_size
from daybook.plugin.file_link import FileLink
from daybook.plugin.outputs import ToolResult
from daybook.render.markdown import report_markdown
from daybook.render.understanding import understanding_text
from daybook.report import MAX_LIST, SalesReport, Understanding
from daybook.report import asked as asked_first
from daybook.service_client import ReportsClient, ServiceConnection

_PASSED_ON = Limits(file_bytes=sys.maxsize)
_PATIENCE_TO_PASS_ON = Patience(total=560)
"""A file that is passed on comes no quicker than the service takes it."""


class RunBlocking(Protocol):
    """Runs a function that takes its time where that holds up nobody, and gives its result."""

    def __call__[*T, R](self, function: Callable[[*T], R], /, *arguments: *T) -> R: ...  # noqa: D102


def in_place[*T, R](function: Callable[[*T], R], /, *arguments: *T) -> R:
    """Run ``function`` right here: for a process in which nothing else waits."""
    return function(*arguments)


class Parameters(AnalysisParameters):
    """What the node is asked."""

    file: Annotated[FileLink, BeforeValidator(FileLink.read)] = Field(default=None, validate_default=True)


def analyze_sales(
    parameters: Mapping[str, Any], credentials: Mapping[str, Any], run_blocking: RunBlocking = in_place
) -> ToolResult:
    """Analyse one day of a sales file.

    Args:
        parameters: the tool's parameters as Dify sends them; absent ones may be missing, ``None`` or empty.
        credentials: the provider's credentials; an analysis service among them does the work.
        run_blocking: where the analysis itself runs.

    Raises:
        ParameterError: a parameter has no sense.
        FileError: the file cannot be had.
        TableError: it is no sales table, or holds no row for the day.
        LimitError: it is larger than the mode may hold.
    """
    asked = Parameters.model_validate(dict(parameters))
    return report_outputs(_report(asked, credentials, run_blocking))


def inspect_sales(
    parameters: Mapping[str, Any], credentials: Mapping[str, Any], run_blocking: RunBlocking = in_place
) -> ToolResult:
    """Say what a sales file is taken for, and what has to be answered first; as `analyze_sales`, without a report.

    A question is no error here, so that a workflow can branch on it.
    """
    asked = Parameters.model_validate(dict(parameters))
    try:
        found = _report(asked, credentials, run_blocking).understanding or Understanding()
    except QuestionError as error:
        found = asked_first(error, asked.language)
    values = found.model_dump(mode="json")
    question, dates = next(iter(found.questions), None), found.dates
    variables = {
        "needs_answer": bool(question),
        "question": question.sentence if question else "",
        "question_code": question.code if question else "",
        "question_parameter": question.parameter if question else "",
        "question_choices": list(question.choices)[:MAX_LIST] if question else [],
        "analysis_date": dates.day.isoformat() if dates.day else "",
        "days": values["dates"]["days"][-MAX_LIST:],
        "sales_column": found.money.how if found.money else "",
        "order_column": found.orders_by or "",
        "notes": found.notes[:MAX_LIST],
    }
    return ToolResult(text=understanding_text(found, asked.language), json=values, variables=variables)


def report_outputs(report: SalesReport) -> ToolResult:
    """A report as the node hands it on."""
    markdown = report_markdown(report)
    values = report.model_dump(mode="json")
    variables = {
        "has_data": report.has_data,
        "analysis_date": values["analysis_date"] or "",
        **values["summary"],
        "sales_change": report.previous_day and report.previous_day.sales_change_percent,
        "sales_change_week": report.week_before and report.week_before.sales_change_percent,
        "top_product": report.top_products[0].product if report.top_products else "",
        "top_region": report.regions[0].region if report.regions else "",
        "insights": values["insights"],
        "warnings": values["warnings"],
        "report_markdown": markdown,
        "report_key": report.report_key,
    }
    return ToolResult(text=markdown, json=values, variables=variables)


def _report(asked: Parameters, credentials: Mapping[str, Any], run_blocking: RunBlocking) -> SalesReport:
    """Have the file analysed: the one place that chooses by whom."""
    service_url = str(credentials.get("service_url") or "").strip()
    if service_url:
        return _analyze_there(asked, credentials, service_url)
    return _analyze_here(asked, credentials, run_blocking)


def _analyze_here(asked: Parameters, credentials: Mapping[str, Any], run_blocking: RunBlocking) -> SalesReport:
    limits = Limits.embedded()
    if asked.file.size is not None and asked.file.size > limits.file_bytes:
        refuse_size(limits)
    data = fetch(asked.file.url, limits=limits, base_url=str(credentials.get("dify_base_url") or ""))
    return run_blocking(reader.analyze, data, asked, limits)


def _analyze_there(asked: Parameters, credentials: Mapping[str, Any], service_url: str) -> SalesReport:
    """By the analysis service, to which the file goes as it comes: it is the service that says what is too large."""
    base_url = str(credentials.get("dify_base_url") or "")
    connection = ServiceConnection(service_url, str(credentials.get("service_key") or ""), asked.language)
    with ReportsClient(connection) as client:
        return client.report(
            lambda: opened(asked.file.url, limits=_PASSED_ON, base_url=base_url, patience=_PATIENCE_TO_PASS_ON),
            asked,
        )
