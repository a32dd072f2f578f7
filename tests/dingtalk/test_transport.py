import socket
import threading
from collections.abc import Iterator

import pytest
import requests

from daybook.dingtalk import Robot, RobotTransport
from daybook.dingtalk.robot import RobotAddress
from daybook.dingtalk.transport import ANSWER_BYTES, Verdict, classified
from daybook.language import Language
from daybook.transport import Redactor
from tests.dingtalk.conftest import SECRET, quick
from tests.doubles.dingtalk import TOKEN, DingTalkDouble, Fault
from tests.doubles.time import BEGINNING

PAYLOAD = b'{"msgtype":"text","text":{"content":"hi"}}'
NOW_MS = round(BEGINNING * 1000)


@pytest.fixture
def transport() -> Iterator[RobotTransport]:
    with requests.Session() as session:
        yield quick(session)


def test_a_message_is_posted(transport: RobotTransport, robot: Robot, ding: DingTalkDouble) -> None:
    answer = transport.post(robot, PAYLOAD, NOW_MS)
    assert (answer.verdict, answer.code) == (Verdict.DELIVERED, 0)
    assert ding.requests[0].raw == PAYLOAD
    assert ding.requests[0].headers["content-type"] == "application/json; charset=utf-8"
    assert "transfer-encoding" not in ding.requests[0].headers


@pytest.mark.parametrize(
    ("fault", "verdict"),
    [
        (Fault.HTTP_500, Verdict.UNKNOWN),
        (Fault.HTTP_502, Verdict.UNKNOWN),
        (Fault.URI_TOO_LONG, Verdict.REFUSED),
        (Fault.REDIRECT, Verdict.REFUSED),
        (Fault.PUNISH, Verdict.THROTTLED),
        (Fault.PUNISH_WITH_CODE, Verdict.THROTTLED),
        (Fault.THROTTLED, Verdict.THROTTLED),
        (Fault.BUSY, Verdict.BUSY),
        (Fault.DROP, Verdict.UNKNOWN),
        (Fault.DROP_AFTER_ACCEPT, Verdict.UNKNOWN),
        (Fault.SLOW, Verdict.UNKNOWN),
        (Fault.CUT_SHORT, Verdict.UNKNOWN),
        (Fault.EMPTY_BODY, Verdict.UNKNOWN),
        (Fault.NOT_JSON, Verdict.UNKNOWN),
        (Fault.JSON_LIST, Verdict.UNKNOWN),
        (Fault.ERRCODE_STRING, Verdict.UNKNOWN),
        (Fault.ERRCODE_ABSENT, Verdict.UNKNOWN),
        (Fault.ERRCODE_NULL, Verdict.UNKNOWN),
        (Fault.ERRCODE_FALSE, Verdict.UNKNOWN),
        (Fault.HTTP_201, Verdict.UNKNOWN),
    ],
)
def test_the_verdict_on_every_fault(
    transport: RobotTransport, robot: Robot, ding: DingTalkDouble, fault: Fault, verdict: Verdict
) -> None:
    ding.fail_next(fault)
    answer = transport.post(robot, PAYLOAD, NOW_MS)
    assert answer.verdict is verdict
    assert len(ding.requests) == (fault is not Fault.DROP)


def test_no_fault_is_left_out() -> None:
    (mark,) = test_the_verdict_on_every_fault.pytestmark  # type: ignore[attr-defined]
    assert {fault for fault, _ in mark.args[1]} == set(Fault)


def test_a_redirect_is_not_followed(transport: RobotTransport, robot: Robot, ding: DingTalkDouble) -> None:
    ding.fail_next(Fault.REDIRECT)
    transport.post(robot, PAYLOAD, NOW_MS)
    assert [request.target.partition("?")[0] for request in ding.requests] == ["/robot/send"]


