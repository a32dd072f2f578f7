"""`CallResult`: what one call of a plugin gave, its messages merged as Dify merges them for a workflow."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from difykit.runner.errors import CALL_FAILED, ToolError

MAX_CHUNK_BYTES = 8192
"""Bytes of one blob chunk; Dify refuses longer ones (its `merge_blob_chunks`)."""
MAX_FILE_BYTES = 30 * 1024 * 1024
"""Bytes of one blob; what Dify's `merge_blob_chunks` takes where no other limit is set."""


@dataclass(frozen=True, slots=True)
class PluginFile:
    """A file that a tool sent as a blob."""

    name: str
    mime_type: str
    data: bytes = field(repr=False)


class PluginError(NamedTuple):
    """An error that the plugin sent: the class of the exception, its text, and where it was raised."""

    kind: str
    message: str
    traceback: str


class EndpointAnswer(NamedTuple):
    """What an endpoint shows whoever opens its address."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def of(cls, messages: Sequence[Mapping[str, Any]]) -> Self:
        """The answer in the messages of a call: the head in the first, the body in any of them."""
        body = b"".join(bytes.fromhex(message.get("result", "")) for message in messages)
        return cls(int(messages[0]["status"]), dict(messages[0]["headers"]), body)


class Choice(NamedTuple):
    """One choice of a dynamic-select parameter; ``label`` by language code."""

    value: str
    label: Mapping[str, str]


@dataclass(slots=True)
class CallResult:
    """Everything that one call gave.

    A call that raised keeps what it sent before: look at ``error``, or call `check`.
    """

    text: str = ""
    """The text messages, joined."""
    json: list[Any] = field(default_factory=list)
    """The object of each JSON message."""
    variables: dict[str, Any] = field(default_factory=dict)
    """The variables by name; a streamed one is the sum of its parts, of any other the last value stays."""
    files: list[PluginFile] = field(default_factory=list)
    """The blobs, put together again."""
    links: list[str] = field(default_factory=list)
    """The addresses of link and image messages."""
    logs: list[dict[str, Any]] = field(default_factory=list)
    """The log messages (workflows ignore them)."""
    messages: list[dict[str, Any]] = field(default_factory=list)
    """Every message as it came, blob chunks aside."""
    error: PluginError | None = None
    seconds: float = 0.0
    """From the request to the end of the call."""

    def check(self) -> "CallResult":
        """This result, if the call succeeded.

        Raises:
            ToolError: with the plugin's own message, if it did not.
        """
        if self.error is not None:
            raise ToolError(CALL_FAILED, message=self.error.message or self.error.kind)
        return self


class ResultBuilder:
    """Takes the stream of one call, message by message, and merges it into a `CallResult`."""

    def __init__(self) -> None:
        self.result = CallResult()
        self._blobs: dict[str, bytearray] = {}

    def add(self, message: dict[str, Any]) -> None:
        """Merge one message of the stream.

        Raises:
            ValueError: the message is of a kind or size that Dify refuses.
        """
        result, kind, body = self.result, message.get("type"), message.get("message")
        if kind == "blob_chunk":
            self._add_chunk(_mapping(body), message.get("meta"))
            return
        result.messages.append(message)
        match kind:
            case None:
                pass  # an answer that is no tool message: {"result": true}, {"options": [...]}
            case "text":
                result.text += _mapping(body)["text"]
            case "json":
                result.json.append(_mapping(body)["json_object"])
            case "variable":
                self._add_variable(_mapping(body))
            case "link" | "image" | "image_link":
                result.links.append(_mapping(body)["text"])
            case "blob":
                result.files.append(_file(base64.b64decode(_mapping(body)["blob"]), message.get("meta"), result.files))
            case "log":
                result.logs.append(_mapping(body))
            case "retriever_resources" | "file":
                pass  # a workflow's tool node takes neither
            case _:
                raise ValueError(f"unknown kind of message {kind!r}")

    def _add_variable(self, body: dict[str, Any]) -> None:
        name, value, variables = body["variable_name"], body["variable_value"], self.result.variables
        if body.get("stream"):
            if not isinstance(value, str):
                raise ValueError(f"the streamed variable {name!r} is no text")
            value = str(variables.get(name, "")) + value
        variables[name] = value

    def _add_chunk(self, body: dict[str, Any], meta: object) -> None:
        data = base64.b64decode(body["blob"])
        blob = self._blobs.setdefault(body["id"], bytearray())
        if len(data) > MAX_CHUNK_BYTES:
            raise ValueError(f"a blob chunk has {len(data)} bytes; Dify takes {MAX_CHUNK_BYTES}")
        blob += data
        if len(blob) > MAX_FILE_BYTES:
            raise ValueError(f"a blob is over {MAX_FILE_BYTES // 2**20} MiB, which is all that Dify takes")
        if body["end"]:
            del self._blobs[body["id"]]
            self.result.files.append(_file(bytes(blob), meta, self.result.files))


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("a message without a body")
    return value


def _file(data: bytes, meta: object, others: list[PluginFile]) -> PluginFile:
    meta = meta if isinstance(meta, dict) else {}
    name = str(meta.get("filename") or f"file{len(others) + 1}")
    return PluginFile(name, str(meta.get("mime_type") or "application/octet-stream"), data)
