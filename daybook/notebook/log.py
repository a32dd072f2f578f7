"""The service's log in a notebook: kept, not printed into whichever cell happens to run."""

import collections
import logging

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
