"""One instance of the service and three, on one PostgreSQL behind a small balancer: throughput, and a killed instance.

    make test-databases                              # once, for the server
    .venvs/databases/bin/python -m bench.scale       # 12 clients; 240 files of 10,000 rows, 240 pushes, 960 readings

All of it runs on this machine, so that instances share its cores: what is shown is what the database and the balancer
cost, and that nothing is lost, not what three machines would do.
"""

import argparse
import contextlib
import functools
import itertools
import json
import select
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil

from bench.yardstick import sales_csv
from tests.doubles.dingtalk import DingTalkDouble
from tests.servers.postgresql import PostgreSQL
from tests.service.harness import KEY, ServiceProcess

CLIENTS = 12
ROWS = 10_000
BLOCK = 65_536
CLIENT = httpx.Client(
    timeout=120,
    trust_env=False,
    verify=False,  # noqa: S501 - this machine alone, without TLS
    headers={"X-API-Key": KEY},
    limits=httpx.Limits(max_keepalive_connections=0),  # each request is the balancer's choice
)


class Balancer:
    """Hands each connection to the next instance that takes one."""

    def __init__(self, instances: list[ServiceProcess]) -> None:
        self._ports = [urlsplit(one.url).port for one in instances]
        self._turn = itertools.count()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._socket.close()

    def _run(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError), self._next() as server:
            ways = {client: server, server: client}
            while True:
                for source in select.select(list(ways), [], [])[0]:
                    block = source.recv(BLOCK)
                    if not block:
                        return
                    ways[source].sendall(block)

    def _next(self) -> socket.socket:
        for _ in self._ports:
            with contextlib.suppress(ConnectionRefusedError):
                return socket.create_connection(("127.0.0.1", self._ports[next(self._turn) % len(self._ports)]))
        raise OSError("no instance answers")


@contextlib.contextmanager
def cluster(count: int, url: str, group: DingTalkDouble) -> Iterator[tuple[list[ServiceProcess], str]]:
    """So many instances behind a balancer, whose address comes with them."""
    settings: dict[str, Any] = {
        "database_url": url,
        "robots": json.dumps({"sales": {"webhook": group.webhook}}),
        "allow_loopback_robot": "1",
        "workers": 1,
    }
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        running = []
        for number in range(count):
            (Path(folder) / str(number)).mkdir()
            running.append(stack.enter_context(ServiceProcess(Path(folder) / str(number), **settings)))
        balancer = Balancer(running)
        stack.callback(balancer.close)
        yield running, balancer.url


def asked(url: str, method: str, path: str, **body: Any) -> tuple[httpx.Response, int]:
    """An answer, and how often the request was sent again because the connection broke or the answer was 503."""
    for again in itertools.count():
        with contextlib.suppress(httpx.TransportError):
            answer = CLIENT.request(method, url + path, **body)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                answer.raise_for_status()
                return answer, again
        time.sleep(0.2)
    raise AssertionError


def load(work: Callable[[int], tuple[httpx.Response, int]], count: int) -> tuple[list[Any], int, str]:
    """Many clients at once; the answers, how many requests were sent again, and the figures as text."""
    seconds: list[float] = []

    def one(number: int) -> tuple[httpx.Response, int]:
        began = time.perf_counter()
        done = work(number)
        seconds.append(time.perf_counter() - began)
        return done

    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as threads:
        done = list(threads.map(one, range(count)))
    whole = time.perf_counter() - began
    figures = f"{count / whole:7.1f}/s p95 {statistics.quantiles(seconds, n=100)[94]:.2f} s"
    return (
        [answer.json() for answer, _ in done],
        sum(again for _, again in done),
        figures,
    )


def measure(count: int, server: PostgreSQL, requests: int) -> None:
    """Print what so many instances do."""
    data = sales_csv(ROWS)
    with DingTalkDouble(now=lambda: 0) as group, cluster(count, server.new_database(), group) as (running, url):
        report = functools.partial(
            asked, url, "POST", "/v1/reports", content=data, headers={"Content-Type": "text/csv"}
        )
        load(lambda _: report(), 2 * CLIENTS)
        made, _, figures = load(lambda _: report(), requests)
        print(f"{count} instance(s), reports of {ROWS:,} rows   {figures}")
        ids = [one["id"] for one in made]
        _, _, figures = load(lambda n: asked(url, "GET", f"/v1/reports/{ids[n % len(ids)]}"), 4 * requests)
        print(f"{count} instance(s), reports read again       {figures}")
        body = {"content": "# Sales", "delivery_key": "day"}
        answers, _, figures = load(lambda _: asked(url, "POST", "/v1/push", json=body), requests)
        fresh = sum(not answer["already_delivered"] for answer in answers)
        said = f"posted {len(group.messages)}, said so {fresh}"
        print(f"{count} instance(s), one push, {requests} times      {figures}; {said}")
        held = [sum(process.memory_full_info().pss for process in one.family()) / 1e6 for one in running]
        print(f"{count} instance(s), MB held by each             {', '.join(f'{mb:.0f}' for mb in held)}")
        if count > 1:
            kill_one(running, url, report, requests)


def kill_one(running: list[ServiceProcess], url: str, report: Callable[[], Any], requests: int) -> None:
    """Print what becomes of requests when an instance is killed in the middle of them."""

    def kill() -> None:
        for process in reversed(running[0].family()):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    timer = threading.Timer(2, kill)
    timer.start()
    made, again, figures = load(lambda _: report(), requests)
    timer.join()
    kept = sum(asked(url, "GET", f"/v1/reports/{one['id']}")[0].is_success for one in made)
    print(f"an instance killed after 2 s               {figures}; sent again {again}; {kept} of {requests} kept")


def main() -> None:
    """Measure one instance, then three."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--requests", type=int, default=240)
    wanted = parser.parse_args()
    with PostgreSQL() as server:
        for count in (1, 3):
            measure(count, server, wanted.requests)


if __name__ == "__main__":
    main()
