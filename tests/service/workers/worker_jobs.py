# ruff: noqa: T201 - printing is what some of these jobs are for
"""Jobs for the pool's tests: they live in a module of their own, so that workers import them by name."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from daybook.errors import TableError
from daybook.language import Text
from daybook.service.workers.worker import report_progress


def add(left: int, right: int) -> int:
    return left + right


def process_id() -> int:
    return os.getpid()


def has_loaded(module: str) -> bool:
    return module in sys.modules


def refuse(name: str) -> None:
    raise TableError(Text(en="No column {name}.", zh="没有列 {name}。"), name=name)


class HomemadeError(TableError):
    """An error class that the server does not have."""


def refuse_at_home() -> None:
    raise HomemadeError(Text(en="No.", zh="不。"), cause=ValueError("x"))


def crash(text: str) -> None:
    raise ValueError(text)


def leave() -> None:
    sys.exit(3)


def unpicklable() -> object:
    return lambda: None


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def note_and_die(path: str) -> None:
    with Path(path).open("a", encoding="utf-8") as notes:
        notes.write("begun\n")
    die()


def wait_for(path: str) -> str:
    """Say that it runs by making ``path``.started, then wait until ``path`` is there."""
    Path(path + ".started").write_text(str(os.getpid()))
    while not Path(path).exists():
        time.sleep(0.01)
    return "done"


def spin() -> None:
    while True:
        pass


def start_child(path: str) -> None:
    """Start a program that would outlive the worker, note its id, and wait for ever."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(path).write_text(str(child.pid))
    spin()


def hold_memory(megabytes: int) -> None:
    hold = []
    for _ in range(megabytes):
        hold.append(b"x" * (1 << 20))
        time.sleep(0.0005)
    spin()


_kept: list[bytes] = []


def keep_memory(megabytes: int) -> int:
    """Leave memory taken behind, as a cache does."""
    _kept.append(b"x" * (megabytes << 20))
    return os.getpid()


def speak() -> str:
    report_progress(0.25, "quarter")
    print("hello")
    print("错误", file=sys.stderr)
    print("no newline", end="")
    report_progress(1, "all")
    return "spoken"


def print_much(characters: int) -> None:
    for _ in range(characters // 100):
        print("x" * 99)
