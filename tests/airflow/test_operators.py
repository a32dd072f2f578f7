"""The operators: what is tried again, what fails at once, what is looked up, what is stopped."""

import threading
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("airflow")

from airflow.providers.common.compat.sdk import (
    AirflowException,
    AirflowFailException,
)

from daybook.airflow.agent import DifyAgentOperator
from daybook.airflow.hook import DifyHook
from daybook.airflow.jobs import group_is_told_at
from daybook.airflow.workflow import DifyWorkflowOperator
from tests.airflow.stage import API_KEY, Stage
from tests.doubles.dify.parts import QUOTA_429, TOO_MANY_400, TOO_MANY_429, Fault, Kind, NodeError

USER = "airflow/daily/2026-11-20"


class Store(dict[str, Any]):
    """A task state store."""

    def set(self, key: str, value: Any) -> None:
        self[key] = value

    def delete(self, key: str) -> None:
        self.pop(key, None)


class Ti:
    """A task instance: its tries, and its XCom."""

    def __init__(self, retries: int = 3) -> None:
        self.try_number = 1
        self.max_tries = retries
        self.task = SimpleNamespace(retries=retries)
        self.xcom: dict[str, Any] = {}

    def xcom_push(self, key: str, value: Any) -> None:
        self.xcom[key] = value

    def clear(self) -> None:
        """What Airflow does to a task that a person clears."""
        self.max_tries = self.try_number + self.task.retries
        self.try_number += 1


