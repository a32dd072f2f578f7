"""Books of the service: reports that remember, and what can be asked of a book."""

import datetime as dt
from typing import Any

import httpx
import pytest

from tests.service.harness import ServiceProcess, problem

HEADER = b"Date,Product,Price,Amount,Region\n"


def report(service: ServiceProcess, rows: bytes, book: str, **asked: str) -> dict[str, Any]:
    response = service.post_file("/v1/reports", HEADER + rows, book=book, language="en_US", **asked)
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


def test_a_report_is_compared_with_what_the_service_keeps(service: ServiceProcess) -> None:
    get = service.client.get
    report(service, b"2026-10-29,tea,5,2,north\n", "compared")
    found = report(service, b"2026-10-30,tea,5,3,north\n", "Compared")
    assert (found["previous_day"]["sales_change_percent"], found["book"]["compared"]) == (50.0, ["2026-10-29"])
    corrected = report(service, b"2026-10-30,tea,5,4,north\n", "compared")
    assert corrected["book"]["revision"] == 2
    assert corrected["book"]["correction_key"] == "compared 2026-10-30 r2"
    (listed,) = [book for book in get("/v1/books").json() if book["name"] == "compared"]
    assert (listed["days"], listed["first"], listed["last"]) == (2, "2026-10-29", "2026-10-30")
    assert get("/v1/books/compared").json() == listed
    (day,) = get("/v1/books/compared/days", params={"from": "2026-10-30"}).json()
    assert (day["sales"], day["revision"], day["source"]) == ("20", 2, "sales.csv")
    changes = get("/v1/books/compared/revisions").json()
    assert [(each["date"], each["taken"]) for each in changes] == [
        ("2026-10-29", "new"), ("2026-10-30", "new"), ("2026-10-30", "correction"),
    ]  # fmt: skip
    assert service.client.delete("/v1/books/compared").status_code == 204
    assert problem(get("/v1/books/compared"), 404, "no_such_book")
    assert problem(service.client.delete("/v1/books/compared"), 404, "no_such_book")


def test_a_week_of_a_book_is_reported_without_a_file(service: ServiceProcess) -> None:
    rows = b"".join(b"2026-11-%02d,tea,5,%d,north\n" % (day, 1 + day // 9) for day in range(2, 16))
    report(service, rows, "weekly")
    made = service.client.post("/v1/books/weekly/reports", json={"period": "week", "language": "en_US"})
    assert made.status_code == 201, made.text
    found = made.json()
    assert (found["period"]["name"], found["summary"]["total_sales"]) == ("2026-W46", 70.0)
    assert found["period"]["former"]["comparison"]["sales_change_percent"] == 100.0
    shown = service.client.get(found["links"]["page"]).text
    assert "Week 46, 9 to 15 Nov 2026" in shown
    assert "/v1/reports/" in made.headers["Location"]
    of_file = report(service, b"2026-11-16,tea,5,2,north\n", "weekly", period="week", date="2026-W46")
    assert of_file["period"]["held"] == 7
    post = service.client.post
    assert problem(post("/v1/books/nobody/reports", json={"period": "week"}), 404, "no_such_book")
    assert problem(post("/v1/books/weekly/reports", json={"period": "day"}), 422, "name_a_period")
    assert problem(post("/v1/books/weekly/reports", json={"date": "2026-01"}), 422, "no_rows_for_period")
    assert post("/v1/books/weekly/reports", json={"period": "week", "book": "other"}).status_code == 422
    service.client.delete("/v1/books/weekly")


def test_a_report_without_a_book_is_kept_in_none(service: ServiceProcess) -> None:
    def books() -> list[dict[str, Any]]:
        # a link says when it ends, and so is another with each second
        return [{**book, "links": {}} for book in service.client.get("/v1/books").json()]

    before = books()
    assert report(service, b"2026-10-29,tea,5,2,north\n", "")["book"] is None
    assert books() == before


def test_looking_at_a_file_keeps_nothing_of_it(service: ServiceProcess) -> None:
    response = service.post_file("/v1/inspect", HEADER + b"2026-10-29,tea,5,2,north\n", book="looked-at")
    assert response.status_code == 200
    assert problem(service.client.get("/v1/books/looked-at"), 404, "no_such_book")


def test_a_name_that_no_book_can_have_is_refused(service: ServiceProcess) -> None:
    response = service.post_file("/v1/reports", HEADER + b"2026-10-29,tea,5,2,north\n", book="../x")
    assert response.status_code == 422
    assert response.json()["code"] == "bad_book_name"


def test_books_need_a_key(service: ServiceProcess) -> None:
    for method, path in (
        ("GET", "/v1/books"),
        ("GET", "/v1/books/a/days"),
        ("POST", "/v1/books/a/reports"),
        ("DELETE", "/v1/books/a"),
    ):
        assert httpx.request(method, service.url + path).status_code == 401


LAST = dt.date(2026, 8, 30)


@pytest.fixture(scope="module")
def weeks(service: ServiceProcess) -> str:
    """A book of 42 days, a week of which repeats."""
    days = ((LAST - dt.timedelta(days=back), 100 + back % 7) for back in range(42))
    report(service, "".join(f"{date},tea,{price},10,north\n" for date, price in days).encode(), "weeks")
    return "/v1/books/weeks/forecast"


def test_the_coming_days_of_a_book_are_forecast(service: ServiceProcess, weeks: str) -> None:
    found = service.client.get(weeks, params={"language": "en_US"}).json()
    assert (found["last_day"], found["known_days"], found["error_weeks"]) == ("2026-08-30", 42, 3)
    assert [day["date"] for day in found["days"]] == [str(LAST + dt.timedelta(days=day)) for day in range(1, 8)]
    assert [day["expected_sales"] for day in found["days"]] == pytest.approx(range(1060, 990, -10), abs=0.1)
    assert all(day["low"] < day["expected_sales"] < day["high"] for day in found["days"])
    assert (found["error_percent"], found["naive_error_percent"]) == (0.0, 0.0)
    assert found["finding"] == "Next 7 days: about 7,210, level with the last 7"
    assert found["echarts"].startswith("```echarts\n")
    assert found["notes"] == []


def test_a_forecast_speaks_the_language_that_is_asked_for(service: ServiceProcess, weeks: str) -> None:
    found = service.client.get(weeks, params={"language": "zh_Hans", "days": "30"}).json()
    assert len(found["days"]) == 30
    assert found["finding"].startswith("未来 30 天：预计 ")
    assert found["error"].startswith("按最近 3 周检验，")
    assert found["days"][25]["special"] == "中秋节"
    assert found["notes"][0].startswith("尚无")


def test_a_forecast_of_too_many_days_or_of_no_book_is_refused(service: ServiceProcess, weeks: str) -> None:
    for days in ("0", "61", "many"):
        assert problem(service.client.get(weeks, params={"days": days}), 422, "parameter")
    assert problem(service.client.get("/v1/books/nobody/forecast"), 404, "no_such_book")
    assert httpx.get(service.url + weeks).status_code == 401


def test_a_young_book_has_no_forecast_and_says_so(service: ServiceProcess) -> None:
    report(service, b"2026-10-29,tea,5,2,north\n2026-10-30,tea,5,2,north\n", "young")
    found = service.client.get("/v1/books/young/forecast", params={"language": "en_US"}).json()
    assert (found["days"], found["finding"], found["echarts"]) == ([], "", "")
    assert found["notes"] == ["No forecast yet: 2 days of sales are known, and 21 are needed."]
