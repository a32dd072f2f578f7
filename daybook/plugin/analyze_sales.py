"""The tools that read a sales file: Dify's parameters in, a report or an understanding out as text and variables."""

import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Any, Protocol

from pydantic import BeforeValidator

from daybook.errors import DaybookError, LimitError, ParameterError, QuestionError, SettingsError, of_file
from daybook.fetch import Patience, fetch, opened, refuse_size
from daybook.gate import gated
from daybook.judgement import Judgement
from daybook.language import Language, Text
from daybook.limits import MAX_FILES, Limits
from daybook.parameters import AnalysisParameters, switch
from daybook.periods import Kind
from daybook.plugin import reader
from daybook.plugin.outputs import (
    FileLink,
    OnQuestion,
    ToolResult,
    awaited_outputs,
    question_outputs,
    question_variables,
    readiness_variables,
    what_to_do,
)
from daybook.plugin.pictures import Extras, extras_of
from daybook.questions import asked as asked_first
from daybook.readiness import Readiness
from daybook.render.markdown import Addresses, report_markdown, understanding_text
from daybook.report import MAX_LIST, SalesReport, Understanding
from daybook.service_client import ReportsClient, ServiceConnection
from daybook.service_client.reports import Openable
from daybook.store import Store
from daybook.table.texts import TOO_MANY_FILES
from daybook.values import OptionalText
from daybook.words.figures import comparisons

_PASSED_ON = Limits(file_bytes=sys.maxsize)
_PATIENCE_TO_PASS_ON = Patience(total=560)
"""A file that is passed on comes no quicker than the service takes it."""
LABEL_CHARACTERS = 80

NOTHING_TO_READ = Text(
    en="No file was given and no source was named; connect the file input to a file variable, or enter the name of a"
    " source of the analysis service.",
    zh="没有收到文件，也没有填写数据源；请将“文件”输入连接到文件变量，或填写分析服务中的数据源名称。",
    code="no_file_given",
)
FILE_AND_SOURCE = Text(
    en="Both a file and a source are given; leave one of them empty.",
    zh="同时提供了文件和数据源；请只保留其中一个。",
)
NO_SERVICE_FOR_BOOK = Text(
    en="Without a file a week or month is made of the book of an analysis service, and none is set; enter its address"
    " as “Analysis service URL” in the plugin's credentials, or give a file that holds the whole period.",
    zh="不提供文件时，周报和月报由分析服务中的账本生成，但尚未配置服务；请在插件凭据中填写“分析服务地址”，或提供包含整个周期的文件。",
)
NO_SERVICE = Text(
    en="Sources are read by an analysis service, and none is set; enter its address as “Analysis service URL” in the"
    " plugin's credentials.",
    zh="数据源由分析服务读取，但尚未配置服务；请在插件凭据中填写“分析服务地址”。",
)


class RunBlocking(Protocol):
    """Runs a function that takes its time where that holds up nobody, and gives its result."""

    def __call__[*T, R](self, function: Callable[[*T], R], /, *arguments: *T) -> R: ...  # noqa: D102


def in_place[*T, R](function: Callable[[*T], R], /, *arguments: *T) -> R:
    """Run ``function`` right here: for a process in which nothing else waits."""
    return function(*arguments)


class Parameters(AnalysisParameters):
    """What the node is asked."""

    file: Annotated[FileLink | None, BeforeValidator(FileLink.read_optional)] = None
    files: Annotated[tuple[FileLink, ...], BeforeValidator(FileLink.read_list)] = ()
    source: OptionalText = None
    source_name: OptionalText = None

    @property
    def named_source(self) -> str | None:
        """The source that is read instead of a file; a name that is written wins over the list.

        Raises:
            ParameterError: there is a file too.
        """
        name = self.source_name or self.source
        if name and (self.file or self.files):
            raise ParameterError(FILE_AND_SOURCE)
        return name

    @property
    def is_of_book(self) -> bool:
        """Whether a week, month or range is asked of a book, without a file or a source."""
        has_file = bool(self.file or self.files or self.named_source)
        return bool(self.book) and self.kind is not Kind.DAY and not has_file

    @property
    def links(self) -> list[FileLink]:
        """All files that were given, as they are numbered: that of `file` first.

        Raises:
            ParameterError: there is none.
            LimitError: there are more than are read as one table.
        """
        links = [*([self.file] if self.file else []), *self.files]
        if not links:
            raise ParameterError(NOTHING_TO_READ)
        if len(links) > MAX_FILES:
            raise LimitError(TOO_MANY_FILES, count=len(links), limit=MAX_FILES)
        return links


