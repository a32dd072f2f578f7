"""The main workflow: a file in, a report in the group, once."""

import re

import pytest

from difykit.workflow.engine import InputError
from tests.doubles.dingtalk import DingTalkDouble, Fault
from tests.graphon.conftest import RunWorkflow
from tests.graphon.sales import ALARMING, ALONE, EMPTY, NO_PRICE, NORMAL, SAMPLE

FILE = "daily_sales_report.yml"


def test_the_normal_day_is_delivered_and_answered(workflow_run: RunWorkflow, ding: DingTalkDouble) -> None:
    run = workflow_run(FILE, {"sales_data": NORMAL})
    assert run.status == "succeeded"
    assert run.ran == ["start", "analyze", "has_data", "uncorrected", "delivery_key", "push", "outcome", "end"]
    assert run.outputs | {"answer": "", "report_key": ""} == {
        "answer": "",
        "delivered": True,
        "problem": "",
        "again": False,
        "correction": "",
        "already_delivered": False,
        "has_data": True,
        "ready": True,
        "ready_reason": "未使用账本，无法检查是否缺少数据行。",
        "analysis_date": "2026-10-31",
        "total_sales": 1040,
        "total_orders": 10,
        "total_quantity": 10,
        "average_order_value": 104,
        "sales_change": 4,
        "sales_change_week": None,
        "top_product": "台灯",
        "top_region": "华东",
        "report_key": "",
    }
    [message] = ding.messages
    assert message.text == run.outputs["answer"]


def test_a_month_of_a_real_shop_takes_the_same_way(workflow_run: RunWorkflow, ding: DingTalkDouble) -> None:
    run = workflow_run(FILE, {"sales_data": SAMPLE, "report_date": "2026-10-14", "report_title": "十月十四日"})
    assert run.outputs["analysis_date"] == "2026-10-14"
    assert [message.title for message in ding.messages] == ["十月十四日"]


def test_the_same_file_again_is_one_message_and_a_corrected_one_is_two(
    workflow_run: RunWorkflow, ding: DingTalkDouble
) -> None:
    first, second = (workflow_run(FILE, {"sales_data": NORMAL}) for _ in range(2))
    assert (first.outputs["already_delivered"], second.outputs["already_delivered"]) == (False, True)
    assert second.outputs["delivered"] is True
    assert len(ding.messages) == 1
    assert workflow_run(FILE, {"sales_data": ALARMING}).outputs["already_delivered"] is False
    assert len(ding.messages) == 2


def test_under_one_run_key_even_another_file_is_one_message(workflow_run: RunWorkflow, ding: DingTalkDouble) -> None:
    for file in (NORMAL, ALARMING):
        run = workflow_run(FILE, {"sales_data": file, "run_key": "2026-10-31"})
        assert run.outputs["delivered"] is True
    assert len(ding.messages) == 1


def test_an_empty_file_is_answered_and_not_sent(workflow_run: RunWorkflow, ding: DingTalkDouble) -> None:
    run = workflow_run(FILE, {"sales_data": EMPTY})
    assert run.status == "succeeded"
    assert (run.outputs["has_data"], run.outputs["delivered"], run.outputs["sales_change"]) == (False, False, None)
    assert run.outputs["answer"]
    assert ding.requests == []


def test_a_missing_column_is_answered_with_the_plugins_sentence(
    workflow_run: RunWorkflow, ding: DingTalkDouble
) -> None:
    run = workflow_run(FILE, {"sales_data": NO_PRICE})
    assert run.status == "partial-succeeded"
    assert run.node("analyze").status == "exception"
    assert "缺少销售额" in run.outputs["answer"]
    assert run.outputs["answer"] == f"没有生成日报：{run.outputs['problem']}"
    assert "error details" not in run.outputs["answer"]
    assert run.outputs["delivered"] is False
    assert ding.requests == []


def test_a_refusal_of_dingtalk_is_answered_beside_the_report(workflow_run: RunWorkflow) -> None:
    with DingTalkDouble(keyword="库存", token="keyword-token") as strict:
        robot = {"robot_webhook": strict.webhook, "robot_secret": ""}
        run = workflow_run(FILE, {"sales_data": NORMAL}, robot)
        assert run.status == "partial-succeeded"
        assert run.outputs["delivered"] is False
        assert "关键词" in run.outputs["problem"]
        assert re.match(r"日报已生成，但没有送达钉钉：.+\n\n### 10月31日", run.outputs["answer"])
        assert run.outputs["total_sales"] == 1040
        assert (len(strict.requests), strict.messages) == (1, [])
        mended = workflow_run(FILE, {"sales_data": NORMAL}, robot | {"robot_keyword": "库存"})
        assert mended.outputs["delivered"] is True
        assert len(strict.messages) == 1


def test_an_unknown_outcome_is_said_to_be_unknown(workflow_run: RunWorkflow, ding: DingTalkDouble) -> None:
    ding.fail_next(Fault.NOT_JSON, times=3)
    run = workflow_run(FILE, {"sales_data": NORMAL})
    assert run.status == "succeeded"
    assert run.outputs["delivered"] is False
    assert run.outputs["problem"]
    again = workflow_run(FILE, {"sales_data": NORMAL})
    assert again.outputs["delivered"] is True
    assert len(ding.messages) == 1


def test_without_a_robot_the_report_is_made_and_the_answer_says_what_to_enter(workflow_run: RunWorkflow) -> None:
    run = workflow_run(FILE, {"sales_data": ALONE}, {"robot_webhook": "", "robot_secret": ""})
    assert "Webhook" in run.outputs["problem"]
    assert run.outputs["total_sales"] == 1000


@pytest.mark.parametrize(
    ("inputs", "sentence"),
    [
        ({"sales_data": NORMAL, "colour": "red"}, "has no input colour"),
        ({"sales_data": NORMAL, "run_key": "x" * 129}, "must be less than 128 characters"),
        ({"sales_data": ("photo.png", b"png")}, "types of file"),
    ],
)
def test_what_dify_would_refuse_is_refused(workflow_run: RunWorkflow, inputs: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        workflow_run(FILE, inputs)
