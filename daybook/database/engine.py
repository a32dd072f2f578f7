"""`Database`: one address, one set of tables, and locks that hold against every process that shares it."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    NullPool,
    Table,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError

from daybook import tracing
from daybook.database import errors
from daybook.database.errors import DatabaseError, told
from daybook.database.schema import VERSION_TABLE
from daybook.store import FileStore, thread_lock

DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mysql+pymysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "mariadb+pymysql": "mariadb+pymysql",
    "sqlite": "sqlite+pysqlite",
}
"""What an address may begin with, and the driver that speaks to it."""
CONNECT_SECONDS = 10
BUSY_SECONDS = 30
"""For a connection of the pool, or for another process that writes to the same SQLite file."""
CONNECTIONS = 5
MORE_CONNECTIONS = 15
"""Beyond those that stay open; locks have theirs beside."""
LOST_AFTER_SECONDS = 1_800
"""After which a MySQL server takes a lock back from a machine that is gone without a word."""
_LOCK_TURN_SECONDS = 5
_MYSQL_DUPLICATE = 1062


def sqlite_url(path: Path | str) -> str:
    """The address of an SQLite file."""
    return URL.create("sqlite", database=str(Path(path).resolve())).render_as_string()


class Database:
    """A database of Daybook's tables; safe for threads, and for any number of processes beside each other.

    Args:
        url: its address, ``postgresql://``, ``mysql://``, ``mariadb://`` or ``sqlite:///``, with user and password.

    Raises:
        DatabaseError: it is no such address (code ``database_url``).
    """

    def __init__(self, url: str) -> None:
        self._url = _known(url)
        self.kind = self._url.get_backend_name()
        """sqlite, postgresql, mysql or mariadb."""
        self._engine = self._made(pool_size=CONNECTIONS, max_overflow=MORE_CONNECTIONS, pool_timeout=BUSY_SECONDS)
        self._lockers = self._made(poolclass=NullPool)
        event.listen(self._engine, "before_cursor_execute", _note_statement)
        if self.kind == "sqlite":
            event.listen(self._engine, "connect", _prepare_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)

    def open(self) -> None:
        """Bring its tables up to what this program knows; of several processes that do so at once, one does it.

        Raises:
            DatabaseError: it cannot be reached, or a newer program has changed it (code ``database_newer``).
        """
        with told(), ExitStack() as stack:
            if self.kind == "sqlite":
                stack.enter_context(self._new_file())
            if self._is_current():
                return
            from daybook.database.migrations import upgrade  # noqa: PLC0415 - Alembic takes half a second to import

            if self.kind in {"mysql", "mariadb"}:
                stack.enter_context(self.lock("migrations"))
            connection = stack.enter_context(self._engine.begin())
            if self.kind == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_number("migrations"))))
            upgrade(connection)

    def close(self) -> None:
        """Close all connections; another use opens new ones."""
        self._engine.dispose()
        self._lockers.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with; in SQLite, its statements see one state of the database.

        Raises:
            DatabaseError: the database failed.
        """
        with told(), self._span("read"), self._engine.connect() as connection:
            yield connection.execution_options(sqlite_begin="BEGIN")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: kept as a whole at the end of the context, or not at all where that raises.

        Raises:
            DatabaseError: the database failed, and nothing was changed.
        """
        with told(), self._span("write"), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold ``name`` against every other thread and process of this database while the context lasts.

        Not reentrant. A process that dies loses it at once. In PostgreSQL, MySQL and MariaDB it belongs to a connection
        of its own, not to a transaction: a pooler that hands connections from one transaction to the next breaks it.

        Raises:
            DatabaseError: the lock is not available.
        """
        with thread_lock(f"{self._url.host}/{self._url.database}/{name}"), ExitStack() as stack:
            with told(), self._span("lock"):
                if self.kind == "sqlite":
                    self._lock_file(stack, name)
                else:
                    self._lock_session(stack, name)
            yield

    def answers(self) -> bool:
        """Whether it can be read now."""
        try:
            with self.reading() as connection:
                return bool(connection.execute(select(1)).scalar_one())
        except DatabaseError:
            return False

    def now(self, connection: Connection) -> dt.datetime:
        """The database's own time, the same for every process that shares it, whatever their clocks say."""
        match self.kind:
            case "postgresql":
                moment: dt.datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
                return moment.astimezone(dt.UTC)
            case "sqlite":
                return dt.datetime.now(dt.UTC)  # one machine has one clock
            case _:
                found: dt.datetime = connection.execute(text("SELECT UTC_TIMESTAMP(6)")).scalar_one()
                return found.replace(tzinfo=dt.UTC)

    def upsert(self, connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
        """Put a row in, or in the place of the one with the same primary key."""
        keys = [column.name for column in table.primary_key]
        rest = {name: value for name, value in values.items() if name not in keys}
        if self.kind in {"mysql", "mariadb"}:
            connection.execute(mysql.insert(table).values(**values).on_duplicate_key_update(**rest))
        else:
            insert = postgresql.insert if self.kind == "postgresql" else sqlite.insert
            connection.execute(insert(table).values(**values).on_conflict_do_update(index_elements=keys, set_=rest))

    def insert_once(self, connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
        """Put a row in where none has its primary key; whether it was put in."""
        if self.kind in {"mysql", "mariadb"}:
            try:
                with connection.begin_nested():
                    connection.execute(mysql.insert(table).values(**values))
            except IntegrityError as error:
                if error.orig is None or error.orig.args[0] != _MYSQL_DUPLICATE:
                    raise
                return False
            return True
        insert = postgresql.insert if self.kind == "postgresql" else sqlite.insert
        put = insert(table).values(**values).on_conflict_do_nothing().returning(*table.primary_key)
        return connection.execute(put).first() is not None

    @contextmanager
    def _span(self, name: str) -> Iterator[None]:
        """A step of a trace, where there is one; what the service does by itself begins none."""
        if not tracing.recording():
            yield
            return
        with tracing.span(name, {"db.system.name": _SYSTEMS.get(self.kind, self.kind)}, tracing.Kind.CLIENT) as span:
            statements = _statements.set([])
            try:
                yield
            finally:
                if found := dict.fromkeys(_statements.get() or ()):
                    span.rename(" ".join(found))
                    span.note({"db.query.summary": " ".join(found)})
                _statements.reset(statements)

    def _is_current(self) -> bool:
        steps = (Path(__file__).parent / "migrations" / "versions").glob("v*_*.py")
        newest = max(step.name[1:].partition("_")[0] for step in steps)
        with self._engine.connect().execution_options(sqlite_begin="BEGIN") as connection:
            if not inspect(connection).has_table(VERSION_TABLE):
                return False
            found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608 - our own name
            return found.scalars().all() == [newest]

    def _made(self, **options: Any) -> Engine:
        arguments: dict[str, Any] = {"pool_pre_ping": True, "pool_recycle": 1_800} if "pool_size" in options else {}
        match self.kind:
            case "sqlite":
                arguments["connect_args"] = {"timeout": BUSY_SECONDS, "check_same_thread": False}
            case "postgresql":
                # keepalives of both sides: a lock of a machine that went without a word is free after 45 seconds
                arguments["connect_args"] = {
                    "connect_timeout": CONNECT_SECONDS,
                    "application_name": "daybook",
                    "keepalives_idle": 20,
                    "keepalives_interval": 5,
                    "keepalives_count": 5,
                    "options": "-c tcp_keepalives_idle=20 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=5",
                } | dict(self._url.query)
            case _:
                arguments["connect_args"] = {
                    "connect_timeout": CONNECT_SECONDS,
                    "charset": "utf8mb4",
                    "password": (self._url.password or "").encode(),  # the driver's own way takes Latin-1 alone
                    "init_command": f"SET SESSION wait_timeout={LOST_AFTER_SECONDS}",
                }
                arguments["isolation_level"] = "READ COMMITTED"
        return create_engine(self._url, **arguments, **options)

    @contextmanager
    def _new_file(self) -> Iterator[None]:
        path = self._file
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)
        except OSError:
            raise DatabaseError(errors.FILE) from None
        with self.lock("migrations"):
            with self._lockers.connect() as connection:
                # readers and one writer beside each other; it is kept in the file
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            yield

    @property
    def _file(self) -> Path:
        return Path(self._url.database or "")

    def _lock_file(self, stack: ExitStack, name: str) -> None:
        try:
            folder = self._file.with_name(self._file.name + "-locks")
            folder.mkdir(mode=0o700, exist_ok=True)
            locks = FileStore(folder)
            stack.enter_context(locks.lock(name))
        except OSError:
            raise DatabaseError(errors.FILE) from None
        stack.callback(locks.delete, name)  # before it is let go: who waits for it finds that out

    def _lock_session(self, stack: ExitStack, name: str) -> None:
        connection = stack.enter_context(self._lockers.connect())  # its end is the lock's
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        if self.kind == "postgresql":
            connection.execute(select(func.pg_advisory_lock(_number(name))))
            return
        # the server's locks are those of all its databases
        key = hashlib.sha256(f"{self._url.database}/{name}".encode()).hexdigest()[:48]
        while connection.execute(select(func.get_lock(key, _LOCK_TURN_SECONDS))).scalar_one() != 1:
            pass


def _known(url: str) -> URL:
    try:
        found = make_url(url.strip())
        driver = DRIVERS[found.drivername]
        found = found.set(drivername=driver)
        found.get_dialect()
    except (ArgumentError, NoSuchModuleError, KeyError, ValueError):
        found = None
    if found is None or not found.database or (not found.host and driver != "sqlite+pysqlite"):
        raise DatabaseError(errors.WRONG_URL)
    return found


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"daybook/{name}".encode()).digest()[:8], "big", signed=True)


_SYSTEMS = {"sqlite": "sqlite", "postgresql": "postgresql", "mysql": "mysql", "mariadb": "mariadb"}
_statements: ContextVar[list[str] | None] = ContextVar("daybook_statements", default=None)
_SUMMARY = re.compile(r"\s*(?:(UPDATE)|(SELECT|DELETE).*?\bFROM|(INSERT)\s+INTO)\s+[`\"]?(\w+)", re.DOTALL)


def _note_statement(_: Connection, __: object, statement: str, *___: object) -> None:
    # what is done to which table; values are never in a statement's text, and neither is that text in a trace
    if (statements := _statements.get()) is not None and (found := _SUMMARY.match(statement)):
        statements.append(" ".join(filter(None, found.groups())))


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # transactions begin where SQLAlchemy says so, tables' changes among them
    for pragma in ("foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # a writer takes its turn at the start: one that begins as a reader may find that it cannot go on
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE"))
