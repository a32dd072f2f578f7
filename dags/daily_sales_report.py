"""每日销售报告 / Daily sales report: 08:00 Asia/Shanghai, one message a day, an alert when there is none.

等待当天的销售文件，上传到 Dify，运行工作流，确认报告已送达钉钉群。
设置 `DAYBOOK_SOURCE` 后不上传文件，由分析服务读取该数据源前一天的数据。
Waits for the day's sales file, uploads it to Dify, runs the workflow, and checks that the group has the report. With
`DAYBOOK_SOURCE` nothing is uploaded: the analysis service reads the day before from that source.

**参数 / Parameters** `day` 报告日 the day to report, `file` 文件路径 another file, `source` 数据源 a source
instead of a file, `force` 再发一次 send once more.

**连接 / Connections**

- `dify_default`：host 为 Dify API 地址 the API's address, password 为应用密钥 the app's key
- `daybook_alert`：password 为告警群机器人的 Webhook the alert robot's webhook, extra
  `{"secret": "SEC...", "keyword": "..."}`

**变量 / Variable** `daybook_sales_files` 文件路径模板 the path of a day's file: `/data/sales/sales_{{ day }}.csv`.
`file` 须在同一目录，或 `DAYBOOK_SALES_FOLDERS` 列出的目录中 / lies in the same folder, or in one that
`DAYBOOK_SALES_FOLDERS` lists.

当天数据缺失、未结束或缺行时不发送，稍后再看；到 `DAYBOOK_DEADLINE`（默认 10:00）在群里说明一次，数据到齐后补发。
A day that is missing, not over or short of rows is not sent: it is looked at again, the group is told once at
`DAYBOOK_DEADLINE` (10:00), and the report follows when the data is whole.

重试、清除任务、手动触发都不会重复发送，除非勾选 `force`。
No retry, cleared task or run by hand sends a second message, unless `force` is set.
"""

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pendulum
from airflow.providers.common.compat.sdk import (
    DAG,
    AirflowFailException,
    Param,
    PokeReturnValue,
    TriggerRule,
    get_current_context,
    task,
)

from daybook.airflow.alert import alert_of_run
from daybook.airflow.jobs import (
    day_param,
    force_param,
    group_is_told_at,
    plan_job,
    require_delivered,
    source_param,
)
from daybook.airflow.mornings import telling
from daybook.airflow.task import airflow_errors
from daybook.airflow.workflow import DifyWorkflowOperator

try:
    from airflow.sdk import CronTriggerTimetable
except ImportError:  # Airflow 2.11
    from airflow.timetables.trigger import CronTriggerTimetable

SALES_FILES = "/data/sales/sales_{{ day }}.csv"
"""Where the day's file lies, unless the Airflow variable `daybook_sales_files` says otherwise."""
SOURCE = os.environ.get("DAYBOOK_SOURCE", "")
"""A named source of the analysis service that is read instead of a file; then nothing is uploaded."""
BOOK = os.environ.get("DAYBOOK_BOOK", "")
"""The book in which the workflow keeps the days; none where empty."""
MORNING = os.environ.get("DAYBOOK_MORNING", BOOK)
"""The name under which the analysis service watches this job (`docs/mornings.md`); the book's where none is given."""
DAY_OFFSET = int(os.environ.get("DAYBOOK_DAY_OFFSET", "0"))
"""Days from the day of the run to the day of the report: -1 where the file at 08:00 is named after yesterday. Of a
source the day before is reported unless this says another."""
SINCE = os.environ.get("DAYBOOK_REPORTS_SINCE", "")
"""The first day that counts (ISO). With it every missed day is made up; without it only the latest one."""
WAIT = timedelta(minutes=float(os.environ.get("DAYBOOK_FILE_WAIT_MINUTES", "240")))
"""How long to wait for the file, or for a source that does not answer or has no row of the day yet."""
DATA_DEADLINE = os.environ.get("DAYBOOK_DEADLINE", "10:00")
"""Time in Shanghai, on the morning after the day, at which the group is told that the day's data is not in, or not
whole; until `WAIT` is over it is looked for again. Empty: what is there is reported, whole or not."""
LOOK_EVERY = float(os.environ.get("DAYBOOK_FILE_LOOK_SECONDS", "60"))
SETTLED = float(os.environ.get("DAYBOOK_FILE_SETTLED_SECONDS", "10"))
"""Seconds for which a file must not have changed, so that none is taken while it is still being written."""
DEADLINE = timedelta(minutes=float(os.environ.get("DAYBOOK_RUN_MINUTES", "20")))
"""The longest that the workflow may take."""
SETTLE = timedelta(seconds=float(os.environ.get("DAYBOOK_SETTLE_SECONDS", "60")))
"""How long to look for a run in Dify's log whose start was not answered."""
RETRY_DELAY = timedelta(seconds=float(os.environ.get("DAYBOOK_RETRY_SECONDS", "60")))
LONGEST_DELAY = timedelta(minutes=15)


