"""The DAGs parse without errors, load nothing heavy, and run when and for the day they should."""

import ast
import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from daybook.airflow.jobs import plan_job, report_day, require_delivered, sales_folders
from daybook.airflow.period_jobs import plan_period
from daybook.errors import DeliveryError, ParameterError
from daybook.periods import Kind
from tests.airflow.stage import MAJOR, ROOT, Stage, airflow

SCHEDULES = {
    "daily_sales_report": "0 8 * * *",
    "daily_sales_report_single_file": "0 8 * * *",
    "sales_pipeline": "30 8 * * *",
    "weekly_sales_report": "30 8 * * 1",
    "monthly_sales_report": "0 9 1 * *",
}
DAGS = set(SCHEDULES)

LOOK = """
import json, sys
try:
    from airflow.dag_processing.dagbag import DagBag
except ImportError:  # Airflow 2.11
    from airflow.models.dagbag import DagBag
bag = DagBag(sys.argv[1])
watched = ("pandas", "papermill", "daybook.dify", "daybook.dingtalk", "daybook.table")
heavy = [name for name in watched if name in sys.modules]
dags = {}
for dag in bag.dags.values():
    try:
        from airflow.serialization.serialized_objects import DagSerialization
        timetable = DagSerialization.from_dict(DagSerialization.to_dict(dag)).timetable
    except ImportError:
        timetable = dag.timetable
    dags[dag.dag_id] = {
        "catchup": dag.catchup,
        "summary": timetable.summary,
        "timezone": str(timetable._timezone),
        "tasks": sorted(dag.task_ids),
    }
print("LOOK" + json.dumps({"errors": list(bag.import_errors.values()), "heavy": heavy, "dags": dags}))
"""


def look(env: dict[str, str]) -> Any:
    command = [sys.executable, "-c", LOOK, env["AIRFLOW__CORE__DAGS_FOLDER"]]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=True)  # noqa: S603
    return json.loads(next(line for line in done.stdout.splitlines() if line.startswith("LOOK"))[4:])


def test_airflow_itself_lists_no_import_errors(home: Path, stage: Stage) -> None:
    done = airflow(stage.env(home), "dags", "list-import-errors")
    assert "No data found" in done.stdout, done.stdout + done.stderr
    listed = airflow(stage.env(home), "dags", "list", "-o", "json").stdout
    assert {dag["dag_id"] for dag in json.loads(listed[listed.index("[{") :])} == DAGS


def test_what_airflow_makes_of_the_files(home: Path, stage: Stage) -> None:
    seen = look(stage.env(home))
    assert seen["errors"] == []
    assert seen["heavy"] == []
    assert set(seen["dags"]) == DAGS
    for name, dag in seen["dags"].items():
        assert dag["summary"] == SCHEDULES[name]
        assert "Asia/Shanghai" in dag["timezone"]
        assert dag["catchup"] is False
        assert "alert" in dag["tasks"]


def test_missed_days_are_made_up_from_the_day_that_is_named(home: Path, stage: Stage) -> None:
    seen = look(stage.env(home) | {"DAYBOOK_REPORTS_SINCE": "2026-11-16"})
    assert seen["errors"] == []
    made_up = {name for name, dag in seen["dags"].items() if dag["catchup"]}
    assert made_up == DAGS - {"sales_pipeline"}


def context(**values: Any) -> dict[str, Any]:
    run_id = values.pop("run_id", "scheduled__2026-11-20")
    run_after = values.pop("run_after", None)
    params = {"day": None, "file": None, "force": False, **values.pop("params", {})}
    return {
        "params": params,
        "dag_run": SimpleNamespace(dag_id="daily_sales_report", run_id=run_id, run_after=run_after),
        **values,
    }


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ({"logical_date": moment("2026-11-20T00:00:00+00:00")}, "2026-11-20"),  # 08:00 in Shanghai
        ({"logical_date": moment("2026-11-19T23:59:00+00:00")}, "2026-11-20"),  # yesterday in UTC
        ({"logical_date": None, "run_after": moment("2026-11-20T17:30:00+00:00")}, "2026-11-21"),
        ({"run_after": moment("2026-11-20T15:59:00+00:00")}, "2026-11-20"),
        ({"logical_date": moment("2026-11-20T00:00:00+00:00"), "params": {"day": "2026-10-01"}}, "2026-10-01"),
    ],
)
def test_the_report_day(given: dict[str, Any], day: str) -> None:
    assert report_day(context(**given)).isoformat() == day


