"""The mornings of a real service: what it notes itself, what it is told, whom it tells, and how its watch does."""

import datetime as dt
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
from click.testing import CliRunner, Result

from daybook.cli.main import main
from daybook.database import Database, sqlite_url
from daybook.errors import SettingsError
from daybook.mornings.steps import Step, StepName
from daybook.mornings.store import MorningStore
from daybook.service.settings import Settings
from daybook.service.state import ServiceState
from daybook.service.watching import Watching
from tests.doubles.dingtalk import DingTalkDouble
from tests.service.harness import CSV, KEY, ServiceProcess, problem, until

NOW = dt.datetime.now(dt.UTC)
TODAY = NOW.date()
"""The day that is due on tests' mornings: all of them are in UTC, with an offset of 0."""
FILE = """
[alert]
robot = "ops"
language = "en_US"
look_seconds = 0.1
heartbeat_url = "{heartbeat}"
[links]
airflow = "https://airflow.example.com/dags/{{dag}}/runs/{{run}}"
dify = "https://dify.example.com/logs/{{run}}"
trace = "https://traces.example.com/{{trace}}"
[books.missed]
due = "00:00"
zone = "Etc/UTC"
grace_minutes = 0
day_offset = 0
[books.told]
gate = {{ deadline = "23:58", zone = "Etc/UTC" }}
due = "23:59"
zone = "Etc/UTC"
robot = "sales"
day_offset = 0
"""


class Switch:
    """A dead man's switch on this machine: counts who asks."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        switch = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                switch.asked.append(self.path)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def watched_since_midnight(folder: Path) -> None:
    """A database that has watched the books since midnight, so that today's report is due."""
    database = Database(sqlite_url(folder / "state" / "daybook.sqlite"))
    database.open()
    midnight = dt.datetime.combine(TODAY, dt.time(), dt.UTC)
    for book in ("missed", "told"):
        MorningStore(database).note(Step(book, TODAY, StepName.WATCHED, midnight, midnight))
    MorningStore(database).note(Step("missed", TODAY, StepName.DUE, midnight, midnight, seconds=0.0))
    database.close()


@pytest.fixture(scope="module")
def ops() -> Iterator[DingTalkDouble]:
    with DingTalkDouble(token="ops-group-token") as double:
        yield double


@pytest.fixture(scope="module")
def sales() -> Iterator[DingTalkDouble]:
    with DingTalkDouble(token="sales-group-token") as double:
        yield double


@pytest.fixture(scope="module")
def switch() -> Iterator[Switch]:
    with Switch() as double:
        yield double


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory, ops: DingTalkDouble, sales: DingTalkDouble, switch: Switch
) -> Iterator[ServiceProcess]:
    folder = tmp_path_factory.mktemp("desk")
    watched_since_midnight(folder)
    heartbeat = f"http://127.0.0.1:{switch.server.server_port}/beat/secret-of-the-switch"
    (folder / "mornings.toml").write_text(FILE.format(heartbeat=heartbeat), encoding="utf-8")
    robots = {"ops": {"webhook": ops.webhook}, "sales": {"webhook": sales.webhook}}
    settings: dict[str, Any] = {
        "robots": json.dumps(robots),
        "allow_loopback_robot": "1",
        "workers": 1,
        "mornings": folder / "mornings.toml",
        "public_url": "https://sales.example.com",
    }
    with ServiceProcess(folder, **settings) as running:
        yield running
        assert "secret-of-the-switch" not in "\n".join(running.lines)


