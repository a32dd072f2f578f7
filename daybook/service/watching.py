"""`Watching`: the mornings of a running service: notes of what it does itself, the watch's rounds, its own health."""

import asyncio
import datetime as dt
import json
import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import requests
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import select

from daybook.book.changes import book_name
from daybook.database import Database, DatabaseError
from daybook.errors import DaybookError, ParameterError, SettingsError
from daybook.language import Language, excerpt, literal
from daybook.mornings import texts
from daybook.mornings.alerts import Alert
from daybook.mornings.settings import BookMorning, Mornings
from daybook.mornings.steps import Step, StepName, StepOutcome
from daybook.mornings.store import MorningStore
from daybook.mornings.watch import Round, Watch
from daybook.parameters import PushParameters
from daybook.plugin.outputs import ToolResult
from daybook.readiness import Gate, Readiness
from daybook.service.http.authenticator import MORNINGS, PARAMETER, LinkSigner
from daybook.service.robots import RobotRegistry
from daybook.service.settings import Settings
from daybook.service.tables import reports

log = logging.getLogger("daybook.mornings")

LOCK = "morning watch"
_REPORT_KEY = re.compile(r"[0-9A-Za-z_.-]{1,200}", re.ASCII)
HEARTBEAT_SECONDS = 60
HEARTBEAT_TIMEOUT = 10
PATIENCE_SECONDS = 180
"""After so long without a round, and four times what lies between two, something is wrong with the watch."""


class Reported(NamedTuple):
    """What a report is about."""

    book: str
    day: dt.date
    report_id: str


class Health(NamedTuple):
    """How the watch itself does."""

    status: str
    """watching, late, alerts_refused, starting or not_watching."""
    last_round_seconds: float | None
    overdue: int
    code: str = ""

    @property
    def is_good(self) -> bool:
        """Whether somebody is told where a report does not come."""
        return self.status in {"watching", "starting"}


