"""A file link is what an end user typed: it leads into no private network, holds nothing up, and carries no secret."""

import gzip
import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from daybook import fetch as fetching
from daybook.errors import DaybookError, FileError, LimitError
from daybook.fetch import Patience, fetch
from daybook.guard import HOSTS_VARIABLE, NOT_PUBLIC, may_lead
from daybook.limits import Limits
from difykit.runner import FileServer

ID = "0b1c8a7e-2f6d-4c3b-9a58-1d2e3f405162"
SIGNED = f"/files/{ID}/file-preview?timestamp=1700000000&nonce=00ff&sign=abc%3D"
QUICK = Patience(connect=2, read=2, total=1.0, attempts=1)
LIMITS = Limits(file_bytes=1_000_000)

type Serve = Callable[[socket.socket], None]


@contextmanager
def serving(serve: Serve) -> Iterator[str]:
    """A host that answers each connection as ``serve`` does, and the part of a link that leads there."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    threading.Thread(target=answer, args=(connection,), daemon=True).start()

        def answer(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                connection.recv(65536)
                serve(connection)

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def dripping(piece: bytes) -> Serve:
    def serve(connection: socket.socket) -> None:
        while True:
            connection.sendall(piece)
            time.sleep(0.05)

    return serve


def pause() -> bool:
    return threading.Event().wait(0.4)


def refused(link: str, patience: Patience = QUICK) -> DaybookError:
    with pytest.raises(DaybookError) as caught:
        fetch(link, limits=LIMITS, patience=patience)
    return caught.value


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0x7f000001", "127.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "user:pw@127.0.0.1"],
)
def test_a_private_address_is_not_connected_to_however_it_is_written(host: str) -> None:
    asked: list[bytes] = []
    with serving(lambda _: asked.append(b"")) as base:
        port = base.rpartition(":")[2]
        assert refused(f"http://{host}:{port}/secret.json").text == NOT_PUBLIC
    assert not asked


def test_a_redirect_into_the_private_network_is_not_followed() -> None:
    inner: list[bytes] = []
    with serving(lambda _: inner.append(b"")) as target:
        away = f"HTTP/1.1 302 Found\r\nLocation: {target}/inside\r\nContent-Length: 0\r\n\r\n".encode()
        with serving(lambda connection: connection.sendall(away)) as base:
            assert refused(base + SIGNED).text == NOT_PUBLIC
    assert not inner


def test_dify_s_own_links_are_followed_without_any_setting(files: FileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A self-hosted Dify has a private address, and nobody tells the plugin which."""
    for name in (HOSTS_VARIABLE, "FILES_URL", "INTERNAL_FILES_URL"):
        monkeypatch.delenv(name, raising=False)
    assert fetch(files.add(b"Date,Product\n")["url"], limits=LIMITS) == b"Date,Product\n"


