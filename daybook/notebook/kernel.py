"""`portable_functions`, `LogKeeper`: what the kernel has for the service: the functions of cells, room for its log.

Functions exist in the kernel alone, so they travel by value, with cloudpickle: pickle knows functions by name only, and
cloudpickle is what joblib, Dask, Ray and Spark use for the same purpose.
"""

import collections
import io
import logging
import sys
from collections.abc import Callable
from typing import Any

import cloudpickle

from daybook.errors import FunctionError
from daybook.functions import texts
from daybook.functions.declare import is_marked
from daybook.notebook.texts import TOO_MUCH_DATA

MAX_BYTES = 64 << 20
"""What the functions of all cells may carry along of the notebook's data."""


def portable_functions() -> bytes:
    """The functions with `@daybook.function` among the notebook's names, for the service's workers; empty for none.

    Raises:
        FunctionError: they cannot travel.
    """
    functions = {name: value for name, value in vars(sys.modules["__main__"]).items() if is_marked(value)}
    if not functions:
        return b""
    written = _Limited()
    try:
        cloudpickle.Pickler(written).dump({name: functions[name] for name in sorted(functions)})
    except _TooMuchError:
        raise FunctionError(TOO_MUCH_DATA, megabytes=MAX_BYTES >> 20) from None
    except Exception as error:  # noqa: BLE001 - what cannot be pickled says so with any exception
        raise FunctionError(texts.NOT_PORTABLE, reason=type(error).__name__) from None
    return written.getvalue()


def in_notebook() -> bool:
    """Whether there are cells at all: in a plain script there are none."""
    return _shell() is not None


def after_each_cell(look: Callable[[], None]) -> Callable[[], None]:
    """Have ``look`` called after each cell; gives the way to end that. Outside of a notebook nothing happens."""
    shell = _shell()
    if shell is None:
        return lambda: None

    def hook(*_: object) -> None:
        look()

    shell.events.register("post_run_cell", hook)
    return lambda: shell.events.unregister("post_run_cell", hook)


def _shell() -> Any:
    # without importing IPython: it is there, or this is no notebook
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


class _Limited(io.BytesIO):
    """Takes bytes up to a limit: what is too large is noticed before all of it is copied."""

    def write(self, data: Any) -> int:
        if self.tell() + memoryview(data).nbytes > MAX_BYTES:
            raise _TooMuchError
        return super().write(data)


class _TooMuchError(Exception):
    """The functions carry too much along."""


LINES = 200


class LogKeeper(logging.Handler):
    """Keeps the last lines."""

    def __init__(self, lines: collections.deque[str]) -> None:
        super().__init__()
        self._lines = lines
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))

    @classmethod
    def attach(cls, lines: collections.deque[str]) -> None:
        """Have ``lines`` filled from now on, instead of those before."""
        logger = logging.getLogger("daybook")
        for old in [handler for handler in logger.handlers if isinstance(handler, cls)]:
            logger.removeHandler(old)
        logger.addHandler(cls(lines))
        logger.setLevel(logging.INFO)
        logger.propagate = False

    def emit(self, record: logging.LogRecord) -> None:
        """Part of `logging.Handler`."""
        told = [str(getattr(record, name)) for name in ("function", "error", "reason") if getattr(record, name, "")]
        self._lines.append(" ".join([self.format(record), *told]))
        if traceback := getattr(record, "traceback", ""):
            self._lines.append(str(traceback))
