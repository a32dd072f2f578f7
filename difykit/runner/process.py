"""`PluginProcess`: a plugin in a process of its own, run and spoken with over stdio as Dify's daemon does."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from difykit.runner import protocol
from difykit.runner.conversation import Conversation
from difykit.runner.declaration import Declaration
from difykit.runner.environment import fresh_environment, plugin_python
from difykit.runner.errors import ENDED, NO_PYTHON, NOT_READY, NOT_STARTED, STOPPED, PluginDown, RunnerError, StartError
from difykit.runner.lines import LineStream, start_thread
from difykit.runner.package import plugin_folder
from difykit.runner.storage import Store

STOP_SECONDS = 5.0
UTF8: Mapping[str, str | None] = {"PYTHONUTF8": "1", "PYTHONIOENCODING": None}
"""The protocol is UTF-8, whatever the terminal speaks that this process was started in."""


class PluginProcess(Conversation):
    """A plugin, running.

    Use it as a context manager::

        with PluginProcess(Path("."), plugin_python()) as plugin:
            result = plugin.call("analyze_sales", {"file": files.add(path)}).check()

    What the daemon kills a plugin for ends it here too, with a `PluginDown` for every call that was under way: a
    line over ``max_line_bytes``, ``max_silence`` seconds without a heartbeat, the process's own end.

    Args:
        root: the plugin's folder, or its package (a .difypkg, which is unpacked for as long as the process runs).
        python: the Python that runs it; `plugin_python` where none is given.
        environ: variables on top of this process's own, None taking one away (INSTALL_METHOD is always set, as by
            the daemon, and Python speaks UTF-8).
        store: where the plugin's storage lives; in memory where none is given.
        ready_timeout: seconds in which the first heartbeat must come.
        install: make a fresh environment from the plugin's requirements.txt, as the daemon does, and run it there.
    """

    def __init__(
        self,
        root: Path,
        python: Path | None = None,
        environ: Mapping[str, str | None] | None = None,
        store: Store | None = None,
        *,
        ready_timeout: float = protocol.READY_TIMEOUT,
        max_silence: float = protocol.MAX_SILENCE,
        max_line_bytes: int = protocol.MAX_LINE_BYTES,
        install: bool = False,
    ) -> None:
        super().__init__(store, max_silence, max_line_bytes)
        self.root = root
        self.python = python
        self.environ = environ or {}
        self.ready_timeout = ready_timeout
        self.seconds_to_ready = 0.0
        """From the start of the process to the first heartbeat."""
        self._install = install
        self._last_words = b""
        self._process: subprocess.Popen[bytes] | None = None
        self._threads: list[threading.Thread] = []
        self._resources = contextlib.ExitStack()

    @cached_property
    def declaration(self) -> Declaration:
        """What the plugin's YAML files say of it."""
        return Declaration.load(self.root)

    @property
    def pid(self) -> int | None:
        """The process's id, while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the process, and wait for its manifest and its first heartbeat. A process runs once.

        Raises:
            StartError: the process ended before, or was not ready in time.
            RunnerError: there is no plugin in the folder.
        """
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the process and whatever it started: politely, then not. Does nothing if it is not running."""
        if self._process:
            self._fail(PluginDown(STOPPED))
            self.close_stdin()
            self._signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_SECONDS)
            self._kill()  # the group: also what the process left behind
            self._process.wait()
            for thread in self._threads:
                thread.join(STOP_SECONDS)
        self._resources.close()

    def close_stdin(self) -> None:
        """Close the plugin's input, as Dify's slim runner does after a request."""
        if self._link:
            self._link.close_writing()

    def _start(self) -> None:
        if self._process:
            raise RuntimeError("a PluginProcess runs once")
        self.root = self._resources.enter_context(plugin_folder(self.root))
        if self._install:
            self.python = self._resources.enter_context(fresh_environment(self.root))
        command = [str((self.python or plugin_python()).absolute()), "-m", self.declaration.entrypoint]
        environ = {**os.environ, **UTF8, **self.environ, "INSTALL_METHOD": "local"}
        started = time.monotonic()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the plugin's own code is what is to be run
                command,
                cwd=self.root,
                env={name: value for name, value in environ.items() if value is not None},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,  # so that children of the plugin can be ended with it
            )
        except OSError:
            raise StartError(NO_PYTHON) from None
        assert self._process.stdin  # noqa: S101 - for the type checker; all three are pipes
        assert self._process.stdout  # noqa: S101
        assert self._process.stderr  # noqa: S101
        link = LineStream(self._process.stdout, self._process.stdin, self.max_line_bytes)
        self._begin(link)
        errors = start_thread(self._read_stderr, self._process.stderr)
        self._threads = [errors, start_thread(self._read_stdout, self._process, link, errors)]
        ready = self.wait_until(lambda plugin: bool(plugin.manifest and plugin.heartbeats), self.ready_timeout)
        self.seconds_to_ready = time.monotonic() - started
        if not ready:
            raise self._not_started()
        self._threads.append(start_thread(self._watch_heartbeat, link))

    def _read_stdout(self, process: subprocess.Popen[bytes], link: LineStream, errors: threading.Thread) -> None:
        self._converse(link.lines())
        code = process.wait()
        errors.join(STOP_SECONDS)  # the last words come before the news of the end
        self._fail(PluginDown(ENDED, code=code))

    def _read_stderr(self, stream: IO[bytes]) -> None:
        with stream:
            while line := stream.readline(self.max_line_bytes):
                self._note(line)
                if line.strip():
                    self._last_words = line.strip()

    def _kill(self) -> None:
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self._process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    def _not_started(self) -> RunnerError:
        if self.failure and self.failure.text == ENDED:
            last = self._last_words.decode("utf-8", "replace") or "-"
            return StartError(NOT_STARTED, code=self.failure.values["code"], last=last)
        return self.failure or StartError(NOT_READY, seconds=self.ready_timeout)
