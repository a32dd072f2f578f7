"""Puts the service together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

import daybook
from daybook.service.functions.documents import operations
from daybook.service.http.error_responses import add_error_handlers
from daybook.service.http.middleware import RequestMiddleware
from daybook.service.http.openapi import Documents
from daybook.service.routes import analysis, answers, books, functions, reports, sources, status
from daybook.service.routes.push import router as push_router
from daybook.service.settings import Settings
from daybook.service.state import ServiceState

TITLE = "Daybook analysis service"
TAGS = [
    {"name": "analysis", "description": "One day of a sales file, in the single-day form"},
    {"name": "reports", "description": "Full reports, kept for a while"},
    {"name": "sources", "description": "Where the service itself can read sales"},
    {"name": "books", "description": "The days of businesses, kept under a name"},
    {"name": "files", "description": "A report's files, opened by their links"},
    {"name": "answers", "description": "Answers about files, used again for files with the same columns"},
    {"name": "functions", "description": "Functions of the service's own users"},
    {"name": "runs", "description": "Runs of functions: progress, printing, results"},
    {"name": "hosting", "description": "Which functions there are, and loading them anew"},
    {"name": "push", "description": "Messages to DingTalk groups, each once"},
    {"name": "service", "description": "What the service is, and how it does"},
]


def create_app(settings: Settings) -> FastAPI:
    """The service as an ASGI application; its workers start and end with the application's lifespan."""
    service = ServiceState(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            yield

    app = FastAPI(
        title=TITLE,
        version=daybook.__version__,
        openapi_tags=TAGS,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.service = service
    add_error_handlers(app, settings.language)
    app.add_middleware(RequestMiddleware, metrics=service.metrics, language=settings.language)
    routers = (
        analysis.router,
        reports.router,
        reports.files,
        sources.router,
        answers.router,
        reports.inspections,
        books.router,
        functions.router,
        functions.runs,
        status.router,
        status.docs,
        push_router,
    )
    for router in routers:
        app.include_router(router)
    app.state.addresses = [route for router in routers for route in router.routes]
    status.mount_assets(app)
    service.documents = Documents(app, settings.key_header if settings.api_keys else None)
    service.functions.taken = service.documents.operation_ids | {"reload"}
    service.functions.on_change = lambda: service.documents.refresh(operations(service.functions.signatures.values()))
    return app
