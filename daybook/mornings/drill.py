"""`drill`: a missed morning, played to the group for alerts by the watch's own code; no book's state is touched."""

import datetime as dt
import secrets
from collections.abc import Callable
from typing import NamedTuple
from zoneinfo import ZoneInfo

from daybook.mornings.alerts import Alert
from daybook.mornings.schedule import dues
from daybook.mornings.settings import BookMorning
from daybook.mornings.steps import Step, StepName
from daybook.mornings.store import MorningStore
from daybook.mornings.watch import Watch

NAME = "drill"
"""What the book of a drill is called; a word for it alone follows."""
LATE = dt.timedelta(hours=1)
BEFORE = dt.timedelta(hours=2)


class Drilled(NamedTuple):
    """What came of a drill."""

    sent: tuple[Alert, ...]
    """The messages that the group has: that a report is missing, and that it came."""
    failed: str
    """Code of why one of them is not there; empty where both are."""


def drill(store: MorningStore, made: Callable[[dict[str, BookMorning], str], Watch]) -> Drilled:
    """Play a report that is an hour late and then comes.

    Args:
        store: where steps are kept; those of the drill are gone at its end.
        made: makes the watch over a book, with the word that marks its messages.

    Raises:
        DatabaseError: the database failed.
    """
    word = secrets.token_hex(4)
    book = f"{NAME}-{word}"
    watch = made({}, word)
    now = watch.now()
    at = (now - LATE).astimezone(dt.UTC)
    missed = BookMorning(due=at.time().replace(second=0, microsecond=0), zone=ZoneInfo("Etc/UTC"), grace_minutes=0)
    watch = made({book: missed}, word)
    try:
        store.note(Step(book, now.date(), StepName.WATCHED, now - BEFORE, now - BEFORE))
        [due] = dues(missed, now - BEFORE, now)
        # the watch was there when it was due
        store.note(Step(book, due.day, StepName.DUE, at, at, seconds=0.0))
        first = watch.round()
        came = watch.now()
        store.note(Step(book, due.day, StepName.PUSHED, came, came, told_by=NAME))
        second = watch.round()
        return Drilled((*first.sent, *second.sent), first.failed or second.failed)
    finally:
        store.forget(book)
