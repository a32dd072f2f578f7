"""A run that Dify accepted is not started a second time, whatever dies or breaks on the way."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

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
)
from daybook.dify import sentences as say
from daybook.dify.once import OnceOptions
from tests.dify.conftest import Clock
from tests.doubles.dify import DifyDouble
from tests.doubles.dify_parts import (
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

USER = "airflow/daily/2026-11-22"
LOGS = "/workflows/logs"


class Memory:
    """A memory that outlives the caller."""

    def __init__(self) -> None:
        self.text: str | None = None

    def load(self) -> StartRecord | None:
        return StartRecord.loads(self.text)

    def save(self, record: StartRecord | None) -> None:
        self.text = record.dumps() if record else None


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
def test_a_busy_dify_is_asked_again(dify: DifyDouble, client: DifyClient, clock: Clock, fault: Fault) -> None:
    dify.faults += [fault, fault]
    assert run_once(client, no_inputs, user=USER).succeeded
    assert clock.now > 1000 + 2 + 4
    assert len(dify.runs) == 1


def test_a_busy_dify_is_not_asked_for_ever(dify: DifyDouble, client: DifyClient) -> None:
    dify.faults += [TOO_MANY_429] * 10
    with pytest.raises(DifyError) as caught:
        run_once(client, no_inputs, user=USER)
    assert caught.value.retryable
    assert len(dify.faults) == 6


def test_the_pause_is_as_long_as_dify_asks(dify: DifyDouble, client: DifyClient, clock: Clock) -> None:
    dify.faults.append(Fault(Kind.ANSWER, status=429, headers={"Retry-After": "120"}))
    run_once(client, no_inputs, user=USER)
    assert clock.now >= 1120


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
    assert caught.value.text is say.QUOTA
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


def test_a_run_that_the_log_shows_late_is_found(dify: DifyDouble, client: DifyClient, clock: Clock) -> None:
    dify.logs_at = "finish"
    dify.never_finish = True
    dify.faults.append(Fault(Kind.DROP_AFTER))
    looked = count()

    def sleep(seconds: float) -> None:
        if next(looked) == 5:
            dify.never_finish = False
        clock.sleep(seconds)

    client.sleep = sleep
    assert run_once(client, no_inputs, user=USER).succeeded
    assert len(dify.runs) == 1


@pytest.mark.parametrize("fault", [INTERNAL_500, GATEWAY_504, Fault(Kind.DROP), Fault(Kind.QUEUED, events=9)])
def test_what_nobody_can_know_is_not_repeated(dify: DifyDouble, client: DifyClient, fault: Fault) -> None:
    dify.faults.append(fault)
    if fault.kind is Kind.QUEUED:
        dify.closing.set()  # ends the pings; the run stays queued
    memory = Memory()
    for _ in range(3):  # and no retry repeats it
        with pytest.raises(StartUnknownError) as caught:
            run_once(client, no_inputs, user=USER, memory=memory)
        assert not caught.value.retryable
    assert dify.calls.count(("POST", "/v1/workflows/run")) == 1
    dify.closing.clear()
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


def test_a_run_past_its_deadline_is_given_as_it_is(dify: DifyDouble, client: DifyClient, clock: Clock) -> None:
    dify.never_finish = True
    dify.faults.append(Fault(Kind.CUT, events=1))
    outcome = run_once(client, no_inputs, user=USER, options=OnceOptions(deadline=300))
    assert outcome.status is RunStatus.RUNNING
    assert clock.now == 1300


def test_a_memory_that_fails_late_does_not_lose_the_run(dify: DifyDouble, client: DifyClient) -> None:
    class Forgetful(Memory):
        def save(self, record: StartRecord | None) -> None:
            if record and record.run_id:
                raise OSError
            super().save(record)

    assert run_once(client, no_inputs, user=USER, memory=Forgetful()).succeeded
    assert len(dify.runs) == 1


class Killed(BaseException):
    """The process dies here."""


@dataclass
class Mortal(requests.Session):
    """A session whose process dies with its call number ``dies_at``: before it is sent, or after the answer began."""

    dies_at: int
    after: bool
    seen: int = field(default=0)

    def __post_init__(self) -> None:
        super().__init__()

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        self.seen += 1
        if self.seen == self.dies_at and not self.after:
            raise Killed
        response = super().request(*args, **kwargs)
        if self.seen == self.dies_at:
            response.close()
            raise Killed
        return response


REFUSED = st.sampled_from([TOO_MANY_429, TOO_MANY_400, INTERNAL_500, GATEWAY_504, Fault(Kind.DROP)])
ACCEPTED = st.sampled_from(
    [
        Fault(Kind.DROP_AFTER),
        Fault(Kind.ANSWER_AFTER, status=500),
        Fault(Kind.ANSWER_AFTER, status=504),
        *(Fault(Kind.CUT, events=events) for events in range(4)),
        *(Fault(Kind.STALL, events=events) for events in range(3)),
        Fault(Kind.QUEUED),
    ]
)
GET_FAULTS = st.sampled_from(
    [
        *(Fault(kind, LOGS, 503, method="GET") for kind in (Kind.ANSWER, Kind.DROP)),
        *(Fault(kind, "", 500, method="GET") for kind in (Kind.ANSWER, Kind.DROP)),
        Fault(Kind.ANSWER, "", 429, method="GET"),
    ]
)


@dataclass(frozen=True)
class Life:
    """One process that tries: what goes wrong in it, and when it dies."""

    post: Fault | None
    gets: list[Fault]
    dies_at: int
    dies_after: bool
    dies_at_save: int
    dies_on_start: bool


LIVES = st.lists(
    st.builds(
        Life,
        post=ACCEPTED | ACCEPTED | REFUSED | st.none(),
        gets=st.lists(GET_FAULTS, max_size=2),
        dies_at=st.sampled_from([0, 0, 0, 0, 1, 2, 3, 4]),
        dies_after=st.booleans(),
        dies_at_save=st.sampled_from([0, 0, 0, 0, 1, 2]),
        dies_on_start=st.sampled_from([False, False, False, True]),
    ),
    min_size=2,
    max_size=4,
)
users = count()


def live(dify: DifyDouble, life: Life, user: str, memory: Memory | NoMemory, *, first: bool) -> None:
    clock = Clock()
    ticking = count()

    def tick() -> float:  # pings alone make time pass, a minute a look
        clock.now += 0.0 if next(ticking) < 50 else 60.0
        return clock.now

    saves = count(1)
    save = memory.save

    def mortal_save(record: StartRecord | None) -> None:
        if next(saves) == life.dies_at_save:
            raise Killed
        save(record)

    class Mind:
        def load(self) -> StartRecord | None:
            return memory.load()

        def save(self, record: StartRecord | None) -> None:
            mortal_save(record)

    def started(_: RunHandle) -> None:
        if life.dies_on_start:
            raise Killed

    dify.faults[:] = [*([life.post] if life.post else []), *life.gets]
    client = DifyClient(
        dify.base_url,
        dify.api_key,
        session=Mortal(life.dies_at, life.dies_after),
        clock=tick,
        sleep=clock.sleep,
    )
    options = OnceOptions(deadline=600, settle=30, asked_again=first)
    with suppress(Killed, DifyError):
        run_once(client, no_inputs, user=user, memory=Mind(), options=options, on_start=started)


def lives_end_well(
    lives: list[Life], memory: Callable[[], Memory | NoMemory], *, logs_at: str, filters: bool, slow: bool
) -> None:
    with DifyDouble(form=(), logs_at=logs_at, logs_filter_user=filters, ping=0.001) as dify:
        dify.never_finish = slow
        user, mind = f"user-{next(users)}", memory()
        for number, life in enumerate(lives):
            live(dify, life, user, mind, first=number == 0)
            assert len(dify.runs) <= 1
            if number == 1:
                dify.work()
                dify.never_finish = False


@settings(max_examples=100, deadline=None)
@given(lives=LIVES, logs_at=st.sampled_from(["start", "finish"]), filters=st.booleans(), slow=st.booleans())
def test_with_a_memory_no_accepted_run_is_started_again(
    lives: list[Life], logs_at: str, filters: bool, slow: bool
) -> None:
    lives_end_well(lives, Memory, logs_at=logs_at, filters=filters, slow=slow)


@settings(max_examples=60, deadline=None)
@given(
    lives=LIVES.filter(lambda lives: not any(life.post and life.post.kind is Kind.QUEUED for life in lives)),
    filters=st.booleans(),
    slow=st.booleans(),
)
def test_without_a_memory_the_log_does_it_where_dify_writes_it_at_the_start(
    lives: list[Life], filters: bool, slow: bool
) -> None:
    lives_end_well(lives, NoMemory, logs_at="start", filters=filters, slow=slow)