class AnalysisNodeParameters(Parameters):
    """What the node that reports is asked."""

    on_question: Annotated[OnQuestion, BeforeValidator(what_to_do)] = OnQuestion.FAIL
    charts: Annotated[bool, switch("charts", default=True)] = True
    workbook: Annotated[bool, switch("workbook")] = False


def analyze_sales(
    parameters: Mapping[str, Any],
    credentials: Mapping[str, Any],
    run_blocking: RunBlocking = in_place,
    *,
    store: Store | None = None,
) -> ToolResult:
    """Analyse one day of a sales file, or of a named source of the analysis service.

    Args:
        parameters: the tool's parameters as Dify sends them; absent ones may be missing, ``None`` or empty.
        credentials: the provider's credentials; an analysis service among them does the work.
        run_blocking: where the analysis itself runs.
        store: where a book is kept without an analysis service; none is kept where it is None.

    Raises:
        ParameterError: a parameter is invalid, or there is no file and no source, or both.
        SettingsError: a source is named, and no service is set to read it.
        FileError: the file or the source cannot be read.
        TableError: it is no sales table, or holds no row for the day.
        QuestionError: it can be read in more than one way, and the node is to fail then.
            With a deadline, a day that is not in yet is no error: the node succeeds without figures, and is not ready.
        LimitError: it is larger than the mode may hold.
    """
    asked = AnalysisNodeParameters.model_validate(dict(parameters))
    try:
        with gated(asked):
            report, links = _report(asked, credentials, run_blocking, store)
    except QuestionError as question:
        if asked.on_question is OnQuestion.FAIL:
            raise
        return question_outputs(question, asked.language)
    except DaybookError as error:
        if error.readiness is None:
            raise
        return awaited_outputs(error.readiness)
    extras = run_blocking(partial(extras_of, report, charts=asked.charts, workbook=asked.workbook))
    return report_outputs(report, extras, links)


def inspect_sales(
    parameters: Mapping[str, Any], credentials: Mapping[str, Any], run_blocking: RunBlocking = in_place
) -> ToolResult:
    """Say what a sales file is taken for, and what has to be answered first; as `analyze_sales`, without a report.

    A question is no error here, so that a workflow can branch on it.
    """
    asked = Parameters.model_validate({**parameters, "book": None})  # looking at a file keeps nothing of it
    try:
        found = _understanding(asked, credentials, run_blocking)
    except QuestionError as error:
        found = asked_first(error, asked.language)
    values = found.model_dump(mode="json")
    dates = found.dates
    variables = {
        "needs_answer": bool(found.questions),
        **question_variables(found),
        "analysis_date": dates.day.isoformat() if dates.day else "",
        "days": values["dates"]["days"][-MAX_LIST:],
        "sales_column": found.money.how if found.money else "",
        "order_column": found.orders_by or "",
        "notes": found.notes[:MAX_LIST],
    }
    return ToolResult(text=understanding_text(found, asked.language), json=values, variables=variables)


