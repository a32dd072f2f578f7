"""`DebugPort`: plays Dify's remote debug port, to which a plugin connects by itself."""

import contextlib
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

from difykit.runner import protocol
from difykit.runner.conversation import Conversation
from difykit.runner.declaration import Declaration
from difykit.runner.errors import CONNECTION_LOST, NOT_CONNECTED, STOPPED, PluginDown, StartError
from difykit.runner.lines import LineStream, LongLineError, start_thread
from difykit.runner.registration import Registration, RegistrationRefusedError
from difykit.runner.storage import Store

HANDSHAKE_SECONDS = 10.0
"""Seconds in which the daemon wants the handshake of a connection."""
FAREWELL_SECONDS = 1.0
"""Seconds for the last line to leave before a connection is closed."""
MAX_SILENCE = 60.0
"""Seconds without a heartbeat after which the daemon closes a debug connection."""


class DebugPort(Conversation):
    """A debug port on this machine, for one plugin at a time.

    Use it as a context manager::

        with DebugPort() as port:
            ...  # start `python -m main` with port.environ
            port.wait(30)
            result = port.call("analyze_sales", {...})

    A plugin whose connection breaks comes back by itself; calls that were under way end with `PluginDown`. Lines
    are held to the limit of an installed plugin, which the daemon's own debug port does not do: better to hear of
    a line that is too long while there is a debugger at hand.

    Args:
        key: what the plugin must know; made up where none is given.
        port: 5003 is Dify's; 0 takes any that is free.
        store: where the plugin's storage lives; in memory where none is given.
        on_change: called, from a thread of the port, when a plugin is there, is gone, or was refused, with a word
            for which: ``connected``, ``disconnected`` or the daemon's refusal.
    """

    def __init__(
        self,
        key: str = "",
        port: int = 0,
        store: Store | None = None,
        *,
        on_change: Callable[[str], None] = lambda _: None,
        max_silence: float = MAX_SILENCE,
        max_line_bytes: int = protocol.MAX_LINE_BYTES,
    ) -> None:
        super().__init__(store, max_silence, max_line_bytes)
        self.key = key or secrets.token_hex(16)
        self.assets: dict[str, bytes] = {}
        """The files of the plugin's _assets folder, as it sent them."""
        self.refusals: list[str] = []
        """What was answered to connections that were refused."""
        self._on_change = on_change
        self._declaration: Declaration | None = None
        self._listener = socket.create_server(("127.0.0.1", port))
        self._connections: set[socket.socket] = set()
        self._current: socket.socket | None = None
        self._closing = threading.Event()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._listener.getsockname()[1])

    @property
    def environ(self) -> dict[str, str]:
        """What a plugin needs in its environment (or its .env) to connect."""
        return {
            "INSTALL_METHOD": "remote",
            "REMOTE_INSTALL_URL": f"127.0.0.1:{self.port}",
            "REMOTE_INSTALL_KEY": self.key,
        }

    @property
    def declaration(self) -> Declaration:
        """What the connected plugin says of itself.

        Raises:
            PluginDown: no plugin was ever connected.
        """
        if self._declaration is None:
            raise PluginDown(STOPPED)
        return self._declaration

    def __enter__(self) -> Self:
        start_thread(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closing.set()
        self._fail(PluginDown(STOPPED))
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._connections):
            _shut(connection)

    def wait(self, timeout: float) -> None:
        """Wait until a plugin is connected and has sent its first heartbeat.

        Raises:
            StartError: none came in time.
        """
        with self._changed:
            ready = self._changed.wait_for(lambda: self.failure is None and bool(self.heartbeats), timeout)
        if not ready:
            raise StartError(NOT_CONNECTED, seconds=timeout)

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections.add(connection)
            start_thread(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(HANDSHAKE_SECONDS)
        link = LineStream(connection.makefile("rb"), connection.makefile("wb"), self.max_line_bytes)
        lines = link.lines()
        try:
            if registration := self._register(lines, link, connection):
                self._talk(registration, lines, link)
        finally:
            with self._lock:
                if self._current is connection:
                    self._current = None
            link.close_writing()
            link.join(FAREWELL_SECONDS)
            _shut(connection)
            self._connections.discard(connection)

    def _register(self, lines: Iterator[bytes], link: LineStream, connection: socket.socket) -> Registration | None:
        """The registration of a plugin that may stay; None for one that may not, or that went away."""
        registration = Registration(self.key)
        try:
            for line in lines:
                self._note(line)
                if not line.strip():
                    continue
                if registration.take(line):
                    self._admit(connection)
                    return registration
                connection.settimeout(None)  # the handshake is done: it is the first message, or refused
        except LongLineError:
            self._refuse("handshake failed, invalid handshake message", link)
        except RegistrationRefusedError as error:
            self._refuse(str(error), link)
        return None

    def _admit(self, connection: socket.socket) -> None:
        with self._lock:
            if self._current is not None:
                raise RegistrationRefusedError("server is busy now, please try again later")
            self._current = connection

    def _refuse(self, refusal: str, link: LineStream) -> None:
        self.refusals.append(refusal)
        link.send(refusal.encode() + b"\n")
        self._on_change(refusal)

    def _talk(self, registration: Registration, lines: Iterator[bytes], link: LineStream) -> None:
        self._begin(link)
        with self._lock:
            self.manifest, self.assets = registration.manifest, registration.assets
            self._declaration = Declaration.read(registration.manifest, registration.providers)
        start_thread(self._watch_heartbeat, link)
        self._on_change("connected")
        self._converse(lines)
        self._fail(PluginDown(CONNECTION_LOST))
        self._on_change("disconnected")

    def _kill(self) -> None:
        if self._current:
            _shut(self._current)


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
