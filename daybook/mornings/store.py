"""`MorningStore`: the steps of the mornings in the database, for all instances of the service."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping, delete, func, select, update

from daybook.database import Database
from daybook.mornings.steps import Step, StepName, StepOutcome
from daybook.mornings.tables import morning_steps

KEEP_DAYS = 400
"""Days that a step is kept."""
_FIELDS = [field.name for field in dataclasses.fields(Step) if field.name != "name"]
_FINAL = (StepOutcome.GOOD, StepOutcome.FAILED, StepOutcome.UNKNOWN)


class MorningStore:
    """Steps in the database. Every method raises `DatabaseError` where the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, step: Step, what: str = "") -> None:
        """Keep a step; told again of the same ``what``, it goes on where it was.

        What is good stays so, and a try that has ended is not under way again: words may come in another order than
        they were sent.
        """
        row = {**{name: getattr(step, name) for name in _FIELDS}, "step": step.name}
        row_id = step.id(what)
        with self._database.writing() as connection:
            if self._database.insert_once(connection, morning_steps, {"id": row_id, **row}):
                return
            found = connection.execute(select(morning_steps).where(morning_steps.c.id == row_id)).mappings().one()
            changed = _joined(found, step)
            if changed:
                connection.execute(update(morning_steps).where(morning_steps.c.id == row_id).values(**changed))

    def steps(self, since: dt.date, until: dt.date | None = None, book: str | None = None) -> list[Step]:
        """The steps of the days from ``since`` on, in the order in which they came."""
        table = morning_steps.c
        asked = select(morning_steps).where(table.day >= since, table.step != StepName.WATCHED)
        if until is not None:
            asked = asked.where(table.day <= until)
        if book is not None:
            asked = asked.where(table.book == book)
        with self._database.reading() as connection:
            return [_step(row) for row in connection.execute(asked.order_by(table.at, table.id)).mappings()]

    def watched_since(self, book: str, now: dt.datetime) -> dt.datetime:
        """Since when a book is watched: from now on, where it was not."""
        table = morning_steps.c
        first = select(func.min(table.at)).where(table.book == book, table.step == StepName.WATCHED)
        with self._database.reading() as connection:
            found: dt.datetime | None = connection.execute(first).scalar()
        if found is None:
            self.note(Step(book, now.date(), StepName.WATCHED, now, now, told_by="service"))
            return now
        return found

    def newest_delivered(self) -> dict[str, dt.date]:
        """The newest day of each book whose report the group has."""
        table = morning_steps.c
        asked = select(table.book, func.max(table.day)).where(
            table.step == StepName.PUSHED, table.outcome == StepOutcome.GOOD
        )
        with self._database.reading() as connection:
            return {str(book): day for book, day in connection.execute(asked.group_by(table.book))}

    def forget(self, book: str) -> None:
        """Remove all steps of a book."""
        with self._database.writing() as connection:
            connection.execute(delete(morning_steps).where(morning_steps.c.book == book))

    def remove_old(self) -> int:
        """Remove the steps whose time is over, but for the word since when a book is watched; gives their number."""
        before = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=KEEP_DAYS)
        table = morning_steps.c
        with self._database.writing() as connection:
            old = delete(morning_steps).where(table.day < before, table.step != StepName.WATCHED)
            return connection.execute(old).rowcount


def _joined(found: RowMapping, told: Step) -> Mapping[str, Any]:
    """What changes of a row as a step is told again."""
    ids = ("report_id", "airflow_dag", "airflow_run", "dify_run", "trace_id")
    named = {name: getattr(told, name) for name in ids if getattr(told, name)}
    if found["outcome"] == StepOutcome.GOOD:
        return {name: value for name, value in named.items() if not found[name]}
    if found["outcome"] in _FINAL and told.outcome is StepOutcome.GOING and told.attempt <= found["attempt"]:
        return {}
    changed: dict[str, Any] = {
        "last_at": max(found["last_at"], told.last_at),
        "attempt": max(found["attempt"], told.attempt),
        "outcome": told.outcome,
        "cause": told.cause,
        "told_by": told.told_by or found["told_by"],
    }
    if told.seconds is not None:
        changed["seconds"] = told.seconds
    return changed | named


def _step(row: RowMapping) -> Step:
    values = {name: row[name] for name in _FIELDS}
    values["outcome"] = StepOutcome(row["outcome"])
    return Step(name=StepName(row["step"]), **values)
