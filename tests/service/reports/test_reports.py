"""`/v1/reports`: every way in gives the same report, and links open it for a while."""

import contextlib
import datetime as dt
import json
import os
import re
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from daybook.charts import charts_of
from daybook.language import Language
from daybook.parameters import AnalysisParameters
from daybook.pipeline import analyze
from daybook.render.markdown import report_markdown
from daybook.report import SalesReport
from daybook.service import texts
from daybook.workbook import workbook
from tests.service.harness import CSV, GOLDEN, ServiceProcess, golden, problem, until

RAW = {"Content-Type": "application/octet-stream"}


def report_of(response: httpx.Response) -> SalesReport:
    assert response.status_code == 201, response.text
    body = response.json()
    assert set(body) - set(SalesReport.model_fields) == {"id", "links"}
    return SalesReport.model_validate({name: body[name] for name in SalesReport.model_fields})


def test_every_way_in_gives_the_same_report(service: ServiceProcess, source_folder: Path) -> None:
    data = golden("two_weeks.csv")
    (source_folder / "weeks.csv").write_bytes(data)
    post = service.client.post
    wanted = analyze(GOLDEN / "two_weeks.csv")
    for response in (
        service.post_file("/v1/reports", data),
        post("/v1/reports", content=data, headers=RAW),
        post("/v1/reports", content=iter([data[:1000], data[1000:]]), headers=RAW),
        post("/v1/reports", json={"source": "weeks.csv"}),
        post("/v1/reports/from-source", json={"source": "./weeks.csv"}),
    ):
        assert report_of(response) == wanted


def test_a_large_file_is_read_by_polars_and_the_answer_and_the_log_say_so(service: ServiceProcess) -> None:
    header, _, rows = golden("two_weeks.csv").partition(b"\n")
    large = header + b",Note\n" + rows.replace(b"\n", b"," + b"x" * 300 + b"\n") * 8
    report = report_of(service.post_file("/v1/reports", large))
    assert report.understanding is not None
    assert report.understanding.engine == "polars"
    assert report.summary == analyze(large, engine="pandas").summary
    quoted = report_of(service.post_file("/v1/reports", large.replace(b"2023-10-27", b'"2023-10-27" ')))
    assert quoted.summary == report.summary
    assert quoted.understanding is not None
    assert quoted.understanding.engine == "pandas"
    wanted = {"polars", f"pandas: {quoted.understanding.engine_why}"}
    until(
        lambda: wanted <= {str(line.get("engine")) for line in service.log() if line.get("endpoint") == "/v1/reports"}
    )


@pytest.mark.parametrize("language", ["en_US", "zh_Hans"])
def test_parameters_mean_the_same_everywhere(service: ServiceProcess, source_folder: Path, language: str) -> None:
    data = golden("two_weeks.csv").replace(b"Date,", b"When,", 1)
    (source_folder / "when.csv").write_bytes(data)
    fields = {"date": "2023-10-24", "top_n": "3", "columns": "Date=When", "language": language}
    wanted = analyze(
        data,
        AnalysisParameters(
            date=dt.date(2023, 10, 24),
            top_n=3,
            columns={"Date": "When"},
            language=Language(language),
        ),
    )
    post = service.client.post
    assert report_of(service.post_file("/v1/reports", data, **fields)) == wanted
    assert report_of(post("/v1/reports", params=fields, content=data, headers=RAW)) == wanted
    values: dict[str, Any] = fields | {"source": "when.csv", "top_n": 3, "columns": {"Date": "When"}}
    assert report_of(post("/v1/reports", json=values)) == wanted


def test_a_report_is_kept_and_its_links_open_it_without_a_key(service: ServiceProcess) -> None:
    made = service.post_file("/v1/reports", CSV, language="en_US")
    body = made.json()
    again = service.client.get(f"/v1/reports/{body['id']}").json()
    assert {name: again[name] for name in body if name != "links"} == {
        name: body[name] for name in body if name != "links"
    }
    assert made.headers["Location"].endswith(body["id"])
    with httpx.Client(trust_env=False) as phone:
        shown = phone.get(body["links"]["markdown"])
        assert shown.text == report_markdown(report_of(made))
        assert shown.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert shown.headers["Cache-Control"] == "private, no-store"
        page = phone.get(body["links"]["page"])
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert '<html lang="en">' in page.text
        assert "**" not in page.text
        assert SalesReport.model_validate(phone.get(body["links"]["json"]).json()) == report_of(made)
        place = body["links"]["page"].replace("report.html", "{}.png")
        main = charts_of(report_of(made), language=Language.ENGLISH)[0].key
        pictures = {key: phone.get(place.format(key)) for key in ("picture", main, "none")}
        kinds = [answer.headers["content-type"] for answer in pictures.values()]
        assert kinds == ["image/png", "image/png", "application/json"]
        problem(pictures["none"], 404, "not_found")
        book = phone.get(body["links"]["workbook"])
        assert book.content == workbook(report_of(made))
        assert book.headers["content-disposition"] == f'attachment; filename="sales-{body["analysis_date"]}.xlsx"'
        address, _, token = body["links"]["json"].partition("?link=")
        problem(phone.get(address), 401, "unauthorized")
        problem(phone.get(f"{address}?link={token[:-2]}xx"), 403, "bad_link")
        problem(phone.get(f"{address}?link="), 403, "bad_link")
        other = service.post_file("/v1/reports", CSV).json()["id"]
        problem(phone.get(f"{service.url}/v1/reports/{other}?link={token}"), 403, "bad_link")


