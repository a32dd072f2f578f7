"""One trace through the service: the request, its worker, the database, and the push; sent by OTLP to a collector."""

import io
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from daybook import otlp, tracing
from daybook.dify import DifyClient, run_once
from difykit.runner import FileServer, PluginProcess
from tests.doubles.collector import CollectorDouble, ReceivedSpan
from tests.doubles.dify import DifyDouble
from tests.doubles.dingtalk import DingTalkDouble
from tests.service.harness import KEY, ROOT, ServiceProcess, golden, until

TWO_WEEKS = golden("two_weeks.csv")
PASSWORD = "a-password-of-the-collector"


@pytest.fixture(scope="module")
def collector() -> Iterator[CollectorDouble]:
    with CollectorDouble() as double:
        yield double


@pytest.fixture
def caller(collector: CollectorDouble) -> Iterator[None]:
    """This process sends its own spans, as a task of Airflow does."""
    exporting = otlp.export("airflow", collector.url)
    assert exporting is not None
    yield
    exporting.end()


@pytest.fixture(scope="module")
def group() -> Iterator[DingTalkDouble]:
    with DingTalkDouble() as double:
        yield double


@pytest.fixture(scope="module")
def traced(
    tmp_path_factory: pytest.TempPathFactory, collector: CollectorDouble, group: DingTalkDouble
) -> Iterator[ServiceProcess]:
    folder = tmp_path_factory.mktemp("traced")
    (folder / "mornings.toml").write_text('[books.shop]\ndue = "08:00"\ndays = ["mon"]\n', encoding="utf-8")
    service = ServiceProcess(
        folder,
        workers=1,
        mornings=folder / "mornings.toml",
        otlp_endpoint=collector.url,
        robots=json.dumps({"sales": {"webhook": group.webhook}}),
        allow_loopback_robot="1",
        public_url="http://127.0.0.1:9",
    )
    service.environment |= {
        "OTEL_BSP_SCHEDULE_DELAY": "50",
        "OTEL_METRIC_EXPORT_INTERVAL": "200",
        "OTEL_EXPORTER_OTLP_HEADERS": f"authorization={PASSWORD}",
    }
    with service:
        yield service


def sent(number: int) -> dict[str, str]:
    """The header of a caller whose trace has this number."""
    return {"traceparent": f"00-{number:032x}-{7:016x}-01"}


def inside(span: ReceivedSpan, spans: dict[str, ReceivedSpan]) -> list[str]:
    """The names of the spans that a span is a part of, from the nearest."""
    by_id = {each.span_id: each for each in spans.values()}
    names = []
    while span.parent_id in by_id:
        span = by_id[span.parent_id]
        names.append(span.name)
    return names


def logged(service: ServiceProcess, request_id: str) -> dict[str, Any]:
    """The line of a request in the service's log."""
    return until(lambda: next((line for line in service.log() if line["request_id"] == request_id), {}))


def report(service: ServiceProcess, number: int) -> httpx.Response:
    files = {"file": ("sales.csv", TWO_WEEKS, "text/csv")}
    made = service.client.post("/v1/reports", files=files, data={"book": "shop"}, headers=sent(number))
    assert made.status_code == 201, made.text
    return made


def test_a_report_is_one_trace_from_the_caller_to_the_worker_and_the_database(
    traced: ServiceProcess, collector: CollectorDouble
) -> None:
    made = report(traced, 1)
    spans = collector.trace(f"{1:032x}", "POST /v1/reports", "add up rows", "keep in book", "INSERT reports")
    request = spans["POST /v1/reports"]
    assert (request.kind, request.parent_id, request.service) == ("SERVER", f"{7:016x}", "daybook")
    assert request.attributes["http.route"] == "/v1/reports"
    assert request.attributes["http.response.status_code"] == 201
    assert request.attributes["daybook.rows"] == TWO_WEEKS.count(b"\n") - 1
    assert request.attributes["http.request.body.size"] > len(TWO_WEEKS)
    assert request.attributes["daybook.engine"] == "pandas"
    assert request.attributes["daybook.request_id"] == made.headers["X-Request-ID"]
    assert inside(spans["add up rows"], spans) == ["work", "job make_report", "POST /v1/reports"]
    assert spans["add up rows"].attributes["daybook.engine"] == "pandas"
    assert spans["work"].start <= spans["add up rows"].start < spans["add up rows"].end <= spans["work"].end
    assert spans["INSERT reports"].attributes["db.system.name"] == "sqlite"
    assert inside(spans["INSERT reports"], spans) == ["POST /v1/reports"]


