"""What a worker process is asked to do, and what it tells while it does it. Small values that pickle."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from daybook.errors import DaybookError


@dataclass(frozen=True, slots=True)
class Job:
    """One call of a function in a worker process.

    The function travels by name, so it lives at the top of a module; its arguments and its result travel as
    pickles. Large data travels as a path. Results are plain values (bytes, text, numbers, lists, dicts): the
    server must never have to import what only a worker needs.
    """

    function: Callable[..., Any]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """Keyword arguments of the call."""
    name: str = ""
    """The name under which the job appears in logs and metrics; the function's own where none is given."""
    seconds: float = 300
    """Time from the start in the worker after which the job is stopped."""
    memory_bytes: int = 4 << 30
    """Resident memory of the worker past which the job is stopped."""
    capture_output: bool = False
    """Whether what the function prints arrives as `Printed` events instead of on the server's own output."""

    @property
    def title(self) -> str:
        """The name for logs and metrics."""
        return self.name or self.function.__name__


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the running job says it is."""

    fraction: float | None
    """From 0 to 1; None where the job cannot tell."""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """Text that the running job printed."""

    text: str


type JobEvent = Progress | Printed


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has loaded what it needs and waits for its first job."""


@dataclass(frozen=True, slots=True)
class Began:
    """The worker has the whole job and does it from now on; until then another could have it as well."""


@dataclass(frozen=True, slots=True)
class Done:
    """The job ended with a result."""

    result: Any
    resident_bytes: int
    """Memory that the worker still holds after the job."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The job ended with an error made for a person."""

    error: DaybookError


@dataclass(frozen=True, slots=True)
class Crashed:
    """The job ended with an exception that nobody foresaw."""

    kind: str
    """The exception's class, as ``module.Name``."""
    message: str
    """The exception's own text. It may quote a cell of somebody's data: not for logs of an analysis."""
    frames: tuple[str, ...]
    """Where it happened, outermost first, as ``module.py:12 function``: safe for a log."""


type Reply = Ready | Began | Progress | Printed | Done | Refused | Crashed