def morning(desk: ServiceProcess, book: str, day: dt.date = TODAY) -> dict[str, Any]:
    answer = desk.client.get(f"/v1/mornings/{book}/{day}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_missed_morning_is_told_once_with_the_way_to_its_page(desk: ServiceProcess, ops: DingTalkDouble) -> None:
    until(lambda: ops.messages, "no alert came")
    post = ops.messages[0]
    assert post.title.startswith("Not delivered: missed")
    assert "no run has begun" in post.text
    address = post.text.partition("(https://sales.example.com")[2].partition(")")[0]
    page = httpx.get(f"{desk.url}{address}", headers={"Accept": "text/html"}, trust_env=False)
    assert page.status_code == 200
    assert "missing" in page.text
    rounds = desk.client.get("/health/watch").json()["overdue"]
    assert rounds == 1
    assert len([each for each in ops.messages if "missed" in each.title]) == 1


def test_the_watch_says_how_it_does_and_tells_the_switch(desk: ServiceProcess, switch: Switch) -> None:
    answer = httpx.get(f"{desk.url}/health/watch", trust_env=False)  # a probe has no key
    assert answer.status_code == 200
    assert answer.json()["status"] == "watching"
    until(lambda: switch.asked, "no heartbeat came")
    assert set(switch.asked) == {"/beat/secret-of-the-switch"}


def test_a_report_and_its_push_are_noted(desk: ServiceProcess) -> None:
    csv = CSV.replace(b"2023-10-27", str(TODAY).encode())
    trace = "0af7651916cd43dd8448eb211c80319c"
    made = desk.client.post(
        "/v1/reports",
        files={"file": ("sales.csv", csv, "text/csv")},
        data={"book": "told"},
        headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"},
    ).json()
    pushed = desk.client.post("/v1/push", json={"robot": "ops", "report_id": made["id"], "delivery_key": "elsewhere"})
    assert pushed.status_code == 200
    assert morning(desk, "told")["state"] == "coming"  # another group's robot is not the book's
    for key in ("no-report", "what a database takes for no text: \0"):
        unknown = desk.client.post("/v1/mornings/deliveries", json={"delivery_key": key})
        assert (unknown.status_code, unknown.json()) == (202, {"known": False})
    desk.client.post("/v1/push", json={"robot": "sales", "report_id": made["id"]}).raise_for_status()
    told = morning(desk, "told")
    assert told["state"] == "delivered"
    steps = {step["step"]: step for step in told["steps"]}
    assert steps["analysed"]["trace_id"] == trace
    assert steps["analysed"]["seconds"] > 0
    assert steps["analysed"]["links"]["trace"] == f"https://traces.example.com/{trace}"
    assert f"/v1/reports/{made['id']}/report.html?link=" in steps["pushed"]["links"]["report"]
    assert steps["pushed"]["told_by"] == "service"


def test_a_day_that_is_not_in_is_noted_and_its_book_waits_by_the_settings(desk: ServiceProcess) -> None:
    day = TODAY - dt.timedelta(days=3)
    csv = CSV.replace(b"2023-10-27", str(day - dt.timedelta(days=1)).encode())
    desk.post_file("/v1/reports", csv, book="told", date=str(day))
    [step] = [each for each in morning(desk, "told", day)["steps"] if each["step"] == "gated"]
    assert step["outcome"] == "failed"  # its deadline has passed
    assert step["cause"]


def test_prometheus_has_the_age_of_the_newest_delivered_day(desk: ServiceProcess) -> None:
    place = f"/v1/mornings/told/{TODAY - dt.timedelta(days=9)}/steps"
    desk.client.post(place, json={"step": "pushed"}).raise_for_status()
    found = desk.client.get("/metrics").text
    [age] = re.findall(r'^daybook_newest_delivered_day_age_seconds\{book="told"\} (\S+)$', found, re.MULTILINE)
    assert float(age) < 9 * 86_400
    assert "daybook_mornings_overdue 1.0" in found


def test_a_push_by_the_plugin_is_known_by_its_reports_key(desk: ServiceProcess) -> None:
    day = TODAY - dt.timedelta(days=1)
    csv = CSV.replace(b"2023-10-27", str(day).encode())
    made = desk.post_file("/v1/reports", csv, book="told", date=str(day)).json()
    body = {"delivery_key": made["report_key"], "outcome": "failed", "cause": "dingtalk_310000", "told_by": "plugin"}
    assert desk.client.post("/v1/mornings/deliveries", json=body).json() == {"known": True}
    told = morning(desk, "told", day)
    steps = [(step["step"], step["cause"], step["told_by"]) for step in told["steps"]]
    assert steps == [
        ("gated", "", "service"),
        ("analysed", "", "service"),
        ("pushed", "dingtalk_310000", "plugin"),
    ]


def test_steps_are_told_with_the_runs_that_they_belong_to(desk: ServiceProcess) -> None:
    day = TODAY - dt.timedelta(days=2)
    place = f"/v1/mornings/TOLD/{day}/steps"
    run = "scheduled__2026-11-28T00:00:00+00:00"
    ids = {"airflow_dag": "daily_sales_report", "airflow_run": run, "dify_run": "0f3c", "told_by": "airflow"}
    for body in ({"outcome": "going"}, {"outcome": "failed", "cause": "node_failed", "attempt": 2, "seconds": 12.5}):
        answer = desk.client.post(place, json={"step": "workflow", "what": run, **ids, **body})
        assert answer.status_code == 202, answer.text
    [step] = morning(desk, "told", day)["steps"]
    assert (step["outcome"], step["attempt"], step["seconds"]) == ("failed", 2, 12.5)
    assert step["links"]["airflow"].endswith("/runs/scheduled__2026-11-28T00%3A00%3A00%2B00%3A00")
    assert step["links"]["dify"] == "https://dify.example.com/logs/0f3c"


@pytest.mark.parametrize(
    "body",
    [
        {"step": "alerted"},
        {"step": "pushed", "cause": "what a person wrote"},
        {"step": "pushed", "dify_run": "https://dify.example.com/?token=x"},
        {"step": "pushed", "text": "a cell"},
        {"outcome": "good"},
    ],
)
def test_what_is_no_step_or_might_be_content_is_refused(desk: ServiceProcess, body: dict[str, str]) -> None:
    problem(desk.client.post(f"/v1/mornings/told/{TODAY}/steps", json=body), 422, "parameter")


def test_a_book_that_nobody_watches_is_named(desk: ServiceProcess) -> None:
    answer = desk.client.post(f"/v1/mornings/other/{TODAY}/steps", json={"step": "pushed"})
    assert "missed, told" in problem(answer, 422, "unknown_morning")


def test_nobody_reads_or_tells_without_a_key_or_a_link(desk: ServiceProcess) -> None:
    with httpx.Client(base_url=desk.url, trust_env=False) as stranger:
        for place in ("/v1/mornings", f"/v1/mornings/told/{TODAY}"):
            assert stranger.get(place).status_code == 401
            assert stranger.get(f"{place}?link=x").status_code == 403
        for place in (f"/v1/mornings/told/{TODAY}/steps", "/v1/mornings/deliveries", "/v1/mornings/drill"):
            assert stranger.post(place, json={}).status_code == 401
        page = desk.client.get("/v1/mornings").json()["links"]["page"].removeprefix("https://sales.example.com")
        shown = stranger.get(page, headers={"Accept": "text/html"})
        assert shown.status_code == 200
        assert shown.headers["content-security-policy"]
        assert "told" in shown.text


def test_a_drill_is_marked_and_leaves_the_books_alone(desk: ServiceProcess, ops: DingTalkDouble) -> None:
    before = desk.client.get("/v1/mornings").json()["books"]
    answer = desk.client.post("/v1/mornings/drill").json()
    assert answer["failed"] == ""
    assert [each["title"].partition(":")[0] for each in answer["messages"]] == [
        "[Drill] Not delivered", "[Drill] Delivered",
    ]  # fmt: skip
    assert [each["title"] for each in answer["messages"]] == [
        post.title for post in ops.messages if "[Drill]" in post.title
    ]
    after = desk.client.get("/v1/mornings").json()["books"]
    assert [each["book"] for each in after] == [each["book"] for each in before]


def typed(desk: ServiceProcess, *words: str) -> Result:
    environ = {"DAYBOOK_SERVICE_URL": desk.url, "DAYBOOK_SERVICE_KEY": KEY, "DAYBOOK_LANGUAGE": "en_US"}
    return CliRunner().invoke(main, list(words), env=environ, catch_exceptions=False)


def test_a_terminal_says_the_same(desk: ServiceProcess, ops: DingTalkDouble) -> None:
    until(lambda: ops.messages, "no alert came")
    shown = typed(desk, "mornings", "--days", "3")
    assert shown.exit_code == 1  # one is missing
    assert "missed: due 00:00 (Etc/UTC), 0 min of grace" in shown.output
    assert f"{TODAY}" in shown.output
    assert "missing" in shown.output
    assert "why: nothing has told the service of this day" in shown.output
    desk.client.post(f"/v1/mornings/told/{TODAY - dt.timedelta(days=5)}/steps", json={"step": "pushed", "seconds": 2})
    day = typed(desk, "mornings", "told", str(TODAY - dt.timedelta(days=5)))
    assert day.exit_code == 0
    assert "delivered" in day.output
    assert "Pushed to the group: done  2.0 s" in day.output
    assert typed(desk, "mornings", "told").exit_code == 1
    assert "DAYBOOK_SERVICE_URL" in CliRunner().invoke(main, ["drill"], env={"DAYBOOK_SERVICE_URL": ""}).output
    played = typed(desk, "drill")
    assert played.exit_code == 0
    assert played.output.count("[Drill]") == 4


def test_a_service_without_mornings_says_that_it_watches_nothing(service: ServiceProcess) -> None:
    answer = service.client.get("/health/watch")
    assert (answer.status_code, answer.json()["status"]) == (503, "not_watching")
    problem(service.client.post("/v1/mornings/drill"), 422, "no_mornings")
    assert service.client.get("/v1/mornings").json()["books"] == []


def watching(folder: Path, robots: str, heartbeat: str = "") -> Watching:
    """The mornings of a service, without the service."""
    watched_since_midnight(folder)
    (folder / "mornings.toml").write_text(FILE.format(heartbeat=heartbeat).replace('"sales"', '"ops"'), "utf-8")
    settings = Settings.load(mornings=folder / "mornings.toml", state_folder=folder / "state", robots=robots)
    return ServiceState(settings).mornings


def test_a_group_that_refuses_shows_in_the_health_and_stills_the_heart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAYBOOK_ALLOW_LOOPBACK_ROBOT", "1")
    with DingTalkDouble(token="right-group-token") as ops, Switch() as switch:
        heartbeat = f"http://127.0.0.1:{switch.server.server_port}/beat"
        robots = json.dumps({"ops": {"webhook": ops.webhook}})
        found = watching(tmp_path, robots, heartbeat)
        assert found.health().status == "starting"
        ops.answer_next(300005, "token is not exist")
        found.look()
        assert (found.health().status, found.health().code) == ("alerts_refused", "delivery")
        assert not found.health().is_good
        assert switch.asked == []
        found.look()
        assert (found.health().status, found.health().overdue) == ("watching", 1)
        assert len(ops.messages) == len(switch.asked) == 1
        found.look()
        assert len(ops.messages) == len(switch.asked) == 1  # a beat a minute


def test_a_robot_that_is_not_there_is_said_at_the_start(tmp_path: Path) -> None:
    webhook = "https://oapi.dingtalk.com/robot/send?access_token=" + "0" * 64
    with pytest.raises(SettingsError, match="DAYBOOK_ROBOTS"):
        watching(tmp_path, json.dumps({"others": {"webhook": webhook}}))
    with pytest.raises(SettingsError, match="DAYBOOK_ROBOTS"):
        watching(tmp_path, "")
