"""What happens when things go wrong around a request: time, memory, kills, clients that leave, a full queue."""

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest

from tests.service.harness import ANALYSIS, CSV, KEY, ServiceProcess, problem, until


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    with ServiceProcess(tmp_path_factory.mktemp("faults"), workers=1, queue=1, language="en_US") as running:
        yield running


@pytest.fixture
def background() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as executor:
        yield executor


def ask(service: ServiceProcess) -> httpx.Response:
    return service.post_file(ANALYSIS, CSV)


def all_quiet(service: ServiceProcess) -> Callable[[], bool]:
    return lambda: service.queue()["places_taken"] == 0 and not service.temp_files() and len(service.workers()) == 1


def gone(pids: set[int]) -> Callable[[], bool]:
    def check() -> bool:
        for pid in pids:
            with contextlib.suppress(psutil.NoSuchProcess):
                if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                    return False
        return True

    return check


def half_sent(service: ServiceProcess, sent: bytes, announced: int) -> socket.socket:
    """A connection on which a form was begun."""
    host, _, port = service.url.removeprefix("http://").partition(":")
    connection = socket.create_connection((host, int(port)))
    head = (
        f"POST {ANALYSIS} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {KEY}\r\n"
        f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {announced}\r\n\r\n"
    )
    connection.sendall(head.encode() + sent)
    return connection


FORM_HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
FORM = FORM_HEAD + CSV + b"\r\n--b--\r\n"


def test_a_full_queue_refuses_at_once_and_says_when_to_come_back(
    service: ServiceProcess, background: ThreadPoolExecutor
) -> None:
    with service.halted():
        inside = [background.submit(ask, service) for _ in range(2)]
        until(lambda: service.queue()["places_taken"] == 2)
        refused = ask(service)
        assert "try again" in problem(refused, 503, "queue_full")
        assert int(refused.headers["Retry-After"]) >= 1
        assert service.client.get("/status").json()["status"] == "running"
    assert [future.result().status_code for future in inside] == [200, 200]
    assert 'daybook_rejections_total{reason="queue_full"}' in service.client.get("/metrics").text


def test_a_worker_that_is_killed_before_it_began_costs_nothing(
    service: ServiceProcess, background: ThreadPoolExecutor
) -> None:
    with service.halted() as workers:
        inside = background.submit(ask, service)
        until(lambda: service.queue()["running"] == 1)
        workers[0].kill()
        assert inside.result().status_code == 200
    until(all_quiet(service))


def test_a_killed_worker_is_replaced_and_its_request_gets_a_clear_error(
    service: ServiceProcess, background: ThreadPoolExecutor
) -> None:
    [worker] = service.all_workers()
    large = b"Date,Product,Price,Amount,Region\n" + b"2023-10-27,tea,10.00,3,east\n" * 600_000
    inside = background.submit(service.post_file, ANALYSIS, large)
    until(lambda: any(file.path.startswith(str(service.temp)) for file in worker.open_files()))
    worker.kill()
    response = inside.result()
    assert "do not send it again" in problem(response, 422, "worker_killed")
    assert "Retry-After" not in response.headers
    assert ask(service).status_code == 200
    until(all_quiet(service))


def test_a_client_that_goes_away_frees_its_place_and_stops_its_job(service: ServiceProcess) -> None:
    with service.halted() as workers:
        connection = half_sent(service, FORM, len(FORM))
        until(lambda: service.queue()["running"] == 1)
        pids = {worker.pid for worker in workers}
        connection.close()
        until(gone(pids), "the worker of a request nobody waits for goes on")
    until(all_quiet(service))
    assert ask(service).status_code == 200


def test_a_client_that_goes_away_while_it_sends_leaves_nothing(service: ServiceProcess) -> None:
    connection = half_sent(service, FORM_HEAD + b"x" * 3_000_000, 10_000_000)
    until(service.temp_files)
    connection.close()
    until(all_quiet(service))


def test_a_client_that_waits_in_the_queue_may_go_too(service: ServiceProcess, background: ThreadPoolExecutor) -> None:
    with service.halted():
        first = background.submit(ask, service)
        until(lambda: service.queue()["running"] == 1)
        second = half_sent(service, FORM, len(FORM))
        until(lambda: service.queue()["waiting"] == 1)
        second.close()
        until(lambda: service.queue()["places_taken"] == 1)
    assert first.result().status_code == 200


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    with ServiceProcess(
        tmp_path_factory.mktemp("impatient"), workers=1, time_limit=0.5, upload_seconds=0.5, language="en_US"
    ) as running:
        yield running


def test_work_that_takes_too_long_is_stopped(impatient: ServiceProcess) -> None:
    with impatient.halted() as workers:
        pids = {worker.pid for worker in workers}
        assert "0.5 seconds" in problem(ask(impatient), 422, "time_limit")
        until(gone(pids))
    until(all_quiet(impatient))


