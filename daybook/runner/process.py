"""Runs a plugin in a process of its own, exactly as Dify's plugin daemon does, and speaks with it over stdio."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import IO, Self

from daybook.runner import protocol
from daybook.runner.conversation import Conversation
from daybook.runner.declaration import Declaration
from daybook.runner.environment import plugin_python
from daybook.runner.errors import (
    ENDED,
    LONG_LINE,
    NOT_READY,
    NOT_STARTED,
    SILENT,
    STOPPED,
    PluginDown,
    RunnerError,
    StartError,
)
from daybook.store import Store

STOP_SECONDS = 5.0


class PluginProcess(Conversation):
    """A plugin, running.

    Use it as a context manager::

        with PluginProcess(Path("."), plugin_python()) as plugin:
            result = plugin.call("analyze_sales", {"file": files.add(path)}).check()

    What the daemon kills a plugin for ends it here too, with a `PluginDown` for every call that was under way: a
    line over ``max_line_bytes``, ``max_silence`` seconds without a heartbeat, the process's own end.

    Args:
        root: the plugin's folder, or a folder into which a package was unpacked (see `unpacked`).
        python: the Python that runs it; `plugin_python` where none is given.
        environ: variables on top of this process's own (INSTALL_METHOD is always set, as by the daemon).
        store: where the plugin's storage lives; in memory where none is given.
        ready_timeout: seconds in which the first heartbeat must come.
    """

    def __init__(
        self,
        root: Path,
        python: Path | None = None,
        environ: Mapping[str, str] | None = None,
        store: Store | None = None,
        *,
        ready_timeout: float = protocol.READY_TIMEOUT,
        max_silence: float = protocol.MAX_SILENCE,
        max_line_bytes: int = protocol.MAX_LINE_BYTES,
    ) -> None:
        super().__init__(store)
        self.root = root
        self.python = python or plugin_python()
        self.environ = {**os.environ, **(environ or {}), "INSTALL_METHOD": "local"}
        self.ready_timeout = ready_timeout
        self.max_silence = max_silence
        self.max_line_bytes = max_line_bytes
        self.seconds_to_ready = 0.0
        """From the start of the process to the first heartbeat."""
        self._output = bytearray()
        self._last_words = b""
        self._outgoing: SimpleQueue[bytes | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._ended_at: float | None = None

    @cached_property
    def declaration(self) -> Declaration:
        """What the plugin's YAML files say of it."""
        return Declaration.load(self.root)

    @property
    def transcript(self) -> str:
        """All that the process wrote, on stdout and stderr, in the order in which it was read."""
        with self._lock:
            return self._output.decode("utf-8", "replace")

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
        """Start the process, and wait for its manifest and its first heartbeat.

        Raises:
            StartError: the process ended before, or was not ready in time.
            RunnerError: there is no plugin in the folder.
        """
        entrypoint = self.declaration.manifest["meta"]["runner"]["entrypoint"]
        started = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - the plugin's own code is what is to be run
            [self.python, "-m", entrypoint],
            cwd=self.root,
            env=self.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # so that children of the plugin can be ended with it
        )
        assert self._process.stdin  # noqa: S101 - for the type checker; all three are pipes
        assert self._process.stdout  # noqa: S101
        assert self._process.stderr  # noqa: S101
        self._run(self._read_stdout, self._process.stdout)
        self._run(self._read_stderr, self._process.stderr)
        self._run(self._write_stdin, self._process.stdin)
        ready = self.wait_until(lambda plugin: bool(plugin.manifest and plugin.heartbeats), self.ready_timeout)
        self.seconds_to_ready = time.monotonic() - started
        if not ready:
            failure = self.failure
            self.stop()
            if failure:
                raise self._not_started(failure)
            raise StartError(NOT_READY, seconds=self.ready_timeout)
        self._run(self._watch_heartbeat)

    def stop(self) -> None:
        """End the process and whatever it started: politely, then not. Does nothing if it is not running."""
        if not self._process:
            return
        self._stopping.set()
        self.fail(PluginDown(STOPPED))
        self._outgoing.put(None)
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        self._signal(signal.SIGKILL)  # the group: also what the process left behind
        self._process.wait()
        self._ended_at = self._ended_at or time.monotonic()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(STOP_SECONDS)

    def close_stdin(self) -> None:
        """Close the plugin's input, as Dify's slim runner does after a request."""
        self._outgoing.put(None)

    def _send(self, line: bytes) -> None:
        # a thread of its own writes: a plugin that does not read must not hold up the caller's timeout
        self._outgoing.put(line)

    def _until(self) -> float:
        return self._ended_at or time.monotonic()

    def _run[*T](self, work: Callable[[*T], None], *arguments: *T) -> None:
        thread = threading.Thread(target=work, args=arguments, name=f"plugin {work.__name__}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _read_stdout(self, stream: IO[bytes]) -> None:
        with stream:
            while line := stream.readline(self.max_line_bytes):
                with self._lock:
                    self._output += line
                if len(line) == self.max_line_bytes and not line.endswith(b"\n"):
                    self.fail(PluginDown(LONG_LINE, limit=self.max_line_bytes))
                    self._signal(signal.SIGKILL)
                    break
                self.receive(line)
        code = self._process.wait() if self._process else None
        self._ended_at = time.monotonic()
        self.fail(PluginDown(ENDED, code=code))

    def _read_stderr(self, stream: IO[bytes]) -> None:
        with stream:
            while line := stream.readline(self.max_line_bytes):
                with self._lock:
                    self._output += line
                if line.strip():
                    self._last_words = line.strip()

    def _write_stdin(self, stream: IO[bytes]) -> None:
        # a plugin that is gone breaks the pipe: the reader of its output says so to the calls
        with contextlib.suppress(OSError), stream:
            while (line := self._outgoing.get()) is not None:
                stream.write(line)
                stream.flush()

    def _watch_heartbeat(self) -> None:
        while not self._stopping.wait(min(1.0, self.max_silence / 4)):
            silence = time.monotonic() - self.heartbeats[-1]
            if silence > self.max_silence:
                self.fail(PluginDown(SILENT, seconds=silence))
                self._signal(signal.SIGKILL)
                return

    def _signal(self, number: signal.Signals) -> None:
        if self._process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    def _not_started(self, failure: RunnerError) -> StartError:
        return StartError(
            NOT_STARTED, code=failure.values.get("code"), last=self._last_words.decode("utf-8", "replace")
        )
