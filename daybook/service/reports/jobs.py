"""The jobs of the analysis: what runs in a worker process, and what a source named in a request may be.

Nothing here may be slow to import.
"""

import contextlib
import json
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import requests
import urllib3.exceptions

from daybook import tracing
from daybook.errors import FileError, LimitError, ParameterError
from daybook.gate import gated
from daybook.guard import GuardedSession
from daybook.language import Language
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.pipeline import analyze
from daybook.report import SalesReport
from daybook.service import texts
from daybook.service.workers.worker import report_progress
from daybook.sources.base import SourceSettings
from daybook.stages import Step, following
from daybook.transport import Failure, classify

if TYPE_CHECKING:
    from daybook.book import Book, ShelfPlace


CONNECT_SECONDS = 10
READ_SECONDS = 60
"""Between two pieces of the file."""
LONGEST_SECONDS = 3_600.0
"""For the whole file; the job's own time limit mostly ends it earlier."""


@dataclass(frozen=True, slots=True)
class SourceRules:
    """What a request may name as its source."""

    folder: Path | None
    hosts: tuple[str, ...]
    """``host`` or ``host:port``, without the port for 443."""


@contextlib.contextmanager
def open_source_file(source: str, rules: SourceRules, folder: Path, limits: Limits) -> Iterator[Path]:
    """A path under which the file of ``source`` can be read while the context lasts.

    Args:
        source: a path below the rules' folder, or an https address.
        rules: what is allowed.
        folder: where a fetched file may lie.
        limits: how large it may be.

    Raises:
        ParameterError: the source is not allowed, or is none.
        FileError: it is not available.
        LimitError: it is too large.
    """
    if "://" in source:
        path = folder / "source"
        _fetch(source, rules, path, limits)
        yield path
        return
    handle = _open_below(source, rules)
    try:
        if os.fstat(handle).st_size > limits.file_bytes:
            raise LimitError(texts.BODY_TOO_LARGE, limit=limits.file_bytes // 1_000_000)
        # By its handle, not by its name: what is read is what was checked, whatever happens to the name meanwhile.
        yield Path(f"/dev/fd/{handle}")
    finally:
        os.close(handle)


def _open_below(source: str, rules: SourceRules) -> int:
    if rules.folder is None:
        raise ParameterError(texts.NO_SOURCE_FOLDER)
    if not source.strip() or "\0" in source or source.startswith("/"):
        raise ParameterError(texts.WRONG_SOURCE)
    try:
        root = rules.folder.resolve(strict=True)
        real = (root / source).resolve(strict=True)
        if not real.is_relative_to(root):
            raise ParameterError(texts.NO_SUCH_SOURCE)
        handle = _walk(root, real.relative_to(root).parts)
    except (OSError, RuntimeError, ValueError):
        raise ParameterError(texts.NO_SUCH_SOURCE) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise ParameterError(texts.NO_SUCH_SOURCE)
    return handle


def _walk(root: Path, parts: tuple[str, ...]) -> int:
    # A link that leads out of the folder was refused above; one that is put there between that look and this open
    # is refused here, since no step may be a link. Non-blocking, because a pipe would wait for its writer.
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    for part in parts:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        try:
            inner = os.open(part, flags, dir_fd=handle)
        finally:
            os.close(handle)
        handle = inner
    return handle


class _ListedSession(GuardedSession):
    """Asks the hosts on the operator's list alone, which may have private addresses."""

    def __init__(self, rules: SourceRules) -> None:
        super().__init__(LONGEST_SECONDS, anywhere=True)
        self._rules = rules

    def ask(self, address: str, **options: Any) -> requests.Response:
        _check_address(address, self._rules)
        return super().ask(address, **options)


@tracing.span("fetch source", kind=tracing.Kind.CLIENT)
def _fetch(address: str, rules: SourceRules, path: Path, limits: Limits) -> None:
    try:
        with _ListedSession(rules) as session, session.follow(address, (CONNECT_SECONDS, READ_SECONDS)) as response:
            if response.status_code != requests.codes.ok:
                raise FileError(texts.SOURCE_REFUSED, status=response.status_code)
            _save(session.pieces(response), path, limits)
    except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError, OSError) as error:
        late = classify(error) in (Failure.CONNECT_TIMEOUT, Failure.TOO_SLOW)
        # the cause's text holds the address, and that may hold a signature
        raise FileError(texts.SOURCE_TOO_SLOW if late else texts.SOURCE_UNREACHABLE) from None


