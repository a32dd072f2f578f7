"""`begin`, `wait_for_end`: one call of a function, from its arguments to the end of its run."""

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from daybook.errors import DaybookError
from daybook.functions import File, texts
from daybook.functions.declare import Signature
from daybook.functions.results import Result
from daybook.service import texts as service_texts
from daybook.service.errors import (
    FailedError,
    JobCrashedError,
    LostError,
    MediaTypeError,
    MemoryLimitError,
    RefusedError,
    StoppedError,
    TimeLimitError,
    WorkerKilledError,
    WorkerLostError,
)
from daybook.service.functions.jobs import FunctionCrash, Refusal, call_function
from daybook.service.functions.registry import Chosen
from daybook.service.functions.runs import REPORT, Run, RunStore
from daybook.service.http.body import Body, content_type
from daybook.service.http.multipart import FIELD_BYTES, FORM
from daybook.service.http.work_context import WorkContext, unless_gone
from daybook.service.telemetry import current_request
from daybook.service.workers.messages import Job
from daybook.service.workers.pool import QueuePlace

JSON_TYPE = "application/json"
JSON_BYTES = 8 << 20
"""Bytes of the arguments as JSON; what is larger is a file."""
URL_FORM = "application/x-www-form-urlencoded"
ONLY_FILE = "file"
"""The field in which a function's only file may be sent, whatever the argument is called."""
_EXAMPLE = '{"argument": "value"}'


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a request gives a function."""

    values: Mapping[str, Any]
    files: Mapping[str, File]


async def read_arguments(work: WorkContext, signature: Signature) -> Arguments:
    """The arguments in a request: a JSON object, or a form with files.

    Raises:
        DaybookError: the body is none that functions take.
    """
    kind = content_type(work.request)
    if kind == FORM and "boundary" in work.request.headers["content-type"]:
        form = await work.form()
        files = {name: File(upload.path, upload.filename) for name, upload in form.files.items()}
        if len(signature.files) == 1 and ONLY_FILE in files and signature.files[0] not in files:
            files[signature.files[0]] = files.pop(ONLY_FILE)
        return Arguments(form.fields, files)
    pace = work.service.pace
    if kind in {URL_FORM, FORM}:
        # Dify sends a form without a file in this way, under the name of the other
        body = Body(work.request, limit=FIELD_BYTES, pace=pace)
        sent = b"".join([block async for block in body.blocks()]).decode("utf-8", "replace")
        return Arguments(dict(parse_qsl(sent, keep_blank_values=True)), {})
    if kind == JSON_TYPE:
        body = Body(work.request, limit=JSON_BYTES, pace=pace, is_text=True)
        return Arguments(await body.json_object(_EXAMPLE), {})
    if not kind and work.request.headers.get("content-length", "0") == "0":
        return Arguments({}, {})
    raise MediaTypeError(service_texts.WRONG_CONTENT_TYPE, wanted=f"{JSON_TYPE}, {FORM}")


log = logging.getLogger("daybook.service.functions")


async def begin(work: WorkContext, function: Chosen, held: contextlib.AsyncExitStack) -> Run:
    """Start a run of a function; it works on whether or not anybody waits for it.

    Args:
        work: the request, its body not read yet.
        function: what to call.
        held: what the run holds; it is closed at the run's end.

    Raises:
        DaybookError: the body is none that functions take.
    """
    service = work.service
    name = function.signature.name
    arguments = await read_arguments(work, function.signature)
    place = await held.enter_async_context(work.place())
    run = await asyncio.to_thread(service.runs.begin, name)
    current_request().run_id = run.id
    job = Job(
        call_function,
        {
            "snapshot": function.snapshot,
            "name": name,
            "values": arguments.values,
            "files": arguments.files,
            "results": run.results,
        },
        name=f"function {name}",
        seconds=service.settings.time_limit,
        memory_bytes=service.settings.memory_limit_mb << 20,
        capture_output=True,
    )
    work_on(service.runs, run, _result(place, run, job), held)
    return run


def work_on(runs: RunStore, run: Run, work: Coroutine[Any, Any, Result], held: contextlib.AsyncExitStack) -> None:
    """Have a run do its ``work``, whether or not anybody waits for it; what is ``held`` is closed at its end."""
    run.task = asyncio.create_task(_work(runs, run, work, held.pop_all()))


async def wait_for_end(work: WorkContext, run: Run) -> None:
    """Wait for the end of a run; it is stopped if the client goes away meanwhile.

    Raises:
        DaybookError: how it ended, if not well.
        ClientGoneError: the client went.
    """
    assert run.task is not None, "begin() gives a run with its task"  # noqa: S101
    await unless_gone(work.request, _end_of(run.task))
    if run.failure is not None:
        raise run.failure


async def _end_of(task: "asyncio.Task[None]") -> None:
    await task


async def _work(runs: RunStore, run: Run, work: Coroutine[Any, Any, Result], held: contextlib.AsyncExitStack) -> None:
    result: Result | None = None
    try:
        async with held:
            result = await work
    except asyncio.CancelledError:
        stopped = service_texts.REPORT_STOPPED if run.function == REPORT else texts.STOPPED
        run.failure = StoppedError(stopped, function=run.function)
    except DaybookError as error:
        run.failure = error
    except Exception as error:  # noqa: BLE001 - whatever it is, the run has an end
        run.failure = _unforeseen(run, error)
    code = run.failure.code if run.failure is not None else ""
    ending = asyncio.create_task(asyncio.to_thread(runs.end, run, result))
    while not ending.done():
        with contextlib.suppress(asyncio.CancelledError):  # it is over, so there is nothing left to stop
            await asyncio.shield(ending)
    ending.result()
    log.info("run ended", extra={"run_id": run.id, "function": run.function, "state": run.state, "error": code})


def _unforeseen(run: Run, error: Exception) -> FailedError:
    kind = type(error).__name__
    log.error("run failed", extra={"run_id": run.id, "function": run.function, "kind": kind})
    return FailedError(texts.FAILED, function=run.function, kind=kind, run=run.id)


async def _result(place: QueuePlace, run: Run, job: Job) -> Result:
    try:
        outcome = await place.run(job, run.hear)
    except (WorkerKilledError, WorkerLostError):
        raise LostError(texts.LOST, function=run.function) from None
    except TimeLimitError:
        raise TimeLimitError(job.seconds, texts.TOO_LONG, function=run.function) from None
    except MemoryLimitError:
        raise MemoryLimitError(job.memory_bytes, texts.TOO_MUCH_MEMORY, function=run.function) from None
    except JobCrashedError as error:
        log.error("run failed", extra={"run_id": run.id, "kind": error.crash.kind, "frames": error.crash.frames})  # noqa: TRY400 - it says where
        raise FailedError(texts.FAILED, function=run.function, kind=error.crash.kind, run=run.id) from None
    match outcome:
        case Refusal(text, values):
            raise RefusedError(text, **values)
        case FunctionCrash(kind, traceback):
            # what the traceback quotes is the function's own affair: whoever wrote it has to find the fault
            log.error("run failed", extra={"run_id": run.id, "function": run.function, "traceback": traceback})
            raise FailedError(texts.FAILED, function=run.function, kind=kind, run=run.id)
        case Result():
            return outcome
        case _:
            raise TypeError(outcome)
