"""`FakeTime`: a time that passes only by sleeping, for every test that waits."""

from daybook.clock import Clock

BEGINNING = 1_764_000_000.123


class FakeTime:
    """A time that passes only by sleeping."""

    def __init__(self) -> None:
        self.seconds = BEGINNING
        self.slept: list[float] = []

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    @property
    def clock(self) -> Clock:
        return Clock(self.now, self.sleep)
