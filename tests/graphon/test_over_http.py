"""The workflows without the plugin: HTTP nodes, the analysis service, its robots."""

import datetime as dt
import json

import pytest
import requests

from tests.doubles.dingtalk import DingTalkDouble
from tests.graphon.conftest import NOWHERE, RunWorkflow
from tests.graphon.sales import ALARMING, EMPTY, HEADER, NO_PRICE, NORMAL, SAMPLE, rows
from tests.service.harness import KEY, ServiceProcess, until

SHANGHAI = dt.timezone(dt.timedelta(hours=8))
HTTP, SCHEDULED = "daily_sales_report_http.yml", "scheduled_sales_report.yml"


@pytest.fixture
def environment(service: ServiceProcess) -> dict[str, str]:
    return {"SERVICE_URL": service.url, "SERVICE_KEY": KEY, "ROBOT": "group"}


@pytest.fixture
def sent(service_group: DingTalkDouble) -> "Sent":
    return Sent(service_group)


class Sent:
    """The messages that came since the test began."""

    def __init__(self, group: DingTalkDouble) -> None:
        self._group, self._before = group, len(group.messages)

    @property
    def titles(self) -> list[str]:
        return [message.title for message in self._group.messages[self._before :]]


def test_the_normal_day_and_the_same_again(workflow_run: RunWorkflow, environment: dict[str, str], sent: Sent) -> None:
    first, second = (workflow_run(HTTP, {"sales_data": NORMAL}, environment=environment) for _ in range(2))
    assert first.status == second.status == "succeeded"
    assert first.ran == ["start", "service", "analyze", "read", "has_data", "push", "outcome", "confirm", "end"]
    assert (first.outputs["delivered"], first.outputs["already_delivered"]) == (True, False)
    assert (second.outputs["delivered"], second.outputs["already_delivered"]) == (True, True)
    assert (first.outputs["analysis_date"], first.outputs["total_sales"]) == ("2026-10-31", 1040)
    assert "台灯：1,040.00" in first.outputs["answer"]
    assert sent.titles == ["销售日报 2026-10-31"]


def test_a_month_with_a_title_and_a_run_key(workflow_run: RunWorkflow, environment: dict[str, str], sent: Sent) -> None:
    for file in (SAMPLE, ALARMING):
        inputs = {"sales_data": file, "report_title": "十月", "run_key": "http-october"}
        assert workflow_run(HTTP, inputs, environment=environment).outputs["delivered"] is True
    assert sent.titles == ["十月"]


def test_the_trace_of_a_run_goes_on_in_every_call(
    workflow_run: RunWorkflow, environment: dict[str, str], service: ServiceProcess
) -> None:
    inputs = {"sales_data": NORMAL, "run_key": "traced", "traceparent": f"00-{17:032x}-{7:016x}-01"}
    assert workflow_run(HTTP, inputs, environment=environment).outputs["delivered"] is True
    called = until(lambda: [line["endpoint"] for line in service.log() if line.get("trace_id") == f"{17:032x}"][:2])
    assert called == ["/analysis/daily_sale_analysis", "/v1/push"]


@pytest.mark.parametrize(
    ("file", "word", "status"), [(EMPTY, "没有数据", "succeeded"), (NO_PRICE, "缺少销售额", "partial-succeeded")]
)
def test_what_is_wrong_with_the_file_is_answered(
    workflow_run: RunWorkflow, environment: dict[str, str], sent: Sent, file: tuple[str, bytes], word: str, status: str
) -> None:
    run = workflow_run(HTTP, {"sales_data": file}, environment=environment)
    assert run.status == status
    assert run.outputs["delivered"] is False
    assert word in run.outputs["problem"]
    assert run.outputs["answer"] == "没有生成日报：" + run.outputs["problem"]
    assert sent.titles == []


@pytest.mark.parametrize("address", [NOWHERE, ""])
@pytest.mark.parametrize("name", [HTTP, SCHEDULED])
def test_without_the_service_the_answer_names_the_setting(workflow_run: RunWorkflow, name: str, address: str) -> None:
    inputs = {"sales_data": NORMAL} if name == HTTP else {}
    run = workflow_run(name, inputs, environment={"SERVICE_URL": address})
    assert run.status == "partial-succeeded"
    assert run.ran[-4:] == ["service", "outcome", "confirm", "end"]
    assert "SERVICE_URL" in run.outputs["answer"]


def test_a_wrong_key_is_answered(workflow_run: RunWorkflow, environment: dict[str, str]) -> None:
    run = workflow_run(HTTP, {"sales_data": NORMAL}, environment=environment | {"SERVICE_KEY": "wrong"})
    assert run.status == "partial-succeeded"
    assert "密钥" in run.outputs["problem"]
    assert run.outputs["problem"] in run.node("confirm").error


