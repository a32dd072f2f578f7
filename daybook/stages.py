"""`tell`, `following`: how far a long analysis is, from where it works to whoever follows it in the same thread.

Nobody follows mostly, and then `tell` costs next to nothing. Several analyses may run in threads of one process: each
is heard by its own follower alone. (A hosted function's `daybook.progress` is another thing: its author calls it from
any thread, and a process has one such run at a time.)
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from daybook.language import Text

FETCHING = Text(en="Fetching the file", zh="正在获取文件")
READING = Text(en="Reading the file", zh="正在读取文件")
MATCHING = Text(en="Comparing the files", zh="正在比对各个文件")
COMPARING = Text(en="Comparing with earlier days", zh="正在与往日数据比较")
REPORTING = Text(en="Making the report", zh="正在生成报告")
WRITING = Text(en="Drawing and writing", zh="正在绘图并写入文件")


class Step(NamedTuple):
    """Where the work is."""

    stage: Text
    """What is being done."""
    done: int = 0
    """Of this stage alone, in rows or bytes."""
    total: int = 0
    """0 where it is not known."""

    @property
    def share(self) -> float | None:
        """How far the stage is, from 0 to 1; ``None`` where it is not known. A file that is read again begins anew."""
        return min(1.0, self.done / self.total) if self.total > 0 else None


type Listener = Callable[[Step], object]
"""May be called from another thread than the one that follows, and often; it must not raise."""

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


def tell(stage: Text, done: int = 0, total: int = 0) -> None:
    """Say where the work is."""
    listener = _listener.get()
    if listener is not None:
        listener(Step(stage, done, total))


def follower() -> Listener | None:
    """Who follows the work here: for threads of a library, which `tell` would not know."""
    return _listener.get()


@contextmanager
def following(listener: Listener | None) -> Iterator[None]:
    """Have ``listener``, or nobody, hear of the work in this thread meanwhile."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def part[T](pieces: Iterable[T], number: int, count: int) -> Iterator[T]:
    """``pieces``, whose making is the part ``number`` (from 0) of ``count`` equal ones."""
    whole = _listener.get()
    if whole is None or count == 1:
        yield from pieces
        return

    def hear(step: Step) -> None:
        done = 0 if step.share is None else round(step.share * _FINE)
        whole(Step(step.stage, number * _FINE + done, count * _FINE))

    making, end = iter(pieces), object()
    while True:
        with following(hear):  # while a piece is made, and not while it is used
            piece = next(making, end)
        if piece is end:
            return
        yield piece  # type: ignore[misc]  # not the end


_FINE = 1_000
