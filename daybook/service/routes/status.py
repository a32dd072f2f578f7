"""What the service is and how it does: for people, for whoever watches it, and for Prometheus."""

import time
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

import daybook
from daybook.errors import ServiceError
from daybook.service import telemetry
from daybook.service.http.authenticator import DOCUMENTS, PARAMETER
from daybook.service.http.openapi import KEY_ANSWERS, PUBLIC, READY_ANSWERS
from daybook.service.state import Service, require_key

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
    is_ready = service.pool.ready
    return JSONResponse({"status": "ready" if is_ready else "not ready"}, 200 if is_ready else 503)


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    response_class=PlainTextResponse,
    responses=KEY_ANSWERS,
    dependencies=[Depends(require_key)],
)
async def figures(service: Service) -> Response:
    """Requests, durations, rows, bytes, queue and rejections, in Prometheus' text format."""
    return Response(service.metrics.exposition(), media_type=telemetry.CONTENT_TYPE)
