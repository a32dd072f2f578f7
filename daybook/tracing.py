"""`span`, `carried`, `traceparent`: the steps of one piece of work, in one trace through all programs that take part.

OpenTelemetry records them where a process exports them (`daybook.otlp`, or Airflow's own set-up). A process without it,
such as the plugin's, passes the trace on and records nothing; a worker process writes its steps down, and the process
that started it records them (`written_down`, `record`). No attribute is a cell, a token, or an address with one.
"""

import hashlib
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import Enum
from typing import Any

HEADER = "traceparent"
"""W3C Trace Context: version, trace, span that comes before, flags."""
_FORM = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?", re.ASCII)
_API = "opentelemetry.trace"
_SCOPE = "daybook"

type Value = str | int | float | bool
type Attributes = Mapping[str, Value]


class Kind(Enum):
    """What a step is to the programs around it."""

    INTERNAL = "INTERNAL"
    SERVER = "SERVER"
    CLIENT = "CLIENT"


@dataclass(slots=True)
class Step:
    """A step on its way from the process that took it to the one that records it; times in nanoseconds since 1970."""

    name: str
    kind: Kind
    attributes: dict[str, Value]
    start: int
    end: int = 0
    error: str = ""
    within: int | None = None
    """The number of the step that it is a part of, in the list; ``None`` for the outermost."""


class Span:
    """A step under way. What is noted of it goes nowhere where nothing is recorded."""

    def __init__(self, recorded: Any = None, step: Step | None = None) -> None:
        self._recorded = recorded
        self._step = step

    def note(self, attributes: Attributes) -> None:
        """Add attributes; those without a value are left out."""
        told = {name: value for name, value in attributes.items() if value not in ("", None)}
        if self._recorded is not None:
            self._recorded.set_attributes(told)
        elif self._step is not None:
            self._step.attributes |= told

    def rename(self, name: str) -> None:
        """Give it a name that was not known at its start."""
        if self._recorded is not None:
            self._recorded.update_name(name)
        elif self._step is not None:
            self._step.name = name

    def fail(self, kind: str) -> None:
        """Note that it failed: by an error's code or class, never its text, which may quote a cell."""
        if self._recorded is not None:
            _fail(self._recorded, kind)
        elif self._step is not None:
            self._step.error = kind


_own: Any = None
_steps: ContextVar[list[Step] | None] = ContextVar("daybook_steps", default=None)
_within: ContextVar[int | None] = ContextVar("daybook_within", default=None)
_carried: ContextVar[str] = ContextVar("daybook_traceparent", default="")


def use(provider: Any) -> None:
    """Record what follows with an OpenTelemetry ``TracerProvider``; ``None`` for that of the process, if it has one."""
    global _own  # noqa: PLW0603 - a process exports to one place
    _own = provider and provider.get_tracer(_SCOPE)  # kept: to make one costs more than a span


@contextmanager
def span(name: str, attributes: Attributes | None = None, kind: Kind = Kind.INTERNAL) -> Iterator[Span]:
    """A step of the work at hand, which lasts as long as the context; an error that leaves it is noted.

    Args:
        name: of few values: what is done, not to what.
        attributes: by OpenTelemetry's conventions where they have the name, else ``daybook.<name>``.
        kind: what it is to other programs.
    """
    if (steps := _steps.get()) is not None:
        with _written(steps, name, attributes, kind) as written:
            yield written
        return
    tracer = _tracer()
    if tracer is None:
        yield Span()
        return
    with tracer.start_as_current_span(
        name,
        kind=getattr(sys.modules[_API].SpanKind, kind.value),
        attributes=dict(attributes or {}),
        record_exception=False,
        set_status_on_exception=False,
    ) as recorded:
        try:
            yield Span(recorded)
        except BaseException as error:
            _fail(recorded, error_kind(error))
            raise


def is_exported() -> bool:
    """Whether somebody has set up in this process where spans go."""
    return _tracer() is not None


def current() -> Span:
    """The step under way."""
    if (steps := _steps.get()) is not None:
        within = _within.get()
        return Span(step=None if within is None else steps[within])
    api = sys.modules.get(_API)
    return Span(api and api.get_current_span())


