"""Whatever dies or breaks, and in whatever order: a run that Dify accepted is not started a second time."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import requests
from hypothesis import given
from hypothesis import strategies as st

from daybook.dify import (
    DifyClient,
    DifyError,
    NoMemory,
    RunHandle,
    StartRecord,
    run_once,
)
from daybook.dify.once import OnceOptions
from daybook.transport import Clock
from tests.dify.conftest import Memory, dify_time
from tests.doubles.dify import DifyDouble
from tests.doubles.dify.parts import (
    GATEWAY_504,
    INTERNAL_500,
    TOO_MANY_400,
    TOO_MANY_429,
    Fault,
    Kind,
)

LOGS = "/workflows/logs"


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
    stops_late: bool


LIVES = st.lists(
    st.builds(
        Life,
        post=ACCEPTED | ACCEPTED | REFUSED | st.none(),
        gets=st.lists(GET_FAULTS, max_size=2),
        dies_at=st.sampled_from([0, 0, 0, 0, 1, 2, 3, 4]),
        dies_after=st.booleans(),
        dies_at_save=st.sampled_from([0, 0, 0, 0, 1, 2]),
        dies_on_start=st.sampled_from([False, False, False, True]),
        stops_late=st.booleans(),
    ),
    min_size=2,
    max_size=4,
)
users = count()


def live(dify: DifyDouble, life: Life, user: str, memory: Memory | NoMemory, *, first: bool) -> None:
    clock = dify_time()
    ticking = count()

    def tick() -> float:  # pings alone make time pass, a minute a look
        clock.seconds += 0.0 if next(ticking) < 50 else 60.0
        return clock.seconds

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
        clock=Clock(tick, clock.sleep),
    )
    options = OnceOptions(deadline=600, settle=30, asked_again=first, stop_late=life.stops_late)
    with suppress(Killed, DifyError):
        run_once(client, dict, user=user, memory=Mind(), options=options, on_start=started)


def lives_end_well(
    lives: list[Life], memory: Callable[[], Memory | NoMemory], *, logs_at: str, filters: bool, slow: bool
) -> None:
    with DifyDouble(form=(), logs_at=logs_at, logs_filter_user=filters, ping=0.001, idle=0.02) as dify:
        dify.never_finish = slow
        user, mind = f"user-{next(users)}", memory()
        for number, life in enumerate(lives):
            live(dify, life, user, mind, first=number == 0)
            assert len(dify.runs) <= 1
            if number == 1:
                dify.work()
                dify.never_finish = False


@given(lives=LIVES, logs_at=st.sampled_from(["start", "finish"]), filters=st.booleans(), slow=st.booleans())
def test_with_a_memory_no_accepted_run_is_started_again(
    lives: list[Life], logs_at: str, filters: bool, slow: bool
) -> None:
    lives_end_well(lives, Memory, logs_at=logs_at, filters=filters, slow=slow)


@given(
    lives=LIVES.filter(lambda lives: not any(life.post and life.post.kind is Kind.QUEUED for life in lives)),
    filters=st.booleans(),
    slow=st.booleans(),
)
def test_without_a_memory_the_log_does_it_where_dify_writes_it_at_the_start(
    lives: list[Life], filters: bool, slow: bool
) -> None:
    lives_end_well(lives, NoMemory, logs_at="start", filters=filters, slow=slow)
