"""`connected`: reads the rows of a `SqlSource`, counted by the database where its types allow that exactly.

The database counts rows that are alike (``GROUP BY``); what a cell means, and every product and sum, stays with
Daybook's one rule, which reads each distinct cell once. So the cube is that of the rows, cell for cell: rows are put
together only where all their cells are the same to the byte, numbers by their value, and moments by their day (the
latest of which is kept, because it says when the day's last order was).
"""

import datetime as dt
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from sqlalchemy import (
    Connection,
    CursorResult,
    Date,
    LargeBinary,
    Select,
    cast,
    collate,
    column,
    false,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
    true,
)
from sqlalchemy.sql import ColumnElement

from daybook.errors import LimitError, SourceError
from daybook.exact import Values
from daybook.judge import NUMBER_FIELDS
from daybook.limits import Limits
from daybook.reduce.counted import CountedTable
from daybook.sources import texts
from daybook.sources.base import Window
from daybook.sources.sql import SqlSource
from daybook.sources.sql_connection import ReadOnlyDatabase, told
from daybook.sources.values import chunk_of, text_of
from daybook.table import texts as table_texts
from daybook.table.fields import NOT_THERE, field_of_key
from daybook.table.rows import CHUNK_ROWS, Chunk

SAMPLE_ROWS = 1_000
_ISO = "%Y-%m-%d"


class Kind(Enum):
    """What a column of a database holds."""

    WHOLE = auto()
    """Whole numbers; also true and false."""
    DECIMAL = auto()
    FLOAT = auto()
    DATE = auto()
    MOMENT = auto()
    """Date and time without a zone."""
    ZONED = auto()
    """Date and time with a zone."""
    TEXT = auto()
    ANY = auto()
    """Whatever its cell holds: a column of SQLite, which compares cells by their bytes."""
    OTHER = auto()
    """What is not compared here."""


