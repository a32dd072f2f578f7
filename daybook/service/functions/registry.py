"""`FunctionRegistry`: functions on offer, what documents say of them, and their reload (import afresh, then swap)."""

import asyncio
import contextlib
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

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
from daybook.service.functions.jobs import LoadedModules, LoadProblem, Snapshot, read_modules
from daybook.service.http.openapi import WORK_ANSWERS
from daybook.service.settings import Settings
from daybook.service.workers.messages import Job
from daybook.service.workers.pool import Pool
from daybook.service.workers.process import WorkerProcess

TAG = "functions"


class RunFile(BaseModel):
    """A file of a result."""

    name: str
    mime_type: str
    size: int = Field(description="Bytes")
    url: str = Field(description="Opens the file without a key, for a while")


class RunError(BaseModel):
    """Why a run ended without a result."""

    code: str
    detail: str
    question: dict[str, Any] | None = Field(None, description="What a report's parameter is to answer")


class RunSummary(BaseModel):
    """How a run does."""

    run_id: str = Field(description="By this id the run can be looked at")
    function: str = Field(description="The function's name; /v1/reports for a report")
    state: str = Field(description="waiting, running, done or failed")
    created: str
    seconds: float
    progress: float | None = Field(description="How far it is, from 0 to 1; of what the message names")
    message: str = Field(description="What it does, in its own words")


class RunAnswer(RunSummary):
    """A run of a function, with what it gave back."""

    text: str = Field(description="The result as text for a person, Markdown for tables")
    result: Any = Field(None, description="The result as JSON")
    files: list[RunFile]
    printed: str = Field(description="What the function printed")
    error: RunError | None = None


class ArgumentAnswer(BaseModel):
    """An argument of a function."""

    name: str
    required: bool
    schema_: dict[str, Any] = Field(alias="schema", description="JSON schema")


class FunctionAnswer(BaseModel):
    """A function."""

    name: str
    summary: str
    description: str
    path: str
    parameters: list[ArgumentAnswer]


class FunctionsAnswer(BaseModel):
    """The functions that the service offers."""

    functions: list[FunctionAnswer]
    problems: list[str] = Field(description="What kept functions from being offered when the service started")


def listed(signature: Signature) -> dict[str, Any]:
    """A function in the list."""
    return {
        "name": signature.name,
        "summary": signature.summary,
        "description": signature.description,
        "path": f"/functions/{signature.name}",
        "parameters": [
            {"name": argument.name, "required": argument.required, "schema": dict(argument.schema)}
            for argument in signature.arguments
        ],
    }


def operations(signatures: Iterable[Signature]) -> list[APIRoute]:
    """An operation for each function, for the documents alone: calls go through the one endpoint for all."""

    # that one has the function's name as a parameter of its own, which no caller of a function sends
    async def shown() -> None: ...

    return [
        APIRoute(
            f"/functions/{signature.name}",
            shown,
            methods=["POST"],
            operation_id=signature.name,
            tags=[TAG],
            summary=signature.summary,
            description=signature.description or signature.summary,
            responses={200: {"model": RunAnswer, "description": "The run, with its result"}, **WORK_ANSWERS},
            openapi_extra=_body(signature),
        )
        for signature in signatures
    ]


def _body(signature: Signature) -> dict[str, Any]:
    if not signature.arguments:
        return {}
    required = [argument.name for argument in signature.arguments if argument.required]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {argument.name: dict(argument.schema) for argument in signature.arguments},
    }
    if required:
        schema["required"] = required
    kind = "multipart/form-data" if signature.files else "application/json"
    return {"requestBody": {"required": bool(required), "content": {kind: {"schema": schema}}}}


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
