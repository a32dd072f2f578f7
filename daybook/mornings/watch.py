"""`Watch`: looks in rounds whether a report is overdue, and tells the group for alerts: once a day and cause.

A message goes out under a delivery key, so that the ledger of deliveries keeps it from being sent twice: by another
instance, after a restart, and after a kill between the sending and the note of it. Once the report comes after all,
that is told too, once.
"""

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from daybook.errors import DaybookError
from daybook.language import Language
from daybook.mornings.alerts import Alert, alert_of, mended_alert
from daybook.mornings.morning import Morning, MorningState, morning_of
from daybook.mornings.schedule import Due, dues
from daybook.mornings.settings import BookMorning
from daybook.mornings.steps import Step, StepName
from daybook.mornings.store import MorningStore

log = logging.getLogger("daybook.mornings")

LOOK_BACK = dt.timedelta(days=7)
"""How far back a report is missed: a service that was away longer tells of the last days alone."""


type Announce = Callable[[Alert], bool]
"""Posts a message to the group for alerts, once under its key, and gives whether the group is known to have it: where
it is not, the next round posts it again under the same key. Raises `DaybookError` where it was not posted."""


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one look at all books."""

    at: dt.datetime
    overdue: tuple[Morning, ...] = ()
    sent: tuple[Alert, ...] = ()
    failed: str = ""
    """Code of why a message is not known to be in the group; empty where all went well."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Looks after some books.

    Attributes:
        books: what is due.
        store: the steps that were told.
        announce: posts to the group for alerts.
        now: the time, with its zone.
        turn: held while a round lasts, against the other instances.
        language: of the alerts.
        page: the address of a morning's page; empty where there is none.
        drill: what makes the messages of a drill known, and different from those of any other; empty where it is none.
    """

    books: Mapping[str, BookMorning]
    store: MorningStore
    announce: Announce
    now: Callable[[], dt.datetime]
    turn: Callable[[], AbstractContextManager[None]]
    language: Language = Language.CHINESE
    page: Callable[[str, dt.date], str] = field(default=lambda _book, _day: "")
    drill: str = ""

    def round(self) -> Round:
        """Look once, and tell what has to be told.

        Raises:
            DatabaseError: the steps cannot be read or kept.
        """
        with self.turn():
            now = self.now()
            done = Round(now)
            for name, book in self.books.items():
                for morning in self._mornings(name, book, now):
                    done = self._told(done, book, morning)
            return done

    def _mornings(self, name: str, book: BookMorning, now: dt.datetime) -> list[Morning]:
        since = self.store.watched_since(name, now)
        found = dues(book, max(since, now - LOOK_BACK), now)
        if not found:
            return []
        by_day: dict[dt.date, list[Step]] = {}
        for step in self.store.steps(found[0].day, found[-1].day, name):
            by_day.setdefault(step.day, []).append(step)
        mornings = []
        for due in found:
            steps = by_day.get(due.day, [])
            if not any(step.name is StepName.DUE for step in steps):
                steps.append(self._note_due(name, due, now))
            mornings.append(morning_of(name, book, due.day, due, steps, now=now, watched_since=since))
        return mornings

    def _note_due(self, name: str, due: Due, now: dt.datetime) -> Step:
        at = due.at.astimezone(dt.UTC)
        step = Step(name, due.day, StepName.DUE, at, at, seconds=(now - at).total_seconds(), told_by="service")
        self.store.note(step)
        return step

    def _told(self, done: Round, book: BookMorning, morning: Morning) -> Round:
        """The round, after what a morning asks for was told."""
        if morning.is_overdue:
            done = replace(done, overdue=(*done.overdue, morning))
        alert = self._alert(book, morning)
        if alert is None:
            return done
        try:
            is_there = self.announce(alert)
        except DaybookError as error:
            log.warning("an alert was not sent", extra={"code": error.code, "alert": alert.cause})
            return replace(done, failed=error.code)
        if not is_there:
            log.warning("an alert has no answer", extra={"alert": alert.cause})
            return replace(done, failed="outcome_unknown")
        name = StepName.MENDED if alert.is_good else StepName.ALERTED
        now = self.now()
        step = Step(morning.book, morning.day, name, now, now, cause=alert.cause, told_by="service")
        self.store.note(step, alert.cause)
        log.info("an alert was sent", extra={"book": morning.book, "day": str(morning.day), "alert": alert.cause})
        return replace(done, sent=(*done.sent, alert))

    def _alert(self, book: BookMorning, morning: Morning) -> Alert | None:
        """What has to be told of a morning, if anything has."""
        page = self.page(morning.book, morning.day)
        if morning.state is MorningState.MISSING and morning.cause is not None:
            # the first is due whatever the cause; of what moves on by itself nobody is told twice
            is_new = morning.cause.code not in morning.alerted and (morning.cause.settled or not morning.alerted)
            return alert_of(book, morning, self.language, page=page, drill=self.drill) if is_new else None
        if morning.delivered_at is not None and morning.alerted and not morning.is_mended:
            return mended_alert(book, morning, self.language, page=page, drill=self.drill)
        return None
