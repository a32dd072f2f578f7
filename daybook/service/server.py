"""Runs the service on a port until it is told to stop."""

import uvicorn

from daybook.service.app import create_app
from daybook.service.settings import Settings

BACKLOG = 512
KEEP_ALIVE_SECONDS = 15


def make_server(settings: Settings) -> uvicorn.Server:
    """A server for the service; its ``run`` blocks, its ``serve`` is to be awaited."""
    return uvicorn.Server(
        uvicorn.Config(
            create_app(settings),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            backlog=BACKLOG,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=max(1, round(settings.shutdown_seconds)),
            # behind a proxy the public URL says where the service is; headers of strangers are not asked
            proxy_headers=False,
        )
    )
