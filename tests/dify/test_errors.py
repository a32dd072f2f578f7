"""Every error of the API becomes one sentence in both languages, with a verdict on trying again."""

import json
import pickle
import re

import pytest

from daybook.dify import DifyClient, DifyError, NotFoundError, texts
from daybook.dify.errors import api_error
from daybook.language import Language, Text
from tests.dify.conftest import USER
from tests.doubles.dify import DifyDouble
from tests.doubles.dify.parts import BUSY, QUOTA_429, TOO_MANY_400, TOO_MANY_429, Fault, Kind

PARAM = "invalid_param"
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
KIND_MISMATCH = "Detected file type does not match the specified type. Please verify the file."

TABLE = [
    (400, "no_file_uploaded", "Please upload your file.", texts.NO_FILE, False),
    (400, "too_many_files", "Only one file is allowed.", texts.ONE_FILE, False),
    (400, PARAM, "File extension '.exe' is not allowed for security reasons", texts.FILE_TYPE, False),
    (401, "unauthorized", "Access token is invalid", texts.UNAUTHORIZED, False),
    (401, "unauthorized", "Authorization header must be provided and start with 'Bearer'", texts.UNAUTHORIZED, False),
    (403, "forbidden", "The app's API service has been disabled.", texts.FORBIDDEN, False),
    (413, "file_too_large", "File size exceeded. {message}", texts.FILE_TOO_LARGE, False),
    (415, "unsupported_file_type", "File type not allowed.", texts.FILE_TYPE, False),
    (400, PARAM, "Arg user must be provided.", texts.USER_MISSING, False),
    (400, PARAM, "sales_data is required in input form", texts.INPUT_MISSING, False),
    (400, PARAM, "sales_data in input form must be a file", texts.INPUT_WRONG, False),
    (400, PARAM, "channel in input form must be less than 48 characters", texts.INPUT_WRONG, False),
    (400, PARAM, KIND_MISMATCH, texts.FILE_KIND, False),
    (400, PARAM, "Invalid upload file id format", texts.UPLOAD_INVALID, False),
    (400, PARAM, "Invalid upload file", texts.UPLOAD_INVALID, False),
    (400, PARAM, "Workflow not published", texts.NOT_PUBLISHED, False),
    (400, PARAM, "1 validation error for WorkflowRunPayload\ninputs\n  Field required", texts.REFUSED, False),
    (400, "not_workflow_app", "Please check if your app mode matches the right API route.", texts.NOT_WORKFLOW, False),
    (400, "not_chat_app", "Please check if your app mode matches the right API route.", texts.NOT_CHAT, False),
    (400, "app_unavailable", "App unavailable, please check your app configurations.", texts.APP_UNAVAILABLE, False),
    (400, "conversation_completed", "The conversation has ended.", texts.CONVERSATION_COMPLETED, False),
    (400, "provider_not_initialize", "No valid model provider credentials found.", texts.PROVIDER_NOT_READY, False),
    (400, "provider_quota_exceeded", "Your quota has been exhausted.", texts.PROVIDER_QUOTA, False),
    (400, "model_currently_not_support", "Model currently not support.", texts.MODEL_UNSUPPORTED, False),
    (400, "completion_request_error", "Completion request failed.", texts.MODEL_FAILED, False),
    (404, "not_found", "Workflow run not found.", texts.RUN_NOT_FOUND, False),
    (404, "not_found", "Conversation Not Exists.", texts.CONVERSATION_NOT_FOUND, False),
    (404, "not_found", "Workflow not found with id: 7", texts.WORKFLOW_NOT_FOUND, False),
    (429, "too_many_requests", "Too many requests. Please try again later.", texts.TOO_MANY, True),
    (400, PARAM, "Too many requests. Please try again later...", texts.TOO_MANY, True),
    (429, "rate_limit_error", "Rate Limit Error", texts.QUOTA, False),
    (500, "internal_server_error", "Internal Server Error", texts.SERVER_ERROR, True),
    (500, "unknown", "Internal Server Error", texts.SERVER_ERROR, True),
    (400, "bad_request", "The browser (or proxy) sent a request that ...", texts.REFUSED, False),
    (400, PARAM, BUSY, texts.TOO_MANY, True),
    (400, PARAM, "Invalid upload file id", texts.UPLOAD_INVALID, False),
    (400, PARAM, "File validation failed for file: sales.csv", texts.FILE_KIND, False),
    (400, PARAM, "Invalid workflow_id format: 'x'. ", texts.WORKFLOW_NOT_FOUND, False),
    (400, "filename_not_exists_error", "The specified filename does not exist.", texts.REFUSED, False),
    (401, "unauthorized", "Authorization scheme must be 'Bearer'", texts.UNAUTHORIZED, False),
    (405, "method_not_allowed", "The method is not allowed for the requested URL.", texts.REFUSED, False),
    (415, "unsupported_media_type", "Did not attempt to load JSON data ...", texts.FILE_TYPE, False),
    (400, "something_new", "Never seen before.", texts.REFUSED, False),
]


@pytest.mark.parametrize(("status", "code", "message", "text", "retryable"), TABLE)
def test_the_table(status: int, code: str, message: str, text: Text, retryable: bool) -> None:
    error = api_error(status, {"code": code, "message": message, "status": status}, may_start=True)
    assert error.text is text
    assert error.retryable is retryable
    assert error.ambiguous is (status >= 500)
    assert (error.status, error.dify_code) == (status, code)
    assert "{" not in error.sentence(Language.ENGLISH).replace("{message}", "") + error.sentence(Language.CHINESE)