@pytest.fixture(autouse=True)
def _known_connections(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in stage.env(Path("unused")).items():
        if name.startswith(("AIRFLOW_CONN_", "AIRFLOW_VAR_")):
            monkeypatch.setenv(name, value)
    monkeypatch.setattr("daybook.dify.once._exponential", lambda _: 0.0)


@pytest.fixture(params=[True, False], ids=["state_store", "log_only"])
def context(request: pytest.FixtureRequest) -> dict[str, Any]:
    made: dict[str, Any] = {"ti": Ti()}
    return {**made, "task_state_store": Store()} if request.param else made


def operator(stage: Stage, **values: Any) -> DifyWorkflowOperator:
    stage.write("2026-11-20")
    file = str(stage.files / "sales_2026-11-20.csv")
    values = {
        "files": {"sales_data": file},
        "inputs": {"run_key": "2026-11-20"},
        "user": USER,
        "settle": timedelta(),
        **values,
    }
    return DifyWorkflowOperator(task_id="run_workflow", **values)


def posts(stage: Stage) -> int:
    return stage.dify.calls.count(("POST", "/v1/workflows/run"))


def test_outputs_go_to_xcom(stage: Stage, context: dict[str, Any]) -> None:
    outputs = operator(stage).execute(context)
    assert outputs == {"answer": "2026-11-20 总销售额 561.00 元", "delivered": True}
    [run_id] = stage.dify.runs
    page = "https://dify.example.com/app/1/logs"
    assert context["ti"].xcom == {"run_id": run_id, "status": "succeeded", "dify_url": page}
    assert stage.reports() == {"2026-11-20": 1}


def test_a_source_is_passed_on_and_nothing_is_uploaded(stage: Stage, context: dict[str, Any]) -> None:
    stage.rows.add(("orders", "2026-11-19"))
    inputs = {"run_key": "orders 2026-11-19", "report_date": "2026-11-19"}
    assert operator(stage, source="orders", inputs=inputs).execute(context)["delivered"]
    [run] = stage.dify.runs.values()
    assert run.inputs == inputs | {"source": "orders"}
    assert stage.dify.uploads == {}


def test_a_source_that_is_not_ready_is_left_to_retries(stage: Stage, context: dict[str, Any]) -> None:
    inputs = {"run_key": "orders 2026-11-19", "report_date": "2026-11-19"}
    for _ in range(2):
        with pytest.raises(AirflowException, match="数据源 orders 中没有 2026-11-19 的数据") as caught:
            operator(stage, source="orders", inputs=inputs).execute(context)
        assert not isinstance(caught.value, AirflowFailException)
        context["ti"].try_number += 1
    stage.rows.add(("orders", "2026-11-19"))
    for _ in range(2):  # and once it was delivered, a retry reports that run
        assert operator(stage, source="orders", inputs=inputs).execute(context)["delivered"]
        context["ti"].try_number += 1
    assert (posts(stage), stage.reports()) == (3, {"2026-11-19": 1})


def test_a_retry_takes_the_run_that_was_started(stage: Stage, context: dict[str, Any]) -> None:
    operator(stage).execute(context)
    context["ti"].try_number = 2
    assert operator(stage).execute(context)["delivered"]
    assert (posts(stage), len(stage.dify.uploads)) == (1, 1)


@pytest.mark.parametrize("fault", [TOO_MANY_429, TOO_MANY_400])
def test_what_is_temporary_is_left_to_retries(stage: Stage, context: dict[str, Any], fault: Fault) -> None:
    stage.dify.faults += [fault] * 4
    with pytest.raises(AirflowException) as caught:
        operator(stage).execute(context)
    assert not isinstance(caught.value, AirflowFailException)
    assert "Dify 正在执行的请求已达上限" in str(caught.value)
    context["ti"].try_number = 2
    assert operator(stage).execute(context)["delivered"]


@pytest.mark.parametrize("kind", ["quota", "key", "file", "input"])
def test_what_is_wrong_fails_at_once(stage: Stage, context: dict[str, Any], kind: str) -> None:
    values: dict[str, Any] = {}
    if kind == "quota":
        stage.dify.faults.append(QUOTA_429)
    elif kind == "key":
        stage.dify.api_key = "app-another"
    elif kind == "file":
        values = {"files": {"sales_data": str(stage.files / "sales_none.csv")}}
    else:
        values = {"inputs": {"run_key": "x" * 300}}
    with pytest.raises(AirflowFailException) as caught:
        operator(stage, **values).execute(context)
    assert context["ti"].xcom["problem"] == str(caught.value)
    assert API_KEY not in str(caught.value)
    assert not stage.dify.runs


@pytest.mark.parametrize("status", [500, 504])
def test_a_lost_answer_is_looked_up(stage: Stage, context: dict[str, Any], status: int) -> None:
    stage.dify.faults.append(Fault(Kind.ANSWER_AFTER, status=status))
    assert operator(stage).execute(context)["delivered"]
    assert posts(stage) == 1


@pytest.mark.parametrize("status", [500, 504])
def test_a_start_that_nobody_can_know_of_is_left_to_a_person(
    stage: Stage, context: dict[str, Any], status: int
) -> None:
    stage.dify.faults.append(Fault(Kind.ANSWER, status=status))
    with pytest.raises(AirflowFailException, match="无法确认"):
        operator(stage).execute(context)
    assert posts(stage) == 1
    if "task_state_store" in context:  # the mark that a start was sent off holds a retry back
        context["ti"].try_number = 2
        with pytest.raises(AirflowFailException, match="无法确认"):
            operator(stage).execute(context)
    context["ti"].clear()
    assert operator(stage).execute(context)["delivered"]
    assert posts(stage) == 2


def test_a_failed_run_is_not_repeated_by_a_retry_but_by_a_person(stage: Stage, context: dict[str, Any]) -> None:
    def workflow(*_: object) -> dict[str, Any]:
        raise NodeError("缺少列: Price")

    report, stage.dify.workflow = stage.dify.workflow, workflow
    for context["ti"].try_number in (1, 2):
        with pytest.raises(AirflowFailException, match="缺少列: Price"):
            operator(stage).execute(context)
    assert posts(stage) == 1

    stage.dify.workflow = report
    context["ti"].clear()
    assert operator(stage).execute(context)["delivered"]
    context["ti"].clear()
    assert operator(stage).execute(context)["delivered"]
    assert posts(stage) == 2


@pytest.mark.parametrize("allowed", [True, False])
def test_partial_success(stage: Stage, context: dict[str, Any], allowed: bool) -> None:
    def workflow(*_: object) -> dict[str, Any]:
        raise NodeError("310000", handled=True, outputs={"delivered": False, "problem": "机器人被限流"})

    stage.dify.workflow = workflow
    if allowed:
        outputs = operator(stage, partial=True).execute(context)
        assert (outputs["delivered"], outputs["total_sales"]) == (False, None)
        return
    with pytest.raises(AirflowFailException, match="机器人被限流"):
        operator(stage).execute(context)
    assert "机器人被限流" in context["ti"].xcom["problem"]


def test_a_run_past_its_deadline_is_stopped_and_fails(stage: Stage, context: dict[str, Any]) -> None:
    stage.dify.never_finish = True
    with pytest.raises(AirflowFailException, match="未在 1 秒内运行结束，已停止") as caught:
        operator(stage, deadline=timedelta(seconds=1)).execute(context)
    [run] = stage.dify.runs.values()
    assert run.stop.is_set()
    assert posts(stage) == 1
    stage.dify.never_finish = False
    context["ti"].clear()
    if "task_state_store" in context:  # the stop is remembered, though Dify calls the run running
        assert operator(stage).execute(context)["delivered"]
        assert posts(stage) == 2
        return
    assert "30 分钟后" in str(caught.value)  # nobody remembers: age decides
    with pytest.raises(AirflowFailException, match="未在 1 秒内运行结束"):
        operator(stage, deadline=timedelta(seconds=1)).execute(context)
    run.created_at -= 1800
    context["ti"].clear()
    assert operator(stage).execute(context)["delivered"]
    assert posts(stage) == 2


def test_a_killed_task_stops_its_run(stage: Stage, context: dict[str, Any]) -> None:
    stage.dify.never_finish = True
    task = operator(stage)

    def kill() -> None:
        while not (stage.dify.runs and task._handle):  # noqa: SLF001 (the moment after the start)
            pass
        task.on_kill()

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    with pytest.raises(AirflowFailException, match="被中途停止"):
        task.execute(context)
    thread.join(30)
    if "task_state_store" in context:
        context["ti"].try_number = 2
        with pytest.raises(AirflowFailException, match="被中途停止"):
            operator(stage).execute(context)
        stage.dify.never_finish = False
        context["ti"].clear()
        assert operator(stage).execute(context)["delivered"]
        assert posts(stage) == 2


def test_a_deadline_that_airflow_would_cut_off_is_refused_at_parse() -> None:
    with pytest.raises(ValueError, match="execution_timeout"):
        DifyWorkflowOperator(task_id="x", deadline=timedelta(minutes=5), execution_timeout=timedelta(minutes=5))


def test_several_files_in_one_input(stage: Stage, context: dict[str, Any]) -> None:
    stage.write("2026-11-19", "2026-11-20")
    stage.dify.form = ()
    stage.dify.workflow = lambda inputs, _: {"files": len(inputs["all"]), "delivered": True}
    paths = [str(stage.files / f"sales_2026-11-{day}.csv") for day in (19, 20)]
    assert operator(stage, files={"all": paths}).execute(context)["files"] == 2


def test_the_agent_is_asked_once(stage: Stage, context: dict[str, Any]) -> None:
    stage.agent.chat = lambda _: "本周稳中有升。"
    task = DifyAgentOperator(task_id="comment", question="本周如何？", user=USER, dify_conn_id="dify_agent")
    assert task.execute(context) == "本周稳中有升。"
    assert task.execute(context) == "本周稳中有升。"
    assert len(stage.agent.asked) == 1
    assert context["ti"].xcom["conversation_id"] == stage.agent.messages[0]["conversation_id"]


def test_an_agent_that_is_none(stage: Stage, context: dict[str, Any]) -> None:
    task = DifyAgentOperator(task_id="comment", question="?", user=USER, dify_conn_id="dify_default")
    with pytest.raises(AirflowFailException):
        task.execute(context)
    assert not stage.agent.asked


@pytest.mark.parametrize(
    ("connection", "address"),
    [
        ("dify://:app-x@dify.example.com/https", "https://dify.example.com"),
        ("dify://:app-x@10.0.0.8:8080/http", "http://10.0.0.8:8080"),
        ("dify://:app-x@dify.example.com/v1", "https://dify.example.com/v1"),
        ("dify://app-x@dify.example.com:8443/v1", "https://dify.example.com:8443/v1"),
        ("dify://:app-x@https%3A%2F%2Fdify.example.com%2Fv1", "https://dify.example.com/v1"),
        (
            '{"conn_type": "dify", "host": "http://10.0.0.8/v1", "port": 5001, "password": "x"}',
            "http://10.0.0.8:5001/v1",
        ),
    ],
)
def test_the_address_of_a_connection(monkeypatch: pytest.MonkeyPatch, connection: str, address: str) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_DIFY_OTHER", connection)
    assert address in repr(DifyHook("dify_other").get_conn())


def test_a_uri_that_cannot_be_read_is_said_without_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_DIFY_OTHER", "dify://:app-secret12@https://dify.example.com/v1")
    good, sentence = DifyHook("dify_other").test_connection()
    assert not good
    assert "dify_other" in sentence
    assert "dify://:app-...@" in sentence
    assert "secret12" not in sentence


def test_the_hook_tests_its_connection(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    assert DifyHook().test_connection() == (True, "每日销售报告 (workflow)")
    stage.dify.dms_key = "dms-secret"
    assert DifyHook().test_connection()[0] is False
    connection = f'{{"conn_type": "dify", "host": "{stage.dify.base_url}", "password": "{API_KEY}", '
    monkeypatch.setenv("AIRFLOW_CONN_DIFY_DMS", connection + '"extra": {"dms_api_key": "dms-secret"}}')
    assert DifyHook("dify_dms").test_connection()[0] is True
    monkeypatch.setenv("AIRFLOW_CONN_DIFY_BARE", '{"conn_type": "dify"}')
    assert DifyHook("dify_bare").test_connection() == (
        False,
        "Airflow 连接 dify_bare 不完整：主机（host）填 Dify API 地址，密码（password）填应用的 API 密钥。",
    )


@pytest.mark.parametrize(
    ("date", "force", "told_at"),
    [
        ("last complete 2026-11-20", False, "2026-11-20 10:00:00+08:00"),
        ("2026-11-19", False, "2026-11-20 10:00:00+08:00"),
        ("2026-11-19", True, "None"),
    ],
)
def test_the_group_is_told_on_the_morning_after_the_day(date: str, force: bool, told_at: str) -> None:
    context = {"params": {"force": force}}
    assert str(group_is_told_at(context, {"date": date, "day": date}, "10:00")) == told_at
    assert str(group_is_told_at(context, {"date": date, "day": date}, "9:00")) == told_at.replace("10:", "09:")
    assert group_is_told_at(context, {"date": date, "day": date}, "") is None
