"""A task and its Dify run are in one trace, the same for every try of a DAG run."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("airflow")

from daybook.airflow.workflow import DifyWorkflowOperator
from daybook.tracing import begun_by
from tests.airflow.stage import Stage
from tests.doubles.collector import CollectorDouble

BEGUN = begun_by("airflow", "daily", "scheduled__2026-11-20")


@pytest.fixture
def collector(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[CollectorDouble]:
    for name, value in stage.env(Path("unused")).items():
        if name.startswith("AIRFLOW_CONN_"):
            monkeypatch.setenv(name, value)
    with CollectorDouble() as double:
        monkeypatch.setenv("DAYBOOK_OTLP_ENDPOINT", double.url)
        yield double


def ran(stage: Stage, try_number: int) -> None:
    """Runs the task once."""
    ti = SimpleNamespace(
        dag_id="daily",
        run_id="scheduled__2026-11-20",
        task_id="run_workflow",
        try_number=try_number,
        max_tries=3,
        task=SimpleNamespace(retries=3),
        xcom_push=lambda **_: None,
    )
    stage.write("2026-11-20")
    context: dict[str, Any] = {"ti": ti}
    DifyWorkflowOperator(
        task_id="run_workflow",
        files={"sales_data": str(stage.files / "sales_2026-11-20.csv")},
        inputs={"run_key": "2026-11-20"},
        user="airflow/daily/2026-11-20",
    ).execute(context)


def test_all_tries_of_a_task_are_in_the_trace_of_their_dag_run(stage: Stage, collector: CollectorDouble) -> None:
    ran(stage, 1)
    ran(stage, 2)
    spans = collector.trace(BEGUN[3:35], "task run_workflow", "invoke_workflow")
    tasks = [span for span in collector.spans if span.name == "task run_workflow"]
    assert {(span.service, span.trace_id, span.parent_id) for span in tasks} == {("airflow", BEGUN[3:35], BEGUN[36:52])}
    assert [span.attributes["airflow.task_instance.try_number"] for span in tasks] == [1, 2]
    [run] = stage.dify.runs.values()
    assert run.inputs["traceparent"] == dict(stage.dify.traces)["/v1/workflows/run"]
    assert run.inputs["traceparent"][3:35] == BEGUN[3:35]
    assert spans["invoke_workflow"].attributes["daybook.dify.run_id"] == run.id


def test_the_trace_is_passed_on_where_nothing_is_sent(
    stage: Stage, collector: CollectorDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DAYBOOK_OTLP_ENDPOINT")
    ran(stage, 1)
    [run] = stage.dify.runs.values()
    assert run.inputs["traceparent"] == BEGUN
    assert collector.bodies == []
