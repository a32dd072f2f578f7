import re
from collections.abc import Iterator
from typing import Any

import pytest

from daybook.dingtalk import MessageType, RobotError
from daybook.errors import DaybookError, ParameterError, SettingsError
from daybook.language import Language
from daybook.parameters import PushParameters
from daybook.plugin.outputs import ToolResult
from daybook.plugin.push_dingtalk import LOOPBACK_SWITCH, check_robot_credentials, push
from daybook.store import MemoryStore
from tests.dingtalk.conftest import SECRET
from tests.doubles.dingtalk import TOKEN, DingTalkDouble, Fault
from tests.doubles.time import FakeTime

VARIABLES = {"delivered", "already_delivered", "outcome_unknown", "parts", "delivery_key", "preview"}
ABSENT: dict[str, Any] = dict.fromkeys(PushParameters.model_fields)


class Node:
    """The node as Dify calls it: every declared parameter is there, the absent ones as ``None``."""

    def __init__(self, ding: DingTalkDouble, time: FakeTime) -> None:
        self.store, self.time = MemoryStore(), time
        self.credentials: dict[str, Any] = {"robot_webhook": ding.webhook, "robot_secret": SECRET, "service_url": None}

    def __call__(self, **parameters: object) -> ToolResult:
        outputs = push(ABSENT | parameters, self.credentials, self.store, clock=self.time.clock)
        assert set(outputs.variables) == VARIABLES
        return outputs


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def ding(time: FakeTime) -> Iterator[DingTalkDouble]:
    with DingTalkDouble(SECRET, now=time.now) as double:
        yield double


@pytest.fixture
def node(ding: DingTalkDouble, time: FakeTime, monkeypatch: pytest.MonkeyPatch) -> Node:
    monkeypatch.setenv(LOOPBACK_SWITCH, "1")
    return Node(ding, time)


def test_a_report_is_delivered(node: Node, ding: DingTalkDouble) -> None:
    outputs = node(content="# 销售日报\n\n好", delivery_key="2023-10-27-ab12")
    assert outputs.text == "已送达钉钉群，共 1 条消息。"
    assert outputs.variables == {
        "delivered": True,
        "already_delivered": False,
        "outcome_unknown": False,
        "parts": 1,
        "delivery_key": "2023-10-27-ab12",
        "preview": "# 销售日报\n\n好",
    }
    (message,) = outputs.json["messages"]
    assert message == {
        "part": 1,
        "state": "delivered",
        "bytes": len(ding.requests[0].raw),
        "body": ding.requests[0].body,
    }
    assert outputs.json["dry_run"] is False
    assert outputs.json["warnings"] == []


def test_the_same_key_again(node: Node, ding: DingTalkDouble) -> None:
    node(content="hi", delivery_key="day")
    outputs = node(content="hi", delivery_key="day", language="en_US")
    assert outputs.text == "Already delivered under this delivery key; nothing was sent."
    assert outputs.variables["delivered"]
    assert outputs.variables["already_delivered"]
    assert outputs.json["messages"] == []
    assert len(ding.messages) == 1


def test_an_unknown_outcome(node: Node, ding: DingTalkDouble) -> None:
    ding.fail_next(Fault.DROP_AFTER_ACCEPT, times=3)
    outputs = node(content="hi", delivery_key="day", language="en")
    assert outputs.variables["outcome_unknown"]
    assert not outputs.variables["delivered"]
    assert outputs.text.startswith("Whether message 1 of 1 is in the group is unknown: the connection broke")
    assert outputs.json["unknown_because"] == outputs.text
    assert outputs.json["messages"][0]["state"] == "unknown"


def test_a_dry_run_shows_exactly_what_a_push_then_sends(node: Node, ding: DingTalkDouble) -> None:
    asked: dict[str, object] = {
        "content": "# 日报\n\n" + "长" * 8000 + "\n\n![](http://10.0.0.1/a.png)",
        "delivery_key": "day",
        "at_mobiles": "13800000000",
    }
    dry = node(**asked, dry_run=True)
    assert ding.requests == []
    assert not dry.variables["delivered"]
    assert dry.variables["parts"] == 2
    assert dry.text.startswith("试运行，未发送：共 2 条消息，最大 ")
    assert len(dry.json["warnings"]) == 3
    node(**asked)
    assert [message["body"] for message in dry.json["messages"]] == [request.body for request in ding.requests]
    assert [message["bytes"] for message in dry.json["messages"]] == [len(request.raw) for request in ding.requests]
    assert node(**asked, dry_run="true").variables["already_delivered"]


