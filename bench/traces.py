"""What tracing costs: the same requests of 100,000 rows to a service that sends its spans, and to one that does not.

    python -m bench.traces                  40 requests to each, by turns
    python -m bench.traces --requests 200   more

The collector is a process of its own and throws away what it gets. CPU time is that of the whole service, its workers
among it, and of the exporter's thread; the machine's noise meets both, as they take turns.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import psutil

from bench.yardstick import sales_csv
from tests.service.harness import ServiceProcess

SINK = """
from http.server import BaseHTTPRequestHandler, HTTPServer
class Sink(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *_): ...
server = HTTPServer(("127.0.0.1", 0), Sink)
print(server.server_port, flush=True)
server.serve_forever()
"""
ROWS = 100_000
WARM_UP = 3
HEADERS = {"traceparent": f"00-{1:032x}-{1:016x}-01"}


def cpu_seconds(service: ServiceProcess) -> float:
    """What all processes of a service have used."""
    return sum(sum(process.cpu_times()[:2]) for process in service.family())


def ask(service: ServiceProcess, data: bytes) -> float:
    """Seconds for one report."""
    started = time.perf_counter()
    files = {"file": ("sales.csv", data, "text/csv")}
    service.client.post("/v1/reports", files=files, headers=HEADERS).raise_for_status()
    return time.perf_counter() - started


def main() -> None:
    """Measure, and print the ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--requests", type=int, default=40)
    asked = options.parse_args()
    data = sales_csv(ROWS)
    with ExitStack() as held:
        sink = held.enter_context(subprocess.Popen([sys.executable, "-c", SINK], stdout=subprocess.PIPE, text=True))  # noqa: S603 - our own
        held.callback(sink.kill)
        port = sink.stdout.readline().strip() if sink.stdout else ""
        collector = f"http://127.0.0.1:{port}"
        services = {
            name: held.enter_context(
                ServiceProcess(
                    Path(held.enter_context(tempfile.TemporaryDirectory())), workers=1, otlp_endpoint=endpoint
                )
            )
            for name, endpoint in (("without", ""), ("with", collector))
        }
        for service in services.values():
            for _ in range(WARM_UP):
                ask(service, data)
        before = {name: cpu_seconds(service) for name, service in services.items()}
        seconds: dict[str, list[float]] = {name: [] for name in services}
        for _ in range(asked.requests):
            for name, service in services.items():
                seconds[name].append(ask(service, data))
        used = {name: (cpu_seconds(service) - before[name]) / asked.requests for name, service in services.items()}
    for name, times in seconds.items():
        print(f"{name:8} tracing: median {statistics.median(times) * 1000:6.1f} ms, CPU {used[name] * 1000:6.1f} ms")
    wall = statistics.median(seconds["with"]) / statistics.median(seconds["without"]) - 1
    print(f"more: {wall:+.1%} of the median time, {used['with'] / used['without'] - 1:+.1%} of the CPU time")


if __name__ == "__main__":
    try:
        main()
    except psutil.NoSuchProcess:
        sys.exit("a process of the service ended while it was measured")