@pytest.mark.parametrize(
    ("status", "text", "retryable", "ambiguous"),
    [
        (404, texts.NOT_DIFY, False, False),
        (400, texts.REFUSED_STATUS, False, False),
        (407, texts.REFUSED_STATUS, False, False),
        (408, texts.BUSY, True, True),
        (413, texts.FILE_TOO_LARGE, False, False),
        (425, texts.BUSY, True, False),
        (429, texts.TOO_MANY, True, False),
        (500, texts.SERVER_ERROR, True, True),
        (502, texts.GATEWAY, True, True),
        (503, texts.GATEWAY, True, True),
        (504, texts.GATEWAY, True, True),
        (524, texts.GATEWAY, True, True),
    ],
)
def test_what_a_proxy_says(status: int, text: Text, retryable: bool, ambiguous: bool) -> None:
    error = api_error(status, None, may_start=True)
    assert (error.text, error.retryable, error.ambiguous) == (text, retryable, ambiguous)
    assert not api_error(status, None, may_start=False).ambiguous
    assert "{" not in error.sentence(Language.ENGLISH) + error.sentence(Language.CHINESE)


@pytest.mark.parametrize("fault", [TOO_MANY_429, TOO_MANY_400, QUOTA_429])
def test_both_forms_of_too_many_requests_over_the_wire(dify: DifyDouble, client: DifyClient, fault: Fault) -> None:
    dify.form = ()
    dify.faults.append(fault)
    with pytest.raises(DifyError) as caught:
        client.run({}, user=USER)
    assert caught.value.retryable is (fault is not QUOTA_429)
    assert not caught.value.ambiguous
    assert not dify.runs


def test_retry_after_is_kept(dify: DifyDouble, client: DifyClient) -> None:
    dify.faults.append(Fault(Kind.ANSWER, "/info", 429, headers={"Retry-After": "7"}, method="GET"))
    with pytest.raises(DifyError) as caught:
        client.info()
    assert caught.value.retry_after == 7


@pytest.mark.parametrize("sentence", [value for value in vars(texts).values() if isinstance(value, Text)])
def test_each_sentence_is_one_and_says_something_in_both_languages(sentence: Text) -> None:
    assert set(re.findall(r"{(\w+)}", sentence.en)) == set(re.findall(r"{(\w+)}", sentence.zh))
    assert re.search(r"[一-鿿]", sentence.zh)
    assert not re.search(r"[一-鿿]", sentence.en.replace("DifyApiKey", ""))
    assert "http://" not in sentence.en


@pytest.mark.parametrize(
    "address", ["", "dify.example.com/v1", "ftp://dify/v1", "http://", "https://user:pass@dify/v1", "http://a:99999/v1"]
)
def test_an_address_without_sense(address: str) -> None:
    with pytest.raises(DifyError) as caught:
        DifyClient(address, "app-x")
    assert caught.value.text is texts.BAD_ADDRESS


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("https://dify.example.com", "https://dify.example.com/v1"),
        (" https://dify.example.com/v1/ ", "https://dify.example.com/v1"),
        ("http://10.0.0.8:8080/dify/v1", "http://10.0.0.8:8080/dify/v1"),
    ],
)
def test_the_address_as_people_paste_it(given: str, used: str) -> None:
    assert repr(DifyClient(given, "app-x")) == f"DifyClient({used!r})"


def test_nobody_at_the_address(client: DifyClient, dify: DifyDouble) -> None:
    dify.__exit__()
    with pytest.raises(DifyError) as caught:
        client.run({}, user=USER)
    assert caught.value.text is texts.UNREACHABLE
    assert caught.value.retryable
    assert not caught.value.ambiguous


def test_no_such_name() -> None:
    with pytest.raises(DifyError) as caught:
        DifyClient("http://dify.invalid/v1", "app-x").info()
    assert caught.value.text is texts.UNREACHABLE


def test_a_web_page_instead_of_the_api(dify: DifyDouble, client: DifyClient) -> None:
    page = "<!doctype html><title>Dify</title>"
    dify.form = ()
    dify.faults.append(Fault(Kind.ANSWER, "/info", 200, page, method="GET"))
    with pytest.raises(DifyError) as caught:
        client.info()
    assert caught.value.text is texts.NOT_DIFY
    dify.faults.append(Fault(Kind.ANSWER, status=200, body=page))
    with pytest.raises(DifyError) as caught:
        client.run({}, user=USER)
    assert caught.value.text is texts.NOT_DIFY
    assert caught.value.ambiguous


def test_a_redirect_is_not_followed(dify: DifyDouble, client: DifyClient) -> None:
    dify.form = ()
    dify.faults.append(Fault(Kind.ANSWER, status=301, headers={"Location": f"{dify.base_url}/info"}))
    with pytest.raises(DifyError) as caught:
        client.run({}, user=USER)
    assert caught.value.text is texts.REDIRECTED
    assert dify.calls == [("GET", "/v1/parameters"), ("POST", "/v1/workflows/run")]


def test_the_wrong_app(dify: DifyDouble, client: DifyClient) -> None:
    dify.mode, dify.form = "chat", ()
    with pytest.raises(DifyError) as caught:
        client.run({}, user=USER)
    assert caught.value.code == texts.NOT_WORKFLOW.code


def test_an_error_survives_a_process(dify: DifyDouble, client: DifyClient) -> None:
    with pytest.raises(NotFoundError) as caught:
        client.detail(UNKNOWN_ID)
    error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 (our own)
    assert (str(error), error.status, error.retryable) == (str(caught.value), 404, False)
    assert json.dumps(str(error)).isascii()
    assert dify.calls == [("GET", f"/v1/workflows/run/{UNKNOWN_ID}")]
