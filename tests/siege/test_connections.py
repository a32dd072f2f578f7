"""What connections may do to the service: flood it, hold it, starve it of file descriptors."""

import json
import resource
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from tests.service.harness import COMMAND, ServiceProcess, until
from tests.siege.attacker import MB, answers, connect, heard, pump, repeated, watched

GET = b"GET /status HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    with ServiceProcess(tmp_path_factory.mktemp("siege"), workers=1, language="en_US") as running:
        yield running


def test_answers_that_nobody_reads_are_not_made(service: ServiceProcess) -> None:
    with watched(service) as watch, ExitStack() as stack, ThreadPoolExecutor(6) as threads:
        connections = [stack.enter_context(connect(service)) for _ in range(6)]
        sent = sum(threads.map(lambda each: pump(each, repeated(GET, b"\r\n" + GET), 10 * MB), connections))
        assert answers(service) is not None
    print(f"sent {sent / MB:.1f} MB, grown {watch.grown_mb:.0f} MB")  # noqa: T201 - the figure of the report
    assert watch.grown_mb < 40
    assert answers(service) is not None


@pytest.mark.parametrize("header", [b"a:b\r\n" * 10_000, b"c" * 100_000], ids=["many", "endless"])
def test_headers_without_an_end_are_refused(service: ServiceProcess, header: bytes) -> None:
    with watched(service) as watch, connect(service) as connection:
        sent = pump(connection, repeated(GET + b"X: ", header), 200 * MB)
        answer = heard(connection)
    print(f"sent {sent / MB:.1f} MB, grown {watch.grown_mb:.0f} MB")  # noqa: T201
    assert answer.startswith(b"HTTP/1.1 431 ") or not answer  # it may be lost where the client goes on sending
    assert watch.grown_mb < 40
    assert answers(service) is not None


def test_a_client_reads_why_its_headers_were_refused(service: ServiceProcess) -> None:
    for head in (GET + b"a: b\r\n" * 150 + b"\r\n", GET + b"X: " + b"c" * 70_000):
        with connect(service) as connection:
            connection.sendall(head)
            answer = heard(connection)
        status, body = answer.split(b"\r\n", 1)[0], answer.rpartition(b"\r\n\r\n")[2]
        assert status == b"HTTP/1.1 431 Request Header Fields Too Large"
        assert json.loads(body)["code"] == "headers"
        assert "send fewer" in json.loads(body)["detail"]


@pytest.mark.parametrize(
    "piece",
    [b"1;" + b"x" * 100_000, b"1\r\na\r\n0\r\nTrailer: " + b"x" * 100_000],
    ids=["chunk extension", "trailer"],
)
def test_what_stands_between_a_bodys_pieces_is_bounded(service: ServiceProcess, piece: bytes) -> None:
    head = b"POST /analysis/daily_sale_analysis HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
    head += f"Authorization: {service.client.headers['Authorization']}\r\n".encode()
    with watched(service) as watch, connect(service) as connection:
        pump(
            connection,
            repeated(head + b"Content-Type: multipart/form-data; boundary=b\r\n\r\n" + piece, b"x" * 9999),
            50 * MB,
        )
        heard(connection)
    assert watch.grown_mb < 40
    assert until(lambda: service.queue()["places_taken"] == 0)


