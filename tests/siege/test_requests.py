"""What requests may do to the service: slow bodies, links, documents, files that kill, folders and secrets."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.service.harness import ANALYSIS, CSV, KEY, ROOT, ServiceProcess, problem, until
from tests.siege.attacker import connect, heard

MODULE = """
import os, pathlib, subprocess, sys
import daybook

@daybook.function
def eat(megabytes: int) -> int:
    "Has a child of a child hold memory."
    code = f"x = bytearray({megabytes} << 20)\\nfor i in range(0, len(x), 4096): x[i] = 1\\nimport time; time.sleep(30)"
    inner = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {code!r}], start_new_session=True)"
    subprocess.run([sys.executable, "-c", inner], check=True)
    import time
    time.sleep(20)
    return 1

@daybook.function
def secrets_of_the_service() -> str:
    "What a function sees of the processes above it."
    seen = []
    pid = os.getpid()
    while pid > 1:
        try:
            seen.append(pathlib.Path(f"/proc/{pid}/environ").read_bytes().decode("utf-8", "replace"))
        except OSError:
            pass
        pid = int(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        if "pytest" in pathlib.Path(f"/proc/{pid}/cmdline").read_text():
            break
    return "\\n".join(seen)
"""


@pytest.fixture(scope="module")
def hosting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    folder = tmp_path_factory.mktemp("hosting")
    (folder / "siege_functions.py").write_text(MODULE, encoding="utf-8")
    settings = {"functions": "siege_functions", "functions_folder": folder, "memory_limit_mb": 400}
    with ServiceProcess(folder, workers=1, language="en_US", **settings) as running:
        yield running


def test_slow_uploads_hold_no_place_and_end(tmp_path: Path) -> None:
    head = (
        f"POST {ANALYSIS} HTTP/1.1\r\nHost: a\r\nX-API-Key: {KEY}\r\nContent-Type: multipart/form-data; boundary=b\r\n"
    )
    with ServiceProcess(tmp_path, workers=1, queue=2, language="en_US") as service, ExitStack() as stack:
        slow = [stack.enter_context(connect(service)) for _ in range(34)]
        for connection in slow:
            connection.sendall(head.encode() + b"Content-Length: 100000\r\n\r\n--b\r\n")
        until(lambda: service.queue()["arriving"] == 34)
        started = time.monotonic()
        assert service.post_file(ANALYSIS, CSV).status_code == 200
        assert time.monotonic() - started < 3
        while time.monotonic() - started < 14:  # a byte now and then is too little
            for connection in slow:
                try:
                    connection.sendall(b"x")
                except OSError:
                    continue
            time.sleep(1)
        until(lambda: service.queue()["arriving"] == 0)
        assert b"408" in heard(slow[0])


def test_a_link_hands_out_no_later_link(hosting: ServiceProcess) -> None:
    made = hosting.post_file("/v1/reports", CSV).json()
    link = made["links"]["json"].rpartition("link=")[2]
    nobody = httpx.Client(trust_env=False)
    time.sleep(1.1)  # a link's end is in whole seconds
    seen = nobody.get(f"{hosting.url}/v1/reports/{made['id']}?link={link}").json()
    assert {address.rpartition("link=")[2] for address in seen["links"].values() if address} == {link}


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/docs/openapi.json"])
def test_hosted_functions_are_described_to_those_with_a_key_or_a_link(hosting: ServiceProcess, path: str) -> None:
    nobody = httpx.Client(base_url=hosting.url, trust_env=False)
    assert nobody.get(path).status_code == 401
    assert "siege" not in nobody.get("/").text
    assert "/functions/eat" not in nobody.get("/").text
    index = hosting.client.get("/").json()
    assert "/functions/eat" in str(index)
    link = index["openapi"].rpartition("?")[2]
    assert nobody.get(f"{path}?{link}").status_code == 200
    assert nobody.get(f"{path}?{link}x").status_code == 403
    assert hosting.client.get(path).status_code == 200


def test_the_operator_may_open_the_documents(tmp_path: Path) -> None:
    (tmp_path / "siege_functions.py").write_text(MODULE, encoding="utf-8")
    settings = {"functions": "siege_functions", "functions_folder": tmp_path, "public_docs": "true"}
    with ServiceProcess(tmp_path, workers=1, **settings) as service:
        assert "/functions/eat" in httpx.get(f"{service.url}/openapi.json", trust_env=False).text


def test_a_public_address_without_a_key_does_not_start(tmp_path: Path) -> None:
    service = ServiceProcess(tmp_path, api_keys="", public_url="https://shop.example.com")
    with pytest.raises(RuntimeError, match="DAYBOOK_API_KEYS"):
        service.start()


def test_memory_is_counted_over_all_that_a_function_starts(hosting: ServiceProcess) -> None:
    answer = hosting.client.post("/functions/eat", json={"megabytes": 1500})
    assert answer.json()["code"] == "memory_limit", answer.text
    until(lambda: not any("bytearray" in " ".join(each.cmdline()) for each in hosting.family()))
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)  # noqa: S607
    assert "x = bytearray(1500" not in listed.stdout


def test_no_process_shows_the_services_secrets(hosting: ServiceProcess) -> None:
    seen = hosting.client.post("/functions/secrets_of_the_service").json()["result"]
    assert "PATH=" in seen
    assert KEY not in seen
    if os.geteuid() == 0:
        assert KEY not in Path(f"/proc/{hosting.process.pid}/environ").read_bytes().decode("utf-8", "replace")


@pytest.mark.parametrize("make", ["link", "writable", "file"])
def test_a_temporary_folder_of_somebody_else_is_refused(tmp_path: Path, make: str) -> None:
    service = ServiceProcess(tmp_path, workers=1, language="en_US")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    match make:
        case "link":
            service.temp.symlink_to(elsewhere)
        case "writable":
            service.temp.mkdir()
            service.temp.chmod(0o777)
        case "file":
            service.temp.write_text("")
    with pytest.raises(RuntimeError, match="DAYBOOK_TEMP_FOLDER"):
        service.start()


def deadly(content: Path, **_: object) -> None:
    """A job that ends its process as a reader does whose allocation fails."""
    if content.read_bytes().startswith(b"deadly"):
        os.abort()


def test_a_file_that_ends_workers_is_refused_after_two(tmp_path: Path) -> None:
    script = (
        "from tests.siege.test_requests import deadly\n"
        "from daybook.service.reports import jobs\njobs.make_single_day_answer = deadly\n"
        "from daybook.cli.main import main\nmain()\n"
    )
    service = ServiceProcess(tmp_path, workers=1, language="en_US")
    service.command = [sys.executable, "-c", script, "serve"]
    service.environment["PYTHONPATH"] = str(ROOT)
    with service:
        started = time.monotonic()
        for _ in range(8):
            problem(service.post_file(ANALYSIS, b"deadly file"), 422, "worker_killed")
        assert time.monotonic() - started < 30
        assert service.client.post("/v1/reports", files={"file": ("a.csv", CSV)}).status_code == 201
        until(lambda: sum("worker lost" in line for line in service.lines) >= 2)
        assert sum("worker lost" in line for line in service.lines) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 60_000,
        b'{"source":' * 6_000,
        b'{"source": ' + b"[" * 9_000 + b"]" * 9_000 + b"}",
        b"\0" * 100,
        b"\xff\xfe{",
    ],
    ids=["brackets", "objects", "closed", "nul", "utf-16"],
)
def test_odd_json_gets_a_sentence(hosting: ServiceProcess, body: bytes) -> None:
    answer = hosting.client.post("/v1/reports", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 422}
    assert answer.json()["code"] in {"body", "parameter"}


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x05\x06" + b"\xff" * 18,
        b"PK\x03\x04" + b"\0" * 200,
        b"\0" * 1000,
        b"\xff\xfe" + b"D",
        b"\xfe\xff\xd8\x00" * 50,
    ],
    ids=["zip directory", "zip head", "nul", "half a character", "lone surrogates"],
)
def test_damaged_files_get_a_sentence(hosting: ServiceProcess, data: bytes) -> None:
    answer = hosting.post_file("/v1/reports", data, name="sales.xlsx")
    assert answer.status_code == 422
    assert answer.json()["code"] in {"table", "file", "question"}, answer.text