_POSTGRESQL = {
    16: Kind.WHOLE, 20: Kind.WHOLE, 21: Kind.WHOLE, 23: Kind.WHOLE, 1700: Kind.DECIMAL, 700: Kind.FLOAT,
    701: Kind.FLOAT, 1082: Kind.DATE, 1114: Kind.MOMENT, 1184: Kind.ZONED, 25: Kind.TEXT, 1043: Kind.TEXT,
    1042: Kind.TEXT,
}  # fmt: skip
"""By the numbers of its types (pg_type.oid)."""
_MYSQL = {
    0: Kind.DECIMAL, 1: Kind.WHOLE, 2: Kind.WHOLE, 3: Kind.WHOLE, 8: Kind.WHOLE, 9: Kind.WHOLE, 13: Kind.WHOLE,
    246: Kind.DECIMAL, 4: Kind.FLOAT, 5: Kind.FLOAT, 10: Kind.DATE, 7: Kind.MOMENT, 12: Kind.MOMENT, 15: Kind.TEXT,
    247: Kind.TEXT, 252: Kind.TEXT, 253: Kind.TEXT, 254: Kind.TEXT,
}  # fmt: skip
"""By the numbers of its protocol (enum_field_types)."""


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """A column of the source."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one source in one transaction."""

    source: SqlSource
    database: ReadOnlyDatabase
    connection: Connection
    window: Window
    fields: tuple[SourceColumn, ...]

    def latest_day(self, today: dt.date) -> dt.date | None:
        """The latest day not after ``today`` that a row is of."""
        date = self._date
        where = self._before(date, today + dt.timedelta(days=1))
        latest = self._run(self._from(self._plain(date), top=func.max).where(where)).scalar()
        if isinstance(latest, str):
            form = self._form
            try:
                return dt.datetime.strptime(latest[: len(today.strftime(form))], form).date()  # noqa: DTZ007
            except ValueError:
                raise SourceError(texts.DATES, name=self.source.name) from None
        return latest.date() if isinstance(latest, dt.datetime) else latest

    def table(self, limits: Limits) -> CountedTable:
        """The rows of the window."""
        rows = self._run(self._select(self.fields).limit(SAMPLE_ROWS)).all()
        sample = [[text_of(value, self.source.decimal) for value in row] for row in rows]
        header = tuple(field.name for field in self.fields)
        return CountedTable(header, sample, lambda wanted: self._counted(wanted, limits), "sql")

    def _counted(self, wanted: Sequence[int], limits: Limits) -> Iterator[tuple[Chunk, Values]]:
        fields = [self.fields[index] for index in wanted]
        counting = self.source.push_down and all(field.kind not in {Kind.FLOAT, Kind.OTHER} for field in fields)
        statement = self._grouped(fields) if counting else self._select(fields)
        result = self._run(statement, stream=True)
        first = 1
        while True:
            with told(self.source.name, self.source.seconds):
                rows = result.fetchmany(CHUNK_ROWS)
            if not rows:
                return
            chunk, counts = chunk_of(first, rows, self.source.decimal, counted=counting)
            first += len(rows)
            if first - 1 > limits.rows:
                raise LimitError(table_texts.TOO_MANY_ROWS, limit=f"{limits.rows:,}", beyond=limits.beyond)
            yield chunk, counts

    def _run(self, statement: Any, *, stream: bool = False) -> Any:
        options = {"stream_results": True, "max_row_buffer": 20_000} if stream else {}
        with told(self.source.name, self.source.seconds):
            return self.connection.execute(statement, execution_options=options)

    def _select(self, fields: Sequence[SourceColumn]) -> Select[Any]:
        chosen = select(*(self._plain(field).label(f"c{place}") for place, field in enumerate(fields)))
        return chosen.select_from(rows_of(self.source, self.window)).where(self._of_window)

    def _grouped(self, fields: Sequence[SourceColumn]) -> Select[Any]:
        keys = [self._key(field) for field in fields]
        cells = [
            func.max(self._plain(field)) if field.kind in {Kind.MOMENT, Kind.ZONED}
            else func.min(self._plain(field)) if field.kind is Kind.TEXT and self.database.kind in {"mysql", "mariadb"}
            else key
            for field, key in zip(fields, keys, strict=True)
        ]  # fmt: skip
        labelled = [cell.label(f"c{place}") for place, cell in enumerate(cells)]
        chosen = select(*labelled, func.count().label("rows_alike"))
        return chosen.select_from(rows_of(self.source, self.window)).where(self._of_window).group_by(*keys)

    def _from(self, cell: ColumnElement[Any], top: Any) -> Select[Any]:
        return select(top(cell)).select_from(rows_of(self.source, self.window))

    def _plain(self, field: SourceColumn) -> ColumnElement[Any]:
        found: ColumnElement[Any] = column(field.name)
        return func.timezone(self._zone.key, found) if field.kind is Kind.ZONED else found

    def _key(self, field: SourceColumn) -> ColumnElement[Any]:
        """What rows are alike by."""
        plain = self._plain(field)
        match field.kind, self.database.kind:
            case ((Kind.MOMENT | Kind.ZONED), _):
                return cast(plain, Date)
            case Kind.TEXT, "postgresql":
                return collate(plain, "C")
            case Kind.TEXT, _:
                return cast(plain, LargeBinary)
            case Kind.ANY, _:
                return collate(plain, "BINARY")
            case _:
                return plain

    @property
    def _of_window(self) -> ColumnElement[bool]:
        """The condition that a row is of the window's days; a query says itself what it gives."""
        if self.source.query:
            return true()
        date = self._date
        first, end = self.window.first, self.window.last + dt.timedelta(days=1)
        if date.kind in {Kind.TEXT, Kind.ANY}:
            days = [day.strftime(self._form) for day in self.window.days]
            return or_(false(), *(func.substr(column(date.name), 1, len(day)) == day for day in days))
        return (column(date.name) >= self._bound(date, first)) & self._before(date, end)

    def _before(self, date: SourceColumn, end: dt.date) -> ColumnElement[bool]:
        if date.kind in {Kind.TEXT, Kind.ANY}:
            if self._form != _ISO:
                raise SourceError(texts.DAY_NEEDED, name=self.source.name)
            return column(date.name) < end.isoformat()
        return column(date.name) < self._bound(date, end)

    def _bound(self, date: SourceColumn, day: dt.date) -> dt.date:
        if date.kind is Kind.DATE:
            return day
        midnight = dt.datetime(day.year, day.month, day.day)  # noqa: DTZ001  as the column has none
        return midnight.replace(tzinfo=self._zone) if date.kind is Kind.ZONED else midnight

    @property
    def _form(self) -> str:
        return self.source.date_format or _ISO

    @property
    def _zone(self) -> zoneinfo.ZoneInfo:
        try:
            return zoneinfo.ZoneInfo(self.source.zone or "")
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            raise SourceError(texts.ZONE_NEEDED, name=self.source.name) from None

    @property
    def _date(self) -> SourceColumn:
        mapped = next(name for key, name in self.source.columns.items() if field_of_key(key) == "date")
        found = _named(mapped, self.fields)
        if found is None or found.kind not in {
            Kind.DATE,
            Kind.MOMENT,
            Kind.ZONED,
            Kind.TEXT,
            Kind.ANY,
        }:
            raise SourceError(texts.DATES, name=self.source.name)
        return found


