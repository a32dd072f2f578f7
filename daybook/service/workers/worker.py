"""The inside of a worker process: takes jobs one at a time, answers each, and never outlives the server."""

import contextlib
import ctypes
import gc
import importlib
import os
import pickle
import queue
import signal
import socket
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO, cast

import psutil

from daybook import tracing
from daybook.errors import DaybookError, QuestionError
from daybook.language import Text
from daybook.readiness import Readiness
from daybook.service.workers import messages
from daybook.service.workers.messages import (
    Began,
    Crashed,
    Done,
    Job,
    JobEvent,
    Printed,
    Progress,
    Ready,
    Refused,
    Reply,
    Steps,
)

PROGRESS_INTERVAL = 0.1
"""Seconds between two progress events that go out in the long run; those in between are passed over."""
PROGRESS_BURST = 20
"""Events that go out at once: the last word before a long silence must not be passed over for its haste."""
PRINTED_CHARACTERS = 1_000_000
"""What one job may print; the rest is cut off."""
_MALLOC_TRIM_THRESHOLD, _MALLOC_MMAP_THRESHOLD = -1, -3
"""Names of settings in glibc's malloc.h."""
_PR_SET_CHILD_SUBREAPER = 36
KEPT_BYTES = 32 * 1024 * 1024
"""Freed memory that a worker keeps for the next block or job."""
_NICE = 5
"""How far a worker steps back for the server, which answers everybody, where there are fewer cores than processes."""


def main(connection: socket.socket, preload: Sequence[str]) -> None:
    """The worker's life: load what it needs, then answer jobs until the server is gone."""
    _settle_in()
    _keep_memory()
    for module in preload:
        importlib.import_module(module)
    gc.freeze()  # what is loaded stays: the collection after each job looks at that job's leavings only
    channel = _Channel(connection)
    inbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(connection, inbox), daemon=True).start()
    channel.send(Ready())
    while True:
        reply = _perform(inbox.get(), channel)
        gc.collect()
        channel.send_reply(reply)


def report_progress(fraction: float | None, message: str = "") -> None:
    """Tell how far the running job is; does nothing outside a worker."""
    if _current is not None:
        _current.progress(Progress(fraction, message))


class _Channel:
    """The worker's end of the socket; several threads of a job may speak through it."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def send(self, message: Reply) -> None:
        data = messages.frame(message)
        with self._lock:
            self._connection.sendall(data)

    def send_reply(self, reply: Done | Refused | Crashed) -> None:
        try:
            self.send(reply)
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            self.send(_crash(error))


class _Reporter:
    """Sends a job's events, no more often than a person can read them."""

    def __init__(self, channel: _Channel) -> None:
        self._channel = channel
        self._last_progress = time.monotonic()
        self._progress_left: float = PROGRESS_BURST
        self._left = PRINTED_CHARACTERS

    def progress(self, event: Progress) -> None:
        now = time.monotonic()
        self._progress_left += (now - self._last_progress) / PROGRESS_INTERVAL
        self._progress_left = min(PROGRESS_BURST, self._progress_left)
        self._last_progress = now
        if self._progress_left >= 1 or event.fraction == 1:
            self._progress_left -= 1
            self._send(event)

    def printed(self, text: str) -> None:
        text, self._left = text[: self._left], max(0, self._left - len(text))
        if text:
            self._send(Printed(text))

    def _send(self, event: JobEvent) -> None:
        self._channel.send(event)