def test_the_job_of_a_day_is_the_same_for_every_run_unless_it_is_forced() -> None:
    date = moment("2026-11-20T00:00:00+00:00")
    pattern = "/data/sales/sales_{{ day }}.csv"
    jobs = [plan_job(context(logical_date=date, run_id=name), pattern) for name in ("scheduled__1", "manual__2")]
    assert jobs[0] == jobs[1]
    assert jobs[0].as_dict() == {
        "day": "2026-11-20",
        "file": "/data/sales/sales_2026-11-20.csv",
        "user": "airflow/daily_sales_report/2026-11-20",
        "key": "2026-11-20",
        "date": "last complete 2026-11-20",
        "source": "",
    }
    forced = [
        plan_job(context(logical_date=date, run_id=name, params={"force": True, "file": "/data/sales/x.csv"}), pattern)
        for name in ("manual__1", "manual__2")
    ]
    assert len({*jobs, *forced}) == 3
    assert all(len(job.key) < 48 and job.file == "/data/sales/x.csv" for job in forced)
    assert plan_job(context(logical_date=date), pattern, -1).file == "/data/sales/sales_2026-11-19.csv"


@pytest.mark.parametrize(
    ("kind", "when", "params", "date"),
    [
        (Kind.WEEK, "2026-11-09T00:30:00+00:00", {}, "2026-W45"),
        (Kind.WEEK, "2027-01-04T00:30:00+00:00", {}, "2026-W53"),
        (Kind.MONTH, "2026-10-31T16:30:00+00:00", {}, "2026-10"),  # the first of November in Shanghai
        (Kind.WEEK, "2026-11-09T00:30:00+00:00", {"date": "2026-10-01"}, "2026-W40"),
        (Kind.MONTH, "2026-11-09T00:30:00+00:00", {"date": "2026-08"}, "2026-08"),
    ],
)
def test_the_job_of_a_week_or_month(kind: Kind, when: str, params: dict[str, str], date: str) -> None:
    run = SimpleNamespace(dag_id="weekly_sales_report", run_id="scheduled__1", run_after=moment(when))
    job = plan_period({"params": params, "dag_run": run, "logical_date": moment(when)}, kind, "shop")
    assert (job.date, job.key) == (date, f"shop {kind} {date}")
    assert job.user == f"airflow/weekly_sales_report/shop/{date}"
    again = plan_period({"params": {**params, "force": True}, "dag_run": run, "logical_date": None}, kind, "shop")
    assert again.key != job.key


@pytest.mark.parametrize(("params", "book"), [({}, ""), ({"date": "soon"}, "a"), ({"date": "2026-10"}, "a")])
def test_what_is_no_week_is_refused(params: dict[str, str], book: str) -> None:
    run = SimpleNamespace(
        dag_id="weekly_sales_report", run_id="manual__1", run_after=moment("2026-11-09T00:30:00+00:00")
    )
    with pytest.raises(ParameterError):
        plan_period({"params": params, "dag_run": run, "logical_date": None}, Kind.WEEK, book)


