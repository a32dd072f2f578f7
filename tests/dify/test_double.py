"""The double does what a real Dify 1.13.2 was seen to do, line by line; what 1.14 does otherwise is told apart."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
import yaml

from tests.doubles.dify import DifyDouble
from tests.doubles.dify.parts import BUSY, OUTPUTS, SALES_FORM, WORKFLOW_ID, Fault, Json, Kind, NodeError, Variable
from tests.project_files import ROOT

USER = "u"
PARAM = "invalid_param"
UNKNOWN_ID = "00000000-0000-4000-8000-00000000000f"

type Call = Callable[..., requests.Response]


@pytest.fixture
def call(dify: DifyDouble) -> Call:
    """Calls the API with nothing between."""

    def call(method: str, path: str, **request: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {dify.api_key}", **request.pop("headers", {})}
        return requests.request(method, dify.base_url + path, headers=headers, timeout=10, **request)

    return call


def upload(call: Call, name: str = "sales.csv", user: str = USER) -> Json:
    answer: Json = call("POST", "/files/upload", data={"user": user}, files={"file": (name, b"x", "text/csv")}).json()
    return answer


def sales_file(call: Call, **changed: Any) -> Json:
    value = {"type": "document", "transfer_method": "local_file", "upload_file_id": upload(call)["id"], **changed}
    return {name: kept for name, kept in value.items() if kept is not None}


def run(call: Call, inputs: Json | None = None, mode: str = "blocking", **body: Any) -> requests.Response:
    given = inputs if inputs is not None else {"sales_data": sales_file(call)}
    return call("POST", "/workflows/run", json={"inputs": given, "user": USER, "response_mode": mode, **body})


def events(answer: requests.Response) -> list[Json]:
    return [json.loads(line[6:]) for line in answer.text.split("\n\n") if line.startswith("data: ")]


def refused(answer: requests.Response) -> tuple[int, str, str]:
    body = answer.json()
    return answer.status_code, body["code"], body["message"]


def broken(*_: object) -> Json:
    raise NodeError("缺少列: Price", handled=True)


# what hid defects


@pytest.mark.parametrize(
    "inputs",
    [
        {"run_key": "x" * 129},
        {"sales_data": {"type": "document", "transfer_method": "local_file", "upload_file_id": UNKNOWN_ID}},
        {"sales_data": "x"},
    ],
)
def test_a_stream_keeps_to_itself_what_a_blocking_call_says(dify: DifyDouble, call: Call, inputs: Json) -> None:
    dify.idle = 0.2
    began = time.monotonic()
    answer = run(call, inputs, "streaming")
    assert (answer.status_code, answer.text) == (200, "event: ping\n\n")
    assert time.monotonic() - began >= 0.2
    assert refused(run(call, inputs))[:2] == (400, PARAM)
    assert not dify.runs
    assert DifyDouble.idle == 300


def test_a_stream_keeps_an_unknown_conversation_to_itself(dify: DifyDouble, call: Call) -> None:
    dify.mode, dify.idle = "advanced-chat", 0.1
    body = {"query": "?", "inputs": {}, "user": USER, "conversation_id": UNKNOWN_ID}
    assert call("POST", "/chat-messages", json={**body, "response_mode": "streaming"}).text == "event: ping\n\n"
    assert refused(call("POST", "/chat-messages", json={**body, "response_mode": "blocking"}))[0] == 404


def test_the_text_of_a_caught_failure_is_in_the_node_s_outputs(dify: DifyDouble, call: Call) -> None:
    dify.workflow = broken
    told = events(run(call, mode="streaming"))
    [failed] = [event["data"] for event in told if event["data"].get("status") == "exception"]
    assert (failed["error"], failed["outputs"]["error_message"]) == ("Unknown error", "缺少列: Price")
    finished = told[-1]["data"]
    assert (finished["status"], finished["error"]) == ("partial-succeeded", None)


def test_a_stopped_run_runs_for_ever(dify: DifyDouble, call: Call) -> None:
    dify.never_finish = True
    streamed: list[requests.Response] = []
    thread = threading.Thread(target=lambda: streamed.append(run(call, mode="streaming")), daemon=True)
    thread.start()
    while not dify.runs:
        time.sleep(0.01)
    [made] = dify.runs.values()
    assert call("POST", f"/workflows/tasks/{made.task_id}/stop", json={"user": "other"}).json() == {"result": "success"}
    thread.join(10)
    assert events(streamed[0])[-1]["data"]["status"] == "stopped"
    assert call("GET", f"/workflows/run/{made.id}").json()["status"] == "running"
    [line] = call("GET", "/workflows/logs").json()["data"]
    assert line["workflow_run"]["status"] == "running"


def test_a_dead_worker_says_nothing_and_a_queued_run_starts_by_itself(dify: DifyDouble, call: Call) -> None:
    dify.idle = 0.1
    dify.faults.append(Fault(Kind.QUEUED))
    assert run(call, mode="streaming").text == "event: ping\n\n"
    [queued] = dify.runs.values()
    assert call("GET", "/workflows/logs").json()["data"] == []
    dify.work()
    assert queued.ended.wait(5)
    assert call("GET", f"/workflows/run/{queued.id}").json()["status"] == "succeeded"


# shape and order


def test_the_order_and_the_fields_of_a_stream(dify: DifyDouble, call: Call) -> None:
    dify.workflow = lambda *_: {"answer": "每日销售报告" * 40}
    answer = run(call, mode="streaming")
    assert answer.text.startswith("event: ping\n\n")
    told = events(answer)
    names = [event["event"] for event in told]
    assert (names[0], names[-1]) == ("workflow_started", "workflow_finished")
    assert {"created_at", "reason"} <= set(told[0]["data"])
    assert "created_by" in told[-1]["data"]
    nodes = [event["data"] for event in told if event["event"] == "node_finished"]
    assert [node["node_id"] for node in nodes] == ["start", "analyze", "push", "outcome", "end"]
    assert {"process_data", "execution_metadata", "extras", "files", "loop_id", "elapsed_time"} <= set(nodes[0])
    chunks = [place for place, name in enumerate(names) if name == "text_chunk"]
    assert 28 <= len(chunks) <= 32
    outcome = [place for place, event in enumerate(told) if event["data"].get("node_id") == "outcome"]
    assert outcome[0] < chunks[0] < chunks[-1] < outcome[1]


def test_missing_outputs_are_null_after_a_fail_branch(dify: DifyDouble, call: Call) -> None:
    dify.workflow = broken
    outputs = run(call).json()["data"]["outputs"]
    assert outputs["total_sales"] is None
    assert outputs["answer"] is None


def test_exceptions_are_counted_in_two_of_four_places(dify: DifyDouble, call: Call) -> None:
    dify.workflow = broken
    blocking = run(call).json()["data"]
    assert "exceptions_count" not in blocking
    assert "exceptions_count" not in call("GET", f"/workflows/run/{blocking['id']}").json()
    assert events(run(call, mode="streaming"))[-1]["data"]["exceptions_count"] == 1
    assert call("GET", "/workflows/logs").json()["data"][0]["workflow_run"]["exceptions_count"] == 1


def test_the_detail_and_the_log(dify: DifyDouble, call: Call) -> None:
    run_id = run(call).json()["workflow_run_id"]
    detail = call("GET", f"/workflows/run/{run_id}").json()
    kept = json.loads(detail["inputs"])["sales_data"]
    assert {"dify_model_identity", "filename", "related_id", "size", "url"} <= set(kept)
    [line] = call("GET", "/workflows/logs").json()["data"]
    assert "details" in line
    assert "triggered_from" in line["workflow_run"]
    assert not {"outputs", "workflow_id"} & set(line["workflow_run"])
    assert dify.runs


def test_an_upload(call: Call) -> None:
    assert upload(call)["file_key"] is None
    assert [upload(call, name)["extension"] for name in ("sales", "SALES.CSV")] == ["", "csv"]


def test_the_parameters(dify: DifyDouble, call: Call) -> None:
    told = call("GET", "/parameters").json()
    assert len(told) > 10
    [file] = told["user_input_form"][0].values()
    assert (file["variable"], file["allowed_file_types"]) == ("sales_data", ["document"])
    dify.published = False
    assert refused(call("GET", "/parameters"))[:2] == (400, "app_unavailable")


def test_a_chatflow(dify: DifyDouble, call: Call) -> None:
    dify.mode = "advanced-chat"
    body = {"query": "?", "inputs": {}, "user": USER}
    names = [
        event["event"] for event in events(call("POST", "/chat-messages", json={**body, "response_mode": "streaming"}))
    ]
    assert names[:2] == ["workflow_started", "node_started"]
    assert names[-2:] == ["message_end", "workflow_finished"]
    blocking = call("POST", "/chat-messages", json=body)
    assert blocking.headers["Content-Type"] == "application/json"
    conversation = blocking.json()["conversation_id"]
    assert call("GET", f"/messages?conversation_id={conversation}&user={USER}").status_code == 200
    assert call("GET", f"/messages?conversation_id={conversation}").status_code == 404


# codes and texts


@pytest.mark.parametrize(
    ("body", "status", "code"), [(b"{", 400, "bad_request"), (b"[]", 500, "unknown"), (b"{}", 400, PARAM)]
)
def test_a_body_that_is_no_object(call: Call, body: bytes, status: int, code: str) -> None:
    answer = call("POST", "/workflows/run", data=body, headers={"Content-Type": "application/json"})
    assert refused(answer)[:2] == (status, code)
    if code == "unknown":
        assert answer.json() == {"code": "unknown", "message": "Internal Server Error"}


def test_a_run_id_that_is_no_uuid(call: Call) -> None:
    assert refused(call("GET", "/workflows/run/7")) == (500, "unknown", "Internal Server Error")
    assert refused(call("GET", f"/workflows/run/{UNKNOWN_ID}"))[0] == 404


@pytest.mark.parametrize(
    ("version", "answer"),
    [
        (UNKNOWN_ID, (404, "not_found", f"Workflow not found with id: {UNKNOWN_ID}")),
        ("x", (400, PARAM, "Invalid workflow_id format: 'x'. ")),
    ],
)
def test_a_pinned_version(dify: DifyDouble, call: Call, version: str, answer: tuple[int, str, str]) -> None:
    dify.form = ()
    body = {"inputs": {}, "user": USER}
    assert refused(call("POST", f"/workflows/{version}/run", json=body)) == answer
    assert call("POST", f"/workflows/{WORKFLOW_ID}/run", json=body).status_code == 200


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"transfer_method": None}, "transfer_method is required in file mapping"),
        ({"upload_file_id": None}, "Invalid upload file id"),
        ({"upload_file_id": "7"}, "Invalid upload file id format"),
        ({"upload_file_id": UNKNOWN_ID}, "Invalid upload file"),
    ],
)
def test_a_file_that_is_none(call: Call, changed: Json, message: str) -> None:
    assert refused(run(call, {"sales_data": sales_file(call, **changed)})) == (400, PARAM, message)


@pytest.mark.parametrize(("version", "status"), [("1.13.2", 200), ("1.14.0", 400)])
def test_another_user_s_file(dify: DifyDouble, call: Call, version: str, status: int) -> None:
    dify.version = version
    file_id = upload(call, user="other")["id"]
    assert run(call, {"sales_data": sales_file(call, upload_file_id=file_id)}).status_code == status


def test_parts_of_an_upload(call: Call) -> None:
    part = ("a.csv", b"x", "text/csv")
    assert call("POST", "/files/upload", files=[("file", part), ("file", part)]).status_code == 201
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename=""\r\n'
    nameless = head + b"Content-Type: text/csv\r\n\r\nx\r\n--b--\r\n"
    answer = call("POST", "/files/upload", data=nameless, headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert refused(answer)[:2] == (400, "filename_not_exists_error")


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("Basic eDp5", "Authorization scheme must be 'Bearer'"),
        ("", "Authorization header must be provided and start with 'Bearer'"),
        ("Bearer app-other", "Access token is invalid"),
    ],
)
def test_another_authorization(call: Call, header: str, message: str) -> None:
    assert refused(call("GET", "/info", headers={"Authorization": header})) == (401, "unauthorized", message)


def test_an_unknown_path_and_a_wrong_method(call: Call) -> None:
    unknown = call("GET", "/nothing")
    assert (unknown.status_code, unknown.headers["Content-Type"][:9]) == (404, "text/html")
    assert refused(call("GET", "/files/upload"))[:2] == (405, "method_not_allowed")


def test_a_bad_date_in_a_search(call: Call) -> None:
    assert call("GET", "/workflows/logs?created_at__after=yesterday").status_code == 400
    assert call("GET", "/workflows/logs?created_at__after=2026-11-22T00:00:00%2B00:00").status_code == 200


@pytest.mark.parametrize("missing", ["query", "inputs"])
def test_a_chat_without_its_fields(dify: DifyDouble, call: Call, missing: str) -> None:
    dify.mode = "chat"
    body = {"query": "?", "inputs": {}, "user": USER}
    del body[missing]
    assert refused(call("POST", "/chat-messages", json=body))[:2] == (400, PARAM)


def test_a_user_that_is_no_string(dify: DifyDouble, call: Call) -> None:
    assert run(call, user=5).status_code == 200
    assert [made.user for made in dify.runs.values()] == ["5"]


def test_a_busy_app(dify: DifyDouble, call: Call) -> None:
    dify.form, dify.max_active, dify.never_finish = (), 1, True
    dify.accept({}, USER)
    assert refused(run(call, {})) == (400, PARAM, BUSY)
    assert BUSY.endswith(" is 1.")


def test_the_full_texts_of_validation(call: Call) -> None:
    message = refused(call("POST", "/workflows/run", json={"user": USER}))[2]
    assert message.startswith("1 validation error for WorkflowRunPayload\ninputs\n  Field required [type=missing, ")
    assert "https://errors.pydantic.dev/" in message
    answer = call("POST", "/workflows/run", data=b"{}", headers={"Content-Type": "text/plain"})
    assert refused(answer) == (
        415,
        "unsupported_media_type",
        "Did not attempt to load JSON data because the request Content-Type was not 'application/json'.",
    )


def test_the_form_is_the_shipped_workflow_s() -> None:
    shipped = yaml.safe_load((ROOT / "workflows" / "daily_sales_report.yml").read_text(encoding="utf-8"))
    [start] = [node["data"] for node in shipped["workflow"]["graph"]["nodes"] if node["data"]["type"] == "start"]
    [end] = [node["data"] for node in shipped["workflow"]["graph"]["nodes"] if node["data"]["type"] == "end"]
    made = [(line["variable"], line["type"], line["required"], line["max_length"]) for line in start["variables"]]
    assert made == [(line.name, line.type, line.required, line.max_length) for line in SALES_FORM]
    assert [line["variable"] for line in end["outputs"]] == list(OUTPUTS)
    assert Variable("x").as_form()["text-input"]["variable"] == "x"
