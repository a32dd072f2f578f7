"""Reports that were made, kept in the database for a while: whichever instance made one, any other has it too.

The whole report is a row. It has some ten kB, which a database takes as easily as a file's name, and so instances need
nothing in common but the database.
"""

import datetime as dt
import json
import re
import secrets

from sqlalchemy import delete, insert, select

from daybook.database import Database
from daybook.report import SalesReport
from daybook.service import texts
from daybook.service.errors import ResourceNotFoundError
from daybook.service.tables import reports

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
