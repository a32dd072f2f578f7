"""The analysis service out of a running notebook: `serve()` in one cell, functions in the next.

The kernel has an event loop of its own, and it stays as it is: the service runs in a thread with a loop of its own, and
the work in worker processes. A plain script may do the same.
"""

import concurrent.futures.thread  # noqa: F401 - its own end is registered first, and so comes after the service's
import sys
import threading
from multiprocessing import current_process
from typing import Any

from daybook.errors import SettingsError
from daybook.language import Language
from daybook.notebook import texts
from daybook.notebook.handle import NotebookService
from daybook.notebook.kernel import in_notebook

__all__ = ["NotebookService", "serve"]

_services: dict[int, NotebookService] = {}


def serve(
    port: int = 8000,
    host: str = "127.0.0.1",
    *,
    key: str = "",
    language: Language | str = Language.CHINESE,
    **settings: Any,
) -> NotebookService:
    """Start the analysis service in this kernel, or give the one that runs.

    To run the cell again is fine: with the same values the running service is given, with others it is started anew.
    A script that is to go on serving calls `NotebookService.wait` at its end.

    Args:
        port: the port to listen on; 0 takes a free one.
        host: ``127.0.0.1`` for this machine alone; ``0.0.0.0`` for the network, which needs a key.
        key: the API key that callers have to send. For the network one is made where neither this nor
            ``DAYBOOK_API_KEYS`` gives one.
        language: of messages: ``zh_Hans`` or ``en_US``.
        settings: any other of `daybook.service.settings.Settings`, such as ``workers=4``.

    Raises:
        SettingsError: the port is taken, or a setting is invalid.
    """
    if getattr(current_process(), "_inheriting", False):  # how multiprocessing itself tells that it runs a main module
        raise SettingsError(texts.IN_CHILD).to(Language.of(language))
    wanted = {"port": port, "host": host, "language": Language.of(language), "key": key, **settings}
    running = _services.get(port)
    if running is not None and running.is_running and running.wanted == wanted:
        running.offer()
        return running
    if running is not None:
        running.stop()
    # a key that was made once stays: callers have it by now
    service = NotebookService(wanted, key or (running.made_key if running is not None else ""))
    service.start()
    _services[port] = service
    return service


def _end() -> None:
    for service in _services.values():
        if service.is_running and not in_notebook() and not hasattr(sys, "ps1"):
            print(texts.SCRIPT_ENDS.to(service.language), file=sys.stderr)  # noqa: T201 - who else would say it
        service.stop()


# By the time of `atexit` no thread can be started any more, and a service that ends well needs some.
threading._register_atexit(_end)  # type: ignore[attr-defined]  # noqa: SLF001
