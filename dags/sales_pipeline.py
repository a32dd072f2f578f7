"""从订单库到点评 / From the orders to a comment: the operators together.

1. `prepare`：用 SQL（或 Notebook）生成当天的销售文件；使用数据源时省略 / SQL or a notebook writes the day's file; not
   where a source is reported
2. `clean`（可选 / optional）：分析服务中的函数清洗文件 / a function of the analysis service cleans it
3. `run_workflow`, `check_delivered`：Dify 工作流生成并推送日报 / the Dify workflow reports it
4. `comment`：Dify Agent 点评本周 / a Dify agent comments on the week
5. `post_comment`：点评发到群里 / the comment goes to the group

**连接 / Connections**

- `daybook_orders`：订单库 / the orders' database
- `dify_default`, `dify_agent`：工作流应用、Agent 应用 / the workflow app, the agent app
- `daybook_group`, `daybook_alert`：日报群、告警群的机器人 / the robots of the group and of the alert group
- `daybook_service`：分析服务，仅 `clean` 使用 / the analysis service, for `clean` only
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pendulum
from airflow.providers.common.compat.sdk import DAG, AirflowFailException, TriggerRule, get_current_context, task

from daybook.airflow.agent import DifyAgentOperator
from daybook.airflow.alert import alert_of_run, send_message
from daybook.airflow.function import DaybookFunctionOperator
from daybook.airflow.jobs import day_param, export_table, force_param, plan_job, require_delivered
from daybook.airflow.task import airflow_errors
from daybook.airflow.workflow import DifyWorkflowOperator

try:
    from airflow.sdk import CronTriggerTimetable
except ImportError:  # Airflow 2.11
    from airflow.timetables.trigger import CronTriggerTimetable

FOLDER = os.environ.get("DAYBOOK_PIPELINE_FOLDER", "/data/sales")
ORDERS = f"{FOLDER}/orders_{{{{ day }}}}.csv"
NOTEBOOK = os.environ.get("DAYBOOK_PREPARE_NOTEBOOK", "")
"""A notebook that writes the day's file from its parameters `day` and `file`; SQL is used where this is empty."""
SOURCE = os.environ.get("DAYBOOK_PIPELINE_SOURCE", "")
"""A named source of the analysis service that is reported instead: then no file is written, cleaned or uploaded."""
CLEAN_FUNCTION = os.environ.get("DAYBOOK_CLEAN_FUNCTION", "")
"""A function of the analysis service that takes the file `export` and gives a cleaned one (`clean_orders` in the
examples); none where empty."""
DAY_SQL = """
    SELECT order_date AS "Date", product AS "Product", price AS "Price", quantity AS "Amount", region AS "Region"
    FROM orders WHERE order_date = '{{ day }}'
"""
WEEK_SQL = """
    SELECT order_date AS "Date", COUNT(*) AS "Orders", ROUND(SUM(price * quantity), 2) AS "Sales"
    FROM orders WHERE order_date > '{{ week_before }}' AND order_date <= '{{ day }}'
    GROUP BY order_date ORDER BY order_date
"""
QUESTION = """\
今天的销售日报：
{{ ti.xcom_pull('run_workflow')['answer'] }}

最近七天的订单数和销售额（CSV）：
{{ ti.xcom_pull('week') }}

请用三句话以内点评本周的销售：先说结论，再说最值得关注的一点和建议。
"""
RETRY_DELAY = timedelta(seconds=float(os.environ.get("DAYBOOK_RETRY_SECONDS", "60")))
DEADLINE = timedelta(minutes=20)
TASKS = ["plan", "prepare", "clean", "week", "run_workflow", "check_delivered", "comment", "post_comment"]

