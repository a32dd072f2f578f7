"""`start_checks`: does the package install and start from its own files, without credentials or network?"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from difykit.package.checks.dependencies import wanted_lines
from difykit.package.results import CheckResult, fail, passed
from difykit.runner import PluginProcess, RunnerError
from difykit.runner.environment import fresh_environment
from difykit.runner.package import plugin_folder
from difykit.runner.ports import free_port

INSTALL = "requirements.txt installs into a fresh environment, and is all of it"
HEARTBEAT = "the plugin starts without a network, to its first heartbeat"
SERVERLESS = "the plugin starts as the marketplace's test starts it (serverless)"
SERVERLESS_SECONDS = 20
"""The time after which the marketplace's test gives up."""
OFFLINE = """
import sys

LOOPBACK = {None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0", b"localhost", b"127.0.0.1"}


def refuse(event, arguments):
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if host not in LOOPBACK:
        raise OSError("there is no network here")


sys.addaudithook(refuse)
"""
"""Goes first in the process's path, as `sitecustomize`: a process that has no network but its own machine."""


def start_checks(package: Path) -> Iterator[tuple[str, CheckResult]]:
    """Install and start a package, and say by title what came of it. Takes a minute, most of it the install."""
    with contextlib.ExitStack() as stack:
        try:
            folder = stack.enter_context(plugin_folder(package))
            began = time.monotonic()
            python = stack.enter_context(fresh_environment(folder))
        except RunnerError as error:
            yield INSTALL, fail(str(error), "read what pip says above")
            return
        yield INSTALL, _installed(folder, python, time.monotonic() - began)
        offline = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="difykit-")))
        (offline / "sitecustomize.py").write_text(OFFLINE, encoding="utf-8")
        yield HEARTBEAT, _beats(folder, python, offline)
        yield SERVERLESS, _serves(folder, python, offline)


def _installed(folder: Path, python: Path, seconds: float) -> CheckResult:
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    frozen = subprocess.run([*pip, "freeze", "--all"], capture_output=True, text=True, check=True).stdout  # noqa: S603 - pip
    there = {canonicalize_name(Requirement(line).name): line for line in frozen.split()}
    text = (folder / "requirements.txt").read_text(encoding="utf-8")
    listed = {canonicalize_name(Requirement(line).name) for _, line in wanted_lines(text)}
    unlisted = sorted(set(there) - listed)
    if unlisted:
        return fail(f"pip also installed {', '.join(there[name] for name in unlisted)}", "list them in that version")
    check = subprocess.run([*pip, "check"], capture_output=True, text=True, check=False)  # noqa: S603 - pip
    if check.returncode:
        return fail(" ".join(check.stdout.split()), "choose versions that go together")
    return passed(f"{len(listed)} packages in {seconds:.0f} s")


def _beats(folder: Path, python: Path, offline: Path) -> CheckResult:
    plugin = PluginProcess(folder, python, {"PYTHONPATH": str(offline)})
    try:
        with plugin:
            return passed(f"after {plugin.seconds_to_ready:.1f} s")
    except RunnerError as error:
        return fail(str(error), "start it by hand in the unpacked package: python -m main")


def _serves(folder: Path, python: Path, offline: Path) -> CheckResult:
    port = free_port()
    settings = {"INSTALL_METHOD": "serverless", "SERVERLESS_HOST": "127.0.0.1", "SERVERLESS_PORT": str(port)}
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(  # noqa: S603 - the package's own code is what is to be started
            [python, "-m", "main"],
            cwd=folder,
            env={**os.environ, **settings, "PYTHONPATH": str(offline)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        began = time.monotonic()
        try:
            while process.poll() is None and time.monotonic() - began < SERVERLESS_SECONDS:
                status = _status(port)
                if status:
                    return passed(f"answers after {time.monotonic() - began:.1f} s")
                time.sleep(0.1)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        output.seek(0)
        last = output.read().decode("utf-8", "replace").strip().splitlines()[-1:]
    return fail(f"no answer within {SERVERLESS_SECONDS} s: {' '.join(last)}", "look for work done at import")


def _status(port: int) -> int | None:
    """The HTTP status of the server's root; the marketplace takes 200 and 404."""
    connection = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/")
        status = connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()
    return status if status in {200, 404} else None
