"""The pages of books by their links: which link opens what, and how a page is sent."""

import datetime as dt
import gzip
import re
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest

from tests.service.harness import ServiceProcess, problem

HEADER = b"Date,Product,Price,Amount,Region\n"
DAYS = [dt.date(2026, 10, 31) - dt.timedelta(days=back) for back in range(16)]


@pytest.fixture(scope="module")
def report(service: ServiceProcess) -> dict[str, Any]:
    """A report of a day in a book of sixteen days; another book has one."""
    rows = b"".join(f"{date},tea <b>,5,{2 + date.day % 3},north\n".encode() for date in DAYS)
    assert service.post_file("/v1/reports", HEADER + rows, book="pages", language="en_US").status_code == 201
    assert service.post_file("/v1/reports", HEADER + rows, book="pages-2", language="en_US").status_code == 201
    made: dict[str, Any] = service.post_file("/v1/reports", HEADER + rows, book="pages", language="en_US").json()
    return made


@pytest.fixture(scope="module")
def phone(service: ServiceProcess) -> httpx.Client:
    return httpx.Client(base_url=service.url, trust_env=False)


def link_of(service: ServiceProcess, book: str = "pages") -> httpx.URL:
    return httpx.URL(service.client.get(f"/v1/books/{book}").json()["links"]["page"])


def ways(page: httpx.Response) -> dict[str, str]:
    found = re.findall(r'<a (?:class="[^"]*" )?href="([^"#]+)"[^>]*>(?:<span[^>]*>)?([^<]+)', page.text)
    return {name: urljoin(str(page.url), href.replace("&amp;", "&")) for href, name in found}


@pytest.mark.usefixtures("report")
def test_a_books_link_opens_all_of_it_and_nothing_else(service: ServiceProcess, phone: httpx.Client) -> None:
    link = link_of(service)
    token = link.params["link"]
    for page in ("book.html", "days/2026-10-31.html", "days/2026-10-16.html", "weeks/2026-10-31.html"):
        answer = phone.get(f"/v1/books/pages/{page}?link={token}")
        assert answer.status_code == 200, answer.text
        assert answer.headers["Cache-Control"] == "private, no-store"
    problem(phone.get(f"/v1/books/pages-2/book.html?link={token}"), 403, "bad_link")
    problem(phone.get(f"/v1/books/pages-2/days/2026-10-31.html?link={token}"), 403, "bad_link")
    problem(phone.get(f"/v1/books/pages/days?link={token}"), 401, "unauthorized")
    problem(phone.get("/v1/books/pages/book.html"), 401, "unauthorized")


def test_a_reports_link_opens_the_days_that_it_compares_with_and_no_book(
    service: ServiceProcess, report: dict[str, Any], phone: httpx.Client
) -> None:
    found = ways(phone.get(report["links"]["page"]))
    before, week = found["‹ Fri 30 Oct"], found["Last week, Sat 24 Oct"]
    assert not [address for address in found.values() if "book.html" in address or "/weeks/" in address]
    page = phone.get(week)
    assert page.status_code == 200
    assert "Sat 24 Oct 2026" in page.text
    # from there the way leads to the same page in the other language alone
    assert {httpx.URL(address).path for address in ways(page).values()} == {httpx.URL(week).path}
    token = httpx.URL(week).params["link"]
    for elsewhere in ("book.html", "weeks/2026-10-24.html", "days/2026-10-25.html", "days/2026-10-30.html"):
        problem(phone.get(f"/v1/books/pages/{elsewhere}?link={token}"), 403, "bad_link")
    own = httpx.URL(report["links"]["page"]).params["link"]
    problem(phone.get(f"/v1/books/pages/book.html?link={own}"), 403, "bad_link")
    problem(phone.get(f"/v1/books/pages/days/2026-10-31.html?link={own}"), 403, "bad_link")
    problem(
        phone.get(f"/v1/reports/{report['id']}/report.html?link={link_of(service).params['link']}"), 403, "bad_link"
    )
    assert before != week


def test_a_page_says_where_its_day_has_changed_since(service: ServiceProcess, phone: httpx.Client) -> None:
    first = service.post_file("/v1/reports", HEADER + b"2026-10-31,tea,5,2,north\n", book="later", language="en_US")
    service.post_file("/v1/reports", HEADER + b"2026-10-31,tea,5,9,north\n", book="later")
    found = phone.get(first.json()["links"]["page"])
    assert "This day has changed since this report (revision 2)." in found.text
    now = phone.get(ways(found)["Open it as it is now"])
    assert "45.00" in now.text
    assert "correction" in now.text


@pytest.mark.usefixtures("report")
def test_a_browser_is_led_from_a_book_to_its_page(service: ServiceProcess, phone: httpx.Client) -> None:
    token = link_of(service).params["link"]
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    led = phone.get(f"/v1/books/PAGES?link={token}", headers=browser)
    assert led.status_code == 307
    page = phone.get(urljoin(str(led.url), led.headers["Location"]))
    assert page.status_code == 200
    assert "账本 pages" in page.text
    assert service.client.get("/v1/books/pages").json()["days"] == len(DAYS)
    assert phone.get("/v1/books/pages", headers=browser).status_code == 401


@pytest.mark.usefixtures("report")
def test_a_page_is_compressed_and_runs_nothing_of_a_file(service: ServiceProcess, phone: httpx.Client) -> None:
    address = str(link_of(service)).replace("book.html", "days/2026-10-31.html")
    with phone.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    page = gzip.decompress(raw).decode()
    assert page == phone.get(address, headers={"Accept-Encoding": "identity"}).text
    assert len(raw) < len(page) / 2
    assert "tea &lt;b&gt;" in page
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert not re.search(r"\sstyle=|\son\w+=|src=|https?://(?!www\.w3\.org)", page)


@pytest.mark.parametrize(
    ("page", "code"),
    [("days/2020-01-01.html", "not_found"), ("weeks/2020-01-01.html", "not_found"), ("days/x.html", "parameter")],
)
@pytest.mark.usefixtures("report")
def test_there_is_no_other_page(service: ServiceProcess, page: str, code: str) -> None:
    problem(service.client.get(f"/v1/books/pages/{page}"), 404 if code == "not_found" else 422, code)


def test_who_opens_an_old_link_in_a_browser_is_told_in_words(report: dict[str, Any], phone: httpx.Client) -> None:
    answer = phone.get(report["links"]["page"] + "x", headers={"Accept": "text/html", "Accept-Language": "zh-CN"})
    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "链接不完整或已被改动；请打开原始链接。" in answer.text
    assert answer.headers["X-Request-ID"] in answer.text
