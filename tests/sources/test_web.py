"""Files of a web server as a source."""

import datetime as dt
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from daybook.errors import DaybookError, ParameterError, SettingsError, SourceDownError, SourceEmptyError, SourceError
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.sources import ConfiguredSource, load_sources
from daybook.sources.report import source_report

DAY = dt.date(2026, 11, 28)
TOKEN = "Bearer a-token-that-nobody-may-see"
HEADER = "Date,Product,Price,Amount,Region\n"


class Host(ThreadingHTTPServer):
    """Serves a day's file to whoever has the token; other paths answer the status that they end with."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.asked: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    server: Host

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        name = self.path.rpartition("/")[2]
        if name.isdecimal() and len(name) == 3:
            self._answer(int(name), b"no")
        elif self.path == "/moved/20261128":
            self.send_response(302)
            self.send_header("Location", "http://example.com/20261128")
            self.end_headers()
        elif self.headers.get("Authorization") != TOKEN:
            self._answer(401, b"no")
        elif name in {"20261128", "20261127"}:
            self._answer(200, f"{HEADER}{dt.date.fromisoformat(name)},tea,5,{name[-1]},East\n".encode())
        else:
            self._answer(404, b"no")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def host() -> Iterator[Host]:
    with Host() as running:
        Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def web_source(folder: Path, url: str, token: str = TOKEN) -> ConfiguredSource:
    path = folder / "sources.toml"
    settings = f"[sources.web]\nkind = 'https'\nurl = '{url}'\nheaders = {{ Authorization = '${{TOKEN}}' }}\n"
    path.write_text(settings, encoding="utf-8")
    return load_sources(path, {"TOKEN": token}).get("web")


def test_a_day_is_fetched_with_the_days_to_compare(tmp_path: Path, host: Host) -> None:
    source = web_source(tmp_path, f"{host.url}/{{day:%Y%m%d}}")
    report = source_report(source, AnalysisParameters(date=DAY), Limits())
    assert report.summary.total_sales == 40
    assert report.previous_day is not None
    assert report.previous_day.total_sales == 35
    assert host.asked == ["/20261128", "/20261127", "/20261121"]


def refused(folder: Path, url: str, **settings: str) -> DaybookError:
    with pytest.raises(SourceError) as error:
        source_report(web_source(folder, url, **settings), AnalysisParameters(date=DAY), Limits())
    assert "127.0.0.1" not in str(error.value)
    assert TOKEN not in str(error.value)
    return error.value


def test_what_a_server_answers_is_said(tmp_path: Path, host: Host) -> None:
    assert type(refused(tmp_path, f"{host.url}/{{day:%Y%m%d}}", token="wrong")) is SourceError
    assert "refuses the login" in str(refused(tmp_path, f"{host.url}/{{day:%Y}}/403"))
    assert isinstance(refused(tmp_path, f"{host.url}/{{day:%Y}}/503"), SourceDownError)
    assert isinstance(refused(tmp_path, f"{host.url}/{{day:%Y}}/404"), SourceEmptyError)
    assert "no table or file" in str(refused(tmp_path, f"{host.url}/moved/{{day:%Y%m%d}}"))
    host.server_close()
    assert isinstance(refused(tmp_path, "http://127.0.0.1:9/{day}"), SourceDownError)


def test_a_server_cannot_tell_its_latest_day(tmp_path: Path, host: Host) -> None:
    with pytest.raises(ParameterError, match="name a date"):
        source_report(web_source(tmp_path, f"{host.url}/{{day}}"), AnalysisParameters(), Limits())


@pytest.mark.parametrize("url", ["http://files.example.com/{day}", "ftp://files.example.com/{day}", "/x/{day}"])
def test_secrets_go_over_encrypted_lines_alone(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="The setting url of the source web is wrong"):
        web_source(tmp_path, url)
