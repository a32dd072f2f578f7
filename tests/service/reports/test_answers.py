"""A question that was answered once is not asked again of files with the same columns, and the report says so."""

from typing import Any

from daybook.service import texts
from tests.service.harness import ServiceProcess, problem

HEADER = "Date,Product,Price,Amount,{}\n"


def ambiguous(name: str, *days: str) -> bytes:
    """A file of which nobody can say whether the day or the month stands first; ``name`` makes its columns its own."""
    rows = "".join(f"{day},tea,1.5,2,north\n" for day in days or ("03/04/2026", "05/06/2026"))
    return (HEADER.format(name) + rows).encode()


def asked(service: ServiceProcess, data: bytes, **parameters: str) -> dict[str, Any]:
    response = service.post_file("/v1/reports", data, language="en_US", **parameters)
    assert response.status_code == 422, response.text
    body: dict[str, Any] = response.json()
    assert body["kind"] == "question"
    return body


def made(service: ServiceProcess, data: bytes, **parameters: str) -> dict[str, Any]:
    response = service.post_file("/v1/reports", data, language="en_US", **parameters)
    assert response.status_code == 201, response.text
    body: dict[str, Any] = response.json()
    return body


def answers(service: ServiceProcess) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = service.client.get("/v1/answers").json()
    return found


def test_an_answer_is_used_for_the_same_columns_and_said(service: ServiceProcess) -> None:
    first = asked(service, ambiguous("Area A"))
    assert first["question"]["parameter"] == "date_format"
    chosen = made(service, ambiguous("Area A"), date_format="%d/%m/%Y")
    assert (chosen["analysis_date"], chosen["understanding"]["confirmed"]) == ("2026-06-05", [])

    later = made(service, ambiguous("Area A", "07/08/2026", "09/08/2026"))
    assert later["analysis_date"] == "2026-08-09"
    [confirmed] = later["understanding"]["confirmed"]
    assert (confirmed["parameter"], confirmed["value"]) == ("date_format", "%d/%m/%Y")
    assert later["warnings"][0] == confirmed["sentence"]
    assert "%d/%m/%Y" in service.client.get(later["links"]["markdown"]).text
    inspected = service.post_file("/v1/inspect", ambiguous("Area A"), language="en_US").json()
    assert (inspected["questions"], len(inspected["confirmed"])) == ([], 1)

    asked(service, ambiguous("Another column"))
    plain = made(service, ambiguous("Area A", "2026-08-09"))
    assert plain["understanding"]["confirmed"] == []


def test_what_a_request_says_itself_stands_and_is_the_answer_from_then_on(service: ServiceProcess) -> None:
    data = ambiguous("Area B")
    asked(service, data)
    assert made(service, data, date_format="%d/%m/%Y")["analysis_date"] == "2026-06-05"
    assert made(service, data, date_format="%m/%d/%Y")["analysis_date"] == "2026-05-06"
    assert made(service, data)["analysis_date"] == "2026-05-06"


def test_an_answer_is_listed_and_forgotten(service: ServiceProcess) -> None:
    data = ambiguous("Area C")
    before = {answer["id"] for answer in answers(service)}
    asked(service, data)
    assert {answer["id"] for answer in answers(service)} == before
    made(service, data, date_format="%d/%m/%Y")
    [answer] = [answer for answer in answers(service) if answer["id"] not in before]
    assert (answer["parameter"], answer["value"]) == ("date_format", "%d/%m/%Y")
    assert service.client.delete(f"/v1/answers/{answer['id']}").status_code == 204
    asked(service, data)
    gone = service.client.delete(f"/v1/answers/{answer['id']}", headers={"Accept-Language": "en"})
    assert problem(gone, 404, "not_found") == texts.NO_ANSWER.en


def test_a_question_that_nobody_asked_is_not_answered_by_a_parameter(service: ServiceProcess) -> None:
    """A format that is given for a file which asks nothing answers no question of another file."""
    made(service, ambiguous("Area D", "2026-01-02"), date_format="%d/%m/%Y")
    asked(service, ambiguous("Area D"))


def test_looking_at_a_file_answers_nothing(service: ServiceProcess) -> None:
    data = ambiguous("Area E")
    asked(service, data)
    assert service.post_file("/v1/inspect", data, date_format="%d/%m/%Y").json()["questions"] == []
    asked(service, data)


def test_a_choice_of_columns_is_used_again(service: ServiceProcess) -> None:
    data = b"Date A,Date B,Product,Sales\n2026-10-30,2026-11-30,tea,10\n2026-10-31,2026-11-01,rice,20\n"
    question = asked(service, data)["question"]
    assert [choice["value"] for choice in question["choices"]] == ["date=Date A", "date=Date B"]
    days = [made(service, data, columns=f"date=Date {name}")["analysis_date"] for name in "AB"]
    assert days == ["2026-10-31", "2026-11-30"]
    again = made(service, data, columns="product=Product")
    assert again["analysis_date"] == days[1]
    assert [each["value"] for each in again["understanding"]["confirmed"]] == ["date=Date B"]


def test_a_file_that_the_service_reads_itself_is_answered_too(service: ServiceProcess, source_folder: Any) -> None:
    (source_folder / "open.csv").write_bytes(ambiguous("Area F"))
    post = service.client.post
    assert post("/v1/reports", json={"source": "open.csv"}).json()["kind"] == "question"
    answered = post("/v1/reports", json={"source": "open.csv", "date_format": "%d/%m/%Y"})
    assert answered.status_code == 201
    again = post("/v1/reports", json={"source": "open.csv"})
    assert again.json()["analysis_date"] == "2026-06-05"
