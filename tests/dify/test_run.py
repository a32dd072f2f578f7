"""A run is followed to its end, and every end is told apart."""

from collections.abc import Callable

import pytest
import requests

from daybook.dify import (
    DifyClient,
    DifyError,
    NotFoundError,
    RunHandle,
    RunStatus,
    RunUnsuccessfulError,
    Timeouts,
    texts,
)
from daybook.language import Language
from daybook.transport import Clock
from tests.dify.conftest import USER
from tests.doubles.dify import DifyDouble
from tests.doubles.dify.parts import WORKFLOW_ID, Fault, Kind, NodeError, envelope
from tests.doubles.time import FakeTime

type SalesFile = Callable[[], dict[str, str]]


def refuse(text: str, *, handled: bool = False) -> Callable[..., dict[str, object]]:
    def workflow(*_: object) -> dict[str, object]:
        raise NodeError(text, handled=handled, outputs={"answer": "推送失败"})

    return workflow


@pytest.mark.parametrize("chunked", [True, False])
def test_success_gives_the_outputs(dify: DifyDouble, client: DifyClient, sales_file: SalesFile, chunked: bool) -> None:
    dify.chunked = chunked
    dify.workflow = lambda inputs, files: {"answer": inputs["title"], "bytes": len(files["sales_data"])}
    outcome = client.run({"sales_data": sales_file(), "title": "日报"}, user=USER)
    assert outcome.status is RunStatus.SUCCEEDED
    assert outcome.require_success() == {"answer": "日报", "bytes": 65}


def test_the_run_is_known_before_it_ends(dify: DifyDouble, client: DifyClient, sales_file: SalesFile) -> None:
    dify.never_finish = True
    handles: list[RunHandle] = []

    def started(handle: RunHandle) -> None:
        handles.append(handle)
        client.stop(handle.task_id, user=USER)

    outcome = client.run({"sales_data": sales_file()}, user=USER, on_start=started)
    [run] = dify.runs.values()
    assert handles == [RunHandle(run.id, run.task_id)]
    assert outcome.status is RunStatus.STOPPED


@pytest.mark.parametrize("chunked", [True, False])
def test_outputs_of_megabytes_in_one_event(
    dify: DifyDouble, client: DifyClient, sales_file: SalesFile, chunked: bool
) -> None:
    dify.chunked = chunked
    text = "销售" * 1_000_000
    dify.workflow = lambda *_: {"answer": text}
    assert client.run({"sales_data": sales_file()}, user=USER).outputs == {"answer": text}


def test_a_failed_node_is_named_with_its_error(dify: DifyDouble, client: DifyClient, sales_file: SalesFile) -> None:
    dify.workflow = refuse("error details: 缺少列: Price, see http://10.0.0.8/files/1/file-preview?sign=abc")
    outcome = client.run({"sales_data": sales_file()}, user=USER)
    assert (outcome.status, outcome.succeeded, outcome.finished) == (RunStatus.FAILED, False, True)
    with pytest.raises(RunUnsuccessfulError) as caught:
        outcome.require_success()
    assert caught.value.sentence(Language.CHINESE) == (
        "工作流运行失败：分析销售数据 Analyse sales: 缺少列: Price, see ***。请在 Dify 的应用日志中查看该次运行。"
    )
    assert caught.value.outcome is outcome
    assert not caught.value.retryable


def test_partial_success_is_no_success_unless_it_may_be(
    dify: DifyDouble, client: DifyClient, sales_file: SalesFile
) -> None:
    dify.workflow = refuse("310000", handled=True)
    outcome = client.run({"sales_data": sales_file()}, user=USER)
    assert outcome.status is RunStatus.PARTIAL
    assert [node.error for node in outcome.failures] == ["310000"]
    with pytest.raises(RunUnsuccessfulError) as caught:
        outcome.require_success()
    assert caught.value.text is texts.RUN_PARTIAL
    assert caught.value.values["detail"] == "分析销售数据 Analyse sales: 310000"
    outputs = outcome.require_success(partial=True)
    assert (outputs["answer"], outputs["total_sales"]) == ("推送失败", None)


def test_a_stream_that_breaks_before_the_run_is_named(
    dify: DifyDouble, client: DifyClient, sales_file: SalesFile
) -> None:
    dify.faults.append(Fault(Kind.CUT, events=0))
    with pytest.raises(DifyError) as caught:
        client.run({"sales_data": sales_file()}, user=USER)
    assert caught.value.text is texts.NO_ANSWER
    assert caught.value.ambiguous
    assert len(dify.runs) == 1


@pytest.mark.parametrize("events", [1, 2, 3])
def test_a_stream_that_breaks_is_no_end(
    dify: DifyDouble, client: DifyClient, sales_file: SalesFile, events: int
) -> None:
    dify.faults.append(Fault(Kind.CUT, events=events))
    outcome = client.run({"sales_data": sales_file()}, user=USER)
    assert outcome.require_success() == {"answer": "ok"}
    assert len(dify.runs) == 1


def test_polling_outlasts_trouble_of_the_network(dify: DifyDouble, client: DifyClient, sales_file: SalesFile) -> None:
    dify.faults.append(Fault(Kind.CUT, events=1))

    def started(handle: RunHandle) -> None:
        path = f"/workflows/run/{handle.run_id}"
        dify.faults.extend(Fault(kind, path, 503, method="GET") for kind in (Kind.ANSWER, Kind.DROP, Kind.ANSWER))
        dify.faults.append(
            Fault(Kind.ANSWER, path, 404, envelope(404, "not_found", "Workflow run not found."), method="GET")
        )

    assert client.run({"sales_data": sales_file()}, user=USER, on_start=started).succeeded
    assert not dify.faults