def recording() -> bool:
    """Whether a span is under way here that somebody will see, so that its parts are worth noting."""
    if _steps.get() is not None:
        return True
    api = sys.modules.get(_API)
    return api is not None and bool(api.get_current_span().is_recording())


def error_kind(error: BaseException) -> str:
    """An error as an attribute: the code that it has for programs, else its class."""
    code = getattr(error, "code", "")
    return code if isinstance(code, str) and code else type(error).__name__


def valid(traceparent: object) -> str:
    """``traceparent`` if it is one, else an empty text: a wrong one begins a new trace, and is no error."""
    found = _FORM.fullmatch(str(traceparent or "").strip().lower()[:512])
    return f"00-{found[1]}-{found[2]}-{found[3]}" if found else ""


def begun_by(*names: str) -> str:
    """The ``traceparent`` of a trace that has ``names`` for its beginning: the same whoever asks, and however often."""
    digest = hashlib.sha256("\n".join(names).encode()).hexdigest()
    return f"00-{digest[:32]}-{digest[32:48]}-01"


@contextmanager
def carried(traceparent: object, *, alone: bool = False) -> Iterator[None]:
    """What is done in the context belongs to the trace of ``traceparent``.

    Args:
        traceparent: as another program sent it; an invalid one is passed over.
        alone: whether what was under way here has nothing to do with it, so that without a valid one a new trace
            begins. For a server: a connection's next request is read in the context of the one before.
    """
    found = valid(traceparent)
    if not found and not alone:
        yield
        return
    api = sys.modules.get(_API)
    if api is None:
        before = _carried.set(found)
        try:
            yield
        finally:
            _carried.reset(before)
        return
    context = api.INVALID_SPAN_CONTEXT
    if found:
        _, trace, parent, flags = found.split("-")
        sampled = api.TraceFlags(int(flags, 16))
        context = api.SpanContext(int(trace, 16), int(parent, 16), is_remote=True, trace_flags=sampled)
    with api.use_span(api.NonRecordingSpan(context)):
        yield


def traceparent() -> str:
    """The header with which another program goes on with this trace; empty outside of one."""
    api = sys.modules.get(_API)
    if api is not None and (context := api.get_current_span().get_span_context()).is_valid:
        return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
    return _carried.get()


def headers() -> dict[str, str]:
    """The same as headers of a request; none outside of a trace."""
    found = traceparent()
    return {HEADER: found} if found else {}


def trace_id() -> str:
    """The trace that the work at hand belongs to, in 32 hex digits; empty outside of one."""
    return traceparent()[3:35]


@contextmanager
def written_down() -> Iterator[list[Step]]:
    """The steps of the context, one after the other as they begin, for another process to `record`."""
    steps: list[Step] = []
    before = _steps.set(steps)
    try:
        yield steps
    finally:
        _steps.reset(before)


def record(steps: Sequence[Step]) -> None:
    """Record what another process wrote down, as parts of the span that is under way here."""
    tracer = _tracer()
    if tracer is None:
        return
    api = sys.modules[_API]
    recorded: list[Any] = []
    for step in steps:
        context = None if step.within is None else api.set_span_in_context(recorded[step.within])
        kind = getattr(api.SpanKind, step.kind.value)
        each = tracer.start_span(step.name, context, kind, step.attributes, start_time=step.start)
        if step.error:
            _fail(each, step.error)
        recorded.append(each)
    for step, each in zip(steps, recorded, strict=True):
        each.end(step.end or time.time_ns())


@contextmanager
def _written(steps: list[Step], name: str, attributes: Attributes | None, kind: Kind) -> Iterator[Span]:
    step = Step(name, kind, dict(attributes or {}), time.time_ns(), within=_within.get())
    within = _within.set(len(steps))
    steps.append(step)
    try:
        yield Span(step=step)
    except BaseException as error:
        step.error = error_kind(error)
        raise
    finally:
        step.end = time.time_ns()
        _within.reset(within)


def _tracer() -> Any:
    if _own is not None:
        return _own
    api = sys.modules.get(_API)
    if api is None or isinstance(found := api.get_tracer_provider(), api.ProxyTracerProvider):
        return None  # nobody has set anything up
    return found.get_tracer(_SCOPE)


def _fail(recorded: Any, kind: str) -> None:
    recorded.set_attribute("error.type", kind)
    recorded.set_status(sys.modules[_API].StatusCode.ERROR)
