"""Runs of functions: what each does while it works, and what came of it, kept in the database for a while.

A run works in one instance of the service and is told by all: its instance writes down every second how it does, for
the others to read. A run whose instance has said nothing for `LOST_SECONDS` has failed with it.
"""

import asyncio
import contextlib
import datetime as dt
import json
import logging
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from daybook.database import Database, DatabaseError
from daybook.errors import DaybookError, QuestionError
from daybook.functions import texts
from daybook.functions.results import Result, SavedFile
from daybook.language import Language
from daybook.service.errors import LostError, ResourceNotFoundError, WorkerLostError
from daybook.service.tables import run_file_parts, run_files, runs
from daybook.service.workers.messages import JobEvent, Printed, Progress

log = logging.getLogger("daybook.service.functions")

REPORT = "/v1/reports"
"""What stands for the function's name in a run that makes a report."""
LISTED = 100
"""Runs that the list shows."""
PRINTED_CHARACTERS = 200_000
"""What is kept of a run's printing: its end."""
BEAT_SECONDS = 1.0
LOST_SECONDS = 30.0
STOP_SECONDS = 10.0
"""How long to wait for another instance to end a run."""
PART_BYTES = 1 << 20
"""What is sent to the database in one statement; MySQL and MariaDB take 16 MiB."""
_ID = re.compile(r"[0-9a-f]{32}")
_RESULT = ".result.json"
"""A large result lies among the files, under a name that no file of a result has."""


