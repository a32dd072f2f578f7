"""The operator and the DAG in one file meet every case of a day's job as the library does."""

import datetime as dt
import importlib.util
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("airflow")

from airflow.providers.common.compat.sdk import AirflowException, AirflowFailException

from daybook.airflow.jobs import require_delivered
from daybook.airflow.workflow import DifyWorkflowOperator
from daybook.errors import DeliveryError
from tests.airflow.stage import ROOT, Stage
from tests.airflow.test_operators import Store, Ti
from tests.dify.cases import CASES, Case
from tests.doubles.dify.parts import Fault, Kind

DAY = "2026-11-20"

type Driver = Callable[[dict[str, Any]], object]


@pytest.fixture(autouse=True)
def _known_connections(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in stage.env(Path("unused")).items():
        if name.startswith(("AIRFLOW_CONN_", "AIRFLOW_VAR_", "DAYBOOK_")):
            monkeypatch.setenv(name, value)
    monkeypatch.setattr("daybook.dify.once._exponential", lambda _: 0.0)
    stage.write(DAY)


@pytest.fixture(scope="module")
def single_file() -> ModuleType:
    """The DAG in one file, as a module."""
    path = ROOT / "dags" / "daily_sales_report_single_file.py"
    spec = importlib.util.spec_from_file_location("single_file", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=["operator", "single_file"])
def drive(
    request: pytest.FixtureRequest, stage: Stage, single_file: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> Driver:
    """Runs the day's job once."""
    if request.param == "operator":

        def operate(context: dict[str, Any]) -> object:
            task = DifyWorkflowOperator(
                task_id="run_workflow",
                inputs={"run_key": DAY},
                files={"sales_data": str(stage.files / f"sales_{DAY}.csv")},
                user=f"airflow/daily/{DAY}",
                settle=timedelta(),
                deadline=timedelta(seconds=2),
            )
            outputs = task.execute(context)
            try:
                require_delivered(outputs)
            except DeliveryError as error:
                raise AirflowFailException(str(error)) from None
            return outputs

        return operate

    for name, value in {"SETTLE_SECONDS": 0, "RUN_SECONDS": 2, "UNSEEN_SECONDS": 0, "SETTLED_SECONDS": 0}.items():
        monkeypatch.setattr(single_file, name, value)
    monkeypatch.setattr(single_file, "SALES_FILES", str(stage.files / "sales_{{ day }}.csv"))

    def run(context: dict[str, Any]) -> object:
        monkeypatch.setattr(single_file, "get_current_context", lambda: context)
        return single_file.dag.get_task("run_workflow").python_callable()

    return run


def ended(drive: Driver, context: dict[str, Any]) -> tuple[str, str]:
    """How the job ended, and its sentence."""
    try:
        drive(context)
    except AirflowFailException:
        return "failed", context["ti"].xcom["problem"]  # what the alert tells
    except AirflowException as error:
        return "later", str(error)
    return "good", ""


def job(**params: Any) -> dict[str, Any]:
    dag_run = SimpleNamespace(dag_id="daily", run_id="manual__1", run_after=dt.datetime.now(dt.UTC))
    return {"ti": Ti(), "params": {"day": DAY, "file": None, "force": False, **params}, "dag_run": dag_run}


@pytest.mark.parametrize("remembers", [True, False], ids=["state_store", "log_only"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case(stage: Stage, drive: Driver, case: Case, remembers: bool) -> None:
    case.prepare(stage.dify)
    context = job() | ({"task_state_store": Store()} if remembers else {})
    case.hold(stage.dify, *ended(drive, context))
    if case.then:
        stage.dify.faults.clear()
        case.between(stage.dify)
        if case.then == "retry":
            context["ti"].try_number += 1
        else:
            context["ti"].clear()
        case.hold_second(stage.dify, *ended(drive, context))


@pytest.mark.parametrize("events", [0, 3])
def test_the_clock_is_looked_at_within_a_line(stage: Stage, drive: Driver, events: int) -> None:
    stage.dify.workflow = CASES[0].workflow
    stage.dify.faults.append(Fault(Kind.TRICKLE, events=events))
    began = time.monotonic()
    assert ended(drive, job())[0] in ("good", "failed")
    assert time.monotonic() - began < 10
    assert len(stage.dify.runs) == 1


@pytest.mark.parametrize(
    ("file", "allowed"),
    [("{files}/other.csv", True), ("{more}/x.csv", True), ("{files}/../x.csv", False), ("/etc/passwd", False)],
)
def test_the_single_file_opens_files_of_its_folders_only(
    stage: Stage, single_file: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: str, allowed: bool
) -> None:
    context = job(file=file.format(files=stage.files, more=tmp_path / "more"))
    monkeypatch.setattr(single_file, "get_current_context", lambda: context)
    monkeypatch.setattr(single_file, "SALES_FILES", str(stage.files / "sales_{{ day }}.csv"))
    monkeypatch.setattr(single_file, "SALES_FOLDERS", str(tmp_path / "more"))
    if allowed:
        assert str(single_file.sales_file(context)) == context["params"]["file"]
        return
    with pytest.raises(AirflowFailException, match="目录"):
        single_file.sales_file(context)


def test_a_day_that_is_none_reaches_no_path(single_file: ModuleType) -> None:
    with pytest.raises(ValueError, match="isoformat"):
        single_file.sales_file(job(day="../../etc/passwd"))


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("generic://:app-x@dify.example.com/v1", "https://dify.example.com/v1"),
        ("http://:app-x@10.0.0.8:8080/http", "http://10.0.0.8:8080/v1"),
        ("generic://:app-x@http%3A%2F%2F10.0.0.8%2Fv1", "http://10.0.0.8/v1"),
    ],
)
def test_the_single_file_reads_a_connection_from_a_uri(
    single_file: ModuleType, monkeypatch: pytest.MonkeyPatch, uri: str, address: str
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_DIFY_OTHER", uri)
    assert single_file.api_address(single_file.BaseHook.get_connection("dify_other")) == address
