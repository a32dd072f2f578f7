"""`Case`: a sales file with its right answers, and `judge`, which holds what Daybook says of it against them.

A file may have several right answers (sales with tax or without, where it is said), and a question or a refusal is as
good where a careful person could not know either. A figure that is none of them is wrong, whatever is said about it.
"""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from daybook.errors import DaybookError, QuestionError
from daybook.language import Language
from daybook.parameters import AnalysisParameters
from daybook.pipeline import analyze
from daybook.report import SalesReport

HERE = Path(__file__).parent


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Right(Strict):
    """What a report must say; what is None is left open."""

    date: dt.date
    total_sales: Decimal
    orders: int | None = None
    quantity: Decimal | None = None
    average_order: Decimal | None = None
    best_product: str | None = None
    previous_day: Decimal | None = None
    """Sales of the day before."""
    refunds: int | None = None
    refund_sales: Decimal | None = None
    names: tuple[str, ...] = ()
    """Products and regions that the rankings must hold."""
    says: str = ""
    """A pattern that one of the English sentences of the report must match."""


class Case(Strict):
    """A file's right answers."""

    kind: str
    right: tuple[Right, ...] = ()
    asks: tuple[str, ...] = ()
    """Parameters about which a question is as good as a right answer."""
    refuses: str | None = None
    """A pattern of the refusals that are as good; None where none is."""
    options: Mapping[str, Any] = Field(default_factory=dict)


class Outcome(StrEnum):
    RIGHT = "right"
    ASKED = "asked"
    REFUSED = "refused"
    WRONG = "wrong"


class Verdict(NamedTuple):
    outcome: Outcome
    good: bool
    """Whether the case allows it."""
    why: str


def judge(case: Case, source: bytes | Path) -> Verdict:
    """What Daybook makes of a file, and whether that is good."""
    try:
        report = analyze(source, AnalysisParameters(language=Language.ENGLISH, **case.options))
    except DaybookError as error:
        return _judge_error(case, error)
    except Exception as error:  # noqa: BLE001  an error that no person can read is one outcome among others
        return Verdict(Outcome.WRONG, good=False, why=f"{type(error).__name__}: {error}")
    differences = [differing(right, report) for right in case.right] or ["a report where none can be given"]
    if "" in differences:
        return Verdict(Outcome.RIGHT, good=True, why="")
    return Verdict(Outcome.WRONG, good=False, why=" | ".join(differences))


def _judge_error(case: Case, error: DaybookError) -> Verdict:
    sentence = str(error)
    if isinstance(error, QuestionError):
        return Verdict(Outcome.ASKED, good=error.parameter in case.asks, why=f"{error.parameter}? {sentence}")
    good = case.refuses is not None and re.search(case.refuses, sentence) is not None
    return Verdict(Outcome.REFUSED, good=good, why=sentence)


def differing(right: Right, report: SalesReport) -> str:
    """Where a report differs from a right answer, as text; empty where it does not."""
    summary, quality = report.summary, report.quality
    pairs: list[tuple[str, object, object]] = [
        ("date", right.date, report.analysis_date),
        ("total sales", right.total_sales, _cents(summary.total_sales)),
        ("orders", right.orders, summary.total_orders),
        ("quantity", right.quantity, Decimal(str(summary.total_quantity))),
        ("average order", right.average_order, _cents(summary.average_order_value)),
        ("best product", right.best_product, report.top_products[0].product if report.top_products else None),
        ("previous day", right.previous_day, report.previous_day and _cents(report.previous_day.total_sales)),
        ("refunds", right.refunds, quality.refunds),
        ("refunded", right.refund_sales, _cents(quality.refund_sales)),
    ]
    found = [f"{name} {is_!s}, not {should}" for name, should, is_ in pairs if should is not None and should != is_]
    names = {item.product for item in report.top_products} | {item.region for item in report.regions}
    found += [f"no “{name}” among {sorted(names)}" for name in right.names if name not in names]
    sentences = [*report.warnings, *report.insights]
    if right.says and not any(re.search(right.says, sentence) for sentence in sentences):
        found.append(f"nothing said of “{right.says}”: {sentences}")
    return ", ".join(found)


def _cents(value: float) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))