def test_a_dry_run_needs_no_robot(node: Node) -> None:
    node.credentials = {"robot_webhook": "", "robot_secret": None}
    outputs = node(content="hi", dry_run=True, language="en_US")
    assert outputs.json["messages"][0]["body"]["markdown"]["text"] == "hi"
    assert outputs.json["warnings"] == [
        "No robot is set up: enter the robot's webhook in the credentials of this tool's provider."
    ]


def test_without_a_robot_nothing_is_sent(node: Node) -> None:
    node.credentials = {}
    with pytest.raises(SettingsError, match="尚未配置机器人"):
        node(content="hi")


def test_a_card(node: Node, ding: DingTalkDouble) -> None:
    node(content="# 日报", message_type="action_card", button_url="https://example.com/r")
    assert ding.messages[0].body["actionCard"]["singleTitle"] == "查看详情"
    outputs = node(content="# 日报", message_type="actionCard", button_url="https://example.com/r", button_title="Open")
    assert outputs.variables["preview"] == "# 日报\n\n[Open](https://example.com/r)"


def test_a_card_that_is_too_long_ends_with_the_card(node: Node, ding: DingTalkDouble) -> None:
    outputs = node(
        content="# 日报\n\n" + "长" * 8000,
        message_type="action_card",
        button_url="https://example.com/r",
        at_mobiles=["13800000000"],
        language="en",
    )
    assert [message.body["msgtype"] for message in ding.messages] == ["markdown", "actionCard"]
    assert ding.messages[0].mentions == ("13800000000",)
    assert "last message is the card" in outputs.text


def test_plain_text(node: Node, ding: DingTalkDouble) -> None:
    node(content="今日售罄", message_type="text", at_all="true")
    assert ding.messages[0].text == "今日售罄\n@所有人"
    assert ding.messages[0].mentions == ("all",)


@pytest.mark.parametrize(
    ("value", "people"),
    [
        (None, ()),
        ("", ()),
        ("13800000000", ("13800000000",)),
        ("13800000000, 13900000000，13700000000、13600000000;@13800000000\n", None),
        (["13800000000", " 13900000000 ", "", "13700000000 13600000000"], None),
        (13800000000, ("13800000000",)),
        (13800000000.0, ("13800000000",)),
        ([13800000000], ("13800000000",)),
    ],
)
def test_people_in_every_form(value: object, people: tuple[str, ...] | None) -> None:
    expected = ("13800000000", "13900000000", "13700000000", "13600000000") if people is None else people
    assert PushParameters.model_validate({"at_mobiles": value}).at_mobiles == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, False),
        ("", False),
        (" ", False),
        ("False", False),
        ("0", False),
        (0, False),
        ("否", False),
        (True, True),
        ("true", True),
        (1, True),
        (1.0, True),
        ("是", True),
        ("ON", True),
    ],
)
def test_truth_values_in_every_form(value: object, expected: bool) -> None:
    assert PushParameters.model_validate({"at_all": value, "dry_run": value}).at_all is expected


def test_what_dify_leaves_out_has_defaults() -> None:
    for absent in ({}, ABSENT, dict.fromkeys(ABSENT, "")):
        asked = PushParameters.model_validate(absent)
        assert asked.message_type is MessageType.MARKDOWN
        assert asked.language is Language.CHINESE
        assert not asked.dry_run
        assert asked.delivery_key is None


