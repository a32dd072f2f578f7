"""The operator that waits in the triggerer: no worker is held, and a run is still started once."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest

pytest.importorskip("airflow")

from airflow.providers.common.compat.sdk import AirflowException, AirflowFailException, TaskDeferred

from daybook.airflow.trigger import DifyRunTrigger
from daybook.airflow.workflow import DifyWorkflowOperator
from tests.airflow.stage import Stage
from tests.airflow.test_operators import _known_connections, context, operator, posts  # noqa: F401 (fixtures)
from tests.doubles.dify.parts import Fault, Kind, NodeError


def deferred(stage: Stage, context: dict[str, Any], **values: Any) -> tuple[DifyWorkflowOperator, DifyRunTrigger]:  # noqa: F811
    """The task that has given its worker back, and the trigger as another process makes it."""
    task = operator(stage, deferrable=True, **values)
    with pytest.raises(TaskDeferred) as caught:
        task.execute(context)
    assert caught.value.method_name == "resume"
    assert task.execution_timeout is None
    path, values = caught.value.trigger.serialize()
    assert path == "daybook.airflow.trigger.DifyRunTrigger"
    return task, DifyRunTrigger(**values)


def endless(stage: Stage) -> None:
    """A run that neither ends nor sends anything to the group."""
    stage.dify.never_finish = True
    stage.dify.workflow = lambda *_: {"answer": "", "delivered": True}


def event_of(trigger: DifyRunTrigger) -> dict[str, str]:
    """What the triggerer hands over."""

    async def first() -> dict[str, str]:
        async for event in trigger.run():
            payload: dict[str, str] = event.payload
            return payload
        raise AssertionError

    return asyncio.run(first())


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daybook.airflow.trigger._FIRST", 0.01)


def test_gives_its_worker_back_while_the_run_goes_on(stage: Stage, context: dict[str, Any]) -> None:  # noqa: F811
    endless(stage)
    _, trigger = deferred(stage, context)
    [run] = stage.dify.runs.values()
    assert not run.stop.is_set()
    assert trigger.ends - time.time() == pytest.approx(1200, abs=60)


def test_outputs_come_from_the_triggerers_event(stage: Stage, context: dict[str, Any]) -> None:  # noqa: F811
    _, trigger = deferred(stage, context)
    again = operator(stage, deferrable=True)  # another process
    assert again.resume(context, event_of(trigger))["delivered"]
    assert context["ti"].xcom["status"] == "succeeded"
    assert posts(stage) == 1
    assert stage.reports() == {"2026-11-20": 1}


def test_a_run_that_has_ended_needs_no_triggerer(stage: Stage, context: dict[str, Any]) -> None:  # noqa: F811
    assert operator(stage).execute(context)["delivered"]
    assert operator(stage, deferrable=True).execute(context)["delivered"]
    assert posts(stage) == 1


def test_a_retry_after_the_wait_was_lost_follows_the_same_run(stage: Stage, context: dict[str, Any]) -> None:  # noqa: F811
    _, first = deferred(stage, context)
    event_of(first)
    context["ti"].try_number = 2
    assert operator(stage, deferrable=True).execute(context)["delivered"]
    assert posts(stage) == 1


def test_a_lost_answer_is_looked_up(stage: Stage, context: dict[str, Any]) -> None:  # noqa: F811
    stage.dify.faults.append(Fault(Kind.DROP_AFTER))
    task = operator(stage, deferrable=True, settle=timedelta(seconds=30))
    try:
        outputs = task.execute(context)
    except TaskDeferred as waiting:
        outputs = task.resume(context, event_of(DifyRunTrigger(**waiting.trigger.serialize()[1])))
    assert outputs["delivered"]
    assert posts(stage) == 1


def test_a_failed_run_fails_the_task_and_is_not_repeated(stage: Stage, context: dict[str, Any]) -> None:  # noqa: F811
    def workflow(*_: object) -> dict[str, Any]:
        raise NodeError("机器人被限流")

    stage.dify.workflow = workflow
    task, trigger = deferred(stage, context)
    with pytest.raises(AirflowFailException, match="机器人被限流"):
        task.resume(context, event_of(trigger))
    assert "机器人被限流" in context["ti"].xcom["problem"]


def test_a_source_that_is_not_ready_is_left_to_retries(stage: Stage, context: dict[str, Any]) -> None:  # noqa: F811
    values = {"source": "orders", "inputs": {"run_key": "orders 2026-11-20", "report_date": "2026-11-20"}}
    task, trigger = deferred(stage, context, **values)
    with pytest.raises(AirflowException, match="没有 2026-11-20 的数据") as caught:
        task.resume(context, event_of(trigger))
    assert not isinstance(caught.value, AirflowFailException)
    stage.rows.add(("orders", "2026-11-20"))
    context["ti"].try_number = 2
    task, trigger = deferred(stage, context, **values)
    assert task.resume(context, event_of(trigger))["delivered"]
    assert posts(stage) == 2


def test_a_run_past_its_deadline_is_stopped_and_fails(stage: Stage, context: dict[str, Any]) -> None:  # noqa: F811
    endless(stage)
    task, trigger = deferred(stage, context, deadline=timedelta(seconds=0.2))
    with pytest.raises(AirflowFailException, match="已停止"):
        task.resume(context, event_of(trigger))
    [run] = stage.dify.runs.values()
    assert run.stop.is_set()
    assert posts(stage) == 1


def test_waits_through_a_dify_that_is_away(stage: Stage, context: dict[str, Any]) -> None:  # noqa: F811
    task, trigger = deferred(stage, context)
    stage.dify.faults += [Fault(Kind.ANSWER, trigger.run_id, status, method="GET") for status in (502, 503, 504)]
    assert task.resume(context, event_of(trigger))["delivered"]
    assert not stage.dify.faults


def test_a_key_that_was_taken_back_ends_the_wait(stage: Stage, context: dict[str, Any]) -> None:  # noqa: F811
    endless(stage)
    task, trigger = deferred(stage, context)
    stage.dify.faults += [Fault(Kind.ANSWER, trigger.run_id, 401, method="GET")] * 2
    with pytest.raises(AirflowFailException):
        task.resume(context, event_of(trigger))


def test_a_person_who_ends_the_wait_stops_the_run(stage: Stage, context: dict[str, Any]) -> None:  # noqa: F811
    endless(stage)
    _, trigger = deferred(stage, context)
    asyncio.run(trigger.on_kill())
    [run] = stage.dify.runs.values()
    assert run.stop.is_set()
