"""`ReportStore`: reports, kept for a while; `AnswerStore`: answers to the questions that files raised, used again.

The whole report is a row. It has some ten kB, which a database takes as easily as a file's name, and so instances need
nothing in common but the database.

A question is kept when it is asked. A report that then succeeds on such a file, with one of its choices as the
parameter, answers it; from then on a file with the same columns that raises the same question, with the same choices,
is read so, and the report says so. What a file does not leave open is never answered from here.
"""

import datetime as dt
import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple, Self

from sqlalchemy import RowMapping, delete, insert, select, update

from daybook.database import Database
from daybook.errors import QuestionError
from daybook.language import Language, literal
from daybook.report import MAX_LIST, Confirmed, SalesReport
from daybook.service import texts
from daybook.service.errors import ResourceNotFoundError
from daybook.service.reports.jobs import Answer
from daybook.service.tables import file_questions, reports
from daybook.values import column_mapping

_ID = re.compile(r"[0-9a-f]{32}")


class ReportStore:
    """Reports by id, which is 128 random bits."""

    def __init__(self, database: Database, keep_seconds: float) -> None:
        self._database = database
        self._keep = dt.timedelta(seconds=keep_seconds)

    def add(self, report_json: bytes) -> str:
        """Keep a report; gives its id.

        Raises:
            DatabaseError: it cannot be kept.
        """
        report_id = secrets.token_hex(16)
        report = json.loads(report_json)
        day = report.get("analysis_date")
        row = {
            "id": report_id,
            "made_at": dt.datetime.now(dt.UTC),
            "analysis_date": dt.date.fromisoformat(day) if day else None,
            "report_key": report["report_key"],
            "body": report_json.decode(),
        }
        with self._database.writing() as connection:
            connection.execute(insert(reports).values(row))
        return report_id

    def get(self, report_id: str) -> SalesReport:
        """The report of that id.

        Raises:
            ResourceNotFoundError: there is none, or its time is over.
        """
        return SalesReport.model_validate_json(self.get_json(report_id))

    def get_json(self, report_id: str) -> bytes:
        """The report of that id, as it was kept.

        Raises:
            ResourceNotFoundError: there is none, or its time is over.
        """
        if _ID.fullmatch(report_id):
            found = select(reports.c.body).where(reports.c.id == report_id, reports.c.made_at >= self._oldest())
            with self._database.reading() as connection:
                body = connection.execute(found).scalar()
            if body is not None:
                return str(body).encode()
        raise ResourceNotFoundError(texts.NO_REPORT)

    def remove_old(self) -> int:
        """Remove the reports whose time is over; gives their number."""
        with self._database.writing() as connection:
            return connection.execute(delete(reports).where(reports.c.made_at < self._oldest())).rowcount

    def _oldest(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) - self._keep


_ANSWERABLE = ("columns", "decimal", "date_format")
"""Parameters that say how a layout is read; which sheet or currency is meant is asked of each file."""
_UNANSWERED = dt.timedelta(days=30)
"""How long a question is kept that nobody answers."""


