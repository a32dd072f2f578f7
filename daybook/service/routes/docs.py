"""The OpenAPI documents and the page that shows them; the page's own files come from this machine, not from a CDN."""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from daybook.service.state import Service

router = APIRouter(include_in_schema=False)

ASSETS = Path(str(files("fastapi_offline"))) / "static"
"""Swagger UI, as the package fastapi-offline carries it: a service in a closed network has no CDN."""


def mount_assets(app: FastAPI) -> None:
    """Serve the page's own files."""
    app.mount("/docs/assets", StaticFiles(directory=ASSETS), name="docs-assets")


@router.get("/openapi.json")
async def tools(request: Request, service: Service) -> Response:
    """What Dify imports as a custom tool."""
    return JSONResponse(service.documents.tools(_server(request, service)))


@router.get("/docs/openapi.json")
async def everything(request: Request, service: Service) -> Response:
    """What the page shows."""
    return JSONResponse(service.documents.everything(_server(request, service)))


@router.get("/docs")
async def page(request: Request) -> Response:
    """The documentation, with a form to try each endpoint."""
    return get_swagger_ui_html(
        openapi_url="docs/openapi.json",
        title=request.app.title,
        swagger_js_url="docs/assets/swagger-ui-bundle.js",
        swagger_css_url="docs/assets/swagger-ui.css",
        swagger_favicon_url="docs/assets/favicon.png",
    )


def _server(request: Request, service: Service) -> str:
    return service.settings.public_url or str(request.base_url).rstrip("/")