@contextmanager
def connected(source: SqlSource, window: Window) -> Iterator[Reader]:
    """A reader of the source, in a transaction that can only read.

    Raises:
        SourceError: the database cannot be reached, or a table or column is missing.
    """
    database = ReadOnlyDatabase(source.name, source.url.get_secret_value(), source.seconds)
    with database.connected() as connection:
        with told(source.name, source.seconds):
            result: CursorResult[Any] = connection.execute(
                select(literal_column("*")).select_from(rows_of(source, window)).limit(0)
            )
            cursor = result.cursor
            described = [(str(each[0]), each[1]) for each in cursor.description] if cursor is not None else []
            result.close()
        kinds: Mapping[Any, Kind] = {"postgresql": _POSTGRESQL, "sqlite": {}}.get(database.kind, _MYSQL)
        usual = Kind.ANY if database.kind == "sqlite" else Kind.OTHER
        found = [SourceColumn(name, kinds.get(number, usual)) for name, number in described]
        yield Reader(source, database, connection, window, _mapped(source, found))


def rows_of(source: SqlSource, window: Window) -> Any:
    """What rows are selected from: the table, or the query with its days bound."""
    if source.table:
        schema, _, name = source.table.rpartition(".")
        return table(name, schema=schema or None)
    query = (source.query or "").strip().rstrip(";")
    is_sqlite = source.url.get_secret_value().startswith("sqlite")  # which has no dates
    days = {"day": window.last, "first": window.first}
    bound = {name: str(day) if is_sqlite else day for name, day in days.items() if f":{name}" in query}
    return text(f"(\n{query}\n) AS daybook_rows").bindparams(**bound)  # the settings' own, and nobody else's


def _mapped(source: SqlSource, found: Sequence[SourceColumn]) -> tuple[SourceColumn, ...]:
    """The columns that the settings name; all where they name none."""
    names = [field.name for field in found]
    doubled = next((name for name in names if names.count(name) > 1), None)
    if doubled is not None:
        raise SourceError(texts.SAME_COLUMN, name=source.name, column=doubled)
    chosen: dict[str, SourceColumn] = {}
    numbers: list[Kind] = []
    for key, name in source.columns.items():
        if name == NOT_THERE:
            continue
        field = _named(name, found)
        if field is None:
            raise SourceError(texts.NO_COLUMN, name=source.name, column=name)
        chosen[field.name] = field
        if field_of_key(key) in NUMBER_FIELDS:
            numbers.append(field.kind)
    if Kind.TEXT in numbers and {Kind.DECIMAL, Kind.FLOAT} & set(numbers) and not source.decimal:
        raise SourceError(texts.MIXED_NUMBERS, name=source.name)
    return tuple(chosen.values()) or tuple(found)


def _named(name: str, fields: Sequence[SourceColumn]) -> SourceColumn | None:
    """The column of a name, behind which a unit may stand in brackets: ``price (cents)``."""
    bare = name.strip().rpartition("(")[0].strip() if name.strip().endswith(")") else ""
    by_name = {field.name: field for field in fields}
    return by_name.get(name.strip()) or by_name.get(bare)
