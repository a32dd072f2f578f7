"""`Explanations`: what was said of the days of a book, and when; the last word on a day holds, the others are kept."""

import datetime as dt
from typing import Any, Literal, NamedTuple, Self

from sqlalchemy import Connection, Row, func, insert, select

from daybook.book import texts
from daybook.book.tables import book_explanations, books
from daybook.database import Database
from daybook.errors import ParameterError
from daybook.explanation import Because, Explanation

MOST_AN_HOUR = 20
"""Answers on a day through a link: a person needs a few, and each is kept."""


type SaidBy = Literal["link", "key", "command"]
"""What let one say it."""


class Said(NamedTuple):
    """What was said of a day once."""

    because: Because | None
    """None where it took back what had been said."""
    note: str
    at: dt.datetime
    by: str

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """That of a row."""
        return cls(Because(row.because) if row.because else None, row.note, row.said_at, row.said_by)

    @property
    def explanation(self) -> Explanation | None:
        """What it says of the day; ``None`` where it took back what had been said."""
        return Explanation(because=self.because, note=self.note, said_at=self.at) if self.because else None

    def shown(self) -> dict[str, Any]:
        """The same for programs, as JSON."""
        return {"because": self.because or "", "note": self.note, "at": f"{self.at:%Y-%m-%dT%H:%M:%SZ}", "by": self.by}


class Explanations:
    """What was said of days, in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def said(self, name: str, day: dt.date) -> list[Said]:
        """All that was said of a day of a book, the latest last."""
        with self._database.reading() as connection:
            return [Said.of(row) for row in connection.execute(_rows(name, day, day))]

    def say(self, name: str, day: dt.date, because: Because | None, note: str, by: SaidBy) -> None:
        """Keep an answer, unless it says what holds already.

        Raises:
            ParameterError: the day was answered too often through a link.
        """
        with self._database.writing() as connection:
            # of two at once, one waits for the other: each has its number
            book = connection.execute(select(books.c.id).where(books.c.name == name).with_for_update()).scalar()
            if book is None:
                return
            last = connection.execute(_rows(name, day, day)).all()
            held = Said.of(last[-1]) if last else Said(None, "", dt.datetime.min.replace(tzinfo=dt.UTC), "")
            if (held.because, held.note) == (because, note):
                return
            now = dt.datetime.now(dt.UTC)
            if by == "link":
                _check_pace(connection, book, day, now)
            row = {
                "book_id": book,
                "day": day,
                "number": len(last) + 1,
                "because": because or "",
                "note": note,
                "said_at": now,
                "said_by": by,
            }
            connection.execute(insert(book_explanations).values(row))


def said_of(
    connection: Connection, name: str, first: dt.date | None, last: dt.date | None
) -> dict[dt.date, Explanation]:
    """What holds of the days of a book, from one to another; of all where none are named."""
    found = {row.day: Said.of(row).explanation for row in connection.execute(_rows(name, first, last))}
    return {day: explanation for day, explanation in found.items() if explanation is not None}


def _rows(name: str, first: dt.date | None, last: dt.date | None) -> Any:
    asked = select(book_explanations).join(books).where(books.c.name == name)
    asked = asked.where(book_explanations.c.day >= first) if first else asked
    asked = asked.where(book_explanations.c.day <= last) if last else asked
    return asked.order_by(book_explanations.c.day, book_explanations.c.number)


def _check_pace(connection: Connection, book: str, day: dt.date, now: dt.datetime) -> None:
    lately = select(func.count()).where(
        book_explanations.c.book_id == book,
        book_explanations.c.day == day,
        book_explanations.c.said_by == "link",
        book_explanations.c.said_at > now - dt.timedelta(hours=1),
    )
    if connection.execute(lately).scalar_one() >= MOST_AN_HOUR:
        raise ParameterError(texts.SAID_TOO_OFTEN, count=MOST_AN_HOUR)
