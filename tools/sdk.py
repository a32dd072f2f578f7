"""What only the plugin's process has: real threads beside gevent's, Dify's storage, and Dify's messages and errors."""

import logging
import uuid
from collections.abc import Callable, Generator, Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from dify_plugin import Tool
from dify_plugin.config.logger_format import plugin_logger_handler
from dify_plugin.entities import I18nObject, ParameterOption
from dify_plugin.entities.tool import ToolInvokeMessage
from dify_plugin.errors.tool import ToolProviderCredentialValidationError
from dify_plugin.invocations.storage import StorageInvocation
from gevent import GreenletExit
from gevent.threadpool import ThreadPool
from pydantic import BaseModel

from daybook import tracing
from daybook.errors import DaybookError
from daybook.language import Language, Text, literal
from daybook.plugin.outputs import ReaderError, ToolResult
from daybook.transport import class_and_places

ANALYSES_AT_ONCE = 2
"""More would not be faster, as they share the interpreter's lock; and each holds a file in memory."""
PLANS_AT_ONCE = 2
"""Contents of pushes that are looked through at a time: short work, which must not wait for an analysis."""

UNEXPECTED = Text(
    en="Something unexpected went wrong inside the plugin; run the node again, and if it happens again, give the"
    " plugin's author the number {number} and the plugin daemon's log.",
    zh="插件内部发生意外错误；请重新运行本节点，如再次出现，请将编号 {number}"
    " 和插件守护进程（plugin daemon）的日志提供给插件作者。",
)

logging.getLogger("urllib3").setLevel(logging.ERROR)  # its warnings quote addresses, and with them signatures
_log = logging.getLogger("daybook.plugin")
_log.setLevel(logging.INFO)
_log.addHandler(plugin_logger_handler)


class UnexpectedError(DaybookError):
    """An unexpected error. What it was stands in the plugin's log, under the same number."""


def off_hub[*T, R](function: Callable[[*T], R], /, *arguments: *T) -> R:
    """Run an analysis in a native thread, so that heartbeats and other calls go on meanwhile."""
    return _in_thread(_analyses(), lambda: function(*arguments))


def plan_off_hub[R](function: Callable[[], R]) -> R:
    """Run short work in a native thread, as `off_hub`, but never behind an analysis."""
    return _in_thread(_plans(), function)


def _in_thread[R](threads: ThreadPool, function: Callable[[], R]) -> R:
    """The result of ``function`` in one of ``threads``.

    A ``threading.Thread`` is a greenlet here, and holds them up. Not the hub's own pool: that one also reads
    the daemon's requests and looks up host names, which must not wait for an analysis.
    """

    def attempt() -> R | _Raised:
        try:
            return function()
        except BaseException as error:  # noqa: BLE001  raised again below; gevent would print it, values and all
            return _Raised(error)

    result: R | _Raised = threads.apply(attempt)
    if isinstance(result, _Raised):
        raise result.error
    return result


class _Raised(NamedTuple):
    error: BaseException


@cache
def _analyses() -> ThreadPool:
    return ThreadPool(ANALYSES_AT_ONCE)


@cache
def _plans() -> ThreadPool:
    return ThreadPool(PLANS_AT_ONCE)


class PluginStore:
    """Dify's plugin storage as a `daybook.store.Store`: kept per workspace, and shared by all of its workflows."""

    def __init__(self, storage: StorageInvocation) -> None:
        self._storage = storage

    def get(self, key: str) -> bytes | None:
        """The value under ``key``; ``None`` where there is none."""
        # the error of a missing key cannot be told from any other, and "not delivered" must not be a guess
        return self._storage.get(key) if self._storage.exist(key) else None

    def set(self, key: str, value: bytes) -> None:
        """Put ``value`` under ``key``."""
        self._storage.set(key, value)

    def delete(self, key: str) -> None:
        """Remove what is under ``key``, if anything is."""
        if self._storage.exist(key):
            self._storage.delete(key)


def run_tool(
    tool: Tool, parameters: Mapping[str, Any], node: Callable[[dict[str, Any]], ToolResult]
) -> Generator[ToolInvokeMessage, None, None]:
    """Run a node and send what it gives: one text, one JSON, every variable, the files.

    Raises:
        DaybookError: what Dify is to show, in the language that the parameters ask for.
    """
    with tracing.carried(parameters.get(tracing.HEADER)):
        outputs = _attempt(lambda: node({name: _plain(value) for name, value in parameters.items()}))
    if isinstance(outputs, DaybookError):
        raise outputs.to(Language.of(parameters.get("language")))
    yield tool.create_text_message(outputs.text)
    yield tool.create_json_message(outputs.json)
    for name, value in outputs.variables.items():
        yield tool.create_variable_message(name, value)
    for file in outputs.files:
        yield tool.create_blob_message(file.data, {"mime_type": file.mime_type, "filename": file.filename})


def options(choices: Callable[[], Iterable[tuple[str, str]]]) -> list[ParameterOption]:
    """The choices of a dynamic list, from pairs of value and label.

    Raises:
        DaybookError: why there is no list, in both languages, as Dify does not say which is wanted.
    """
    outcome = _attempt(choices)
    if isinstance(outcome, DaybookError):
        joined = literal(_in_both(outcome))
        raise type(outcome)(Text(en=joined, zh=joined))
    return [ParameterOption(value=value, label=I18nObject(en_US=label, zh_Hans=label)) for value, label in outcome]


def check(credentials: Mapping[str, Any], checks: Callable[[Mapping[str, Any]], None]) -> None:
    """Check a provider's credentials.

    Raises:
        ToolProviderCredentialValidationError: what is wrong, in both languages, as Dify does not say which is wanted.
    """
    outcome = _attempt(lambda: checks(credentials))
    if isinstance(outcome, DaybookError):
        raise ToolProviderCredentialValidationError(_in_both(outcome))


def _in_both(error: DaybookError) -> str:
    return " / ".join(error.sentence(language) for language in (Language.ENGLISH, Language.CHINESE))


def _attempt[R](work: Callable[[], R]) -> R | DaybookError:
    """The result, or an error that is safe to show and carries no trace of where it came from."""
    try:
        return work()
    except DaybookError as error:
        return error.with_traceback(None)
    except GreenletExit:
        raise
    except BaseException as error:  # noqa: BLE001  whatever it is, a panic of Rust's too, a person gets a sentence
        number = uuid.uuid4().hex[:8]
        what = str(error) if isinstance(error, ReaderError) else class_and_places(error)
        _log.error("unexpected error %s: %s", number, what)
        return UnexpectedError(UNEXPECTED, number=number)


def _plain(value: Any) -> Any:
    """A parameter without the SDK's classes: its `File` becomes a mapping."""
    match value:
        case BaseModel():
            return value.model_dump(mode="json")
        case list():
            return [_plain(item) for item in value]
        case _:
            return value
