"""Files over HTTP: signed links of Dify's shape, and every way of being served badly."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from difykit.runner import Faults, FileServer

TIMEOUT = 10


def test_the_parameter_is_the_one_that_dify_sends(files: FileServer, tmp_path: Path) -> None:
    path = tmp_path / "Sales 2026.XLSX"
    path.write_bytes(b"12345")
    parameter = files.add(path)
    url = parameter.pop("url")
    assert parameter == {
        "dify_model_identity": "__dify__file__",
        "mime_type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "filename": "Sales 2026.XLSX",
        "extension": ".xlsx",
        "size": 5,
        "type": "document",
    }
    assert re.fullmatch(
        r"http://127\.0\.0\.1:\d+/files/[0-9a-f-]{36}/file-preview"
        r"\?timestamp=\d{10}&nonce=[0-9a-f]{32}&sign=[\w%-]+",
        url,
    )
    answer = requests.get(url, timeout=TIMEOUT)
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (
        200,
        b"12345",
        parameter["mime_type"],
    )
    assert [urlsplit(url).path] == files.requests


@pytest.mark.parametrize(
    ("filename", "kind", "mime_type"),
    [
        ("a.csv", "document", "text/csv"),
        ("a.parquet", "custom", "application/vnd.apache.parquet"),
        ("a.PNG", "image", "image/png"),
        ("a.tsv", "custom", "text/tab-separated-values"),
        ("a.zip", "custom", "application/zip"),
        ("noname", "custom", "application/octet-stream"),
        ("a.mp3", "audio", "audio/mpeg"),
    ],
)
def test_files_are_classed_as_dify_classes_them(files: FileServer, filename: str, kind: str, mime_type: str) -> None:
    parameter = files.add(b"", filename)
    assert (parameter["type"], parameter["mime_type"]) == (kind, mime_type)


def test_a_link_works_only_as_it_was_signed(files: FileServer) -> None:
    url = files.add(b"secret", "a.csv")["url"]
    other = files.add(b"other", "b.csv")["url"]
    forged = [
        url.replace("sign=", "sign=x"),
        url.split("?")[0],
        re.sub(r"timestamp=\d+", "timestamp=9999999999", url),
        url.replace(urlsplit(url).path, urlsplit(other).path),
        url.replace("file-preview", "image-preview"),
        files.base_url + "/",
    ]
    assert [requests.get(link, timeout=TIMEOUT).status_code for link in forged] == [404] * len(forged)
    assert requests.get(url, timeout=TIMEOUT).content == b"secret"


def test_an_old_link_is_no_link(files: FileServer) -> None:
    assert requests.get(files.add(b"x", "a.csv", age=295)["url"], timeout=TIMEOUT).ok
    assert requests.get(files.add(b"x", "a.csv", age=301)["url"], timeout=TIMEOUT).status_code == 404


def test_a_link_without_a_host_works_once_it_has_one(files: FileServer) -> None:
    url = files.add(b"x", "a.csv", relative=True)["url"]
    assert url.startswith("/files/")
    assert requests.get(files.base_url + url, timeout=TIMEOUT).content == b"x"


def test_redirects(files: FileServer) -> None:
    url = files.add(b"x", "a.csv", faults=Faults(redirects=3))["url"]
    answer = requests.get(url, timeout=TIMEOUT)
    assert (answer.content, len(answer.history)) == (b"x", 3)
    away = files.add(b"x", "a.csv", faults=Faults(location="https://example.com/"))["url"]
    first = requests.get(away, timeout=TIMEOUT, allow_redirects=False)
    assert (first.status_code, first.headers["Location"]) == (302, "https://example.com/")


def test_statuses_and_headers(files: FileServer) -> None:
    url = files.add(b"x", "a.csv", faults=Faults(status=503, headers={"Retry-After": "1"}))["url"]
    answer = requests.get(url, timeout=TIMEOUT)
    assert (answer.status_code, answer.content, answer.headers["Retry-After"]) == (503, b"", "1")


def test_a_body_that_is_shorter_than_announced(files: FileServer) -> None:
    url = files.add(b"123", "a.csv", faults=Faults(content_length=5))["url"]
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        requests.get(url, timeout=TIMEOUT)
    longer = files.add(b"12345", "a.csv", faults=Faults(content_length=3))["url"]
    assert requests.get(longer, timeout=TIMEOUT).content == b"123"
    unannounced = requests.get(files.add(b"1", "a", faults=Faults(content_length=-1))["url"], timeout=TIMEOUT)
    assert ("Content-Length" in unannounced.headers, unannounced.content) == (False, b"1")


def test_an_endless_body(files: FileServer) -> None:
    url = files.add(bytes(50_000), "a.csv", faults=Faults(endless=True))["url"]
    with requests.get(url, timeout=TIMEOUT, stream=True) as answer:
        assert "Content-Length" not in answer.headers
        assert len(answer.raw.read(1_000_000)) == 1_000_000


def test_a_stalling_body_and_a_late_answer() -> None:
    with FileServer() as files:
        url = files.add(b"0123456789", "a.csv", faults=Faults(stall_after=4))["url"]
        with requests.get(url, timeout=0.3, stream=True) as answer:
            assert answer.raw.read(4) == b"0123"
            with pytest.raises(Exception, match="timed out"):
                answer.raw.read(1)
        late = files.add(b"x", "a.csv", faults=Faults(delay=60))["url"]
        with pytest.raises(requests.exceptions.ReadTimeout):
            requests.get(late, timeout=0.3)


def test_slow_pieces_arrive_whole(files: FileServer) -> None:
    data = bytes(200_000)
    assert requests.get(files.add(data, "a", faults=Faults(pause=0.01))["url"], timeout=TIMEOUT).content == data
