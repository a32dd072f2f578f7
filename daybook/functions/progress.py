"""How a function says how far it is. Who listens is set by whoever runs it; outside of a run nobody does."""

import contextlib
from collections.abc import Callable, Iterator

type Listener = Callable[[float | None, str], None]

_listener: Listener | None = None


def progress(fraction: float | None, message: str = "") -> None:
    """Say how far the running function is.

    Whoever asks for the run sees it while the function works. Outside of the service it does nothing.

    Args:
        fraction: from 0 to 1; ``None`` where it cannot be told.
        message: what is being done, for a person.
    """
    if _listener is not None:
        _listener(None if fraction is None else min(1.0, max(0.0, float(fraction))), str(message))


@contextlib.contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have ``listener`` hear what is said meanwhile. One run at a time in a process."""
    global _listener  # noqa: PLW0603 - `progress` is called from anywhere in somebody's code
    before, _listener = _listener, listener
    try:
        yield
    finally:
        _listener = before
