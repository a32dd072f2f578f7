"""Saying why a day stood out: who may, what is kept, and what a page shows of it."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from itsdangerous import URLSafeSerializer

from tests.doubles.dingtalk import DingTalkDouble
from tests.service.harness import ServiceProcess, problem

HEADER = "Date,Product,Price,Amount,Region\n"
DAY = dt.date(2026, 8, 24)
ROWS = "".join(
    f"{date},tea,5,{300 if date == DAY else 100 + date.day % 4},north\n"
    for date in (DAY - dt.timedelta(days=back) for back in range(64))
)
HTML = {"Accept": "text/html,*/*;q=0.8"}
SECRET, ROBOT_SECRET = "a secret of the tests", "SECc0ffee00c0ffee00"
PUBLIC = "https://sales.example.com"


@pytest.fixture(scope="module")
def group() -> Iterator[DingTalkDouble]:
    with DingTalkDouble(ROBOT_SECRET) as double:
        yield double


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, group: DingTalkDouble) -> Iterator[ServiceProcess]:
    robots = json.dumps({"sales": {"webhook": group.webhook, "secret": ROBOT_SECRET}})
    settings = {"robots": robots, "allow_loopback_robot": "1", "public_url": PUBLIC, "link_secret": SECRET}
    with ServiceProcess(tmp_path_factory.mktemp("explained"), workers=1, link_days=30, **settings) as running:
        yield running


@pytest.fixture(scope="module")
def phone(service: ServiceProcess) -> httpx.Client:
    return httpx.Client(base_url=service.url, trust_env=False, headers=HTML)


def made(service: ServiceProcess, book: str, rows: str = ROWS, **asked: str) -> dict[str, Any]:
    answer = service.post_file("/v1/reports", (HEADER + rows).encode(), book=book, **({"language": "en_US"} | asked))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def here(address: str) -> str:
    """An address of the public service, as its path."""
    assert address.startswith(PUBLIC)
    return address.removeprefix(PUBLIC)


def token(address: str) -> str:
    return httpx.URL(address).params["link"]


def test_the_form_keeps_an_answer_and_takes_it_back(service: ServiceProcess, phone: httpx.Client) -> None:
    report = made(service, "form")
    assert report["judgement"]["verdict"] == "good"
    address = here(report["links"]["explain"])
    page = phone.get(address)
    assert page.status_code == 200
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "private, no-store"
    sent = phone.post(address, data={"because": "promotion", "note": "<b>coupons</b>\n\x07 & {co}"})
    assert sent.status_code == 303
    shown = phone.get(str(httpx.URL(address).join(sent.headers["Location"])))
    assert "Explained: a promotion, “&lt;b&gt;coupons&lt;/b&gt; &amp; {co}” (said on " in shown.text
    assert "<b>coupons" not in shown.text
    place = f"/v1/books/form/days/{DAY}/explanation"
    kept = service.client.get(place).json()
    assert kept["explained"]["because"] == "promotion"
    assert [(each["because"], each["note"], each["by"]) for each in kept["said"]] == [
        ("promotion", "<b>coupons</b> & {co}", "link")
    ]
    again = made(service, "form")
    assert (again["judgement"]["verdict"], again["links"]["explain"]) == ("normal", "")
    assert again["judgement"]["explained"] == kept["explained"]
    old = phone.get(here(report["links"]["page"])).text
    assert "Explained since this report: a promotion, “&lt;b&gt;" in old
    assert phone.post(address, data={"take_back": "1"}).status_code == 303
    assert service.client.get(place).json()["explained"] is None
    assert "was taken back since this report" in phone.get(here(again["links"]["page"])).text
    assert made(service, "form")["judgement"]["verdict"] == "good"
    assert not [line for line in service.lines if "coupons" in line or token(address) in line]


def test_an_answer_that_is_none_is_asked_for_again(service: ServiceProcess, phone: httpx.Client) -> None:
    address = here(made(service, "again")["links"]["explain"])
    for asked, sentence in (
        ({"because": "other", "note": " "}, "For another reason a note is needed"),
        ({"because": "other", "note": "x" * 121}, "The note has 121 characters; 120 are the most."),
        ({"because": "<weather>", "note": "rain"}, "“&lt;weather&gt;” is no reason"),
    ):
        answer = phone.post(address, data=asked)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert f'value="{asked["note"].strip()}"' in answer.text.replace('value=" "', 'value=""')
    large = phone.post(address, data={"because": "other", "note": "x" * 9000}, headers={"Accept-Language": "zh-CN"})
    assert (large.status_code, "<h1>" in large.text) == (413, True)
    assert phone.post(address, json={"because": "promotion"}).status_code == 415
    assert service.client.get(f"/v1/books/again/days/{DAY}/explanation").json()["said"] == []


def test_a_link_to_read_writes_nothing(service: ServiceProcess, phone: httpx.Client) -> None:
    report = made(service, "read")
    place = f"/v1/books/read/days/{DAY}/explain.html"
    book = here(service.client.get("/v1/books/read").json()["links"]["page"])
    day = next(
        part.split('"')[0] for part in phone.get(here(report["links"]["page"])).text.split('href="') if "/days/" in part
    )
    asked = {"because": "promotion"}
    for link in (report["links"]["page"], book, day.replace("&amp;", "&")):
        query = {"link": token(str(httpx.URL(service.url).join(link)))}
        refused = phone.post(place, params=query | {"language": "zh_Hans"}, data=asked)
        assert refused.status_code == 403
        assert "链接不完整或已被改动；请打开原始链接。" in refused.text
        problem(httpx.post(f"{service.url}{place}", params=query, data=asked, trust_env=False), 403, "bad_link")
        assert phone.get(place, params=query).status_code == 403
    problem(httpx.post(f"{service.url}{place}", data=asked, trust_env=False), 401, "unauthorized")
    # nor does what it opens lead to one that does
    kept = phone.get(f"/v1/reports/{report['id']}?link={token(report['links']['page'])}").json()
    assert kept["links"]["explain"] == ""
    pages = [here(report["links"][name]) for name in ("page", "markdown", "json")]
    for page in (*pages, book, book.replace("book.html", f"days/{DAY}.html")):
        assert "explain.html" not in phone.get(page).text
    assert service.client.get(f"/v1/books/read/days/{DAY}/explanation").json()["said"] == []


def test_a_link_is_good_for_one_day_of_one_book_and_for_a_week(service: ServiceProcess, phone: httpx.Client) -> None:
    mine, yours = made(service, "mine"), made(service, "yours")
    link = token(mine["links"]["explain"])
    asked = {"because": "promotion"}
    for elsewhere in (f"yours/days/{DAY}", f"mine/days/{DAY - dt.timedelta(days=1)}"):
        refused = phone.post(f"/v1/books/{elsewhere}/explain.html", params={"link": link}, data=asked)
        assert refused.status_code == 403
    assert phone.get(f"/v1/books/mine/days/{DAY}.html", params={"link": link}).status_code == 403
    assert phone.get("/v1/books/mine/book.html", params={"link": link}).status_code == 403
    signer = URLSafeSerializer(SECRET, salt="daybook report")
    named, expires = signer.loads(link)
    ends = dt.datetime.fromtimestamp(expires, dt.UTC) - dt.datetime.now(dt.UTC)
    assert dt.timedelta(days=6.9) < ends < dt.timedelta(days=7.1)  # though links to read are good for thirty here
    old = signer.dumps([named, 1_700_000_000])
    for method in ("GET", "POST"):
        late = phone.request(method, f"/v1/books/mine/days/{DAY}/explain.html?link={old}&language=en_US", data=asked)
        assert (late.status_code, "This link has expired" in late.text) == (410, True)
    forged = URLSafeSerializer("another secret", salt="daybook report").dumps([named, expires])
    assert phone.post(f"/v1/books/mine/days/{DAY}/explain.html?link={forged}", data=asked).status_code == 403
    assert yours["links"]["explain"] != mine["links"]["explain"]
    for name in ("mine", "yours"):
        assert service.client.get(f"/v1/books/{name}/days/{DAY}/explanation").json()["said"] == []


def test_a_program_says_it_with_a_key(service: ServiceProcess) -> None:
    made(service, "key")
    place = f"/v1/books/KEY/days/{DAY}/explanation"
    answer = service.client.post(place, json={"because": "stock-out", "note": "缺货"})
    assert answer.status_code == 200
    assert answer.json()["explained"]["because"] == "stock_out"
    (day,) = service.client.get("/v1/books/key/days", params={"from": str(DAY)}).json()
    assert (day["explained"]["because"], day["explained"]["note"]) == ("stock_out", "缺货")
    problem(service.client.post(place, json={"because": "weather"}), 422, "bad_reason")
    problem(service.client.post(place, json={"because": "other"}), 422, "note_missing")
    problem(service.client.post(place, json={"because": "other", "why": "x"}), 422, "parameter")
    problem(service.client.post(place, content=b"x", headers={"Content-Type": "application/json"}), 400, "body")
    problem(service.client.post(place.replace("2026", "2020"), json={"because": "holiday"}), 404, "not_found")
    problem(service.client.get(place.replace("2026", "2020")), 404, "not_found")
    problem(httpx.post(f"{service.url}{place}", json={"because": "holiday"}, trust_env=False), 401, "unauthorized")
    assert service.client.delete(place).status_code == 204
    assert service.client.get(place).json()["explained"] is None


def test_the_group_gets_the_link_where_a_day_stands_out(service: ServiceProcess, group: DingTalkDouble) -> None:
    ordinary = ROWS.replace(f"{DAY},tea,5,300", f"{DAY},tea,5,101")
    for book, rows, links in (("stands-out", ROWS, 1), ("ordinary", ordinary, 0)):
        report = made(service, book, rows)
        service.client.post("/v1/push", json={"report_id": report["id"]}).raise_for_status()
        text = group.messages[-1].body["markdown"]["text"]
        place = f"{PUBLIC}/v1/books/{book}/days/{DAY}/explain.html?"
        assert text.count(f"[Was it expected? Say why]({place}") == links
        assert report["links"]["explain"].startswith(place) is bool(links)
