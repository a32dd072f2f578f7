"""The service's client: what it sends, what it makes of every answer, and when it sends again."""

import datetime as dt
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from daybook.errors import (
    DaybookError,
    FileError,
    LimitError,
    ParameterError,
    QuestionError,
    ServiceError,
    SourceEmptyError,
    TableError,
)
from daybook.language import Language, Text
from daybook.parameters import AnalysisParameters
from daybook.pipeline import analyze
from daybook.service_client import Attachment, FunctionsClient, ReportsClient, ServiceConnection, may_send_again
from tests.doubles.analysis_service import (
    AnalysisServiceDouble,
    Answer,
    answered,
    drop,
    drop_at_once,
    problem,
)
from tests.doubles.time import FakeTime
from tests.service.harness import CSV

KEY = "the-key-that-nobody-may-see"
REPORT = analyze(CSV)
GOOD = answered(201, REPORT.model_dump(mode="json") | {"id": "x", "links": {}, "a_later_field": 1})
BUSY = problem(503, "queue_full", Retry_After="7")


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@contextmanager
def file() -> Iterator[Iterator[bytes]]:
    yield iter([CSV[:10], CSV[10:]])


def client_of(url: str, time: FakeTime, *, language: Language = Language.ENGLISH, seconds: float = 20) -> ReportsClient:
    return ReportsClient(ServiceConnection(url + "/", KEY, language), seconds=seconds, sleep=time.sleep)


def error_of(answers: list[Answer], time: FakeTime) -> tuple[DaybookError, AnalysisServiceDouble]:
    with AnalysisServiceDouble(answers) as double, pytest.raises(DaybookError) as caught:
        client_of(double.url, time).report(file, AnalysisParameters())
    sentence = str(caught.value)
    assert double.url not in sentence
    assert KEY not in sentence
    assert "\n" not in sentence
    assert caught.value.__cause__ is None
    return caught.value, double


def test_the_file_goes_as_it_comes_with_all_that_is_asked(time: FakeTime) -> None:
    options = AnalysisParameters(
        date=dt.date(2023, 10, 27),
        top_n=3,
        columns={"Date": "下单时间"},
        sheet="一月",
        date_format="%d/%m/%Y",
        language=Language.ENGLISH,
    )
    with AnalysisServiceDouble([GOOD]) as double, client_of(double.url, time) as client:
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
def test_work_that_was_not_done_is_sent_again_when_the_service_says(time: FakeTime, answer: Answer) -> None:
    with AnalysisServiceDouble([answer, answer, GOOD]) as double, client_of(double.url, time) as client:
        assert client.report(file, AnalysisParameters()) == REPORT
    assert [request.body for request in double.requests] == [CSV] * 3
    assert len(time.slept) == 2
    if answer is BUSY:
        assert time.slept == [7, 7]


def test_a_source_that_is_down_is_asked_again(time: FakeTime) -> None:
    answers = [problem(422, "source_down", Retry_After="7"), GOOD]
    with AnalysisServiceDouble(answers) as double, client_of(double.url, time) as client:
        assert client.report_on("orders", AnalysisParameters(top_n=3)) == REPORT
    assert time.slept == [7]
    assert [json.loads(request.body) for request in double.requests] == [
        {"source": "orders", "top_n": "3", "language": "zh_Hans"}
    ] * 2


def test_a_source_without_rows_is_not_asked_again_at_once(time: FakeTime) -> None:
    answer = problem(422, "source_empty", "Not in yet.", Retry_After="600")
    with AnalysisServiceDouble([answer]) as double, client_of(double.url, time) as client:
        with pytest.raises(SourceEmptyError, match="Not in yet"):
            client.report_on("orders", AnalysisParameters())
        assert len(double.requests) == 1


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
        (answered(200, b"<html>", "text/html"), ServiceError, "is not a Daybook analysis service"),
        (answered(404, {"detail": "Not Found"}), ServiceError, "is not a Daybook analysis service"),
        (answered(302, b"", "text/html", Location="http://example.com/"), ServiceError, "is not a Daybook"),
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
    time: FakeTime, answer: Answer, kind: type[DaybookError], words: str
) -> None:
    error, double = error_of([answer], time)
    assert type(error) is kind
    assert words in str(error)
    assert len(double.requests) == 1
    assert not time.slept


def test_sentences_of_the_client_are_in_both_languages(time: FakeTime) -> None:
    error, _ = error_of([drop], time)
    assert "连接" in error.sentence(Language.CHINESE)


def test_a_service_that_does_not_answer_is_given_up(time: FakeTime) -> None:
    double = AnalysisServiceDouble([])
    double.answers.append(double.hang)
    with double, pytest.raises(ServiceError, match=r"within 0\.2 seconds"):
        client_of(double.url, time, seconds=0.2).report(file, AnalysisParameters())
    assert len(double.requests) == 1


def test_nobody_there_is_tried_a_few_times(time: FakeTime) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ServiceError, match="cannot be reached") as caught:
            client_of(url, time).report(file, AnalysisParameters())
    assert "127.0.0.1" not in str(caught.value)
    assert len(time.slept) == 2


@pytest.mark.parametrize("url", ["http://no-such-host.invalid", "http://[bad", "http://127.0.0.1:99999"])
def test_an_address_that_is_none_is_said(time: FakeTime, url: str) -> None:
    with pytest.raises(ServiceError, match="cannot be reached"):
        client_of(url, time).report(file, AnalysisParameters())