class Watching:
    """The mornings of one service.

    Args:
        mornings: what its settings file says.
        settings: the service's own.
        database: where the steps are kept.
        robots: through which it tells the group for alerts.
        links: what signs links, once the database is open.
    """

    def __init__(
        self,
        mornings: Mornings,
        settings: Settings,
        database: Database,
        robots: RobotRegistry,
        links: Callable[[], LinkSigner],
    ) -> None:
        self.mornings = mornings
        self.store = MorningStore(database)
        self.language: Language = mornings.alert.language or settings.language
        self._base = settings.public_url
        self._database = database
        self._robots = robots
        self._links = links
        self._begun = time.monotonic()
        self._last: tuple[float, Round] | None = None
        self._failed = ""
        self._beaten = float("-inf")
        self.watch = self.made_watch(mornings.books)

    def made_watch(self, books: Any, drill: str = "", announce: Callable[[Alert], bool] | None = None) -> Watch:
        """A watch over ``books`` that tells the service's group for alerts."""
        return Watch(
            books,
            self.store,
            announce or self.announce,
            self.now,
            lambda: self._database.lock(LOCK),
            self.language,
            self.page,
            drill,
        )

    def check(self) -> None:
        """Hold that there is the robot for alerts, and those that the books name.

        Raises:
            SettingsError: there is not.
        """
        if not self.mornings.books:
            return
        for name in [self.mornings.alert.robot, *(book.robot for book in self.mornings.books.values() if book.robot)]:
            try:
                self._robots.named(name)
            except ParameterError:
                raise SettingsError(texts.NO_ROBOT, name=literal(excerpt(name or "?"))) from None

    def now(self) -> dt.datetime:
        """The time by the database's clock, which all instances share."""
        with self._database.reading() as connection:
            return self._database.now(connection)

    def page(self, book: str, day: dt.date) -> str:
        """The address of a morning's page that a phone opens; empty where the service has no public one."""
        if not self._base:
            return ""
        return f"{self._base}/v1/mornings/{quote(book)}/{day}?{urlencode({PARAMETER: self._links().token(MORNINGS)})}"

    def announce(self, alert: Alert) -> bool:
        """Post to the group for alerts, once under the alert's key; whether the group is known to have it."""
        asked = PushParameters(content=alert.text, title=alert.title, delivery_key=alert.key, language=self.language)
        return bool(self._robots.deliver(self.mornings.alert.robot, asked).variables["delivered"])

    def require(self) -> None:
        """Hold that there is something to watch.

        Raises:
            ParameterError: there is not.
        """
        if not self.mornings.books:
            raise ParameterError(texts.NO_MORNINGS)

    # what the service does itself

    def book(self, name: str) -> BookMorning:
        """The settings of a book.

        Raises:
            ParameterError: it is not watched.
        """
        self.require()
        found = self.mornings.books.get(name)
        if found is None:
            known = literal(", ".join(sorted(self.mornings.books)))
            raise ParameterError(texts.UNKNOWN_BOOK, book=literal(excerpt(name)), known=known)
        return found

    def made(self, report_id: str, report_json: bytes, seconds: float, trace_id: str = "") -> None:
        """Note that a report was made; a failure to do so is no failure of the report."""
        if not self.mornings.books:
            return
        report = json.loads(report_json)
        reported = _reported(report_id, report)
        if reported and reported.book in self.mornings.books:
            if found := report.get("readiness"):
                self.looked(reported.book, reported.day, Readiness.model_validate(found))
            self._note(reported, StepName.ANALYSED, report_id, seconds=seconds, trace_id=trace_id)

    def gated(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of a report with its book's rules of how long to wait for the data."""
        found = self.mornings.books.get(_kept_name(parameters.get("book")))
        return found.gate.added_to(parameters) if found else dict(parameters)

    def looked(self, book: str, day: dt.date | None, readiness: Readiness) -> None:
        """Note whether a day's data was there and whole, where somebody waits for it."""
        name, date = _kept_name(book), readiness.day or day
        if name not in self.mornings.books or date is None or readiness.deadline is None:
            return
        outcome = StepOutcome.GOING if readiness.gate is Gate.WAIT else StepOutcome.FAILED
        outcome = StepOutcome.GOOD if readiness.ready else outcome
        self._note(Reported(name, date, ""), StepName.GATED, "", outcome=outcome, cause=readiness.code)

    def pushed(
        self,
        report_id: str,
        key: str,
        outcome: StepOutcome,
        *,
        cause: str = "",
        robot: str = "",
        seconds: float | None = None,
        told_by: str = "service",
        trace_id: str = "",
    ) -> Reported | None:
        """Note what became of a push, if it is known of which day: by the report, or by its key as a delivery key.

        A failure to do so is no failure of the push. Gives what was pushed; ``None`` where nobody knows.
        """
        if not self.mornings.books:
            return None
        with suppress(DatabaseError):
            reported = self._of_report(report_id, key)
            book = self.mornings.books.get(reported.book) if reported else None
            if reported and book and (not book.robot or not robot or robot == book.robot):
                more = {"cause": cause, "seconds": seconds, "told_by": told_by, "trace_id": trace_id}
                self._note(reported, StepName.PUSHED, key or report_id, outcome=outcome, **more)
                return reported
        return None

    def _of_report(self, report_id: str, key: str) -> Reported | None:
        if not report_id and not _REPORT_KEY.fullmatch(key):
            return None  # a key of the caller's own, with any character in it
        asked = select(reports.c.id, reports.c.body)
        asked = asked.where(reports.c.id == report_id) if report_id else asked.where(reports.c.report_key == key)
        with self._database.reading() as connection:
            found = connection.execute(asked.order_by(reports.c.made_at.desc()).limit(1)).first()
        return None if found is None else _reported(found.id, json.loads(found.body))

    def _note(self, reported: Reported, name: StepName, what: str, **more: Any) -> None:
        now = dt.datetime.now(dt.UTC)
        more = {"told_by": "service", **more}
        step = Step(reported.book, reported.day, name, now, now, report_id=reported.report_id, **more)
        try:
            self.store.note(step, what)
        except DatabaseError as error:
            log.warning("a step was not noted", extra={"code": error.code, "step": str(name)})

    def metrics(self) -> Iterator[GaugeMetricFamily]:
        """How old the newest day is whose report the group has, by book; for Prometheus."""
        ages = GaugeMetricFamily(
            "daybook_newest_delivered_day_age_seconds",
            "Time since the end of the newest day whose report the group has",
            labels=["book"],
        )
        with suppress(DatabaseError):
            newest, now = self.store.newest_delivered() if self.mornings.books else {}, dt.datetime.now(dt.UTC)
            for name, book in self.mornings.books.items():
                if name in newest:
                    end = dt.datetime.combine(newest[name] + dt.timedelta(days=1), dt.time(), book.zone)
                    ages.add_metric([name], (now - end).total_seconds())
        yield ages
        yield GaugeMetricFamily("daybook_mornings_overdue", "Reports that are missing", self.health().overdue)

    # the rounds

    async def run(self) -> None:
        """Look again and again, as long as the service runs."""
        while self.mornings.books:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(self.mornings.alert.look_seconds)

    def look(self) -> None:
        """One round; what fails in it is said by `health`, and tried again in the next."""
        try:
            done = self.watch.round()
        except DaybookError as error:
            self._failed = error.code
            log.warning("the watch could not look", extra={"code": error.code})
            return
        except Exception as error:  # a watch that ends is worse than one that fails  # noqa: BLE001
            self._failed = type(error).__name__
            log.error("the watch failed", extra={"error": type(error).__name__})  # noqa: TRY400 - it may quote a value
            return
        self._last, self._failed = (time.monotonic(), done), done.failed
        if not done.failed:
            self._beat()

    def _beat(self) -> None:
        """Tell the dead man's switch that the watch goes well."""
        url = self.mornings.alert.heartbeat_url.get_secret_value()
        if not url or time.monotonic() - self._beaten < HEARTBEAT_SECONDS:
            return
        try:
            status = requests.get(url, timeout=HEARTBEAT_TIMEOUT, allow_redirects=False).status_code
        except requests.RequestException:
            status = 0
        if status and status < 300:  # noqa: PLR2004
            self._beaten = time.monotonic()
        else:
            log.warning("the heartbeat was not taken", extra={"status": status})

    def health(self) -> Health:
        """How the watch does."""
        if not self.mornings.books:
            return Health("not_watching", None, 0)
        patience = PATIENCE_SECONDS + 4 * self.mornings.alert.look_seconds
        since = time.monotonic() - (self._last[0] if self._last else self._begun)
        overdue = len(self._last[1].overdue) if self._last else 0
        if since > patience:
            return Health("late", since, overdue, self._failed)
        if self._failed:
            return Health(
                "alerts_refused" if self._last and self._last[1].failed else "late", since, overdue, self._failed
            )
        return Health("watching" if self._last else "starting", since if self._last else None, overdue)


def outcome_of(result: ToolResult) -> StepOutcome:
    """What became of a push that did not fail."""
    if result.variables["outcome_unknown"]:
        return StepOutcome.UNKNOWN
    return StepOutcome.GOOD if result.variables["delivered"] else StepOutcome.FAILED


def _kept_name(book: object) -> str:
    try:
        return book_name(str(book or ""))
    except ParameterError:
        return ""  # the analysis says so


def _reported(report_id: str, report: Mapping[str, Any]) -> Reported | None:
    book, day = report.get("book"), report.get("analysis_date")
    if report.get("period") or not book or not day:
        return None  # a week's report is not that of its last day
    return Reported(str(book["name"]), dt.date.fromisoformat(day), report_id)