def test_what_is_no_http_is_a_short_answer_and_no_log_line(service: ServiceProcess) -> None:
    before = len(service.lines)
    for nonsense in (b"\x16\x03\x01\x02\x00" * 100 + b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\nA b\r\n\r\n"):
        with connect(service) as connection:
            connection.sendall(nonsense)
            assert heard(connection).startswith(b"HTTP/1.1 400 Bad Request\r\n")
    upgrade = GET + b"Connection: upgrade\r\nUpgrade: websocket\r\n\r\n"
    with connect(service) as connection:
        connection.sendall(upgrade)
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
    assert not [line for line in service.lines[before:] if "WARNING" in line or "ERROR" in line]


@pytest.mark.parametrize("begun", [b"", b"GET / HT"])
def test_a_connection_has_ten_seconds_for_its_first_request(service: ServiceProcess, begun: bytes) -> None:
    with connect(service) as connection:
        connection.sendall(begun)
        started = time.monotonic()
        answer = heard(connection)
        assert 9 < time.monotonic() - started < 14
    assert (b"408" in answer) is bool(begun)


def test_a_trickle_of_header_bytes_gains_no_time(service: ServiceProcess) -> None:
    with connect(service) as connection:
        connection.sendall(GET)
        started = time.monotonic()
        while time.monotonic() - started < 20:
            time.sleep(0.5)
            try:
                connection.sendall(b"a: b\r\n")
                connection.settimeout(0.01)
                if not connection.recv(1000):
                    break
            except TimeoutError:
                continue
            except ConnectionError:
                break
        assert time.monotonic() - started < 15


def test_an_idle_connection_ends(service: ServiceProcess) -> None:
    with connect(service) as connection:
        connection.sendall(GET + b"\r\n")
        started = time.monotonic()
        heard(connection)
        assert 14 < time.monotonic() - started < 20


@pytest.mark.nightly
def test_an_answer_that_nobody_reads_ends_its_connection(tmp_path: Path) -> None:
    with ServiceProcess(tmp_path, workers=1) as service, socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        host, _, port = service.url.removeprefix("http://").partition(":")
        connection.connect((host, int(port)))
        connection.sendall(b"GET /docs/assets/swagger-ui-bundle.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        server = psutil.Process(service.process.pid)
        until(lambda: [each for each in server.net_connections() if each.status == "ESTABLISHED"])
        started = time.monotonic()
        while [each for each in server.net_connections() if each.status == "ESTABLISHED"]:
            assert time.monotonic() - started < 45
            time.sleep(0.5)


def test_idle_connections_make_room_for_those_that_ask(tmp_path: Path) -> None:
    with ServiceProcess(tmp_path, workers=1, connections=20) as service, ExitStack() as stack:
        for _ in range(200):
            stack.enter_context(connect(service))
        seconds = answers(service)
        assert seconds is not None
        assert seconds < 1


def test_more_requests_than_connections_are_refused_shortly(tmp_path: Path) -> None:
    head = b"POST /v1/reports HTTP/1.1\r\nHost: a\r\nContent-Type: text/csv\r\nContent-Length: 1000\r\n"
    with ServiceProcess(tmp_path, workers=1, connections=16, language="en_US") as service, ExitStack() as stack:
        head += f"Authorization: {service.client.headers['Authorization']}\r\n\r\n".encode()
        service.client.close()
        for _ in range(16):
            stack.enter_context(connect(service)).sendall(head)
        until(lambda: len(psutil.Process(service.process.pid).net_connections()) >= 17)
        time.sleep(0.5)
        with connect(service) as connection:
            answer = heard(connection)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"Retry-After: 1" in answer
        assert b"too_many_connections" in answer
        assert len(until(lambda: [line for line in service.lines if "too many connections" in line])) == 1
        stack.close()
        assert (until(lambda: answers(service)) or 9) < 1


def test_too_few_descriptors_are_said_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ulimit -n"):
        LimitedService(tmp_path, 90).start()


def test_without_file_descriptors_it_stays_calm_and_comes_back(tmp_path: Path) -> None:
    with LimitedService(tmp_path, 256) as service:
        process = psutil.Process(service.process.pid)
        until(lambda: any("fewer connections than set" in line for line in service.lines))
        # what holds descriptors beside connections: here, the limit sinks below what is open
        open_now = process.num_fds()
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (open_now + 4, 256))
        with ExitStack() as stack:
            for _ in range(100):
                stack.enter_context(connect(service))
            before = sum(process.cpu_times()[:2])
            time.sleep(3)
            share = (sum(process.cpu_times()[:2]) - before) / 3
            during = answers(service)
        print(f"cpu {share:.0%}, answers meanwhile after {during} s")  # noqa: T201
        assert share < 0.3
        assert during is not None
        after = answers(service)
        assert after is not None
        assert after < 1
        assert len(until(lambda: [line for line in service.lines if "descriptors used up" in line])) == 1


class LimitedService(ServiceProcess):
    """A service that may have so many files open."""

    def __init__(self, folder: Path, descriptors: int) -> None:
        super().__init__(folder, workers=1, language="en_US")
        self.command = ["sh", "-c", f'ulimit -n {descriptors}; exec "$@"', "sh", *COMMAND]
