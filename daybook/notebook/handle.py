"""A service that runs in a notebook's kernel, as the person in front of it holds it."""

import asyncio
import collections
import contextlib
import hashlib
import html
import secrets
import sys
import threading
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any, Self

import psutil
import requests

from daybook.errors import DaybookError, FunctionError, SettingsError
from daybook.language import Language
from daybook.notebook import texts
from daybook.notebook.kernel import LINES, LogKeeper, after_each_cell, portable_functions
from daybook.service import app
from daybook.service.settings import NO_KEY, Settings
from daybook.service.state import ServiceState
from daybook.service_client import FunctionsClient

START_SECONDS = 60
SHUTDOWN_SECONDS = 5.0


class NotebookService:
    """A service that runs in this kernel."""

    def __init__(self, wanted: dict[str, Any], key: str = "") -> None:
        """A service that is not started yet, with a key of its own; `serve` makes and starts one."""
        self.wanted = wanted
        """What `serve` was asked for."""
        self.language: Language = wanted["language"]
        self.made_key = key
        """The API key that it has beside, or instead of, the settings."""
        self.key = key
        """The API key that callers send; empty where none is needed."""
        self._thread: threading.Thread | None = None
        self._server: app.ServiceServer | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._cells = hashlib.sha256().hexdigest()
        self._lines: collections.deque[str] = collections.deque(maxlen=LINES)
        self._told = ""
        self._end_watch: Callable[[], None] = _nothing

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def is_running(self) -> bool:
        """Whether it answers."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def url(self) -> str:
        """Its address on this machine."""
        running = self._running_server().url
        return running.replace("0.0.0.0", "127.0.0.1").replace("[::]", "127.0.0.1")  # noqa: S104 - to be reached, not to listen

    @property
    def addresses(self) -> list[str]:
        """Its addresses for other machines in the network (the VPC); empty where it listens to this one alone."""
        running = self._running_server().url
        host = str(self.wanted["host"])
        if host not in {"0.0.0.0", "::"}:  # noqa: S104 - the question is whether it was asked for
            return [] if host.startswith("127.") or host in {"::1", "localhost"} else [running]
        port = running.rpartition(":")[2]
        return [f"http://{address}:{port}" for address in _own_addresses()]

    @property
    def functions(self) -> list[str]:
        """The names of the functions that it offers."""
        return list(self._state().functions.signatures)

    def start(self) -> None:
        """Start it, with the functions that are defined in the notebook.

        Raises:
            SettingsError: the port is taken, or a setting is invalid.
        """
        if self.is_running:
            return
        self._server = self._made()
        LogKeeper.attach(self._lines)
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(self._server, started), name="daybook", daemon=True)
        self._thread.start()
        started.wait(START_SECONDS)
        if not self._server.started:
            self.stop()
            raise SettingsError(texts.NOT_STARTED).to(self.language)
        self._cells = hashlib.sha256().hexdigest()
        self.offer()
        self._end_watch = after_each_cell(self._look)

    def stop(self) -> None:
        """Let running requests finish for a moment, then end it. To stop it twice is fine."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(SHUTDOWN_SECONDS * 3)
        self._end_watch()
        self._end_watch = _nothing

    def wait(self) -> None:
        """Go on until it is stopped, or Ctrl-C is pressed; for the end of a script, with which it would end too."""
        self.offer()
        try:
            if self._thread is not None:
                self._thread.join()
        except KeyboardInterrupt:
            self.stop()

    def restart(self) -> Self:
        """Stop it and start it again at the same address; gives itself."""
        self.stop()
        self.start()
        return self

    def offer(self) -> None:
        """Offer the functions of the notebook as they are now; what keeps one of them from it is printed once."""
        told = ""
        try:
            self.refresh()
        except DaybookError as error:
            told = str(error)
            if told != self._told:
                print(told, file=sys.stderr)  # noqa: T201 - under the cell that caused it
        self._told = told

    def refresh(self) -> None:
        """Offer the functions of the notebook as they are now. After each cell this happens by itself.

        Raises:
            FunctionError: one of them cannot be offered; what was offered before stays.
        """
        try:
            marked = portable_functions()
            digest = hashlib.sha256(marked).hexdigest()
            if digest != self._cells:
                self._in_loop(self._state().functions.reload(marked))
                self._cells = digest
        except FunctionError as error:
            raise error.to(self.language) from None

    def reload(self) -> None:
        """Load the modules named with ``functions=`` anew, after they were edited.

        Raises:
            FunctionError: one of them cannot be loaded; what was offered before stays.
        """
        try:
            self._in_loop(self._state().functions.reload())
        except FunctionError as error:
            raise error.to(self.language) from None

    def call(self, function: str, /, **arguments: Any) -> Any:
        """What a function of the service gives back, called as anybody else would call it.

        One that is defined in the same cell, or further up in a script, is offered with the call.

        Raises:
            DaybookError: it cannot be called, or failed.
        """
        if function not in self.functions:
            self.refresh()
        session = requests.Session()
        session.trust_env = False
        try:
            with FunctionsClient(self.url, self.key, self.language, session=session) as hosted:
                return hosted.call(function, arguments, {})["result"]
        except DaybookError as error:
            raise error.to(self.language) from None

    def log(self) -> None:
        """Print what the service noted last, with the tracebacks of functions that failed."""
        print("\n".join(self._lines))  # noqa: T201 - it is asked for

    def __repr__(self) -> str:
        title, rows = self._described()
        return "\n".join([title, *(f"  {name}: {value}" for name, value in rows)])

    def _repr_html_(self) -> str:
        title, rows = self._described()
        cells = "".join(
            f"<tr><td style='text-align:left'>{html.escape(name)}</td>"
            f"<td style='text-align:left'>{html.escape(value)}</td></tr>"
            for name, value in rows
        )
        return f"<b>{html.escape(title)}</b><table>{cells}</table>"

    def _described(self) -> tuple[str, list[tuple[str, str]]]:
        def said(name: str) -> str:
            return texts.LABELS[name].to(self.language)

        if not self.is_running:
            return said("stopped"), []
        rows = [(said("url"), self.url), *((said("network"), address) for address in self.addresses)]
        if self.key:
            rows.append((said("key"), texts.KEY_HINT.to(self.language)))
        rows.append((said("documents"), f"{self.url}/docs"))
        rows.append((said("functions"), ", ".join(self.functions) or texts.NONE.to(self.language)))
        return said("running"), rows

    def _look(self) -> None:
        if not self.is_running:
            return
        before = self.functions
        self.offer()
        if self.functions != before:
            names = ", ".join(self.functions) or texts.NONE.to(self.language)
            print(texts.OFFERED.to(self.language, names=names))  # noqa: T201 - under the cell that caused it

    def _made(self) -> app.ServiceServer:
        values = {name: value for name, value in self.wanted.items() if name != "key"}
        if isinstance(values.get("functions"), str | Path):
            values["functions"] = str(values["functions"])
        values.setdefault("shutdown_seconds", SHUTDOWN_SECONDS)
        try:
            settings = self._settings(values)
            self.key = settings.api_keys[0].get_secret_value() if settings.api_keys else ""
            return app.ServiceServer(settings)
        except SettingsError as error:
            if error.code == app.PORT_TAKEN.code:
                raise SettingsError(texts.PORT_TAKEN, port=values["port"]).to(self.language) from None
            raise error.to(self.language) from None

    def _settings(self, values: dict[str, Any]) -> Settings:
        if self.made_key:
            return Settings.load(**values, api_keys=self.made_key)
        try:
            return Settings.load(**values)
        except SettingsError as error:
            if error.code != NO_KEY.code:
                raise
        self.made_key = secrets.token_urlsafe(24)
        return self._settings(values)

    def _run(self, running: app.ServiceServer, started: threading.Event) -> None:
        async def work() -> None:
            self._loop = asyncio.get_running_loop()
            serving = asyncio.create_task(running.serve())
            while not running.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.01)
            started.set()
            try:
                await serving
            finally:
                left = asyncio.all_tasks() - {asyncio.current_task()}
                for task in left:
                    task.cancel()
                await asyncio.gather(*left, return_exceptions=True)

        # not asyncio.run(): it ends with a new thread, which a script that is at its end cannot start any more
        try:
            with contextlib.closing(asyncio.new_event_loop()) as loop:
                # uvicorn's way to say that it could not start; the log has the reason
                with contextlib.suppress(SystemExit):
                    loop.run_until_complete(work())
                loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            started.set()

    def _running_server(self) -> app.ServiceServer:
        if self._server is None or not self.is_running:
            raise SettingsError(texts.STOPPED).to(self.language)
        return self._server

    def _state(self) -> ServiceState:
        state: ServiceState = self._running_server().config.app.state.service  # type: ignore[union-attr]
        return state

    def _in_loop(self, work: Coroutine[Any, Any, None]) -> None:
        assert self._loop is not None, "it runs"  # noqa: S101
        asyncio.run_coroutine_threadsafe(work, self._loop).result()


def _own_addresses() -> Iterable[str]:
    for interface in psutil.net_if_addrs().values():
        for entry in interface:
            if entry.family.name == "AF_INET" and not entry.address.startswith(("127.", "169.254.")):
                yield entry.address


def _nothing() -> None:
    pass
