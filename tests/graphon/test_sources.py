"""The morning without an upload: named sources through both workflows, the plugin's process, a service, the group."""

import datetime as dt
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from tests.doubles.dingtalk import DingTalkDouble
from tests.graphon.conftest import RunWorkflow
from tests.graphon.sales import HEADER, NORMAL, rows
from tests.service.harness import KEY, ServiceProcess, until

DAILY, SCHEDULED = "daily_sales_report.yml", "scheduled_sales_report.yml"
YESTERDAY = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date() - dt.timedelta(days=1)
"""In Shanghai, when the tests began: a midnight within this module's minute would be seen."""

type Put = Callable[[str, dict[dt.date, float]], None]


@pytest.fixture
def put(service: ServiceProcess) -> Put:
    """Fills a source: ten orders a day, at a price."""

    def put(source: str, days: dict[dt.date, float]) -> None:
        if source == "orders":
            with closing(sqlite3.connect(service.folder / "shop.db")) as database, database:
                database.execute("DROP TABLE IF EXISTS orders")
                database.execute("CREATE TABLE orders (sold_on DATE, goods TEXT, price REAL, units INT, area TEXT)")
                many = [(str(day), "台灯", price, 1, "华东") for day, price in days.items() for _ in range(10)]
                database.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", many)
            return
        for file in (service.folder / "exports").iterdir():
            file.unlink()
        for day, price in days.items():
            file = service.folder / "exports" / f"sales_{day:%Y%m%d}.csv"
            file.write_text(HEADER + rows(str(day), price), encoding="utf-8")

    return put


@pytest.fixture
def daily(workflow_run: RunWorkflow, service: ServiceProcess) -> Callable[..., Any]:
    """Runs the main workflow with inputs, its plugin over the service."""
    credentials = {"service_url": service.url, "service_key": KEY}
    return lambda **inputs: workflow_run(DAILY, inputs, credentials)


@pytest.fixture
def scheduled(workflow_run: RunWorkflow, service: ServiceProcess) -> Callable[..., Any]:
    """Runs the scheduled workflow with more environment."""
    environment = {"SERVICE_URL": service.url, "SERVICE_KEY": KEY, "ROBOT": "group"}
    return lambda **more: workflow_run(SCHEDULED, {}, environment=environment | {"DEADLINE": ""} | more)


@pytest.mark.parametrize("source", ["exports", "orders"])
def test_a_source_is_reported_and_twice_is_once(
    daily: Callable[..., Any], ding: DingTalkDouble, put: Put, source: str
) -> None:
    put(source, {YESTERDAY: 104, YESTERDAY - dt.timedelta(days=1): 100})
    inputs = {"source": source, "report_date": str(YESTERDAY), "run_key": f"{source} {YESTERDAY}"}
    first, second = daily(**inputs), daily(**inputs)
    assert first.status == second.status == "succeeded", first.outputs["answer"]
    assert first.outputs["analysis_date"] == str(YESTERDAY)
    assert (first.outputs["total_sales"], first.outputs["sales_change"]) == (1040, 4)
    assert (first.outputs["already_delivered"], second.outputs["already_delivered"]) == (False, True)
    assert [first.outputs["delivered"], second.outputs["delivered"]] == [True, True]
    [message] = ding.messages
    assert "1,040.00" in message.text


def test_the_trace_of_a_run_goes_on_in_the_service(
    daily: Callable[..., Any], service: ServiceProcess, put: Put
) -> None:
    put("orders", {YESTERDAY: 104})
    trace = f"00-{16:032x}-{7:016x}-01"
    run = daily(source="orders", report_date=str(YESTERDAY), traceparent=trace)
    assert run.status == "succeeded", run.outputs["answer"]
    lines = until(lambda: [line for line in service.log() if line.get("trace_id") == f"{16:032x}"])
    assert lines[0]["endpoint"] == "/v1/reports"  # what the push tells the service goes on in it too


@pytest.mark.parametrize(
    ("inputs", "said"),
    [({}, "没有收到文件，也没有填写数据源"), ({"source": "orders", "sales_data": NORMAL}, "同时提供了文件和数据源")],
)
def test_neither_and_both_are_refused(
    daily: Callable[..., Any], ding: DingTalkDouble, inputs: dict[str, Any], said: str
) -> None:
    run = daily(**inputs)
    assert said in run.outputs["problem"]
    assert (run.outputs["delivered"], run.outputs["again"]) == (False, False)
    assert ding.requests == []


