"""Whole DAG runs by Airflow's own runner: one message a day, or one alert."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.airflow.stage import MAJOR, ROOT, Stage, airflow
from tests.doubles.dify.parts import TOO_MANY_429, Fault, Kind, NodeError

DAILY = ("daily_sales_report", "daily_sales_report_single_file")
MORNING = "2026-11-20T00:00:00+00:00"

type Run = Callable[..., str]


@pytest.fixture(params=DAILY)
def run(request: pytest.FixtureRequest, home: Path, stage: Stage) -> Run:
    """Runs a daily DAG for a morning, and gives its log."""

    def run(morning: str = MORNING, env: dict[str, str] | None = None, **conf: Any) -> str:
        done = airflow(stage.env(home) | (env or {}), "dags", "test", request.param, morning, "-c", json.dumps(conf))
        log = done.stdout + done.stderr
        state = re.search(r"DagRun Finished.* state=(\w+)", log)
        return f"{state[1] if state else 'unfinished'}\n{log}"

    return run


def test_a_morning_as_it_should_be(run: Run, stage: Stage) -> None:
    stage.write("2026-11-20")
    stage.dify.faults.append(TOO_MANY_429)
    log = run()
    assert log.startswith("success"), log[-3000:]
    assert "2026-11-20 总销售额 561.00 元" in log
    assert stage.reports() == {"2026-11-20": 1}
    assert not stage.alerts.messages

    assert run().startswith("success")  # triggered again: the day's run is found
    assert run(force=True).startswith("success")
    assert stage.reports() == {"2026-11-20": 2}
    assert len(stage.dify.runs) == 2

    assert set(stage.asked) == {"last complete 2026-11-20"}


def test_a_morning_that_waits_in_the_triggerer(home: Path, stage: Stage) -> None:
    stage.write("2026-11-20")
    env = stage.env(home) | {"AIRFLOW__OPERATORS__DEFAULT_DEFERRABLE": "True"}
    done = airflow(env, "dags", "test", DAILY[0], MORNING)
    assert "the triggerer waits for its end" in done.stdout + done.stderr
    assert stage.reports() == {"2026-11-20": 1}
    assert not stage.alerts.messages
    assert len(stage.dify.runs) == 1


def test_a_week_is_reported_once_from_the_book(home: Path, stage: Stage) -> None:
    def run() -> str:
        env = stage.env(home) | {"DAYBOOK_BOOK": "shop-east"}
        done = airflow(env, "dags", "test", "weekly_sales_report", "2026-11-09T00:30:00+00:00")
        return done.stdout + done.stderr

    assert "state=success" in run()
    assert "state=success" in run()  # the week's run is found
    assert stage.asked == ["2026-W45"]
    [message] = stage.group.messages
    assert "week shop-east 2026-W45" in message.text
    assert not stage.alerts.messages


def test_a_day_that_a_person_names_is_passed_on(run: Run, stage: Stage) -> None:
    stage.write("2026-11-18")
    assert run(day="2026-11-18").startswith("success")
    assert stage.asked == ["2026-11-18"]


def test_a_morning_of_a_source_which_comes_late(run: Run, stage: Stage) -> None:
    real = stage.report

    def late(inputs: Any, files: Any) -> Any:
        if len(stage.asked) == 1:  # at the second try it has come
            stage.rows.add(("orders", "2026-11-19"))
        return real(inputs, files)

    stage.dify.workflow = late
    log = run(env={"DAYBOOK_SOURCE": "orders", "DAYBOOK_BOOK": "shop"})
    assert log.startswith("success"), log[-3000:]
    assert stage.reports() == {"2026-11-19": 1}
    assert stage.dify.uploads == {}
    assert {run.inputs["book"] for run in stage.dify.runs.values()} == {"shop"}
    assert run(source="orders").startswith("success")  # the same day by hand: its run is found
    assert stage.asked == ["2026-11-19"] * 2
    assert not stage.alerts.messages


WAITS = {"DAYBOOK_DEADLINE": "10:00"}


def test_a_day_that_is_not_whole_is_looked_at_again_and_told_once_before_it_is_reported(run: Run, stage: Stage) -> None:
    stage.write("2026-11-20")
    stage.late = ["wait", "tell"]
    log = run(env=WAITS)
    assert log.startswith("success"), log[-3000:]
    assert [message.title for message in stage.group.messages] == ["销售日报"] * 2
    assert "尚未就绪" in stage.group.messages[0].text
    assert "561.00" in stage.group.messages[1].text
    assert {made.inputs["deadline"] for made in stage.dify.runs.values()} == {"10:00"}
    assert len(stage.dify.runs) == 3  # each look is a run of its own
    assert not stage.alerts.messages


def test_a_day_that_never_gets_whole_is_told_to_both_groups_once(run: Run, stage: Stage) -> None:
    stage.late = ["tell"] * 9
    log = run(env=WAITS)  # nor is there a file: its workflow tells the group at the deadline
    assert log.startswith("failed"), log[-3000:]
    [told] = stage.group.messages
    assert "尚未就绪" in told.text
    [alert] = stage.alerts.messages
    assert "数据只有 10 行" in alert.text
    assert stage.dify.uploads == {}


def test_a_file_and_a_source_are_one_alert(run: Run, stage: Stage) -> None:
    assert run(source="orders", file=str(stage.files / "sales_2026-11-20.csv")).startswith("failed")
    assert not stage.dify.runs
    assert len(stage.alerts.messages) == 1


def test_no_file_is_one_alert(run: Run, stage: Stage) -> None:
    log = run()
    assert log.startswith("failed"), log[-3000:]
    [alert] = stage.alerts.messages
    assert "销售日报未确认送达" in alert.title
    assert "2026-11-20" in alert.text
    assert not stage.dify.runs


@pytest.mark.parametrize("caught", [False, True], ids=["not caught", "caught"])
def test_a_failed_workflow_is_one_alert_with_the_reason(run: Run, stage: Stage, caught: bool) -> None:
    def workflow(*_: object) -> dict[str, Any]:
        outputs = {"problem": "缺少列: Price", "answer": "没有生成日报：缺少列: Price", "delivered": False}
        raise NodeError("error details: 缺少列: Price", handled=caught, outputs=outputs)

    stage.write("2026-11-20")
    stage.dify.workflow = workflow
    assert run().startswith("failed")
    [alert] = stage.alerts.messages
    assert "缺少列: Price" in alert.text
    assert len(stage.dify.runs) == 1


def test_success_without_delivery_is_an_alert(run: Run, stage: Stage) -> None:
    stage.write("2026-11-20")
    stage.dify.workflow = lambda *_: {"answer": "文件里没有数据行", "delivered": False}
    assert run().startswith("failed")
    [alert] = stage.alerts.messages
    assert "文件里没有数据行" in alert.text


def test_a_lost_answer_is_one_message(run: Run, stage: Stage) -> None:
    stage.write("2026-11-20")
    stage.dify.faults += [
        Fault(Kind.DROP_AFTER),
        Fault(Kind.ANSWER, "/files/upload", 503),
        Fault(Kind.ANSWER, "/workflows/logs", 502, method="GET"),
    ]
    log = run()
    assert log.startswith("success"), log[-3000:]
    assert stage.reports() == {"2026-11-20": 1}
    assert len(stage.dify.runs) == 1


def test_the_pipeline_from_the_orders_to_the_comment(home: Path, stage: Stage) -> None:
    stage.write_orders(9, "2026-11-20")
    stage.agent.chat = lambda _: "本周稳中有升。"
    done = airflow(stage.env(home), "dags", "test", "sales_pipeline", "2026-11-20T00:30:00+00:00")
    assert done.returncode == 0, done.stdout[-3000:]
    assert [post.text.split("\n")[0] for post in stage.group.messages] == ["# 销售日报 2026-11-20", "### 本周点评"]
    [asked] = stage.agent.asked
    assert "2026-11-20 总销售额 561.00 元" in asked["query"]
    assert stage.asked == ["2026-11-20"]
    assert "2026-11-14,2,1092.0" in asked["query"]
    assert "2026-11-13" not in asked["query"]
    assert not stage.alerts.messages


@pytest.mark.skipif(MAJOR != 3, reason="the papermill provider is installed beside Airflow 3 only")
def test_a_notebook_writes_the_day_s_file(home: Path, stage: Stage) -> None:
    notebook = stage.folder / "prepare.ipynb"
    source = str(ROOT / "examples" / "sales_month.csv")
    written = (ROOT / "notebooks" / "prepare_day.ipynb").read_text(encoding="utf-8")
    notebook.write_text(written.replace("examples/sales_month.csv", source), encoding="utf-8")
    stage.write_orders(9, "2026-10-20")
    seen: list[list[str]] = []

    def workflow(_: Any, files: dict[str, bytes]) -> dict[str, Any]:
        seen.append([line.split(",")[0] for line in files["sales_data"].decode().splitlines()[1:]])
        return {"answer": "ok", "delivered": True}

    stage.dify.workflow = workflow
    env = stage.env(home) | {"DAYBOOK_PREPARE_NOTEBOOK": str(notebook)}
    done = airflow(env, "dags", "test", "sales_pipeline", "2026-10-20T00:30:00+00:00")
    assert done.returncode == 0, done.stdout[-3000:]
    [days] = seen
    assert len(days) > 10
    assert {day[:10] for day in days} == {"2026-10-20"}
