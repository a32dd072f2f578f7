"""Neither the app's key, nor other headers, nor signed links, nor addresses come out: in no error, repr or log."""

import logging
import traceback
from collections.abc import Callable
from io import BytesIO

import pytest

from daybook.dify import DifyClient, DifyError, run_once
from daybook.dify.errors import safe_text
from daybook.language import Language
from daybook.transport import LONGEST
from tests.dify.conftest import USER
from tests.doubles.dify import DifyDouble
from tests.doubles.dify.parts import Fault, Kind, NodeError, envelope
from tests.doubles.time import FakeTime

KEY = "app-S3cretKey0123456789"
DMS = "dms-h3ader-secret"
SIGNED = "http://10.0.0.8/files/7/file-preview?timestamp=1&nonce=n0nce&sign=s1gnature"
LEAKS = (KEY, DMS, "n0nce", "s1gnature", "10.0.0.8", "127.0.0.1", "file-preview")

type Failing = Callable[[DifyClient, DifyDouble], object]


def upload(client: DifyClient) -> dict[str, str]:
    return client.upload(BytesIO(b"x"), user=USER, filename="sales.csv").as_input()


def node_fails(client: DifyClient, dify: DifyDouble) -> object:
    def workflow(*_: object) -> dict[str, object]:
        raise NodeError(f"GET {SIGNED} with Bearer {KEY} and DifyApiKey={DMS} failed\n  Traceback")

    dify.workflow = workflow
    outcome = client.run({"sales_data": upload(client)}, user=USER)
    assert outcome.failures
    return outcome.require_success()


def refused(client: DifyClient, dify: DifyDouble) -> object:
    body = envelope(400, f"code {KEY}", f"Cannot read {SIGNED} as {KEY} for {DMS}")
    dify.faults.append(Fault(Kind.ANSWER, status=400, body=body))
    return client.run({"sales_data": upload(client)}, user=USER)


def echoing_proxy(client: DifyClient, dify: DifyDouble) -> object:
    dify.faults.append(Fault(Kind.ANSWER, status=502, body=f"<p>Authorization: Bearer {KEY} {SIGNED}</p>"))
    return client.run({"sales_data": upload(client)}, user=USER)


def dropped(client: DifyClient, dify: DifyDouble) -> object:
    dify.faults.append(Fault(Kind.DROP))
    return run_once(client, lambda: {"sales_data": upload(client)}, user=USER)


def gone(client: DifyClient, dify: DifyDouble) -> object:
    dify.__exit__()
    return client.info()


def wrong_key(client: DifyClient, dify: DifyDouble) -> object:
    dify.api_key = "app-another"
    return client.info()


@pytest.mark.parametrize("failing", [node_fails, refused, echoing_proxy, dropped, gone, wrong_key])
def test_nothing_comes_out(failing: Failing, clock: FakeTime, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "daybook")
    with DifyDouble(api_key=KEY, dms_key=DMS) as dify:
        client = DifyClient(dify.base_url, KEY, {"DifyApiKey": DMS}, clock=clock.clock)
        with pytest.raises(DifyError) as caught:
            failing(client, dify)
    error = caught.value
    shown = [str(error), repr(error), error.sentence(Language.CHINESE), caplog.text, repr(error.__dict__)]
    shown += traceback.format_exception(error)[-1:]
    for leak in LEAKS:
        assert not [text for text in shown if leak in text], leak
    for secret in (KEY, DMS):
        assert secret not in "".join(traceback.format_exception(error))
        assert secret not in repr(client)


def test_the_headers_reach_dify_although_a_netrc_says_otherwise(
    dify: DifyDouble, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    path = f"{tmp_path}/netrc"
    with open(path, "w", encoding="ascii") as file:  # noqa: PTH123 (one line either way)
        file.write("machine 127.0.0.1 login someone password other\n")
    monkeypatch.setenv("NETRC", path)
    dify.dms_key = DMS
    assert DifyClient(dify.base_url, dify.api_key, {"DifyApiKey": DMS}).info().mode == "workflow"
    with pytest.raises(DifyError):
        DifyClient(dify.base_url, dify.api_key).info()


def test_the_signed_link_is_there_but_not_shown(client: DifyClient) -> None:
    uploaded = client.upload(BytesIO(b"x"), user=USER, filename="sales.csv")
    assert "sign=" in uploaded.source_url
    assert "sign=" not in repr(uploaded)


def test_safe_text() -> None:
    assert safe_text(None) == ""
    assert safe_text("缺少列: Price") == "缺少列: Price"
    assert safe_text("see https://a/b?sign=1，然后重试") == "see ***，然后重试"
    assert safe_text("/files/1/file-preview?sign=a&nonce=b") == "***"
    assert safe_text("a\n\tb") == "a b"
    assert len(safe_text("x" * 1000)) == LONGEST
