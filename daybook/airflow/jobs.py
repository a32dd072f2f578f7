"""`plan_job`: the day's job: date, file or source, Dify user and delivery key, the same on retries and in any Airflow.

`day_param`, `source_param` and `force_param` are what a person may say of it in Airflow's trigger form; `export_table`
makes its file out of a database.
"""

import csv
import datetime as dt
import hashlib
import os
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any
from zoneinfo import ZoneInfo

from airflow.providers.common.compat.sdk import BaseHook, Param

from daybook.airflow import texts
from daybook.days import Wish
from daybook.errors import DeliveryError, ParameterError
from daybook.language import excerpt

TIMEZONE = "Asia/Shanghai"
_SOURCE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)
FOLDERS = "DAYBOOK_SALES_FOLDERS"
"""The environment's variable for more folders of sales files, separated as in ``PATH``."""


@dataclass(frozen=True, slots=True)
class DayJob:
    """One day's report."""

    day: str
    """ISO date."""
    file: str
    """Path of the day's file; empty where a source is read."""
    user: str
    """Its name for Dify: the same for every DAG run of the day, so that the day is reported once; of its own for a
    forced run."""
    key: str
    """The delivery key that goes with the run."""
    date: str
    """What the workflow is asked for: the day, or the last one that was complete on it."""
    source: str = ""
    """The named source of the analysis service that is read instead of a file."""

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


def _source(context: Mapping[str, Any], source: str) -> str:
    """The source to read: the one that a person names, else ``source`` unless a person names a file."""
    file, named = (str(context["params"].get(name) or "").strip() for name in ("file", "source"))
    if file and named:
        raise ParameterError(texts.FILE_AND_SOURCE, name=Path(file).name, source=excerpt(named))
    found = named or ("" if file else source)
    if found and not _SOURCE_NAME.fullmatch(found):
        raise ParameterError(texts.BAD_SOURCE, source=excerpt(found))
    return found


def plan_job(context: Mapping[str, Any], pattern: str, offset: int = 0, source: str = "") -> DayJob:
    """The day's job.

    A source is asked for the day itself, the one before the run where no ``offset`` says otherwise: whether a day
    without rows is an error or a day of no sales is for the source's settings.

    Args:
        context: the task's context; its parameters are ``day``, ``file``, ``source`` and ``force``.
        pattern: the path of a day's file, with ``{{ day }}`` where the date stands.
        offset: days from the day of the run to the day of the report.
        source: the named source of the analysis service that is read instead of files.

    Raises:
        ParameterError: the parameter ``file`` names one outside the folders of sales files, or the source's name is
            invalid, or a person names both.
    """
    source = _source(context, source)
    day = report_day(context, offset or (-1 if source else 0)).isoformat()
    dag_run = context["dag_run"]
    user, key = f"airflow/{dag_run.dag_id}/{day}", day
    if source:
        user, key = f"airflow/{dag_run.dag_id}/{source}/{day}", f"{source} {day}"
    user, key = names_of_run(context, user, key)
    if source:
        return DayJob(day, "", user, key, day, source)
    named = str(context["params"].get("file") or "")
    if named:
        _require_inside(named, pattern)
    file = named or pattern.replace("{{ day }}", day).replace("{{day}}", day)
    # At 08:00 the run's own day is not over: a file that holds more is reported on its last complete day.
    explicit = offset < 0 or context["params"].get("day")
    return DayJob(day, file, user, key, day if explicit else f"{Wish.LAST_COMPLETE} {day}")


def names_of_run(context: Mapping[str, Any], user: str, key: str) -> tuple[str, str]:
    """A job's name for Dify and its delivery key: those that all its runs share, or a forced run's own."""
    if not context["params"].get("force"):
        return user, key
    digest = hashlib.sha256(context["dag_run"].run_id.encode()).hexdigest()[:8]
    return f"{user}/{digest}", f"{key}-{digest}"


def reported_day(job: Mapping[str, Any]) -> str:
    """The day that a planned job reports, as an ISO date: where it is the last complete one, the day before."""
    last = str(job["date"]).partition(f"{Wish.LAST_COMPLETE} ")[2]
    return str(dt.date.fromisoformat(last) - dt.timedelta(days=1)) if last else str(job["day"])


def group_is_told_at(context: Mapping[str, Any], job: Mapping[str, str], deadline: str) -> dt.datetime | None:
    """When the group is told that a day's data is not in; None where nobody waits, or a person sends the day again.

    Args:
        context: the task's context.
        job: as `DayJob.as_dict` gives it.
        deadline: time of day in Shanghai, on the morning after the day.
    """
    if not deadline or context["params"].get("force"):
        return None
    morning = dt.date.fromisoformat(reported_day(job)) + dt.timedelta(days=1)
    return dt.datetime.combine(morning, dt.time.fromisoformat(f"{deadline:0>5}"), ZoneInfo(TIMEZONE))


def require_delivered(outputs: Mapping[str, Any]) -> None:
    """Holds that the workflow says that the group has the report. Dify may say so by a boolean, a number or a text.

    Raises:
        DeliveryError: it does not say so; the sentence has the workflow's own, its output ``problem`` or ``answer``.
    """
    from daybook.dify.outcome import is_true  # noqa: PLC0415 (not at parse)

    if not is_true(outputs.get("delivered")):
        said = str(outputs.get("problem") or outputs.get("answer") or "")
        raise DeliveryError(texts.NOT_DELIVERED, answer=said or texts.NO_ANSWER)


def source_param() -> Param:
    """The named source to read instead of a file."""
    return Param(
        default=None,
        type=["null", "string"],
        title="数据源 / Source",
        description="分析服务中的数据源，代替文件；留空则按 DAYBOOK_SOURCE / "
        "A source of the analysis service instead of a file. Empty: what DAYBOOK_SOURCE says",
    )


def day_param() -> Param:
    """The day to report, as an ISO date."""
    return Param(
        default=None,
        type=["null", "string"],
        format="date",
        title="报告日 / Day",
        description="留空为运行当天 / Empty: the run's own day",
    )


def force_param() -> Param:
    """Whether to send a report that was sent already."""
    return Param(
        default=False,
        type="boolean",
        title="再发一次 / Send once more",
        description="当天已发送过也再发 / Even if that day's report was sent already",
    )


def export_table(conn_id: str, sql: str, path: str | Path) -> int:
    """Writes the rows of a query to a CSV file with the columns' names as header. The rows are never held together.

    The file appears when it is whole.

    Args:
        conn_id: a connection to any database whose Airflow provider follows the Python database API.
        sql: the query; its column names become the header.
        path: where the file shall lie.

    Returns:
        The number of rows.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{token_hex(8)}")
    try:
        with closing(BaseHook.get_hook(conn_id).get_conn()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(sql)
            rows = 0
            with part.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow([column[0] for column in cursor.description])
                for row in cursor:
                    writer.writerow(row)
                    rows += 1
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return rows
