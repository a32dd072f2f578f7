"""The time, and waiting for it; a test puts its own in."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """A source of time.

    Attributes:
        now: Unix time in seconds, the same for every process of a store.
        sleep: waits for a number of seconds.
    """

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    def now_ms(self) -> int:
        """Unix time in milliseconds, as DingTalk's signature takes it."""
        return round(self.now() * 1000)
