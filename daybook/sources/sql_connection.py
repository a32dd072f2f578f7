"""`ReadOnlyDatabase`: a connection that can only read, with a time limit on each statement; what its errors mean."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, NullPool, create_engine, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)

from daybook.database.engine import DRIVERS
from daybook.errors import SourceDownError, SourceError
from daybook.language import Text
from daybook.sources import texts

CONNECT_SECONDS = 10
_PROGRESS_STEPS = 10_000
"""Steps of SQLite's machine between two looks at the clock."""

# SQLSTATE of PostgreSQL, error numbers of MySQL and MariaDB, words of SQLite and of libpq
_SIGNS: tuple[tuple[Text, frozenset[object], tuple[str, ...]], ...] = (
    (
        texts.LOGIN,
        frozenset({"28P01", "28000", 1045, 1698}),
        ("password authentication failed", "no password supplied", "pg_hba.conf", "authentication failed"),
    ),
    (texts.NO_DATABASE, frozenset({"3D000", 1049}), ("unable to open database file",)),
    (texts.RIGHTS, frozenset({"42501", 1142, 1143, 1044, 1227, 1370}), ("permission denied", "not authorized")),
    (texts.NO_TABLE, frozenset({"42P01", "3F000", 1146}), ("no such table",)),
    (texts.NO_COLUMNS, frozenset({"42703", 1054}), ("no such column",)),
    (texts.WRITES, frozenset({"25006", 1792}), ("attempt to write a readonly database",)),
    (texts.TOO_SLOW, frozenset({"57014", 1969, 3024}), ("interrupted",)),
    (
        texts.BUSY,
        frozenset({"40001", "40P01", "55P03", "53300", 1040, 1203, 1205, 1213}),
        ("database is locked", "database table is locked", "too many clients", "too many connections"),
    ),
    (texts.NO_DATABASE, frozenset(), ("file is not a database", "disk image is malformed")),
)
_REPEATABLE = frozenset({texts.DOWN, texts.BUSY, texts.TOO_SLOW})


class ReadOnlyDatabase:
    """A database that is only read.

    Args:
        name: the source's, for errors.
        address: the database's, with user and password.
        seconds: what one statement may take.

    Raises:
        SourceError: the address is none, or its driver is not installed.
    """

    def __init__(self, name: str, address: str, seconds: float) -> None:
        self._name = name
        self._seconds = seconds
        try:
            url = make_url(address)
            self._url = url.set(drivername=DRIVERS.get(url.drivername, url.drivername))
            self.kind = self._url.get_backend_name()
            """sqlite, postgresql, mysql or mariadb."""
            self._engine = self._made()
        except (ArgumentError, NoSuchModuleError, ValueError):
            raise SourceError(texts.NO_DATABASE, name=name) from None
        except ModuleNotFoundError as error:
            raise SourceError(texts.NOT_INSTALLED, name=name, module=error.name) from None

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database and cannot change it.

        Raises:
            SourceError: the database cannot be reached.
        """
        try:
            with told(self._name, self._seconds):
                connection = self._engine.connect()
            try:
                with told(self._name, self._seconds):
                    connection = self._prepared(connection)
                yield connection
            finally:
                connection.close()
        finally:
            self._engine.dispose()

    def _made(self) -> Engine:
        match self.kind:
            case "sqlite":
                return create_engine("sqlite://", creator=self._open_file, poolclass=NullPool)
            case "postgresql":
                options = {"connect_timeout": CONNECT_SECONDS, "application_name": "daybook"}
                return create_engine(self._url, connect_args=options | dict(self._url.query), poolclass=NullPool)
            case _:
                password = (self._url.password or "").encode()  # the driver's own way takes Latin-1 alone
                options = {"connect_timeout": CONNECT_SECONDS, "charset": "utf8mb4", "password": password}
                return create_engine(self._url, connect_args=options, poolclass=NullPool)

    def _prepared(self, connection: Connection) -> Connection:
        match self.kind:
            case "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                connection.exec_driver_sql(f"SET LOCAL statement_timeout = {int(self._seconds * 1000)}")
            case "mysql" | "mariadb":
                is_mariadb = getattr(connection.dialect, "is_mariadb", False)
                limit = (
                    f"max_statement_time = {self._seconds:f}"
                    if is_mariadb
                    else f"max_execution_time = {int(self._seconds * 1000)}"
                )
                connection.exec_driver_sql(f"SET SESSION {limit}")
                connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY, ISOLATION LEVEL REPEATABLE READ")
                connection.commit()  # the next transaction, not this one
        return connection

    def _open_file(self) -> sqlite3.Connection:
        path = quote(str(Path(self._url.database or "").absolute()))
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=self._seconds, check_same_thread=False)
        connection.execute("PRAGMA query_only = ON")
        ends = time.monotonic() + self._seconds
        connection.set_progress_handler(lambda: time.monotonic() > ends, _PROGRESS_STEPS)
        return connection


@contextmanager
def told(name: str, seconds: float) -> Iterator[None]:
    """Turn what a database raises into a sentence about the source; the cause quotes addresses and values.

    Raises:
        SourceError: what the database raised; `SourceDownError` where it may be asked again.
    """
    try:
        yield
    except SQLAlchemyError as error:
        said = _text_of(error)
        kind = SourceDownError if said in _REPEATABLE else SourceError
        values: dict[str, Any] = {"seconds": f"{seconds:g}"} if said is texts.TOO_SLOW else {}
        raise kind(said, name=name, **values) from None


def _text_of(error: SQLAlchemyError) -> Text:
    if not isinstance(error, DBAPIError) or error.orig is None:
        return texts.QUERY
    original = error.orig
    words = str(original).lower()
    signs = {getattr(original, "sqlstate", None), *original.args[:1]}
    for text, codes, sayings in _SIGNS:
        if codes & signs or any(saying in words for saying in sayings):
            return text
    if isinstance(error, OperationalError) and "does not exist" in words:
        return texts.LOGIN if "role " in words else texts.NO_DATABASE
    away = isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated
    is_sqlite = isinstance(original, sqlite3.Error)  # whose operational errors are also those of a query
    return texts.DOWN if away and not is_sqlite else texts.QUERY