def test_what_a_worker_does_in_the_database_stands_in_the_trace(
    traced: ServiceProcess, collector: CollectorDouble
) -> None:
    report(traced, 2)
    spans = collector.trace(f"{2:032x}", "keep in book", "POST /v1/reports")
    within = [span for span in spans.values() if "db.system.name" in span.attributes and "work" in inside(span, spans)]
    assert within
    assert any("keep in book" in inside(span, spans) for span in within)


def test_a_push_is_in_the_trace_with_a_digest_of_its_key(traced: ServiceProcess, collector: CollectorDouble) -> None:
    for number in (3, 4):
        body = {"content": "# 日报", "delivery_key": "2026-11-29"}
        assert traced.client.post("/v1/push", json=body, headers=sent(number)).json()["delivered"]
    first = collector.trace(f"{3:032x}", "POST /v1/push", "POST /robot/send", "send dingtalk")
    assert inside(first["POST /robot/send"], first) == ["send dingtalk", "POST /v1/push"]
    assert first["send dingtalk"].attributes["daybook.outcome"] == "delivered"
    assert first["POST /robot/send"].attributes["http.response.status_code"] == 200
    assert first["POST /robot/send"].attributes["http.request.resend_count"] == 0
    again = collector.trace(f"{4:032x}", "POST /v1/push", "send dingtalk")
    assert "POST /robot/send" not in again
    assert again["send dingtalk"].attributes["daybook.outcome"] == "already_delivered"
    keys = {spans["send dingtalk"].attributes["daybook.delivery_key"] for spans in (first, again)}
    assert len(keys) == 1
    assert "2026-11-29" not in keys.pop()


def test_figures_are_sent_under_the_names_that_prometheus_has(
    traced: ServiceProcess, collector: CollectorDouble
) -> None:
    made = report(traced, 10).json()
    pushed = traced.client.post("/v1/push", json={"report_id": made["id"]}).json()
    assert pushed["delivered"]

    def value(name: str, **attributes: str) -> float:
        return next((each for labels, each in collector.metric(name) if attributes.items() <= labels.items()), 0)

    until(lambda: value("daybook_deliveries", outcome="good"))
    route = {"http.route": "/v1/reports", "http.request.method": "POST"}
    until(lambda: value("http.server.request.duration", **route))
    assert value("daybook_jobs", job="make_report", outcome="done")
    assert value("daybook_received_bytes") > len(TWO_WEEKS)
    assert value("daybook_workers") == 1
    assert value("daybook_newest_delivered_day_age_seconds", book="shop")
    said = traced.client.get("/metrics").text
    for name in ("daybook_deliveries_total", "daybook_newest_delivered_day_age_seconds"):
        assert name in said


def test_a_refusal_is_told_by_its_code_and_the_log_names_the_trace(
    traced: ServiceProcess, collector: CollectorDouble
) -> None:
    files = {"file": ("sales.csv", b"Date,Note\n2026-11-29,secret-cell\n", "text/csv")}
    refused = traced.client.post("/v1/reports", files=files, headers=sent(5))
    spans = collector.trace(f"{5:032x}", "POST /v1/reports", "job make_report")
    assert spans["POST /v1/reports"].attributes["error.type"] == refused.json()["code"]
    assert spans["job make_report"].failed
    assert logged(traced, refused.json()["request_id"])["trace_id"] == f"{5:032x}"


