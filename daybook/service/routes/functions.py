"""The user's own functions: list them, call one, load them anew."""

import contextlib
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from daybook.service.functions.calls import begin, wait_for_end
from daybook.service.functions.documents import FunctionsAnswer, listed
from daybook.service.http.error_responses import wanted_language
from daybook.service.http.openapi import KEY_ANSWERS, WORK_ANSWERS
from daybook.service.http.work_context import work_context
from daybook.service.routes.runs import run_response
from daybook.service.state import Service, ServiceState, require_key

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
    waits = "respond-async" not in request.headers.get("prefer", "").replace(" ", "").split(",")
    async with contextlib.AsyncExitStack() as stack:
        # before its body is read: a reload meanwhile changes nothing for it
        function = stack.enter_context(service.functions.choose(name))
        work = await stack.enter_async_context(work_context(request, service))
        run = await begin(work, function, stack)
        if waits:
            await wait_for_end(work, run)
            return await run_response(request, service, run)
        return await run_response(request, service, run, ACCEPTED, {"Preference-Applied": "respond-async"})


def _listed(request: Request, service: ServiceState) -> dict[str, Any]:
    language = wanted_language(request, service.settings.language)
    return {
        "functions": [listed(signature) for signature in service.functions.signatures.values()],
        "problems": [problem.error.sentence(language) for problem in service.functions.problems],
    }