@pytest.mark.parametrize(
    ("link", "found", "base_url", "environ", "may"),
    [
        (f"http://api:5001{SIGNED}", "172.18.0.5", "", {}, True),
        (f"http://api:5001/files/tools/{ID}.csv?timestamp=1&nonce=2&sign=3", "10.1.2.3", "", {}, True),
        (f"http://[fd00::5]:5001{SIGNED}", "fd00::5", "", {}, True),
        (f"https://dify.example.com{SIGNED}", "192.168.1.2", "https://dify.example.com", {}, True),
        (f"https://corp/dify{SIGNED}", "192.168.1.2", "https://corp/dify", {}, True),
        (f"http://api:5001{SIGNED}", "10.1.2.3", "", {"INTERNAL_FILES_URL": "http://api:5001"}, True),
        ("https://example.com/sales.csv", "93.184.216.34", "", {}, True),
        ("http://files.corp/sales.csv", "10.9.9.9", "", {HOSTS_VARIABLE: "a.corp, files.corp"}, True),
        ("http://files.corp:8080/sales.csv", "10.9.9.9", "", {HOSTS_VARIABLE: "10.9.9.9:8080"}, True),
        ("http://files.corp:8081/sales.csv", "10.9.9.9", "", {HOSTS_VARIABLE: "files.corp:8080"}, False),
        ("http://api:5001/sales.csv", "172.18.0.5", "", {}, False),
        (f"http://10.0.0.7/admin{SIGNED}", "10.0.0.7", "", {}, False),
        (f"http://10.0.0.7/files/../files/{ID}/file-preview?timestamp=1&nonce=2&sign=3", "10.0.0.7", "", {}, False),
        (f"http://10.0.0.7/files/{ID}/file-preview?timestamp=1&nonce=2&sign=3&cmd=x", "10.0.0.7", "", {}, False),
        (f"http://10.0.0.7/files/{ID}/file-preview?timestamp=1&nonce=2", "10.0.0.7", "", {}, False),
        (f"http://redis:6379{SIGNED}", "172.18.0.6", "http://api:5001", {}, False),
        (f"http://redis:6379{SIGNED}", "172.18.0.6", "", {"FILES_URL": "http://api:5001"}, False),
        (f"http://169.254.169.254{SIGNED}", "169.254.169.254", "", {}, False),
        ("http://x/", "::ffff:10.0.0.1", "", {}, False),
        ("http://x/", "64:ff9b::a00:1", "", {}, False),
        ("http://x/", "2002:a00:1::", "", {}, False),
        ("http://x/", "0.0.0.0", "", {}, False),  # noqa: S104
        ("http://x/", "100.64.0.1", "", {}, False),
    ],
)
def test_where_a_link_may_lead(link: str, found: str, base_url: str, environ: dict[str, str], may: bool) -> None:
    assert may_lead(link, ipaddress.ip_address(found), base_url, environ) is may


@pytest.mark.parametrize(
    "serve",
    [
        pytest.param(dripping(b"H"), id="a status line"),
        pytest.param(lambda c: (c.sendall(b"HTTP/1.1 200 OK\r\n"), dripping(b"X: y\r\n")(c)), id="headers"),
        pytest.param(dripping(b"HTTP/1.1 100 Continue\r\n\r\n"), id="100-continue"),
        pytest.param(
            lambda c: (c.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), dripping(b"0")(c)),
            id="a chunk's length",
        ),
        pytest.param(lambda c: (c.sendall(b"HTTP/1.1 200 OK\r\n\r\n"), dripping(b"x")(c)), id="the body"),
        pytest.param(
            lambda c: (pause(), c.sendall(b"HTTP/1.1 302 Found\r\nLocation: " + SIGNED.encode() + b"\r\n\r\n")),
            id="redirects",
        ),
    ],
)
def test_one_clock_runs_over_everything(serve: Serve) -> None:
    begun = time.monotonic()
    with serving(serve) as base:
        error = refused(base + SIGNED)
    assert isinstance(error, FileError)
    assert error.text in {fetching.TOO_SLOW, fetching.CUT_OFF}
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("Content-Length: " + "9" * 5000, (FileError, LimitError)),
        ("Content-Encoding: gzip, gzip\r\nConnection: close", (FileError,)),
        ("Content-Encoding: gzip\r\nConnection: close", (LimitError,)),
    ],
)
def test_what_a_header_announces_costs_nothing(head: str, kind: tuple[type[DaybookError], ...]) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    with serving(lambda c: c.sendall(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode() + bomb)) as base:
        assert isinstance(refused(base + SIGNED, Patience(total=10, attempts=1)), kind)


def test_the_body_of_a_redirect_is_not_read() -> None:
    sent: list[int] = []

    def serve(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /nowhere\r\nConnection: close\r\n\r\n")
        for _ in range(1000):
            connection.sendall(bytes(1 << 20))
            sent.append(1)

    with serving(serve) as base:
        assert refused(base + SIGNED).text == NOT_PUBLIC
    assert len(sent) < 50


def test_no_credentials_go_along(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    netrc = tmp_path / "netrc"  # type: ignore[operator]
    netrc.write_text("machine 127.0.0.1 login somebody password hush-hush\n")
    monkeypatch.setenv("NETRC", str(netrc))
    asked: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")

    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            connection, _ = server.accept()
            with connection:
                asked.append(connection.recv(65536))
                serve(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        fetch(f"http://me:secret@127.0.0.1:{server.getsockname()[1]}{SIGNED}", limits=LIMITS, patience=QUICK)
        thread.join()
    assert b"authorization" not in asked[0].lower()
