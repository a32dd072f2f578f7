"""`RequestContext`, `Metrics`: what is known of a request, its log line as JSON, and what the service counts.

Log lines go to standard error, each with the id of its request. No line holds a cell or a secret.
"""

import functools
import logging
import logging.config
import re
import uuid
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from daybook import tracing
from daybook.service.workers.messages import Crashed
from daybook.service.workers.pool import Pool

REQUEST_ID = "X-Request-ID"
RUN_ID = "X-Run-ID"
_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(slots=True)
class RequestContext:
    """Notes on one request. Nothing in it is a cell, a name or a secret of a user."""

    request_id: str
    endpoint: str = "other"
    """The route's template, never the path: that may hold an id or a link."""
    error: str = ""
    """The code of the error that was answered."""
    crash: Crashed | None = None
    language: str = ""
    """The language that a parameter of the body asked for."""
    run_id: str = ""
    """The run of a function that the request began."""
    body_bytes: int = 0
    rows: int = 0
    engine: str = ""
    """What added the rows up."""


_current: ContextVar[RequestContext] = ContextVar("daybook_request")


def begin_request(claimed_id: str) -> RequestContext:
    """Notes on a new request, under the id that its sender gave it if that is a sane one."""
    context = RequestContext(claimed_id if _SANE.fullmatch(claimed_id) else uuid.uuid4().hex)
    _current.set(context)
    return context


def current_request() -> RequestContext:
    """The notes on the request that is being served."""
    return _current.get()


def current_request_id() -> str | None:
    """The id of the request that is being served; None outside one."""
    context = _current.get(None)
    return context.request_id if context else None


class RequestIdFilter(logging.Filter):
    """Adds the ids of the request and of its trace, and keeps exception texts out: they may quote a cell."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Part of `logging.Filter`: marks the record and lets it through."""
        record.request_id = current_request_id()
        record.trace_id = tracing.trace_id() or None
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
                    "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s %(trace_id)s",
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


CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
_REJECTIONS = frozenset({"queue_full", "not_ready", "too_large", "unauthorized", "memory_limit", "time_limit"})


class Metrics:
    """The counters of one running service."""

    def __init__(self, pool: Pool) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_PoolCollector(pool))
        self._requests = Counter(
            "daybook_requests", "Requests answered", ["method", "endpoint", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "daybook_request_seconds",
            "Time from the first byte of a request to the last of its answer",
            ["endpoint"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._bytes = Counter("daybook_received_bytes", "Bytes of request bodies", registry=self._registry)
        self._rows = Counter("daybook_rows", "Rows of sales files read", registry=self._registry)
        self._rejections = Counter(
            "daybook_rejections",
            "Requests refused for want of room, right or time",
            ["reason"],
            registry=self._registry,
        )

        self._deliveries = Counter(
            "daybook_deliveries",
            "Pushes to groups, by this service or told of by others",
            ["outcome"],
            registry=self._registry,
        )
        self._duration: Any = None

    def add(self, families: Callable[[], Iterator[Metric]]) -> None:
        """Ask for more figures whenever all are asked for."""
        self._registry.register(_Asked(families))

    def export(self, meter_provider: Any) -> None:
        """Send all figures to OpenTelemetry as well, under the same names, and requests by its own convention too."""
        meter = meter_provider.get_meter("daybook")
        self._duration = meter.create_histogram(
            "http.server.request.duration", "s", "Time from the first byte of a request to the last of its answer"
        )
        for family in list(self._registry.collect()):
            observe = functools.partial(self._observed, family.name)
            if family.type == "counter":
                meter.create_observable_counter(family.name, [observe], description=family.documentation)
            elif family.type == "gauge":
                meter.create_observable_gauge(family.name, [observe], description=family.documentation)

    def _observed(self, name: str, _: object) -> Iterator[Any]:
        from opentelemetry.metrics import Observation  # noqa: PLC0415 - only where figures are sent

        for family in self._registry.collect():
            for sample in family.samples if family.name == name else ():
                if not sample.name.endswith("_created"):
                    yield Observation(sample.value, sample.labels)

    def delivered(self, outcome: str) -> None:
        """Count one push: good, failed or unknown."""
        self._deliveries.labels(outcome).inc()

    def count(self, method: str, status: int, seconds: float, context: RequestContext) -> None:
        """Count one answered request."""
        self._requests.labels(method, context.endpoint, status).inc()
        self._seconds.labels(context.endpoint).observe(seconds)
        if self._duration is not None:
            attributes = {"http.request.method": method, "http.route": context.endpoint}
            self._duration.record(seconds, attributes | {"http.response.status_code": status})
        self._bytes.inc(context.body_bytes)
        self._rows.inc(context.rows)
        if context.error in _REJECTIONS:
            self._rejections.labels(context.error).inc()

    def exposition(self) -> bytes:
        """All figures as text."""
        return generate_latest(self._registry)


class _Asked(Collector):
    def __init__(self, families: Callable[[], Iterator[Metric]]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        return self._families()


class _PoolCollector(Collector):
    """Reads the pool when the metrics are asked for."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        state = self._pool.state
        for name, value, meaning in (
            ("workers", state.workers, "Worker processes alive"),
            ("jobs_running", state.running, "Jobs in a worker"),
            ("jobs_waiting", state.waiting, "Jobs that wait for a worker"),
            ("places_taken", state.places_taken, "Requests that hold a place in the queue"),
            ("places", state.places, "Requests that may hold one"),
        ):
            yield GaugeMetricFamily(f"daybook_{name}", meaning, value)
        jobs = CounterMetricFamily("daybook_jobs", "Jobs ended", labels=["job", "outcome"])
        for labels, count in dict(self._pool.ended).items():
            jobs.add_metric(labels, count)
        yield jobs
        replaced = CounterMetricFamily("daybook_workers_replaced", "Workers replaced", labels=["reason"])
        for reason, count in dict(self._pool.replaced).items():
            replaced.add_metric([reason], count)
        yield replaced
