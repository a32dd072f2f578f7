"""A stopped run, which Dify calls running for ever, does not block its job."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from daybook.dify import (
    DifyClient,
    NoMemory,
    RunHandle,
    RunStatus,
    RunUnsuccessfulError,
    StartRecord,
    StartUnknownError,
    Timeouts,
    run_once,
    stop_run,
    texts,
)
from daybook.dify.once import OnceOptions
from tests.dify.conftest import Memory
from tests.doubles.dify import DifyDouble
from tests.doubles.dify.parts import Fault, Kind
from tests.doubles.time import FakeTime

USER = "airflow/daily/2026-11-22"
AGAIN = OnceOptions(asked_again=True, stop_late=True)


def no_inputs() -> Mapping[str, Any]:
    return {}


@pytest.fixture(autouse=True)
def _runs_that_do_not_end(dify: DifyDouble) -> None:
    dify.form, dify.never_finish = (), True


def late(client: DifyClient, dify: DifyDouble, memory: Memory | NoMemory, **options: Any) -> RunUnsuccessfulError:
    """A run that reaches its deadline."""
    dify.faults.append(Fault(Kind.CUT, events=1))
    outcome = run_once(client, no_inputs, user=USER, memory=memory, options=OnceOptions(deadline=300, **options))
    assert outcome.status is RunStatus.RUNNING
    with pytest.raises(RunUnsuccessfulError) as caught:
        outcome.require_success(waited=300)
    return caught.value


def test_a_run_that_was_stopped_at_its_deadline_makes_way_at_once(
    dify: DifyDouble, client: DifyClient, clock: FakeTime
) -> None:
    memory = Memory()
    assert late(client, dify, memory, stop_late=True).code == texts.RUN_LATE_STOPPED.code
    [stopped] = dify.runs.values()
    assert stopped.ended.wait(5)
    assert client.detail(stopped.id).status is RunStatus.RUNNING  # Dify's word
    dify.never_finish = False
    began = clock.seconds
    assert run_once(client, no_inputs, user=USER, memory=memory, options=AGAIN).succeeded
    assert clock.seconds - began < 5
    assert len(dify.runs) == 2


def test_a_retry_reports_the_stop_and_starts_nothing(dify: DifyDouble, client: DifyClient, clock: FakeTime) -> None:
    memory = Memory()
    late(client, dify, memory, stop_late=True)
    began = clock.seconds
    outcome = run_once(client, no_inputs, user=USER, memory=memory)
    assert (outcome.status, clock.seconds) == (RunStatus.STOPPED, began)
    assert len(dify.runs) == 1


def test_a_stop_from_outside_is_remembered(dify: DifyDouble, client: DifyClient) -> None:
    memory = Memory()

    def started(handle: RunHandle) -> None:
        assert stop_run(client, handle, user=USER, memory=memory)

    assert run_once(client, no_inputs, user=USER, memory=memory, on_start=started).status is RunStatus.STOPPED
    dify.never_finish = False
    assert run_once(client, no_inputs, user=USER, memory=memory, options=AGAIN).succeeded
    assert not stop_run(client, RunHandle("r", "t"), user=USER, memory=NoMemory())


def test_a_run_that_ended_before_its_stop_arrived_is_what_it_was(dify: DifyDouble, client: DifyClient) -> None:
    memory, dify.never_finish = Memory(), False
    first = run_once(client, no_inputs, user=USER, memory=memory)
    stop_run(client, RunHandle(first.run_id, first.task_id), user=USER, memory=memory)
    assert run_once(client, no_inputs, user=USER, memory=memory, options=AGAIN).run_id == first.run_id


def test_two_stopped_runs_and_a_lost_answer_are_told_apart(dify: DifyDouble, client: DifyClient) -> None:
    memory = Memory()
    late(client, dify, memory, stop_late=True)
    late(client, dify, memory, stop_late=True, asked_again=True)
    assert len(dify.runs) == 2
    dify.faults.append(Fault(Kind.DROP))
    for asked_again in (True, False):  # neither of the old ones is taken for the one that was asked for
        options = OnceOptions(asked_again=asked_again, settle=0)
        with pytest.raises(StartUnknownError) as caught:
            run_once(client, no_inputs, user=USER, memory=memory, options=options)
        assert caught.value.code == texts.START_UNKNOWN.code
    dify.never_finish = False
    assert run_once(client, no_inputs, user=USER, memory=memory, options=AGAIN).succeeded
    assert len(dify.runs) == 3


@pytest.mark.parametrize("memory", [Memory, NoMemory])
def test_where_nobody_remembers_a_stop_age_decides(
    dify: DifyDouble, client: DifyClient, memory: Callable[[], Memory | NoMemory], clock: FakeTime
) -> None:
    mind = memory()
    error = late(client, dify, mind)
    [run] = dify.runs.values()
    client.stop(run.task_id, user=USER)  # somebody else did
    assert (error.code, error.values["minutes"]) == (texts.RUN_LATE_WAIT.code, 30)
    assert "30 min" in str(error)
    run.created_at = int(time.time()) - 1790
    outcome = run_once(client, no_inputs, user=USER, memory=mind, options=OnceOptions(deadline=5, asked_again=True))
    assert outcome.status is RunStatus.RUNNING
    assert outcome.over_in is not None
    assert 0 < outcome.over_in <= 10
    run.created_at -= 20
    dify.never_finish = False
    began = clock.seconds
    assert run_once(client, no_inputs, user=USER, memory=mind, options=AGAIN).succeeded
    assert clock.seconds - began < 5
    assert len(dify.runs) == 2


def test_a_retry_reports_a_lost_run(dify: DifyDouble, client: DifyClient) -> None:
    late(client, dify, NoMemory())
    [run] = dify.runs.values()
    run.created_at -= 4000
    outcome = run_once(client, no_inputs, user=USER)
    assert outcome.status is RunStatus.LOST
    with pytest.raises(RunUnsuccessfulError) as caught:
        outcome.require_success()
    assert caught.value.code == texts.RUN_LOST.code
    assert len(dify.runs) == 1


def test_a_stop_that_nobody_remembers_says_how_long_to_wait(dify: DifyDouble, client: DifyClient) -> None:
    error = late(client, dify, NoMemory(), stop_late=True)
    assert (error.code, error.values["minutes"]) == (texts.RUN_LATE_STOPPED_WAIT.code, 30)


def test_an_instance_that_lets_runs_last_longer_says_so(dify: DifyDouble, clock: FakeTime) -> None:
    client = DifyClient(dify.base_url, dify.api_key, timeouts=Timeouts(longest_run=7200), clock=clock.clock)
    late(client, dify, NoMemory())
    [run] = dify.runs.values()
    run.created_at -= 4000
    assert client.detail(run.id).status is RunStatus.RUNNING
    [line] = client.runs_of(USER)
    assert line.status is RunStatus.RUNNING


def test_a_refused_start_forgets_no_stopped_run(dify: DifyDouble, client: DifyClient) -> None:
    memory = Memory()
    late(client, dify, memory, stop_late=True)
    dify.faults += [Fault(Kind.ANSWER, status=429)] * 4
    with pytest.raises(Exception, match="as many runs"):
        run_once(client, no_inputs, user=USER, memory=memory, options=AGAIN)
    dify.never_finish = False
    assert run_once(client, no_inputs, user=USER, memory=memory).succeeded  # the retry of that call
    assert len(dify.runs) == 2


@pytest.mark.parametrize(
    ("kept", "record"),
    [
        ('{"run_id": "r", "task_id": "t"}', StartRecord("r", "t")),
        ('{"run_id": "", "task_id": ""}', StartRecord()),
        ('{"run_id": "r", "task_id": "t", "over": ["r"], "later": 1}', StartRecord("r", "t", ("r",))),
    ],
)
def test_a_record_of_another_version_is_understood(kept: str, record: StartRecord) -> None:
    assert StartRecord.loads(kept) == record
    assert StartRecord.loads(record.dumps()) == record
