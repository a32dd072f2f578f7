"""The node that analyses a sales file: Dify's parameters in, the report as text, JSON and variables out."""

import datetime as dt
import sys
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from daybook import pipeline
from daybook.client import AnalysisClient, ServiceConnection
from daybook.errors import ParameterError
from daybook.fetch import Patience, fetch, opened, refuse_size
from daybook.language import Language, Text, excerpt
from daybook.limits import Limits
from daybook.nodes.files import FileLink
from daybook.nodes.outputs import NodeOutputs
from daybook.nodes.values import LanguageChoice, OptionalText, blank_as_none, column_mapping, whole_number
from daybook.render.markdown import report_markdown
from daybook.report import MAX_LIST, SalesReport
from daybook.table import cells

DEFAULT_TOP_N = 5
MAX_TOP_N = MAX_LIST

BAD_TOP_N = Text(
    en="Top N is “{value}”; give a whole number from 1 to {most}, or leave it empty for {default}.",
    zh="“排行条数”的值“{value}”无效，请填写 1 到 {most} 之间的整数，或留空使用默认值 {default}。",
)
BAD_DATE = Text(
    en="The date “{value}” is no calendar date; write it like 2023-10-27, or leave it empty for the latest day in the"
    " file.",
    zh="日期“{value}”不是有效日期，请写成 2023-10-27 这样的形式，或留空以分析文件中最近的一天。",
)
_PASSED_ON = Limits(file_bytes=sys.maxsize)
_PATIENCE_TO_PASS_ON = Patience(total=560)
"""A file that is passed on comes no quicker than the service takes it."""


class Heavy(Protocol):
    """Runs a function that takes its time where that holds up nobody, and gives its result."""

    def __call__[*T, R](self, function: Callable[[*T], R], /, *arguments: *T) -> R: ...  # noqa: D102


def in_place[*T, R](function: Callable[[*T], R], /, *arguments: *T) -> R:
    """Run ``function`` right here: for a process in which nothing else waits."""
    return function(*arguments)


def _top_n(value: object) -> int:
    value = blank_as_none(value)
    number = DEFAULT_TOP_N if value is None else whole_number(value)
    if number is None or not 1 <= number <= MAX_TOP_N:
        raise ParameterError(BAD_TOP_N, value=excerpt(value), most=MAX_TOP_N, default=DEFAULT_TOP_N)
    return number


def _date(value: object) -> dt.date | None:
    value = blank_as_none(value)
    if value is None:
        return None
    day = cells.day(str(value))
    if day.state is not cells.State.VALUE:
        raise ParameterError(BAD_DATE, value=excerpt(value))
    return dt.date(1970, 1, 1) + dt.timedelta(days=day.ordinal)


class AnalysisParameters(BaseModel):
    """What is asked of a file. Defaults stand here, because Dify applies none of the tool's YAML."""

    model_config = ConfigDict(frozen=True)

    date: Annotated[dt.date | None, BeforeValidator(_date)] = None
    top_n: Annotated[int, BeforeValidator(_top_n)] = DEFAULT_TOP_N
    columns: Annotated[dict[str, str], BeforeValidator(column_mapping)] = {}
    sheet: OptionalText = None
    date_format: OptionalText = None
    language: LanguageChoice = Language.CHINESE

    def options(self) -> pipeline.Options:
        """The same, as the pipeline takes it."""
        return pipeline.Options(
            date=self.date,
            top_n=self.top_n,
            columns=self.columns,
            sheet=self.sheet,
            date_format=self.date_format,
            language=self.language,
        )


class Parameters(AnalysisParameters):
    """What the node is asked."""

    file: Annotated[FileLink, BeforeValidator(FileLink.read)] = Field(default=None, validate_default=True)


def analyze_sales(
    parameters: Mapping[str, Any], credentials: Mapping[str, Any], heavy: Heavy = in_place
) -> NodeOutputs:
    """Analyse one day of a sales file.

    Args:
        parameters: the tool's parameters as Dify sends them; absent ones may be missing, ``None`` or empty.
        credentials: the provider's credentials; an analysis service among them does the work.
        heavy: where the analysis itself runs.

    Raises:
        ParameterError: a parameter has no sense.
        FileError: the file cannot be had.
        TableError: it is no sales table, or holds no row for the day.
        LimitError: it is larger than the mode may hold.
    """
    asked = Parameters.model_validate(dict(parameters))
    return report_outputs(_report(asked, credentials, heavy))


def report_outputs(report: SalesReport) -> NodeOutputs:
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
    return NodeOutputs(text=markdown, json=values, variables=variables)


def _report(asked: Parameters, credentials: Mapping[str, Any], heavy: Heavy) -> SalesReport:
    """Have the file analysed: the one place that chooses by whom."""
    service_url = str(credentials.get("service_url") or "").strip()
    if service_url:
        return _analyze_there(asked, credentials, service_url)
    return _analyze_here(asked, credentials, heavy)


def _analyze_here(asked: Parameters, credentials: Mapping[str, Any], heavy: Heavy) -> SalesReport:
    limits = Limits.embedded()
    if asked.file.size is not None and asked.file.size > limits.file_bytes:
        refuse_size(limits)
    data = fetch(asked.file.url, limits=limits, base_url=str(credentials.get("dify_base_url") or ""))
    return heavy(pipeline.analyze, data, asked.options(), limits)


def _analyze_there(asked: Parameters, credentials: Mapping[str, Any], service_url: str) -> SalesReport:
    """By the analysis service, to which the file goes as it comes: it is the service that says what is too large."""
    base_url = str(credentials.get("dify_base_url") or "")
    connection = ServiceConnection(service_url, str(credentials.get("service_key") or ""), asked.language)
    with AnalysisClient(connection) as client:
        return client.report(
            lambda: opened(asked.file.url, limits=_PASSED_ON, base_url=base_url, patience=_PATIENCE_TO_PASS_ON),
            asked.options(),
        )
