"""Starts worker processes.

By forkserver: a worker is a fork of a small process that has loaded pandas once, so a replacement is there in
milliseconds, workers share pandas' memory, and none inherits the server's threads, sockets or secrets.
"""

import contextlib
import multiprocessing as mp
import socket
import threading
from collections.abc import Iterator
from multiprocessing import spawn
from multiprocessing.context import ForkServerProcess
from typing import Any

from daybook.service.workers import worker

NAME = "daybook-worker"

_starting = threading.Lock()


def launch(connection: socket.socket, preload: tuple[str, ...]) -> ForkServerProcess:
    """A worker process, with its end of a socket pair and the modules that it loads before its first job."""
    context = mp.get_context("forkserver")
    with _starting, _without_main_module():
        context.set_forkserver_preload([*preload, worker.__name__])
        process = context.Process(target=worker.main, args=(connection, preload), name=NAME)
        process.start()
    return process


@contextlib.contextmanager
def _without_main_module() -> Iterator[None]:
    # multiprocessing has every child run the main module anew, for what might be unpickled from it. A worker needs
    # nothing of it; and where somebody's script starts the service without a guard, each would start another.
    prepared = spawn.get_preparation_data

    def for_worker(name: str) -> dict[str, Any]:
        data = prepared(name)
        if name == NAME:  # other threads may start processes of their own meanwhile
            data.pop("init_main_from_path", None)
            data.pop("init_main_from_name", None)
        return data

    spawn.get_preparation_data = for_worker
    try:
        yield
    finally:
        spawn.get_preparation_data = prepared
