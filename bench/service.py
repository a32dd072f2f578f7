"""The analysis service beside the reference's, under the same load in the same run: ratios of speed and memory.

    python -m bench.service                    16 clients with files of 100,000 rows, then one file of 10,000,000
    python -m bench.service --requests 480     more requests in a round of the first part
    python -m bench.service --rows 1000000     a smaller file in the second

``/status`` is asked every 50 ms all the while. Memory is the peak of what all of a service's processes hold together,
shared pages counted once (PSS). The reference reads its files through BytesIO, which is the quicker way for it.
"""

import argparse
import contextlib
import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.yardstick import REFERENCE, sales_csv
from difykit.runner.ports import free_port

ANALYSIS = "/analysis/daily_sale_analysis"
CLIENTS = 16
ROUNDS = 3
"""Of the first part, the services in turn: the machine's noise meets both."""
CLIENT_ROWS = 100_000
BOUNDARY = "bench"
STATUS_INTERVAL = 0.05
MEMORY_INTERVAL = 0.5


@dataclass(slots=True)
class Figures:
    """What was measured of one service under one load."""

    seconds: list[float] = field(default_factory=list)
    """Of each request."""
    whole: float = 0.0
    status_ms: list[float] = field(default_factory=list)
    peak_mb: float = 0.0
    cpu: float = 0.0
    """Seconds of processor time of all its processes."""

    @property
    def per_second(self) -> float:
        """Requests answered per second."""
        return len(self.seconds) / self.whole

    def at(self, percent: int, values: list[float]) -> float:
        """A percentile of ``values``."""
        return statistics.quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else values[0]


@dataclass(frozen=True, slots=True)
class Running:
    """A service that is up."""

    name: str
    port: int
    process: psutil.Process


def main() -> None:
    """Measure both services under both loads, and print a table each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--requests", type=int, default=160)
    parser.add_argument("--rows", type=int, default=10_000_000)
    asked = parser.parse_args()
    if not REFERENCE.exists():
        sys.exit("The reference to measure against is missing: it belongs at ../shared/reference/reference.py.")
    block = sales_csv(CLIENT_ROWS)
    small = form(block)
    show(
        f"{CLIENTS} clients, {CLIENT_ROWS:,} rows",
        [merged(rounds) for rounds in zip(*(one_round(small, asked.requests) for _ in range(ROUNDS)), strict=True)],
    )
    header, _, rows = block.partition(b"\n")
    large = form(header + b"\n" + rows * (asked.rows // CLIENT_ROWS))
    show(f"one file, {asked.rows:,} rows", [measure(name, large, 1, 1) for name in STARTS])


def one_round(body: bytes, requests: int) -> list[Figures]:
    """Both services under the load of many clients, one after the other."""
    return [measure(name, body, CLIENTS, requests) for name in STARTS]


def merged(rounds: Iterable[Figures]) -> Figures:
    """The figures of several rounds as one."""
    whole = Figures()
    for one in rounds:
        whole.seconds += one.seconds
        whole.whole += one.whole
        whole.status_ms += one.status_ms
        whole.peak_mb = max(whole.peak_mb, one.peak_mb)
        whole.cpu += one.cpu
    return whole


def measure(name: str, body: bytes, clients: int, requests: int) -> Figures:
    """One service under one load; it is started for that and stopped afterwards."""
    figures, stop = Figures(), threading.Event()
    with tempfile.TemporaryDirectory() as folder, started(name, Path(folder)) as running:
        post(running, form(sales_csv(1_000)))  # both have loaded what they need
        watchers = [
            threading.Thread(target=watch, args=(running, figures, stop)) for watch in (watch_status, watch_memory)
        ]
        for watcher in watchers:
            watcher.start()
        begin, used = time.perf_counter(), cpu_seconds(running)
        with ThreadPoolExecutor(clients) as executor:
            figures.seconds = list(executor.map(lambda _: post(running, body), range(requests)))
        figures.whole, figures.cpu = time.perf_counter() - begin, cpu_seconds(running) - used
        stop.set()
        for watcher in watchers:
            watcher.join()
    return figures


def show(title: str, both: list[Figures]) -> None:
    """Print what was measured, and how ours stands to theirs."""
    theirs, ours = both
    cpus = [one.cpu / len(one.seconds) * 1000 for one in both]
    rows = [
        ("requests/s", *(f"{one.per_second:.2f}" for one in both), f"{ours.per_second / theirs.per_second:.2f}x"),
        ("p95 s", *(f"{one.at(95, one.seconds):.2f}" for one in both), ""),
        ("/status p99 ms", *(f"{one.at(99, one.status_ms):.0f}" for one in both), ""),
        ("/status longest ms", *(f"{max(one.status_ms):.0f}" for one in both), ""),
        ("CPU ms a request", *(f"{cpu:.0f}" for cpu in cpus), f"{cpus[1] / cpus[0]:.2f} of it"),
        ("peak MB", *(f"{one.peak_mb:.0f}" for one in both), f"{ours.peak_mb / theirs.peak_mb:.2f} of it"),
    ]
    print(f"\n{title:<24} {'reference':>11} {'Daybook':>11}")
    for name, their, our, ratio in rows:
        print(f"{name:<24} {their:>11} {our:>11}  {ratio}")


def form(data: bytes) -> bytes:
    """The body of a form with one file."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="sales.csv"\r\n\r\n'
    return head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()


