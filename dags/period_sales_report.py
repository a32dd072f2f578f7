"""周报和月报 / Weekly and monthly sales reports: Monday 08:30 and the first of the month 09:00, Asia/Shanghai.

由分析服务中的账本生成刚结束的一周或一个月的报告，与上一周期及去年同期对比，推送到钉钉群。不需要文件。
The week or month that has just ended, made of the book of the analysis service, against the one before and a year
before. No file is needed: the daily reports keep their days in the same book.

**参数 / Parameters** `date` 周期 which one: `2026-W45`, `2026-10`, or a day in it; `book` 账本 another book than
`DAYBOOK_BOOK`; `force` 再发一次 send once more.

**工作流 / Workflow** `workflows/period_sales_report.yml`

**连接 / Connections**

- `dify_period`：host 为 Dify API 地址 the API's address, password 为该应用的密钥 that app's key
- `daybook_alert`：与日报相同 as for the daily report

重试、清除任务、手动触发都不会重复发送，除非勾选 `force`。
No retry, cleared task or run by hand sends a second message, unless `force` is set.
"""

import os
from datetime import timedelta
from typing import Any

import pendulum
from airflow.providers.common.compat.sdk import DAG, AirflowFailException, TriggerRule, get_current_context, task

from daybook.airflow.alert import alert_of_run
from daybook.airflow.jobs import force_param, require_delivered
from daybook.airflow.period_jobs import book_param, period_param, plan_period
from daybook.airflow.task import airflow_errors
from daybook.airflow.workflow import DifyWorkflowOperator
from daybook.periods import Kind

try:
    from airflow.sdk import CronTriggerTimetable
except ImportError:  # Airflow 2.11
    from airflow.timetables.trigger import CronTriggerTimetable

BOOK = os.environ.get("DAYBOOK_BOOK", "")
"""The book of which weeks and months are made."""
SINCE = os.environ.get("DAYBOOK_REPORTS_SINCE", "")
"""The first day that counts (ISO). With it every missed week and month is made up; without it only the latest one."""
DEADLINE = timedelta(minutes=float(os.environ.get("DAYBOOK_RUN_MINUTES", "20")))
"""The longest that the workflow may take."""
SETTLE = timedelta(seconds=float(os.environ.get("DAYBOOK_SETTLE_SECONDS", "60")))
"""How long to look for a run in Dify's log whose start was not answered."""
RETRY_DELAY = timedelta(seconds=float(os.environ.get("DAYBOOK_RETRY_SECONDS", "60")))
LONGEST_DELAY = timedelta(minutes=15)

REPORT_TASKS = ["plan", "run_workflow", "check_delivered"]


def report_dag(dag_id: str, kind: Kind, cron: str, example: str) -> DAG:
    """The DAG of weeks, or that of months."""
    with DAG(
        dag_id=dag_id,
        doc_md=__doc__,
        schedule=CronTriggerTimetable(cron, timezone="Asia/Shanghai"),
        start_date=pendulum.parse(SINCE or "2026-01-01", tz="Asia/Shanghai"),
        catchup=bool(SINCE),
        max_active_runs=1,
        default_args={
            "retries": 3,
            "retry_delay": RETRY_DELAY,
            "retry_exponential_backoff": True,
            "max_retry_delay": LONGEST_DELAY,
        },
        params={"date": period_param(example), "book": book_param(), "force": force_param()},
        tags=["daybook", "dify"],
    ) as dag:

        @task
        def plan() -> dict[str, str]:
            """Which week or month, and its names."""
            context = get_current_context()
            with airflow_errors(context):
                job = plan_period(context, kind, BOOK)
            print(f"{job.book}: {job.date}")
            return job.as_dict()

        @task
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
            what = job.get("date") or context["dag_run"].run_id
            raise AirflowFailException(alert_of_run(context, what, REPORT_TASKS))

        job = plan()
        report = DifyWorkflowOperator(
            task_id="run_workflow",
            inputs={
                "period": kind.value,
                "run_key": "{{ ti.xcom_pull('plan')['key'] }}",
                "report_date": "{{ ti.xcom_pull('plan')['date'] }}",
                "book": "{{ ti.xcom_pull('plan')['book'] }}",
            },
            user="{{ ti.xcom_pull('plan')['user'] }}",
            deadline=DEADLINE,
            settle=SETTLE,
            execution_timeout=DEADLINE + timedelta(minutes=10),
            dify_conn_id="dify_period",
        )
        checked = check_delivered(report.output)
        job >> report
        [job, report, checked] >> alert()
    return dag


weekly = report_dag("weekly_sales_report", Kind.WEEK, "30 8 * * 1", "2026-W45")
monthly = report_dag("monthly_sales_report", Kind.MONTH, "0 9 1 * *", "2026-10")
