"""The closed loop: look, decide, act, feed back."""

import pytest

from tests.doubles.dingtalk import DingTalkDouble
from tests.doubles.model import KEY, NAME, ModelDouble
from tests.graphon.conftest import NOWHERE, RunWorkflow
from tests.graphon.sales import ALARMING, ALONE, EMPTY, GOOD, NO_PRICE, NORMAL

FILE = "sales_agent.yml"
FEEDBACK = ("verdict", "action", "delivered", "commented")


def told(run: object) -> dict[str, object]:
    """The feedback of a run."""
    return {name: run.outputs[name] for name in FEEDBACK}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("file", "verdict", "reason"),
    [
        (NORMAL, "normal", "较前一天变化 +4.0%"),
        (GOOD, "good", "较前一天上升 50.0%"),
        (ALONE, "normal", "没有可对比的日期"),
    ],
)
def test_a_normal_or_good_day_is_reported(
    workflow_run: RunWorkflow, ding: DingTalkDouble, file: tuple[str, bytes], verdict: str, reason: str
) -> None:
    run = workflow_run(FILE, {"sales_data": file, "at_mobiles": "13800000000"})
    assert run.status == "succeeded"
    assert told(run) == {"verdict": verdict, "action": "report", "delivered": True, "commented": False}
    assert run.outputs["reason"] == reason
    [message] = ding.messages
    assert "@13800000000" not in message.text


def test_an_alarming_day_without_a_model_is_an_alert_that_mentions_those_in_charge(
    workflow_run: RunWorkflow, ding: DingTalkDouble
) -> None:
    run = workflow_run(FILE, {"sales_data": ALARMING, "at_mobiles": "13800000000"})
    assert run.status == "succeeded"
    assert told(run) == {"verdict": "alarming", "action": "alert", "delivered": True, "commented": False}
    assert "ask" not in run.ran
    [message] = ding.messages
    assert message.title == "销售预警：较前一天下降 60.0%"
    assert "@13800000000" in message.text
    assert message.body["at"]["atMobiles"] == ["13800000000"]
    assert "点评" not in message.text


def test_with_a_model_the_alert_carries_its_comment(
    workflow_run: RunWorkflow, ding: DingTalkDouble, model: ModelDouble
) -> None:
    environment = {"MODEL_URL": model.url, "MODEL_NAME": NAME, "MODEL_KEY": KEY}
    run = workflow_run(FILE, {"sales_data": ALARMING}, environment=environment)
    assert told(run) == {"verdict": "alarming", "action": "alert", "delivered": True, "commented": True}
    assert f"### 点评\n\n{model.answer}" in ding.messages[0].text.replace("  \n", "\n")
    [request] = model.requests
    assert request["model"] == NAME
    assert "较前一天下降 60.0%" in request["messages"][-1]["content"]
    assert workflow_run(FILE, {"sales_data": NORMAL}, environment=environment).outputs["commented"] is False
    assert len(model.requests) == 1


@pytest.mark.parametrize("fault", ["key", "down", "error"])
def test_a_model_that_fails_holds_back_no_alert(
    workflow_run: RunWorkflow, ding: DingTalkDouble, model: ModelDouble, fault: str
) -> None:
    environment = {"MODEL_URL": model.url, "MODEL_NAME": NAME, "MODEL_KEY": KEY}
    environment |= {"key": {"MODEL_KEY": "wrong"}, "down": {"MODEL_URL": NOWHERE}, "error": {}}[fault]
    if fault == "error":
        model.fail_next(500, times=4)  # the node's own attempt and Dify's three repetitions
    run = workflow_run(FILE, {"sales_data": ALARMING}, environment=environment)
    assert run.status == "partial-succeeded"
    assert told(run) == {"verdict": "alarming", "action": "alert", "delivered": True, "commented": False}
    assert len(ding.messages) == 1
    assert model.requests == []


def test_the_thresholds_are_inputs(workflow_run: RunWorkflow) -> None:
    assert workflow_run(FILE, {"sales_data": ALARMING, "alarm_drop": 70}).outputs["verdict"] == "normal"
    assert workflow_run(FILE, {"sales_data": NORMAL, "good_rise": "3.5"}).outputs["verdict"] == "good"


def test_the_same_alarm_again_is_one_message(workflow_run: RunWorkflow, ding: DingTalkDouble) -> None:
    for _ in range(2):
        assert workflow_run(FILE, {"sales_data": ALARMING}).outputs["delivered"] is True
    assert len(ding.messages) == 1


def test_an_empty_file_is_no_action(workflow_run: RunWorkflow, ding: DingTalkDouble) -> None:
    run = workflow_run(FILE, {"sales_data": EMPTY})
    assert run.status == "succeeded"
    assert told(run) == {"verdict": "no_data", "action": "none", "delivered": False, "commented": False}
    assert ding.requests == []


def test_a_missing_column_is_answered(workflow_run: RunWorkflow, ding: DingTalkDouble) -> None:
    run = workflow_run(FILE, {"sales_data": NO_PRICE})
    assert run.status == "partial-succeeded"
    assert told(run) == {"verdict": "unknown", "action": "none", "delivered": False, "commented": False}
    assert "缺少销售额" in run.outputs["answer"]
    assert ding.requests == []


@pytest.mark.parametrize("file", [NORMAL, ALARMING])
def test_a_refusal_of_dingtalk_is_fed_back(workflow_run: RunWorkflow, file: tuple[str, bytes]) -> None:
    with DingTalkDouble(keyword="库存") as strict:
        run = workflow_run(FILE, {"sales_data": file}, {"robot_webhook": strict.webhook, "robot_secret": ""})
    assert run.status == "partial-succeeded"
    assert run.outputs["delivered"] is False
    assert run.outputs["action"] in {"report", "alert"}
    assert "关键词" in run.outputs["problem"]


def test_a_comment_with_a_figure_that_is_not_the_report_s_is_left_out(
    workflow_run: RunWorkflow, ding: DingTalkDouble, model: ModelDouble
) -> None:
    model.answer = "华东下降 37.4%，先查库存。"
    environment = {"MODEL_URL": model.url, "MODEL_NAME": NAME, "MODEL_KEY": KEY}
    run = workflow_run(FILE, {"sales_data": ALARMING}, environment=environment)
    assert told(run) == {"verdict": "alarming", "action": "alert", "delivered": True, "commented": False}
    assert "37.4" not in ding.messages[0].text
    assert "模型的点评含有日报以外的数字，已略去。" in ding.messages[0].text