def post(running: Running, body: bytes) -> float:
    """Have one file analysed; the seconds that it took."""
    begin = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=900)
    connection.request("POST", ANALYSIS, body, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})
    response = connection.getresponse()
    answer = response.read()
    connection.close()
    if response.status != http.client.OK:
        sys.exit(f"{running.name} answered {response.status}: {answer[:300]!r}")
    return time.perf_counter() - begin


def watch_status(running: Running, figures: Figures, stop: threading.Event) -> None:
    """Ask ``/status`` all the while."""
    while not stop.is_set():
        begin = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=900)
        connection.request("GET", "/status")
        connection.getresponse().read()
        connection.close()
        figures.status_ms.append((time.perf_counter() - begin) * 1000)
        stop.wait(STATUS_INTERVAL)


def watch_memory(running: Running, figures: Figures, stop: threading.Event) -> None:
    """Note the most that all processes of the service hold together."""
    while not stop.is_set():
        held = 0
        for process in (running.process, *running.process.children(recursive=True)):
            with contextlib.suppress(psutil.Error, OSError):
                held += process.memory_full_info().pss
        figures.peak_mb = max(figures.peak_mb, held / 1e6)
        stop.wait(MEMORY_INTERVAL)


def cpu_seconds(running: Running) -> float:
    """Processor time that a service's processes have taken, those that have ended with it."""
    seconds = 0.0
    for process in (running.process, *running.process.children(recursive=True)):
        with contextlib.suppress(psutil.Error):
            seconds += sum(process.cpu_times()[:2])
    return seconds


def reference_command(port: int, _: Path) -> tuple[list[str], dict[str, str]]:
    """How the reference is started."""
    return [sys.executable, str(REFERENCE), "--serve", str(port)], {"BYTES_IO": "1"}


def daybook_command(port: int, folder: Path) -> tuple[list[str], dict[str, str]]:
    """How ours is started: as it comes, but for its folders."""
    return [sys.executable, "-m", "daybook.cli", "serve", "--port", str(port)], {
        "DAYBOOK_STATE_FOLDER": str(folder / "state"),
        "DAYBOOK_TEMP_FOLDER": str(folder / "temp"),
    }


STARTS = {"reference": reference_command, "daybook": daybook_command}


@contextlib.contextmanager
def started(name: str, folder: Path) -> Iterator[Running]:
    """A service on a free port while the context lasts."""
    port = free_port()
    command, environment = STARTS[name](port, folder)
    process = subprocess.Popen(  # noqa: S603 - our own commands
        command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until_up(process, port)
        yield Running(name, port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(60)


def wait_until_up(process: "subprocess.Popen[bytes]", port: int) -> None:
    """Return once the service answers."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/status")
            connection.getresponse().read()
            return
        time.sleep(0.05)
    sys.exit("The service did not start.")


if __name__ == "__main__":
    main()
