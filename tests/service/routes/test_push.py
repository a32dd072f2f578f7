"""Pushing through the service's own robots: once under a key, and never answered so that a caller repeats it."""

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from daybook.database import Database, sqlite_url
from daybook.errors import SettingsError
from daybook.parameters import PushParameters
from daybook.plugin.outputs import ToolResult
from daybook.plugin.push_dingtalk import RobotCredentials
from daybook.service import robots
from daybook.service.robots import parse_robots
from daybook.service.settings import Settings
from tests.doubles.dingtalk import DingTalkDouble, Fault
from tests.service.harness import CSV, ServiceProcess, golden, problem

PUSH = "/v1/push"
TWO_WEEKS = golden("two_weeks.csv")
SECRET = "SECc0ffee00c0ffee00"
REPEATED = {429, 500, 502, 503, 504}


@pytest.fixture(scope="module")
def group() -> Iterator[DingTalkDouble]:
    with DingTalkDouble(SECRET) as double:
        yield double


@pytest.fixture(scope="module")
def other() -> Iterator[DingTalkDouble]:
    with DingTalkDouble(keyword="日报", token="other-token") as double:
        yield double


@pytest.fixture(scope="module")
def pusher(
    tmp_path_factory: pytest.TempPathFactory, group: DingTalkDouble, other: DingTalkDouble
) -> Iterator[ServiceProcess]:
    folder = tmp_path_factory.mktemp("pusher")
    robots = {
        "sales": {"webhook": group.webhook, "secret": SECRET},
        "other": {"webhook": other.webhook, "keyword": "日报"},
    }
    settings: dict[str, Any] = {
        "robots": json.dumps(robots),
        "allow_loopback_robot": "1",
        "workers": 1,
    }
    with ServiceProcess(folder, **settings) as running:
        yield running


def test_a_form_or_json_reaches_the_group_of_the_robot_that_is_named(
    pusher: ServiceProcess, group: DingTalkDouble, other: DingTalkDouble
) -> None:
    before, elsewhere = len(group.messages), len(other.messages)
    form = pusher.client.post(PUSH, data={"robot": "sales", "content": "## 甲\n\n正文", "delivery_key": "form"})
    assert form.status_code == 200, form.text
    assert form.json() | {"preview": "", "text": ""} == {
        "delivered": True,
        "already_delivered": False,
        "outcome_unknown": False,
        "parts": 1,
        "delivery_key": "form",
        "preview": "",
        "text": "",
    }
    body = {"robot": "sales", "content": "乙", "title": "标题", "delivery_key": "json", "at_mobiles": "13800000000"}
    assert pusher.client.post(PUSH, json=body).json()["delivered"] is True
    assert [post.title for post in group.messages[before:]] == ["甲", "标题"]
    assert len(other.messages) == elsewhere


def test_the_same_request_again_sends_nothing_with_or_without_a_key(
    pusher: ServiceProcess, group: DingTalkDouble
) -> None:
    before = len(group.messages)
    for key in ("2023-10-27", ""):
        body = {"robot": "sales", "content": f"once {key}", "delivery_key": key}
        first, second = (pusher.client.post(PUSH, json=body).json() for _ in range(2))
        assert (first["already_delivered"], second["already_delivered"]) == (False, True)
        assert first["delivery_key"] == second["delivery_key"] != ""
    assert len(group.messages) == before + 2


def test_a_kept_report_is_sent_under_its_own_key(pusher: ServiceProcess, group: DingTalkDouble) -> None:
    before = len(group.messages)
    made = pusher.post_file("/v1/reports", CSV).json()
    first = pusher.client.post(PUSH, json={"robot": "sales", "report_id": made["id"]}).json()
    again = pusher.post_file("/v1/reports", CSV).json()
    second = pusher.client.post(PUSH, json={"robot": "sales", "report_id": again["id"]}).json()
    assert first["delivery_key"] == second["delivery_key"] == made["report_key"]
    assert (first["delivered"], second["already_delivered"]) == (True, True)
    assert len(group.messages) == before + 1