@pytest.mark.parametrize(
    ("source", "said", "again"),
    [("orders", "中没有 2020-01-01 的数据", True), ("nobody", "没有名为", False)],
)
def test_what_may_succeed_later_is_told_from_what_will_not(
    daily: Callable[..., Any], put: Put, source: str, said: str, again: bool
) -> None:
    put("orders", {YESTERDAY: 104})
    run = daily(source=source, report_date="2020-01-01")
    assert said in run.outputs["problem"]
    assert (run.outputs["again"], run.outputs["delivered"]) == (again, False)


def test_a_day_without_rows_is_a_day_of_no_sales_where_the_source_says_so(
    daily: Callable[..., Any], ding: DingTalkDouble
) -> None:
    run = daily(source="quiet", report_date=str(YESTERDAY))
    assert (run.outputs["delivered"], run.outputs["total_sales"]) == (True, 0), run.outputs["answer"]
    assert len(ding.messages) == 1


def test_a_corrected_day_is_one_message_that_names_the_differences(
    daily: Callable[..., Any], ding: DingTalkDouble, put: Put
) -> None:
    inputs = {"source": "exports", "report_date": str(YESTERDAY), "run_key": "once", "book": "shop-daily"}
    put("exports", {YESTERDAY: 104})
    assert daily(**inputs).outputs["correction"] == ""
    put("exports", {YESTERDAY: 108})
    runs = [daily(**inputs) for _ in range(2)]
    assert [run.outputs["delivered"] for run in runs] == [True, True]
    assert "push_correction" in runs[0].ran
    report, correction = ding.messages
    assert "1,040.00" in report.text
    assert correction.body["msgtype"] == "text"
    assert correction.text.startswith("更正")
    assert "1,040.00 元 → 1,080.00 元" in correction.text


def test_a_correction_comes_before_the_next_day_s_report_which_does_not_repeat_it(
    daily: Callable[..., Any], ding: DingTalkDouble, put: Put
) -> None:
    before = YESTERDAY - dt.timedelta(days=1)
    put("exports", {before: 100})
    daily(source="exports", report_date=str(before), run_key="first", book="shop-next")
    put("exports", {before: 90, YESTERDAY: 104})
    for _ in range(2):
        run = daily(source="exports", report_date=str(YESTERDAY), run_key="second", book="shop-next")
        assert run.outputs["delivered"] is True
    _, correction, report = ding.messages
    assert "1,000.00 元 → 900.00 元" in correction.text
    assert "更正" not in report.text
    assert "1,040.00" in report.text


def test_a_correction_that_dingtalk_refuses_is_said(daily: Callable[..., Any], ding: DingTalkDouble, put: Put) -> None:
    put("exports", {YESTERDAY: 104})
    inputs = {"source": "exports", "report_date": str(YESTERDAY), "run_key": "refused", "book": "shop-refused"}
    daily(**inputs)
    put("exports", {YESTERDAY: 108})
    ding.answer_next(310000, "sign not match")
    run = daily(**inputs)
    assert run.outputs["delivered"] is False
    assert "更正" in run.outputs["answer"]
    assert daily(**inputs).outputs["delivered"] is True
    assert len(ding.messages) == 2


def test_the_scheduled_run_reads_a_source_of_yesterday_once(
    scheduled: Callable[..., Any], service_group: DingTalkDouble, put: Put
) -> None:
    put("orders", {YESTERDAY: 104, YESTERDAY + dt.timedelta(days=1): 1})
    before = len(service_group.messages)
    first, second = (scheduled(SOURCE="orders", BOOK="shop-scheduled") for _ in range(2))
    assert first.status == "succeeded", first.outputs["answer"]
    assert first.outputs["total_sales"] == 1040
    assert (first.outputs["already_delivered"], second.outputs["already_delivered"]) == (False, True)
    put("orders", {YESTERDAY: 108})
    for _ in range(2):
        assert scheduled(SOURCE="orders", BOOK="shop-scheduled").outputs["delivered"] is True
    report, correction = service_group.messages[before:]
    assert "1,040.00" in report.text
    assert "1,040.00 元 → 1,080.00 元" in correction.text
    put("exports", {YESTERDAY: 50})
    assert scheduled(SOURCE="exports").outputs["already_delivered"] is False  # another source has a key of its own


def test_a_scheduled_source_that_is_down_is_told_once(
    scheduled: Callable[..., Any], service_group: DingTalkDouble
) -> None:
    before = len(service_group.messages)
    runs = [scheduled(SOURCE="gone") for _ in range(2)]
    assert [run.status for run in runs] == ["partial-succeeded"] * 2
    assert "没有响应" in runs[0].outputs["problem"]
    assert len(service_group.messages) == before + 1
