"""Whatever goes wrong, and however often a push is repeated under its key, the group gets each part once."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from daybook.dingtalk import Message, Plan, Robot, RobotClient, RobotError, plan_message
from daybook.store import MemoryStore
from tests.dingtalk.conftest import SECRET, many_parts, quick
from tests.doubles.dingtalk import DingTalkDouble, Fault
from tests.doubles.time import FakeTime

type Event = int | tuple[Fault, bool] | None

PLANS = {parts: many_parts("x", parts) if parts > 1 else plan_message(Message("# Sales")) for parts in (1, 2, 3)}
OTHER = many_parts("y", 2)

faults = st.sampled_from([fault for fault in Fault if fault is not Fault.SLOW])
"""All but the one that costs a test real seconds; for the client it is the same as a dropped connection."""
events = st.one_of(st.none(), st.tuples(faults, st.booleans()), st.sampled_from([300005, 310000, 430102]))
"""What happens to one request: nothing, a fault and whether it is posted all the same, a refusal."""


def plan_events(ding: DingTalkDouble, happening: list[Event]) -> None:
    for event in happening:
        match event:
            case None:
                ding.pass_next()
            case int():
                ding.answer_next(event, "refused")
            case fault, posted:
                ding.fail_next(fault, posted=posted)


class LosesWrites(MemoryStore):
    """A store of which some writes fail."""

    def __init__(self, failures: list[bool]) -> None:
        super().__init__()
        self._failures = iter(failures)

    def set(self, key: str, value: bytes) -> None:
        if next(self._failures, False):
            raise OSError("storage is full")
        super().set(key, value)


@given(
    st.sampled_from([1, 2, 3]), st.lists(events, max_size=12), st.integers(1, 6), st.lists(st.booleans(), max_size=8)
)
def test_each_part_is_posted_at_most_once_and_at_least_once_where_delivery_is_claimed(
    parts: int, happening: list[Event], pushes: int, failures: list[bool]
) -> None:
    time, plan = FakeTime(), PLANS[parts]
    store = LosesWrites(failures)
    with DingTalkDouble(SECRET, now=time.now) as ding:
        plan_events(ding, happening)
        robot = Robot.parse(ding.webhook, SECRET, allow_loopback=True)
        for _ in range(pushes):
            with suppress(RobotError):
                outcome = RobotClient(robot, store, clock=time.clock, transport=quick).push(plan, "day")
                posted = [message.text for message in ding.messages]
                if outcome.delivered:
                    assert set(posted) == {part.text for part in plan.parts}
            time.seconds += 300
        posted = [message.text for message in ding.messages]
        assert len(posted) == len(set(posted))
        assert posted == [part.text for part in plan.parts][: len(posted)]


@given(st.lists(events, max_size=10), st.lists(st.sampled_from([PLANS[2], OTHER]), min_size=1, max_size=6))
def test_with_changing_content_no_message_id_is_posted_twice_and_nothing_follows_delivery(
    happening: list[Event], plans: list[Plan]
) -> None:
    time, store = FakeTime(), MemoryStore()
    with DingTalkDouble(SECRET, now=time.now) as ding:
        plan_events(ding, happening)
        robot = Robot.parse(ding.webhook, SECRET, allow_loopback=True)
        delivered = False
        for plan in plans:
            before = len(ding.messages)
            with suppress(RobotError):
                outcome = RobotClient(robot, store, clock=time.clock, transport=quick).push(plan, "day")
                assert not (delivered and len(ding.messages) > before)
                delivered = delivered or outcome.delivered
            assert len(ding.messages) - before <= 2
            time.seconds += 700
        ids = [message.message_id for message in ding.messages]
        assert len(ids) == len(set(ids))