class KnownAnswer(NamedTuple):
    """A question with its answer."""

    id: str
    code: str
    parameter: str
    value: str
    on: dt.date

    @classmethod
    def of(cls, row: RowMapping) -> Self:
        """That of a row."""
        return cls(row["id"], row["code"], row["parameter"], row["value"], row["written_at"].date())

    def added_to(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of a request, with this one; what the request gives itself stands."""
        value: Any = self.value
        if self.parameter == "columns":
            value = {**column_mapping(self.value), **column_mapping(parameters.get("columns"))}
        elif parameters.get(self.parameter):
            return dict(parameters)
        return {**parameters, self.parameter: value}


class AnswerStore:
    """Questions and answers in the database, for all instances."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def recall(self, question: QuestionError) -> KnownAnswer | None:
        """The answer to a question; it is kept, to be answered, where there is none.

        Raises:
            DatabaseError: the database cannot be used.
        """
        header = question.found.header_digest if question.found else ""
        if not header or question.parameter not in _ANSWERABLE or not question.choices:
            return None
        choices = sorted(choice.value for choice in question.choices)
        asked = json.dumps([header, question.code, question.parameter, choices])
        row = {
            "id": hashlib.sha256(asked.encode()).hexdigest()[:32],
            "header_digest": header,
            "code": question.code,
            "parameter": question.parameter,
            "choices": json.dumps(choices),
            "written_at": dt.datetime.now(dt.UTC),
        }
        with self._database.writing() as connection:
            if self._database.insert_once(connection, file_questions, row):
                return None
            found = select(file_questions).where(file_questions.c.id == row["id"], file_questions.c.value.is_not(None))
            known = connection.execute(found).mappings().first()
        return KnownAnswer.of(known) if known else None

    def confirm(self, report_json: bytes, parameters: Mapping[str, Any]) -> None:
        """Take what a report was made with for the answer to the questions that such files raised.

        Args:
            report_json: the report.
            parameters: what its request gave.

        Raises:
            DatabaseError: the database cannot be used.
        """
        given = {name: parameters[name] for name in _ANSWERABLE if parameters.get(name)}
        header = (json.loads(report_json)["understanding"] or {}).get("header_digest") if given else None
        if not header:
            return
        raised = select(file_questions).where(
            file_questions.c.header_digest == header, file_questions.c.parameter.in_(given)
        )
        with self._database.writing() as connection:
            for row in connection.execute(raised).mappings().all():
                value = _chosen(json.loads(row["choices"]), row["parameter"], given[row["parameter"]])
                if value is not None and value != row["value"]:
                    answered = {"value": value, "written_at": dt.datetime.now(dt.UTC)}
                    connection.execute(update(file_questions).where(file_questions.c.id == row["id"]).values(answered))

    def all(self) -> list[KnownAnswer]:
        """Every answer, the latest first."""
        answered = select(file_questions).where(file_questions.c.value.is_not(None))
        with self._database.reading() as connection:
            rows = connection.execute(answered.order_by(file_questions.c.written_at.desc())).mappings().all()
        return [KnownAnswer.of(row) for row in rows]

    def forget(self, answer_id: str) -> None:
        """Have the question asked again.

        Raises:
            ResourceNotFoundError: there is no such answer.
        """
        answered = delete(file_questions).where(file_questions.c.id == answer_id, file_questions.c.value.is_not(None))
        with self._database.writing() as connection:
            if not connection.execute(answered).rowcount:
                raise ResourceNotFoundError(texts.NO_ANSWER)

    def remove_old(self) -> int:
        """Remove the questions that nobody answered; gives their number."""
        oldest = dt.datetime.now(dt.UTC) - _UNANSWERED
        unanswered = delete(file_questions).where(
            file_questions.c.value.is_(None), file_questions.c.written_at < oldest
        )
        with self._database.writing() as connection:
            return connection.execute(unanswered).rowcount


def told(answer: Answer, used: list[KnownAnswer]) -> Answer:
    """An answer whose report says which answers of before it was made with."""
    report = json.loads(answer.json)
    language = Language(report["language"])
    confirmed = [
        Confirmed(
            parameter=known.parameter,
            value=known.value,
            on=known.on,
            sentence=texts.CONFIRMED.to(
                language, parameter=known.parameter, value=literal(known.value), day=known.on.isoformat()
            ),
        )
        for known in used
    ]
    report["warnings"] = [*(each.sentence for each in confirmed), *report["warnings"]][:MAX_LIST]
    report["understanding"]["confirmed"] = [each.model_dump(mode="json") for each in confirmed]
    return replace(answer, json=json.dumps(report, ensure_ascii=False).encode())


def _chosen(choices: list[str], parameter: str, given: Any) -> str | None:
    """The choice that a parameter took."""
    if parameter != "columns":
        return next((choice for choice in choices if choice == str(given).strip()), None)
    mapping = {field.casefold(): name for field, name in column_mapping(given).items()}
    return next(
        (
            choice
            for choice in choices
            if all(mapping.get(field.casefold()) == name for field, name in column_mapping(choice).items())
        ),
        None,
    )