def source_options(credentials: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The named sources to choose from, each with what a person sees.

    Raises:
        SettingsError: there is no service.
        ServiceError: its list is not available.
    """
    with _reports(credentials, Language.ENGLISH) as client:
        return [(each.name, f"{each.name}: {each.title}"[:LABEL_CHARACTERS].rstrip(": ")) for each in client.sources()]


def report_outputs(report: SalesReport, extras: Extras, links: Mapping[str, str]) -> ToolResult:
    """A report as the node hands it on, with what is handed on beside it.

    Args:
        report: what it is of.
        extras: its files.
        links: of the analysis service to the report, if that made it.
    """
    addresses = _addresses(links, extras)
    markdown = report_markdown(report, addresses=addresses)
    values = report.model_dump(mode="json")
    variables = {
        "has_data": report.has_data,
        "analysis_date": values["analysis_date"] or "",
        **values["summary"],
        **_change_variables(report),
        "top_product": report.top_products[0].product if report.top_products else "",
        "top_region": report.regions[0].region if report.regions else "",
        "insights": values["insights"],
        "warnings": [*values["warnings"], *extras.notes],
        "revision": report.book.revision if report.book else 0,
        "correction": "\n".join(report.book.corrections) if report.book else "",
        "correction_key": report.book.correction_key if report.book else "",
        **_judgement_variables(report.judgement),
        "drivers": report.drivers,
        **readiness_variables(report.readiness or Readiness(ready=report.has_data)),
        "report_markdown": markdown,
        "report_without_correction": report_markdown(report, corrections=False, addresses=addresses),
        "report_key": report.report_key,
        "report_url": addresses.page,
        "explain_url": addresses.explain,
        "echarts": extras.echarts,
        **question_variables(Understanding()),
    }
    return ToolResult(text=markdown, json=values, variables=variables, files=extras.files)


def _addresses(links: Mapping[str, str], extras: Extras) -> Addresses:
    """Those that a phone can open: none where the service has no public address."""
    picture = links.get("picture", "")
    if not picture:
        return Addresses()
    return Addresses(picture if extras.has_picture else "", links.get("page", ""), links.get("explain", ""))


def _change_variables(report: SalesReport) -> dict[str, Any]:
    """What is reported, and the changes of sales in percent."""
    period = report.period
    (first, _), (second, _) = comparisons(report)
    before, earlier = (each and each.sales_change_percent for each in (first, second))
    day = report.analysis_date.isoformat() if report.analysis_date else ""
    return {
        "period": period.kind if period else "day",
        "period_name": period.name if period else day,
        "period_first": period.first.isoformat() if period else day,
        "days_due": period.due if period else int(report.has_data),
        "days_held": period.held if period else int(report.has_data),
        "sales_change": before,
        "sales_change_week": None if period else earlier,
        "sales_change_year": earlier if period else None,
    }


def _judgement_variables(judgement: Judgement | None) -> dict[str, Any]:
    """What the book says of the day, to branch on; nothing of it where there is no book."""
    return {
        "verdict": judgement.verdict.value if judgement else "",
        "verdict_reason": judgement.reason if judgement else "",
        "fault": judgement.fault if judgement else "",
        "expected_sales": judgement and judgement.expected_sales,
        "expected_low": judgement and judgement.expected_low,
        "expected_high": judgement and judgement.expected_high,
    }


def _report(
    asked: Parameters, credentials: Mapping[str, Any], run_blocking: RunBlocking, store: Store | None
) -> tuple[SalesReport, Mapping[str, str]]:
    """Have the file or the source analysed: the one place that chooses by whom.

    Returns:
        The report, and the service's links to it.
    """
    service_url = str(credentials.get("service_url") or "").strip()
    if asked.is_of_book:
        if not service_url:
            raise SettingsError(NO_SERVICE_FOR_BOOK)
        with _reports(credentials, asked.language) as client:
            return client.report_of_book(asked.book or "", asked), client.links
    if asked.named_source:
        with _reports(credentials, asked.language) as client:
            return client.report_on(asked.named_source, asked), client.links
    if service_url:
        return _analyze_there(asked, credentials)
    return _analyze_here(asked, credentials, run_blocking, store), {}


def _understanding(asked: Parameters, credentials: Mapping[str, Any], run_blocking: RunBlocking) -> Understanding:
    """Have the file or the source looked at: by the service too without a report, which it would keep."""
    if not asked.named_source and not str(credentials.get("service_url") or "").strip():
        return _analyze_here(asked, credentials, run_blocking, None).understanding or Understanding()
    with _reports(credentials, asked.language) as client:
        return client.understanding(asked.named_source or _passed_on(asked, credentials), asked)


def _analyze_here(
    asked: Parameters, credentials: Mapping[str, Any], run_blocking: RunBlocking, store: Store | None
) -> SalesReport:
    limits, links = Limits.embedded(), asked.links
    book = None
    if asked.book and store is not None:
        from daybook.plugin.memory import StorageBook  # noqa: PLC0415  pandas

        book = StorageBook(store, asked.book)
    if sum(link.size or 0 for link in links) > limits.file_bytes:
        refuse_size(limits, together=len(links) > 1)
    base_url = str(credentials.get("dify_base_url") or "")
    files: list[bytes] = []
    for number, link in enumerate(links, 1):
        try:
            files.append(fetch(link.url, limits=limits, base_url=base_url))
        except DaybookError as error:
            raise of_file(error, number) if len(links) > 1 else error from None
        if sum(map(len, files)) > limits.file_bytes:
            refuse_size(limits, together=True)
    report, days = run_blocking(reader.analyze, files, asked, limits)
    return book.complete(report, days, asked) if book else report


def _analyze_there(asked: Parameters, credentials: Mapping[str, Any]) -> tuple[SalesReport, Mapping[str, str]]:
    """By the analysis service, to which the file goes as it comes: it is the service that says what is too large."""
    with _reports(credentials, asked.language) as client:
        return client.report(_passed_on(asked, credentials), asked), client.links


def _passed_on(asked: Parameters, credentials: Mapping[str, Any]) -> list[Openable]:
    base_url = str(credentials.get("dify_base_url") or "")
    return [
        partial(opened, link.url, limits=_PASSED_ON, base_url=base_url, patience=_PATIENCE_TO_PASS_ON)
        for link in asked.links
    ]


def _reports(credentials: Mapping[str, Any], language: Language) -> ReportsClient:
    service_url = str(credentials.get("service_url") or "").strip()
    if not service_url:
        raise SettingsError(NO_SERVICE)
    return ReportsClient(ServiceConnection(service_url, str(credentials.get("service_key") or ""), language))