def test_a_page_shows_what_stands_in_a_file_and_runs_nothing_of_it(service: ServiceProcess) -> None:
    data = b"Date,Product,Price,Amount,Region\n2023-10-27,<script>alert(1)</script>,2,1,![a](//b.cn/c)\n"
    page = httpx.get(service.post_file("/v1/reports", data).json()["links"]["page"], trust_env=False).text
    assert '<html lang="zh-Hans">' in page
    assert "alert(1)" in page
    assert len(re.findall(r"<script\b", page)) == 1  # the page's own, which alone its policy allows
    assert not re.search(r"<img\b|cn/c", page.replace("![a](//b.cn/c)", ""))


@pytest.mark.parametrize("report_id", ["0" * 32, "x", "..%2F..%2Fetc%2Fpasswd", "A" * 32, "link-secret"])
def test_there_is_no_other_report(service: ServiceProcess, report_id: str) -> None:
    answer = service.client.get(f"/v1/reports/{report_id}")
    assert answer.status_code == 404
    if "%2F" not in report_id:  # which is another path
        assert answer.json()["detail"] == texts.NO_REPORT.zh
    assert service.client.get(f"/v1/reports/{report_id}/report.md").status_code == 404


def test_links_and_reports_outlive_a_restart_and_end_in_time(tmp_path: Path) -> None:
    with ServiceProcess(
        tmp_path, workers=1, public_url="https://daybook.example.com/", link_days=1, report_days=2
    ) as one:
        body = one.post_file("/v1/reports", CSV).json()
        link = body["links"]["json"].removeprefix("https://daybook.example.com")
        assert link.startswith("/v1/reports/")
    with ServiceProcess(tmp_path, workers=1) as two:
        assert httpx.get(two.url + link, trust_env=False).status_code == 200
        with contextlib.closing(sqlite3.connect(tmp_path / "state" / "daybook.sqlite")) as database, database:
            database.execute("UPDATE reports SET made_at = '2023-10-27 00:00:00.000000'")
        problem(two.client.get(f"/v1/reports/{body['id']}"), 404, "not_found")
    with (
        ServiceProcess(tmp_path, workers=1),
        contextlib.closing(sqlite3.connect(tmp_path / "state" / "daybook.sqlite")) as database,
    ):
        until(lambda: database.execute("SELECT count(*) FROM reports").fetchone() == (0,))
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "state").glob("daybook.sqlite*"))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"top_n": "31"}, "31"),
        ({"top_n": "many"}, "many"),
        ({"date": "someday"}, "someday"),
        ({"date": "2001-01-01"}, "2001-01-01"),
        ({"columns": "no mapping"}, "mapping"),
        ({"columns": "Date=Nowhere"}, "Nowhere"),
        ({"sheet": "January"}, "sheet"),
        ({"date_format": "%Q"}, "%Q"),
        ({"dat": "2023-10-27"}, "dat"),
    ],
)
def test_a_parameter_without_sense_gets_a_sentence(service: ServiceProcess, fields: dict[str, str], words: str) -> None:
    by_form = service.post_file("/v1/reports", CSV, language="en", **fields)
    by_query = service.client.post("/v1/reports", params=fields | {"language": "en"}, content=CSV, headers=RAW)
    for response in (by_form, by_query):
        assert response.status_code == 422
        assert words in problem(response, 422, response.json()["code"])


def test_a_parameter_has_one_place(service: ServiceProcess) -> None:
    address = "/v1/reports?language=en&top_n=1"
    assert len(service.post_file(address, CSV).json()["top_products"]) == 1
    doubled = service.post_file(address, CSV, top_n="2")
    assert "top_n" in problem(doubled, 422, "parameter")
    twice = service.client.post("/v1/reports?date=2023-10-26&date=2023-10-27", content=CSV, headers=RAW)
    assert "date" in problem(twice, 422, "parameter")


