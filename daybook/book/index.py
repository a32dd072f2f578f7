"""`Index`: which days a book holds, in which revision and file; changed in one transaction, or not at all."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Self
from uuid import uuid4

from sqlalchemy import Connection, Row, and_, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from daybook.book.explanations import said_of
from daybook.book.tables import book_days, book_explanations, book_revisions, books
from daybook.database import Database, DatabaseError
from daybook.database.errors import BUSY
from daybook.days import DayTotals
from daybook.expect.parts import DayParts
from daybook.explanation import Explanation


@dataclass(frozen=True, slots=True)
class BookInfo:
    """A book in the list of books."""

    name: str
    days: int
    first: dt.date | None
    last: dt.date | None
    changed_at: dt.datetime

    def shown(self) -> dict[str, Any]:
        """The book for programs, as JSON."""
        return {
            "name": self.name,
            "days": self.days,
            "first": str(self.first) if self.first else None,
            "last": str(self.last) if self.last else None,
            "changed_at": _written(self.changed_at),
        }


@dataclass(frozen=True, slots=True)
class DayEntry:
    """A day in the index."""

    totals: DayTotals
    revision: int
    digest: str
    given: tuple[str, ...]
    """The digests of the files' days that it is made of."""
    file: str
    dimensions: tuple[str, ...]
    unfinished: bool
    source: str
    reported: int
    """The latest revision that a report was made of; 0 where none was."""
    taken: str = "new"
    """What the file's day was taken for that made it what it is."""
    brought_by: str = ""
    """The digest of that file."""
    changed_at: dt.datetime | None = None
    parts: str | None = None
    """The sums of its products and regions, as `daybook.expect.parts.DayParts` writes them."""
    explained: Explanation | None = None
    """Why the day was as it was, as somebody said; known where days are asked for, and not where one is changed."""

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """The entry of a row."""
        exact = json.loads(row.exact)
        totals = DayTotals(
            date=row.day,
            sales=Decimal(exact["sales"]),
            orders=row.orders,
            quantity=Decimal(exact["quantity"]),
            lines=row.row_count,
            currency=row.currency,
            money=row.money,
        )
        return cls(
            totals=totals,
            revision=row.revision,
            digest=row.digest,
            given=tuple(json.loads(row.given)),
            file=row.file,
            dimensions=tuple(json.loads(row.dimensions)),
            unfinished=row.unfinished,
            source=row.source,
            reported=row.reported,
            taken=row.taken,
            brought_by=row.brought_by,
            changed_at=row.changed_at,
            parts=getattr(row, "parts", None),
        )

    @property
    def day_parts(self) -> DayParts:
        """The day in what judging needs; in its totals alone where an older version wrote it."""
        date, is_finished = self.totals.date, not self.unfinished
        parts = (
            DayParts.read(date, self.parts, is_finished=is_finished)
            if self.parts
            else DayParts.of_totals(self.totals, is_finished=is_finished)
        )
        return replace(parts, explained=self.explained.because) if self.explained else parts

    def shown(self) -> dict[str, Any]:
        """The day for people and programs, as JSON."""
        totals = self.totals
        return {
            "date": str(totals.date),
            "sales": str(totals.sales),
            "orders": totals.orders,
            "quantity": str(totals.quantity),
            "rows": totals.lines,
            "currency": totals.currency,
            "revision": self.revision,
            "taken": self.taken,
            "unfinished": self.unfinished,
            "source": self.source,
            "changed_at": _written(self.changed_at),
            "explained": self.explained.model_dump(mode="json") if self.explained else None,
        }

    def values(self) -> dict[str, Any]:
        """The columns of its row."""
        totals = self.totals
        return {
            "day": totals.date,
            "revision": self.revision,
            "sales": float(totals.sales),
            "orders": totals.orders,
            "quantity": float(totals.quantity),
            "row_count": totals.lines,
            "exact": json.dumps({"sales": str(totals.sales), "quantity": str(totals.quantity)}),
            "currency": totals.currency[:64],
            "money": totals.money,
            "dimensions": json.dumps(self.dimensions),
            "unfinished": self.unfinished,
            "source": self.source[:255],
            "reported": self.reported,
            "taken": self.taken,
            "brought_by": self.brought_by,
            "digest": self.digest,
            "given": json.dumps(self.given),
            "parts": self.parts,
            "file": self.file,
        }


