"""What failed requests mean: judged on errors that real sockets gave."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests

from daybook.transport import Failure, classify


@contextmanager
def server(answer: bytes | None, *, hold: bool = False) -> Iterator[str]:
    """A port that takes one connection, reads a request, answers and hangs up; or stays silent."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = threading.Event()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                if answer:
                    connection.sendall(answer)
                if hold:
                    done.wait(10)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            done.set()
            thread.join(10)


def failure(url: str, timeout: float | tuple[float, float] = 5) -> Failure:
    with pytest.raises(requests.RequestException) as caught:
        requests.get(url, timeout=timeout, proxies={"http": "", "https": ""})
    return classify(caught.value)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (lambda: f"http://127.0.0.1:{closed_port()}/", Failure.UNREACHABLE),
        (lambda: f"https://127.0.0.1:{closed_port()}/", Failure.UNREACHABLE),
        (lambda: "http://no-such-host.invalid/", Failure.UNREACHABLE),
        (lambda: "ftp://127.0.0.1/", Failure.BAD_ADDRESS),
        (lambda: "http://[/", Failure.BAD_ADDRESS),
    ],
)
def test_a_request_that_never_left(url: Callable[[], str], expected: Failure) -> None:
    found = failure(url())
    assert found is expected
    assert found.never_left


def test_an_answer_that_is_no_tls() -> None:
    with server(b"HTTP/1.0 400 Bad Request\r\n\r\n") as url:
        found = failure(url.replace("http:", "https:"))
    assert found is Failure.NO_TLS
    assert found.never_left


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", b"nonsense\r\n\r\n"])
def test_a_connection_that_breaks_off(answer: bytes) -> None:
    with server(answer) as url:
        found = failure(url)
    assert found is Failure.CUT_OFF
    assert not found.never_left


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"])
def test_silence(answer: bytes) -> None:
    with server(answer, hold=True) as url:
        found = failure(url, (5, 0.2))
    assert found is Failure.TOO_SLOW
    assert not found.never_left


def test_what_had_surely_left_is_never_said_to_have_not() -> None:
    refused = requests.exceptions.ConnectTimeout()
    assert classify(refused) is Failure.CONNECT_TIMEOUT
    assert classify(refused, sent=True) is Failure.CUT_OFF
    assert classify(requests.exceptions.ReadTimeout(), sent=True) is Failure.TOO_SLOW