def test_a_body_that_does_not_come_is_given_up(impatient: ServiceProcess) -> None:
    connection = half_sent(impatient, FORM_HEAD, 10_000)
    connection.settimeout(20)
    answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"0.5 seconds" in answer
    connection.close()
    until(all_quiet(impatient))


def test_work_that_takes_too_much_memory_is_stopped(tmp_path: Path) -> None:
    rows = b"".join(b"2023-10-%02d,item %d,%d.50,1,region %d\n" % (n % 28 + 1, n, n, n % 97) for n in range(300_000))
    with ServiceProcess(tmp_path, workers=1, memory_limit_mb=128, language="en_US") as service:
        response = service.post_file(ANALYSIS, b"Date,Product,Price,Amount,Region\n" + rows)
        assert "128 MB" in problem(response, 413, "memory_limit")
        until(all_quiet(service))
        assert ask(service).status_code == 200


def test_shutdown_finishes_what_runs_and_leaves_nothing(tmp_path: Path, background: ThreadPoolExecutor) -> None:
    with ServiceProcess(tmp_path, workers=1) as service:
        family = {process.pid for process in service.family()}
        with service.halted():
            inside = [background.submit(ask, service) for _ in range(2)]
            until(lambda: service.queue()["places_taken"] == 2)
            service.process.send_signal(signal.SIGTERM)
            until(lambda: _refuses(service), "the service still takes connections")
        assert [future.result().status_code for future in inside] == [200, 200]
        assert service.process.wait(30) == 0
        until(gone(family))
        assert not list(service.temp.iterdir())


def _refuses(service: ServiceProcess) -> bool:
    try:
        httpx.get(f"{service.url}/status", trust_env=False)
    except httpx.TransportError:
        return True
    return False


def test_a_termination_signal_to_everybody_stops_no_job(tmp_path: Path, background: ThreadPoolExecutor) -> None:
    with ServiceProcess(tmp_path, workers=1) as service:
        with service.halted() as workers:
            inside = background.submit(ask, service)
            until(lambda: service.queue()["running"] == 1)
            for pid in (*(worker.pid for worker in workers), service.process.pid):
                os.kill(pid, signal.SIGTERM)
        assert inside.result().status_code == 200
        assert service.process.wait(30) == 0


def test_after_a_kill_workers_end_and_the_next_start_cleans_up(tmp_path: Path) -> None:
    with ServiceProcess(tmp_path, workers=2) as service:
        family = {process.pid for process in service.family()}
        with service.halted():
            connection = half_sent(service, FORM, len(FORM))
            until(lambda: service.queue()["running"] == 1)
            assert service.temp_files()
            os.kill(service.process.pid, signal.SIGKILL)
            service.process.wait(30)
        until(gone(family), "processes outlive their server")
        connection.close()
        assert service.temp_files()
    with ServiceProcess(tmp_path, workers=1) as service:
        assert not service.temp_files()
        assert ask(service).status_code == 200


def test_two_services_share_a_temporary_folder(tmp_path: Path, background: ThreadPoolExecutor) -> None:
    with ServiceProcess(tmp_path, workers=1) as one:
        with one.halted():
            inside = background.submit(ask, one)
            until(lambda: one.queue()["running"] == 1)
            with ServiceProcess(tmp_path, workers=1) as two:
                assert ask(two).status_code == 200
        assert inside.result().status_code == 200


def test_killing_workers_at_random_loses_no_request(tmp_path: Path, background: ThreadPoolExecutor) -> None:
    with ServiceProcess(tmp_path, workers=2, queue=60) as service:
        stop = threading.Event()
        killer: Future[int] = background.submit(_kill_workers, service, stop)
        answers = list(background.map(lambda number: service.post_file(ANALYSIS, CSV + b"\n" * number), range(60)))
        stop.set()
        assert killer.result() > 0
        for answer in answers:
            if answer.status_code != 200:
                problem(answer, 422, "worker_killed")
        assert sum(answer.status_code == 200 for answer in answers) > 0
        assert len(service.all_workers()) == 2
        until(lambda: not service.temp_files())
        until(lambda: service.queue()["places_taken"] == 0)


def _kill_workers(service: ServiceProcess, stop: threading.Event) -> int:
    killed = 0
    while not stop.wait(0.03):
        for worker in service.workers()[:1]:
            with contextlib.suppress(psutil.Error):
                worker.kill()
                killed += 1
    return killed


def test_a_disk_without_room_is_said(tmp_path: Path) -> None:
    with ServiceProcess(tmp_path, workers=1, language="en_US") as service:
        psutil.Process(service.process.pid).rlimit(psutil.RLIMIT_FSIZE, (1000, 1000))
        response = service.post_file(ANALYSIS, CSV * 1000)
        assert "no room" in problem(response, 507, "storage_full")
        assert not service.temp_files()
