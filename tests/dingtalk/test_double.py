"""The stand-in for DingTalk is itself held to what is known of DingTalk: one rule broken at a time."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

import pytest
import requests

from daybook.dingtalk import sign
from tests.dingtalk.conftest import SECRET
from tests.doubles.dingtalk import TOKEN, DingTalkDouble, Fault, Style
from tests.doubles.time import FakeTime

BODY: dict[str, Any] = {"msgtype": "markdown", "markdown": {"title": "日报", "text": "# 日报\n\n好"}}


@pytest.fixture
def ding(time: FakeTime) -> Iterator[DingTalkDouble]:
    with DingTalkDouble(SECRET, "日报", now=time.now) as double:
        yield double


class Caller:
    """Posts to the double, as right as can be but for what is asked to be different."""

    def __init__(self, ding: DingTalkDouble, time: FakeTime) -> None:
        self.ding, self.time = ding, time

    def __call__(self, body: object = BODY, *, method: str = "POST", skew: float = 0, **query: str) -> dict[str, Any]:
        timestamp = round((self.time.seconds + skew) * 1000)
        signed = {"access_token": TOKEN, "timestamp": str(timestamp), "sign": sign(SECRET, timestamp)} | query
        data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        params = {name: value for name, value in signed.items() if value}
        answer = requests.request(
            method, f"{self.ding.origin}/robot/send", params=params, data=data, headers=headers, timeout=5
        )
        assert answer.status_code == 200
        result: dict[str, Any] = answer.json()
        return result


@pytest.fixture
def call(ding: DingTalkDouble, time: FakeTime) -> Caller:
    return Caller(ding, time)


def test_a_right_message_is_posted(ding: DingTalkDouble, call: Caller) -> None:
    assert call() == {"errcode": 0, "errmsg": "ok"}
    (message,) = ding.messages
    assert (message.title, message.text, message.body) == ("日报", "# 日报\n\n好", BODY)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"method": "GET"}, 43002),
        ({"access_token": ""}, 40035),
        ({"access_token": "f" * 64}, 300005),
        ({"access_token": "f" * 64, "sign": ""}, 300005),
        ({"body": b""}, 40035),
        ({"body": b"{}"}, 40035),
        ({"body": b"[1]"}, 40035),
        ({"body": b"not json"}, 40035),
        ({"body": {"msgtype": "image", "image": {}}}, 400105),
        ({"body": BODY | {"padding": "x" * 20_000}}, 460101),
        ({"body": {"msgtype": "markdown", "markdown": {"text": "日报"}}}, 400402),
        ({"body": {"msgtype": "markdown", "markdown": {"title": "日报"}}}, 400403),
        ({"body": {"msgtype": "markdown"}}, 400402),
        ({"body": {"msgtype": "text", "text": {}}}, 40035),
        ({"body": {"msgtype": "actionCard", "actionCard": {"title": "日报", "text": "日报"}}}, 40035),
        ({"body": BODY | {"at": {"atMobiles": "13800000000"}}}, 40035),
        ({"body": BODY | {"at": {"isAtAll": "false"}}}, 40035),
        ({"timestamp": ""}, 310000),
        ({"timestamp": "1764000000"}, 310000),
        ({"skew": 3600.001}, 310000),
        ({"skew": -3601}, 310000),
        ({"sign": ""}, 310000),
        ({"sign": "AAAA"}, 310000),
        ({"body": {"msgtype": "text", "text": {"content": "no keyword"}}}, 310000),
        ({"body": {"msgtype": "markdown", "markdown": {"title": "日报", "text": "in the title alone"}}}, 310000),
    ],
)
def test_one_wrong_thing_is_refused(ding: DingTalkDouble, call: Caller, wrong: dict[str, Any], code: int) -> None:
    assert call(**wrong)["errcode"] == code
    assert ding.messages == []


def test_an_hour_off_is_still_taken(call: Caller) -> None:
    assert call(skew=3600)["errcode"] == 0


def test_a_signature_encoded_twice_is_refused(time: FakeTime) -> None:
    """The first vector of the facts, quoted by hand and then once more by the HTTP library."""
    time.seconds = 1577262236.757
    with DingTalkDouble("this is secret", now=time.now) as other:
        once = quote_plus("hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM=")
        refused = Caller(other, time)(sign=once, timestamp="1577262236757")
        assert other.requests[0].target.endswith("hmPWwU%252B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%252BGs6EZQM%253D")
        assert refused["errcode"] == 310000
        assert refused["errmsg"].startswith("sign not match")


def test_a_content_type_that_is_not_json(ding: DingTalkDouble) -> None:
    answer = requests.post(ding.webhook, data={"a": "b"}, timeout=5)
    assert answer.json()["errcode"] == 43004


def test_a_foreign_address_is_refused() -> None:
    with DingTalkDouble(allowed_ips=["203.0.113.9"]) as ding:
        answer = requests.post(ding.webhook, json=BODY, timeout=5).json()
        assert answer == {"errcode": 310000, "errmsg": "ip 127.0.0.1 not in whitelist"}


def test_a_repeated_message_id_is_posted_once(ding: DingTalkDouble, call: Caller) -> None:
    assert [call(BODY | {"msgUuid": "a"})["errcode"] for _ in range(3)] == [0, 0, 0]
    assert len(ding.messages) == 1


def test_a_refused_message_does_not_use_up_its_id(ding: DingTalkDouble, call: Caller) -> None:
    assert call(BODY | {"msgUuid": "a"}, sign="AAAA")["errcode"] == 310000
    assert call(BODY | {"msgUuid": "a"})["errcode"] == 0
    assert len(ding.messages) == 1


def test_the_21st_in_a_minute_is_refused_and_ten_minutes_of_others(
    ding: DingTalkDouble, call: Caller, time: FakeTime
) -> None:
    assert [call()["errcode"] for _ in range(20)] == [0] * 20
    assert call()["errcode"] == 130101
    time.sleep(599)
    assert call()["errcode"] == 130101
    time.sleep(2)
    assert call()["errcode"] == 0
    assert len(ding.messages) == 21


@pytest.mark.parametrize(
    ("style", "words"),
    [
        (Style.OLD, "sign not match, more: ["),
        (Style.Y2024, "description:机器人发送签名不匹配;"),
        (Style.Y2026, "错误描述:"),
    ],
)
def test_the_three_wordings(style: Style, words: str, time: FakeTime) -> None:
    with DingTalkDouble(SECRET, style=style, now=time.now) as ding:
        assert Caller(ding, time)(sign="AAAA")["errmsg"].startswith(words)


def test_only_who_stands_in_the_text_too_is_mentioned(ding: DingTalkDouble, call: Caller) -> None:
    at = {"atMobiles": ["13800000000", "13900000000"], "atUserIds": ["li"], "isAtAll": True}
    call({"msgtype": "text", "text": {"content": "日报 @13800000000 @li"}, "at": at})
    assert ding.messages[0].mentions == ("13800000000", "li", "all")


@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_happens_once_and_then_all_is_well(ding: DingTalkDouble, call: Caller, fault: Fault) -> None:
    ding.fail_next(fault)
    try:
        timestamp = round(call.time.seconds * 1000)
        query = {"access_token": TOKEN, "timestamp": str(timestamp), "sign": sign(SECRET, timestamp)}
        answer = requests.post(f"{ding.origin}/robot/send", params=query, json=BODY, timeout=0.3, allow_redirects=False)
        usual = answer.status_code == 200 and answer.content == b'{"errcode": 0, "errmsg": "ok"}'
    except requests.RequestException:
        usual = False
    assert not usual
    assert call()["errcode"] == 0


def test_a_redirect_followed_would_be_seen(ding: DingTalkDouble) -> None:
    ding.fail_next(Fault.REDIRECT)
    requests.post(ding.webhook, json=BODY, timeout=5)
    assert [request.target.partition("?")[0] for request in ding.requests] == ["/robot/send", "/elsewhere"]