def test_a_refusal_of_dingtalk_is_answered_beside_the_report(
    workflow_run: RunWorkflow, environment: dict[str, str], sent: Sent
) -> None:
    run = workflow_run(
        HTTP, {"sales_data": NORMAL, "run_key": "refused"}, environment=environment | {"ROBOT": "strict"}
    )
    assert run.status == "partial-succeeded"
    assert run.outputs["delivered"] is False
    assert "加签" in run.outputs["problem"]
    assert run.outputs["answer"].startswith("日报已生成，但没有确认送达钉钉：")
    assert "台灯" in run.outputs["answer"]
    assert sent.titles == []


def test_the_scheduled_run_reads_yesterdays_file_once(
    workflow_run: RunWorkflow, service: ServiceProcess, environment: dict[str, str], sent: Sent
) -> None:
    for day in shanghai_days():
        (service.folder / "source" / f"sales_{day}.csv").write_text(HEADER + rows(day, 100), encoding="utf-8")
    first, second = (workflow_run(SCHEDULED, {}, environment=environment | {"DEADLINE": ""}) for _ in range(2))
    assert first.status == "succeeded"
    assert first.ran == [
        "start",
        "day",
        "service",
        "analyze",
        "read",
        "has_data",
        "uncorrected",
        "push",
        "outcome",
        "confirm",
        "end",
    ]
    assert first.outputs["day"] in shanghai_days()
    assert (first.outputs["total_sales"], first.outputs["delivered"]) == (1000, True)
    assert (first.outputs["already_delivered"], second.outputs["already_delivered"]) == (False, True)
    assert first.outputs["report_url"].startswith(service.url)
    assert len(sent.titles) == 1


def test_the_scheduled_run_passes_an_unfinished_day_over(
    workflow_run: RunWorkflow, service: ServiceProcess, environment: dict[str, str]
) -> None:
    today = dt.datetime.now(SHANGHAI).date()
    days = [today - dt.timedelta(days=back) for back in (3, 2, 1)]
    lines = [f"{day} {hour}:55:00,茶,10,{5 + day.day % 3},杭州" for day in days for hour in ("09", "15", "23")]
    lines += [f"{today} 00:{minute}:00,茶,10,1,杭州" for minute in ("02", "10")]
    text = "\n".join(["下单时间,产品,单价,数量,地区", *lines, ""])
    (service.folder / "source" / "growing.csv").write_text(text, encoding="utf-8")
    run = workflow_run(SCHEDULED, {}, environment=environment | {"DEADLINE": "", "SOURCE": "growing.csv"})
    assert run.status == "succeeded"
    assert run.outputs["analysis_date"] == str(days[-1])
    assert run.outputs["total_sales"] == 30 * (5 + days[-1].day % 3)
    assert f"文件中还有 {today} 的数据，但当天尚不完整" in requests.get(run.outputs["report_url"], timeout=30).text


def test_a_scheduled_run_says_at_its_head_that_yesterday_is_missing(
    workflow_run: RunWorkflow, service: ServiceProcess, environment: dict[str, str]
) -> None:
    (service.folder / "source" / "old.csv").write_text(HEADER + rows("2026-10-31", 100), encoding="utf-8")
    run = workflow_run(SCHEDULED, {}, environment=environment | {"DEADLINE": "", "SOURCE": "old.csv"})
    assert run.outputs["analysis_date"] == "2026-10-31"
    head = f"文件中没有 {run.outputs['day']}（运行前一天）的数据"
    assert run.outputs["answer"].startswith(head)
    assert head in requests.get(run.outputs["report_url"], timeout=30).text.partition("####")[0]


def test_a_scheduled_run_without_its_file_tells_the_group_once(
    workflow_run: RunWorkflow, environment: dict[str, str], sent: Sent
) -> None:
    missing = environment | {"DEADLINE": "", "SOURCE": "nothing_{date}.csv"}
    runs = [workflow_run(SCHEDULED, {}, environment=missing) for _ in range(2)]
    assert [run.status for run in runs] == ["partial-succeeded", "partial-succeeded"]
    assert runs[0].outputs["problem"]
    assert runs[0].outputs["delivered"] is False
    assert sent.titles == [f"{runs[0].outputs['day']} 没有销售日报"]


def test_a_request_that_is_repeated_by_the_node_posts_nothing_twice(
    workflow_run: RunWorkflow, environment: dict[str, str], service_group: DingTalkDouble, sent: Sent
) -> None:
    service_group.answer_next(-1, "系统繁忙", times=1)
    run = workflow_run(HTTP, {"sales_data": ALARMING, "run_key": "busy"}, environment=environment)
    assert run.outputs["delivered"] is True
    assert len(sent.titles) == 1
    assert json.loads(run.node("push").outputs["body"])["delivery_key"] == "busy"


def shanghai_days() -> list[str]:
    """Yesterday in Shanghai, and today, should midnight pass under the test."""
    today = dt.datetime.now(SHANGHAI).date()
    return [str(today - dt.timedelta(days=1)), str(today)]
