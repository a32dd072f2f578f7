"""Nothing that comes from Dify is held without a bound, and every read looks at the clock."""

import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from daybook.dify import ChatClient, DifyClient, DifyError, RunStatus, Timeouts, run_once, texts
from daybook.dify.once import OnceOptions
from tests.dify.conftest import USER
from tests.doubles.dify import MIB, DifyDouble
from tests.doubles.dify.parts import Fault, Kind


@pytest.fixture(autouse=True)
def _no_form(dify: DifyDouble) -> None:
    dify.form = ()


@contextmanager
def held_below(megabytes: int) -> Iterator[None]:
    """Holds what is in memory at once."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < megabytes * MIB


@pytest.mark.parametrize("path", ["/info", "/parameters", "/workflows/logs"])
def test_an_answer_of_gigabytes_is_not_held(dify: DifyDouble, client: DifyClient, path: str) -> None:
    dify.faults.append(Fault(Kind.GZIP, path, method="GET"))
    calls: dict[str, Callable[[], object]] = {
        "/info": client.info,
        "/parameters": client.parameters,
        "/workflows/logs": lambda: list(client.runs_of(USER)),
    }
    with held_below(150), pytest.raises(DifyError) as caught:
        calls[path]()
    assert caught.value.code == texts.ANSWER_TOO_LARGE.code
    assert not caught.value.retryable
    assert "32 MB" in str(caught.value)


def test_an_endless_line_before_the_run_is_named(dify: DifyDouble, client: DifyClient) -> None:
    dify.faults.append(Fault(Kind.FLOOD))
    with held_below(150):  # the run is found in the log, and asked for
        outcome = run_once(client, dict, user=USER)
    assert outcome.succeeded
    assert len(dify.runs) == 1


def test_an_endless_line_after_it(dify: DifyDouble, client: DifyClient) -> None:
    dify.faults.append(Fault(Kind.FLOOD, events=2))
    with held_below(150):
        assert client.run({}, user=USER).succeeded


def test_an_endless_line_of_a_chat(dify: DifyDouble, chat: ChatClient) -> None:
    dify.mode = "chat"
    dify.faults.append(Fault(Kind.FLOOD, "/chat-messages", events=1))
    with held_below(150):
        assert chat.ask("?", user=USER).answer == "You asked: ?"


@pytest.mark.parametrize("events", [0, 2])
def test_the_clock_is_looked_at_within_a_line(dify: DifyDouble, events: int) -> None:
    dify.never_finish = True
    dify.faults.append(Fault(Kind.TRICKLE, events=events))
    client = DifyClient(dify.base_url, dify.api_key)
    began = time.monotonic()
    outcome = run_once(client, dict, user=USER, options=OnceOptions(deadline=0.5, settle=0))
    assert outcome.status is RunStatus.RUNNING
    assert time.monotonic() - began < 5


def test_an_answer_that_trickles_is_given_up(dify: DifyDouble) -> None:
    dify.faults.append(Fault(Kind.TRICKLE, "/info", method="GET"))
    client = DifyClient(dify.base_url, dify.api_key, timeouts=Timeouts(answer=0.3))
    began = time.monotonic()
    with pytest.raises(DifyError) as caught:
        client.info()
    assert caught.value.code == texts.NO_ANSWER.code
    assert time.monotonic() - began < 5
