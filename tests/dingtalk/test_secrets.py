"""A token, a secret or a signature appears in nothing that a person, a log or a store gets, whatever fails."""

import base64
import io
import json
import logging
import pickle
import re
import traceback
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest
import requests

from daybook.dingtalk import Robot, RobotClient, sign
from daybook.errors import DaybookError
from daybook.language import Language
from daybook.parameters import PushParameters
from daybook.plugin.push_dingtalk import (
    LOOPBACK_SWITCH,
    RobotCredentials,
    check_robot_credentials,
    push,
)
from daybook.store import MemoryStore
from daybook.transport import Redactor
from tests.dingtalk.conftest import many_parts, quick
from tests.doubles.dingtalk import DingTalkDouble, Fault
from tests.doubles.time import FakeTime

SECRET = "SEC+needs/quoting=and&more" + "7" * 20
TOKEN = "tokentokentoken_" + "9" * 48


def forms(value: str) -> set[str]:
    once = quote(value, safe="")
    return {
        value,
        once,
        quote(value),
        quote_plus(value),
        quote(once, safe=""),
        json.dumps(value)[1:-1],
        repr(value)[1:-1],
    }


def assert_clean(text: str, ding: DingTalkDouble | None = None) -> None:
    signs = [request.query.get("sign", "") for request in ding.requests] if ding else []
    for value in (SECRET, TOKEN, *filter(None, signs)):
        for form in (*forms(value), base64.b64encode(value.encode()).decode()):
            assert form not in text, f"{form!r} leaked"
    assert not re.search(r"access_token=(?!\*\*\*)\S", text)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that any logger says, at any level, with tracebacks."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setLevel(logging.NOTSET)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def ding(time: FakeTime) -> Iterator[DingTalkDouble]:
    with DingTalkDouble(SECRET, token=TOKEN, now=time.now) as double:
        yield double


def everything_of(error: BaseException) -> str:
    """What a handler could show of an error: its texts, its traceback, the whole chain, its state."""
    chain: list[BaseException] = [error]
    while following := chain[-1].__cause__ or chain[-1].__context__:
        chain.append(following)
    shown = [f"{link!s} {link!r} {vars(link)!r} {link.args!r}" for link in chain]
    if isinstance(error, DaybookError):
        shown += [error.sentence(language) for language in Language]
        shown.append(repr(pickle.dumps(error)))
    return "\n".join([*shown, *traceback.format_exception(error)])


@pytest.mark.parametrize("fault", [*Fault, None])
@pytest.mark.parametrize("key", ["", "day"])
def test_every_failing_push(
    ding: DingTalkDouble, time: FakeTime, log: io.StringIO, fault: Fault | None, key: str
) -> None:
    store = MemoryStore()
    robot = Robot.parse(ding.webhook, SECRET, "词", allow_loopback=True)
    client = RobotClient(robot, store, clock=time.clock, transport=quick)
    ding.pass_next()
    if fault:
        ding.fail_next(fault, times=3)
    else:
        echoed = sign(SECRET, time.clock.now_ms())
        ding.answer_next(310000, f"sign {echoed} does not fit {SECRET}, see {ding.webhook}&sign={quote(echoed)}")
    try:
        shown = repr(client.push(many_parts(), key))
    except DaybookError as error:
        shown = everything_of(error)
    assert_clean(shown + repr(robot) + repr(client) + repr(vars(store)) + log.getvalue(), ding)
    assert "POST" in log.getvalue()


def test_a_robot_that_cannot_be_reached(log: io.StringIO, time: FakeTime) -> None:
    robot = Robot.parse(f"http://127.0.0.1:9/robot/send?access_token={TOKEN}", SECRET, allow_loopback=True)
    with pytest.raises(DaybookError) as caught:
        RobotClient(robot, clock=time.clock, transport=quick).push(many_parts())
    assert_clean(everything_of(caught.value) + log.getvalue())


def test_the_http_library_would_have_leaked() -> None:
    """What is guarded against."""
    with pytest.raises(requests.ConnectionError) as caught:
        requests.post(f"http://127.0.0.1:9/robot/send?access_token={TOKEN}", timeout=1)
    assert TOKEN in str(caught.value)


@pytest.mark.parametrize(
    "credentials",
    [
        {"robot_webhook": f"https://evil.example/robot/send?access_token={TOKEN}", "robot_secret": SECRET},
        {"robot_webhook": f"https://oapi.dingtalk.com/else?access_token={TOKEN}", "robot_secret": SECRET},
        {"robot_webhook": TOKEN, "robot_secret": f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}"},
        {"robot_webhook": TOKEN, "robot_secret": TOKEN},
        {"robot_webhook": TOKEN + " " + SECRET},
        {"robot_secret": SECRET},
    ],
)
def test_credentials_that_are_refused(credentials: dict[str, str], log: io.StringIO) -> None:
    with pytest.raises(DaybookError) as caught:
        check_robot_credentials(credentials)
    assert_clean(everything_of(caught.value) + repr(RobotCredentials.of(credentials)) + log.getvalue())


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_outputs_of_the_node(
    ding: DingTalkDouble, time: FakeTime, log: io.StringIO, dry_run: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LOOPBACK_SWITCH, "1")
    store = MemoryStore()
    asked = PushParameters(content="hi", delivery_key="day", dry_run=dry_run)
    credentials = {"robot_webhook": ding.webhook, "robot_secret": SECRET}
    outputs = push(asked, credentials, store, clock=time.clock)
    assert_clean(repr(outputs) + repr(asked) + repr(vars(store)) + log.getvalue(), ding)


def test_redaction_of_every_form() -> None:
    redactor = Redactor(SECRET, TOKEN)
    for value in (SECRET, TOKEN):
        for form in forms(value):
            assert_clean(redactor(f"before {form} after"))
            assert_clean(redactor(f"before {form.lower()} after"))
    assert redactor("GET /robot/send?access_token=abc&timestamp=1&sign=x%2B HTTP/1.1") == (
        "GET /robot/send?access_token=***&timestamp=***&sign=*** HTTP/1.1"
    )
    assert Redactor("", "ab")("cab") == "cab"
