from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from daybook.dingtalk import Message, PartState, Robot, RobotClient, RobotError, plan_message
from daybook.dingtalk.deliver import ATTEMPTS
from daybook.errors import DeliveryError
from daybook.language import Language
from daybook.store import FileStore, MemoryStore, Store
from tests.dingtalk.conftest import SECRET, many_parts, one_part, quick
from tests.doubles.dingtalk import DingTalkDouble, Fault, Style
from tests.doubles.time import FakeTime

POSTED_AND_UNANSWERED = [
    Fault.DROP_AFTER_ACCEPT,
    Fault.SLOW,
    Fault.CUT_SHORT,
    Fault.EMPTY_BODY,
    Fault.NOT_JSON,
    Fault.JSON_LIST,
    Fault.ERRCODE_STRING,
    Fault.ERRCODE_ABSENT,
    Fault.ERRCODE_NULL,
    Fault.ERRCODE_FALSE,
    Fault.HTTP_500,
    Fault.HTTP_502,
]


def test_a_delivered_message(client: RobotClient, ding: DingTalkDouble) -> None:
    outcome = client.push(one_part())
    assert outcome.delivered
    assert not outcome.already_delivered
    assert not outcome.outcome_unknown
    assert outcome.states == (PartState.DELIVERED,)
    assert [message.message_id for message in ding.messages] == list(outcome.message_ids)
    assert ding.messages[0].text == "# Sales\n\nGood."


def test_without_a_key_every_push_sends(client: RobotClient, ding: DingTalkDouble) -> None:
    client.push(one_part())
    client.push(one_part())
    assert len(ding.messages) == 2


def test_under_a_key_the_second_push_sends_nothing(client: RobotClient, ding: DingTalkDouble) -> None:
    assert client.push(one_part(), "day").delivered
    again = client.push(one_part(), "day")
    assert again.delivered
    assert again.already_delivered
    assert again.warnings == ()
    assert len(ding.requests) == 1


def test_other_content_under_a_delivered_key_sends_nothing_and_says_so(
    client: RobotClient, ding: DingTalkDouble
) -> None:
    client.push(one_part(), "day")
    again = client.push(one_part("# Other"), "day")
    assert again.already_delivered
    assert "another key" in again.warnings[0].en
    assert len(ding.requests) == 1


def test_keys_and_robots_are_told_apart(
    store: Store, time: FakeTime, client: RobotClient, ding: DingTalkDouble
) -> None:
    client.push(one_part(), "day 1")
    assert not client.push(one_part(), "day 2").already_delivered
    with DingTalkDouble(SECRET, token="f" * 64, now=time.now) as other:
        robot = Robot.parse(other.webhook, SECRET, allow_loopback=True)
        assert not RobotClient(robot, store, clock=time.clock).push(one_part(), "day 1").already_delivered
        assert len(other.messages) == 1
    assert len(ding.messages) == 2


@pytest.mark.parametrize("fault", POSTED_AND_UNANSWERED)
@pytest.mark.parametrize("posted", [True, False])
def test_a_lost_answer_is_asked_for_again_and_nothing_is_posted_twice(
    client: RobotClient, ding: DingTalkDouble, time: FakeTime, fault: Fault, posted: bool
) -> None:
    ding.fail_next(fault, times=2, posted=posted)
    assert client.push(one_part()).delivered
    assert len(ding.messages) == 1
    ids = {request.body["msgUuid"] for request in ding.requests}
    signs = {request.query["sign"] for request in ding.requests}
    assert (len(ding.requests), len(ids), len(signs)) == (3, 1, 3)
    assert len(time.slept) == 2


@pytest.mark.parametrize("fault", POSTED_AND_UNANSWERED)
def test_an_outcome_that_stays_unknown_is_called_unknown(
    client: RobotClient, ding: DingTalkDouble, fault: Fault
) -> None:
    ding.fail_next(fault, times=ATTEMPTS)
    outcome = client.push(one_part(), "day")
    assert outcome.outcome_unknown
    assert not outcome.delivered
    assert outcome.states == (PartState.UNKNOWN,)
    assert outcome.unknown
    assert "is unknown" in outcome.unknown.to(Language.ENGLISH)
    assert len(ding.requests) == ATTEMPTS


