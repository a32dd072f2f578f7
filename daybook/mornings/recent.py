"""`recent`: the mornings of the last days, of all books."""

import datetime as dt
from collections.abc import Mapping

from daybook.mornings.morning import SHOWN_DAYS, Morning, morning_of
from daybook.mornings.schedule import due_for
from daybook.mornings.settings import BookMorning
from daybook.mornings.steps import Step
from daybook.mornings.store import MorningStore


def recent(
    store: MorningStore, books: Mapping[str, BookMorning], now: dt.datetime, days: int = SHOWN_DAYS
) -> dict[str, list[Morning]]:
    """The last ``days`` days that are due by this morning or were, of each book; the newest day first.

    Raises:
        DatabaseError: the steps cannot be read.
    """
    return {name: _of_book(store, name, book, now, days) for name, book in books.items()}


def one(store: MorningStore, name: str, book: BookMorning, day: dt.date, now: dt.datetime) -> Morning:
    """The morning of one day.

    Raises:
        DatabaseError: the steps cannot be read.
    """
    steps = store.steps(day, day, name)
    since = store.watched_since(name, now)
    return morning_of(name, book, day, due_for(book, day), steps, now=now, watched_since=since)


def _of_book(store: MorningStore, name: str, book: BookMorning, now: dt.datetime, days: int) -> list[Morning]:
    last = now.astimezone(book.zone).date() + dt.timedelta(days=book.day_offset)
    shown = [last - dt.timedelta(days=back) for back in range(days)]
    by_day: dict[dt.date, list[Step]] = {}
    for step in store.steps(shown[-1], last, name):
        by_day.setdefault(step.day, []).append(step)
    since = store.watched_since(name, now)
    return [
        morning_of(name, book, day, due_for(book, day), by_day.get(day, []), now=now, watched_since=since)
        for day in shown
    ]
