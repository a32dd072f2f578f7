"""`plan_period`: the job of a week or month, as `daybook.airflow.jobs.plan_job` gives that of a day."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from airflow.providers.common.compat.sdk import Param

from daybook.airflow import texts
from daybook.airflow.jobs import names_of_run, report_day
from daybook.errors import ParameterError
from daybook.language import excerpt
from daybook.periods import OTHER_PERIOD, Kind, Period


@dataclass(frozen=True, slots=True)
class PeriodJob:
    """One week's or month's report."""

    date: str
    """Which one: ``2026-W45``, ``2026-10``."""
    user: str
    """Its name for Dify: the same for every DAG run of the period; of its own for a forced run."""
    key: str
    """The delivery key that goes with the run."""
    book: str

    def as_dict(self) -> dict[str, str]:
        """The job as XCom holds it."""
        return asdict(self)


def plan_period(context: Mapping[str, Any], kind: Kind, book: str) -> PeriodJob:
    """The job of the week or month that was over when the run was due, or of the one that a person names.

    Args:
        context: the task's context; its parameters are ``date``, ``book`` and ``force``.
        kind: week or month.
        book: the book that it is made of, unless a person names another.

    Raises:
        ParameterError: there is no such period, or no book is named.
    """
    book = str(context["params"].get("book") or "").strip() or book
    if not book:
        raise ParameterError(texts.NO_BOOK)
    given = str(context["params"].get("date") or "").strip()
    period = _named(given, kind) if given else Period.around(kind, report_day({**context, "params": {}})).before()
    shared = f"airflow/{context['dag_run'].dag_id}/{book}/{period}", f"{book} {kind} {period}"
    user, key = names_of_run(context, *shared)
    return PeriodJob(str(period), user, key, book)


def _named(given: str, kind: Kind) -> Period:
    """The week or month of that name, or the one that a date is in."""
    try:
        found = Period.read(given) or Period.around(kind, dt.date.fromisoformat(given))
    except ValueError:
        raise ParameterError(texts.BAD_PERIOD, date=excerpt(given)) from None
    if found.kind is not kind:
        raise ParameterError(OTHER_PERIOD, date=str(found), kind=kind)
    return found


def period_param(example: str) -> Param:
    """The week or month to report, such as ``example``."""
    return Param(
        default=None,
        type=["null", "string"],
        title="周期 / Period",
        description=f"例如 {example}，或其中的某一天；留空为刚结束的一个 / "
        f"Such as {example}, or a day in it. Empty: the one that has just ended",
    )


def book_param() -> Param:
    """The book of which the period is made."""
    return Param(
        default=None,
        type=["null", "string"],
        title="账本 / Book",
        description="留空则按 DAYBOOK_BOOK / Empty: what DAYBOOK_BOOK says",
    )
