"""Functions that the tests on several instances call."""

import threading

import daybook


@daybook.function
def make(name: str, kilobytes: int) -> dict[str, object]:
    """Make a file of that size."""
    return {"file": daybook.File.of(b"x" * kilobytes * 1024, name), "kilobytes": kilobytes}


@daybook.function
def wait() -> None:
    """Work until somebody ends it."""
    daybook.progress(0.5, "waiting")
    threading.Event().wait()
