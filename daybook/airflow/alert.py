"""`send_message`, `alert_of_run`: messages from a DAG to a DingTalk group; above all, that something failed."""

from collections.abc import Mapping
from typing import Any

from airflow.providers.common.compat.sdk import AirflowException, BaseHook, mask_secret

from daybook.airflow import texts
from daybook.airflow.task import PROBLEM, airflow_errors, task_language, task_trace
from daybook.errors import SettingsError

ALERT_CONN_ID = "daybook_alert"
_LOCAL = ("127.0.0.1", "localhost")


def send_message(title: str, text: str, key: str, *, conn_id: str) -> None:
    """Posts Markdown to a DingTalk group. A repetition under the same ``key`` posts nothing new, as DingTalk promises.

    The connection: ``password`` is the robot's webhook or access token; extras ``secret`` (signing) and ``keyword``.

    Raises:
        AirflowException: it was not posted; a later try may post it.
        AirflowFailException: the connection is wrong.
    """
    from daybook.dingtalk import Message, Robot, RobotClient, RobotError, plan_message  # noqa: PLC0415 (not at parse)

    connection = BaseHook.get_connection(conn_id)
    with airflow_errors():
        if not connection.password:
            raise SettingsError(texts.ROBOT_CONNECTION, name=conn_id)
        extra = connection.extra_dejson
        mask_secret(connection.password)
        if extra.get("secret"):
            mask_secret(extra["secret"])
        local = any(f"//{host}:" in connection.password for host in _LOCAL) and bool(extra.get("allow_loopback"))
        robot = Robot.parse(
            connection.password, extra.get("secret") or "", extra.get("keyword") or "", allow_loopback=local
        )
        plan = plan_message(Message(text, title=title), robot.keywords)
        try:
            outcome = RobotClient(robot).push(plan, key=key)
        except RobotError as error:
            raise AirflowException(error.sentence(task_language())) from None
    if outcome.unknown:
        raise AirflowException(outcome.unknown.to(task_language()))


def alert_of_run(context: Mapping[str, Any], day: str, task_ids: list[str]) -> str:
    """Tells the alert group that a day's report is not known to be delivered, and why.

    One message, however often this task is tried.

    Args:
        context: the context of the alerting task.
        day: the day of the report.
        task_ids: the tasks that may have left a sentence on what was wrong.

    Returns:
        The alert's title.
    """
    run, ti = context["dag_run"], context["ti"]
    title = texts.ALERT_TITLE.to(task_language(), day=day)
    text = texts.ALERT_TEXT.to(
        task_language(),
        title=title,
        problem=_problem(ti, task_ids) or texts.DIED,
        dag_id=run.dag_id,
        run_id=run.run_id,
    )
    with task_trace(context):
        send_message(title, text, f"alert/{run.dag_id}/{run.run_id}/{ti.max_tries}", conn_id=ALERT_CONN_ID)
    return title


def _problem(ti: Any, task_ids: list[str]) -> str:
    """The sentence that the first failed task left; empty where it died without a word."""
    found = ti.xcom_pull(task_ids=task_ids, key=PROBLEM)
    sentences = [found] if found is None or isinstance(found, str) else found  # a sequence of Airflow's own on 2.11
    return next((str(sentence) for sentence in sentences if sentence), "")
