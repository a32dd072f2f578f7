"""A run that Dify accepted is not started a second time, whatever dies or breaks on the way."""

from collections.abc import Mapping
from itertools import count
from typing import Any

import pytest

from daybook.dify import (
    DifyClient,
    DifyError,
    NoMemory,
    NotFoundError,
    RunHandle,
    RunStatus,
    StartRecord,
    StartUnknownError,
    run_once,
    texts,
)
from daybook.dify.once import OnceOptions
from daybook.transport import Clock
from tests.dify.conftest import Memory
from tests.doubles.dify import DifyDouble
from tests.doubles.dify.parts import (
    GATEWAY_504,
    INTERNAL_500,
    QUOTA_429,
    TOO_MANY_400,
    TOO_MANY_429,
    Fault,
    Kind,
    NodeError,
    envelope,
)
from tests.doubles.time import FakeTime

USER = "airflow/daily/2026-11-22"
LOGS = "/workflows/logs"


def no_inputs() -> Mapping[str, Any]:
    return {}


@pytest.fixture(autouse=True)
def _no_form(dify: DifyDouble) -> None:
    dify.form = ()


def test_the_second_call_reports_the_first_run(dify: DifyDouble, client: DifyClient) -> None:
    first = run_once(client, no_inputs, user=USER)
    second = run_once(client, no_inputs, user=USER)
    assert (first.run_id, second.require_success()) == (second.run_id, {"answer": "ok"})
    assert len(dify.runs) == 1


def test_nothing_is_uploaded_where_nothing_is_started(client: DifyClient) -> None:
    run_once(client, no_inputs, user=USER)

    def inputs() -> Mapping[str, Any]:
        raise AssertionError

    assert run_once(client, inputs, user=USER).succeeded


def test_another_key_is_another_run(dify: DifyDouble, client: DifyClient) -> None:
    for key in ("a", "b", "a"):
        run_once(client, lambda key=key: {"run_key": key}, user=USER, options=OnceOptions(key=key))  # type: ignore[misc]
    assert dify.accepted() == {(USER, "a"): 1, (USER, "b"): 1}


@pytest.mark.parametrize("fault", [TOO_MANY_429, TOO_MANY_400])
def test_a_busy_dify_is_asked_again(dify: DifyDouble, client: DifyClient, clock: FakeTime, fault: Fault) -> None:
    dify.faults += [fault, fault]
    assert run_once(client, no_inputs, user=USER).succeeded
    assert clock.seconds > 1000 + 2 + 4
    assert len(dify.runs) == 1


def test_a_busy_dify_is_not_asked_for_ever(dify: DifyDouble, client: DifyClient) -> None:
    dify.faults += [TOO_MANY_429] * 10
    with pytest.raises(DifyError) as caught:
        run_once(client, no_inputs, user=USER)
    assert caught.value.retryable
    assert len(dify.faults) == 6


def test_the_pause_is_as_long_as_dify_asks(dify: DifyDouble, client: DifyClient, clock: FakeTime) -> None:
    dify.faults.append(Fault(Kind.ANSWER, status=429, headers={"Retry-After": "120"}))
    run_once(client, no_inputs, user=USER)
    assert clock.seconds >= 1120


def test_two_that_start_at_once_start_one_run(dify: DifyDouble, client: DifyClient) -> None:
    def inputs() -> Mapping[str, Any]:  # while this one uploads, the other one starts
        run_once(client, no_inputs, user=USER)
        return {}

    assert run_once(client, inputs, user=USER).succeeded
    assert len(dify.runs) == 1


def test_a_used_up_quota_is_final(dify: DifyDouble, client: DifyClient) -> None:
    dify.faults.append(QUOTA_429)
    with pytest.raises(DifyError) as caught:
        run_once(client, no_inputs, user=USER)
    assert caught.value.text is texts.QUOTA
    assert not dify.runs


def test_a_restarting_dify_is_met_before_anything_is_sent(dify: DifyDouble, client: DifyClient) -> None:
    dify.faults += [Fault(Kind.ANSWER, LOGS, 502, method="GET")] * 2
    assert run_once(client, no_inputs, user=USER).succeeded
    assert [path for method, path in dify.calls if method == "POST"] == ["/v1/workflows/run"]


@pytest.mark.parametrize("kind", [Kind.DROP_AFTER, Kind.ANSWER_AFTER])
def test_a_lost_answer_is_looked_up(dify: DifyDouble, client: DifyClient, kind: Kind) -> None:
    dify.faults.append(Fault(kind, status=504))
    handles: list[RunHandle] = []
    assert run_once(client, no_inputs, user=USER, on_start=handles.append).succeeded
    assert [handle.run_id for handle in handles] == list(dify.runs)


def test_a_run_that_the_log_shows_late_is_found(dify: DifyDouble, client: DifyClient, clock: FakeTime) -> None:
    dify.logs_at = "finish"
    dify.never_finish = True
    dify.faults.append(Fault(Kind.DROP_AFTER))
    looked = count()

    def sleep(seconds: float) -> None:
        if next(looked) == 5:
            dify.never_finish = False
        clock.sleep(seconds)

    client.clock = Clock(clock.now, sleep)
    assert run_once(client, no_inputs, user=USER).succeeded
    assert len(dify.runs) == 1


