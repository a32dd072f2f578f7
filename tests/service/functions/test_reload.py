"""Modules are edited while the service runs: what is served, when it changes, and what is said of a broken one."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.service.functions.conftest import MODULES
from tests.service.harness import KEY, ServiceProcess, problem, until

VERSION = """
import time
from pathlib import Path
import daybook
from helper import shout

@daybook.function
def version() -> str:
    return shout("{version}")

@daybook.function
def slow(path: str) -> str:
    Path(path + ".began").touch()
    while not Path(path).exists():
        time.sleep(0.01)
    return shout("{version}")
"""


@pytest.fixture
def service(tmp_path: Path, modules: Path) -> Iterator[ServiceProcess]:
    write(modules, "one")
    with ServiceProcess(tmp_path, functions="shop", functions_folder=modules, language="en_US") as running:
        yield running


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ServiceProcess, Path]]:
    """A service that tests share which leave it as it is, and the folder of its modules."""
    folder = tmp_path_factory.mktemp("lasting")
    modules = folder / "modules"
    modules.mkdir()
    shutil.copy(MODULES / "helper.py", modules)
    write(modules, "one")
    settings = {"functions": "shop", "functions_folder": modules, "language": "en_US"}
    with ServiceProcess(folder, workers=1, **settings) as running:
        yield running, modules


def write(modules: Path, version: str) -> None:
    (modules / "shop.py").write_text(VERSION.replace("{version}", version), encoding="utf-8")


def served(service: ServiceProcess, name: str = "version", **arguments: Any) -> Any:
    return service.client.post(f"/functions/{name}", json=arguments).json()["result"]


def renew_workers(service: ServiceProcess) -> None:
    """Kill every worker, and wait for those that come after."""
    killed = service.workers()
    for worker in killed:
        worker.kill()
    until(lambda: len(service.workers()) == len(killed) and not set(service.workers()) & set(killed))


def reload_refused(service: ServiceProcess) -> str:
    return problem(service.client.post("/functions/reload"), 422, "function")


def test_an_edit_is_served_after_a_reload_and_not_before(service: ServiceProcess, modules: Path) -> None:
    assert served(service) == "ONE!"
    write(modules, "two")
    renew_workers(service)
    assert served(service) == "ONE!", "a new worker has the old version too"
    names = [each["name"] for each in service.client.post("/functions/reload").json()["functions"]]
    assert names == ["slow", "version"]
    assert served(service) == "TWO!"


def test_a_helper_module_belongs_to_the_version(service: ServiceProcess, modules: Path) -> None:
    assert served(service) == "ONE!"
    (modules / "helper.py").write_text("def shout(text):\n    return text + '?'\n", encoding="utf-8")
    renew_workers(service)
    assert served(service) == "ONE!"
    service.client.post("/functions/reload")
    assert served(service) == "one?"


def test_a_call_that_runs_ends_with_the_version_it_began_with(
    service: ServiceProcess, modules: Path, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    headers = {"Prefer": "respond-async"}
    begun = service.client.post("/functions/slow", json={"path": str(gate)}, headers=headers).json()
    until((tmp_path / "gate.began").exists)
    write(modules, "two")
    assert service.client.post("/functions/reload").status_code == 200
    assert served(service) == "TWO!"
    gate.touch()
    run = until(lambda: (seen := service.client.get(f"/v1/runs/{begun['run_id']}").json())["state"] == "done" and seen)
    assert run["result"] == "ONE!"


def test_a_call_that_still_sends_keeps_the_function_that_it_named(service: ServiceProcess, modules: Path) -> None:
    host, _, port = service.url.removeprefix("http://").partition(":")
    head = (
        f"POST /functions/version HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {KEY}\r\n"
        "Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{"
    )
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(head.encode())
        until(lambda: service.queue()["arriving"] == 1)
        (modules / "shop.py").write_text("import daybook\n@daybook.function\ndef other(): ...\n", encoding="utf-8")
        assert service.client.post("/functions/reload").json()["functions"][0]["name"] == "other"
        connection.sendall(b"}")
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b'"result": "ONE!"' in answer


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("def f(:\n", "(SyntaxError, shop.py:1)"),
        ("import no_such_package\n", "(ModuleNotFoundError: no_such_package, shop.py:1)"),
        ("\nraise RuntimeError('secret')\n", "(RuntimeError, shop.py:2)"),
        ("import sys; sys.exit(3)\n", "(SystemExit, shop.py:1)"),
        ("x = 1\n", "has no function to offer"),
        ("import daybook\n@daybook.function\ndef f(x): ...\n", "The argument x of the function f has no type"),
        ("import daybook\n@daybook.function\ndef f(*x: int): ...\n", "takes *x, which a caller could not name"),
        ("import daybook\n@daybook.function\ndef f(x: 'Nowhere'): ...\n", "The types of the function f cannot be read"),
        (
            "import daybook\n@daybook.function\ndef f(a: int, x: open): ...\n",
            "The argument x of the function f has a type",
        ),
        ("import daybook\n@daybook.function\ndef reload(): ...\n", "The name reload cannot be used"),
        ("import daybook\n@daybook.function\ndef create_report(): ...\n", "The name create_report cannot be used"),
        ("import daybook\n@daybook.function\ndef 清洗(): ...\n", "The name 清洗 cannot be used"),
        (
            "import daybook\n@daybook.function\ndef f(): ...\n@daybook.function(name='f')\ndef g(): ...\n",
            "Two functions are called f",
        ),
    ],
)
def test_a_broken_module_is_reported_and_the_old_version_stays(
    lasting: tuple[ServiceProcess, Path], content: str, reason: str
) -> None:
    service, modules = lasting
    (modules / "shop.py").write_text(content, encoding="utf-8")
    sentence = reload_refused(service)
    assert reason in sentence
    assert sentence.endswith("What was offered before stays.")
    assert "secret" not in sentence
    assert str(modules) not in sentence
    assert served(service) == "ONE!"


def test_a_module_that_is_gone_is_said_to_be_gone(lasting: tuple[ServiceProcess, Path]) -> None:
    service, modules = lasting
    (modules / "shop.py").unlink(missing_ok=True)
    assert "There is no module shop" in reload_refused(service)
    assert served(service) == "ONE!"


def test_a_service_with_a_broken_module_starts_and_says_so(tmp_path: Path, modules: Path) -> None:
    write(modules, "one")
    (modules / "broken.py").write_text("import no_such_package\n", encoding="utf-8")
    settings = {"functions": "broken, shop, nowhere", "functions_folder": modules, "language": "en_US"}
    with ServiceProcess(tmp_path, workers=1, **settings) as service:
        listed = service.client.get("/functions").json()
        assert [each["name"] for each in listed["functions"]] == ["slow", "version"]
        assert [problem.partition(" (")[0].partition(" in the")[0] for problem in listed["problems"]] == [
            "The module broken cannot be imported",
            "There is no module nowhere",
        ]
        assert served(service) == "ONE!"
        [logged] = until(lambda: [line for line in service.log() if "no_such_package" in line.get("traceback", "")])
        assert logged["level"] == "ERROR"


def test_a_service_without_functions_says_how_to_have_some(tmp_path: Path) -> None:
    with ServiceProcess(tmp_path, workers=1, language="en_US") as service:
        assert service.client.get("/functions").json() == {"functions": [], "problems": []}
        assert "DAYBOOK_FUNCTIONS" in problem(service.client.post("/functions/f"), 404, "not_found")


def test_runs_outlive_the_service(service: ServiceProcess) -> None:
    run = service.client.post("/functions/version").json()
    service.stop()
    service.lines.clear()
    service.start()
    kept = service.client.get(f"/v1/runs/{run['run_id']}").json()
    assert (kept["state"], kept["result"], kept["function"]) == ("done", "ONE!", "version")
