"""Runs of functions: what each does while it works, and what came of it, kept in a folder for a while."""

import asyncio
import contextlib
import datetime as dt
import json
import re
import secrets
import shutil
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from daybook.errors import DaybookError
from daybook.functions import texts
from daybook.functions.results import Result, SavedFile
from daybook.language import Language
from daybook.service.errors import ResourceNotFoundError
from daybook.service.workers.messages import JobEvent, Printed, Progress

LISTED = 100
"""Runs that the list shows."""
PRINTED_CHARACTERS = 200_000
"""What is kept of a run's printing: its end."""
_ID = re.compile(r"[0-9a-f]{32}")
_RECORD = "run.json"
_RESULT = "result.json"
_FILES = "files"


class RunState(StrEnum):
    """How far a run is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(slots=True)
class Run:
    """One call of a function."""

    id: str
    function: str
    folder: Path
    state: RunState = RunState.WAITING
    created: str = field(default_factory=lambda: dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"))
    seconds: float = 0
    progress: float | None = None
    message: str = ""
    printed: str = ""
    text: str = ""
    files: tuple[SavedFile, ...] = ()
    error: dict[str, str] | None = None
    """Its code, and its sentence by language."""
    failure: DaybookError | None = None
    task: "asyncio.Task[None] | None" = None
    _began: float = field(default_factory=time.monotonic)

    @property
    def results(self) -> Path:
        """The folder for the files of its result."""
        return self.folder / _FILES

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.state in {RunState.DONE, RunState.FAILED}

    def hear(self, event: JobEvent) -> None:
        """Note what the function says while it works."""
        self.state = RunState.RUNNING
        match event:
            case Progress(fraction, message):
                self.progress, self.message = fraction, message
            case Printed(text):
                self.printed = (self.printed + text)[-PRINTED_CHARACTERS:]

    def keep(self, result: Result) -> None:
        """Put what came of it on disk.

        Raises:
            OSError: the disk does not take it.
        """
        (self.folder / _RESULT).write_bytes(result.json)
        self.text, self.files, self.progress = result.text, result.files, 1.0

    def end(self, error: DaybookError | None = None, code: str = "") -> None:
        """Note how it ended. Whoever sees that it is over finds all that came of it."""
        self.seconds = round(time.monotonic() - self._began, 3)
        if error is not None:
            self.error = {"code": code} | {language: error.sentence(language) for language in Language}
            shutil.rmtree(self.results, ignore_errors=True)
            (self.folder / _RESULT).unlink(missing_ok=True)
        state = RunState.DONE if error is None else RunState.FAILED
        record = {name: getattr(self, name) for name in _KEPT} | {"state": state}
        record["files"] = [[file.name, file.mime_type, file.size] for file in self.files]
        with contextlib.suppress(OSError):  # on a full disk it is known for as long as the service runs
            (self.folder / _RECORD).write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
        self.task, self.state = None, state

    def result_json(self) -> bytes:
        """What the function gave back, as JSON; null where it did not."""
        with contextlib.suppress(FileNotFoundError):
            return (self.folder / _RESULT).read_bytes()
        return b"null"

    def summary(self) -> dict[str, Any]:
        """How it does, in a few values."""
        seconds = self.seconds if self.is_over else round(time.monotonic() - self._began, 3)
        return {
            "run_id": self.id,
            "function": self.function,
            "state": self.state,
            "created": self.created,
            "seconds": seconds,
            "progress": self.progress,
            "message": self.message,
        }


_KEPT = ("id", "function", "state", "created", "seconds", "progress", "message", "printed", "text", "error")


class RunStore:
    """The runs of one service: those that work in memory, those that are over in a folder."""

    def __init__(self, folder: Path, keep_seconds: float) -> None:
        self._folder = folder
        self._keep_seconds = keep_seconds
        self._recent: OrderedDict[str, Run] = OrderedDict()

    def open(self) -> None:
        """Make the folder where it is not there yet."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def begin(self, function: str) -> Run:
        """A new run."""
        run_id = secrets.token_hex(16)
        run = Run(run_id, function, self._folder / run_id)
        run.folder.mkdir(mode=0o700)
        self._recent[run_id] = run
        for old in [each for each in self._recent.values() if each.is_over][: max(0, len(self._recent) - LISTED)]:
            del self._recent[old.id]
        return run

    async def settle(self) -> None:
        """Wait for the runs that nobody waits for."""
        working = [run.task for run in self._recent.values() if run.task is not None]
        await asyncio.gather(*working, return_exceptions=True)

    def recent(self) -> list[Run]:
        """The last runs, newest first."""
        return list(reversed(self._recent.values()))

    def get(self, run_id: str) -> Run:
        """The run of that id.

        Raises:
            NotFoundError: there is none, or its time is over.
        """
        run = self._recent.get(run_id)
        if run is not None and run.folder.exists():
            return run
        if _ID.fullmatch(run_id):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                return self._read(self._folder / run_id)
        raise ResourceNotFoundError(texts.NO_RUN)

    def file(self, run_id: str, name: str) -> tuple[Path, SavedFile]:
        """A file of a run's result.

        Raises:
            NotFoundError: there is none of that name.
        """
        run = self.get(run_id)
        for file in run.files:
            if file.name == name:
                return run.results / file.name, file
        raise ResourceNotFoundError(texts.NO_RUN)

    def remove_old(self) -> int:
        """Remove the runs whose time is over; gives their number."""
        removed = 0
        for folder in self._folder.glob("*"):
            running = folder.name in self._recent and not self._recent[folder.name].is_over
            with contextlib.suppress(OSError):
                if not running and time.time() - folder.stat().st_mtime > self._keep_seconds:
                    shutil.rmtree(folder)
                    self._recent.pop(folder.name, None)
                    removed += 1
        return removed

    def _read(self, folder: Path) -> Run:
        record = json.loads((folder / _RECORD).read_text("utf-8"))
        run = Run(record["id"], record["function"], folder)
        for name in _KEPT:
            setattr(run, name, record[name])
        run.state = RunState(run.state)
        run.files = tuple(SavedFile(*file) for file in record["files"])
        return run
