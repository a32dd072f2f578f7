"""`DatabaseLedger`, `KeptValues`: what was delivered and how fast, where every instance of the service sees it."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import delete, select

from daybook.database import Database, DatabaseError
from daybook.dingtalk.ledger import Record
from daybook.service.tables import deliveries, kept_values
from daybook.store import StoreError

KEEP_DAYS = 400
"""Days that a delivery is remembered: last year's report is not sent again either."""


class DatabaseLedger:
    """The deliveries of one robot, as `daybook.dingtalk.ledger.DeliveryLedger`.

    Where the database fails before a message is sent, the caller hears that: to try again then posts nothing twice.
    """

    def __init__(self, database: Database, robot: str) -> None:
        self._database = database
        self._robot = robot

    @contextmanager
    def exclusive(self, name: str) -> Iterator[None]:
        """Hold the record ``name`` against every other push, of any instance.

        Raises:
            DatabaseError: it is not available.
        """
        with self._database.lock(name):
            yield

    def read(self, name: str) -> Record | None:
        """The record ``name``; ``None`` where there is none.

        Raises:
            DatabaseError: it cannot be read.
        """
        with self._database.reading() as connection:
            row = connection.execute(select(deliveries).where(deliveries.c.name == name)).first()
        return None if row is None else Record.model_validate(row, from_attributes=True)

    def write(self, name: str, record: Record) -> None:
        """Put ``record`` under ``name``.

        Raises:
            StoreError: it cannot be written.
        """
        row = {"name": name, "robot": self._robot, "written_at": dt.datetime.now(dt.UTC), **record.model_dump()}
        try:
            with self._database.writing() as connection:
                self._database.upsert(connection, deliveries, row)
        except DatabaseError:
            raise StoreError from None

    def enter(self, name: str) -> None:
        """Old records go by the service's sweep, so a new one needs no entry."""

    def forget(self, name: str) -> None:
        """Take out the record of a push of which nothing can be in the group; a failure only means that it stays."""
        try:
            with self._database.writing() as connection:
                connection.execute(delete(deliveries).where(deliveries.c.name == name))
        except DatabaseError:
            return


def remove_old_deliveries(database: Database) -> int:
    """Forget what was delivered `KEEP_DAYS` ago; gives the number."""
    before = dt.datetime.now(dt.UTC) - dt.timedelta(days=KEEP_DAYS)
    with database.writing() as connection:
        return connection.execute(delete(deliveries).where(deliveries.c.written_at < before)).rowcount


class KeptValues:
    """Small values under names, as `daybook.store.LockingStore`: a robot's messages of the last minute, a secret."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> bytes | None:
        """The value under ``key``; ``None`` where there is none."""
        with self._database.reading() as connection:
            value = connection.execute(select(kept_values.c.value).where(kept_values.c.name == key)).scalar()
        return None if value is None else str(value).encode()

    def set(self, key: str, value: bytes) -> None:
        """Put ``value`` under ``key``."""
        with self._database.writing() as connection:
            self._database.upsert(connection, kept_values, _row(key, value.decode()))

    def delete(self, key: str) -> None:
        """Remove what is under ``key``, if anything is."""
        with self._database.writing() as connection:
            connection.execute(delete(kept_values).where(kept_values.c.name == key))

    @contextmanager
    def lock(self, key: str) -> Iterator[None]:
        """Hold ``key`` against every other process while the context lasts."""
        with self._database.lock(key):
            yield

    def first(self, key: str, value: str) -> str:
        """The value under ``key``, which is ``value`` where there was none: the same for all who ask."""
        with self._database.writing() as connection:
            self._database.insert_once(connection, kept_values, _row(key, value))
            return str(connection.execute(select(kept_values.c.value).where(kept_values.c.name == key)).scalar_one())


def _row(name: str, value: str) -> dict[str, Any]:
    return {"name": name, "value": value, "written_at": dt.datetime.now(dt.UTC)}
