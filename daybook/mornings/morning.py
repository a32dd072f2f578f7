"""`Morning`: what the report of one day has come to, from what was due and the steps that were told."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from daybook.mornings.cause import Cause, cause_of
from daybook.mornings.schedule import Due
from daybook.mornings.settings import BookMorning
from daybook.mornings.steps import TOLD, Step, StepName, StepOutcome

SHOWN_DAYS = 14
MOST_DAYS = 100
"""Days of a book that are shown, usually and at most."""


class MorningState(StrEnum):
    """How a morning stands."""

    COMING = "coming"
    OPEN = "open"
    """Due, within its grace."""
    DELIVERED = "delivered"
    LATE = "late"
    """Delivered, after its grace."""
    MISSING = "missing"
    NOT_DUE = "not_due"
    UNWATCHED = "unwatched"
    """Due before the book was watched, and nothing is known of it."""


@dataclass(frozen=True, slots=True)
class Morning:
    """The report of one day."""

    book: str
    day: dt.date
    state: MorningState
    due: Due | None
    steps: tuple[Step, ...]
    delivered_at: dt.datetime | None
    cause: Cause | None
    """Why it is not there, where it is missing."""

    @property
    def alerted(self) -> frozenset[str]:
        """The causes of which somebody was told."""
        return frozenset(step.cause for step in self.steps if step.name is StepName.ALERTED)

    @property
    def is_mended(self) -> bool:
        """Whether somebody was told that it came after all."""
        return any(step.name is StepName.MENDED for step in self.steps)

    @property
    def is_overdue(self) -> bool:
        """Whether it is missing."""
        return self.state is MorningState.MISSING

    @property
    def told(self) -> tuple[Step, ...]:
        """What whoever makes the report has told, oldest first."""
        return tuple(step for step in self.steps if step.name in TOLD)

    @property
    def late_by(self) -> dt.timedelta:
        """How long after it was due it was delivered."""
        if self.due is None or self.delivered_at is None:
            return dt.timedelta()
        return max(dt.timedelta(), self.delivered_at - self.due.at)


def morning_of(
    name: str,
    book: BookMorning,
    day: dt.date,
    due: Due | None,
    steps: Sequence[Step],
    *,
    now: dt.datetime,
    watched_since: dt.datetime | None,
) -> Morning:
    """What a day has come to.

    Args:
        name: the book.
        book: its settings.
        day: the day that is reported.
        due: when the report is due; ``None`` where none is.
        steps: the day's steps, oldest first.
        now: the time.
        watched_since: since when the book is watched; ``None`` where it never was.
    """
    pushed = [step.last_at for step in steps if step.name is StepName.PUSHED and step.outcome is StepOutcome.GOOD]
    delivered_at = min(pushed, default=None)
    state = _state(due, delivered_at, now=now, watched_since=watched_since)
    cause = None
    if state is MorningState.MISSING and due is not None:
        seen = next((step.seconds for step in steps if step.name is StepName.DUE), None)
        cause = cause_of(book, steps, seen_late=(seen or 0) > (due.late - due.at).total_seconds() + AWAY_SECONDS)
    return Morning(name, day, state, due, tuple(steps), delivered_at, cause)


AWAY_SECONDS = 600
"""For so long the watch may be away after a report's grace, and still its silence says something: a restart."""


def _state(
    due: Due | None, delivered_at: dt.datetime | None, *, now: dt.datetime, watched_since: dt.datetime | None
) -> MorningState:
    if delivered_at is not None:
        return MorningState.LATE if due is not None and delivered_at > due.late else MorningState.DELIVERED
    if due is None:
        return MorningState.NOT_DUE
    if due.at > now:
        return MorningState.COMING
    if watched_since is None or due.at < watched_since:
        return MorningState.UNWATCHED
    return MorningState.OPEN if now < due.late else MorningState.MISSING