def test_after_an_unknown_outcome_the_same_key_repeats_the_same_message_id(
    client: RobotClient, ding: DingTalkDouble
) -> None:
    ding.fail_next(Fault.DROP_AFTER_ACCEPT, times=ATTEMPTS)
    assert client.push(one_part(), "day").outcome_unknown
    assert client.push(one_part(), "day").delivered
    assert len({request.body["msgUuid"] for request in ding.requests}) == 1
    assert len(ding.messages) == 1


def test_after_an_unknown_outcome_changed_content_is_still_not_a_second_message(
    client: RobotClient, ding: DingTalkDouble
) -> None:
    ding.fail_next(Fault.DROP_AFTER_ACCEPT, times=ATTEMPTS)
    client.push(one_part(), "day")
    outcome = client.push(one_part("# Corrected"), "day")
    assert outcome.delivered
    assert "instead of this one" in outcome.warnings[0].en
    assert [message.text for message in ding.messages] == ["# Sales\n\nGood."]


def test_a_lost_answer_and_then_a_throttle_stays_unknown(client: RobotClient, ding: DingTalkDouble) -> None:
    ding.fail_next(Fault.DROP_AFTER_ACCEPT)
    ding.fail_next(Fault.THROTTLED)
    assert client.push(one_part()).outcome_unknown


def test_a_lost_answer_and_then_a_refusal_is_a_refusal(client: RobotClient, ding: DingTalkDouble) -> None:
    ding.fail_next(Fault.HTTP_502)
    ding.answer_next(300005, "token is not exist")
    with pytest.raises(RobotError):
        client.push(one_part())


def test_a_refusal_is_not_tried_again(client: RobotClient, ding: DingTalkDouble) -> None:
    ding.answer_next(300005, "token is not exist", times=5)
    with pytest.raises(DeliveryError) as caught:
        client.push(one_part())
    assert isinstance(caught.value, RobotError)
    assert (caught.value.errcode, caught.value.errmsg, caught.value.sent) == (300005, "token is not exist", 0)
    assert str(caught.value) == (
        "DingTalk did not post the message (code 300005): it does not know the access token: the webhook is wrong or "
        "the robot was removed; copy the Webhook line again from the group's robot settings into the credentials."
    )
    assert caught.value.sentence(Language.CHINESE) == (
        "钉钉未发送该消息（错误码 300005）：access_token 不存在：Webhook 有误或机器人已被删除；"
        "请从群机器人设置页重新复制 Webhook 并更新授权信息。"
    )
    assert len(ding.requests) == 1


@pytest.mark.parametrize("style", list(Style))
@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"keyword": "日报"}, "keywords"),
        ({"allowed_ips": ["203.0.113.9"]}, "add 127.0.0.1"),
        ({"secret": "SEC" + "0" * 60}, "signing secret"),
        ({"now": lambda: 0.0}, "clock"),
    ],
)
def test_a_security_setting_that_is_not_met(
    settings: dict[str, object], words: str, style: Style, time: FakeTime
) -> None:
    with DingTalkDouble(**{"secret": SECRET, "now": time.now, "style": style} | settings) as ding:  # type: ignore[arg-type]
        robot = Robot.parse(ding.webhook, SECRET, allow_loopback=True)
        with pytest.raises(RobotError, match=words):
            RobotClient(robot, clock=time.clock).push(one_part())
        assert len(ding.requests) == 1


def test_the_keyword_of_the_credentials_gets_a_message_through(time: FakeTime) -> None:
    with DingTalkDouble(SECRET, ["日报", "晚报"], now=time.now) as ding:
        robot = Robot.parse(ding.webhook, SECRET, "晚报", allow_loopback=True)
        plan = plan_message(Message("# Sales\n\n" + "x" * 40_000), robot.keywords)
        assert RobotClient(robot, clock=time.clock).push(plan).delivered
        assert len(ding.messages) == 3


