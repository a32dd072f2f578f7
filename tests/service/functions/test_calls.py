"""Functions are called as anybody would call them: over HTTP, in the service's worker processes."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.service.harness import ServiceProcess, problem, until

KINDS = {
    "text": "a",
    "whole": 1,
    "number": 1.5,
    "yes": True,
    "day": "2023-10-27",
    "items": [1, 2],
    "mapping": {"a": 1},
    "customer": {"name": "Li"},
}


def call(service: ServiceProcess, name: str, /, **arguments: Any) -> httpx.Response:
    return service.client.post(f"/functions/{name}", json=arguments)


def result(response: httpx.Response) -> Any:
    assert response.status_code == 200, response.text
    return response.json()["result"]


def failure(response: httpx.Response, code: str, status: int = 422) -> str:
    body = response.json()
    assert (response.status_code, body["code"]) == (status, code), body
    assert body["run_id"] == response.headers["X-Run-ID"]
    assert "secret cell" not in response.text
    assert "Traceback" not in response.text
    sentence: str = body["detail"]
    return sentence


def test_arguments_become_what_the_function_declares(hosting: ServiceProcess) -> None:
    got = result(call(hosting, "kinds", **KINDS))
    assert got["types"] == ["str", "int", "float", "bool", "date", "list", "dict", "Customer"]
    assert got["customer"] == {"name": "Li", "age": 0}
    assert (got["day"], got["mode"], got["maybe"], got["sum"]) == ("2023-10-27", "fast", None, 3)


def test_arguments_may_come_as_text_as_dify_and_forms_send_them(hosting: ServiceProcess) -> None:
    as_text = {name: value if isinstance(value, str) else json.dumps(value) for name, value in KINDS.items()}
    as_text |= {"day": "2023年10月27日", "maybe": " ", "text": "7"}
    expected = result(call(hosting, "kinds", **{**KINDS, "text": "7"}))
    assert result(call(hosting, "kinds", **as_text)) == expected
    assert result(hosting.client.post("/functions/kinds", data=as_text)) == expected
    parts = {name: (None, value) for name, value in as_text.items()}
    assert result(hosting.client.post("/functions/kinds", files=parts)) == expected
    without_boundary = httpx.Request("POST", "http://x", data=as_text).content
    headers = {"Content-Type": "multipart/form-data"}
    assert result(hosting.client.post("/functions/kinds", content=without_boundary, headers=headers)) == expected


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"whole": "x"}, "The argument whole of the function kinds has to be a whole number; correct it."),
        ({"whole": None}, "The function kinds needs the argument whole, a whole number; add it to the arguments."),
        (
            {"day": "yesterday"},
            "The argument day of the function kinds has to be a date such as 2023-10-27; correct it.",
        ),
        ({"mode": "other"}, "The argument mode of the function kinds has to be one of fast, slow; correct it."),
        ({"maybe": 0}, "The argument maybe of the function kinds has to be a whole number"),
        ({"items": [1, "x"]}, "The argument items of the function kinds is wrong at 1"),
        ({"customer": {"age": 1}}, "The argument customer of the function kinds is wrong at name"),
        ({"extra": 1}, "The function kinds has no argument extra; it takes text, whole"),
    ],
)
def test_a_wrong_argument_is_named_with_what_it_has_to_be(
    hosting: ServiceProcess, change: dict[str, Any], sentence: str
) -> None:
    assert failure(call(hosting, "kinds", **{**KINDS, **change}), "parameter").startswith(sentence)


def test_arguments_that_are_too_large_are_to_be_a_file(hosting: ServiceProcess) -> None:
    told = problem(call(hosting, "greet", name="x" * (8 << 20)), 413, "too_large")
    assert told == "The request's parameters are longer than 8192 KB; send large data as a file."
    assert len(result(call(hosting, "greet", name="x" * (1 << 20)))) == (1 << 20) + len("HELLO !")
    form = {"name": (None, "x" * (1 << 17))}
    assert "longer than 64 KB" in problem(hosting.client.post("/functions/greet", files=form), 413, "too_large")


def test_a_function_may_be_called_without_a_body_and_have_another_name(hosting: ServiceProcess) -> None:
    assert result(hosting.client.post("/functions/greet")) == "HELLO YOU!"
    assert result(call(hosting, "later", number=1)) == 2
    assert "it offers" in problem(call(hosting, "some_other_name"), 404, "not_found")


def test_plain_values_become_json_of_the_strict_kind(hosting: ServiceProcess) -> None:
    got = result(call(hosting, "plain_values"))
    assert got == {
        "point": {"x": 1.0, "y": None},
        "money": "1.10",
        "when": "2026-01-02T00:00:00",
        "set": [1],
        "numpy": 3,
        "nothing": None,
    }


def test_a_data_frame_is_rows_a_table_and_a_file(hosting: ServiceProcess) -> None:
    run = call(hosting, "frame", rows=1200).json()
    assert run["result"]["columns"] == ["名称", "value"]
    assert run["result"]["row_count"] == 1200
    assert len(run["result"]["rows"]) == 1000
    assert run["text"].splitlines()[2] == "| a\\|b | 1.5 |"
    [file] = run["files"]
    lines = httpx.get(file["url"], trust_env=False).content.decode("utf-8-sig").splitlines()
    assert (len(lines), lines[0], lines[-1]) == (1201, "名称,value", "a|b,")


def test_files_go_in_and_out_under_safe_names(hosting: ServiceProcess) -> None:
    run = hosting.client.post("/functions/several", files={"upload": ("../a b.csv", b"1,2")}).json()
    assert [file["name"] for file in run["files"]] == ["a b.csv", "out.txt", "bytes.bin", "table.csv"]
    contents = [httpx.get(file["url"], trust_env=False).content for file in run["files"]]
    assert contents[:3] == [b"1,2", b"written", b"\x00\x01"]
    assert run["files"][0]["mime_type"] == "text/csv"
    assert run["result"]["other"] is None
    assert not Path(run["result"]["place"]).exists(), "the upload is gone with the call"
    with_key = hosting.client.get(f"/v1/runs/{run['run_id']}/files/out.txt")
    assert with_key.content == b"written"
    bare = f"{hosting.url}/v1/runs/{run['run_id']}/files/out.txt"
    assert httpx.get(bare, trust_env=False).status_code == 401
    assert httpx.get(run["files"][0]["url"][:-1] + "!", trust_env=False).status_code == 403
    problem(hosting.client.get(f"/v1/runs/{run['run_id']}/files/..%2Frun.json"), 404, "not_found")


def test_the_only_file_may_be_sent_as_file(hosting: ServiceProcess) -> None:
    sent = {"upload": ("a.csv", b"1"), "other": ("b.csv", b"2")}
    assert hosting.client.post("/functions/several", files=sent).json()["result"]["other"] == "b.csv"
    told = hosting.client.post("/functions/several", json={"upload": "text"})
    assert "has to be a file" in failure(told, "parameter")
    assert "needs the argument upload, a file" in failure(call(hosting, "several"), "parameter")


def test_what_cannot_be_sent_is_named(hosting: ServiceProcess) -> None:
    assert "gave back a _Printer, which cannot be sent" in failure(call(hosting, "strange"), "function")
    assert "more than 16 MB" in failure(call(hosting, "too_much"), "function")
    assert "path of a file table.csv that cannot be read" in failure(call(hosting, "nowhere"), "function")


def test_what_the_function_raises_for_its_caller_reaches_the_caller(hosting: ServiceProcess) -> None:
    assert failure(call(hosting, "refuse", how="value"), "function_refused") == (
        "That is not for sale; choose another."
    )
    assert failure(call(hosting, "refuse", how="daybook"), "function_refused") == "No column x."
    chinese = hosting.client.post("/functions/refuse", json={"how": "daybook"}, headers={"Accept-Language": "zh"})
    assert failure(chinese, "function_refused") == "没有列 x。"


@pytest.mark.parametrize(("how", "kind"), [("key", "KeyError"), ("exit", "SystemExit")])
def test_any_other_exception_is_a_sentence_with_a_run_and_a_traceback_in_the_log(
    hosting: ServiceProcess, how: str, kind: str
) -> None:
    response = call(hosting, "refuse", how=how)
    sentence = failure(response, "function_failed")
    run_id = response.json()["run_id"]
    assert f"({kind})" in sentence
    assert run_id in sentence
    [line] = until(lambda: [each for each in hosting.log() if each.get("run_id") == run_id and "traceback" in each])
    assert "tryout.py" in line["traceback"]
    assert kind in line["traceback"]
    kept = hosting.client.get(f"/v1/runs/{run_id}").json()
    assert kept["state"] == "failed"
    assert kept["error"] == {"code": "function_failed", "detail": sentence}


def test_a_value_error_out_of_a_library_does_not_speak_to_the_caller(hosting: ServiceProcess) -> None:
    response = call(hosting, "frame", rows=-1)
    assert "(ValueError)" in failure(response, "function_failed")


def test_progress_and_printing_can_be_seen_while_it_runs(hosting: ServiceProcess, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    begun = hosting.client.post("/functions/wait", json={"path": str(gate)}, headers={"Prefer": "respond-async"})
    assert begun.status_code == 202
    assert begun.headers["Location"].endswith(begun.json()["run_id"])
    address = f"/v1/runs/{begun.json()['run_id']}"
    run = until(lambda: (seen := hosting.client.get(address).json())["progress"] and seen)
    assert (run["state"], run["progress"], run["message"], run["printed"]) == ("running", 0.25, "waiting", "began\n")
    assert run["run_id"] in [listed["run_id"] for listed in hosting.client.get("/v1/runs").json()]
    gate.touch()
    run = until(lambda: (seen := hosting.client.get(address).json())["state"] == "done" and seen)
    assert (run["result"], run["printed"]) == ("done", "began\nwent on\n")


def test_a_run_can_be_stopped(hosting: ServiceProcess, tmp_path: Path) -> None:
    begun = hosting.client.post(
        "/functions/wait", json={"path": str(tmp_path / "never")}, headers={"Prefer": "respond-async"}
    ).json()
    until(lambda: hosting.client.get(f"/v1/runs/{begun['run_id']}").json()["state"] == "running")
    stopped = hosting.client.delete(f"/v1/runs/{begun['run_id']}").json()
    assert (stopped["state"], stopped["error"]["code"]) == ("failed", "function_stopped")
    assert until(lambda: hosting.queue()["places_taken"] == 0)


def test_whoever_goes_away_frees_the_place(hosting: ServiceProcess, tmp_path: Path) -> None:
    with pytest.raises(httpx.ReadTimeout):
        hosting.client.post("/functions/wait", json={"path": str(tmp_path / "never")}, timeout=0.5)
    assert until(lambda: hosting.queue()["places_taken"] == 0)
    run = until(lambda: (seen := hosting.client.get("/v1/runs").json()[0])["state"] == "failed" and seen)
    assert run["function"] == "wait"


def test_functions_and_runs_are_for_those_with_a_key(hosting: ServiceProcess) -> None:
    for method, path in (
        ("GET", "/functions"),
        ("POST", "/functions/greet"),
        ("POST", "/functions/reload"),
        ("GET", "/v1/runs"),
        ("GET", "/v1/runs/" + "0" * 32),
        ("DELETE", "/v1/runs/" + "0" * 32),
    ):
        problem(httpx.request(method, hosting.url + path, trust_env=False), 401, "unauthorized")
    problem(hosting.client.get("/v1/runs/" + "0" * 32), 404, "not_found")


def test_nothing_is_left_of_a_call_but_its_run(hosting: ServiceProcess) -> None:
    hosting.client.post("/functions/several", files={"upload": ("a.csv", b"1,2")})
    assert until(lambda: all(path.endswith(".snapshot") for path in hosting.temp_files()))