def test_bodies_that_are_none_of_the_three(service: ServiceProcess) -> None:
    post = service.client.post
    problem(post("/v1/reports", content=CSV, headers={"Content-Type": "image/png"}), 415, "media_type")
    json_type = {"Content-Type": "application/json"}
    for content in (b"", b"[]", b"{", b"[" * 5000, b"\xff", b'"text"'):
        problem(post("/v1/reports", content=content, headers=json_type), 400, "body")
    problem(post("/v1/reports", json={}), 422, "parameter")
    problem(post("/v1/reports", json={"source": 7}), 422, "parameter")
    problem(post("/v1/reports", json={"source": "x" * 70_000}), 413, "too_large")
    problem(post("/v1/reports/from-source", content=CSV, headers=RAW), 415, "media_type")


def make_link(folder: Path) -> str:
    (folder / "out.csv").symlink_to("/etc/passwd")
    return "out.csv"


def make_folder_link(folder: Path) -> str:
    (folder / "root").symlink_to("/")
    return "root/etc/passwd"


def make_pipe(folder: Path) -> str:
    os.mkfifo(folder / "pipe")
    return "pipe"


@pytest.mark.parametrize(
    "source",
    [
        "../temp",
        "../../../../../../etc/passwd",
        "/etc/passwd",
        "none.csv",
        ".",
        "a\0b",
        make_link,
        make_folder_link,
        make_pipe,
    ],
)
def test_a_source_stays_below_its_folder(
    service: ServiceProcess, source_folder: Path, source: str | Callable[[Path], str]
) -> None:
    name = source if isinstance(source, str) else source(source_folder)
    sentence = problem(service.client.post("/v1/reports", json={"source": name}), 422, "parameter")
    assert str(source_folder) not in sentence
    assert "root" not in sentence


def test_a_link_that_stays_below_the_folder_may_be_used(service: ServiceProcess, source_folder: Path) -> None:
    (source_folder / "2023").mkdir()
    (source_folder / "2023" / "sales.csv").write_bytes(CSV)
    (source_folder / "latest").symlink_to("2023/sales.csv")
    assert service.client.post("/v1/reports", json={"source": "latest"}).status_code == 201


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/sales.csv",
        "http://127.0.0.1/sales.csv",
        "file:///etc/passwd",
        "https://user:pass@127.0.0.1/x",
        "https://127.0.0.1:notaport/",
        "https://",
        "gopher://x",
    ],
)
def test_addresses_that_are_not_allowed(service: ServiceProcess, address: str) -> None:
    problem(service.client.post("/v1/reports", json={"source": address}), 422, "parameter")


def test_reports_are_not_mixed_up_under_load(service: ServiceProcess) -> None:
    def ask(number: int) -> None:
        data = CSV + f"2023-10-27,item {number},{number}.00,1,east\n".encode()
        answers[number] = service.post_file("/v1/reports", data).json()

    answers: dict[int, dict[str, Any]] = {}
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(1000, 1008)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, answer in answers.items():
        assert answer["top_products"][0]["product"] == f"item {number}"
    assert len(answers) == 8
    assert len({json.dumps(answer["id"]) for answer in answers.values()}) == 8


def kept(service: ServiceProcess) -> list[str]:
    with contextlib.closing(sqlite3.connect(service.state / "daybook.sqlite")) as database:
        return [row[0] for row in database.execute("SELECT id FROM reports ORDER BY id")]


def test_inspecting_says_what_a_file_is_taken_for_and_keeps_nothing(
    service: ServiceProcess, source_folder: Path
) -> None:
    data = golden("two_weeks.csv")
    (source_folder / "weeks.csv").write_bytes(data)
    before = kept(service)
    wanted = analyze(GOLDEN / "two_weeks.csv").understanding
    assert wanted is not None
    for response in (
        service.post_file("/v1/inspect", data),
        service.client.post("/v1/inspect", content=data, headers=RAW),
        service.client.post("/v1/inspect", json={"source": "weeks.csv"}),
    ):
        assert response.status_code == 200
        assert response.json() == wanted.model_dump(mode="json")
    assert kept(service) == before


def test_inspecting_gives_a_question_as_an_answer(service: ServiceProcess) -> None:
    data = b"Date,Product,Price,Amount,Region\n03/04/2026,tea,1.5,1,north\n05/06/2026,rice,2.5,1,north\n"
    found = service.post_file("/v1/inspect", data, language="en_US").json()
    [question] = found["questions"]
    assert question["parameter"] == "date_format"
    assert found["header_row"] == 1
    refused = service.post_file("/v1/reports", data, language="en_US").json()
    assert (refused["code"], refused["kind"], refused["detail"]) == (
        question["code"],
        "question",
        question["sentence"],
    )
    assert [choice["value"] for choice in refused["question"]["choices"]] == list(question["choices"])
    for value in question["choices"]:
        assert service.post_file("/v1/inspect", data, date_format=value).json()["questions"] == []


def test_inspecting_refuses_what_a_report_refuses(service: ServiceProcess) -> None:
    data = b"a,b\n1,2\n"
    told = problem(service.post_file("/v1/inspect", data, language="en_US"), 422, "table")
    assert told == problem(service.post_file("/v1/reports", data, language="en_US"), 422, "table")