@pytest.mark.parametrize("header", ["", "00-zz", f"00-{0:032x}-{7:016x}-01", f"ff-{1:032x}-{7:016x}-01", "x" * 5000])
def test_an_invalid_traceparent_begins_a_new_trace(
    traced: ServiceProcess, collector: CollectorDouble, header: str
) -> None:
    answer = traced.client.get("/v1/answers", headers={"traceparent": header})
    assert answer.status_code == 200
    line = logged(traced, answer.headers["X-Request-ID"])
    assert not collector.trace(line["trace_id"], "GET /v1/answers")["GET /v1/answers"].parent_id


def test_nothing_that_is_sent_holds_a_cell_a_token_or_a_link(
    traced: ServiceProcess, collector: CollectorDouble, group: DingTalkDouble
) -> None:
    made = report(traced, 6)
    link = httpx.URL(made.json()["links"]["page"])
    page = traced.client.get(f"{link.path}?{link.query.decode()}", headers=sent(6))
    assert page.status_code == 200
    collector.trace(f"{6:032x}", "GET /v1/reports/{report_id}/report.html")
    token = httpx.URL(group.webhook).params["access_token"]
    signature = link.params["link"]
    product = TWO_WEEKS.decode().splitlines()[1].split(",")[1]
    everything = b"\n".join(collector.bodies)
    assert len(collector.bodies) > 1
    for secret in (token, signature, made.json()["id"], product, "secret-cell", "日报", PASSWORD):
        assert secret.encode() not in everything
    assert any(headers.get("authorization") == PASSWORD for headers in collector.headers)


def test_what_looks_after_the_service_is_not_traced(traced: ServiceProcess, collector: CollectorDouble) -> None:
    for path in ("/health/live", "/health/ready", "/status", "/metrics"):
        traced.client.get(path, headers=sent(8))
    traced.client.get("/v1/answers", headers=sent(8))
    assert set(collector.trace(f"{8:032x}", "GET /v1/answers")) == {"GET /v1/answers", "SELECT file_questions"}


def test_a_collector_that_is_down_disturbs_nobody() -> None:
    exporting = otlp.export("caller", "http://127.0.0.1:9")
    assert exporting is not None
    with tracing.span("work"):
        assert tracing.recording()
    exporting.end()
    assert not tracing.is_exported()


@pytest.mark.usefixtures("caller")
def test_one_trace_goes_from_the_scheduler_through_dify_and_the_plugin_to_the_database(
    traced: ServiceProcess, collector: CollectorDouble
) -> None:
    credentials = {"service_url": traced.url, "service_key": KEY}
    begun = tracing.begun_by("airflow", "daily", "scheduled__2026-11-29")
    with PluginProcess(ROOT) as plugin, FileServer() as files, DifyDouble() as dify:

        def workflow(inputs: dict[str, Any], _: object) -> dict[str, Any]:
            asked = {"file": files.add(TWO_WEEKS, "sales.csv"), "traceparent": inputs["traceparent"]}
            return {"delivered": plugin.call("analyze_sales", asked, credentials).check().variables["has_data"]}

        dify.workflow = workflow
        client = DifyClient(dify.base_url, dify.api_key)
        with tracing.carried(begun), tracing.span("task run_workflow"):
            sales = client.upload(io.BytesIO(TWO_WEEKS), user="daily", filename="sales.csv").as_input()
            outcome = run_once(client, lambda: {"sales_data": sales}, user="daily")
    assert outcome.outputs["delivered"]
    spans = collector.trace(begun[3:35], "task run_workflow", "invoke_workflow", "INSERT reports", "POST /v1/reports")
    assert inside(spans["INSERT reports"], spans) == ["POST /v1/reports", "invoke_workflow", "task run_workflow"]
    assert spans["task run_workflow"].parent_id == begun[36:52]
    assert (spans["task run_workflow"].service, spans["INSERT reports"].service) == ("airflow", "daybook")
    assert spans["invoke_workflow"].attributes["daybook.dify.run_id"] == outcome.run_id
    node = spans["分析销售数据 Analyse sales"]
    assert (inside(node, spans)[0], node.attributes) == ("invoke_workflow", {"daybook.dify.node": "tool"})
    run = dict(dify.traces)["/v1/workflows/run"]
    assert run == next(iter(dify.runs.values())).inputs["traceparent"]
    assert run[36:52] == spans["invoke_workflow"].span_id
