"""The plugin tells the analysis service what became of a push; the service's troubles are not the push's."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from daybook.dingtalk import RobotError
from daybook.plugin.told_push import push_and_tell
from daybook.store import MemoryStore
from tests.doubles.analysis_service import AnalysisServiceDouble, Request
from tests.doubles.dingtalk import DingTalkDouble, Fault

KEY = "2026-11-27-0a1b2c3d"


@pytest.fixture
def ding(monkeypatch: pytest.MonkeyPatch) -> Iterator[DingTalkDouble]:
    monkeypatch.setenv("DAYBOOK_ALLOW_LOOPBACK_ROBOT", "1")
    with DingTalkDouble() as double:
        yield double


def answer(status: int, body: dict[str, Any]) -> Any:
    def send(request: Request) -> None:
        raw = json.dumps(body).encode()
        request.handler.send_response(status)
        request.handler.send_header("Content-Length", str(len(raw)))
        request.handler.end_headers()
        request.handler.wfile.write(raw)

    return send


def credentials(ding: DingTalkDouble, service: str) -> dict[str, str]:
    return {"robot_webhook": ding.webhook, "service_url": service, "service_key": "a-key-of-the-service"}


def test_what_became_of_a_push_is_told_under_its_key(ding: DingTalkDouble) -> None:
    asked = {"content": "a report", "delivery_key": KEY}
    with AnalysisServiceDouble([answer(202, {"known": True})]) as service:
        known = credentials(ding, service.url)
        ding.answer_next(300005, "token is not exist")
        with pytest.raises(RobotError):
            push_and_tell(asked, known, MemoryStore())
        store = MemoryStore()
        push_and_tell(asked, known, store)
        push_and_tell({**asked, "dry_run": True}, known, store)
        push_and_tell({"content": "without a key"}, known, store)
        push_and_tell(asked, {"robot_webhook": ding.webhook}, MemoryStore())
    assert {request.path for request in service.requests} == {"/v1/mornings/deliveries"}
    told = [json.loads(request.body) for request in service.requests]
    assert [(each["delivery_key"], each["outcome"], each["cause"], each["told_by"]) for each in told] == [
        (KEY, "failed", "dingtalk_300005", "plugin"),
        (KEY, "good", "", "plugin"),
    ]
    assert "a report" not in str(told)


@pytest.mark.parametrize(("status", "body"), [(500, {}), (422, {"code": "x", "detail": "y"}), (202, [])])
def test_a_service_in_trouble_is_not_the_pushs(ding: DingTalkDouble, status: int, body: Any) -> None:
    with AnalysisServiceDouble([answer(status, body)]) as service:
        result = push_and_tell({"content": "x", "delivery_key": KEY}, credentials(ding, service.url), MemoryStore())
    assert result.variables["delivered"] is True
    assert len(service.requests) == 1
    gone = push_and_tell({"content": "x", "delivery_key": "z"}, credentials(ding, service.url), MemoryStore())
    assert gone.variables["delivered"] is True


def test_a_lost_answer_is_told_as_unknown(ding: DingTalkDouble) -> None:
    ding.fail_next(Fault.ERRCODE_ABSENT, times=3)
    with AnalysisServiceDouble([answer(202, {"known": True})]) as service:
        push_and_tell({"content": "x", "delivery_key": KEY}, credentials(ding, service.url), MemoryStore())
    assert [json.loads(request.body)["outcome"] for request in service.requests] == ["unknown"]
