import json
from typing import Any, NamedTuple

import pytest
import yaml

from difykit.runner import FileServer, PluginProcess
from tests.doubles.dingtalk import DingTalkDouble, Fault
from tests.plugin.conftest import ROOT, Call
from tests.plugin.sentences import check_failure
from tests.plugin.test_analyze_contract import check_variables

SCHEMA = yaml.safe_load((ROOT / "tools" / "push_dingtalk.yaml").read_text("utf-8"))["output_schema"]["properties"]
REPORT = "### 销售日报\n\n- 销售额 **200 元**"


def test_a_text_is_delivered_signed(push: Call, ding: DingTalkDouble) -> None:
    result = push(content=REPORT, title="销售日报").check()
    check_variables(result.variables, SCHEMA, set())
    assert result.variables["delivered"] is True
    assert result.variables["already_delivered"] is result.variables["outcome_unknown"] is False
    assert result.variables["parts"] == len(ding.messages) == 1
    assert "200 元" in ding.messages[0].text
    assert result.json[0]["messages"][0]["body"]["msgtype"] == "markdown"


def test_the_report_of_the_one_tool_is_what_the_other_delivers(
    plugin: PluginProcess, files: FileServer, credentials: dict[str, str], ding: DingTalkDouble
) -> None:
    file = files.add(ROOT / "examples" / "sales_month.csv")
    report = plugin.call("analyze_sales", {"file": file}, credentials).check().variables
    parameters = {"content": report["report_markdown"], "delivery_key": report["report_key"]}
    assert plugin.call("push_dingtalk", parameters, credentials).check().variables["delivered"] is True
    assert "98,550.29" in ding.messages[0].text
    again = plugin.call("push_dingtalk", parameters, credentials).check().variables
    assert again["already_delivered"] is again["delivered"] is True
    assert len(ding.messages) == 1


def test_a_report_goes_to_a_group_once_under_its_key(push: Call, ding: DingTalkDouble) -> None:
    first = push(content=REPORT, delivery_key="2023-10-27").check().variables
    second = push(content=REPORT, delivery_key="2023-10-27").check().variables
    check_variables(second, SCHEMA, set())
    assert (first["already_delivered"], second["already_delivered"]) == (False, True)
    assert len(ding.messages) == 1
    push(content=REPORT, delivery_key="2023-10-28").check()
    push(content=REPORT).check()
    push(content=REPORT).check()
    assert len(ding.messages) == 4


def test_the_ledger_outlives_the_process(ding: DingTalkDouble, credentials: dict[str, str]) -> None:
    class Storage(dict[str, bytes]):
        """What Dify keeps for the plugin."""

        def set(self, key: str, value: bytes) -> None:
            self[key] = value

        def delete(self, key: str) -> None:
            del self[key]

    store, parameters = Storage(), {"content": REPORT, "delivery_key": "2023-10-27"}
    for expected in (False, True):
        with PluginProcess(ROOT, environ={"DAYBOOK_ALLOW_LOOPBACK_ROBOT": "1"}, store=store) as plugin:
            outcome = plugin.call("push_dingtalk", parameters, credentials).check().variables
            assert outcome["already_delivered"] is expected
    assert len(ding.messages) == 1
    kept = b"".join(store.values())
    for value in (*credentials.values(), "2023-10-27", "销售"):
        assert not value or value.encode() not in kept


def test_a_dry_run_shows_and_sends_nothing(push: Call, ding: DingTalkDouble) -> None:
    result = push(content=REPORT, dry_run=True, delivery_key="2023-10-27").check()
    check_variables(result.variables, SCHEMA, set())
    assert result.variables["delivered"] is False
    assert "200 元" in result.variables["preview"]
    assert ding.requests == []
    assert push(content=REPORT, delivery_key="2023-10-27").check().variables["already_delivered"] is False


def test_the_keyword_is_added_where_it_lacks(push: Call, ding: DingTalkDouble) -> None:
    push(content="销售额 200 元").check()
    assert "日报" in ding.messages[0].text


def test_no_answer_after_sending_is_neither_delivered_nor_failed(push: Call, ding: DingTalkDouble) -> None:
    ding.fail_next(Fault.DROP_AFTER_ACCEPT, times=9)
    result = push(content=REPORT, delivery_key="2023-10-27").check()
    check_variables(result.variables, SCHEMA, set())
    assert result.variables["outcome_unknown"] is True
    assert result.variables["delivered"] is False
    assert len(ding.messages) == 1


class Refused(NamedTuple):
    """What cannot be delivered, and what a person is told of it."""

    name: str
    kind: str
    en: str
    zh: str
    parameters: dict[str, Any]
    credentials: dict[str, str]


TEXT = {"content": "销售额 200 元"}
NO_ROBOT = {"robot_webhook": "", "robot_secret": "", "robot_keyword": ""}
REFUSED = (
    Refused("nothing to push", "ParameterError", "content", "“内容”", {"content": " "}, {}),
    Refused("no content at all", "ParameterError", "content", "“内容”", {}, {}),
    Refused("unknown type", "ParameterError", "markdown", "markdown", {**TEXT, "message_type": "video"}, {}),
    Refused("no button", "ParameterError", "button_url", "button_url", {**TEXT, "message_type": "action_card"}, {}),
    Refused("no number", "ParameterError", "at_mobiles", "at_mobiles", {**TEXT, "at_mobiles": "mum"}, {}),
    Refused("no truth value", "ParameterError", "at_all", "at_all", {**TEXT, "at_all": "perhaps"}, {}),
    Refused("no robot", "SettingsError", "webhook", "Webhook", TEXT, NO_ROBOT),
    Refused("a secret alone", "SettingsError", "webhook", "Webhook", TEXT, {"robot_webhook": ""}),
    Refused("wrong secret", "RobotError", "secret", "密钥", TEXT, {"robot_secret": "SEC" + "0" * 64}),
    Refused("keyword not entered", "RobotError", "keyword", "关键词", TEXT, {"robot_keyword": ""}),
)


@pytest.mark.parametrize("refused", REFUSED, ids=lambda refused: refused.name)
@pytest.mark.parametrize("language", ["en_US", "zh_Hans"])
def test_what_cannot_be_delivered_gets_one_sentence_and_nothing_is_sent(
    plugin: PluginProcess, ding: DingTalkDouble, credentials: dict[str, str], refused: Refused, language: str
) -> None:
    asked = {**refused.parameters, "language": language}
    result = plugin.call("push_dingtalk", asked, {**credentials, **refused.credentials})
    check_failure(result, refused.kind, language, refused.en if language == "en_US" else refused.zh)
    assert ding.messages == []


@pytest.mark.parametrize(("language", "says"), [("en_US", "webhook"), ("zh_Hans", "Webhook")])
def test_a_wrong_token_names_the_webhook(
    plugin: PluginProcess, ding: DingTalkDouble, credentials: dict[str, str], language: str, says: str
) -> None:
    wrong = credentials["robot_webhook"].replace(ding.token, "0" * 32)
    asked = {"content": REPORT, "language": language}
    result = plugin.call("push_dingtalk", asked, {**credentials, "robot_webhook": wrong})
    check_failure(result, "RobotError", language, says)
    assert ding.messages == []


def test_json_says_what_was_sent(push: Call, ding: DingTalkDouble) -> None:
    result = push(content=REPORT, at_mobiles="13800000000").check()
    body = result.json[0]["messages"][0]["body"]
    assert json.loads(ding.requests[0].raw) == body
    assert body["at"]["atMobiles"] == ["13800000000"]