def test_where_a_phone_reaches_the_service_the_message_shows_the_picture_and_opens_the_page(tmp_path: Path) -> None:
    with DingTalkDouble(SECRET, token="pictures") as ding:
        robots = json.dumps({"sales": {"webhook": ding.webhook, "secret": SECRET}})
        settings: dict[str, Any] = {"robots": robots, "allow_loopback_robot": "1", "workers": 1}
        with ServiceProcess(tmp_path, public_url="https://sales.example.com/day", **settings) as running:
            made = running.post_file("/v1/reports", TWO_WEEKS).json()
            running.client.post(PUSH, json={"report_id": made["id"], "delivery_key": "markdown"}).raise_for_status()
            card = {"report_id": made["id"], "message_type": "action_card", "delivery_key": "card"}
            running.client.post(PUSH, json=card).raise_for_status()
            told, button = (post.body for post in ding.messages[-2:])
            text = told["markdown"]["text"]
            picture, page = re.findall(r"\((https://sales\.example\.com/day/v1/reports/[^)]*)\)", text)
            assert text.count("![") == 1
            assert button["actionCard"]["singleURL"].partition("?")[0] == page.partition("?")[0]
            # a phone has no key
            with httpx.Client(base_url=running.url, trust_env=False) as phone:
                shown = phone.get(picture.removeprefix("https://sales.example.com/day"))
                assert shown.headers["content-type"] == "image/png"
                assert shown.content.startswith(b"\x89PNG")
                assert phone.get(page.removeprefix("https://sales.example.com/day")).status_code == 200
            again = running.post_file("/v1/reports", TWO_WEEKS).json()
            second = running.client.post(PUSH, json={"report_id": again["id"], "delivery_key": "markdown"}).json()
            assert second["already_delivered"] is True
            assert second["text"].count("\n") == 0  # no word of another content: it is the same


def test_without_a_public_address_the_message_has_small_bars_and_no_link(
    pusher: ServiceProcess, group: DingTalkDouble
) -> None:
    made = pusher.post_file("/v1/reports", TWO_WEEKS).json()
    assert made["links"]["picture"] == ""
    body = {"robot": "sales", "report_id": made["id"], "delivery_key": "bars"}
    pusher.client.post(PUSH, json=body).raise_for_status()
    text = group.messages[-1].body["markdown"]["text"]
    assert re.search("[▁▂▃▄▅▆▇█]{5,15} ", text)
    assert "](" not in text


def test_a_lost_answer_is_unknown_and_the_repeat_posts_nothing_twice(
    pusher: ServiceProcess, group: DingTalkDouble
) -> None:
    before = len(group.messages)
    group.fail_next(Fault.ERRCODE_ABSENT)
    body = {"robot": "sales", "content": "lost", "delivery_key": "lost"}
    assert pusher.client.post(PUSH, json=body).status_code == 200
    assert pusher.client.post(PUSH, json=body).json()["delivered"] is True
    assert len(group.messages) == before + 1


@pytest.mark.parametrize(
    ("code", "errmsg"), [(300005, "token is not exist"), (410100, "发送速度太快而限流"), (430103, "不合适图片")]
)
def test_what_dingtalk_refuses_is_one_sentence_and_nothing_that_is_repeated(
    tmp_path: Path, code: int, errmsg: str
) -> None:
    with DingTalkDouble(SECRET, token=f"token-{code}") as ding:
        robots = json.dumps({"sales": {"webhook": ding.webhook, "secret": SECRET}})
        settings = {"robots": robots, "allow_loopback_robot": "1"}
        with ServiceProcess(tmp_path, workers=1, **settings) as running:
            ding.answer_next(code, errmsg, times=3)
            response = running.client.post(PUSH, json={"content": "x"})
            sentence = problem(response, 422, "delivery")
            assert response.status_code not in REPEATED
            assert ding.token not in sentence
            assert SECRET not in sentence


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "parameter"),
        ({"content": " "}, 422, "parameter"),
        ({"content": "x", "report_id": "0" * 32, "robot": "sales"}, 422, "parameter"),
        ({"content": "x"}, 422, "parameter"),
        ({"content": "x", "robot": "nobody"}, 422, "parameter"),
        ({"content": "x", "robot": "sales", "colour": "red"}, 422, "parameter"),
        ({"content": "x", "robot": "sales", "at_all": "perhaps"}, 422, "parameter"),
        ({"content": "x", "robot": "sales", "message_type": "poem"}, 422, "parameter"),
        ({"report_id": "0" * 32, "robot": "sales"}, 404, "not_found"),
    ],
)
def test_a_request_without_sense_is_refused_in_one_sentence(
    pusher: ServiceProcess, group: DingTalkDouble, body: dict[str, str], status: int, code: str
) -> None:
    before = len(group.requests)
    problem(pusher.client.post(PUSH, json=body), status, code)
    assert len(group.requests) == before


