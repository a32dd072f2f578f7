"""The analysis service as a process of its own, the way an operator starts it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import httpx
import psutil

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
KEY = "a-key-for-the-tests-only"
OTHER_KEY = "another-key-while-one-is-rotated"
COMMAND = [sys.executable, "-c", "from daybook.cli.main import main; main()", "serve"]
PATIENCE = 120.0


def until[T](condition: Callable[[], T], what: str = "") -> T:
    """The first true value of ``condition``; fails if there is none in time."""
    deadline = time.monotonic() + PATIENCE
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(what or "the condition never held")
        time.sleep(0.01)
    return value


class ServiceProcess:
    """``daybook serve`` with settings of the test's own; stopped at the end of the context."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder = folder
        self.temp = folder / "temp"
        self.state = folder / "state"
        self.lines: list[str] = []
        self.command = COMMAND
        defaults = {
            "port": 0,
            "workers": 2,
            "api_keys": f"{KEY},{OTHER_KEY}",
            "temp_folder": self.temp,
            "state_folder": self.state,
            "book_folder": folder / "books",
        }
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("DAYBOOK_")},
            **{f"DAYBOOK_{name.upper()}": str(value) for name, value in (defaults | settings).items()},
            "PYTHONPATH": str(ROOT),
        }
        self.url = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.client.close()

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            self.command,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.url = until(self._address, "the service did not start: " + "\n".join(self.lines))
        self.client = httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {KEY}"}, timeout=PATIENCE, trust_env=False
        )
        self.all_workers()

    def stop(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            for worker in self.workers():
                with contextlib.suppress(psutil.Error):
                    worker.resume()
            self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code

    def workers(self) -> list[psutil.Process]:
        """The worker processes: grandchildren, because a server of their own forks them."""
        with contextlib.suppress(psutil.NoSuchProcess):
            return [
                worker
                for child in psutil.Process(self.process.pid).children()
                for worker in child.children()
                if worker.status() != psutil.STATUS_ZOMBIE
            ]
        return []

    def all_workers(self) -> list[psutil.Process]:
        """The worker processes once all are ready for a job, and those that they replace are gone."""
        count = int(self.environment["DAYBOOK_WORKERS"])

        def ready() -> list[psutil.Process]:
            said = httpx.get(f"{self.url}/status", trust_env=False, timeout=PATIENCE).json()["workers"]
            seen = self.workers()
            return seen if said == len(seen) == count else []

        return until(ready, "not all workers came up")

    def family(self) -> list[psutil.Process]:
        """Every process that belongs to the service."""
        server = psutil.Process(self.process.pid)
        return [server, *server.children(recursive=True)]

    @contextlib.contextmanager
    def halted(self) -> Iterator[list[psutil.Process]]:
        """Every worker stands still, so that what it is given takes for ever; waits for one that is being replaced."""
        workers = self.all_workers()
        for worker in workers:
            worker.suspend()
        try:
            yield workers
        finally:
            for worker in workers:
                with contextlib.suppress(psutil.Error):
                    worker.resume()

    def queue(self) -> dict[str, int]:
        state: dict[str, int] = self.client.get("/status").json()["queue"]
        return state

    def temp_files(self) -> list[str]:
        """What lies in the temporary folder, but for what a live service keeps there: its lock, its functions."""
        kept = {".lock", ".snapshot"}
        return [
            str(path.relative_to(self.temp))
            for path in self.temp.rglob("*")
            if path.is_file() and not kept & {path.name, path.suffix}
        ]

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines if line.startswith("{")]

    def post_file(self, path: str, data: bytes, name: str = "sales.csv", **fields: str) -> httpx.Response:
        return self.client.post(path, files={"file": (name, data, "text/csv")}, data=fields)

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n"))

    def _address(self) -> str:
        if self.process.poll() is not None:
            raise RuntimeError("the service ended: " + "\n".join(self.lines))
        for line in self.lines:
            if "service listens" in line:
                return str(json.loads(line)["url"])
        return ""


def problem(response: httpx.Response, status: int, code: str) -> str:
    """The sentence of an answer that must be an error of ``status`` and ``code``, or that kind, in the form of all."""
    assert response.status_code == status, response.text
    body = response.json()
    assert set(body) == {"detail", "code", "kind", "request_id"}
    assert code in {body["code"], body["kind"]}
    assert body["request_id"] == response.headers["X-Request-ID"]
    sentence = body["detail"]
    assert isinstance(sentence, str)
    assert "\n" not in sentence
    assert "Traceback" not in sentence
    assert sentence[-1] in "。."
    return sentence


ANALYSIS = "/analysis/daily_sale_analysis"
CSV = b"Date,Product,Price,Amount,Region\n2023-10-27,tea,10.00,3,east\n2023-10-26,tea,10.00,1,east\n"


def golden(name: str) -> bytes:
    return (GOLDEN / name).read_bytes()
