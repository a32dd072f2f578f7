"""A report that nobody waits for is a run, which says how far it is until it names the report."""

from pathlib import Path
from typing import Any

import pytest

from daybook.language import Language
from daybook.limits import Limits
from daybook.service import texts
from daybook.service.reports import jobs
from daybook.service.workers.messages import Job, JobEvent, Progress
from daybook.service.workers.pool import Pool
from daybook.stages import READING, REPORTING
from tests.service.harness import ServiceProcess, golden, problem, until
from tests.service.reports.test_answers import ambiguous

ASYNC = {"Prefer": "respond-async"}
RAW = {"Content-Type": "text/csv"}
ROW = b"2026-10-30,tea,2.50,4,North\n"


def begun(service: ServiceProcess, data: bytes, **parameters: str) -> str:
    """The address of a run that makes a report."""
    response = service.client.post("/v1/reports", content=data, headers=RAW | ASYNC, params=parameters)
    assert (response.status_code, response.headers["Preference-Applied"]) == (202, "respond-async"), response.text
    return str(response.headers["Location"])


def ended(service: ServiceProcess, address: str) -> dict[str, Any]:
    def run() -> dict[str, Any]:
        found: dict[str, Any] = service.client.get(address).json()
        return found if found["state"] in ("done", "failed") else {}

    return until(run)


def test_a_run_makes_the_report_that_a_request_would_have(service: ServiceProcess) -> None:
    data = golden("two_weeks.csv")
    run = ended(service, begun(service, data, language="zh_Hans"))
    assert (run["function"], run["state"], run["progress"], run["error"]) == ("/v1/reports", "done", 1, None)
    assert run["message"] == REPORTING.zh
    made = service.client.get(run["result"]["url"]).json()
    assert made["id"] == run["result"]["id"]
    waited = service.client.post("/v1/reports", content=data, headers=RAW, params={"language": "zh_Hans"}).json()
    assert made | {"id": "", "links": {}} == waited | {"id": "", "links": {}}
    assert until(lambda: not service.temp_files())


def test_a_source_is_read_by_a_run_too(service: ServiceProcess, source_folder: Path) -> None:
    (source_folder / "run.csv").write_bytes(golden("two_weeks.csv"))
    for path in ("/v1/reports", "/v1/reports/from-source"):
        response = service.client.post(path, json={"source": "run.csv"}, headers=ASYNC)
        assert ended(service, response.headers["Location"])["state"] == "done"


def test_what_is_wrong_with_the_file_is_the_runs_error(service: ServiceProcess) -> None:
    waited = service.client.post("/v1/reports", content=b"a,b\n1,2\n", headers=RAW)
    run = ended(service, begun(service, b"a,b\n1,2\n"))
    assert run["error"]["detail"] == problem(waited, 422, run["error"]["code"])


def test_a_question_is_asked_by_the_run(service: ServiceProcess) -> None:
    data = ambiguous("Area of a run")
    waited = service.client.post("/v1/reports", content=data, headers=RAW).json()
    assert ended(service, begun(service, data))["error"]["question"] == waited["question"]


def test_a_run_waits_for_its_turn_and_can_be_stopped(service: ServiceProcess) -> None:
    with service.halted():
        address = begun(service, golden("two_weeks.csv"))
        assert service.client.get(address).json()["state"] == "waiting"
        run = service.client.delete(address).json()
    assert (run["state"], run["error"]["code"]) == ("failed", "report_stopped")
    assert run["error"]["detail"] in (texts.REPORT_STOPPED.en, texts.REPORT_STOPPED.zh)
    assert until(lambda: service.queue()["places_taken"] == 0)


@pytest.mark.anyio
async def test_a_worker_says_how_far_it_is(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes(b"Date,Product,Price,Amount,Region\n" + ROW * 350_000)  # three blocks
    pool, events = Pool(1, 1), list[JobEvent]()
    arguments = {"make": jobs.make_report, "content": path, "limits": Limits.of_own_machine()}
    job = Job(jobs.make_followed, {**arguments, "parameters": {"language": Language.ENGLISH}})
    await pool.start()
    try:
        await pool.run(job, events.append)
    finally:
        await pool.close()
    told = [(event.message, event.fraction) for event in events if isinstance(event, Progress)]
    shares = [share for message, share in told if message == READING.en and share is not None]
    assert shares == sorted(shares)
    assert len(shares) > 1
    assert told[-1] == (REPORTING.en, None)