def test_busy_is_tried_again_and_then_said(client: RobotClient, ding: DingTalkDouble) -> None:
    ding.fail_next(Fault.BUSY, times=2)
    assert client.push(one_part()).delivered
    ding.fail_next(Fault.BUSY, times=ATTEMPTS)
    with pytest.raises(RobotError, match="busy") as caught:
        client.push(one_part())
    assert caught.value.errcode == -1


def test_a_robot_that_cannot_be_reached_is_tried_again_and_then_said(
    ding: DingTalkDouble, store: Store, time: FakeTime
) -> None:
    robot = Robot.parse("http://127.0.0.1:9/robot/send?access_token=" + ding.token, allow_loopback=True)
    with pytest.raises(RobotError, match="could not be sent to DingTalk"):
        RobotClient(robot, store, clock=time.clock, transport=quick).push(one_part(), "day")
    assert len(time.slept) == ATTEMPTS - 1
    robot = Robot.parse(ding.webhook, SECRET, allow_loopback=True)
    assert not RobotClient(robot, store, clock=time.clock).push(one_part(), "day").already_delivered


@pytest.mark.parametrize("fault", [Fault.PUNISH, Fault.PUNISH_WITH_CODE, Fault.THROTTLED])
def test_a_throttle_is_said_and_the_robot_left_alone_for_ten_minutes(
    client: RobotClient, ding: DingTalkDouble, time: FakeTime, fault: Fault
) -> None:
    ding.fail_next(fault)
    with pytest.raises(RobotError, match="after 10 minutes") as caught:
        client.push(one_part())
    assert caught.value.throttled
    with pytest.raises(RobotError, match="for another 10 min"):
        client.push(one_part())
    assert len(ding.requests) == 1
    assert time.slept == []
    time.seconds += 601
    assert client.push(one_part()).delivered


def test_a_busy_hour_stays_under_dingtalks_limit(client: RobotClient, ding: DingTalkDouble) -> None:
    for _ in range(50):
        assert client.push(one_part()).delivered
    assert len(ding.messages) == 50


def test_all_parts_arrive_in_order(client: RobotClient, ding: DingTalkDouble) -> None:
    outcome = client.push(many_parts(), "day")
    assert outcome.states == (PartState.DELIVERED,) * 3
    assert [message.title for message in ding.messages] == ["Sales (1/3)", "Sales (2/3)", "Sales (3/3)"]
    assert len(set(outcome.message_ids)) == 3


def test_a_push_that_broke_off_goes_on_where_it_stopped(client: RobotClient, ding: DingTalkDouble) -> None:
    ding.pass_next(1)
    ding.answer_next(430102, "不合适文本")
    with pytest.raises(RobotError) as caught:
        client.push(many_parts(), "day")
    assert (caught.value.sent, caught.value.parts) == (1, 3)
    assert str(caught.value).startswith("1 of 3 messages are already in the group, and a push of the same content")
    outcome = client.push(many_parts(), "day")
    assert outcome.states == (PartState.DELIVERED_BEFORE, PartState.DELIVERED, PartState.DELIVERED)
    assert [message.title for message in ding.messages] == ["Sales (1/3)", "Sales (2/3)", "Sales (3/3)"]


def test_a_push_that_broke_off_starts_over_with_other_content(client: RobotClient, ding: DingTalkDouble) -> None:
    ding.pass_next(1)
    ding.answer_next(430102, "不合适文本")
    with pytest.raises(RobotError):
        client.push(many_parts(), "day")
    outcome = client.push(many_parts("y"), "day")
    assert outcome.delivered
    assert "from the beginning" in outcome.warnings[0].en
    assert len(ding.messages) == 4
    assert client.push(many_parts("y"), "day").already_delivered


