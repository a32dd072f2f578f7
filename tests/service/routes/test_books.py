"""Books of the service: reports that remember, and what can be asked of a book."""

from typing import Any

import httpx

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


def test_a_report_without_a_book_is_kept_in_none(service: ServiceProcess) -> None:
    before = service.client.get("/v1/books").json()
    assert report(service, b"2026-10-29,tea,5,2,north\n", "")["book"] is None
    assert service.client.get("/v1/books").json() == before


def test_looking_at_a_file_keeps_nothing_of_it(service: ServiceProcess) -> None:
    response = service.post_file("/v1/inspect", HEADER + b"2026-10-29,tea,5,2,north\n", book="looked-at")
    assert response.status_code == 200
    assert problem(service.client.get("/v1/books/looked-at"), 404, "no_such_book")


def test_a_name_that_no_book_can_have_is_refused(service: ServiceProcess) -> None:
    response = service.post_file("/v1/reports", HEADER + b"2026-10-29,tea,5,2,north\n", book="../x")
    assert response.status_code == 422
    assert response.json()["code"] == "bad_book_name"


def test_books_need_a_key(service: ServiceProcess) -> None:
    for method, path in (("GET", "/v1/books"), ("GET", "/v1/books/a/days"), ("DELETE", "/v1/books/a")):
        assert httpx.request(method, service.url + path).status_code == 401
