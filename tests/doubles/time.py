"""`FakeTime`: a time that passes only by sleeping, for every test that waits."""

import time

from daybook.transport import Clock

BEGINNING = 1_764_000_000.123


class FakeTime:
    """A time that passes only by sleeping, so that a deadline of an hour is over at once.

    Args:
        seconds: where it begins.
        gives_way: real seconds of each sleep, so that the threads of a double go on.
    """

    def __init__(self, seconds: float = BEGINNING, gives_way: float = 0.0) -> None:
        self.seconds = seconds
        self.slept: list[float] = []
        self._gives_way = gives_way

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        if self._gives_way:
            time.sleep(self._gives_way)

    @property
    def clock(self) -> Clock:
        return Clock(self.now, self.sleep)