def test_a_push_that_broke_off_without_a_key_says_that_it_would_repeat(
    client: RobotClient, ding: DingTalkDouble
) -> None:
    ding.pass_next(1)
    ding.answer_next(430102, "不合适文本")
    with pytest.raises(RobotError, match="without a delivery key another push sends them again"):
        client.push(many_parts())


def test_an_unknown_part_in_the_middle_stops_the_push_and_is_repeated_first(
    client: RobotClient, ding: DingTalkDouble
) -> None:
    ding.pass_next(1)
    ding.fail_next(Fault.DROP_AFTER_ACCEPT, times=ATTEMPTS)
    outcome = client.push(many_parts(), "day")
    assert outcome.states == (PartState.DELIVERED, PartState.UNKNOWN, PartState.NOT_SENT)
    assert client.push(many_parts(), "day").delivered
    assert [message.title for message in ding.messages] == ["Sales (1/3)", "Sales (2/3)", "Sales (3/3)"]


class Failing(MemoryStore):
    """A store that fails from a given write or read on."""

    def __init__(self, *, reads: int = 10_000, writes: int = 10_000) -> None:
        super().__init__()
        self.reads, self.writes = reads, writes

    def get(self, key: str) -> bytes | None:
        if key.startswith("push-"):
            self.reads -= 1
            if self.reads < 0:
                raise RuntimeError("storage is gone")
        return super().get(key)

    def set(self, key: str, value: bytes) -> None:
        if key.startswith("push-"):
            self.writes -= 1
            if self.writes < 0:
                raise RuntimeError("storage is full")
        super().set(key, value)


@pytest.mark.parametrize("store", [Failing(reads=0), Failing(writes=0)])
def test_a_ledger_that_fails_before_sending_stops_the_push(client: RobotClient, ding: DingTalkDouble) -> None:
    with pytest.raises(RobotError, match="Nothing was sent") as caught:
        client.push(one_part(), "day")
    assert caught.value.__context__ is None
    assert ding.requests == []
    assert client.push(one_part()).delivered


def test_a_garbled_record_stops_the_push(
    store: Store, client: RobotClient, ding: DingTalkDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.push(one_part(), "day")
    monkeypatch.setattr(MemoryStore, "get", lambda _self, _key: b'{"digest":1}')
    with pytest.raises(RobotError, match="Nothing was sent"):
        client.push(one_part(), "day")
    assert isinstance(store, MemoryStore)
    assert len(ding.requests) == 1


@pytest.mark.parametrize("store", [Failing(writes=1)])
def test_a_ledger_that_fails_after_delivery_is_a_warning(
    store: Failing, client: RobotClient, ding: DingTalkDouble
) -> None:
    outcome = client.push(many_parts(), "day")
    assert outcome.delivered
    assert [warning.en for warning in outcome.warnings] == [outcome.warnings[0].en]
    assert "could not be written" in outcome.warnings[0].en
    store.writes = 100
    assert client.push(many_parts(), "day").delivered
    assert len(ding.messages) == 3


@pytest.mark.parametrize("folder", [True, False])
def test_two_threads_push_one_key_and_the_group_gets_one_message(
    folder: bool, tmp_path: Path, ding: DingTalkDouble, client_on: Callable[[Store], RobotClient]
) -> None:
    store = FileStore(tmp_path) if folder else MemoryStore()
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _: client_on(store).push(one_part(), "day"), range(4)))
    assert sorted(outcome.already_delivered for outcome in outcomes) == [False, True, True, True]
    assert len(ding.requests) == 1


def test_a_preview_touches_neither_network_nor_ledger(
    store: MemoryStore, client: RobotClient, ding: DingTalkDouble
) -> None:
    preview = client.preview(many_parts(), "day")
    assert preview.states == (PartState.NOT_SENT,) * 3
    assert not preview.delivered
    assert ding.requests == []
    assert vars(store) == {"_values": {}}
    assert client.push(many_parts(), "day").message_ids == preview.message_ids
    assert client.preview(many_parts(), "day").already_delivered
