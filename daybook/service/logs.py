"""Log lines as JSON on standard error, each with the id of its request. No line holds a cell or a secret."""

import logging
import logging.config
from typing import Any

from daybook.service.http.context import current_request_id


class RequestIdFilter(logging.Filter):
    """Adds the request's id, and keeps exception texts out: they may quote a cell."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Part of `logging.Filter`: marks the record and lets it through."""
        record.request_id = current_request_id()
        record.__dict__.pop("color_message", None)  # uvicorn's own, for terminals
        if record.exc_info and record.exc_info[0] is not None:
            record.error = record.exc_info[0].__name__
            record.exc_info = record.exc_text = None
        return True


def set_up_logging(level: str = "INFO") -> None:
    """Have this process log JSON lines, uvicorn's among them; its access log is left to our own middleware."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"request": {"()": RequestIdFilter}},
            "formatters": {
                "json": {
                    "()": "pythonjsonlogger.json.JsonFormatter",
                    "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s",
                    "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
                    "datefmt": "%Y-%m-%dT%H:%M:%S%z",
                    "json_ensure_ascii": False,
                }
            },
            "handlers": {
                "stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["request"]},
            },
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                "uvicorn": {"handlers": [], "propagate": True},
                "uvicorn.error": {"handlers": [], "propagate": True, "level": "WARNING"},
                "uvicorn.access": {"handlers": [], "propagate": False},
            },
        }
    )


def fields(**values: Any) -> dict[str, Any]:
    """``extra=`` of a log call, without what is empty."""
    return {name: value for name, value in values.items() if value not in (None, "", 0)}
