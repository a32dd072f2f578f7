"""`export`: sends traces and figures to an OpenTelemetry collector, by OTLP over HTTP, and to nobody else.

The address is Daybook's own setting or OpenTelemetry's (``OTEL_EXPORTER_OTLP_ENDPOINT``); all else that it knows is
said by its own variables (``OTEL_EXPORTER_OTLP_HEADERS``, ``OTEL_TRACES_SAMPLER``, ``OTEL_RESOURCE_ATTRIBUTES``...).
Without an address nothing is loaded, and nothing is sent.
"""

import os
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import daybook
from daybook import tracing
from daybook.errors import SettingsError
from daybook.language import Text

ENDPOINT = "DAYBOOK_OTLP_ENDPOINT"
_SIGNALS = ("TRACES", "METRICS")
_ENDPOINTS = (
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    *(f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT" for signal in _SIGNALS),
)
SECRETS = frozenset({"OTEL_EXPORTER_OTLP_HEADERS", *(f"OTEL_EXPORTER_OTLP_{signal}_HEADERS" for signal in _SIGNALS)})
"""The environment's variables that may hold the collector's password."""
LAST_SECONDS = 5.0
"""What the last spans may take to be sent when a program ends: a collector that is down holds up nobody for longer."""

NOT_INSTALLED = Text(
    en="Traces are to be sent to a collector, but OpenTelemetry's exporter is not installed; run pip install"
    " opentelemetry-sdk opentelemetry-exporter-otlp-proto-http, or leave {name} empty.",
    zh="已设置发送追踪数据的地址，但没有安装 OpenTelemetry 的导出组件；请运行 pip install opentelemetry-sdk"
    " opentelemetry-exporter-otlp-proto-http，或不设置 {name}。",
    code="no_opentelemetry",
)


class Exporting(NamedTuple):
    """What is sent from now on."""

    meter_provider: Any
    """OpenTelemetry's, for figures."""
    end: Callable[[], None]
    """Sends what is left, and ends it."""


def wanted(endpoint: str = "") -> bool:
    """Whether anything is to be sent: by the setting, or by OpenTelemetry's own variables."""
    if os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    return bool(endpoint or any(os.environ.get(name, "").strip() for name in _ENDPOINTS))


def export(service: str, endpoint: str = "") -> Exporting | None:
    """Send the spans of `daybook.tracing`, and what is counted, from now on; ``None`` where no address is set.

    Args:
        service: the program's name in a trace, unless ``OTEL_SERVICE_NAME`` says another.
        endpoint: the collector's address, such as ``http://localhost:4318``; OpenTelemetry's variables where empty.

    Raises:
        SettingsError: the exporter is not installed.
    """
    if not wanted(endpoint):
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter  # noqa: PLC0415
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.metrics import MeterProvider  # noqa: PLC0415
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader  # noqa: PLC0415
        from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        raise SettingsError(NOT_INSTALLED, name=ENDPOINT) from None
    own = {SERVICE_NAME: service, SERVICE_VERSION: daybook.__version__}
    named = os.environ.get("OTEL_SERVICE_NAME") or "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    resource = Resource.create({SERVICE_VERSION: daybook.__version__} if named else own)
    base = endpoint.rstrip("/")
    places = [f"{base}/v1/{signal.lower()}" if base else None for signal in _SIGNALS]
    tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
    tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(places[0])))
    reader = PeriodicExportingMetricReader(OTLPMetricExporter(places[1]))
    meters = MeterProvider([reader], resource, shutdown_on_exit=False)
    tracing.use(tracers)

    def end() -> None:
        tracing.use(None)
        endings = [threading.Thread(target=each.shutdown, daemon=True) for each in (tracers, meters)]
        for each in endings:
            each.start()
        ends = time.monotonic() + LAST_SECONDS
        for each in endings:
            each.join(max(0.0, ends - time.monotonic()))

    return Exporting(meters, end)
