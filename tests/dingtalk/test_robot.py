from urllib.parse import quote

import pytest

from daybook.dingtalk import Message, Robot, RobotClient, plan_message, sign
from daybook.errors import SettingsError
from daybook.language import Language
from tests.dingtalk.conftest import SECRET
from tests.doubles.dingtalk import TOKEN, DingTalkDouble
from tests.doubles.time import FakeTime

VECTORS = [
    (1577262236757, "this is secret", "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="),
    (
        1700000000000,
        "SEC000000000000000000000000000000000000000000000000000000000000test",
        "bCcJiIKqyObgdvB5UiIbViJlixojz9bQW5dnZbgLAd8=",
    ),
    (
        1764000000123,
        "SECf0e1d2c3b4a5968778695a4b3c2d1e0ff0e1d2c3b4a5968778695a4b3c2d1e0f",
        "YI24rqizsqJjWMb5SGgU5/UkdaETqfSPSC+ydtAAoRc=",
    ),
]
WIRE = [
    "hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D",
    "bCcJiIKqyObgdvB5UiIbViJlixojz9bQW5dnZbgLAd8%3D",
    "YI24rqizsqJjWMb5SGgU5%2FUkdaETqfSPSC%2BydtAAoRc%3D",
]


@pytest.mark.parametrize(("timestamp", "secret", "raw"), VECTORS)
def test_signature(timestamp: int, secret: str, raw: str) -> None:
    assert sign(secret, timestamp) == raw


@pytest.mark.parametrize(("vector", "wire"), list(zip(VECTORS, WIRE, strict=True)))
def test_signature_is_encoded_once_on_the_wire(vector: tuple[int, str, str], wire: str, time: FakeTime) -> None:
    timestamp, secret, _ = vector
    time.seconds = timestamp / 1000
    with DingTalkDouble(secret, now=time.now) as ding:
        robot = Robot.parse(ding.webhook, secret, allow_loopback=True)
        RobotClient(robot, clock=time.clock).push(plan_message(Message("hello")))
        assert ding.requests[0].target == f"/robot/send?access_token={TOKEN}&timestamp={timestamp}&sign={wire}"
        assert len(ding.messages) == 1


def test_a_robot_without_a_secret_is_not_signed() -> None:
    with DingTalkDouble() as ding:
        RobotClient(Robot.parse(ding.webhook, allow_loopback=True)).push(plan_message(Message("hello")))
        assert ding.requests[0].target == f"/robot/send?access_token={TOKEN}"
        assert len(ding.messages) == 1


@pytest.mark.parametrize(
    "pasted",
    [
        f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}",
        f"  https://oapi.dingtalk.com/robot/send?access_token={TOKEN}\n",
        f'"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}"',
        f"HTTPS://OAPI.DingTalk.com:443/robot/send/?access_token={TOKEN}#top",
        f"oapi.dingtalk.com/robot/send?access_token={TOKEN}",
        f"https://oapi.dingtalk.com/robot/send?timestamp=1&access_token={TOKEN}&timestamp=1577262236757&sign=a%2Bb%3D",
        f"access_token={TOKEN}",
        TOKEN,
    ],
)
def test_a_pasted_webhook_is_reduced_to_host_and_token(pasted: str) -> None:
    robot = Robot.parse(pasted)
    assert robot.endpoint == "https://oapi.dingtalk.com/robot/send"
    assert robot.query(1) == {"access_token": TOKEN}


def test_the_international_host() -> None:
    robot = Robot.parse(f"https://oapi.dingtalk.io/robot/send?access_token={TOKEN}")
    assert robot.endpoint == "https://oapi.dingtalk.io/robot/send"


@pytest.mark.parametrize(
    "webhook",
    [
        f"http://oapi.dingtalk.com/robot/send?access_token={TOKEN}",
        f"https://oapi.dingtalk.com.evil.example/robot/send?access_token={TOKEN}",
        f"https://evil.example/robot/send?access_token={TOKEN}",
        f"https://oapi.dingtalk.com@evil.example/robot/send?access_token={TOKEN}",
        f"https://user:pw@oapi.dingtalk.com/robot/send?access_token={TOKEN}",
        f"https://oapi.dingtalk.com:8443/robot/send?access_token={TOKEN}",
        f"https://oapi.dingtalk.com\\@evil.example/robot/send?access_token={TOKEN}",
        f"https://oapi.dingtalk.com./robot/send?access_token={TOKEN}",
        f"ftp://oapi.dingtalk.com/robot/send?access_token={TOKEN}",
        f"file://oapi.dingtalk.com/robot/send?access_token={TOKEN}",
        f"https://127.0.0.1/robot/send?access_token={TOKEN}",
        f"http://127.0.0.1:80/robot/send?access_token={TOKEN}",
        f"http://localhost/robot/send?access_token={TOKEN}",
        f"http://[::1]/robot/send?access_token={TOKEN}",
        f"http://169.254.169.254/robot/send?access_token={TOKEN}",
        f"https://oapi.dingtalk.com:99999/robot/send?access_token={TOKEN}",
        "https://oapi.dingtalk.com/robot/send",
        "https://oapi.dingtalk.com/robot/send?access_token=",
        "https://oapi.dingtalk.com/robot/send?access_token=XXXXXX",
        f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}&access_token={TOKEN[::-1]}",
        f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}%0d%0aX: y",
        f"https://oapi.dingtalk.com/topapi/message?access_token={TOKEN}",
        "https://open.dingtalk.com/document/robots/custom-robot-access",
        "oapi.dingtalk.com",
        "ask Li about it",
        "机器人",
        "https://[",
        SECRET,
        "x" * 5000,
        "",
        "   ",
    ],
)
def test_a_wrong_webhook_is_refused_by_name_and_without_repeating_it(webhook: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Robot.parse(webhook)
    error = caught.value
    assert error.values["field"].en == "Robot webhook"
    for language in Language:
        sentence = error.sentence(language)
        assert TOKEN not in sentence
        assert SECRET not in sentence
        assert "://" not in sentence
        assert "\n" not in sentence


def test_loopback_is_taken_only_when_allowed_and_only_loopback() -> None:
    here = f"http://127.0.0.1:8123/robot/send?access_token={TOKEN}"
    assert Robot.parse(here, allow_loopback=True).endpoint == "http://127.0.0.1:8123/robot/send"
    assert Robot.parse(here.replace("127.0.0.1", "[::1]"), allow_loopback=True).endpoint.startswith(
        "http://[::1]:8123/"
    )
    with pytest.raises(SettingsError):
        Robot.parse(here.replace("127.0.0.1", "10.0.0.1"), allow_loopback=True)


@pytest.mark.parametrize(
    "secret", [f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}", TOKEN, "S" * 5000, f"access_token={TOKEN}"]
)
def test_a_wrong_secret_is_refused_by_name(secret: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Robot.parse(TOKEN, secret)
    assert caught.value.values["field"].en == "Signing secret"
    assert secret not in str(caught.value)


def test_keywords_may_be_several() -> None:
    assert Robot.parse(TOKEN, keyword=" 日报，销售、sales report ;\n").keywords == ("日报", "销售", "sales report")


def test_the_fingerprint_tells_robots_apart_and_says_nothing_of_them() -> None:
    one, other = Robot.parse(TOKEN, SECRET), Robot.parse(TOKEN[::-1], SECRET)
    assert one.fingerprint != other.fingerprint
    assert one.fingerprint == Robot.parse(f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}").fingerprint
    assert TOKEN not in repr(one)
    assert quote(SECRET) not in repr(one)