@dataclass(frozen=True, slots=True)
class Revision:
    """A change of a day."""

    day: dt.date
    revision: int
    taken: str
    source: str
    digest: str
    changes: Mapping[str, Any]
    to_tell: bool = False
    at: dt.datetime | None = None

    def shown(self) -> dict[str, Any]:
        """The change for programs, as JSON."""
        return {
            "date": str(self.day),
            "revision": self.revision,
            "taken": self.taken,
            "source": self.source,
            "at": _written(self.at),
            "changes": self.changes,
        }


@dataclass(frozen=True, slots=True)
class BookState:
    """A book as it was when it was looked at."""

    id: str
    version: int
    """0 where it is not in the index yet."""
    days: Mapping[dt.date, DayEntry]


class Index:
    """The tables of the books in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def look(self, name: str, days: Iterable[dt.date] = ()) -> BookState:
        """The book of that name with some of its days; a new one where there is none."""
        with self._database.reading() as connection:
            book = connection.execute(select(books.c.id, books.c.version).where(books.c.name == name)).first()
            if book is None:
                return BookState(uuid4().hex, 0, {})
            wanted = sorted(set(days))
            found: list[Row[Any]] = []
            for start in range(0, len(wanted), 500):  # an IN of any database takes as many
                some = wanted[start : start + 500]
                found += connection.execute(
                    select(book_days).where(book_days.c.book_id == book.id, book_days.c.day.in_(some))
                )
        return BookState(book.id, book.version, {row.day: DayEntry.of(row) for row in found})

    def between(
        self, name: str, first: dt.date | None = None, last: dt.date | None = None, *, with_parts: bool = False
    ) -> list[DayEntry]:
        """The days of a book, in order; with the sums of their products and regions where that is asked for.

        With each stands what was said of it.
        """
        columns = [column for column in book_days.c if with_parts or column.name != "parts"]
        asked = select(*columns).join(books).where(books.c.name == name).order_by(book_days.c.day)
        asked = asked.where(book_days.c.day >= first) if first else asked
        asked = asked.where(book_days.c.day <= last) if last else asked
        with self._database.reading() as connection:
            entries = [DayEntry.of(row) for row in connection.execute(asked)]
            said = said_of(connection, name, first, last) if entries else {}
        return [replace(each, explained=said[date]) if (date := each.totals.date) in said else each for each in entries]

    def change(self, name: str, seen: BookState, entries: Sequence[DayEntry], revisions: Sequence[Revision]) -> bool:
        """Put days and their revisions in, all or none; False where the book was changed since it was ``seen``."""
        now = _now()
        try:
            with self._database.writing() as connection:
                if not _claim(connection, name, seen, now):
                    return False
                days = [entry.totals.date for entry in entries]
                for start in range(0, len(days), 500):
                    connection.execute(
                        delete(book_days).where(
                            book_days.c.book_id == seen.id, book_days.c.day.in_(days[start : start + 500])
                        )
                    )
                head = {"book_id": seen.id}
                if entries:
                    connection.execute(
                        insert(book_days), [head | {"changed_at": now} | entry.values() for entry in entries]
                    )
                if revisions:
                    connection.execute(insert(book_revisions), [head | _values(each, now) for each in revisions])
        except IntegrityError:
            return False  # another writer made the book first
        except DatabaseError as error:
            if error.code == BUSY.code:
                return False  # two transactions met, and the database ended this one
            raise
        return True

    def tell(self, name: str, file: str, day: dt.date | None) -> list[Revision]:
        """Note that a report of ``day`` is made of a file; gives the corrections that its report tells.

        Those are the ones that no report told yet. The same file is given the same ones again.
        """
        with self._database.writing() as connection:
            book = connection.execute(select(books.c.id).where(books.c.name == name)).scalar()
            if book is None:
                return []
            of_book = book_revisions.c.book_id == book
            connection.execute(
                update(book_revisions)
                .where(of_book, book_revisions.c.to_tell, book_revisions.c.told_in == "")
                .values(told_in=file)
            )
            if day:
                noted = connection.execute(
                    update(book_days)
                    .where(
                        book_days.c.book_id == book,
                        book_days.c.day == day,
                        book_days.c.reported != book_days.c.revision,
                    )
                    .values(reported=book_days.c.revision)
                )
                if noted.rowcount:  # a writer that looked before this has to look again
                    connection.execute(update(books).where(books.c.id == book).values(version=books.c.version + 1))
            current = and_(
                book_days.c.book_id == book_revisions.c.book_id,
                book_days.c.day == book_revisions.c.day,
                book_days.c.revision == book_revisions.c.revision,
            )
            told = (
                select(book_revisions)
                .join(book_days, current)
                .where(of_book, book_revisions.c.told_in == file)
                .order_by(book_revisions.c.day)
            )
            return [_revision(row) for row in connection.execute(told)]

    def revisions(self, name: str) -> list[Revision]:
        """All changes of a book's days, the latest last."""
        asked = select(book_revisions).join(books).where(books.c.name == name)
        asked = asked.order_by(book_revisions.c.at, book_revisions.c.day, book_revisions.c.revision)
        with self._database.reading() as connection:
            return [_revision(row) for row in connection.execute(asked)]

    def books(self) -> list[BookInfo]:
        """All books by name."""
        asked = (
            select(
                books.c.name,
                books.c.changed_at,
                func.count(book_days.c.day),
                func.min(book_days.c.day),
                func.max(book_days.c.day),
            )
            .select_from(books.outerjoin(book_days))
            .group_by(books.c.id, books.c.name, books.c.changed_at)
            .order_by(books.c.name)
        )
        with self._database.reading() as connection:
            return [
                BookInfo(name, days, first, last, changed)
                for name, changed, days, first, last in connection.execute(asked)
            ]

    def folders(self) -> set[str]:
        """The ids of all books, after which their folders are called."""
        with self._database.reading() as connection:
            return set(connection.execute(select(books.c.id)).scalars())

    def files(self) -> set[str]:
        """The files of all days."""
        with self._database.reading() as connection:
            return set(connection.execute(select(book_days.c.file)).scalars())

    def remove_before(self, name: str, day: dt.date) -> list[str]:
        """Take out the days before one, with their revisions; gives their files."""
        with self._database.writing() as connection:
            book = connection.execute(select(books.c.id).where(books.c.name == name)).scalar()
            old = (book_days.c.book_id == book, book_days.c.day < day)
            files = list(connection.execute(select(book_days.c.file).where(*old)).scalars())
            if files:
                for table in (book_revisions, book_explanations):
                    connection.execute(delete(table).where(table.c.book_id == book, table.c.day < day))
                connection.execute(delete(book_days).where(*old, book_days.c.file.in_(files)))
                connection.execute(update(books).where(books.c.id == book).values(version=books.c.version + 1))
            return files

    def forget(self, name: str) -> str | None:
        """Take a book out with all that is known of it; gives its id, ``None`` where there is none."""
        with self._database.writing() as connection:
            book: str | None = connection.execute(select(books.c.id).where(books.c.name == name)).scalar()
            if book is not None:
                # the version first: it holds off a writer until this is done, and then tells it
                connection.execute(update(books).where(books.c.id == book).values(version=books.c.version + 1))
                for table in (book_explanations, book_revisions, book_days):
                    connection.execute(delete(table).where(table.c.book_id == book))
                connection.execute(delete(books).where(books.c.id == book))
            return book


def _claim(connection: Connection, name: str, seen: BookState, now: dt.datetime) -> bool:
    """Have this transaction be the only one that changes the book; False where it is another by now."""
    if seen.version == 0:
        connection.execute(insert(books).values(id=seen.id, name=name, version=1, created_at=now, changed_at=now))
        return True
    raised = connection.execute(
        update(books)
        .where(books.c.id == seen.id, books.c.version == seen.version)
        .values(version=seen.version + 1, changed_at=now)
    )
    return raised.rowcount == 1


def _values(revision: Revision, now: dt.datetime) -> dict[str, Any]:
    return {
        "day": revision.day,
        "revision": revision.revision,
        "at": now,
        "taken": revision.taken,
        "source": revision.source[:255],
        "digest": revision.digest,
        "changes": json.dumps(revision.changes, ensure_ascii=False),
        "to_tell": revision.to_tell,
        "told_in": "",
    }


def _revision(row: Row[Any]) -> Revision:
    return Revision(
        row.day, row.revision, row.taken, row.source, row.digest, json.loads(row.changes), row.to_tell, row.at
    )


def _written(moment: dt.datetime | None) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else ""


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
