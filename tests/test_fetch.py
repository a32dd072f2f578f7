import gzip
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from daybook import fetch as fetching
from daybook.errors import DaybookError, FileError, LimitError
from daybook.fetch import Patience, fetch, is_web_address
from daybook.guard import MAX_REDIRECTS
from daybook.language import Language, Text
from daybook.limits import Limits
from difykit.runner import FileServer
from difykit.runner.files import Faults

LIMITS = Limits(file_bytes=1_000_000)
QUICK = Patience(connect=5, read=5, total=20, pause=0.001)
SIGNED = "/files/0b1c8a7e-2f6d-4c3b-9a58-1d2e3f405162/file-preview?timestamp=1&nonce=2&sign=hush-hush"
DATA = b"Date,Product\n" * 20_000

type Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture(autouse=True)
def _this_machine_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a link may lead is for tests/siege; here every link leads to this machine."""
    monkeypatch.setenv("DAYBOOK_FILE_HOSTS", "127.0.0.1,localhost")


@pytest.fixture
def files() -> Iterator[FileServer]:
    with FileServer() as server:
        yield server


@contextmanager
def answering(*answers: Answer) -> Iterator[tuple[str, list[str]]]:
    """A server that gives each request the next of ``answers``, the last one again and again; and what was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            answers[min(len(asked), len(answers)) - 1](self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield (
            f"http://127.0.0.1:{server.server_port}/files/0b1c8a7e-2f6d-4c3b-9a58-1d2e3f405162/file-preview?timestamp=1&nonce=2&sign=hush-hush",
            asked,
        )
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answer(status: int = 200, body: bytes = b"", length: int | None = None, **headers: str) -> Answer:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        if "Transfer_Encoding" not in headers:
            handler.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return send


def refused(link: str, **options: object) -> DaybookError:
    """The error that a fetch of ``link`` ends with; it gives nothing of the link away."""
    with pytest.raises(DaybookError) as caught:
        fetch(link, **{"limits": LIMITS, "patience": QUICK, **options})  # type: ignore[arg-type]
    error = caught.value
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    for language in Language:
        assert "http://" not in error.sentence(language)
        assert "127.0.0.1" not in error.sentence(language)
        assert "hush" not in error.sentence(language)
    return error


def test_a_file_arrives_whole(files: FileServer) -> None:
    assert fetch(files.add(DATA, "sales.csv")["url"], limits=LIMITS) == DATA


def test_redirects_are_followed(files: FileServer) -> None:
    assert fetch(files.add(DATA, faults=Faults(redirects=3))["url"], limits=LIMITS) == DATA


def test_a_link_without_a_host_is_looked_for_under_dify_s_address(files: FileServer) -> None:
    link = files.add(DATA, relative=True)["url"]
    assert fetch(link, limits=LIMITS, base_url=files.base_url + "/") == DATA


def test_a_file_without_an_announced_length_arrives(files: FileServer) -> None:
    assert fetch(files.add(DATA, faults=Faults(content_length=-1))["url"], limits=LIMITS) == DATA


def test_a_compressed_answer_is_unpacked() -> None:
    with answering(answer(body=gzip.compress(DATA, mtime=0), Content_Encoding="gzip")) as (link, _):
        assert fetch(link, limits=LIMITS) == DATA


def test_a_link_without_a_host_says_which_setting_is_empty() -> None:
    error = refused("/files/1/file-preview?sign=hush-hush")
    assert isinstance(error, FileError)
    assert "FILES_URL" in error.sentence(Language.CHINESE)
    assert "FILES_URL" in error.sentence(Language.ENGLISH)


@pytest.mark.parametrize(
    "link",
    ["", "sales.csv", "file:///etc/passwd", "ftp://host/a", "http://", "//host/a", "http://[bad", "http://h:99999/"],
)
def test_what_is_no_web_address_is_refused(link: str) -> None:
    assert refused(link).text is fetching.NO_LINK
    assert not is_web_address(link)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://[bad"])
def test_a_redirect_to_what_is_no_web_address_is_refused(files: FileServer, location: str) -> None:
    assert refused(files.add(DATA, faults=Faults(location=location))["url"]).text is fetching.NO_LINK


def test_an_endless_redirect_ends(files: FileServer) -> None:
    error = refused(files.add(DATA, faults=Faults(redirects=99))["url"])
    assert error.text is fetching.REDIRECTED
    assert len(files.requests) == MAX_REDIRECTS + 1


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param(Faults(), id="announced"),
        pytest.param(Faults(content_length=-1), id="not announced"),
        pytest.param(Faults(endless=True), id="endless"),
    ],
)
def test_a_file_past_the_limit_is_refused_and_the_service_named(files: FileServer, faults: Faults) -> None:
    error = refused(files.add(b"x" * 1_000_001, faults=faults)["url"])
    assert isinstance(error, LimitError)
    assert "1 MB" in error.sentence(Language.ENGLISH)
    assert "analysis service" in error.sentence(Language.ENGLISH)
    assert "分析服务" in error.sentence(Language.CHINESE)


