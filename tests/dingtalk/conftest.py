from collections.abc import Callable, Iterator
from functools import partial

import pytest
import requests

from daybook.dingtalk import Message, Plan, Robot, RobotClient, RobotTransport, plan_message
from daybook.store import MemoryStore, Store
from tests.doubles.dingtalk import DingTalkDouble
from tests.doubles.time import FakeTime

SECRET = "SECf0e1d2c3b4a5968778695a4b3c2d1e0ff0e1d2c3b4a5968778695a4b3c2d1e0f"


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def ding(time: FakeTime) -> Iterator[DingTalkDouble]:
    with DingTalkDouble(SECRET, now=time.now) as double:
        yield double


@pytest.fixture
def store() -> Store:
    return MemoryStore()


@pytest.fixture
def robot(ding: DingTalkDouble) -> Robot:
    return Robot.parse(ding.webhook, SECRET, allow_loopback=True)


def quick(session: requests.Session) -> RobotTransport:
    """A transport that gives up soon: the double answers in milliseconds, or never."""
    return RobotTransport(session, connect_seconds=2, read_seconds=0.3)


@pytest.fixture
def client(robot: Robot, store: Store, time: FakeTime) -> RobotClient:
    return RobotClient(robot, store, clock=time.clock, transport=quick)


@pytest.fixture
def client_on(robot: Robot, time: FakeTime) -> Callable[[Store], RobotClient]:
    return partial(RobotClient, robot, clock=time.clock, transport=quick)


def one_part(content: str = "# Sales\n\nGood.") -> Plan:
    return plan_message(Message(content))


def many_parts(words: str = "x", parts: int = 3) -> Plan:
    """A plan of exactly ``parts`` parts."""
    plan = plan_message(Message("# Sales\n\n" + "\n\n".join(f"## {n}\n\n" + words * 12_000 for n in range(parts))))
    assert len(plan.parts) == parts
    return plan
