"""The service's client: what it sends, what it makes of every answer, and when it sends again."""

import datetime as dt
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from daybook.errors import DaybookError, FileError, LimitError, ParameterError, ServiceError, TableError
from daybook.language import Language, Text
from daybook.parameters import AnalysisParameters
from daybook.pipeline import analyze
from daybook.service_client import ReportsClient, ServiceConnection
from tests.doubles.analysis_service import (
    AnalysisServiceDouble,
    Answer,
    answered,
    drop,
    drop_at_once,
    problem,
)
from tests.service.harness import CSV

KEY = "the-key-that-nobody-may-see"
REPORT = analyze(CSV)
GOOD = answered(201, REPORT.model_dump(mode="json") | {"id": "x", "links": {}, "a_later_field": 1})
BUSY = problem(503, "queue_full", Retry_After="7")


class Slept:
    """Notes how long a client wanted to wait, and does not wait."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def slept() -> Slept:
    return Slept()


@contextmanager
def file() -> Iterator[Iterator[bytes]]:
    yield iter([CSV[:10], CSV[10:]])


def client_of(url: str, slept: Slept, *, language: Language = Language.ENGLISH, seconds: float = 20) -> ReportsClient:
    return ReportsClient(ServiceConnection(url + "/", KEY, language), seconds=seconds, sleep=slept)


def error_of(answers: list[Answer], slept: Slept) -> tuple[DaybookError, AnalysisServiceDouble]:
    with AnalysisServiceDouble(answers) as double, pytest.raises(DaybookError) as caught:
        client_of(double.url, slept).report(file, AnalysisParameters())
    sentence = str(caught.value)
    assert double.url not in sentence
    assert KEY not in sentence
    assert "\n" not in sentence
    assert caught.value.__cause__ is None
    return caught.value, double


def test_the_file_goes_as_it_comes_with_all_that_is_asked(slept: Slept) -> None:
    options = AnalysisParameters(
        date=dt.date(2023, 10, 27),
        top_n=3,
        columns={"Date": "下单时间"},
        sheet="一月",
        date_format="%d/%m/%Y",
        language=Language.ENGLISH,
    )
    with AnalysisServiceDouble([GOOD]) as double, client_of(double.url, slept) as client:
        assert client.report(file, options) == REPORT
    (request,) = double.requests
    assert request.path == "/v1/reports"
    assert request.body == CSV
    assert request.headers["Transfer-Encoding"] == "chunked"
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert request.query == {
        "date": "2023-10-27",
        "top_n": "3",
        "columns": '{"Date": "下单时间"}',
        "sheet": "一月",
        "date_format": "%d/%m/%Y",
        "language": "en_US",
    }


@pytest.mark.parametrize("answer", [BUSY, problem(503, "not_ready"), problem(503, "worker_lost", Retry_After="7")])
def test_work_that_was_not_done_is_sent_again_when_the_service_says(slept: Slept, answer: Answer) -> None:
    with AnalysisServiceDouble([answer, answer, GOOD]) as double, client_of(double.url, slept) as client:
        assert client.report(file, AnalysisParameters()) == REPORT
    assert [request.body for request in double.requests] == [CSV] * 3
    assert len(slept.seconds) == 2
    if answer is BUSY:
        assert slept.seconds == [7, 7]


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (problem(422, "table", "No {column} Price."), TableError, "No {column} Price."),
        (problem(422, "parameter", "No such date."), ParameterError, "No such date."),
        (problem(413, "too_large", "Too large."), LimitError, "Too large."),
        (problem(413, "memory_limit", "Too much."), LimitError, "Too much."),
        (problem(422, "time_limit", "Too long."), LimitError, "Too long."),
        (problem(422, "crashed", "It failed."), ServiceError, "It failed."),
        (problem(507, "storage_full", "No room."), ServiceError, "No room."),
        (problem(500, "unexpected", "A fault."), ServiceError, "A fault."),
        (problem(401, "unauthorized", "no"), ServiceError, "does not accept the key"),
        (answered(401, b"<html>", "text/html"), ServiceError, "does not accept the key"),
        (answered(200, b"<html>", "text/html"), ServiceError, "is no Daybook analysis service"),
        (answered(404, {"detail": "Not Found"}), ServiceError, "is no Daybook analysis service"),
        (answered(302, b"", "text/html", Location="http://example.com/"), ServiceError, "is no Daybook"),
        (answered(413, b"<html>", "text/html"), ServiceError, "status 413"),
        (answered(502, b"<html>", "text/html"), ServiceError, "status 502"),
        (answered(504, b"", "text/html"), ServiceError, "status 504"),
        (answered(200, {"other": 1}), ServiceError, "same version"),
        (answered(201, REPORT.model_dump(mode="json") | {"summary": {}}), ServiceError, "same version"),
        (drop, ServiceError, "broke off"),
        (drop_at_once, ServiceError, "broke off"),
    ],
)
def test_every_other_answer_is_said_and_nothing_sent_again(
    slept: Slept, answer: Answer, kind: type[DaybookError], words: str
) -> None:
    error, double = error_of([answer], slept)
    assert type(error) is kind
    assert words in str(error)
    assert len(double.requests) == 1
    assert not slept.seconds


def test_sentences_of_the_client_are_in_both_languages(slept: Slept) -> None:
    error, _ = error_of([drop], slept)
    assert "连接" in error.sentence(Language.CHINESE)


def test_a_service_that_does_not_answer_is_given_up(slept: Slept) -> None:
    double = AnalysisServiceDouble([])
    double.answers.append(double.hang)
    with double, pytest.raises(ServiceError, match=r"within 0\.2 seconds"):
        client_of(double.url, slept, seconds=0.2).report(file, AnalysisParameters())
    assert len(double.requests) == 1


def test_nobody_there_is_tried_a_few_times(slept: Slept) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ServiceError, match="cannot be reached") as caught:
            client_of(url, slept).report(file, AnalysisParameters())
    assert "127.0.0.1" not in str(caught.value)
    assert len(slept.seconds) == 2


@pytest.mark.parametrize("url", ["http://no-such-host.invalid", "http://[bad", "http://127.0.0.1:99999"])
def test_an_address_that_is_none_is_said(slept: Slept, url: str) -> None:
    with pytest.raises(ServiceError, match="cannot be reached"):
        client_of(url, slept).report(file, AnalysisParameters())


def test_a_file_that_breaks_off_halfway_is_the_files_own_error(slept: Slept) -> None:
    @contextmanager
    def broken() -> Iterator[Iterator[bytes]]:
        def pieces() -> Iterator[bytes]:
            yield CSV
            raise FileError(Text(en="The file broke off.", zh="文件中断。"))

        yield pieces()

    with (
        AnalysisServiceDouble([GOOD]) as double,
        client_of(double.url, slept) as client,
        pytest.raises(FileError, match="broke off"),
    ):
        client.report(broken, AnalysisParameters())


def test_a_busy_service_is_not_asked_for_ever(slept: Slept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daybook.service_client.connection.BUSY_SECONDS", 0)
    error, double = error_of([problem(503, "queue_full", "Come back later.")], slept)
    assert str(error) == "Come back later."
    assert len(double.requests) == 1


def test_a_certificate_that_is_not_trusted_is_said(slept: Slept, tmp_path: Path) -> None:
    from tests.service.test_sources import FileHost  # noqa: PLC0415 - a server with a certificate of its own

    host = FileHost(tmp_path)
    with pytest.raises(ServiceError, match="certificate"):
        client_of(host.url, slept).report(file, AnalysisParameters())
    host.close()
