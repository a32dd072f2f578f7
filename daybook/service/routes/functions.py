"""Functions and their runs: the list, a call, a reload; how a run does, its result and its files."""

import asyncio
import contextlib
import json
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from starlette.background import BackgroundTask

from daybook.service.functions.calls import begin, wait_for_end
from daybook.service.functions.registry import FunctionsAnswer, RunAnswer, RunSummary, listed
from daybook.service.functions.runs import Run
from daybook.service.http.authenticator import PARAMETER
from daybook.service.http.openapi import FILE_ANSWERS, KEY_ANSWERS, WORK_ANSWERS
from daybook.service.http.responses import wanted_language
from daybook.service.http.work_context import wants_no_wait, work_context
from daybook.service.state import Service, ServiceState, require_key
from daybook.service.telemetry import RUN_ID

router = APIRouter(prefix="/functions", tags=["hosting"], dependencies=[Depends(require_key)])

ACCEPTED = 202


@router.get(
    "",
    summary="The functions that can be called",
    responses={200: {"model": FunctionsAnswer, "description": "The functions"}, **KEY_ANSWERS},
)
async def list_functions(request: Request, service: Service) -> Response:
    """The functions that the service offers, with their arguments."""
    return JSONResponse(_listed(request, service))


@router.post(
    "/reload",
    summary="Load the functions anew",
    responses={200: {"model": FunctionsAnswer, "description": "The functions"}, **WORK_ANSWERS},
)
async def reload_functions(request: Request, service: Service) -> Response:
    """Imports the modules with functions again. Calls that run go on; if a module is broken, nothing changes."""
    await service.functions.reload()
    return JSONResponse(_listed(request, service))


@router.post("/{name}", include_in_schema=False)
async def call_function(request: Request, service: Service, name: str) -> Response:
    """Calls a function. With the header ``Prefer: respond-async`` the answer is the run's address, at once."""
    async with contextlib.AsyncExitStack() as stack:
        # before its body is read: a reload meanwhile changes nothing for it
        function = stack.enter_context(service.functions.choose(name))
        work = await stack.enter_async_context(work_context(request, service))
        run = await begin(work, function, stack)
        if wants_no_wait(request):
            return await begun_response(request, service, run)
        await wait_for_end(work, run)
        return await run_response(request, service, run)


def _listed(request: Request, service: ServiceState) -> dict[str, Any]:
    language = wanted_language(request, service.settings.language)
    return {
        "functions": [listed(signature) for signature in service.functions.signatures.values()],
        "problems": [problem.error.sentence(language) for problem in service.functions.problems],
    }


runs = APIRouter(prefix="/v1/runs", tags=["runs"])

PRIVATE = {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer"}
type RunId = Annotated[str, Path(description="The id of a run")]


@runs.get(
    "",
    summary="The last runs",
    responses={200: {"model": list[RunSummary], "description": "Newest first"}, **KEY_ANSWERS},
    dependencies=[Depends(require_key)],
)
async def list_runs(service: Service) -> Response:
    """The last runs of functions, and of reports that nobody waits for, newest first."""
    return _json(json.dumps([run.summary() for run in await asyncio.to_thread(service.runs.recent)]).encode())


@runs.get(
    "/{run_id}",
    summary="How a run does, and what came of it",
    responses={200: {"model": RunAnswer, "description": "The run"}, **FILE_ANSWERS},
    dependencies=[Depends(require_key)],
)
async def get_run(request: Request, service: Service, run_id: RunId) -> Response:
    """How far a run is, what it printed, and its result once it is there."""
    return await run_response(request, service, await asyncio.to_thread(service.runs.get, run_id))


@runs.delete(
    "/{run_id}",
    summary="Stop a run",
    responses={200: {"model": RunAnswer, "description": "The run"}, **FILE_ANSWERS},
    dependencies=[Depends(require_key)],
)
async def stop_run(request: Request, service: Service, run_id: RunId) -> Response:
    """Stops a run that is not over; one that is stays as it is."""
    return await run_response(request, service, await service.runs.stop(run_id))


@runs.get("/{run_id}/files/{name}", summary="A file of a run's result", responses=FILE_ANSWERS)
async def get_run_file(request: Request, service: Service, run_id: RunId, name: str) -> Response:
    """A file of a run's result, by its link or with a key."""
    token = request.query_params.get(PARAMETER)
    if token is not None:
        service.links.check(token, run_id)
    else:
        service.authenticator.check(request)
    path, file = await asyncio.to_thread(service.runs.file, run_id, name)
    remove = BackgroundTask(path.unlink, missing_ok=True)
    return FileResponse(path, media_type=file.mime_type, filename=file.name, headers=PRIVATE, background=remove)


async def run_response(
    request: Request, service: ServiceState, run: Run, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A run as an answer."""
    base = service.settings.public_url or str(request.base_url).rstrip("/")
    place = f"{base}/v1/runs/{run.id}"
    result = b"null" if run.result is None else run.result
    # the result is JSON already: to take it apart and together again would only cost time
    body = json.dumps(_described(request, service, run, place), ensure_ascii=False).encode()[:-1]
    return _json(body + b', "result": ' + result + b"}", status, {RUN_ID: run.id, "Location": place, **(headers or {})})


async def begun_response(request: Request, service: ServiceState, run: Run) -> Response:
    """A run that works on, as the answer to whoever does not wait for it."""
    return await run_response(request, service, run, ACCEPTED, {"Preference-Applied": "respond-async"})


def _described(request: Request, service: ServiceState, run: Run, place: str) -> dict[str, Any]:
    error: dict[str, Any] | None = None
    if run.error is not None:
        language = wanted_language(request, service.settings.language)
        error = {"code": run.error["code"], "detail": run.error[language]}
        if asked := run.error.get("question"):
            choices = [{"value": each["value"], "meaning": each[language]} for each in asked["choices"]]
            error["question"] = {"parameter": asked["parameter"], "choices": choices}
    query = f"{PARAMETER}={service.links.token(run.id)}"
    files = [
        {
            "name": file.name,
            "mime_type": file.mime_type,
            "size": file.size,
            "url": f"{place}/files/{quote(file.name, safe='')}?{query}",
        }
        for file in run.files
    ]
    return {**run.summary(), "text": run.text, "files": files, "printed": run.printed, "error": error}


def _json(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(body, status, {**PRIVATE, **(headers or {})}, media_type="application/json")
