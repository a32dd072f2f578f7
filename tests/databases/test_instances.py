"""Three instances on one database are one service: each is a process of its own, as behind a balancer."""

import contextlib
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.doubles.dingtalk import DingTalkDouble
from tests.doubles.dingtalk.robot import Fault
from tests.servers.postgresql import PostgreSQL
from tests.service.harness import ANALYSIS, COMMAND, CSV, ServiceProcess, problem, until

SECRET = "SECc0ffee00c0ffee00"
PUSH = "/v1/push"
MODULES = Path(__file__).parent / "modules"


@pytest.fixture
def group() -> Iterator[DingTalkDouble]:
    with DingTalkDouble(SECRET) as double:
        yield double


@contextlib.contextmanager
def instances(
    count: int, url: str, folder: Path, group: DingTalkDouble, command: Sequence[str] = COMMAND
) -> Iterator[list[ServiceProcess]]:
    """So many instances, started at once on a database that none of them has seen."""
    settings: dict[str, Any] = {
        "database_url": url,
        "robots": json.dumps({"sales": {"webhook": group.webhook, "secret": SECRET}}),
        "allow_loopback_robot": "1",
        "workers": 1,
        "language": "en_US",
        "functions": "waiting",
        "functions_folder": MODULES,
    }
    made = []
    for number in range(count):
        (folder / str(number)).mkdir()
        made.append(ServiceProcess(folder / str(number), **settings))
        made[-1].command = list(command)
    with ThreadPoolExecutor(count) as threads:
        list(threads.map(ServiceProcess.start, made))
    try:
        yield made
    finally:
        for one in made:
            one.stop()
            one.client.close()


def kill(instance: ServiceProcess) -> None:
    """As a machine's end does: nothing is closed, said or put down."""
    for process in reversed(instance.family()):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    instance.process.wait(30)


def test_fifty_pushes_with_one_key_to_three_instances_post_once(
    url: str, tmp_path: Path, group: DingTalkDouble
) -> None:
    with instances(3, url, tmp_path, group) as three, ThreadPoolExecutor(50) as threads:
        body = {"content": "## Sales\n\none day", "delivery_key": "2023-10-27"}
        pushes = [threads.submit(three[number % 3].client.post, PUSH, json=body) for number in range(50)]
        answers = [push.result() for push in pushes]
        assert Counter(answer.status_code for answer in answers) == {200: 50}
        assert all(answer.json()["delivered"] for answer in answers)
        assert Counter(answer.json()["already_delivered"] for answer in answers) == {False: 1, True: 49}
        assert [post.title for post in group.messages] == ["Sales"]


def test_what_one_instance_made_is_read_from_another_and_outlives_it(
    url: str, tmp_path: Path, group: DingTalkDouble
) -> None:
    with instances(2, url, tmp_path, group) as (one, other):
        made = one.post_file("/v1/reports", CSV).json()
        link = made["links"]["markdown"].removeprefix(one.url)
        run = one.client.post("/functions/make", json={"name": "figures.csv", "kilobytes": 1500}).json()
        kill(one)
        read = other.client.get(f"/v1/reports/{made['id']}").json()
        assert {name: read[name] for name in read if name != "links"} == {
            name: made[name] for name in made if name != "links"
        }
        assert "tea" in httpx.get(other.url + link, trust_env=False).text  # one secret signs the links of all
        seen = other.client.get(f"/v1/runs/{run['run_id']}").json()
        assert (seen["state"], seen["result"]) == ("done", run["result"])
        file = seen["files"][0]["url"].removeprefix(other.url)
        assert len(httpx.get(other.url + file, trust_env=False).content) == 1500 * 1024
        assert [each["run_id"] for each in other.client.get("/v1/runs").json()] == [run["run_id"]]


@pytest.mark.parametrize("posted", [True, False])
def test_an_instance_that_is_killed_while_it_pushes_loses_and_doubles_nothing(
    url: str, tmp_path: Path, group: DingTalkDouble, posted: bool
) -> None:
    """Whoever asked sees a broken connection, asks again, and another instance takes over."""
    body = {"content": "## Sales", "delivery_key": "2023-10-27"}
    with instances(2, url, tmp_path, group) as (one, other), ThreadPoolExecutor(2) as threads:
        group.fail_next(Fault.SLOW, posted=posted)
        broken = threads.submit(one.client.post, PUSH, json=body)
        until(lambda: len(group.requests) == 1)
        waiting = threads.submit(other.client.post, PUSH, json=body)  # holds back while the first is at work
        kill(one)
        assert isinstance(broken.exception(30), httpx.TransportError)
        assert waiting.result().json()["delivered"] is True
        assert other.client.post(PUSH, json=body).json()["already_delivered"] is True
        assert len(group.messages) == 1


def test_a_run_is_told_and_ended_by_another_instance(url: str, tmp_path: Path, group: DingTalkDouble) -> None:
    with instances(2, url, tmp_path, group) as (one, other):
        begun = one.client.post("/functions/wait", json={}, headers={"Prefer": "respond-async"})
        run = f"/v1/runs/{begun.json()['run_id']}"
        until(lambda: other.client.get(run).json()["message"] == "waiting")
        ended = other.client.delete(run).json()
        assert (ended["state"], ended["error"]["code"]) == ("failed", "function_stopped")


def test_a_file_that_ended_workers_of_one_instance_ends_none_of_another(
    url: str, tmp_path: Path, group: DingTalkDouble
) -> None:
    script = (
        "from tests.databases.deadly import deadly\n"
        "from daybook.service.reports import jobs\njobs.make_single_day_answer = deadly\n"
        "from daybook.cli.main import main\nmain()\n"
    )
    with instances(2, url, tmp_path, group, [sys.executable, "-c", script, "serve"]) as (one, other):
        for _ in range(2):
            problem(one.post_file(ANALYSIS, b"deadly file"), 422, "worker_killed")
        problem(other.post_file(ANALYSIS, b"deadly file"), 422, "worker_killed")
        lost = [sum("worker lost" in line for line in each.lines) for each in (one, other)]
        assert lost == [2, 0]


def test_without_its_database_the_service_says_so_and_goes_on_when_it_is_back(
    tmp_path: Path, group: DingTalkDouble
) -> None:
    with PostgreSQL() as server, instances(1, server.new_database(), tmp_path, group) as (one,):
        assert one.client.get("/health/ready").status_code == 200
        server.kill()
        sentence = problem(one.client.post(PUSH, json={"content": "x"}), 503, "database_down")
        assert "database" in sentence
        problem(one.post_file("/v1/reports", CSV), 503, "database_down")
        until(lambda: one.client.get("/health/ready").status_code == 503)
        assert one.client.get("/health/live").status_code == 200
        assert group.messages == []
        server.start()
        assert one.client.post(PUSH, json={"content": "x"}).json()["delivered"] is True
        assert one.post_file("/v1/reports", CSV).status_code == 201
        until(lambda: one.client.get("/health/ready").status_code == 200)
        assert "Traceback" not in "\n".join(one.lines)
