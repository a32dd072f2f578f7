"""What a task tells the analysis service's watch: its steps, with the runs they belong to; it never fails for it."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("airflow")

from airflow.providers.common.compat.sdk import AirflowNotFoundException

from daybook.airflow.mornings import tell, telling
from tests.airflow.stage import Stage, airflow
from tests.doubles.analysis_service import AnalysisServiceDouble, Request

RUN = "scheduled__2026-11-28T00:00:00+00:00"
JOB = {"day": "2026-11-28", "date": "last complete 2026-11-28", "key": "2026-11-28"}


class Ti:
    """A task instance of a run, and the XCom that it sees."""

    dag_id, run_id, task_id, try_number = "daily_sales_report", RUN, "run_workflow", 2

    def __init__(self, **xcom: Any) -> None:
        self._xcom = {("plan", "return_value"): JOB, **{("run_workflow", key): value for key, value in xcom.items()}}

    def xcom_pull(self, task_ids: str, key: str = "return_value") -> Any:
        return self._xcom.get((task_ids, key))


def taken(request: Request) -> None:
    raw = b'{"known": true}'
    request.handler.send_response(202)
    request.handler.send_header("Content-Length", str(len(raw)))
    request.handler.end_headers()
    request.handler.wfile.write(raw)


def connected(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    host = url.removeprefix("http://")
    connection = {"conn_type": "generic", "host": f"http://{host}", "password": "a-key-of-the-service"}
    monkeypatch.setenv("AIRFLOW_CONN_DAYBOOK_SERVICE", json.dumps(connection))


def test_a_step_is_told_with_its_try_and_its_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    with AnalysisServiceDouble([taken]) as service:
        connected(monkeypatch, service.url)
        callbacks = telling("shop-east", "workflow")
        assert set(callbacks) == {
            "on_execute_callback", "on_success_callback", "on_retry_callback", "on_failure_callback",
        }  # fmt: skip
        callbacks["on_execute_callback"]({"ti": Ti()})
        callbacks["on_retry_callback"]({"ti": Ti(problem_code="node_failed", run_id="0f3c", problem="a sentence")})
        callbacks["on_success_callback"]({"ti": Ti(run_id="0f3d")})
    # the last complete day on the 28th is the 27th
    assert {request.path for request in service.requests} == {"/v1/mornings/shop-east/2026-11-27/steps"}
    told = [json.loads(request.body) for request in service.requests]
    same = {
        "step": "workflow", "attempt": 2, "told_by": "airflow", "what": f"daily_sales_report/{RUN}",
        "airflow_dag": "daily_sales_report", "airflow_run": RUN,
    }  # fmt: skip
    assert told == [
        same | {"outcome": "going"},
        same | {"outcome": "failed", "dify_run": "0f3c", "cause": "node_failed"},
        same | {"outcome": "good", "dify_run": "0f3d"},
    ]


def test_nothing_is_told_without_a_name_a_job_or_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    assert telling("", "workflow") == {}
    monkeypatch.delenv("AIRFLOW_CONN_DAYBOOK_SERVICE", raising=False)
    monkeypatch.setattr("daybook.airflow.mornings.AnalysisServiceHook.get_connection", _missing)
    tell("shop-east", "workflow", "going", {"ti": Ti()})
    with AnalysisServiceDouble([taken]) as service:
        connected(monkeypatch, service.url)
        tell("shop-east", "workflow", "going", {"ti": SimpleNamespace(xcom_pull=lambda **_: None)})
    assert service.requests == []


def test_a_task_never_fails_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with AnalysisServiceDouble([taken]) as service:
        connected(monkeypatch, service.url)
    tell("shop-east", "workflow", "going", {"ti": Ti()})  # the service is gone
    tell("shop-east", "workflow", "going", {})


def _missing(*_: Any) -> Any:
    raise AirflowNotFoundException


def test_a_dag_run_tells_the_watch_each_step(home: Path, stage: Stage) -> None:
    stage.write("2026-11-20")
    with AnalysisServiceDouble([taken]) as service:
        connection = {"conn_type": "generic", "host": service.url, "password": "a-key-of-the-service"}
        env = {"DAYBOOK_BOOK": "shop-east", "AIRFLOW_CONN_DAYBOOK_SERVICE": json.dumps(connection)}
        done = airflow(stage.env(home) | env, "dags", "test", "daily_sales_report", "2026-11-20T00:00:00+00:00")
    told = [json.loads(request.body) for request in service.requests]
    assert [(each["step"], each["outcome"]) for each in told] == [
        ("waited", "going"),
        ("waited", "good"),
        ("workflow", "going"),
        ("workflow", "good"),
        ("pushed", "good"),
    ], (done.stdout + done.stderr)[-3000:]
    assert {request.path for request in service.requests} == {"/v1/mornings/shop-east/2026-11-19/steps"}
    assert told[3]["dify_run"]
    assert all(each["airflow_dag"] == "daily_sales_report" for each in told)
