"""What the service is and how it does: for people, for whoever watches it, for Prometheus; and its documentation."""

import asyncio
import time
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles

import daybook
from daybook.errors import ServiceError
from daybook.service import telemetry
from daybook.service.http.authenticator import DOCUMENTS, PARAMETER
from daybook.service.http.openapi import KEY_ANSWERS, PUBLIC, READY_ANSWERS, WATCH_ANSWERS
from daybook.service.state import Service, ServiceState, require_key

router = APIRouter(tags=["service"])


@router.get("/", summary="What this service is", openapi_extra=PUBLIC)
async def index(request: Request, service: Service) -> dict[str, Any]:
    """What this service is, and what it offers; hosted functions, and links to their documents, with a key alone."""
    base, link, endpoints = service.settings.public_url, "", service.documents.endpoints
    if service.functions.signatures and not service.settings.public_docs:
        try:
            service.authenticator.check(request)
        except ServiceError:
            paths = {f"/functions/{name}" for name in service.functions.signatures}
            endpoints = [endpoint for endpoint in endpoints if endpoint["path"] not in paths]
        else:
            link = f"?{PARAMETER}={service.links.token(DOCUMENTS)}"
    return {
        "service": "Daybook analysis service",
        "version": daybook.__version__,
        "documentation": f"{base}/docs{link}",
        "openapi": f"{base}/openapi.json{link}",
        "endpoints": endpoints,
    }


@router.get("/status", summary="Whether it runs, and how busy it is", openapi_extra=PUBLIC)
async def status(service: Service) -> dict[str, Any]:
    """Whether the service runs, how long it has, and how busy it is."""
    state = service.pool.state
    return {
        "status": "running",
        "version": daybook.__version__,
        "uptime_seconds": round(time.monotonic() - service.started, 1),
        "workers": state.workers,
        "queue": {
            "running": state.running,
            "waiting": state.waiting,
            "arriving": service.uploads.arriving,
            "places_taken": state.places_taken,
            "places": state.places,
        },
    }


@router.get("/health/live", summary="Whether the process answers", openapi_extra=PUBLIC)
async def live() -> dict[str, str]:
    """Whether the process answers; restart it where this does not."""
    return {"status": "live"}


@router.get("/health/ready", summary="Whether it can take work", responses=READY_ANSWERS, openapi_extra=PUBLIC)
async def ready(service: Service) -> Response:
    """Whether the service can take work; send it none where this is 503."""
    is_ready = service.pool.ready and await asyncio.to_thread(service.database.answers)
    return JSONResponse({"status": "ready" if is_ready else "not ready"}, 200 if is_ready else 503)


@router.get("/health/watch", summary="Whether the mornings are watched", responses=WATCH_ANSWERS, openapi_extra=PUBLIC)
async def watch(service: Service) -> Response:
    """Whether somebody is told where a report does not come; for a probe from outside, which watches the watch."""
    health = service.mornings.health()
    since = health.last_round_seconds
    said = {
        "status": health.status,
        "last_round_seconds": None if since is None else round(since, 1),
        "overdue": health.overdue,
        "code": health.code,
    }
    return JSONResponse(said, 200 if health.is_good else 503)


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    response_class=PlainTextResponse,
    responses=KEY_ANSWERS,
    dependencies=[Depends(require_key)],
)
async def figures(service: Service) -> Response:
    """Requests, durations, rows, bytes, queue and rejections, in Prometheus' text format."""
    return Response(await asyncio.to_thread(service.metrics.exposition), media_type=telemetry.CONTENT_TYPE)


docs = APIRouter(include_in_schema=False)

ASSETS = Path(str(files("fastapi_offline"))) / "static"
"""Swagger UI, as the package fastapi-offline carries it: a service in a closed network has no CDN."""


def mount_assets(app: FastAPI) -> None:
    """Serve the page's own files."""
    app.mount("/docs/assets", StaticFiles(directory=ASSETS), name="docs-assets")


@docs.get("/openapi.json")
async def tools(request: Request, service: Service) -> Response:
    """What Dify imports as a custom tool."""
    check_reader(request, service)
    return JSONResponse(service.documents.tools(_server(request, service)))


@docs.get("/docs/openapi.json")
async def everything(request: Request, service: Service) -> Response:
    """What the page shows."""
    check_reader(request, service)
    return JSONResponse(service.documents.everything(_server(request, service)))


@docs.get("/docs")
async def page(request: Request, service: Service) -> Response:
    """The documentation, with a form to try each endpoint."""
    check_reader(request, service)
    link = request.query_params.get(PARAMETER)
    return get_swagger_ui_html(
        openapi_url=f"docs/openapi.json?{PARAMETER}={quote(link, safe='')}" if link else "docs/openapi.json",
        title=request.app.title,
        swagger_js_url="docs/assets/swagger-ui-bundle.js",
        swagger_css_url="docs/assets/swagger-ui.css",
        swagger_favicon_url="docs/assets/favicon.png",
    )


def check_reader(request: Request, service: ServiceState) -> None:
    """Pass if a request may read the documents: they may describe what a company has its functions do.

    Raises:
        UnauthorizedError: they need a key or a link, and there is none.
    """
    if not service.functions.signatures or service.settings.public_docs:
        return
    link = request.query_params.get(PARAMETER)
    if link is not None:
        service.links.check(link, DOCUMENTS)
    else:
        service.authenticator.check(request)


def _server(request: Request, service: Service) -> str:
    return service.settings.public_url or str(request.base_url).rstrip("/")
