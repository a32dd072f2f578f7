"""`FunctionRegistry`: the functions on offer, and their reload: import in a fresh process, then swap."""

import asyncio
import contextlib
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from daybook.errors import FunctionError
from daybook.functions import texts
from daybook.functions.declare import Signature
from daybook.language import Language, Text, literal
from daybook.service.errors import (
    JobCrashedError,
    MemoryLimitError,
    ResourceNotFoundError,
    TimeLimitError,
    WorkerKilledError,
    WorkerLostError,
)
from daybook.service.functions.jobs import LoadedModules, LoadProblem, read_modules
from daybook.service.functions.snapshot import Snapshot
from daybook.service.settings import Settings
from daybook.service.workers.messages import Job
from daybook.service.workers.pool import Pool
from daybook.service.workers.process import WorkerProcess

log = logging.getLogger("daybook.service.functions")

_LANGUAGES = (Language.ENGLISH, Language.CHINESE)
LOAD_SECONDS = 120
"""What the import of all modules may take."""
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What Dify takes as the name of a tool."""


class Chosen(NamedTuple):
    """A function in the version that a call began with."""

    signature: Signature
    snapshot: Path


class FunctionRegistry:
    """The functions of one running service."""

    def __init__(self, settings: Settings, pool: Pool, preload: tuple[str, ...]) -> None:
        self.signatures: Mapping[str, Signature] = {}
        self.problems: tuple[LoadProblem, ...] = ()
        """What kept functions from being offered at the start."""
        self.on_change: Callable[[], None] = lambda: None
        """Called when other functions are offered than before."""
        self.taken: frozenset[str] = frozenset()
        """Names that no function may have."""
        self._snapshot = Snapshot(tuple(settings.functions), str((settings.functions_folder or Path.cwd()).resolve()))
        self._memory = settings.memory_limit_mb << 20
        self._pool = pool
        self._preload = preload
        self._folder: Path | None = None
        self._path: Path | None = None
        self._users: Counter[Path] = Counter()
        self._changing = asyncio.Lock()

    async def open(self, folder: Path) -> None:
        """Load the functions for the first time; what cannot be loaded is said in the log and in `problems`.

        Args:
            folder: a folder of the service's own, for as long as it runs.
        """
        self._folder = folder
        if not self._snapshot.modules and not self._snapshot.cells:
            return
        try:
            reading = await self._read(self._snapshot)
        except FunctionError as error:
            self.problems = (LoadProblem(error.text, error.values),)
            log.error("functions not loaded", extra={"reason": str(error)})  # noqa: TRY400 - the reason is a sentence
            return
        self.problems = reading.problems
        self._change(reading)

    async def reload(self, cells: bytes | None = None) -> None:
        """Load the modules anew, and offer what is in them now. Calls that run go on with what they have.

        Args:
            cells: functions from a notebook, instead of those it gave before.

        Raises:
            FunctionError: something cannot be loaded; what was offered before stays.
        """
        async with self._changing:
            snapshot = self._snapshot if cells is None else replace(self._snapshot, cells=cells)
            try:
                reading = await self._read(snapshot)
                if reading.problems:
                    raise reading.problems[0].error
            except FunctionError as error:
                told = Text(*(literal(error.sentence(language)) for language in _LANGUAGES))
                raise FunctionError(texts.OLD_STAYS, sentence=told) from None
            self._snapshot = snapshot
            self.problems = ()
            self._change(reading)

    @contextlib.contextmanager
    def choose(self, name: str) -> Iterator[Chosen]:
        """The function of that name as it is offered now; this version stays until the caller is done with it.

        Raises:
            NotFoundError: there is none.
        """
        if not self.signatures:
            raise ResourceNotFoundError(texts.NO_FUNCTIONS_AT_ALL)
        if name not in self.signatures:
            raise ResourceNotFoundError(texts.NO_FUNCTION, function=name[:64], known=", ".join(self.signatures))
        path = self._path
        assert path is not None, "there is a snapshot where there is a function"  # noqa: S101
        self._users[path] += 1
        try:
            yield Chosen(self.signatures[name], path)
        finally:
            self._users[path] -= 1
            self._drop(path)

    async def _read(self, snapshot: Snapshot) -> LoadedModules:
        """Read modules in a process of their own: one that works has imported the old ones, and may be needed."""
        job = Job(
            read_modules, {"snapshot": replace(snapshot, sources={})}, seconds=LOAD_SECONDS, memory_bytes=self._memory
        )
        try:
            process = await WorkerProcess.start(self._preload, lambda _: None)
            try:
                reading: LoadedModules = await process.call(job)
            finally:
                process.kill()
        except TimeLimitError:
            raise FunctionError(texts.LOADED_TOO_LONG, seconds=LOAD_SECONDS) from None
        except (WorkerKilledError, WorkerLostError, MemoryLimitError, OSError, EOFError):
            raise FunctionError(texts.LOAD_FAILED) from None
        except JobCrashedError as error:
            log.error("functions not loaded", extra={"kind": error.crash.kind, "frames": error.crash.frames})  # noqa: TRY400 - it says where
            raise FunctionError(texts.LOAD_FAILED) from None
        problems = [*reading.problems, *self._bad_names(reading.signatures)]
        for problem in problems:
            log.error("functions not loaded", extra={"reason": str(problem.error), "traceback": problem.traceback})
        return replace(reading, problems=tuple(problems))

    def _bad_names(self, signatures: Iterable[Signature]) -> Iterator[LoadProblem]:
        for signature in signatures:
            if not _NAME.fullmatch(signature.name) or signature.name in self.taken:
                values = {"function": signature.name[:64], "taken": ", ".join(sorted(self.taken))}
                yield LoadProblem(texts.BAD_NAME, values)

    def _change(self, reading: LoadedModules) -> None:
        assert self._folder is not None, "open() comes first"  # noqa: S101
        before, self._path = self._path, reading.snapshot.save(self._folder)
        bad = {str(problem.values.get("function")) for problem in self._bad_names(reading.signatures)}
        self.signatures = {each.name: each for each in reading.signatures if each.name[:64] not in bad}
        if before is not None:
            self._drop(before)
            # also where the modules are the same: what they import may have been installed anew
            self._pool.recycle()
        log.info("functions loaded", extra={"functions": list(self.signatures)})
        self.on_change()

    def _drop(self, path: Path) -> None:
        if path != self._path and self._users[path] <= 0:
            del self._users[path]
            path.unlink(missing_ok=True)
