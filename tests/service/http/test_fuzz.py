"""Whatever arrives, the service answers with 2xx or a 4xx sentence, and nothing of it stays.

``DAYBOOK_FUZZ`` sets the number of inputs: a few hundred by default, 10,000 in the nightly run.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.service.harness import ANALYSIS, CSV, KEY, ROOT, ServiceProcess, golden, until
from tests.service.http.schemathesis_hooks import SALES_FILES

INPUTS = int(os.environ.get("DAYBOOK_FUZZ", "300"))
GROWTH_BYTES = 64 << 20
"""What the processes may hold more afterwards: caches fill up, but nothing grows with the number of inputs."""
TOKENS = [
    b"{x}",
    b"{",
    b"}",
    b'"',
    b"\x00",
    b"\r\n",
    b"\n",
    b",",
    b"%s",
    b"\xff\xfe",
    b"--b",
    b"--b--\r\n",
    b"PK\x03\x04",
]
"""What means something to somebody on the way."""
FORM = {"Content-Type": "multipart/form-data; boundary=b"}
BODY = (
    b'--b\r\nContent-Disposition: form-data; name="language"\r\n\r\nen_US\r\n'
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n'
    + CSV
    + b"\r\n--b--\r\n"
)
fuzzed = settings(
    max_examples=INPUTS // 3,
    deadline=None,
    derandomize=INPUTS < 1000,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """A service that must be as it was when all is over."""
    with ServiceProcess(tmp_path_factory.mktemp("fuzz"), workers=2) as running:
        for case in ("one_day", "two_weeks", "dirty_cells") * 4:
            running.post_file(ANALYSIS, golden(f"{case}.csv"))
        look_at_pages(running)
        before = resident_bytes(running)
        yield running
        until(lambda: running.queue()["places_taken"] == 0)
        assert not running.temp_files()
        assert resident_bytes(running) - before < GROWTH_BYTES


def look_at_pages(service: ServiceProcess) -> None:
    """Has the service load what it loads when it is first asked for a page, a picture, a workbook or a forecast."""
    sales = {"file": ("sales.csv", golden("two_weeks.csv"), "text/csv")}
    for book in ("one", "two"):
        made = service.client.post("/v1/reports", files=sales, data={"book": book}).json()
        for link in made["links"].values():
            service.client.get(link).raise_for_status()
        service.client.get(f"/v1/books/{book}/forecast").raise_for_status()
        [page] = [each["links"]["page"] for each in service.client.get("/v1/books").json() if each["name"] == book]
        service.client.get(page).raise_for_status()


def resident_bytes(service: ServiceProcess) -> int:
    return sum(process.memory_info().rss for process in service.family() if process.status() != psutil.STATUS_ZOMBIE)


@st.composite
def mutated(draw: st.DrawFn, original: bytes) -> bytes:
    """``original`` with some bytes replaced, put in, taken out or repeated."""
    data = bytearray(original)
    for _ in range(draw(st.integers(1, 8))):
        place = draw(st.integers(0, max(0, len(data) - 1)))
        length = draw(st.integers(0, 40))
        match draw(st.sampled_from(["replace", "insert", "delete", "repeat", "cut"])):
            case "replace":
                data[place : place + length] = draw(st.binary(max_size=length + 1))
            case "insert":
                data[place:place] = draw(st.one_of(st.sampled_from(TOKENS), st.binary(min_size=1, max_size=8)))
            case "delete":
                del data[place : place + length]
            case "repeat":
                data[place:place] = data[place : place + length] * draw(st.integers(1, 50))
            case "cut":
                del data[place:]
    return bytes(data)


def check(status: int, text: str) -> None:
    assert 200 <= status < 500, (status, text)
    if status >= 400:
        assert '"detail"' in text
        assert "Traceback" not in text


@fuzzed
@given(body=mutated(BODY), endpoint=st.sampled_from([ANALYSIS, "/v1/reports"]))
def test_mutated_bodies(service: ServiceProcess, body: bytes, endpoint: str) -> None:
    response = service.client.post(endpoint, content=body, headers=FORM)
    check(response.status_code, response.text)


@fuzzed
@given(
    data=st.one_of(
        SALES_FILES, mutated(golden("dirty_cells.csv")), st.binary(max_size=500), mutated(CSV.decode().encode("utf-16"))
    )
)
def test_any_file(service: ServiceProcess, data: bytes) -> None:
    response = service.post_file(ANALYSIS, data)
    check(response.status_code, response.text)


@fuzzed
@given(
    fields=st.dictionaries(
        st.sampled_from(["date", "top_n", "columns", "sheet", "date_format", "language", "other"]), st.text(max_size=30)
    ),
    name=st.text(max_size=300),
)
def test_any_parameter(service: ServiceProcess, fields: dict[str, str], name: str) -> None:
    by_form = service.post_file("/v1/reports", CSV, name=name.encode("utf-8", "replace").decode(), **fields)
    check(by_form.status_code, by_form.text)
    by_json = service.client.post("/v1/reports", json={"source": name, **fields})
    check(by_json.status_code, by_json.text)


@pytest.mark.parametrize("document", ["/openapi.json", "/docs/openapi.json"])
def test_schemathesis_finds_nothing(service: ServiceProcess, document: str, tmp_path: Path) -> None:
    config = ROOT / "tests" / "service" / "http" / "schemathesis.toml"
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"]
    options = ["--header", f"Authorization: Bearer {KEY}", "--max-examples", str(max(10, INPUTS // 20)), "--no-color"]
    if INPUTS < 1000:
        options.append("--generation-deterministic")
    ended = subprocess.run(  # noqa: S603 - our own command
        [*command, service.url + document, *options],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "passed" in ended.stdout