@pytest.mark.parametrize(
    ("wrong", "chinese", "english"),
    [
        ({"content": None}, "没有可推送的内容", "nothing to push"),
        ({"content": "  \n"}, "没有可推送的内容", "nothing to push"),
        (
            {"message_type": "image"},
            "“消息类型”（message_type）的值“image”无效",
            "choose markdown, text or action_card",
        ),
        ({"message_type": "action_card"}, "button_url", "button_url"),
        ({"message_type": "action_card", "button_url": "http://x.example"}, "https", "https"),
        ({"at_mobiles": "Li"}, "不是手机号", "among the mobile numbers"),
        ({"at_user_ids": "李"}, "不是钉钉 userId", "among the user IDs"),
        ({"at_mobiles": {"a": 1}}, "“按手机号 @”", "not a list of people"),
        ({"at_all": "perhaps"}, "at_all", "true or false"),
        ({"dry_run": "perhaps"}, "dry_run", "true or false"),
        ({"content": "长" * 100_000}, "超过 10 条", "more than 10 messages"),
    ],
)
def test_a_wrong_parameter_is_one_sentence_in_the_asked_language_and_sends_nothing(
    node: Node, ding: DingTalkDouble, wrong: dict[str, Any], chinese: str, english: str
) -> None:
    for language, words in (("zh_Hans", chinese), ("en_US", english), (None, chinese)):
        with pytest.raises(ParameterError) as caught:
            node(**({"content": "hi", "language": language} | wrong))
        assert words in str(caught.value)
        assert "\n" not in str(caught.value)
        assert bool(re.search(r"[\u4e00-\u9fff]{2}", str(caught.value))) is (language != "en_US")
    assert ding.requests == []


def test_a_refusal_speaks_the_asked_language(node: Node, ding: DingTalkDouble) -> None:
    ding.answer_next(400102, "机器人已停用", times=2)
    with pytest.raises(
        RobotError, match=r"钉钉未发送该消息（错误码 400102）：机器人已停用；请联系群管理员启用该机器人。"
    ):
        node(content="hi")
    with pytest.raises(RobotError, match=r"\(code 400102\): the robot has been disabled; have a group administrator"):
        node(content="hi", language="en_US")


def test_a_keyword_that_the_text_lacks(node: Node, time: FakeTime) -> None:
    with DingTalkDouble(SECRET, "日报", now=time.now) as ding:
        node.credentials["robot_webhook"] = ding.webhook
        with pytest.raises(RobotError, match="消息中没有机器人设置的关键词；请把机器人安全设置中的任一关键词填到"):
            node(content="hi", delivery_key="day")
        node.credentials["robot_keyword"] = "日报"
        assert node(content="hi", delivery_key="day").variables["delivered"]
        assert [message.text for message in ding.messages] == ["hi\n\n日报"]


@pytest.mark.parametrize(
    ("credentials", "field"),
    [
        ({"robot_webhook": "https://example.com/robot/send?access_token=" + TOKEN}, "Robot webhook"),
        ({"robot_webhook": SECRET}, "Robot webhook"),
        ({"robot_secret": SECRET}, "Robot webhook"),
        ({"robot_keyword": "日报"}, "Robot webhook"),
        ({"robot_webhook": TOKEN, "robot_secret": TOKEN}, "Signing secret"),
        ({"robot_webhook": TOKEN, "robot_keyword": "x" * 201}, "Keyword"),
        ({"robot_webhook": f"http://127.0.0.1:8000/robot/send?access_token={TOKEN}"}, "Robot webhook"),
    ],
)
def test_the_form_check_says_which_field_is_wrong(
    credentials: dict[str, str], field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(LOOPBACK_SWITCH, raising=False)
    with pytest.raises(SettingsError) as caught:
        check_robot_credentials(credentials)
    assert str(caught.value).startswith(f"{field}: ")
    assert caught.value.values["field"].en == field
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    "credentials", [{}, dict.fromkeys(("robot_webhook", "robot_secret", "robot_keyword")), {"robot_webhook": TOKEN}]
)
def test_the_form_check_passes_what_can_be_right(credentials: dict[str, Any]) -> None:
    check_robot_credentials(credentials)


def test_outputs_are_plain_json_values(node: Node) -> None:
    outputs = node(content="hi", at_mobiles="13800000000")

    def check(value: object) -> None:
        match value:
            case dict():
                assert all(type(name) is str for name in value)
                for item in value.values():
                    check(item)
            case list():
                for item in value:
                    check(item)
            case _:
                assert type(value) in (str, int, float, bool, type(None))

    check(outputs.json)
    check(outputs.variables)


def test_every_error_of_the_area_is_safe_to_show(node: Node) -> None:
    node.credentials["robot_webhook"] = f"https://evil.example/robot/send?access_token={TOKEN}"
    with pytest.raises(DaybookError) as caught:
        node(content="hi")
    assert TOKEN not in str(caught.value)
    assert "evil.example" not in str(caught.value)