with DAG(
    dag_id="sales_pipeline",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("30 8 * * *", timezone="Asia/Shanghai"),
    start_date=pendulum.datetime(2026, 1, 1, tz="Asia/Shanghai"),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 3, "retry_delay": RETRY_DELAY, "retry_exponential_backoff": True},
    params={
        "day": day_param(),
        "force": force_param(),
    },
    tags=["daybook", "dify"],
) as dag:

    @task
    def plan() -> dict[str, str]:
        """The day, its file, and its names."""
        return plan_job(get_current_context(), ORDERS, source=SOURCE).as_dict()

    @task
    def week(job: dict[str, str]) -> str:
        """The figures of the last seven days, as CSV."""
        week_before = pendulum.parse(job["day"]).subtract(days=7).to_date_string()
        sql = WEEK_SQL.replace("{{ day }}", job["day"]).replace("{{ week_before }}", week_before)
        path = Path(FOLDER) / f"week_{job['day']}.csv"
        export_table("daybook_orders", sql, path)
        return path.read_text(encoding="utf-8")

    @task
    def check_delivered(outputs: dict[str, Any]) -> None:
        """The group has the report."""
        print(outputs.get("answer", ""))
        with airflow_errors(get_current_context()):
            require_delivered(outputs)

    @task
    def post_comment(job: dict[str, str], text: str) -> None:
        """The group has the comment, once."""
        send_message("本周点评", f"### 本周点评\n\n{text}", key=f"comment/{job['key']}", conn_id="daybook_group")

    @task(trigger_rule=TriggerRule.ONE_FAILED, retries=6)
    def alert() -> None:
        """Tells the alert group, and fails the run."""
        context = get_current_context()
        planned = context["ti"].xcom_pull(task_ids="plan") or {}
        raise AirflowFailException(alert_of_run(context, planned.get("day") or context["dag_run"].run_id, TASKS))

    job = plan()
    if SOURCE:
        prepare: Any = job  # the service reads the day itself
    elif NOTEBOOK:
        from airflow.providers.papermill.operators.papermill import PapermillOperator

        prepare = PapermillOperator(
            task_id="prepare",
            input_nb=NOTEBOOK,
            output_nb=f"{FOLDER}/prepare_{{{{ ti.xcom_pull('plan')['day'] }}}}.ipynb",
            parameters={
                "day": "{{ ti.xcom_pull('plan')['day'] }}",
                "file": "{{ ti.xcom_pull('plan')['file'] }}",
            },
        )
    else:

        @task(task_id="prepare")
        def export_orders(planned: dict[str, str]) -> int:
            """The day's file, out of the database."""
            sql = DAY_SQL.replace("{{ day }}", planned["day"])
            return export_table("daybook_orders", sql, planned["file"])

        prepare = export_orders(job)

    file = "{{ ti.xcom_pull('plan')['file'] }}"
    before_report = prepare
    if CLEAN_FUNCTION and not SOURCE:
        clean = DaybookFunctionOperator(
            task_id="clean",
            function=CLEAN_FUNCTION,
            files={"export": file},
            save_to=f"{FOLDER}/clean_{{{{ ti.xcom_pull('plan')['day'] }}}}",
        )
        prepare >> clean
        before_report = clean
        file = "{{ ti.xcom_pull('clean', key='files')[0] }}"

    report = DifyWorkflowOperator(
        task_id="run_workflow",
        inputs={
            "run_key": "{{ ti.xcom_pull('plan')['key'] }}",
            "report_date": "{{ ti.xcom_pull('plan')['day'] }}",
        },
        files={"sales_data": file},
        source="{{ ti.xcom_pull('plan')['source'] }}",
        user="{{ ti.xcom_pull('plan')['user'] }}",
        deadline=DEADLINE,
        execution_timeout=DEADLINE + timedelta(minutes=10),
    )
    comment = DifyAgentOperator(
        task_id="comment",
        question=QUESTION,
        user="{{ ti.xcom_pull('plan')['user'] }}/comment",
        dify_conn_id="dify_agent",
    )
    figures = week(job)
    checked = check_delivered(report.output)
    posted = post_comment(job, comment.output)
    if not SOURCE:
        job >> prepare
    before_report >> report
    [checked, figures] >> comment
    [job, prepare, before_report, figures, report, checked, comment, posted] >> alert()