def test_a_compressed_answer_is_counted_unpacked() -> None:
    bomb = gzip.compress(b"0" * 50_000_000, mtime=0)
    assert len(bomb) < LIMITS.file_bytes
    with answering(answer(body=bomb, Content_Encoding="gzip")) as (link, _):
        assert isinstance(refused(link), LimitError)


@pytest.mark.parametrize(
    ("status", "text", "times"),
    [
        (401, fetching.EXPIRED, 1),
        (403, fetching.EXPIRED, 1),
        (404, fetching.EXPIRED, 1),
        (400, fetching.REFUSED, 1),
        (204, fetching.REFUSED, 1),
        (429, fetching.HOST_ERROR, 3),
        (500, fetching.HOST_ERROR, 3),
        (503, fetching.HOST_ERROR, 3),
    ],
)
def test_a_status_says_what_to_do(status: int, text: Text, times: int) -> None:
    with answering(answer(status)) as (link, asked):
        assert refused(link).text is text
        assert len(asked) == times


@pytest.mark.parametrize("status", [401, 403, 404, 410])
@pytest.mark.parametrize("path", ["/sales.csv", "/sales.csv?sign=s&timestamp=1", "/files/sales.csv"])
def test_only_a_link_of_dify_s_own_expires(status: int, path: str) -> None:
    with answering(answer(status)) as (link, asked):
        assert refused(link.partition("/files/")[0] + path).text is fetching.REFUSED
        assert len(asked) == 1


def test_an_expired_link_is_an_expired_link(files: FileServer) -> None:
    error = refused(files.add(DATA, age=301)["url"])
    assert error.text is fetching.EXPIRED
    assert "300" in error.sentence(Language.CHINESE)


def test_a_server_error_that_passes_is_passed_over() -> None:
    with answering(answer(502), answer(500), answer(body=DATA)) as (link, asked):
        assert fetch(link, limits=LIMITS, patience=QUICK) == DATA
        assert len(asked) == 3


def test_a_file_cut_off_is_fetched_again() -> None:
    with answering(answer(body=DATA, length=len(DATA) + 1), answer(body=DATA)) as (link, asked):
        assert fetch(link, limits=LIMITS, patience=QUICK) == DATA
        assert len(asked) == 2


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(answer(body=DATA, length=len(DATA) + 1), id="short of its length"),
        pytest.param(answer(body=b"5\r\nDate,\r\n", Transfer_Encoding="chunked"), id="chunks end"),
        pytest.param(
            answer(body=gzip.compress(DATA, mtime=0)[:-20] + b"x" * 20, Content_Encoding="gzip"), id="bad gzip"
        ),
    ],
)
def test_half_a_file_is_no_file(broken: Answer) -> None:
    with answering(broken) as (link, _):
        assert refused(link).text is fetching.CUT_OFF


def test_a_connection_refused_on_localhost_names_the_internal_address() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        error = refused(f"http://localhost:{port}/files/1?sign=hush-hush")
    assert error.text is fetching.LOCALHOST
    assert "INTERNAL_FILES_URL" in error.sentence(Language.ENGLISH)


def test_a_host_that_is_none_is_unreachable() -> None:
    error = refused("http://no-such-host.invalid/files/1?sign=hush-hush")
    assert error.text is fetching.UNREACHABLE
    assert "INTERNAL_FILES_URL" in error.sentence(Language.CHINESE)


def test_a_server_that_speaks_no_tls_is_not_trusted(files: FileServer) -> None:
    assert refused(files.add(DATA)["url"].replace("http:", "https:")).text is fetching.UNTRUSTED


def test_a_silent_server_is_too_slow(files: FileServer) -> None:
    link = files.add(DATA, faults=Faults(stall_after=1000))["url"]
    assert refused(link, patience=Patience(read=0.1)).text is fetching.TOO_SLOW
    assert len(files.requests) == 1


def test_a_server_that_goes_on_and_on_meets_the_deadline(files: FileServer) -> None:
    link = files.add(b"x", faults=Faults(endless=True))["url"]
    assert refused(link, patience=Patience(total=0.1), limits=Limits(file_bytes=10**12)).text is fetching.TOO_SLOW


def test_nothing_is_asked_twice_where_a_second_try_cannot_help(files: FileServer) -> None:
    refused(files.add(b"x" * 1_000_001)["url"])
    refused(files.add(DATA, age=301)["url"])
    assert len(files.requests) == 2
