"""Nothing stale, nothing half: both workflows wait, tell the group once at the deadline, and report when all is in."""

import datetime as dt
from typing import Any

from tests.doubles.dingtalk import DingTalkDouble
from tests.graphon.conftest import RunWorkflow
from tests.graphon.sales import HEADER, rows
from tests.graphon.test_sources import DAILY, SCHEDULED, YESTERDAY, Put, put
from tests.service.harness import KEY, ServiceProcess

__all__ = ["put"]  # a fixture
BEFORE = YESTERDAY - dt.timedelta(days=1)
AHEAD, PASSED = "23:59", "00:00"
"""Deadlines of today, by the clock of Shanghai: the minute before midnight would be seen."""


def test_the_main_workflow_waits_tells_once_and_reports(
    workflow_run: RunWorkflow, service: ServiceProcess, ding: DingTalkDouble, put: Put
) -> None:
    credentials = {"service_url": service.url, "service_key": KEY}
    inputs = {"source": "exports", "report_date": str(YESTERDAY), "run_key": f"exports {YESTERDAY}"}

    def look(deadline: str) -> Any:
        return workflow_run(DAILY, inputs | {"deadline": deadline}, credentials)

    put("exports", {BEFORE: 100})
    waiting = look(AHEAD)
    assert waiting.status == "succeeded"
    assert waiting.ran == ["start", "analyze", "has_data", "outcome", "end"]
    assert [waiting.outputs[name] for name in ("ready", "delivered", "again")] == [False, False, True]
    assert f"没有 {YESTERDAY} 的数据" in waiting.outputs["ready_reason"]
    assert waiting.outputs["ready_reason"] in waiting.outputs["answer"]
    assert ding.requests == []

    late = [look(PASSED) for _ in range(2)]
    assert [run.outputs["again"] for run in late] == [True, True]
    [told] = ding.messages
    assert "的销售数据尚未就绪" in told.text

    put("exports", {BEFORE: 100, YESTERDAY: 104})
    reported = [look(PASSED) for _ in range(2)]
    assert [run.outputs["ready"] for run in reported] == [True, True]
    assert [run.outputs["again"] for run in reported] == [False, False]
    assert "1,040.00" in ding.messages[-1].text

    put("exports", {BEFORE: 100})
    look(PASSED)
    assert len(ding.messages) == 2  # the group has the report: that the data is gone is no news for it


def test_a_file_of_few_rows_waits_and_a_slump_does_not(
    workflow_run: RunWorkflow, service: ServiceProcess, ding: DingTalkDouble
) -> None:
    credentials = {"service_url": service.url, "service_key": KEY}

    def look(day: str, content: str) -> Any:
        file = ("sales.csv", (HEADER + content).encode())
        inputs = {"sales_data": file, "run_key": day, "book": "shop-gate", "deadline": PASSED}
        return workflow_run(DAILY, inputs, credentials)

    for day in ("2026-07-07", "2026-07-14"):
        look(day, rows(day, 100))
    half = look("2026-07-21", rows("2026-07-21", 100, 2))
    assert (half.outputs["ready"], half.outputs["delivered"]) == (False, False)
    slump = look("2026-07-21", rows("2026-07-21", 10))
    assert (slump.outputs["ready"], slump.outputs["delivered"], slump.outputs["correction"]) == (True, True, "")
    assert ["尚未就绪" in message.text for message in ding.messages] == [False, False, True, False]


def test_the_scheduled_workflow_waits_tells_once_and_reports(
    workflow_run: RunWorkflow, service: ServiceProcess, service_group: DingTalkDouble
) -> None:
    environment = {"SERVICE_URL": service.url, "SERVICE_KEY": KEY, "ROBOT": "group", "SOURCE": "late"}
    file = service.folder / "exports" / f"late_{YESTERDAY:%Y%m%d}.csv"
    before = len(service_group.messages)

    def look(deadline: str) -> Any:
        return workflow_run(SCHEDULED, {}, environment=environment | {"DEADLINE": deadline, "BOOK": "shop-gate"})

    waiting = look(AHEAD)
    assert waiting.status == "succeeded"
    assert "tell" not in waiting.ran
    assert (waiting.outputs["ready"], waiting.outputs["delivered"]) == (False, False)
    assert f"没有 {YESTERDAY} 的数据" in waiting.outputs["ready_reason"]
    assert [look(PASSED).status for _ in range(2)] == ["succeeded"] * 2
    file.write_text(HEADER + rows(str(YESTERDAY), 104), encoding="utf-8")
    reported = [look(PASSED) for _ in range(2)]
    assert [run.outputs["already_delivered"] for run in reported] == [False, True]
    assert reported[0].outputs["ready"] is True
    file.unlink()
    assert look(PASSED).status == "succeeded"  # the group has the report: it is not told that the data is gone
    told, report = service_group.messages[before:]
    assert "的销售数据尚未就绪（shop-gate）" in told.text
    assert "1,040.00" in report.text


def test_a_file_that_does_not_come_is_waited_for(
    workflow_run: RunWorkflow, service: ServiceProcess, service_group: DingTalkDouble
) -> None:
    environment = {"SERVICE_URL": service.url, "SERVICE_KEY": KEY, "ROBOT": "group", "SOURCE": "gate_{date}.csv"}
    file = service.folder / "source" / f"gate_{YESTERDAY}.csv"
    before = len(service_group.messages)

    def scheduled(deadline: str) -> Any:
        return workflow_run(SCHEDULED, {}, environment=environment | {"DEADLINE": deadline})

    assert scheduled(AHEAD).outputs["ready"] is False
    file.write_text(HEADER + rows(str(BEFORE), 100), encoding="utf-8")
    stale = scheduled(AHEAD)
    assert (stale.outputs["ready"], stale.outputs["delivered"]) == (False, False)
    assert "数据只到" in stale.outputs["ready_reason"]
    assert len(service_group.messages) == before
    file.write_text(HEADER + rows(str(YESTERDAY), 100), encoding="utf-8")
    assert scheduled(AHEAD).outputs["delivered"] is True
    assert len(service_group.messages) == before + 1