def test_the_job_of_a_source_is_the_day_before_under_a_key_of_the_source() -> None:
    date, pattern = moment("2026-11-20T00:00:00+00:00"), "/data/sales/sales_{{ day }}.csv"
    assert plan_job(context(logical_date=date), pattern, source="orders").as_dict() == {
        "day": "2026-11-19",
        "file": "",
        "user": "airflow/daily_sales_report/orders/2026-11-19",
        "key": "orders 2026-11-19",
        "date": "2026-11-19",
        "source": "orders",
    }

    def job(offset: int = 0, **params: Any) -> Any:
        return plan_job(context(logical_date=date, params=params), pattern, offset, "orders")

    assert job(-2).day == "2026-11-18"
    assert (job(day="2026-11-01").date, job(day="2026-11-01").key) == ("2026-11-01", "orders 2026-11-01")
    assert job(source="other").key == "other 2026-11-19"
    assert job(force=True).key.startswith("orders 2026-11-19-")
    named = job(file="/data/sales/x.csv")
    assert (named.file, named.source, named.day) == ("/data/sales/x.csv", "", "2026-11-20")
    with pytest.raises(ParameterError, match=r"Both the file x\.csv and the source other"):
        job(file="/data/sales/x.csv", source="other")
    with pytest.raises(ParameterError, match="invalid"):
        job(source="https://elsewhere/x.csv")


@pytest.mark.parametrize(
    ("file", "allowed"),
    [
        ("{sales}/day.csv", True),
        ("{sales}/2026/day.csv", True),
        ("{more}/day.csv", True),
        ("{sales}/../other/day.csv", False),
        ("{sales}/link.csv", False),
        ("{other}/day.csv", False),
        ("/etc/passwd", False),
        ("{sales}", True),  # no file, which the next task says
        ("day.csv", False),
    ],
)
def test_a_person_names_files_of_the_sales_folders_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, allowed: bool
) -> None:
    folders = {name: tmp_path / name for name in ("sales", "more", "other")}
    for folder in folders.values():
        folder.mkdir()
        (folder / "day.csv").write_text("x")
    (folders["sales"] / "link.csv").symlink_to(folders["other"] / "day.csv")
    monkeypatch.setenv("DAYBOOK_SALES_FOLDERS", f"{folders['more']}")
    named = file.format(**folders)
    given = context(logical_date=moment("2026-11-20T00:00:00+00:00"), params={"file": named})
    pattern = f"{folders['sales']}/sales_{{{{ day }}}}.csv"
    if allowed:
        assert plan_job(given, pattern).file == named
        return
    with pytest.raises(ParameterError) as caught:
        plan_job(given, pattern)
    assert str(folders["other"]) not in str(caught.value)


def test_a_pattern_at_the_root_opens_no_door() -> None:
    assert sales_folders("/sales_{{ day }}.csv") == []
    assert sales_folders("/data/{{ day }}/sales.csv") == [Path("/data")]


@pytest.mark.parametrize("value", [True, 1, "true", "True", "1"])
def test_delivered(value: object) -> None:
    require_delivered({"delivered": value})


@pytest.mark.parametrize(
    "outputs", [{}, {"delivered": False}, {"delivered": 0}, {"delivered": "false"}, {"delivered": ""}]
)
def test_not_delivered(outputs: dict[str, Any]) -> None:
    with pytest.raises(DeliveryError, match="the file holds no row"):
        require_delivered({**outputs, "answer": "the file holds no row"})


def test_the_single_file_needs_nothing_of_ours_and_an_old_python() -> None:
    source = (ROOT / "dags" / "daily_sales_report_single_file.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 9))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    assert imported - set(sys.stdlib_module_names) == {"airflow", "pendulum", "requests"}


def test_the_pipeline_of_a_source_writes_no_file(home: Path, stage: Stage) -> None:
    seen = look(stage.env(home) | {"DAYBOOK_PIPELINE_SOURCE": "orders", "DAYBOOK_CLEAN_FUNCTION": "clean_orders"})
    assert seen["errors"] == []
    assert {"prepare", "clean"}.isdisjoint(seen["dags"]["sales_pipeline"]["tasks"])


@pytest.mark.skipif(MAJOR != 3, reason="the papermill provider is installed beside Airflow 3 only")
def test_the_notebook_form_of_the_pipeline_parses(home: Path, stage: Stage) -> None:
    seen = look(stage.env(home) | {"DAYBOOK_PREPARE_NOTEBOOK": "/n.ipynb", "DAYBOOK_CLEAN_FUNCTION": "clean_orders"})
    assert seen["errors"] == []
    assert {"prepare", "clean"} <= set(seen["dags"]["sales_pipeline"]["tasks"])
