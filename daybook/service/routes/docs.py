"""The OpenAPI documents and the page that shows them; the page's own files come from this machine, not from a CDN."""

from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from daybook.service.http.authenticator import DOCUMENTS, PARAMETER
from daybook.service.state import Service, ServiceState

router = APIRouter(include_in_schema=False)

ASSETS = Path(str(files("fastapi_offline"))) / "static"
"""Swagger UI, as the package fastapi-offline carries it: a service in a closed network has no CDN."""


def mount_assets(app: FastAPI) -> None:
    """Serve the page's own files."""
    app.mount("/docs/assets", StaticFiles(directory=ASSETS), name="docs-assets")


@router.get("/openapi.json")
async def tools(request: Request, service: Service) -> Response:
    """What Dify imports as a custom tool."""
    check_reader(request, service)
    return JSONResponse(service.documents.tools(_server(request, service)))


@router.get("/docs/openapi.json")
async def everything(request: Request, service: Service) -> Response:
    """What the page shows."""
    check_reader(request, service)
    return JSONResponse(service.documents.everything(_server(request, service)))


@router.get("/docs")
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
