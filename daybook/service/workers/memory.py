"""`uses_more_than`: whether a process and all that it started hold more memory than they may together.

Memory is looked at rather than limited. ``RLIMIT_AS`` was tried and left: pandas' address space is about 1.6 times what
it really holds (Polars' and Arrow's is many times), and running out of it surfaces as ``MemoryError``, ``OSError 12``
or a parser's own error, from which a process does not always recover.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import psutil


def uses_more_than(pid: int, limit: int) -> bool:
    """Whether the tree of processes under ``pid`` holds more than ``limit`` bytes.

    Resident memory is quickly asked for, but counts what forks share for each of them. So what each holds in
    proportion decides, once the sum is past the limit.

    Raises:
        psutil.Error: the process is gone.
    """
    resident = psutil.Process(pid).memory_info().rss
    others = list(descendants(pid))
    if not others:
        return resident > limit
    for other in others:
        with contextlib.suppress(psutil.Error):
            resident += psutil.Process(other).memory_info().rss
    return resident > limit and sum(map(_share, (pid, *others))) > limit


def descendants(pid: int) -> Iterator[int]:
    """The processes that ``pid`` started, and those that they started."""
    # not psutil's children(), which reads every process of the machine
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                for child in map(int, (task / "children").read_text("ascii").split()):
                    yield child
                    yield from descendants(child)


def _share(pid: int) -> int:
    with contextlib.suppress(psutil.Error):
        return int(psutil.Process(pid).memory_full_info().pss)
    return 0