def at_hand(path: str) -> str:
    """A file that is there, and to which nobody writes any more; else nothing, where a deadline tells the group so."""
    file = Path(path)
    is_settled = file.is_file() and time.time() - file.stat().st_mtime >= SETTLED
    return path if is_settled or not DATA_DEADLINE else ""


REPORT_TASKS = ["plan", "wait_for_file", "run_workflow", "check_delivered"]

with DAG(
    dag_id="daily_sales_report",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 8 * * *", timezone="Asia/Shanghai"),
    start_date=pendulum.parse(SINCE or "2026-01-01", tz="Asia/Shanghai"),
    catchup=bool(SINCE),
    max_active_runs=3,
    default_args={
        "retries": 3,
        "retry_delay": RETRY_DELAY,
        "retry_exponential_backoff": True,
        "max_retry_delay": LONGEST_DELAY,
    },
    params={
        "day": day_param(),
        "file": Param(
            None,
            type=["null", "string"],
            title="文件 / File",
            description="留空则按变量 daybook_sales_files 查找 / Empty: where the variable daybook_sales_files says",
        ),
        "source": source_param(),
        "force": force_param(),
    },
    user_defined_macros={"at_hand": at_hand},
    tags=["daybook", "dify"],
) as dag:

    @task
    def plan() -> dict[str, str]:
        """The day, its file or source, and its names."""
        context = get_current_context()
        pattern = context["var"]["value"].get("daybook_sales_files", SALES_FILES)
        with airflow_errors(context):
            job = plan_job(context, pattern, DAY_OFFSET, SOURCE)
        print(f"{job.day}: {job.file or job.source}")
        return job.as_dict()

    @task.sensor(
        poke_interval=LOOK_EVERY,
        timeout=WAIT.total_seconds(),
        mode="reschedule",
        **telling(MORNING, "waited", at_start=not SOURCE),
    )
    def wait_for_file(job: dict[str, str]) -> PokeReturnValue:
        """The day's file is there, and nobody writes to it any more; or it is time that the workflow tells the group.

        A source, and a file that is not whole, are waited for by retries of the run.
        """
        told_at = group_is_told_at(get_current_context(), job, DATA_DEADLINE)
        if job["source"] or (told_at and time.time() >= told_at.timestamp()):
            return PokeReturnValue(is_done=True)
        file = Path(job["file"])
        ready = file.is_file() and time.time() - file.stat().st_mtime >= SETTLED
        print(f"{file.name}: {'ready' if ready else 'not there yet'}")
        return PokeReturnValue(is_done=ready)

    @task(**telling(MORNING, "pushed", at_start=False))
    def check_delivered(outputs: dict[str, Any]) -> None:
        """The group has the report."""
        print(outputs.get("answer", ""))
        with airflow_errors(get_current_context()):
            require_delivered(outputs)

    @task(trigger_rule=TriggerRule.ONE_FAILED, retries=6)
    def alert() -> None:
        """Tells the alert group, and fails the run."""
        context = get_current_context()
        job = context["ti"].xcom_pull(task_ids="plan") or {}
        day = job.get("day") or context["dag_run"].run_id
        raise AirflowFailException(alert_of_run(context, day, REPORT_TASKS))

    job = plan()
    report = DifyWorkflowOperator(
        task_id="run_workflow",
        inputs={
            "run_key": "{{ ti.xcom_pull('plan')['key'] }}",
            "report_date": "{{ ti.xcom_pull('plan')['date'] }}",
            "deadline": "{{ '' if params.force else '" + DATA_DEADLINE + "' }}",
            **({"book": BOOK} if BOOK else {}),
        },
        files={"sales_data": "{{ at_hand(ti.xcom_pull('plan')['file']) }}"},
        source="{{ ti.xcom_pull('plan')['source'] }}",
        user="{{ ti.xcom_pull('plan')['user'] }}",
        deadline=DEADLINE,
        settle=SETTLE,
        execution_timeout=DEADLINE + timedelta(minutes=10),
        retries=3 + (WAIT // LONGEST_DELAY if SOURCE or DATA_DEADLINE else 0),
        **telling(MORNING, "workflow"),
    )
    ready = wait_for_file(job)
    checked = check_delivered(report.output)
    ready >> report
    [job, ready, report, checked] >> alert()
