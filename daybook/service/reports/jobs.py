"""The jobs of the analysis: what runs in a worker process. Nothing here may be slow to import."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.pipeline import analyze
from daybook.report import SalesReport
from daybook.service.reports.single_day import SINGLE_DAY_PARAMETERS, single_day_answer
from daybook.service.reports.sources import SourceRules, open_source_file
from daybook.sources.base import SourceSettings

if TYPE_CHECKING:
    from daybook.book import Book, ShelfPlace


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
    with open_source_file(content, rules, folder, limits) as path:
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


def make_single_day_answer(content: Path, limits: Limits) -> Answer:
    """The single-day analysis of the file at ``content`` in the reference shape."""
    report = analyze(content, SINGLE_DAY_PARAMETERS, limits, every_region=True)
    answer = json.dumps(single_day_answer(report), ensure_ascii=False, allow_nan=False)
    return Answer.of(report, answer)


def _book(asked: AnalysisParameters, books: "ShelfPlace | None") -> "Book | None":
    if not asked.book or books is None:
        return None
    from daybook.book.shelf import opened  # noqa: PLC0415 - only what is asked for is loaded

    return opened(books).book(asked.book)
