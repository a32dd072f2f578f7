"""What was delivered under which key, so that a report goes to a group once.

One record per robot and key, a few hundred bytes, and an index by which old ones are found. The records name neither
the robot's token nor the key, only digests of them.
"""

import hashlib
import json
from collections.abc import Iterable
from contextlib import AbstractContextManager, suppress
from typing import Annotated, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from daybook.store import GuardedStore, Store, StoreError
from daybook.transport import Clock

MANY = 500
"""Records above which those older than `KEEP_DAYS` go."""
MOST = 2000
"""Records above which the oldest go, whatever their age: together they stay under half a MiB."""
KEEP_DAYS = 90

_DAY = 86_400.0
_DELETIONS = 50
"""Records removed in one push, so that none takes long."""


class Record(BaseModel):
    """What is known of one key."""

    model_config = ConfigDict(frozen=True)

    generation: int = 0
    """Counts the contents of which a part is in the group; a part's ``msgUuid`` depends on it."""
    digest: str
    """Of the content, see `Plan.digest`."""
    parts: Annotated[int, Field(ge=1)]
    done: Annotated[int, Field(ge=0)] = 0
    """Parts known to be in the group, from the first on."""
    unknown: bool = False
    """Whether the part after those was sent without an answer."""

    @property
    def delivered(self) -> bool:
        """Whether the group has all of it."""
        return self.done >= self.parts

    @property
    def of_nothing(self) -> bool:
        """Whether nothing of it can be in the group, from this push or an earlier one."""
        return not (self.done or self.unknown or self.generation)

    def message_id(self, robot: str, key: str, part: int) -> str:
        """The ``msgUuid`` of a part: the same whenever this part is sent under this key.

        It does not depend on the content, so that a part whose outcome is unknown is not posted a second time when
        it is pushed again with other words.
        """
        return _digest(("message", robot, key, str(self.generation), str(part)))


class DeliveryLedger(Protocol):
    """What was delivered; `Ledger` keeps it in a store, and the analysis service has one in its database.

    What `exclusive`, `read` and the first `write` of a push raise ends it before anything is sent.
    """

    def exclusive(self, name: str) -> AbstractContextManager[None]:
        """Hold the record ``name`` against every other push."""

    def read(self, name: str) -> Record | None:
        """The record ``name``; ``None`` where there is none."""

    def write(self, name: str, record: Record) -> None:
        """Put ``record`` under ``name``; raises `StoreError` where it cannot."""

    def enter(self, name: str) -> None:
        """Note that ``name`` is new."""

    def forget(self, name: str) -> None:
        """Take the record out."""


class _Entry(NamedTuple):
    name: str
    written: float


_INDEX = "ledger-index"
_INDEX_FORM = TypeAdapter(list[_Entry])


class Ledger:
    """The records of one store."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = GuardedStore(store)
        self._clock = clock

    def exclusive(self, name: str) -> AbstractContextManager[None]:
        """Hold the record ``name`` against every other push.

        Raises:
            StoreError: it is not available.
        """
        return self._store.exclusive(name)

    def read(self, name: str) -> Record | None:
        """The record ``name``; ``None`` where there is none.

        Raises:
            StoreError: there may be one, but it cannot be read.
        """
        written = self._store.get(name)
        if written is None:
            return None
        try:
            return Record.model_validate_json(written)
        except ValidationError:
            raise StoreError from None

    def write(self, name: str, record: Record) -> None:
        """Put ``record`` under ``name``.

        Raises:
            StoreError: it cannot be written.
        """
        self._store.set(name, record.model_dump_json().encode())

    def enter(self, name: str) -> None:
        """Note a new record in the index and remove old ones; a failure only means that some stay longer."""
        with suppress(StoreError), self._store.exclusive(_INDEX):
            now = self._clock.now()
            entries = [*(entry for entry in self._entries() if entry.name != name), _Entry(name, round(now))]
            old = list(_outdated(entries, now))[:_DELETIONS]
            for entry in old:
                with suppress(StoreError):
                    self._store.delete(entry.name)
            kept = [entry for entry in entries if entry not in old]
            self._store.set(_INDEX, _written(kept))

    def forget(self, name: str) -> None:
        """Take out the record of a push of which nothing can be in the group; a failure only means that it stays."""
        with suppress(StoreError), self._store.exclusive(_INDEX):
            self._store.delete(name)
            self._store.set(_INDEX, _written([entry for entry in self._entries() if entry.name != name]))

    def _entries(self) -> list[_Entry]:
        try:
            return _INDEX_FORM.validate_json(self._store.get(_INDEX) or b"[]")
        except ValidationError:
            return []


def record_name(robot: str, key: str) -> str:
    """Under what the record of ``key`` is kept for the robot with this fingerprint."""
    return "push-" + _digest(("record", robot, key))


def _written(entries: list[_Entry]) -> bytes:
    return json.dumps(entries, separators=(",", ":")).encode()


def _outdated(entries: list[_Entry], now: float) -> Iterable[_Entry]:
    if len(entries) > MANY:
        surplus = len(entries) - MOST
        for place, entry in enumerate(sorted(entries, key=lambda entry: entry.written)):
            if place < surplus or now - entry.written > KEEP_DAYS * _DAY:
                yield entry


def _digest(parts: tuple[str, ...]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