def test_other_bodies_and_strangers_are_refused(pusher: ServiceProcess) -> None:
    problem(pusher.client.post(PUSH, content=b"x", headers={"Content-Type": "text/plain"}), 415, "media_type")
    problem(pusher.client.post(PUSH, content=b"[]", headers={"Content-Type": "application/json"}), 400, "body")
    assert httpx.post(pusher.url + PUSH, json={"content": "x"}, trust_env=False).status_code == 401


def test_a_dry_run_sends_nothing(pusher: ServiceProcess, group: DingTalkDouble) -> None:
    before = len(group.requests)
    answer = pusher.client.post(PUSH, json={"robot": "sales", "content": "look", "dry_run": "true"}).json()
    assert (answer["delivered"], answer["preview"]) == (False, "look")
    assert len(group.requests) == before


def test_a_service_without_robots_says_so(service: ServiceProcess) -> None:
    assert "DAYBOOK_ROBOTS" in problem(service.client.post(PUSH, json={"content": "x"}), 422, "settings")


@pytest.mark.parametrize(
    "robots",
    ["{", "[]", '{"sales": {}}', '{"sales": {"webhook": "nothing of a webhook", "secret": "SECRET-IN-CLEAR"}}'],
)
def test_a_wrong_setting_is_named_and_never_quoted(robots: str) -> None:
    with pytest.raises(SettingsError) as raised:
        Settings.load(robots=robots)
    assert "DAYBOOK_ROBOTS" in str(raised.value)
    assert "SECRET-IN-CLEAR" not in str(raised.value)


def test_no_setting_is_no_robot() -> None:
    assert parse_robots(SecretStr("")) == {}


def test_a_robot_that_waits_for_its_rate_window_delays_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, go_on = threading.Semaphore(0), threading.Event()

    def push(asked: PushParameters, credentials: RobotCredentials, *_: object, **__: object) -> ToolResult:
        if credentials.robot_keyword == "slow":
            waiting.release()
            go_on.wait(30)
        return ToolResult(text=asked.content, json={}, variables={})

    monkeypatch.setattr(robots, "push", push)
    registry = robots.RobotRegistry(
        {name: RobotCredentials(robot_keyword=name) for name in ("slow", "quick")},
        Database(sqlite_url(tmp_path / "daybook.sqlite")),
    )

    async def push_all() -> str:
        slow = [asyncio.create_task(registry.push("slow", PushParameters(content=f"{n}"))) for n in range(8)]
        for _ in range(robots.THREADS):
            await asyncio.to_thread(waiting.acquire, timeout=10)
        quick = await asyncio.wait_for(registry.push("quick", PushParameters(content="done")), 10)
        go_on.set()
        assert sorted([result.text for result in await asyncio.gather(*slow)]) == [f"{n}" for n in range(8)]
        return quick.text

    assert asyncio.run(push_all()) == "done"


def test_a_report_whose_data_is_not_ready_is_refused_where_that_is_asked(
    pusher: ServiceProcess, group: DingTalkDouble
) -> None:
    before = len(group.messages)
    stale = {"date": "last complete 2023-10-29", "language": "en_US"}
    made = pusher.post_file("/v1/reports", CSV, **stale).json()
    assert (made["readiness"]["ready"], made["readiness"]["code"]) == (False, "stale")
    body = {"robot": "sales", "report_id": made["id"], "delivery_key": "ready", "when_ready": "true"}
    said = problem(pusher.client.post(PUSH, json=body, headers={"Accept-Language": "en"}), 422, "data_not_ready")
    assert "The data ends on Fri 27 Oct: Sat 28 Oct is not in it yet." in said
    assert len(group.messages) == before
    assert pusher.client.post(PUSH, json=body | {"when_ready": ""}).json()["delivered"] is True
