"""`airflow_errors`, `run_memory`, `traced`: what a running task says and keeps, and its place in a trace.

An error means to Airflow to try again or to fail at once, and its sentence is left for the alert. What a task remembers
over its tries is kept in Airflow's task state store, where there is one.
"""

import functools
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.providers.common.compat.sdk import AirflowException, AirflowFailException

from daybook.errors import DaybookError
from daybook.language import Language

if TYPE_CHECKING:
    from daybook.dify import RunMemory, StartRecord

PROBLEM = "problem"
"""XCom key under which a failed task leaves its sentence."""
PROBLEM_CODE = "problem_code"
"""The same for the sentence's code."""


def task_language() -> Language:
    """The language of task logs and alerts: ``DAYBOOK_LANGUAGE``, Chinese where it is not set."""
    return Language.of(os.environ.get("DAYBOOK_LANGUAGE"))


def fail(error: DaybookError, context: Mapping[str, Any] | None = None) -> NoReturn:
    """Ends the task with the error's sentence, which is also left for the alert.

    What is temporary is left to Airflow's retries. All else fails at once: a wrong setting stays wrong, and what may
    have happened already must not happen twice.
    """
    sentence = error.sentence(task_language())
    if context:
        context["ti"].xcom_push(key=PROBLEM, value=sentence)
        context["ti"].xcom_push(key=PROBLEM_CODE, value=error.code)
    temporary = getattr(error, "retryable", False) and not getattr(error, "ambiguous", False)
    raise (AirflowException if temporary else AirflowFailException)(sentence) from None


@contextmanager
def airflow_errors(context: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Turns the library's errors into Airflow's."""
    try:
        yield
    except DaybookError as error:
        fail(error, context)


@contextmanager
def task_trace(context: Mapping[str, Any]) -> Iterator[None]:
    """The task as a step of a trace: of Airflow's own where it traces, else of one for the whole DAG run.

    That one follows from the names of DAG and run, so that all its tasks and tries are in it. It is sent to the
    collector that ``DAYBOOK_OTLP_ENDPOINT`` names, or OpenTelemetry's own variables.
    """
    from daybook import otlp, tracing  # noqa: PLC0415 (loaded when a task runs, not at parse)

    ti = context["ti"]
    names = {name: str(getattr(ti, name, "")) for name in ("dag_id", "run_id", "task_id")}
    if not all(names.values()):
        yield
        return
    exporting = begun = None
    if not tracing.is_exported():
        # with Airflow's tracing off, its own traceparent says that nothing is to be recorded, and the service obeys
        begun = tracing.begun_by("airflow", names["dag_id"], names["run_id"])
        with airflow_errors(context):
            exporting = otlp.export("airflow", os.environ.get(otlp.ENDPOINT, ""))
    attributes: tracing.Attributes = {
        "airflow.dag_id": names["dag_id"],
        "airflow.dag_run.run_id": names["run_id"],
        "airflow.task_id": names["task_id"],
        "airflow.task_instance.try_number": int(getattr(ti, "try_number", 1)),
    }
    try:
        with tracing.carried(begun), tracing.span(f"task {names['task_id']}", attributes):
            yield
    finally:
        if exporting:
            exporting.end()


def traced[**P, R](execute: Callable[P, R]) -> Callable[P, R]:
    """An operator's ``execute``, which is a step of its DAG run's trace."""

    @functools.wraps(execute)
    def within_trace(*args: P.args, **kwargs: P.kwargs) -> R:
        context: Any = kwargs.get("context") or args[1]
        with task_trace(context):
            return execute(*args, **kwargs)

    return within_trace


KEY = "daybook_start"


class StateStoreMemory:
    """A run's start in the task state store of Airflow 3.3 and later, which outlives a try; XCom does not."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def load(self) -> "StartRecord | None":
        """What was remembered last."""
        from daybook.dify import StartRecord  # noqa: PLC0415

        return StartRecord.loads(self._store.get(KEY))

    def save(self, record: "StartRecord | None") -> None:
        """Remembers ``record``; ``None`` forgets."""
        if record is None:
            self._store.delete(KEY)
        else:
            self._store.set(KEY, record.dumps())


def run_memory(context: Any) -> "RunMemory":
    """The memory of the running task; one that holds nothing where Airflow is older than 3.3."""
    from daybook.dify import NoMemory  # noqa: PLC0415

    store = context.get("task_state_store")
    return NoMemory() if store is None else StateStoreMemory(store)


def asked_by_a_person(context: Any) -> bool:
    """Whether this is the first try of a task, or the first one after it was cleared, and so no retry.

    Clearing raises the task's ``max_tries`` by its retries; Airflow itself finds the first try of a series this way.
    """
    ti = context["ti"]
    first = (ti.max_tries or 0) - (ti.task.retries or 0) + 1
    return bool(ti.try_number <= max(first, 1))