def _check_address(address: str, rules: SourceRules) -> None:
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), parts.port or 443
    except ValueError:
        raise ParameterError(texts.WRONG_SOURCE) from None
    if parts.scheme != "https" or not host or parts.username is not None:
        raise ParameterError(texts.WRONG_SOURCE)
    allowed = {entry.lower() for entry in rules.hosts}
    if f"{host}:{port}" not in allowed and not (port == 443 and host in allowed):  # noqa: PLR2004 - https
        raise ParameterError(texts.NO_SOURCE_HOSTS)


def _save(pieces: Iterator[bytes], path: Path, limits: Limits) -> None:
    size = 0
    with path.open("xb") as file:
        for piece in pieces:
            size += len(piece)
            if size > limits.file_bytes:
                raise LimitError(texts.BODY_TOO_LARGE, limit=limits.file_bytes // 1_000_000)
            file.write(piece)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server sends on, ready to be sent: the server has better things to do than to make JSON."""

    json: bytes
    rows: int
    """Rows of the file that were read."""
    engine: str = ""
    """What added them up, and why that was not the faster engine."""

    @classmethod
    def of(cls, report: SalesReport, answer: str) -> Self:
        """An answer that was made from a report."""
        used = report.understanding
        words = (used.engine, used.engine_why) if used else ()
        return cls(answer.encode(), report.quality.rows_read, ": ".join(filter(None, words)))


def make_report(
    content: Path | tuple[Path, ...],
    parameters: Mapping[str, Any],
    limits: Limits,
    books: "ShelfPlace | None" = None,
    source_name: str = "",
) -> Answer:
    """The report on the file at ``content``, or on several that are one table.

    Args:
        content: where the file lies, or the files.
        parameters: those of the node, as they came.
        limits: how large the file may be.
        books: where the books are, of which the parameters may name one.
        source_name: what a book calls the file.
    """
    asked = AnalysisParameters.model_validate(dict(parameters))
    report = analyze(content, asked, limits, book=_book(asked, books), source_name=source_name)
    return Answer.of(report, report.model_dump_json())


def make_report_from_source(
    content: str,
    rules: SourceRules,
    folder: Path,
    parameters: Mapping[str, Any],
    limits: Limits,
    books: "ShelfPlace | None" = None,
) -> Answer:
    """The report on a file that the service has or fetches itself; ``folder`` is for what it fetches."""
    with (
        gated(AnalysisParameters.model_validate(dict(parameters))),
        open_source_file(content, rules, folder, limits) as path,
    ):
        return make_report(path, parameters, limits, books, urlsplit(content).path.rpartition("/")[2])


def make_report_from_named_source(
    content: str,  # noqa: ARG001 - the name, under which it is put down if it ends workers
    source: SourceSettings,
    folder: Path,
    parameters: Mapping[str, Any],
    limits: Limits,
    books: "ShelfPlace | None" = None,
) -> Answer:
    """The report on a named source; ``content`` says which, ``folder`` is for what is fetched."""
    from daybook.sources.report import source_report  # noqa: PLC0415 - only what is asked for is loaded

    asked = AnalysisParameters.model_validate(dict(parameters))
    report = source_report(source, asked, limits, folder, book=_book(asked, books))
    return Answer.of(report, report.model_dump_json())


def make_report_from_book(
    content: str,
    parameters: Mapping[str, Any],
    limits: Limits,  # noqa: ARG001 - the days of a book have been read
    books: "ShelfPlace",
) -> Answer:
    """The report on a week, month or range of the book ``content``."""
    from daybook.book.shelf import opened  # noqa: PLC0415 - only what is asked for is loaded
    from daybook.period_report import report_of_book  # noqa: PLC0415 - the same

    asked = AnalysisParameters.model_validate(dict(parameters))
    report = report_of_book(opened(books).existing(content), asked)
    return Answer.of(report, report.model_dump_json())


def make_followed(make: Callable[..., Answer], content: Any, parameters: Mapping[str, Any], **arguments: Any) -> Answer:
    """What ``make``, one of the above, gives; it is told meanwhile how far it is, in the report's language."""
    language = AnalysisParameters.model_validate(dict(parameters)).language

    def hear(step: Step) -> None:
        report_progress(step.share, step.stage.to(language))

    with following(hear):
        return make(content, parameters=parameters, **arguments)


def make_single_day_answer(content: Path, limits: Limits) -> Answer:
    """The single-day analysis of the file at ``content`` in the single-day form."""
    report = analyze(content, SINGLE_DAY_PARAMETERS, limits, every_region=True)
    answer = json.dumps(single_day_answer(report), ensure_ascii=False, allow_nan=False)
    return Answer.of(report, answer)


def _book(asked: AnalysisParameters, books: "ShelfPlace | None") -> "Book | None":
    if not asked.book or books is None:
        return None
    with tracing.span("open book"):
        from daybook.book.shelf import opened  # noqa: PLC0415 - only what is asked for is loaded

        return opened(books).book(asked.book)


_EXCELLENT_SALES = 100_000
_GOOD_SALES = 50_000
_HIGH_ORDER_VALUE = 1_000

SINGLE_DAY_PARAMETERS = AnalysisParameters(top_n=5, language=Language.CHINESE)
"""What the single-day answer tells of a file: its latest day, five products; and of the regions every one."""


def single_day_answer(report: SalesReport) -> dict[str, Any]:
    """A report in the single-day form: its keys, orders, numbers and Chinese sentences."""
    info = report.data_info
    span = str(info.first_date or "")
    if info.days > 1:
        span = f"{info.first_date} 到 {info.last_date}"
    return {
        "analysis_date": str(report.analysis_date or ""),
        "summary": report.summary.model_dump(mode="json"),
        "top_products": [
            {
                "product": product.product,
                "sales": product.sales,
                "quantity": int(product.quantity),
                "avg_price": product.average_price,
            }
            for product in report.top_products
        ],
        "region_analysis": [
            {
                "region": region.region,
                "sales": region.sales,
                "quantity": int(region.quantity),
                "percentage": region.share or 0.0,
            }
            for region in report.regions
        ],
        "price_range_analysis": [
            {"range": band.band, "sales": band.sales, "quantity": int(band.quantity)}
            for band in report.price_bands
            if band.sales > 0
        ],
        "insights": _sentences(report),
        "data_info": {
            "date_range": span,
            "total_records": info.records,
            "unique_products": info.unique_products,
            "unique_regions": info.unique_regions,
        },
    }


def _sentences(report: SalesReport) -> list[str]:
    sales, average = report.summary.total_sales, report.summary.average_order_value
    if sales > _EXCELLENT_SALES:
        sentences = [f"当日销售表现优秀,总销售额达到 {sales:,.2f} 元"]
    elif sales > _GOOD_SALES:
        sentences = [f"当日销售表现良好,总销售额为 {sales:,.2f} 元"]
    else:
        sentences = [f"当日销售额为 {sales:,.2f} 元,可能需要关注销售策略"]
    for product in report.top_products[:1]:
        sentences.append(f"最佳销售产品是 {product.product},销售额 {product.sales:,.2f} 元")
    for region in report.regions[:1]:
        sentences.append(f"销售表现最佳的地区是 {region.region},占总销售额的 {region.share or 0.0}%")
    if average > _HIGH_ORDER_VALUE:
        sentences.append(f"平均订单价值较高,为 {average:,.2f} 元,显示客户购买力强")
    return sentences
