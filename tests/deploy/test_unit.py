"""The systemd unit, by starting what it starts; and the image's health check, asked of what runs then."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.files import CONTAINERFILE, DEPLOY, health_check
from tests.service.harness import COMMAND, ServiceProcess


def unit() -> dict[str, list[str]]:
    """The unit's settings; each may stand more than once."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", (DEPLOY / "daybook.service").read_text("utf-8"), re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


def managed(folder: Path) -> dict[str, str]:
    """Where systemd makes the folders that the unit names, below a folder of the test's."""
    [state], [cache] = unit()["StateDirectory"], unit()["CacheDirectory"]
    folders = {f"/var/lib/{state}": folder / "state", f"/var/cache/{cache}": folder / "cache"}
    for made in folders.values():
        made.mkdir()
    settings = dict(line.split("=", 1) for line in unit()["Environment"])
    for name, value in settings.items():
        root = next(root for root in folders if value.startswith(root))  # any other place is read-only
        settings[name] = value.replace(root, str(folders[root]), 1)
    return settings


@pytest.fixture
def started(tmp_path: Path) -> Iterator[ServiceProcess]:
    """The service as the unit starts it, on a port of the test's."""
    [line] = unit()["ExecStart"]
    program, *arguments = shlex.split(line)
    assert program == "/opt/daybook/bin/daybook"
    settings = {name.removeprefix("DAYBOOK_").lower(): value for name, value in managed(tmp_path).items()}
    running = ServiceProcess(tmp_path, **settings)
    running.command = [*COMMAND[:-1], *arguments]
    with running:
        yield running


def test_starts_keeps_its_files_where_it_may_write_and_ends_well(started: ServiceProcess, tmp_path: Path) -> None:
    [patience] = unit()["TimeoutStopSec"]
    sales = b"Date,Product,Price,Amount\n2026-10-31,Lamp,10,2\n"
    answer = started.client.post("/v1/reports", files={"file": ("sales.csv", sales)}, data={"book": "shop"})
    assert answer.json()["summary"]["total_sales"] == 20
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "state"]
    assert {"daybook.sqlite", "books"} <= {path.name for path in (tmp_path / "state").iterdir()}
    assert unit()["KillMode"] == ["mixed"]  # SIGTERM to the service alone, as here
    assert started.stop() == 0
    assert int(patience) > 60


def test_the_images_health_check_tells_whether_it_is_ready(started: ServiceProcess) -> None:
    command = [sys.executable, *health_check(CONTAINERFILE)[1:]]
    environment = {"DAYBOOK_PORT": started.url.rpartition(":")[2], "http_proxy": "http://127.0.0.1:9"}
    healthy = subprocess.run(command, env=environment, check=False, capture_output=True)  # noqa: S603 - ours
    assert healthy.returncode == 0, healthy.stderr
    started.stop()
    assert subprocess.run(command, env=environment, check=False, capture_output=True).returncode == 1  # noqa: S603 - ours
