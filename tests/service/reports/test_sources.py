"""Files that the service fetches over https from hosts on its list."""

import http.server
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

from tests.service.harness import CSV, ServiceProcess, problem


class _QuietServer(http.server.ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A service that hangs up, because it was given too much, is part of the tests."""


class FileHost:
    """An https server with a certificate of its own authority, that counts who asks for what."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        self.authority = folder / "authority.pem"
        authority.cert_pem.write_to_path(str(self.authority))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        self.asked: list[str] = []
        host = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.asked.append(self.path)
                ANSWERS[self.path.partition("?")[0]](self, host)

            def log_message(self, *_: object) -> None: ...

        self._server = _QuietServer(("127.0.0.1", 0), Handler)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.name = f"127.0.0.1:{self._server.server_port}"
        self.url = f"https://{self.name}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


type Handler = http.server.BaseHTTPRequestHandler


def give_file(handler: Handler, _: FileHost) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(CSV)


def give_much(handler: Handler, _: FileHost) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _number in range(100):
        handler.wfile.write(CSV * 1000)


def give_less_than_announced(handler: Handler, _: FileHost) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(CSV)
    handler.close_connection = True


def redirect_to(place: str) -> Callable[[Handler, FileHost], None]:
    def answer(handler: Handler, host: FileHost) -> None:
        handler.send_response(302)
        handler.send_header("Location", place.replace("HOST", host.name))
        handler.end_headers()

    return answer


def refuse(handler: Handler, _: FileHost) -> None:
    handler.send_error(403, "signature=abc is wrong")


ANSWERS: dict[str, Callable[[Handler, FileHost], None]] = {
    "/sales.csv": give_file,
    "/much.csv": give_much,
    "/short.csv": give_less_than_announced,
    "/moved.csv": redirect_to("/sales.csv"),
    "/away.csv": redirect_to("https://localhost/sales.csv"),
    "/down.csv": redirect_to("http://HOST/sales.csv"),
    "/round.csv": redirect_to("/round.csv"),
    "/refused.csv": refuse,
}


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FileHost]:
    host = FileHost(tmp_path_factory.mktemp("authority"))
    yield host
    host.close()


@pytest.fixture(scope="module")
def service(host: FileHost, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REQUESTS_CA_BUNDLE", str(host.authority))
        patch.setenv("NO_PROXY", "*")
        folder = tmp_path_factory.mktemp("sources")
        with ServiceProcess(
            folder, workers=1, source_hosts=f"files.example.com,{host.name}", max_file_mb=1, language="en_US"
        ) as running:
            yield running


@pytest.mark.parametrize("path", ["/sales.csv?signature=abc", "/moved.csv"])
def test_a_file_is_fetched_from_a_host_on_the_list(service: ServiceProcess, host: FileHost, path: str) -> None:
    response = service.client.post("/v1/reports", json={"source": host.url + path})
    assert response.status_code == 201
    assert response.json()["summary"]["total_sales"] == 30
    assert not service.temp_files()


@pytest.mark.parametrize(
    ("path", "status", "code", "words"),
    [
        ("/much.csv", 413, "too_large", "1 MB"),
        ("/short.csv", 422, "file", "cannot reach"),
        ("/away.csv", 422, "parameter", "that host"),
        ("/down.csv", 422, "parameter", "https"),
        ("/round.csv", 422, "file", "host"),
        ("/refused.csv", 422, "file", "status 403"),
    ],
)
def test_a_file_that_cannot_be_had_gets_a_sentence(
    service: ServiceProcess, host: FileHost, path: str, status: int, code: str, words: str
) -> None:
    response = service.client.post("/v1/reports", json={"source": f"{host.url}{path}?signature=abc"})
    sentence = problem(response, status, code)
    assert words in sentence
    assert "signature" not in sentence
    assert "signature" not in "\n".join(service.lines)


def test_other_hosts_are_never_asked(service: ServiceProcess, host: FileHost) -> None:
    before = len(host.asked)
    for source in (f"https://localhost:{host.name.partition(':')[2]}/sales.csv", f"http://{host.name}/sales.csv"):
        problem(service.client.post("/v1/reports", json={"source": source}), 422, "parameter")
    assert len(host.asked) == before
