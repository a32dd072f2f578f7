import json

import pytest

from daybook.dingtalk.robot import CAP, HOLD, WINDOW, RateLimiter
from daybook.store import MemoryStore
from tests.doubles.time import FakeTime


@pytest.fixture
def governor(time: FakeTime) -> RateLimiter:
    return RateLimiter("robot", MemoryStore(), time.clock)


def test_the_first_18_go_at_once_and_the_19th_waits_for_the_minute(governor: RateLimiter, time: FakeTime) -> None:
    for _ in range(CAP):
        assert governor.acquire() == 0
        time.seconds += 1
    assert time.slept == []
    assert governor.acquire() == 0
    assert time.slept == [pytest.approx(WINDOW - CAP)]


def test_never_more_than_the_cap_in_any_minute(governor: RateLimiter, time: FakeTime) -> None:
    moments = []
    for step in range(200):
        assert governor.acquire() == 0
        moments.append(time.seconds)
        time.seconds += step % 5
    for end in moments:
        assert sum(end - WINDOW < moment <= end for moment in moments) <= CAP


def test_robots_do_not_share_a_window(time: FakeTime) -> None:
    store = MemoryStore()
    one, other = RateLimiter("one", store, time.clock), RateLimiter("other", store, time.clock)
    for _ in range(CAP):
        one.acquire()
    assert other.acquire() == 0
    assert time.slept == []


def test_calls_through_one_store_share_a_window(time: FakeTime) -> None:
    store = MemoryStore()
    for _ in range(CAP):
        RateLimiter("robot", store, time.clock).acquire()
    RateLimiter("robot", store, time.clock).acquire()
    assert sum(time.slept) == pytest.approx(WINDOW)


def test_a_held_robot_fails_fast_until_ten_minutes_are_over(governor: RateLimiter, time: FakeTime) -> None:
    governor.hold()
    assert governor.acquire() == pytest.approx(HOLD)
    time.seconds += HOLD - 1
    assert governor.acquire() == pytest.approx(1)
    time.seconds += 1.1
    assert governor.acquire() == 0
    assert time.slept == []


def test_a_clock_that_was_set_back_does_not_hold_a_robot_for_longer(governor: RateLimiter, time: FakeTime) -> None:
    for _ in range(CAP):
        governor.acquire()
    governor.hold()
    time.seconds -= 86_400
    assert governor.acquire() == 0
    assert time.slept == []


def test_where_others_take_every_place_it_gives_up_after_two_minutes(time: FakeTime) -> None:
    class Crowded(MemoryStore):
        def get(self, key: str) -> bytes | None:
            return json.dumps({"sent": [time.seconds] * CAP, "of": key}).encode()

    assert RateLimiter("robot", Crowded(), time.clock).acquire() == pytest.approx(WINDOW)
    assert sum(time.slept) <= 2 * WINDOW


@pytest.mark.parametrize("record", [b"", b"null", b"[]", b"{", b'{"sent": 1}', b'{"sent": ["x"]}', b"\xff"])
def test_a_garbled_record_counts_as_none(record: bytes, time: FakeTime) -> None:
    store = MemoryStore()
    store.set("rate-robot", record)
    assert RateLimiter("robot", store, time.clock).acquire() == 0


def test_a_store_that_fails_stops_nothing(time: FakeTime) -> None:
    class Broken(MemoryStore):
        def get(self, key: str) -> bytes | None:
            raise OSError(key)

    governor = RateLimiter("robot", Broken(), time.clock)
    governor.hold()
    assert governor.acquire() == 0
