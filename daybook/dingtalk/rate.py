"""Keeps a robot under DingTalk's limit: 20 messages a minute, or ten minutes of silence.

The window is kept in the store by the robot's fingerprint, so that every call through that store shares it. It is an
aid, not a proof: where the store fails, the call goes on and DingTalk's own limit decides.
"""

import json
from contextlib import suppress

from daybook.clock import Clock
from daybook.store import GuardedStore, Store, StoreError

CAP = 18
"""Messages in any `WINDOW`; two below DingTalk's 20, for others who use the robot."""
WINDOW = 60.0
"""Seconds."""
HOLD = 600.0
"""Seconds for which DingTalk takes nothing from a robot that sent too fast."""


class RateLimiter:
    """The messages of the last minute of one robot."""

    def __init__(self, fingerprint: str, store: Store, clock: Clock) -> None:
        self._key = f"rate-{fingerprint}"
        self._store = GuardedStore(store)
        self._clock = clock

    def acquire(self) -> float:
        """Take a place in the window, waiting up to a minute for one.

        Returns:
            0 where a place is taken, else the seconds for which the robot takes nothing.
        """
        waited = 0.0
        while True:
            try:
                wait, held = self._try()
            except StoreError:
                return 0.0
            if held or not wait:
                return held
            if waited + wait > 2 * WINDOW:  # others take every place that comes free
                return wait
            self._clock.sleep(wait)
            waited += wait

    def hold(self) -> None:
        """Remember that DingTalk said "too fast": nothing goes out for `HOLD` seconds."""
        with suppress(StoreError), self._store.exclusive(self._key):
            sent, _ = self._read()
            self._write(sent, self._clock.now() + HOLD)

    def _try(self) -> tuple[float, float]:
        """Seconds until a place is free (0: one was taken), and seconds for which the robot is held."""
        with self._store.exclusive(self._key):
            now = self._clock.now()
            sent, held_until = self._read()
            if 0 < held_until - now <= HOLD:
                return 0.0, held_until - now
            recent = [moment for moment in sent if now - WINDOW < moment <= now + 1]
            if len(recent) >= CAP:
                return recent[-CAP] + WINDOW - now, 0.0
            self._write([*recent, now], 0.0)
            return 0.0, 0.0

    def _read(self) -> tuple[list[float], float]:
        try:
            record = json.loads(self._store.get(self._key) or b"{}")
            return sorted(float(moment) for moment in record.get("sent", ())), float(record.get("held_until", 0))
        except (ValueError, TypeError, AttributeError):
            return [], 0.0

    def _write(self, sent: list[float], held_until: float) -> None:
        record = {"sent": [round(moment, 3) for moment in sent], "held_until": round(held_until, 3)}
        self._store.set(self._key, json.dumps(record).encode())
