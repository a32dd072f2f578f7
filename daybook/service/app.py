"""`create_app`, `ServiceServer`: puts the service together, and runs it on a port until it is told to stop."""

import asyncio
import errno
import functools
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI

import daybook
from daybook import otlp
from daybook.errors import DaybookError, SettingsError
from daybook.language import Text
from daybook.service.functions.registry import operations
from daybook.service.http.connections import BoundedProtocol, Listener, fitting_connections
from daybook.service.http.openapi import Documents
from daybook.service.http.responses import RequestMiddleware, add_error_handlers
from daybook.service.routes import explanations, functions, memory, mornings, pages, renderings, reports, status
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
    {"name": "mornings", "description": "What was due, and what became of it step by step"},
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
        # its own would send addresses with the signatures of links in them; the spans are `RequestMiddleware`'s
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.service = service
    add_error_handlers(app, settings.language)
    app.add_middleware(RequestMiddleware, metrics=service.metrics, language=settings.language)
    routers = (
        reports.single_day,
        reports.router,
        reports.files,
        memory.sources,
        memory.answers,
        reports.inspections,
        reports.book_reports,
        memory.books,
        pages.router,
        explanations.router,
        explanations.forms,
        renderings.router,
        functions.router,
        functions.runs,
        status.router,
        status.docs,
        push_router,
        mornings.router,
    )
    for router in routers:
        app.include_router(router)
    app.state.addresses = [route for router in routers for route in router.routes]
    status.mount_assets(app)
    service.documents = Documents(app, settings.key_header if settings.api_keys else None)
    service.functions.taken = service.documents.operation_ids | {"reload"}
    service.functions.on_change = lambda: service.documents.refresh(operations(service.functions.signatures.values()))
    return app


log = logging.getLogger("daybook.service")

BACKLOG = 512
KEEP_ALIVE_SECONDS = 15

PORT_TAKEN = Text(
    en="Port {port} is taken by another program; stop that one, or choose another port with DAYBOOK_PORT.",
    zh="端口 {port} 已被其他程序占用；请停止该程序，或用 DAYBOOK_PORT 换一个端口。",
    code="port_taken",
)
NO_ADDRESS = Text(
    en="The service cannot listen on {host}, port {port}; set DAYBOOK_HOST and DAYBOOK_PORT to an address of this"
    " machine that it may use.",
    zh="服务无法监听 {host} 的端口 {port}；请把 DAYBOOK_HOST 和 DAYBOOK_PORT 设为本机可用的地址。",
)


class ServiceServer(uvicorn.Server):
    """The service on a port. ``run()`` blocks and handles signals; ``serve()`` is to be awaited."""

    def __init__(self, settings: Settings) -> None:
        """A server that listens already, and answers once it runs.

        Raises:
            SettingsError: the port is taken, or a folder cannot be used.
            DatabaseError: the database cannot.
        """
        self._settings = settings
        self._most = fitting_connections(settings.connections, settings.workers)
        self._listening: asyncio.Task[None] | None = None
        self.socket = _listen(settings)
        self.url = _url(settings, self.socket.getsockname()[1])
        app = create_app(settings)
        self.secret_variables: frozenset[str] = app.state.service.sources.variables | otlp.SECRETS
        """The environment's secrets of the named sources and of the exporter, which are no settings of the service."""
        try:
            app.state.service.open()
        except DaybookError:
            self.socket.close()
            raise
        super().__init__(
            uvicorn.Config(
                app,
                http="h11",
                ws="none",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=max(1, round(settings.shutdown_seconds)),
                # behind a proxy the public URL says where the service is; headers of strangers are not asked
                proxy_headers=False,
            )
        )

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer requests until a signal or ``should_exit`` says to stop."""
        super().run(sockets or [self.socket])

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """The same, in an event loop that runs already."""
        await super().serve(sockets or [self.socket])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002 - it listens already
        """Part of `uvicorn.Server`: begins to answer."""
        await super().startup([])  # none for asyncio's own accept loop
        if self.started:
            state, language = self.server_state, self._settings.language
            make = functools.partial(BoundedProtocol, self.config, state, self.lifespan.state, language=language)
            listener = Listener(self.socket, make, state.connections, self._most, language)
            self._listening = asyncio.create_task(listener.run())
            log.info("service listens", extra={"url": self.url, "version": daybook.__version__})

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Part of `uvicorn.Server`: lets no new connection in, finishes what runs, and ends."""
        log.info("service stops")
        if self._listening is not None:
            self._listening.cancel()
        await super().shutdown(sockets)
        log.info("service stopped")


def _listen(settings: Settings) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        found = socket.socket(family, kind, protocol)
    except OSError:
        raise _no_address(settings) from None
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind(address)
        found.listen(BACKLOG)
    except OSError as error:
        found.close()
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(PORT_TAKEN, port=settings.port) from None
        raise _no_address(settings) from None
    return found


def _no_address(settings: Settings) -> SettingsError:
    return SettingsError(NO_ADDRESS, host=settings.host, port=settings.port)


def _url(settings: Settings, port: Any) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{port}"
