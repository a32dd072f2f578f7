"""An OpenTelemetry collector that keeps what it is sent: OTLP over HTTP, in protobuf, as OpenTelemetry defines it."""

import gzip
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

WAIT_SECONDS = 20.0


@dataclass(frozen=True)
class ReceivedSpan:
    """A span as the collector got it."""

    name: str
    trace_id: str
    span_id: str
    parent_id: str
    kind: str
    service: str
    attributes: dict[str, Any]
    start: int
    end: int
    failed: bool


class CollectorDouble:
    """Takes traces and metrics on a port of this machine until the context ends."""

    def __init__(self) -> None:
        self.spans: list[ReceivedSpan] = []
        self.metrics: dict[str, list[tuple[dict[str, Any], float]]] = {}
        """The last value of each figure by its attributes; of a histogram its count."""
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self._came = threading.Condition()

    def __enter__(self) -> Self:
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                assert self.headers["Content-Type"] == "application/x-protobuf"
                double._take(self.path, body, dict(self.headers))
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def trace(self, trace_id: str, *names: str) -> dict[str, ReceivedSpan]:
        """The spans of a trace by name, once all of ``names`` are there."""

        def found() -> dict[str, ReceivedSpan]:
            return {span.name: span for span in self.spans if span.trace_id == trace_id}

        with self._came:
            arrived = self._came.wait_for(lambda: set(names) <= set(found()), WAIT_SECONDS)
            assert arrived, f"{set(names) - set(found())} did not come: {sorted(found())}"
            return found()

    def metric(self, name: str) -> list[tuple[dict[str, Any], float]]:
        """A figure, once it is there."""
        with self._came:
            assert self._came.wait_for(lambda: name in self.metrics, WAIT_SECONDS), sorted(self.metrics)
            return self.metrics[name]

    def _take(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        with self._came:
            self.bodies.append(body)
            self.headers.append(headers)
            if path == "/v1/traces":
                self.spans += _spans(ExportTraceServiceRequest.FromString(body))
            elif path == "/v1/metrics":
                self.metrics |= _metrics(ExportMetricsServiceRequest.FromString(body))
            self._came.notify_all()


def _spans(request: ExportTraceServiceRequest) -> Iterator[ReceivedSpan]:
    for resource in request.resource_spans:
        service = str(_attributes(resource.resource.attributes)["service.name"])
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield ReceivedSpan(
                    span.name,
                    span.trace_id.hex(),
                    span.span_id.hex(),
                    span.parent_span_id.hex(),
                    span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
                    service,
                    _attributes(span.attributes),
                    span.start_time_unix_nano,
                    span.end_time_unix_nano,
                    span.status.code == span.status.STATUS_CODE_ERROR,
                )


def _metrics(request: ExportMetricsServiceRequest) -> dict[str, list[tuple[dict[str, Any], float]]]:
    found: dict[str, list[tuple[dict[str, Any], float]]] = {}
    for resource in request.resource_metrics:
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                data = getattr(metric, str(metric.WhichOneof("data")))
                found[metric.name] = [
                    (_attributes(point.attributes), point.count if hasattr(point, "count") else _number(point))
                    for point in data.data_points
                ]
    return found


def _number(point: Any) -> float:
    return float(getattr(point, point.WhichOneof("value")))


def _attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in pairs}
