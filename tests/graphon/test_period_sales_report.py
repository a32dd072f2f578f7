"""Monday morning: a week of the service's book through the workflow and the plugin's process, to the group, once."""

from typing import Any

from tests.doubles.dingtalk import DingTalkDouble
from tests.graphon.conftest import RunWorkflow
from tests.service.harness import KEY, ServiceProcess

FILE = "period_sales_report.yml"
HEADER = b"Date,Product,Price,Amount,Region\n"


def test_a_week_of_the_book_is_delivered_once_with_what_is_missing(
    workflow_run: RunWorkflow, service: ServiceProcess, ding: DingTalkDouble
) -> None:
    for first, without in ((26, ()), (2, (4,))):
        month = 10 if first == 26 else 11
        dates = [(month, day) if day <= 31 else (11, day - 31) for day in range(first, first + 7)]
        rows = "".join(f"2026-{month}-{day:02},tea,10,{first},north\n" for month, day in dates if day not in without)
        made = service.post_file("/v1/reports", HEADER + rows.encode(), book="weeks-of-workflow")
        assert made.status_code == 201, made.text
    inputs = {"period": "week", "book": "weeks-of-workflow", "report_date": "2026-W45", "run_key": "week 2026-W45"}
    credentials = {"service_url": service.url, "service_key": KEY}

    def run(**more: str) -> Any:
        return workflow_run(FILE, inputs | more, credentials)

    first_run, second = run(), run()
    assert first_run.status == "succeeded", first_run.outputs
    told = first_run.outputs
    assert (told["period_name"], told["days_held"], told["days_due"]) == ("2026-W45", 6, 7)
    assert (told["delivered"], told["already_delivered"], second.outputs["already_delivered"]) == (True, False, True)
    assert (told["ready"], told["sales_change"]) == (False, -92.31)
    [message] = ding.messages
    assert message.title.startswith("11月2日至8日（第 45 周）")
    assert "11月4日 周三" in message.text
    failed = run(report_date="2020-W01", run_key="")
    assert failed.outputs["delivered"] is False
    assert "2020-W01" in failed.outputs["problem"]
    service.client.delete("/v1/books/weeks-of-workflow")
