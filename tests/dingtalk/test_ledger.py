import json
from unittest.mock import ANY

import pytest

from daybook.dingtalk import Robot, RobotClient, RobotError
from daybook.dingtalk.ledger import KEEP_DAYS, MANY, MOST, Ledger, Record, record_name
from daybook.store import MemoryStore, StoreError
from tests.dingtalk.conftest import one_part
from tests.doubles.dingtalk import DingTalkDouble
from tests.doubles.time import FakeTime

DAY = 86_400
DONE = Record(digest="d" * 16, parts=10, done=10)


class Weighed(MemoryStore):
    """A store whose content can be counted."""

    @property
    def records(self) -> int:
        return sum(key.startswith("push-") for key in self._values)

    @property
    def size(self) -> int:
        return sum(len(key) + len(value) for key, value in self._values.items())


def deliver(ledger: Ledger, keys: range) -> None:
    for key in keys:
        name = record_name("robot", f"day {key}")
        ledger.enter(name)
        ledger.write(name, DONE)


def known(ledger: Ledger, key: int) -> bool:
    return ledger.read(record_name("robot", f"day {key}")) == DONE


def test_a_record_comes_back(time: FakeTime) -> None:
    ledger = Ledger(MemoryStore(), time.clock)
    assert ledger.read("push-x") is None
    ledger.write("push-x", Record(digest="d", parts=3, done=1, unknown=True, generation=2))
    assert ledger.read("push-x") == Record(digest="d", parts=3, done=1, unknown=True, generation=2)


def test_a_small_storage_never_fills(time: FakeTime) -> None:
    store = Weighed()
    ledger = Ledger(store, time.clock)
    deliver(ledger, range(MOST + 300))
    assert store.records == MOST
    assert store.size < 512 * 1024
    assert known(ledger, MOST + 299)
    assert known(ledger, 300)
    assert not known(ledger, 299)


def test_old_records_go_where_there_are_many(time: FakeTime) -> None:
    store = Weighed()
    ledger = Ledger(store, time.clock)
    deliver(ledger, range(MANY))
    time.seconds += (KEEP_DAYS + 1) * DAY
    deliver(ledger, range(MANY, MANY + 20))
    assert store.records < MANY
    assert not known(ledger, 0)
    assert all(known(ledger, key) for key in range(MANY, MANY + 20))


def test_old_records_stay_where_there_are_few(time: FakeTime) -> None:
    store = Weighed()
    ledger = Ledger(store, time.clock)
    deliver(ledger, range(10))
    time.seconds += 1000 * DAY
    deliver(ledger, range(10, 20))
    assert store.records == 20


def test_young_records_stay_though_there_are_many(time: FakeTime) -> None:
    store = Weighed()
    deliver(Ledger(store, time.clock), range(MANY + 100))
    assert store.records == MANY + 100


@pytest.mark.parametrize("index", [b"", b"{}", b"[[1]]", b"\xff"])
def test_a_garbled_index_loses_no_record(time: FakeTime, index: bytes) -> None:
    store = MemoryStore()
    ledger = Ledger(store, time.clock)
    deliver(ledger, range(3))
    store.set("ledger-index", index)
    deliver(ledger, range(3, 6))
    assert all(known(ledger, key) for key in range(6))


@pytest.mark.parametrize("written", [b"", b"{}", b"null", b'{"digest":"d","parts":0}', b"\xff"])
def test_a_garbled_record_is_no_record_that_was_never_written(time: FakeTime, written: bytes) -> None:
    store = MemoryStore()
    store.set("push-x", written)
    with pytest.raises(StoreError):
        Ledger(store, time.clock).read("push-x")


def test_message_ids_depend_on_robot_key_part_and_generation_alone() -> None:
    same = {record.message_id("robot", "day", 1) for record in (DONE, Record(digest="other", parts=1, unknown=True))}
    others = {
        DONE.message_id("robot", "day", 1),
        DONE.message_id("robot", "day", 2),
        DONE.message_id("robot", "day2", 1),
        DONE.message_id("robot2", "day", 1),
        Record(digest="d", parts=1, generation=1).message_id("robot", "day", 1),
    }
    assert len(same) == 1
    assert len(others) == 5


def test_names_say_nothing_of_the_key() -> None:
    assert record_name("robot", "salary of Li") != record_name("robot", "salary of Han")
    assert "salary" not in record_name("robot", "salary of Li")
    assert record_name("a", "bc") != record_name("ab", "c")


def test_refused_pushes_take_no_place_from_delivered_ones(robot: Robot, ding: DingTalkDouble, time: FakeTime) -> None:
    store = Weighed()
    client = RobotClient(robot, store, clock=time.clock)
    client.push(one_part(), "delivered")
    stranger = Robot.parse(ding.webhook.replace("access_token=", "access_token=f00d"), allow_loopback=True)
    for key in range(40):
        with pytest.raises(RobotError):
            RobotClient(stranger, store, clock=time.clock).push(one_part(), f"refused {key}")
        time.seconds += 60
    assert store.records == 1
    assert json.loads(store.get("ledger-index") or b"") == [[record_name(robot.fingerprint, "delivered"), ANY]]
    assert client.push(one_part(), "delivered").already_delivered
