"""A wrong input is named before a run is asked for: a streaming Dify would take the call and say nothing."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from daybook.dify import DifyClient, DifyError, inputs, run_once, texts
from daybook.language import Language
from tests.dify.conftest import USER
from tests.doubles.dify import DifyDouble
from tests.doubles.dify.parts import Fault, Kind, Variable

FORM = (
    Variable("file", "file", file_types=("document",), upload_methods=("local_file",)),
    Variable("files", "file-list", max_length=2, file_types=("document", "custom"), file_extensions=(".log",)),
    Variable("day", max_length=10, required=True),
    Variable("note", "paragraph", max_length=20),
    Variable("channel", "select", options=("north", "south")),
    Variable("top", "number"),
    Variable("options", "json_object"),
    Variable("quiet", "checkbox"),
)

WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({}, inputs.REQUIRED.code, "day"),
    ({"day": None}, inputs.REQUIRED.code, "day"),
    ({"day": 20261122}, inputs.WRONG_TYPE.code, "day"),
    ({"day": "2026-11-22 "}, inputs.TOO_LONG.code, "day"),
    ({"note": "销" * 21}, inputs.TOO_LONG.code, "note"),
    ({"channel": "west"}, inputs.NO_CHOICE.code, "channel"),
    ({"channel": 1}, inputs.WRONG_TYPE.code, "channel"),
    ({"top": "five"}, inputs.WRONG_TYPE.code, "top"),
    ({"top": [5]}, inputs.WRONG_TYPE.code, "top"),
    ({"options": "x"}, inputs.WRONG_TYPE.code, "options"),
    ({"file": "sales.csv"}, inputs.WRONG_TYPE.code, "file"),
    ({"file": []}, inputs.WRONG_TYPE.code, "file"),
    ({"file": {"type": "document", "upload_file_id": "{id}"}}, inputs.WRONG_TYPE.code, "file"),
    ({"file": {"type": "document", "transfer_method": "local_file"}}, inputs.WRONG_TYPE.code, "file"),
    (
        {"file": {"type": "document", "transfer_method": "remote_url", "url": "https://a/b.csv"}},
        inputs.FILE_WAY.code,
        "file",
    ),
    (
        {"file": {"type": "image", "transfer_method": "local_file", "upload_file_id": "{id}"}},
        inputs.FILE_KIND.code,
        "file",
    ),
    ({"files": {"type": "document"}}, inputs.WRONG_TYPE.code, "files"),
    ({"files": ["x"]}, inputs.WRONG_TYPE.code, "files"),
    ({"files": ["{file}"] * 3}, inputs.TOO_MANY_FILES.code, "files"),
]
RIGHT: list[dict[str, Any]] = [
    {},
    {"day": ""},  # Dify's form asks for it, its API does not
    {"note": "", "channel": "south", "top": 5, "options": {}, "quiet": False},
    {"top": "5.5"},
    {"top": " "},
    {"options": ""},
    {"file": ""},
    {"file": "{file}", "files": ["{file}", "{file}"]},
    {"quiet": "whatever", "unknown": 1},
]


@pytest.fixture(autouse=True)
def _form(dify: DifyDouble) -> None:
    dify.form = FORM


def filled(value: Any, file: dict[str, str]) -> Any:
    """The given inputs with an uploaded file in its places."""
    match value:
        case "{file}":
            return file
        case "{id}":
            return file["upload_file_id"]
        case dict():
            return {name: filled(kept, file) for name, kept in value.items()}
        case list():
            return [filled(kept, file) for kept in value]
    return value


def blocking(dify: DifyDouble, given: dict[str, Any]) -> int:
    """What Dify says of inputs where it has to answer."""
    headers = {"Authorization": f"Bearer {dify.api_key}"}
    body = {"inputs": given, "user": USER, "response_mode": "blocking"}
    return requests.post(f"{dify.base_url}/workflows/run", json=body, headers=headers, timeout=10).status_code


@pytest.mark.parametrize(("given", "code", "name"), WRONG)
def test_what_dify_would_refuse_is_named(
    dify: DifyDouble,
    client: DifyClient,
    sales_file: Callable[[], dict[str, str]],
    given: dict[str, Any],
    code: str,
    name: str,
) -> None:
    given = filled({"day": "2026-11-22", **given} if given else given, sales_file())
    with pytest.raises(DifyError) as caught:
        client.run(given, user=USER)
    assert (caught.value.code, caught.value.values["name"]) == (code, name)
    assert not caught.value.ambiguous
    assert not caught.value.retryable
    for language in Language:
        assert name in caught.value.sentence(language)
    assert ("POST", "/v1/workflows/run") not in dify.calls
    assert blocking(dify, given) == 400


@pytest.mark.parametrize("given", RIGHT)
def test_what_dify_takes_is_not_refused(
    dify: DifyDouble, client: DifyClient, sales_file: Callable[[], dict[str, str]], given: dict[str, Any]
) -> None:
    given = filled({"day": "2026-11-22", **given}, sales_file())
    assert client.run(given, user=USER).succeeded
    assert blocking(dify, given) == 200


def test_a_bad_input_of_a_job_costs_one_look(dify: DifyDouble, client: DifyClient, clock: Any) -> None:
    with pytest.raises(DifyError) as caught:
        run_once(client, lambda: {"day": "x" * 11}, user=USER)
    assert caught.value.code == inputs.TOO_LONG.code
    assert clock.seconds == 1000
    assert dify.calls.count(("GET", "/v1/parameters")) == 1
    assert not dify.runs


def test_the_form_is_asked_for_once_a_job(dify: DifyDouble, client: DifyClient) -> None:
    dify.faults += [Fault(Kind.ANSWER, status=429)] * 2
    assert run_once(client, lambda: {"day": "2026-11-22"}, user=USER).succeeded
    assert dify.calls.count(("GET", "/v1/parameters")) == 1


def test_an_input_that_dify_drops_is_logged(client: DifyClient, caplog: pytest.LogCaptureFixture) -> None:
    assert client.run({"day": "2026-11-22", "raport": "x"}, user=USER).succeeded
    assert "raport" in caplog.text


def test_an_app_that_is_not_published(dify: DifyDouble, client: DifyClient) -> None:
    dify.published = False
    with pytest.raises(DifyError) as caught:
        client.run({"day": "2026-11-22"}, user=USER)
    assert caught.value.code == texts.NOT_PUBLISHED.code


def test_a_gateway_without_that_call_is_no_hindrance(dify: DifyDouble, client: DifyClient) -> None:
    dify.faults.append(Fault(Kind.ANSWER, "/parameters", 404, method="GET"))
    assert client.run({"day": "2026-11-22"}, user=USER).succeeded


@pytest.mark.parametrize("told", ["null", "{}", '{"user_input_form": [1, {"text-input": 2}, {"x": {}}]}'])
def test_a_form_of_another_shape(dify: DifyDouble, client: DifyClient, told: str) -> None:
    body = told if told != "null" else '{"user_input_form": null}'
    dify.faults.append(Fault(Kind.ANSWER, "/parameters", 200, body, method="GET"))
    assert client.run({"day": "2026-11-22"}, user=USER).succeeded
