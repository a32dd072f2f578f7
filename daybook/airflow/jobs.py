"""`plan_job`: the day's job: date, file, Dify user and delivery key, stable across retries and versions of Airflow."""

import datetime as dt
import hashlib
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from daybook.airflow import texts
from daybook.errors import DeliveryError, ParameterError

TIMEZONE = "Asia/Shanghai"
FOLDERS = "DAYBOOK_SALES_FOLDERS"
"""The environment's variable for more folders of sales files, separated as in ``PATH``."""


@dataclass(frozen=True, slots=True)
class Job:
    """One day's report."""

    day: str
    """ISO date."""
    file: str
    """Path of the day's file."""
    user: str
    """Its name for Dify: the same for every DAG run of the day, so that the day is reported once; of its own for a
    forced run."""
    key: str
    """The delivery key that goes with the run."""

    def as_dict(self) -> dict[str, str]:
        """The job as XCom holds it."""
        return asdict(self)


def report_day(context: Mapping[str, Any], offset: int = 0) -> dt.date:
    """The day that a DAG run reports on.

    It is the parameter ``day`` where one was given, else the date in Shanghai for which the run was scheduled, or at
    which it was triggered (a run triggered by hand has no logical date on Airflow 3), moved by ``offset`` days.
    """
    given = context["params"].get("day")
    if given:
        return dt.date.fromisoformat(str(given))
    moment = context.get("logical_date") or context["dag_run"].run_after
    day: dt.date = moment.astimezone(ZoneInfo(TIMEZONE)).date()
    return day + dt.timedelta(days=offset)


def sales_folders(pattern: str) -> list[Path]:
    """The folders in which a file may lie that a person names: the one of the days' files, and `FOLDERS`.

    Whoever may trigger a DAG could have any file of the worker sent to Dify otherwise.
    """
    fixed = Path(pattern.partition("{{")[0] + "x").parent
    named = os.environ.get(FOLDERS, "").split(os.pathsep)
    folders = [folder.resolve() for folder in (fixed, *map(Path, filter(None, named)))]
    return [folder for folder in folders if folder != folder.parent]


def _require_inside(file: str, pattern: str) -> None:
    path = Path(file).resolve()  # what a link points to counts, not where it lies
    if not any(path.is_relative_to(folder) for folder in sales_folders(pattern)):
        raise ParameterError(texts.OUTSIDE, name=path.name)


def plan_job(context: Mapping[str, Any], pattern: str, offset: int = 0) -> Job:
    """The day's job.

    Args:
        context: the task's context; its parameters are ``day``, ``file`` and ``force``.
        pattern: the path of a day's file, with ``{{ day }}`` where the date stands.
        offset: days from the day of the run to the day of the report.

    Raises:
        ParameterError: the parameter ``file`` names one outside the folders of sales files.
    """
    day = report_day(context, offset).isoformat()
    dag_run = context["dag_run"]
    user, key = f"airflow/{dag_run.dag_id}/{day}", day
    if context["params"].get("force"):
        digest = hashlib.sha256(dag_run.run_id.encode()).hexdigest()[:8]
        user, key = f"{user}/{digest}", f"{day}-{digest}"
    named = str(context["params"].get("file") or "")
    if named:
        _require_inside(named, pattern)
    file = named or pattern.replace("{{ day }}", day).replace("{{day}}", day)
    return Job(day, file, user, key)


def require_delivered(outputs: Mapping[str, Any]) -> None:
    """Holds that the workflow says that the group has the report. Dify may say so by a boolean, a number or a text.

    Raises:
        DeliveryError: it does not say so; the sentence has the workflow's own, its output ``problem`` or ``answer``.
    """
    if str(outputs.get("delivered", "")).strip().lower() not in ("true", "1", "yes", "是"):
        said = str(outputs.get("problem") or outputs.get("answer") or "")
        raise DeliveryError(texts.NOT_DELIVERED, answer=said or texts.NO_ANSWER)
