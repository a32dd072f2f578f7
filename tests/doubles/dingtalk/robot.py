"""A stand-in for DingTalk's group robot: it checks what DingTalk checks, answers in its words, and fails as it fails.

Use it as a context manager::

    with DingTalkDouble(secret="SEC...", keyword="日报") as ding:
        ...                                      # push to ding.webhook
        ding.fail_next(Fault.HTTP_502, times=2)
        assert ding.messages[0].title == "销售日报"

Its answers are those that senders have quoted. Assumed, not known: the order of the checks after the token, and that
a repeated ``msgUuid`` is answered with success and not posted again. What is refused may come again under its
``msgUuid``.
"""

import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.doubles.dingtalk.rules import Call, Group, Post, Style

TOKEN = "0123456789abcdef" * 4

_HTML = b"<html><head><title>error</title></head><body><h1>Bad Gateway</h1></body></html>"
_PUNISH = {"status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": "24ce64f68ff5dc054dca012fc3931165"}


class Fault(StrEnum):
    """What can go wrong with one request. Whether it is posted all the same is said beside each."""

    # not posted, unless asked otherwise
    HTTP_500 = "http_500"
    HTTP_502 = "http_502"
    URI_TOO_LONG = "uri_too_long"
    REDIRECT = "redirect"
    DROP = "drop"
    PUNISH = "punish"
    PUNISH_WITH_CODE = "punish_with_code"
    BUSY = "busy"
    THROTTLED = "throttled"
    # posted, unless asked otherwise
    DROP_AFTER_ACCEPT = "drop_after_accept"
    SLOW = "slow"
    CUT_SHORT = "cut_short"
    EMPTY_BODY = "empty_body"
    NOT_JSON = "not_json"
    JSON_LIST = "json_list"
    ERRCODE_STRING = "errcode_string"
    ERRCODE_ABSENT = "errcode_absent"
    ERRCODE_NULL = "errcode_null"
    ERRCODE_FALSE = "errcode_false"
    HTTP_201 = "http_201"


_NOT_POSTED = frozenset(list(Fault)[: list(Fault).index(Fault.DROP_AFTER_ACCEPT)])

_ANSWERS: dict[Fault, tuple[int, str, bytes]] = {
    Fault.HTTP_500: (500, "text/html", _HTML),
    Fault.HTTP_502: (502, "text/html", _HTML),
    Fault.URI_TOO_LONG: (414, "text/html", b"<html><body>Request-URI Too Large</body></html>"),
    Fault.PUNISH: (200, "application/json", json.dumps(_PUNISH).encode()),
    Fault.PUNISH_WITH_CODE: (200, "application/json", json.dumps({"errcode": 130101, **_PUNISH}).encode()),
    Fault.BUSY: (200, "application/json", '{"errcode":-1,"errmsg":"系统繁忙"}'.encode()),
    Fault.THROTTLED: (200, "application/json", '{"errcode":410100,"errmsg":"发送速度太快而限流"}'.encode()),
    Fault.EMPTY_BODY: (200, "application/json", b""),
    Fault.NOT_JSON: (200, "text/html", b"<html><body>Please log in to the network</body></html>"),
    Fault.JSON_LIST: (200, "application/json", b'[{"errcode":0,"errmsg":"ok"}]'),
    Fault.ERRCODE_STRING: (200, "application/json", b'{"errcode":"0","errmsg":"ok"}'),
    Fault.ERRCODE_ABSENT: (200, "application/json", b'{"errmsg":"ok"}'),
    Fault.ERRCODE_NULL: (200, "application/json", b'{"errcode":null,"errmsg":"ok"}'),
    Fault.ERRCODE_FALSE: (200, "application/json", b'{"errcode":false,"errmsg":"ok"}'),
    Fault.HTTP_201: (201, "application/json", b'{"errcode":0,"errmsg":"ok"}'),
}