class RunState(StrEnum):
    """How far a run is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


_WORKING = (RunState.WAITING, RunState.RUNNING)


@dataclass(slots=True)
class Run:
    """One call of a function."""

    id: str
    function: str
    folder: Path | None = None
    """Where the files of its result are until they are kept; ``None`` for a run that is read."""
    state: RunState = RunState.WAITING
    created: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    seconds: float = 0
    progress: float | None = None
    message: str = ""
    printed: str = ""
    text: str = ""
    result: bytes | None = None
    """What the function gave back, as JSON."""
    files: tuple[SavedFile, ...] = ()
    error: dict[str, Any] | None = None
    """Its code, and its sentence by language; the question where it is one."""
    failure: DaybookError | None = None
    task: "asyncio.Task[None] | None" = None
    _began: float = field(default_factory=time.monotonic)

    @property
    def results(self) -> Path:
        """The folder for the files of its result."""
        assert self.folder is not None, "a run that works has a folder"  # noqa: S101
        return self.folder / "files"

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.state not in _WORKING

    def hear(self, event: JobEvent) -> None:
        """Note what the function says while it works."""
        self.state = RunState.RUNNING
        match event:
            case Progress(fraction, message):
                self.progress, self.message = fraction, message
            case Printed(text):
                self.printed = (self.printed + text)[-PRINTED_CHARACTERS:]

    def summary(self) -> dict[str, Any]:
        """How it does, in a few values."""
        return {
            "run_id": self.id,
            "function": self.function,
            "state": self.state,
            "created": self.created.isoformat(timespec="milliseconds"),
            "seconds": self.seconds if self.is_over or self.folder is None else self.age(),
            "progress": self.progress,
            "message": self.message,
        }

    def age(self) -> float:
        """Seconds since it began here."""
        return round(time.monotonic() - self._began, 3)

    def fail(self, error: DaybookError) -> None:
        """Note that it failed, for the reason that ``error`` says."""
        self.state = RunState.FAILED
        self.error = {"code": error.code, **{language: error.sentence(language) for language in Language}}
        if isinstance(error, QuestionError):
            choices = [
                {"value": choice.value} | {language: choice.meaning.to(language) for language in Language}
                for choice in error.choices
            ]
            self.error["question"] = {"parameter": error.parameter, "choices": choices}
        self.result, self.text, self.files = None, "", ()

    def row(self) -> dict[str, Any]:
        """What the database keeps of it, but for what never changes and for its files."""
        small = self.result is not None and len(self.result) <= PART_BYTES
        return {
            "state": self.state,
            "seconds": self.summary()["seconds"],
            "progress": self.progress,
            "message": _clean(self.message),
            "printed": _clean(self.printed),
            "text": _clean(self.text),
            "result": self.result.decode() if small and self.result is not None else None,
            "error": json.dumps(self.error, ensure_ascii=False) if self.error else None,
        }


class RunStore:
    """The runs of all instances of the service; those of this one work here.

    Args:
        database: where they are kept.
        folder: below which results lie until they are kept.
        keep_seconds: how long they are.
    """

    def __init__(self, database: Database, folder: Path, keep_seconds: float) -> None:
        self.instance = secrets.token_hex(8)
        self._database = database
        self._folder = folder
        self._keep = dt.timedelta(seconds=keep_seconds)
        self._settling = threading.Lock()
        self._working: dict[str, Run] = {}
        """Runs of this instance whose end is not in the database yet."""

    def begin(self, function: str) -> Run:
        """A new run.

        Raises:
            DatabaseError: nothing of it could be kept.
        """
        run = Run(secrets.token_hex(16), function)
        fixed = {"id": run.id, "function": function, "instance": self.instance, "created_at": run.created}
        with self._database.writing() as connection:
            row = fixed | run.row() | {"stop_asked": False, "seen_at": self._database.now(connection)}
            connection.execute(insert(runs).values(row))
        run.folder = Path(tempfile.mkdtemp(prefix="run-", dir=self._folder))
        self._working[run.id] = run
        return run

    def end(self, run: Run, result: Result | None) -> None:
        """Note how a run ended: with a result, or with its failure.

        Whoever sees that it is over finds all that came of it. Where the database does not take it now, `watch` tries
        again.
        """
        run.seconds = run.age()
        if result is not None and run.failure is None:
            run.result, run.text, run.files, run.progress = result.json, result.text, result.files, 1.0
        if run.failure is None:
            run.state = RunState.DONE
        else:
            run.fail(run.failure)
        run.task = None
        with contextlib.suppress(DatabaseError):
            self._settle(run)

    async def watch(self) -> None:
        """Say every second how this instance's runs do, and end those of which somebody asks that; for ever."""
        turn = 0
        while True:
            if self._working or turn % round(LOST_SECONDS / BEAT_SECONDS) == 0:
                try:
                    to_end = await asyncio.to_thread(self.beat)
                except Exception as error:  # noqa: BLE001 - it goes on, whatever the database says
                    log.warning("runs not written down", extra={"kind": type(error).__name__})
                else:
                    for run in filter(None, map(self._working.get, to_end)):
                        if run.task is not None:
                            run.task.cancel()
            turn += 1
            await asyncio.sleep(BEAT_SECONDS)

    async def settle(self) -> None:
        """Wait for the runs that nobody waits for."""
        working = [run.task for run in self._working.values() if run.task is not None]
        await asyncio.gather(*working, return_exceptions=True)

    async def stop(self, run_id: str) -> Run:
        """End a run that is not over, whichever instance it works in; gives it as it is then.

        Raises:
            ResourceNotFoundError: there is none of that id.
        """
        run = await asyncio.to_thread(self.get, run_id)
        if run.task is not None:
            run.task.cancel()
            await asyncio.wait([run.task])
        elif not run.is_over:
            await asyncio.to_thread(self._ask_for_end, run_id)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STOP_SECONDS):
                    while not (run := await asyncio.to_thread(self.get, run_id)).is_over:  # noqa: ASYNC110 - elsewhere
                        await asyncio.sleep(BEAT_SECONDS / 4)
        return run

    def recent(self) -> list[Run]:
        """The last runs, newest first."""
        newest = select(runs).order_by(runs.c.created_at.desc(), runs.c.id).limit(LISTED)
        with self._database.reading() as connection:
            return [self._working.get(row.id) or _read(row) for row in connection.execute(newest)]

    def get(self, run_id: str) -> Run:
        """The run of that id.

        Raises:
            ResourceNotFoundError: there is none, or its time is over.
        """
        run = self._working.get(run_id)
        if run is not None:
            return run
        if _ID.fullmatch(run_id):
            with self._database.reading() as connection:
                row = connection.execute(select(runs).where(runs.c.id == run_id)).first()
                if row is not None:
                    run = _read(row)
                    files = select(run_files).where(run_files.c.run_id == run_id).order_by(run_files.c.place)
                    found = [SavedFile(file.name, file.mime_type, file.size) for file in connection.execute(files)]
                    run.files = tuple(file for file in found if file.name != _RESULT)
                    if len(found) != len(run.files):
                        run.result = b"".join(_parts(connection, run_id, _RESULT))
                    return run
        raise ResourceNotFoundError(texts.NO_RUN)

    def file(self, run_id: str, name: str) -> tuple[Path, SavedFile]:
        """A file of a run's result, and where a copy of it lies, which the caller removes.

        Raises:
            ResourceNotFoundError: there is none of that name.
        """
        run = self.get(run_id)
        for file in run.files:
            if file.name == name:
                with tempfile.NamedTemporaryFile(prefix="file-", dir=self._folder, delete=False) as copy:
                    copy.writelines(self._data(run, file))
                return Path(copy.name), file
        raise ResourceNotFoundError(texts.NO_RUN)

    def remove_old(self) -> int:
        """Remove the runs whose time is over; gives their number."""
        old = runs.c.created_at < dt.datetime.now(dt.UTC) - self._keep
        with self._database.writing() as connection:
            return connection.execute(delete(runs).where(old, runs.c.state.not_in(_WORKING))).rowcount

    def _settle(self, run: Run) -> None:
        with self._settling:
            if run.id in self._working:
                self._put_down(run)

    def _put_down(self, run: Run) -> None:
        with self._database.writing() as connection:
            row = run.row() | {"seen_at": self._database.now(connection)}
            connection.execute(update(runs).where(runs.c.id == run.id).values(row))
            for place, file in enumerate(run.files):
                self._keep_file(connection, run.id, place, file, (run.results / file.name).open("rb"))
            if run.result is not None and row["result"] is None:
                large = SavedFile(_RESULT, "application/json", len(run.result))
                self._keep_file(connection, run.id, -1, large, run.result)
        self._working.pop(run.id, None)
        if run.folder is not None:
            shutil.rmtree(run.folder, ignore_errors=True)

    def _data(self, run: Run, file: SavedFile) -> Iterator[bytes]:
        if run.folder is not None:
            with contextlib.suppress(FileNotFoundError):
                yield (run.results / file.name).read_bytes()
                return
        with self._database.reading() as connection:
            yield from _parts(connection, run.id, file.name)

    def _keep_file(self, connection: Connection, run_id: str, place: int, file: SavedFile, data: Any) -> None:
        named = {"run_id": run_id, "name": file.name}
        connection.execute(insert(run_files).values(**named, place=place, mime_type=file.mime_type, size=file.size))
        for number, part in enumerate(_cut(data)):
            connection.execute(insert(run_file_parts).values(**named, number=number, data=part))

    def beat(self) -> list[str]:
        """Write down how this instance's runs do, and which of others are lost; gives those that are to end."""
        for run in list(self._working.values()):
            if run.is_over:
                self._settle(run)
        working = list(self._working.values())
        with self._database.writing() as connection:
            now = self._database.now(connection)
            for run in working:
                if not run.is_over:
                    row = run.row() | {"seen_at": now}
                    connection.execute(update(runs).where(runs.c.id == run.id).values(row))
            silent = runs.c.seen_at < now - dt.timedelta(seconds=LOST_SECONDS)
            lost = connection.execute(select(runs).where(runs.c.state.in_(_WORKING), silent)).all()
            for run in map(_read, lost):
                is_report = run.function == REPORT
                run.fail(WorkerLostError() if is_report else LostError(texts.LOST, function=run.function))
                connection.execute(update(runs).where(runs.c.id == run.id).values(run.row()))
                log.warning("run lost with its instance", extra={"run_id": run.id, "function": run.function})
            asked = select(runs.c.id).where(runs.c.id.in_([run.id for run in working]), runs.c.stop_asked)
            return list(connection.execute(asked).scalars()) if working else []

    def _ask_for_end(self, run_id: str) -> None:
        with self._database.writing() as connection:
            connection.execute(update(runs).where(runs.c.id == run_id).values(stop_asked=True))


def _clean(text: str) -> str:
    # PostgreSQL's text has no NUL, and nobody's has half a character
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _cut(data: Any) -> Iterator[bytes]:
    if isinstance(data, bytes):
        yield from (data[start : start + PART_BYTES] for start in range(0, len(data), PART_BYTES))
        return
    with data:
        while part := data.read(PART_BYTES):
            yield part


def _parts(connection: Connection, run_id: str, name: str) -> Iterator[bytes]:
    place = 0
    named = (run_file_parts.c.run_id == run_id, run_file_parts.c.name == name)
    while (
        part := connection.execute(
            select(run_file_parts.c.data).where(*named, run_file_parts.c.number == place)
        ).scalar()
    ) is not None:
        yield bytes(part)
        place += 1


def _read(row: Row[Any]) -> Run:
    return Run(
        row.id,
        row.function,
        state=RunState(row.state),
        created=row.created_at,
        seconds=row.seconds,
        progress=row.progress,
        message=row.message,
        printed=row.printed,
        text=row.text,
        result=None if row.result is None else row.result.encode(),
        error=json.loads(row.error) if row.error else None,
    )
