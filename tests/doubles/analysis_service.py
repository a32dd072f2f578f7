"""An analysis service that answers whatever a test wants, for whoever has to cope with it."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

type Answer = Callable[["Request"], None]


@dataclass
class Request:
    """One request as it came."""

    handler: BaseHTTPRequestHandler
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class AnalysisServiceDouble:
    """Answers ``answers`` in turn, the last for ever."""

    answers: list[Answer]
    requests: list[Request] = field(default_factory=list)

    def __enter__(self) -> Self:
        double = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                double._serve(self)

            do_GET = do_POST  # noqa: N815 - the name that the base class looks for

            def log_message(self, *_: object) -> None: ...

        self._release = threading.Event()
        self._server = _QuietServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._release.set()
        self._server.shutdown()
        self._server.server_close()

    def hang(self, _: Request) -> None:
        """An answer that never comes."""
        self._release.wait(60)

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        request = Request(handler, parts.path, query, dict(handler.headers.items()))
        self.requests.append(request)
        answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
        if answer is not drop_at_once:
            request.body = b"".join(_body(handler))
        answer(request)


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of some tests."""


def answered(status: int, body: Any, content_type: str = "application/json", **headers: str) -> Answer:
    """An answer with a body: JSON, or bytes as they are."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()

    def answer(request: Request) -> None:
        request.handler.send_response(status)
        request.handler.send_header("Content-Type", content_type)
        request.handler.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            request.handler.send_header(name.replace("_", "-"), value)
        request.handler.end_headers()
        request.handler.wfile.write(data)

    return answer


def problem(status: int, code: str, detail: str = "Something is wrong.", **headers: str) -> Answer:
    """An error in the service's own form."""
    return answered(status, {"detail": detail, "code": code, "request_id": "r"}, **headers)


def drop(request: Request) -> None:
    """The connection ends, without an answer, once the request is read."""
    request.handler.close_connection = True
    request.handler.connection.close()


def drop_at_once(request: Request) -> None:
    """The connection ends while the request is still being sent."""
    drop(request)


def _body(handler: BaseHTTPRequestHandler) -> Iterator[bytes]:
    if handler.headers.get("Transfer-Encoding", "") == "chunked":
        while size := int(handler.rfile.readline(), 16):
            yield handler.rfile.read(size)
            handler.rfile.readline()
        handler.rfile.readline()
    else:
        yield handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
