"""The analysis service as a process of its own, for workflows that call it."""

import contextlib
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import requests

READY_SECONDS = 60.0
STOP_SECONDS = 30.0
COMMAND = (sys.executable, "-c", "from daybook.cli.main import main; main()", "serve")
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
"""Where it listens, in its log."""
ROOT = Path(__file__).resolve().parents[1]


class ServiceProcess:
    """``daybook serve`` on a free port of this machine, with a key of its own; a context manager.

    Args:
        folder: where it keeps what it keeps.
        robots: credentials by the robot's name; fields as in the plugin's authorization.
        settings: further settings of the service.
    """

    def __init__(self, folder: Path, robots: Mapping[str, Mapping[str, str]] | None = None, **settings: Any) -> None:
        self.folder = folder
        self.key = secrets.token_hex(16)
        self.url = ""
        self.seconds = 0.0
        """From the start to the first answer."""
        named = {
            name: {k.removeprefix("robot_"): v for k, v in fields.items()} for name, fields in (robots or {}).items()
        }
        values = {
            "port": 0,
            "workers": 1,
            "api_keys": self.key,
            "temp_folder": folder / "temp",
            "report_folder": folder / "reports",
            "delivery_folder": folder / "deliveries",
            "robots": json.dumps(named) if named else "",
            "allow_loopback_robot": "1",
            **settings,
        }
        self._environ = {name: value for name, value in os.environ.items() if not name.startswith("DAYBOOK_")}
        self._environ |= {f"DAYBOOK_{name.upper()}": str(value) for name, value in values.items()}
        self._environ["PYTHONPATH"] = str(ROOT)
        self._lines: list[str] = []
        self._found = threading.Event()

    def __enter__(self) -> Self:
        started = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - our own service
            COMMAND, env=self._environ, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._found.wait(READY_SECONDS)
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() - started > READY_SECONDS:
                self.__exit__()
                raise RuntimeError("the analysis service did not start: " + "\n".join(self._lines[-20:]))
            time.sleep(0.05)
        self.seconds = time.monotonic() - started
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(STOP_SECONDS)

    def _is_ready(self) -> bool:
        if not self.url:
            return False
        with contextlib.suppress(requests.RequestException), requests.Session() as session:
            session.trust_env = False
            return session.get(f"{self.url}/health/ready", timeout=5).ok
        return False

    def _read(self) -> None:
        assert self._process.stderr is not None  # noqa: S101 - for the type checker; it is a pipe
        for line in self._process.stderr:
            self._lines.append(line.rstrip("\n"))
            if not self.url and (address := ADDRESS.search(line)):
                self.url = address.group()
                self._found.set()
        self._found.set()
