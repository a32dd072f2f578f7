"""A stand-in for a chat model behind the OpenAI protocol: it checks what such an endpoint checks, and answers.

Use it as a context manager::

    with ModelDouble("华东缺货。") as model:
        ...                                    # POST to model.url
        model.fail_next(401)
        assert model.requests[0]["messages"][-1]["role"] == "user"
"""

import json
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

KEY = "sk-made-up-for-tests"
NAME = "made-up-model"


class ModelDouble:
    """A model on this machine that always says the same.

    Args:
        answer: what it says.
        key: the API key that it knows.
    """

    def __init__(self, answer: str, key: str = KEY) -> None:
        self.answer, self.key = answer, key
        self.requests: list[dict[str, Any]] = []
        """Bodies of the requests that were answered."""
        self._planned: deque[int] = deque()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The address of its chat endpoint."""
        return f"http://127.0.0.1:{self._server.server_port}/v1/chat/completions"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def fail_next(self, status: int, times: int = 1) -> None:
        """Answer the next requests with an error."""
        self._planned.extend([status] * times)

    def receive(self, authorization: str, raw: bytes) -> tuple[int, dict[str, Any]]:
        """Status and body of the answer to a request."""
        if self._planned:
            return self._planned.popleft(), {"error": {"message": "planned", "type": "server_error"}}
        if authorization != f"Bearer {self.key}":
            return 401, {"error": {"message": "Incorrect API key provided", "type": "invalid_request_error"}}
        body = json.loads(raw)
        roles = [message["role"] for message in body["messages"]]
        if not body["model"] or not roles or not set(roles) <= {"system", "user", "assistant"}:
            return 400, {"error": {"message": "Invalid request", "type": "invalid_request_error"}}
        self.requests.append(body)
        message = {"role": "assistant", "content": self.answer}
        return 200, {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "model": body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, double: ModelDouble) -> None:
        self.double = double
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, body = self.server.double.receive(self.headers.get("Authorization", ""), raw)
        if self.path != "/v1/chat/completions":
            status, body = 404, {"error": {"message": "Not found", "type": "invalid_request_error"}}
        data = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives
        """Keep quiet."""