@dataclass(frozen=True)
class Request:
    """A request as it arrived, whatever became of it."""

    method: str
    target: str
    """Path and query as they were on the wire."""
    headers: dict[str, str]
    """Names in lower case."""
    raw: bytes
    fault: Fault | None = None

    @property
    def body(self) -> Any:
        """The JSON body."""
        return json.loads(self.raw)

    @property
    def query(self) -> dict[str, str]:
        """The query, decoded once."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.target).query).items()}


@dataclass(frozen=True)
class _Planned:
    """What happens to a coming request instead of the ordinary."""

    fault: Fault | None = None
    answer: dict[str, Any] | None = None
    posted: bool = False


class DingTalkDouble:
    """A group with a robot, on this machine.

    Args:
        secret: the signing secret; empty where the robot is not set to signing.
        keyword: a keyword, or several of which one has to occur; none where it is not set to keywords.
        token: the access token that it knows.
        allowed_ips: the robot's IP range; empty where it has none.
        style: the wording of its refusals.
        now: Unix time in seconds, for timestamps and the rate limit.
        port: where to listen; any free port where 0.
    """

    def __init__(
        self,
        secret: str = "",
        keyword: str | Sequence[str] | None = None,
        *,
        token: str = TOKEN,
        allowed_ips: Sequence[str] = (),
        style: Style = Style.OLD,
        now: Callable[[], float] = time.time,
        port: int = 0,
    ) -> None:
        keywords = [keyword] if isinstance(keyword, str) else list(keyword or ())
        self.token, self.secret = token, secret
        self.requests: list[Request] = []
        self._group = Group(token, secret, keywords, allowed_ips, style, now)
        self._planned: deque[_Planned] = deque()
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._server = _Server(("127.0.0.1", port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def origin(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def webhook(self) -> str:
        """What DingTalk shows as the robot's Webhook."""
        return f"{self.origin}/robot/send?access_token={self.token}"

    @property
    def messages(self) -> list[Post]:
        """What stands in the group, oldest first."""
        with self._lock:
            return list(self._group.posts)

    def fail_next(self, fault: Fault, times: int = 1, *, posted: bool | None = None) -> None:
        """Let the next requests fail, after those already planned.

        Args:
            fault: how.
            times: how many requests.
            posted: whether a message that passes the checks is posted all the same; by default as the fault says.
        """
        posts = fault not in _NOT_POSTED if posted is None else posted
        self._planned.extend([_Planned(fault, posted=posts)] * times)

    def answer_next(self, code: int, errmsg: str, times: int = 1) -> None:
        """Let the next requests be refused with ``code``."""
        self._planned.extend([_Planned(answer={"errcode": code, "errmsg": errmsg})] * times)

    def pass_next(self, times: int = 1) -> None:
        """Let the next requests be treated as usual, before what is planned after them."""
        self._planned.extend([_Planned()] * times)

    def _take(self) -> _Planned:
        with self._lock:
            return self._planned.popleft() if self._planned else _Planned()

    def _receive(self, request: Request, planned: _Planned, sender: str) -> dict[str, Any]:
        """Record a request, and give the robot's answer to it."""
        parts = urlsplit(request.target)
        call = Call(request.method, parse_qs(parts.query), request.headers, request.raw, sender)
        with self._lock:
            self.requests.append(request)
            if planned.answer:
                return planned.answer
            if parts.path != "/robot/send":
                return {"errcode": 404, "errmsg": "请求的URI地址不存在"}
            if planned.fault and not planned.posted:
                return {}
            return self._group.receive(call)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], double: DingTalkDouble) -> None:
        self.double = double
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of the double."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65_537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        planned = self.server.double._take()  # noqa: SLF001  one thing in two classes
        if planned.fault is Fault.DROP:
            self._drop()
            return
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, raw, planned.fault)
        answer = self.server.double._receive(request, planned, self.client_address[0])  # noqa: SLF001
        self._answer(planned.fault, json.dumps(answer, ensure_ascii=False).encode())

    def _answer(self, fault: Fault | None, usual: bytes) -> None:
        if fault is Fault.DROP_AFTER_ACCEPT:
            self._drop()
        elif fault is Fault.SLOW:
            self.server.double._ending.wait()  # noqa: SLF001
            self._drop()
        elif fault is Fault.CUT_SHORT:
            self._send(200, "application/json", usual[: len(usual) // 2], length=len(usual))
            self._drop()
        elif fault is Fault.REDIRECT:
            elsewhere = self.server.double.origin.replace("127.0.0.1", "localhost")
            self._send(302, "text/html", b"", location=f"{elsewhere}/elsewhere")
        elif fault:
            self._send(*_ANSWERS[fault])
        else:
            self._send(200, "application/json", usual)

    def _send(self, status: int, media: str, body: bytes, *, length: int | None = None, location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def _drop(self) -> None:
        """Reset the connection: the client sees it break, not end."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class's name
        """Say nothing."""
