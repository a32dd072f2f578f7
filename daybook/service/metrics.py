"""What the service counts, in Prometheus' format."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from daybook.service.http.context import RequestContext
from daybook.service.workers.pool import Pool

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

    def count(self, method: str, status: int, seconds: float, context: RequestContext) -> None:
        """Count one answered request."""
        self._requests.labels(method, context.endpoint, status).inc()
        self._seconds.labels(context.endpoint).observe(seconds)
        self._bytes.inc(context.body_bytes)
        self._rows.inc(context.rows)
        if context.error in _REJECTIONS:
            self._rejections.labels(context.error).inc()

    def exposition(self) -> bytes:
        """All figures as text."""
        return generate_latest(self._registry)


class _PoolCollector(Collector):
    """Reads the pool when somebody asks."""

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
        for labels, count in self._pool.ended.items():
            jobs.add_metric(labels, count)
        yield jobs
        replaced = CounterMetricFamily("daybook_workers_replaced", "Workers replaced", labels=["reason"])
        for reason, count in self._pool.replaced.items():
            replaced.add_metric([reason], count)
        yield replaced