class _Printer:
    """Stands in for standard output while a job's printing is kept: whole lines, or 8,000 characters at once."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, reporter: _Reporter) -> None:
        self._reporter = reporter
        self._lock = threading.Lock()
        self._held = ""

    def write(self, text: str) -> int:
        with self._lock:
            self._held += text
            whole, newline, rest = self._held.rpartition("\n")
            if newline:
                self._reporter.printed(whole + newline)
                self._held = rest
            elif len(rest) > 8_000:  # noqa: PLR2004 - a line that long need not wait for its end
                self._reporter.printed(rest)
                self._held = ""
        return len(text)

    def flush(self) -> None:
        with self._lock:
            self._reporter.printed(self._held)
            self._held = ""

    def isatty(self) -> bool:
        return False

    def writable(self) -> bool:
        return True


_current: _Reporter | None = None


def _settle_in() -> None:
    # A session of its own: a Ctrl-C in the server's terminal does not reach it, and it can be killed with all
    # that it started. The server decides when it ends, so a termination signal to everybody is passed over
    # (by a handler rather than SIG_IGN, which programs started by a job would inherit).
    with contextlib.suppress(PermissionError):
        os.setsid()
    # What a job's processes leave behind becomes the worker's own child, to be counted and ended with it.
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with contextlib.suppress(OSError):
        os.nice(_NICE)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)


def _keep_memory() -> None:
    # A file is read in blocks of some megabytes. Given back to the system after each, their pages are cleared and
    # mapped again for the next: a sixth of the time of an analysis. Only glibc's allocator is told so.
    with contextlib.suppress(AttributeError, OSError):
        set_option = ctypes.CDLL(None).mallopt
        set_option(_MALLOC_MMAP_THRESHOLD, KEPT_BYTES)
        set_option(_MALLOC_TRIM_THRESHOLD, KEPT_BYTES)


def _listen(connection: socket.socket, inbox: "queue.SimpleQueue[bytes]") -> None:
    while (message := messages.receive(connection)) is not None:
        inbox.put(message)
    # The server is gone: whatever runs, and whatever that started, has nobody to answer to.
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def _perform(message: bytes, channel: _Channel) -> Done | Refused | Crashed:
    try:
        job: Job = pickle.loads(message)  # noqa: S301 - it comes from the server that started this process
        channel.send(Began())
        with _traced(job, channel), _reporting(job, channel):
            result = job.function(**job.arguments)
        return Done(result, psutil.Process().memory_info().rss)
    except DaybookError as error:
        return Refused(_portable(error))
    except BaseException as error:  # noqa: BLE001 - a job may raise anything, even SystemExit; the worker goes on
        return _crash(error)


@contextlib.contextmanager
def _traced(job: Job, channel: _Channel) -> Iterator[None]:
    if not job.traced:
        yield
        return
    with tracing.written_down() as steps:
        try:
            yield
        finally:
            channel.send(Steps(steps))


@contextlib.contextmanager
def _reporting(job: Job, channel: _Channel) -> Iterator[None]:
    global _current  # noqa: PLW0603 - one job at a time in a process, and `report_progress` is called from anywhere
    reporter = _Reporter(channel)
    _current = reporter
    try:
        if not job.capture_output:
            yield
            return
        printer = cast("TextIO", _Printer(reporter))
        with contextlib.redirect_stdout(printer), contextlib.redirect_stderr(printer):
            try:
                yield
            finally:
                printer.flush()
    finally:
        _current = None


def _portable(error: DaybookError) -> DaybookError:
    """The same error as a class and values that the server knows."""
    kind: type[DaybookError] = next(kind for kind in type(error).__mro__ if kind.__module__ == "daybook.errors")
    values = {name: _plain(value) for name, value in error.values.items()}
    copy = kind.__new__(kind)
    DaybookError.__init__(copy, error.text, **values)
    if isinstance(error, QuestionError) and isinstance(copy, QuestionError):
        copy.parameter, copy.choices, copy.found = error.parameter, error.choices, error.found
    if isinstance(error.readiness, Readiness):
        copy.readiness = error.readiness
    return copy.to(error.language)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | Text) or value is None else str(value)


def _crash(error: BaseException) -> Crashed:
    kind = type(error)
    return Crashed(
        kind=f"{kind.__module__}.{kind.__qualname__}",
        message=_text_of(error),
        frames=tuple(
            f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ),
    )


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - an exception whose own text fails
        return ""
