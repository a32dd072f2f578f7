"""`telling`: a task that tells the analysis service's watch its steps, so that a morning without a report is explained.

It needs the connection `daybook_service`, and does without where there is none. To tell is one short request; where it
fails, the log has a line and the task goes on.
"""

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

from airflow.providers.common.compat.sdk import AirflowNotFoundException

from daybook.airflow.hook import AnalysisServiceHook
from daybook.airflow.jobs import reported_day
from daybook.airflow.task import PROBLEM_CODE
from daybook.errors import DaybookError

log = logging.getLogger(__name__)

_ID = re.compile(r"[A-Za-z0-9_.~:+-]{1,250}", re.ASCII)
type Tells = dict[str, Any]


def telling(book: str, step: str, *, plan_task: str = "plan", at_start: bool = True) -> Tells:
    """Arguments of a task that has it tell a step of its run's day.

    Args:
        book: under which name the service watches the job; nothing is told where it is empty.
        step: waited, workflow, gated, analysed or pushed.
        plan_task: the task whose XCom is the job, as `daybook.airflow.jobs.plan_job` plans it.
        at_start: whether it is told that the step has begun, or its end alone.
    """
    if not book:
        return {}

    def teller(outcome: str) -> Callable[[Mapping[str, Any]], None]:
        def callback(context: Mapping[str, Any]) -> None:
            tell(book, step, outcome, context, plan_task)

        return callback

    ends = {"success": "good", "retry": "failed", "failure": "failed"}
    begins = {"on_execute_callback": teller("going")} if at_start else {}
    return begins | {f"on_{name}_callback": teller(outcome) for name, outcome in ends.items()}


def tell(book: str, step: str, outcome: str, context: Mapping[str, Any], plan_task: str = "plan") -> None:
    """Tell the service a step of a running task; whatever goes wrong is a line in the log."""
    try:
        ti = context["ti"]
        job = ti.xcom_pull(task_ids=plan_task) or {}
        if job:
            _client().tell(book, reported_day(job), step, outcome=outcome, **_about(ti, outcome))
    except AirflowNotFoundException:
        log.info("no connection to the analysis service: its watch is told nothing")
    except DaybookError as error:
        log.warning("the service's watch was not told: %s", error.code)
    except Exception:  # a task must not fail for it  # noqa: BLE001
        log.warning("the service's watch was not told", exc_info=False)


def _client() -> Any:
    from daybook.service_client.mornings import MorningsClient  # noqa: PLC0415 (loaded when a task runs, not at parse)

    return MorningsClient(AnalysisServiceHook().connected())


def _about(ti: Any, outcome: str) -> dict[str, Any]:
    """Whose step it is, and why it failed: ids and a code."""
    run = f"{ti.dag_id}/{ti.run_id}"
    about: dict[str, Any] = {"what": run, "attempt": max(1, int(ti.try_number or 1)), "told_by": "airflow"}
    ids = {"airflow_dag": ti.dag_id, "airflow_run": ti.run_id}
    if outcome != "going":
        ids["dify_run"] = ti.xcom_pull(task_ids=ti.task_id, key="run_id") or ""
    about |= {name: value for name, value in ids.items() if _ID.fullmatch(str(value))}
    if outcome == "failed":
        about["cause"] = str(ti.xcom_pull(task_ids=ti.task_id, key=PROBLEM_CODE) or "task_failed")[:64]
    return about