def test_pings_for_ever_do_not_outlast_the_deadline(dify: DifyDouble, clock: FakeTime, sales_file: SalesFile) -> None:
    class Hasty(FakeTime):
        def now(self) -> float:
            self.seconds += 10.0
            return self.seconds

    client = DifyClient(dify.base_url, dify.api_key, clock=Hasty(1000.0, gives_way=0.002).clock)
    dify.faults.append(Fault(Kind.STALL, events=2))
    dify.never_finish = True
    outcome = client.run({"sales_data": sales_file()}, user=USER, deadline=300)
    assert outcome.status is RunStatus.RUNNING
    with pytest.raises(RunUnsuccessfulError) as caught:
        outcome.require_success(waited=300)
    assert caught.value.code == texts.RUN_LATE_WAIT.code
    assert "300 s" in str(caught.value)
    assert clock.seconds == 1000.0


def test_a_stream_that_says_nothing_is_told_from_one_that_broke(
    dify: DifyDouble, client: DifyClient, sales_file: SalesFile
) -> None:
    dify.faults.append(Fault(Kind.QUEUED))
    with pytest.raises(DifyError) as caught:
        client.run({"sales_data": sales_file()}, user=USER, deadline=300)
    assert caught.value.code == texts.SILENT.code
    assert caught.value.ambiguous
    assert not caught.value.retryable


def test_a_connection_on_which_nothing_comes_is_silent_too(dify: DifyDouble, sales_file: SalesFile) -> None:
    dify.idle = 30
    dify.faults.append(Fault(Kind.QUEUED))
    client = DifyClient(dify.base_url, dify.api_key, timeouts=Timeouts(silence=0.1))
    with pytest.raises(DifyError) as caught:
        client.run({"sales_data": sales_file()}, user=USER, deadline=300)
    assert caught.value.code == texts.SILENT.code


def test_pings_alone_until_the_deadline_are_no_start(dify: DifyDouble, sales_file: SalesFile) -> None:
    times = iter(range(0, 100_000, 50))
    client = DifyClient(dify.base_url, dify.api_key, clock=Clock(lambda: float(next(times))))
    dify.faults.append(Fault(Kind.STALL))
    with pytest.raises(DifyError) as caught:
        client.run({"sales_data": sales_file()}, user=USER, deadline=300)
    assert caught.value.code == texts.NOT_STARTED.code
    assert caught.value.ambiguous
    assert not caught.value.retryable


@pytest.mark.parametrize("silent", [True, False])
def test_a_connection_that_says_nothing_is_given_up(
    dify: DifyDouble, sales_file: SalesFile, silent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = DifyClient(dify.base_url, dify.api_key)
    inputs = {"sales_data": sales_file()}
    error = requests.ConnectTimeout if silent else requests.ReadTimeout
    monkeypatch.setattr(requests.Session, "request", lambda *_, **__: (_ for _ in ()).throw(error(dify.base_url)))
    with pytest.raises(DifyError) as caught:
        client.run(inputs, user=USER, form=())
    assert caught.value.ambiguous is not silent
    assert "127.0.0.1" not in str(caught.value)


def test_an_error_event_after_the_start_is_a_failure(
    dify: DifyDouble, client: DifyClient, sales_file: SalesFile
) -> None:
    body = '{"event": "error", "status": 400, "code": "provider_quota_exceeded", "message": "quota"}'
    dify.faults.append(Fault(Kind.EVENT, events=1, body=body))
    outcome = client.run({"sales_data": sales_file()}, user=USER)
    assert (outcome.status, outcome.error) == (RunStatus.FAILED, "quota")


@pytest.mark.parametrize(("status", "ambiguous"), [(400, False), (500, True)])
def test_an_error_event_before_the_start(
    dify: DifyDouble, client: DifyClient, sales_file: SalesFile, status: int, ambiguous: bool
) -> None:
    body = f'{{"event": "error", "status": {status}, "code": "internal_server_error", "message": "x"}}'
    dify.faults.append(Fault(Kind.EVENT, events=0, body=body))
    with pytest.raises(DifyError) as caught:
        client.run({"sales_data": sales_file()}, user=USER)
    assert caught.value.ambiguous is ambiguous


def test_a_pinned_version_is_run(dify: DifyDouble, client: DifyClient, sales_file: SalesFile) -> None:
    assert client.run({"sales_data": sales_file()}, user=USER, workflow_id=WORKFLOW_ID).succeeded
    assert dify.calls[-1] == ("POST", f"/v1/workflows/{WORKFLOW_ID}/run")
    for unknown in ("1f/2", "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(DifyError) as caught:
            client.run({"sales_data": sales_file()}, user=USER, workflow_id=unknown)
        assert caught.value.code == texts.WORKFLOW_NOT_FOUND.code


@pytest.mark.parametrize("as_null", [True, False])
def test_a_run_that_dify_forgot(dify: DifyDouble, client: DifyClient, as_null: bool) -> None:
    dify.unknown_run_is_null = as_null
    with pytest.raises(NotFoundError):
        client.wait("00000000-0000-4000-8000-000000000000")


def test_waiting_has_a_deadline(dify: DifyDouble, client: DifyClient, clock: FakeTime, sales_file: SalesFile) -> None:
    dify.never_finish = True
    dify.faults.append(Fault(Kind.CUT, events=1))
    outcome = client.run({"sales_data": sales_file()}, user=USER, deadline=600)
    client.stop(outcome.task_id, user=USER)
    assert client.wait(outcome.run_id, deadline=240).status is RunStatus.RUNNING
    assert clock.seconds == 1000 + 600 + 240
