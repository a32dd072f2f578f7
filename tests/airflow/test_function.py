"""The function operator: through the one client of the analysis service; its key goes to no other address."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("airflow")

from airflow.providers.common.compat.sdk import AirflowException, AirflowFailException

from daybook.airflow.function import DaybookFunctionOperator
from tests.airflow.test_operators import Ti

KEY = "key-1234567890"


class Service(BaseHTTPRequestHandler):
    """The endpoint of hosted functions."""

    answers: list[tuple[int, str]] = []  # noqa: RUF012 (one server at a time)
    seen: list[tuple[str, dict[str, str], bytes]] = []  # noqa: RUF012

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, dict(self.headers), body))
        self._say(*(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]))

    def do_GET(self) -> None:
        self.seen.append((self.path, dict(self.headers), b""))
        self._say(200, "Date,Product\n")

    def _say(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Service]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Service.seen, Service.answers = [], []
    host = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("AIRFLOW_CONN_DAYBOOK_SERVICE", json.dumps({"host": host, "password": KEY}))
    monkeypatch.setattr("daybook.service_client.connection.BUSY_SECONDS", 0.0)
    yield Service
    server.shutdown()
    server.server_close()


def answer(**values: Any) -> tuple[int, str]:
    return 200, json.dumps({"run_id": "r", "result": {"rows": 2}, "text": "2 rows", "printed": "hi", **values})


def test_a_function_gives_its_result_and_files(service: type[Service], tmp_path: Path) -> None:
    elsewhere = "http://127.0.0.1:9/steal"
    service.answers = [answer(files=[{"name": "../clean.csv", "url": elsewhere}, {"name": "..", "url": "/x"}])]
    orders = tmp_path / "orders.csv"
    orders.write_bytes(b"a,b\n")
    ti = Ti()
    task = DaybookFunctionOperator(
        task_id="clean",
        function="clean_orders",
        arguments={"strict": True},
        files={"orders": str(orders)},
        save_to=str(tmp_path / "clean"),
    )
    assert task.execute({"ti": ti}) == {"rows": 2}
    saved = [str(tmp_path / "clean" / name) for name in ("clean.csv", "clean_orders")]
    assert ti.xcom == {"text": "2 rows", "files": saved}
    assert (tmp_path / "clean" / "clean.csv").read_text() == "Date,Product\n"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["clean", "clean.csv", "clean_orders", "orders.csv"]
    [(path, headers, body), *fetched] = service.seen
    assert (path, headers["Authorization"]) == ("/functions/clean_orders", f"Bearer {KEY}")
    assert b'name="strict"\r\n\r\ntrue' in body
    assert b'filename="orders.csv"' in body
    assert fetched[0][0] == "/v1/runs/r/files/..%2Fclean.csv"


@pytest.mark.parametrize(
    ("status", "code", "retried"),
    [
        (422, "parameter", False),
        (404, "not_found", False),
        (500, "unexpected", True),
        (503, "worker_lost", True),
        (503, "queue_full", True),
        (503, "not_ready", True),
        (422, "failed", False),
    ],
)
def test_a_function_that_does_not_run(service: type[Service], status: int, code: str, retried: bool) -> None:
    service.answers = [(status, json.dumps({"detail": "价格必须大于 0。", "code": code}))]
    for repeatable in (True, False):
        ti = Ti()
        task = DaybookFunctionOperator(
            task_id="f", function="what_if_price", arguments={"price": -1}, repeatable=repeatable
        )
        with pytest.raises(AirflowException) as caught:
            task.execute({"ti": ti})
        again = retried if repeatable else code in ("queue_full", "not_ready")
        assert isinstance(caught.value, AirflowFailException) is not again
        assert "价格必须大于 0。" in ti.xcom["problem"]


def test_a_busy_service_is_asked_again_at_once(service: type[Service], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daybook.service_client.connection.BUSY_SECONDS", 60.0)
    monkeypatch.setattr("daybook.service_client.connection._seconds", lambda _: 0.0)
    service.answers = [(503, json.dumps({"detail": "full", "code": "queue_full"})), answer()]
    assert DaybookFunctionOperator(task_id="f", function="f").execute({"ti": Ti()}) == {"rows": 2}
    assert len(service.seen) == 2


@pytest.mark.parametrize(
    ("status", "text", "said"), [(401, "{}", "密钥"), (200, "<html>", "不是来自"), (404, "<html>", "不是来自")]
)
def test_what_is_wrong_with_the_connection_is_said_of_the_connection(
    service: type[Service], status: int, text: str, said: str
) -> None:
    service.answers = [(status, text)]
    with pytest.raises(AirflowFailException, match=said) as caught:
        DaybookFunctionOperator(task_id="f", function="f").execute({"ti": Ti()})
    assert "插件" not in str(caught.value)


def test_a_service_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_DAYBOOK_SERVICE", '{"host": "http://127.0.0.1:9"}')
    monkeypatch.setattr("daybook.service_client.connection.ATTEMPTS_TO_CONNECT", 1)
    with pytest.raises(AirflowException, match="无法连接分析服务") as caught:
        DaybookFunctionOperator(task_id="f", function="f").execute({"ti": Ti()})
    assert not isinstance(caught.value, AirflowFailException)
    monkeypatch.setenv("AIRFLOW_CONN_DAYBOOK_SERVICE", '{"conn_type": "generic"}')
    with pytest.raises(AirflowFailException, match="daybook_service"):
        DaybookFunctionOperator(task_id="f", function="f").execute({"ti": Ti()})


def test_a_file_that_is_not_there(service: type[Service]) -> None:
    with pytest.raises(AirflowFailException, match=r"nowhere\.csv"):
        DaybookFunctionOperator(task_id="f", function="f", files={"a": "nowhere.csv"}).execute({"ti": Ti()})
    assert not service.seen
