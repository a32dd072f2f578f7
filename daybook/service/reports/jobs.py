"""The jobs of the analysis: what runs in a worker process. Nothing here may be slow to import."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.pipeline import analyze
from daybook.report import SalesReport
from daybook.service.reports.single_day import SINGLE_DAY_PARAMETERS, single_day_answer
from daybook.service.reports.sources import SourceRules, open_source_file
from daybook.sources.base import SourceSettings


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


def make_report(content: Path, parameters: Mapping[str, Any], limits: Limits) -> Answer:
    """The report on the file at ``content``; ``parameters`` are those of the node, as they came."""
    report = analyze(content, AnalysisParameters.model_validate(dict(parameters)), limits)
    return Answer.of(report, report.model_dump_json())


def make_report_from_source(
    content: str, rules: SourceRules, folder: Path, parameters: Mapping[str, Any], limits: Limits
) -> Answer:
    """The report on a file that the service has or fetches itself; ``folder`` is for what it fetches."""
    with open_source_file(content, rules, folder, limits) as path:
        return make_report(path, parameters, limits)


def make_report_from_named_source(
    content: str,  # noqa: ARG001 - the name, under which it is put down if it ends workers
    source: SourceSettings,
    folder: Path,
    parameters: Mapping[str, Any],
    limits: Limits,
) -> Answer:
    """The report on a named source; ``content`` says which, ``folder`` is for what is fetched."""
    from daybook.sources.report import source_report  # noqa: PLC0415 - only what is asked for is loaded

    report = source_report(source, AnalysisParameters.model_validate(dict(parameters)), limits, folder)
    return Answer.of(report, report.model_dump_json())


def make_single_day_answer(content: Path, limits: Limits) -> Answer:
    """The single-day analysis of the file at ``content`` in the reference shape."""
    report = analyze(content, SINGLE_DAY_PARAMETERS, limits, every_region=True)
    answer = json.dumps(single_day_answer(report), ensure_ascii=False, allow_nan=False)
    return Answer.of(report, answer)
