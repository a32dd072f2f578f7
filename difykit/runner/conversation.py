"""`Conversation`: the daemon's side of the protocol with one plugin, whatever carries the lines."""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from queue import Empty, SimpleQueue
from typing import Any, Self

from difykit.runner import protocol
from difykit.runner.declaration import Declaration
from difykit.runner.errors import LONG_LINE, REFUSED, SILENT, STOPPED, TIMED_OUT, CallTimeout, PluginDown, RunnerError
from difykit.runner.lines import LineStream, LongLineError
from difykit.runner.result import CallResult, Choice, EndpointAnswer, PluginError, ResultBuilder
from difykit.runner.storage import MemoryStore, PluginStorage, StorageRefusedError, Store

type _Answer = dict[str, Any] | RunnerError


class Conversation(ABC):
    """The daemon's side of the protocol. Safe to call from many threads at once.

    Whoever brings a plugin says so with `_begin`, hands its lines to `_converse`, and can `_kill` it.
    """

    def __init__(self, store: Store | None, max_silence: float, max_line_bytes: int) -> None:
        self.max_silence = max_silence
        self.max_line_bytes = max_line_bytes
        self.heartbeats: list[float] = []
        """When each heartbeat came, on `time.monotonic`'s clock."""
        self.logs: list[dict[str, Any]] = []
        """The log events of the plugin's process."""
        self.errors: list[dict[str, Any]] = []
        """The error events outside any call: input that the plugin could not read."""
        self.prints: list[str] = []
        """Lines that are no event: what the plugin printed into the protocol. Fatal to Dify's slim runner."""
        self.manifest: dict[str, Any] = {}
        """The manifest that the plugin announced."""
        self.failure: RunnerError | None = PluginDown(STOPPED)
        """Why the plugin is not there, if it is not."""
        self._link: LineStream | None = None
        self._begun_at = 0.0
        self._ended_at: float | None = None
        self._storage = PluginStorage(store if store is not None else MemoryStore())
        self._calls: dict[str, SimpleQueue[_Answer]] = {}
        self._output = bytearray()
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)

    @property
    @abstractmethod
    def declaration(self) -> Declaration:
        """What the plugin says of itself."""

    @property
    def transcript(self) -> str:
        """All that the plugin wrote, in the order in which it was read."""
        with self._lock:
            return self._output.decode("utf-8", "replace")

    @abstractmethod
    def _kill(self) -> None:
        """End the plugin at once."""

    def call(
        self,
        tool: str,
        parameters: Mapping[str, Any] | None = None,
        credentials: Mapping[str, Any] | None = None,
        timeout: float = protocol.CALL_TIMEOUT,
    ) -> CallResult:
        """Invoke a tool, and wait for the end of the call.

        Args:
            tool: the tool's name.
            parameters: what the tool gets, as Dify sends it (files as `FileServer.add` makes them).
            credentials: the provider's credentials.
            timeout: seconds until `CallTimeout`; the plugin goes on working, as it does behind the daemon.

        Raises:
            CallTimeout: the call was not over in time.
            PluginDown: the plugin ended, or did what the daemon kills it for.
        """
        provider = self.declaration.provider_of(tool)
        return self.request(protocol.tool_request(provider, tool, parameters or {}, credentials or {}), timeout)

    def validate(
        self,
        credentials: Mapping[str, Any],
        timeout: float = protocol.CALL_TIMEOUT,
    ) -> CallResult:
        """Ask the provider whether credentials are good: ``error`` is None if they are."""
        return self.request(protocol.validate_request(self.declaration.provider, credentials), timeout)

    def options(
        self,
        tool: str,
        parameter: str,
        credentials: Mapping[str, Any] | None = None,
        timeout: float = protocol.CALL_TIMEOUT,
    ) -> list[Choice]:
        """The choices of a dynamic-select parameter.

        Raises:
            ToolError: the tool could not say.
        """
        provider = self.declaration.provider_of(tool)
        result = self.request(protocol.options_request(provider, tool, parameter, credentials or {}), timeout).check()
        return [
            Choice(option["value"], {code: text for code, text in option["label"].items() if text})
            for message in result.messages
            for option in message.get("options", [])
        ]

    def fetch(
        self, target: str, settings: Mapping[str, Any] | None = None, timeout: float = protocol.CALL_TIMEOUT
    ) -> EndpointAnswer:
        """What an endpoint of the plugin shows a stranger who opens its address.

        Args:
            target: the path below the address that Dify gives the endpoints, with a query if there is one.
            settings: those of the endpoints' group.
            timeout: seconds until `CallTimeout`.

        Raises:
            ToolError: the plugin could not answer.
        """
        return EndpointAnswer.of(
            self.request(protocol.endpoint_request(target, settings or {}), timeout).check().messages
        )

    def request(self, data: Mapping[str, Any], timeout: float = protocol.CALL_TIMEOUT) -> CallResult:
        """Send any request, and collect its stream to the end: the way of `call` and its siblings."""
        session, answers, started = protocol.new_session(), SimpleQueue[_Answer](), time.monotonic()
        with self._lock:
            if self.failure:
                raise _again(self.failure)
            self._calls[session] = answers
        builder = ResultBuilder()
        try:
            self._send(protocol.write_line(session, "request", data))
            while True:
                try:
                    answer = answers.get(timeout=max(0.0, started + timeout - time.monotonic()))
                except Empty:
                    raise CallTimeout(TIMED_OUT, seconds=timeout) from None
                if isinstance(answer, RunnerError):
                    raise _again(answer)
                if self._take(session, answer, builder):
                    builder.result.seconds = time.monotonic() - started
                    return builder.result
        finally:
            with self._lock:
                del self._calls[session]

    def send_raw(self, line: bytes | str) -> None:
        """Send a line as it is, for tests of what a plugin does with a wrong line."""
        data = line.encode() if isinstance(line, str) else line
        self._send(data if data.endswith(b"\n") else data + b"\n")

    def largest_heartbeat_gap(self) -> float:
        """The longest time without a heartbeat, in seconds, from the first one to now (or to the plugin's end)."""
        with self._lock:
            beats = [*self.heartbeats, self._ended_at or time.monotonic()]
        return max((later - earlier for earlier, later in pairwise(beats)), default=0.0)

    def wait_until(self, ready: Callable[[Self], bool], timeout: float) -> bool:
        """Wait until ``ready`` holds of this conversation, the plugin is gone, or the time is up."""
        with self._changed:
            self._changed.wait_for(lambda: ready(self) or self.failure is not None, timeout)
            return ready(self)

    def _begin(self, link: LineStream) -> None:
        """A plugin is there; what the one before it said no longer counts."""
        with self._changed:
            self._link, self._begun_at, self._ended_at, self.failure = link, time.monotonic(), None, None
            self.heartbeats.clear()
            self.manifest = {}

    def _converse(self, lines: Iterable[bytes]) -> None:
        """Take every line of the plugin, until it closes the stream or must be killed."""
        try:
            for line in lines:
                self._note(line)
                self._take_line(line)
        except LongLineError:
            self._fail(PluginDown(LONG_LINE, limit=self.max_line_bytes))
            self._kill()

    def _note(self, line: bytes) -> None:
        with self._changed:
            self._output += line
            self._changed.notify_all()

    def _watch_heartbeat(self, link: LineStream) -> None:
        """Kill the plugin of ``link`` once it has been silent for too long."""
        while True:
            with self._changed:
                silence = time.monotonic() - (self.heartbeats[-1] if self.heartbeats else self._begun_at)
                left = self.max_silence - silence
                if left > 0 and not self._changed.wait_for(lambda: self._is_over(link), min(left, 1.0)):
                    continue
                if self._is_over(link):
                    return
            self._fail(PluginDown(SILENT, seconds=silence))
            self._kill()
            return

    def _is_over(self, link: LineStream) -> bool:
        return self._link is not link or self.failure is not None

    def _fail(self, failure: RunnerError) -> None:
        """The plugin is gone: end every call with ``failure``. Only the first failure counts."""
        with self._changed:
            if self.failure is None:
                self.failure, self._ended_at = failure, time.monotonic()
                for answers in self._calls.values():
                    answers.put(failure)
            self._changed.notify_all()

    def _send(self, line: bytes) -> None:
        if self._link:
            self._link.send(line)

    def _take_line(self, line: bytes) -> None:
        """Take one line from the plugin."""
        if not line.strip():
            return
        event = protocol.read_event(line)
        with self._changed:
            match event.name:
                case "session":
                    if answers := self._calls.get(event.session):
                        answers.put(event.data)
                case "heartbeat":
                    self.heartbeats.append(time.monotonic())
                case "log":
                    self.logs.append(event.data)
                case "error":
                    self.errors.append(event.data)
                case "" if event.data.get("type") == "plugin":
                    self.manifest = event.data
                case _:
                    self.prints.append(line.decode("utf-8", "replace").rstrip("\r\n"))
            self._changed.notify_all()

    def _take(self, session: str, answer: dict[str, Any], builder: ResultBuilder) -> bool:
        """Take one session message; true at the end of the call."""
        data = answer.get("data") or {}
        match answer.get("type"):
            case "stream":
                try:
                    builder.add(data)
                except (KeyError, TypeError, ValueError) as error:
                    raise RunnerError(REFUSED, reason=str(error)) from error
            case "invoke":
                self._answer_invocation(session, data)
            case "error":
                arguments = data.get("args") or {}
                builder.result.error = PluginError(
                    str(data.get("error_type")), str(data.get("message")), str(arguments.get("traceback", ""))
                )
            case "end":
                return True
            case other:
                raise RunnerError(REFUSED, reason=f"unknown stream message type: {other}")
        return False

    def _answer_invocation(self, session: str, data: Mapping[str, Any]) -> None:
        """Answer a call that the plugin makes back to Dify; only storage is played."""
        identifier = data.get("backwards_request_id")

        def send(event: str, message: str, value: object) -> None:
            body = {"backwards_request_id": identifier, "event": event, "message": message, "data": value}
            self._send(protocol.write_line(session, "backwards_response", body))

        try:
            send("response", "struct", self._invoked(data))
        except StorageRefusedError as error:
            send("error", str(error), None)
        send("end", "", None)

    def _invoked(self, data: Mapping[str, Any]) -> dict[str, Any]:
        if data.get("type") != "storage":
            raise StorageRefusedError(f"unsupported invoke type: {data.get('type')}")
        return self._storage.answer(data.get("request") or {}, self.manifest)


def _again(failure: RunnerError) -> RunnerError:
    """The same failure for one more caller, who may change its language and add to its traceback."""
    return type(failure)(failure.text, **failure.values)