@pytest.mark.parametrize("fault", [INTERNAL_500, GATEWAY_504, Fault(Kind.DROP), Fault(Kind.QUEUED)])
def test_what_nobody_can_know_is_not_repeated(dify: DifyDouble, client: DifyClient, fault: Fault) -> None:
    dify.faults.append(fault)
    memory = Memory()
    for _ in range(3):  # and no retry repeats it
        with pytest.raises(StartUnknownError) as caught:
            run_once(client, no_inputs, user=USER, memory=memory)
        assert not caught.value.retryable
    assert dify.calls.count(("POST", "/v1/workflows/run")) == 1
    dify.work()
    if dify.runs:
        assert run_once(client, no_inputs, user=USER, memory=memory).succeeded
    else:  # a person looked, and asks again
        assert run_once(client, no_inputs, user=USER, memory=memory, options=OnceOptions(asked_again=True)).succeeded
    assert len(dify.runs) == 1


def fail(*_: object) -> dict[str, object]:
    raise NodeError("缺少列: Price")


@pytest.mark.parametrize("memory", [Memory(), NoMemory()])
def test_a_failed_run_is_reported_until_a_person_asks_again(
    dify: DifyDouble, client: DifyClient, memory: Memory
) -> None:
    dify.workflow = fail
    for _ in range(2):
        assert run_once(client, no_inputs, user=USER, memory=memory).status is RunStatus.FAILED
    assert len(dify.runs) == 1
    dify.workflow = lambda *_: {"answer": "mended"}
    assert run_once(client, no_inputs, user=USER, memory=memory, options=OnceOptions(asked_again=True)).succeeded
    assert len(dify.runs) == 2
    assert run_once(client, no_inputs, user=USER, memory=memory, options=OnceOptions(asked_again=True)).succeeded
    assert len(dify.runs) == 2


def test_asking_again_does_not_take_the_old_failure_for_the_lost_answer(dify: DifyDouble, client: DifyClient) -> None:
    dify.workflow = fail
    run_once(client, no_inputs, user=USER)
    dify.faults.append(Fault(Kind.DROP))
    with pytest.raises(StartUnknownError):
        run_once(client, no_inputs, user=USER, options=OnceOptions(asked_again=True))
    dify.faults.append(Fault(Kind.DROP_AFTER))
    dify.workflow = lambda *_: {"answer": "mended"}
    assert run_once(client, no_inputs, user=USER, options=OnceOptions(asked_again=True)).succeeded


@pytest.mark.parametrize("partial", [True, False])
def test_partial_success_makes_way_only_where_it_is_no_success(
    dify: DifyDouble, client: DifyClient, partial: bool
) -> None:
    def workflow(*_: object) -> dict[str, object]:
        raise NodeError("x", handled=True)

    dify.workflow = workflow
    options = OnceOptions(asked_again=True, partial=partial)
    run_once(client, no_inputs, user=USER, options=options)
    run_once(client, no_inputs, user=USER, options=options)
    assert len(dify.runs) == (1 if partial else 2)


def test_a_forgotten_run_starts_anew_only_for_a_person(dify: DifyDouble, client: DifyClient) -> None:
    memory = Memory()
    outcome = run_once(client, no_inputs, user=USER, memory=memory)
    dify.expire(outcome.run_id)
    with pytest.raises(NotFoundError):
        run_once(client, no_inputs, user=USER, memory=memory)
    assert run_once(client, no_inputs, user=USER, memory=memory, options=OnceOptions(asked_again=True)).succeeded


def test_a_run_that_dify_has_not_written_down_yet_is_waited_for(dify: DifyDouble, client: DifyClient) -> None:
    memory = Memory()
    outcome = run_once(client, no_inputs, user=USER, memory=memory)
    unseen = envelope(404, "not_found", "Workflow run not found.")
    dify.faults += [Fault(Kind.ANSWER, outcome.run_id, 404, unseen, method="GET")] * 3
    assert run_once(client, no_inputs, user=USER, memory=memory).run_id == outcome.run_id
    assert not dify.faults


def test_a_run_past_its_deadline_is_given_as_it_is(dify: DifyDouble, client: DifyClient, clock: FakeTime) -> None:
    dify.never_finish = True
    dify.faults.append(Fault(Kind.CUT, events=1))
    outcome = run_once(client, no_inputs, user=USER, options=OnceOptions(deadline=300))
    assert outcome.status is RunStatus.RUNNING
    assert clock.seconds == 1300


def test_a_memory_that_fails_late_does_not_lose_the_run(dify: DifyDouble, client: DifyClient) -> None:
    class Forgetful(Memory):
        def save(self, record: StartRecord | None) -> None:
            if record and record.run_id:
                raise OSError
            super().save(record)

    assert run_once(client, no_inputs, user=USER, memory=Forgetful()).succeeded
    assert len(dify.runs) == 1
