"""Who may do what: keys, public endpoints, unknown addresses, and one form of error for all."""

from collections.abc import Iterator

import httpx
import pytest

from tests.service.harness import ANALYSIS, CSV, KEY, OTHER_KEY, ServiceProcess, problem, until

PUBLIC = {"/", "/status", "/health/live", "/health/ready", "/health/watch"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": f"Bearer {KEY}"},
        {"Authorization": f"bearer {OTHER_KEY}"},
        {"X-API-Key": KEY},
        {"X-API-Key": "wrong", "Authorization": f"Bearer {KEY}"},
    ],
)
def test_any_of_the_keys_opens(service: ServiceProcess, headers: dict[str, str]) -> None:
    response = httpx.post(service.url + ANALYSIS, files={"file": CSV}, headers=headers, trust_env=False)
    assert response.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": f"Basic {KEY}"},
        {"Authorization": f"Bearer {KEY[:-1]}"},
        {"X-API-Key": f"{KEY},{OTHER_KEY}"},
        {"X-API-Key": ""},
    ],
)
def test_nothing_else_opens(service: ServiceProcess, headers: dict[str, str]) -> None:
    response = httpx.post(service.url + ANALYSIS, files={"file": CSV}, headers=headers, trust_env=False)
    assert "Authorization" in problem(response, 401, "unauthorized")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_every_endpoint_but_the_public_ones_needs_a_key(service: ServiceProcess) -> None:
    with httpx.Client(base_url=service.url, trust_env=False) as nobody:
        for endpoint in nobody.get("/").json()["endpoints"]:
            path = endpoint["path"].replace("{report_id}", "0" * 32)
            response = nobody.request(endpoint["method"], path)
            assert (response.status_code == 401) is (endpoint["path"] not in PUBLIC), endpoint


@pytest.fixture(scope="module")
def keyless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    with ServiceProcess(tmp_path_factory.mktemp("keyless"), workers=1, api_keys="") as running:
        yield running


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "localhost:8000"},
        {"Host": "[::1]:8000", "Origin": "http://127.0.0.1:3000"},
    ],
)
def test_without_a_key_programs_on_this_machine_are_served(keyless: ServiceProcess, headers: dict[str, str]) -> None:
    with httpx.Client(trust_env=False) as client:
        assert client.post(keyless.url + ANALYSIS, files={"file": CSV}, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example.com"},
        {"Origin": "null"},
        {"Origin": "http://[bad"},
        {"Host": "evil.example.com:8000"},
        {"Host": "evil.example.com", "Origin": "http://evil.example.com"},
        {"Host": ""},
        {"X-Forwarded-For": "203.0.113.9"},
        {"Via": "1.1 proxy"},
    ],
)
def test_without_a_key_web_pages_from_elsewhere_are_not(keyless: ServiceProcess, headers: dict[str, str]) -> None:
    with httpx.Client(trust_env=False) as client:
        response = client.post(keyless.url + ANALYSIS, files={"file": CSV}, headers=headers)
    assert "DAYBOOK_API_KEYS" in problem(response, 403, "stranger")


def test_workers_do_not_inherit_the_secrets(service: ServiceProcess) -> None:
    for worker in service.workers():
        assert KEY not in str(worker.environ())


def test_status_is_the_references_and_more(service: ServiceProcess) -> None:
    status = httpx.get(f"{service.url}/status", trust_env=False).json()
    assert status["status"] == "running"
    assert status["queue"]["places"] == 10
    assert status["workers"] == 2
    assert status["uptime_seconds"] > 0
    assert httpx.get(f"{service.url}/health/ready", trust_env=False).json() == {"status": "ready"}
    assert httpx.get(f"{service.url}/health/live", trust_env=False).json() == {"status": "live"}


def test_errors_of_the_address_have_the_same_form(service: ServiceProcess) -> None:
    problem(service.client.get("/nothing/here"), 404, "not_found")
    problem(service.client.get("/docs/assets/none.js"), 404, "not_found")
    response = service.client.get(ANALYSIS)
    assert "GET" in problem(response, 405, "method")
    assert response.headers["Allow"] == "POST"


def test_a_request_id_comes_back_and_is_in_the_log(service: ServiceProcess) -> None:
    response = service.client.get("/", headers={"X-Request-ID": "mine-1"})
    assert response.headers["X-Request-ID"] == "mine-1"
    until(lambda: any(line.get("request_id") == "mine-1" and line["endpoint"] == "/" for line in service.log()))
    made = service.client.get("/", headers={"X-Request-ID": "not sane\t" + "x" * 100}).headers["X-Request-ID"]
    assert len(made) == 32


def test_an_answer_reaches_a_client_that_is_still_sending(service: ServiceProcess) -> None:
    too_large = b"x" * 12_000_000
    response = service.post_file(ANALYSIS, too_large)
    assert "5 MB" in problem(response, 413, "too_large")
    nobody = httpx.post(service.url + ANALYSIS, files={"file": too_large}, trust_env=False)
    problem(nobody, 401, "unauthorized")


def test_metrics_count_what_happened(service: ServiceProcess) -> None:
    service.post_file(ANALYSIS, CSV)
    service.client.get("/v1/reports/5ec4e7" + "0" * 26)
    text = service.client.get("/metrics").text
    assert 'daybook_requests_total{endpoint="/analysis/daily_sale_analysis",method="POST",status="200"}' in text
    assert 'endpoint="/v1/reports/{report_id}"' in text
    assert "5ec4e7" not in text
    for name in ("daybook_rows_total", "daybook_received_bytes_total", "daybook_jobs_waiting", "daybook_places_taken"):
        assert f"\n{name} " in text
    assert 'daybook_jobs_total{job="make_single_day_answer",outcome="done"}' in text


def test_the_documentation_needs_nothing_from_elsewhere(service: ServiceProcess) -> None:
    page = service.client.get("/docs").text
    assert "https://" not in page
    for path in ("/docs/assets/swagger-ui-bundle.js", "/docs/assets/swagger-ui.css", "/docs/openapi.json"):
        assert service.client.get(path).status_code == 200