@pytest.mark.parametrize(
    ("status", "body", "verdict", "code"),
    [
        (200, b'{"errcode":0}', Verdict.DELIVERED, 0),
        (200, b'\xef\xbb\xbf{"errcode":0,"errmsg":"ok"}', Verdict.DELIVERED, 0),
        (500, b'{"errcode":0}', Verdict.UNKNOWN, None),
        (302, b'{"errcode":0}', Verdict.REFUSED, None),
        (200, b'{"errcode":0.0}', Verdict.UNKNOWN, None),
        (200, b'{"errcode":{}}', Verdict.UNKNOWN, None),
        (200, b"0", Verdict.UNKNOWN, None),
        (200, b"\xff\xfe\x00", Verdict.UNKNOWN, None),
        (200, b"[" * 50_000, Verdict.UNKNOWN, None),
        (200, b'{"errcode":' + b"9" * 5000 + b"}", Verdict.UNKNOWN, None),
        (403, b"<html>", Verdict.REFUSED, None),
        (407, b"", Verdict.REFUSED, None),
        (408, b"", Verdict.UNKNOWN, None),
        (429, b"", Verdict.THROTTLED, None),
        (503, b"", Verdict.UNKNOWN, None),
        (400, b'{"errcode":40035,"errmsg":"x"}', Verdict.REFUSED, 40035),
        (200, b'{"errcode":310000}', Verdict.REFUSED, 310000),
        (200, b'{"errcode":310000,"errmsg":null}', Verdict.REFUSED, 310000),
        (200, b'{"errcode":310000,"errmsg":["a"]}', Verdict.REFUSED, 310000),
    ],
)
def test_only_200_with_an_integer_0_is_success(status: int, body: bytes, verdict: Verdict, code: int | None) -> None:
    answer = classified(status, body, Redactor())
    assert (answer.verdict, answer.code) == (verdict, code)


def test_what_dingtalk_said_is_kept_short_and_clean() -> None:
    words = f"sign not match, secret {SECRET} token {TOKEN}, more: [https://ding-doc.example/doc#/x] " + "y" * 500
    body = f'{{"errcode":310000,"errmsg":"{words}"}}'.encode()
    answer = classified(200, body, Redactor(SECRET, TOKEN))
    assert answer.errmsg.startswith("sign not match, secret *** token ***, more: [")
    assert len(answer.errmsg) == 200
    assert "://" not in answer.errmsg


def _at(port: int) -> Robot:
    return Robot(RobotAddress(f"http://127.0.0.1:{port}", TOKEN))


def test_no_connection_means_that_nothing_was_sent(transport: RobotTransport) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        answer = transport.post(_at(bound.getsockname()[1]), PAYLOAD, NOW_MS)
    assert answer.verdict is Verdict.NOT_SENT
    assert answer.cause.to(Language.ENGLISH) == "no connection could be made"


def test_an_unknown_host_means_that_nothing_was_sent(
    transport: RobotTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_name(*_: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_name)
    answer = transport.post(Robot(RobotAddress("https://oapi.dingtalk.com", TOKEN)), PAYLOAD, NOW_MS)
    assert answer.verdict is Verdict.NOT_SENT


def test_a_failed_tls_handshake_means_that_nothing_was_sent(transport: RobotTransport, ding: DingTalkDouble) -> None:
    answer = transport.post(Robot(RobotAddress(ding.origin.replace("http", "https"), TOKEN)), PAYLOAD, NOW_MS)
    assert answer.verdict is Verdict.NOT_SENT
    assert "encrypted" in answer.cause.en
    assert ding.requests == []


def test_a_proxy_that_does_not_answer_means_that_nothing_was_sent() -> None:
    with requests.Session() as session, socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        session.proxies = {"https": f"http://127.0.0.1:{bound.getsockname()[1]}"}
        answer = quick(session).post(Robot(RobotAddress("https://oapi.dingtalk.com", TOKEN)), PAYLOAD, NOW_MS)
    assert answer.verdict is Verdict.NOT_SENT
    assert "proxy" in answer.cause.en


def test_a_proxy_of_the_environment_is_not_asked_for_a_robot_on_this_machine(
    transport: RobotTransport, robot: Robot, ding: DingTalkDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    assert transport.post(robot, PAYLOAD, NOW_MS).verdict is Verdict.DELIVERED
    assert len(ding.requests) == 1


def test_an_endless_answer_is_not_read_to_its_end(transport: RobotTransport) -> None:
    """A server that sends for as long as it is listened to; the client has to hang up."""
    hung_up = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
                try:
                    while True:
                        connection.sendall(b" " * ANSWER_BYTES)
                except OSError:
                    hung_up.set()

        thread = threading.Thread(target=serve)
        thread.start()
        answer = transport.post(_at(server.getsockname()[1]), PAYLOAD, NOW_MS)
        thread.join()
    assert answer.verdict is Verdict.UNKNOWN
    assert hung_up.is_set()
