"""A watch over a book whose time the test sets, on a real database, with a group that a test can have refuse."""

import datetime as dt
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from daybook.database import Database, sqlite_url
from daybook.errors import DeliveryError
from daybook.language import Language, Text
from daybook.mornings.alerts import Alert
from daybook.mornings.settings import BookMorning
from daybook.mornings.steps import Step, StepName, StepOutcome
from daybook.mornings.store import MorningStore
from daybook.mornings.watch import Watch

BOOK = BookMorning.model_validate({"due": "08:00", "zone": "Asia/Shanghai", "grace_minutes": 30})
DAY = dt.date(2026, 11, 27)


def at(clock: str, day: dt.date = DAY + dt.timedelta(days=1)) -> dt.datetime:
    """A time in Shanghai, on the morning on which `DAY` is due."""
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), BOOK.zone)


class Office:
    """A watch, its group, and the time."""

    def __init__(self, database: Database) -> None:
        self.store = MorningStore(database)
        self.time = at("00:00")
        self.group: list[Alert] = []
        self.refuses = self.loses = False
        self.watch = Watch({"shop": BOOK}, self.store, self._post, lambda: self.time, nullcontext, Language.ENGLISH)

    def _post(self, alert: Alert) -> bool:
        if self.refuses:
            raise DeliveryError(Text(en="no", zh="no", code="refused"))
        if alert.key not in [each.key for each in self.group]:  # as the ledger has it
            self.group.append(alert)
        return not self.loses

    def look(self, clock: str, day: dt.date = DAY + dt.timedelta(days=1)) -> Any:
        self.time = at(clock, day)
        return self.watch.round()

    def tell(self, name: StepName, clock: str, what: str = "", day: dt.date = DAY, **more: Any) -> None:
        moment = at(clock)
        self.store.note(Step("shop", day, name, moment, moment, **more), what)

    def push(self, clock: str, outcome: StepOutcome = StepOutcome.GOOD, what: str = "key", **more: Any) -> None:
        self.tell(StepName.PUSHED, clock, what, outcome=outcome, **more)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(sqlite_url(tmp_path / "daybook.sqlite"))
    database.open()
    yield database
    database.close()


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.look("00:01")  # the book is watched since then
    return office