def test_a_file_that_breaks_off_halfway_is_the_files_own_error(time: FakeTime) -> None:
    @contextmanager
    def broken() -> Iterator[Iterator[bytes]]:
        def pieces() -> Iterator[bytes]:
            yield CSV
            raise FileError(Text(en="The file broke off.", zh="文件中断。"))

        yield pieces()

    with (
        AnalysisServiceDouble([GOOD]) as double,
        client_of(double.url, time) as client,
        pytest.raises(FileError, match="broke off"),
    ):
        client.report(broken, AnalysisParameters())


def test_a_busy_service_is_not_asked_for_ever(time: FakeTime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daybook.service_client.connection.BUSY_SECONDS", 0)
    error, double = error_of([problem(503, "queue_full", "Come back later.")], time)
    assert str(error) == "Come back later."
    assert len(double.requests) == 1


def test_a_certificate_that_is_not_trusted_is_said(time: FakeTime, tmp_path: Path) -> None:
    from tests.service.reports.test_sources import FileHost  # noqa: PLC0415 - a server with a certificate of its own

    host = FileHost(tmp_path)
    with pytest.raises(ServiceError, match="certificate"):
        client_of(host.url, time).report(file, AnalysisParameters())
    host.close()


def test_a_function_is_called_with_files_as_they_lie_and_gives_its_own_back(time: FakeTime, tmp_path: Path) -> None:
    sent = tmp_path / 'a"b.csv'
    sent.write_bytes(CSV * 100)
    run = {"run_id": "r1", "result": 1}
    fetched = answered(200, b"whole", "text/csv")
    files = {"data": Attachment(sent.name, sent, "text/csv"), "more": Attachment("b.bin", b"12")}
    double = AnalysisServiceDouble([BUSY, answered(200, run), fetched])
    with double, FunctionsClient(double.url, KEY, Language.ENGLISH, sleep=time.sleep) as client:
        assert client.call("f", {"text": "茶", "n": 1}, files) == run
        client.save("r1", "out.csv", tmp_path / "out.csv")
    first, second, file_request = double.requests
    assert time.slept == [7]
    for request in (first, second):  # a file is read anew for another attempt
        assert request.headers["Content-Length"] == str(len(request.body))
        assert CSV * 100 in request.body
        assert b'name="data"; filename="a%22b.csv"\r\nContent-Type: text/csv\r\n' in request.body
        assert 'name="text"\r\n\r\n茶\r\n'.encode() in request.body
    assert file_request.path == "/v1/runs/r1/files/out.csv"
    assert file_request.headers["Authorization"] == f"Bearer {KEY}"
    assert [path.name for path in sorted(tmp_path.glob("*out*"))] == ["out.csv"]
    assert (tmp_path / "out.csv").read_bytes() == b"whole"


@pytest.mark.parametrize("answer", [answered(404, b""), answered(302, b"", Location="http://127.0.0.1:9/"), drop])
def test_a_file_that_is_not_there_leaves_nothing_behind(time: FakeTime, tmp_path: Path, answer: Answer) -> None:
    with (
        AnalysisServiceDouble([answer]) as double,
        FunctionsClient(double.url, KEY, sleep=time.sleep) as client,
        pytest.raises(ServiceError) as caught,
    ):
        client.save("r1", "out.csv", tmp_path / "out.csv")
    assert caught.value.code == "service_file"
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_larger_than_was_said_is_not_taken(time: FakeTime) -> None:
    answer = answered(200, b"12345", "text/csv")
    with AnalysisServiceDouble([answer]) as double, FunctionsClient(double.url, KEY, sleep=time.sleep) as client:
        assert client.fetch("r1", "out.csv", 5) == b"12345"
        with pytest.raises(ServiceError):
            client.fetch("r1", "out.csv", 4)


def test_an_answer_without_an_end_is_not_held(time: FakeTime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daybook.service_client.connection.MAX_ANSWER_BYTES", 1 << 20)
    error, _ = error_of([answered(200, b"x" * (2 << 20))], time)
    assert error.code == "service_version"


@pytest.mark.parametrize(
    ("answer", "safe", "if_harmless"),
    [
        (problem(503, "queue_full"), True, True),
        (problem(503, "worker_lost"), False, True),
        (problem(422, "function_lost"), False, True),
        (answered(504, b"", "text/html"), False, True),
        (answered(413, b"", "text/html"), False, False),
        (drop, False, True),
        (problem(422, "crashed"), False, False),
        (problem(422, "worker_killed"), False, False),
        (problem(422, "table"), False, False),
        (problem(401, "unauthorized"), False, False),
    ],
)
def test_whether_a_call_may_be_repeated_is_judged_by_codes(
    time: FakeTime, monkeypatch: pytest.MonkeyPatch, answer: Answer, *, safe: bool, if_harmless: bool
) -> None:
    monkeypatch.setattr("daybook.service_client.connection.BUSY_SECONDS", 0)
    with (
        AnalysisServiceDouble([answer]) as double,
        FunctionsClient(double.url, KEY, sleep=time.sleep) as client,
        pytest.raises(DaybookError) as caught,
    ):
        client.call("f", {}, {})
    assert may_send_again(caught.value, harmless=False) is safe
    assert may_send_again(caught.value, harmless=True) is if_harmless


def test_a_question_of_the_service_is_a_question(time: FakeTime) -> None:
    asked = {"parameter": "date_format", "choices": [{"value": "%d/%m/%Y", "meaning": "day first {so}"}]}
    body = {"detail": "Which one?", "code": "date_format", "kind": "question", "request_id": "r", "question": asked}
    error, _ = error_of([answered(422, body)], time)
    assert isinstance(error, QuestionError)
    assert (error.code, error.parameter) == ("date_format", "date_format")
    assert [(choice.value, choice.meaning.to(Language.ENGLISH)) for choice in error.choices] == [
        ("%d/%m/%Y", "day first {so}")
    ]
