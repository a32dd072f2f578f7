import re

import pytest

from daybook.dingtalk.codes import CODES, SECURITY, CodeKind, problem
from daybook.language import Language
from tests.doubles.dingtalk import Style, refusal

KNOWN = {
    -1: CodeKind.BUSY,
    88: CodeKind.REFUSED,
    404: CodeKind.REFUSED,
    40035: CodeKind.REFUSED,
    43002: CodeKind.REFUSED,
    43004: CodeKind.REFUSED,
    300001: CodeKind.REFUSED,
    300005: CodeKind.REFUSED,
    310000: CodeKind.REFUSED,
    400013: CodeKind.REFUSED,
    400101: CodeKind.REFUSED,
    400102: CodeKind.REFUSED,
    400105: CodeKind.REFUSED,
    400106: CodeKind.REFUSED,
    400402: CodeKind.REFUSED,
    400403: CodeKind.REFUSED,
    410100: CodeKind.THROTTLED,
    130101: CodeKind.THROTTLED,
    660026: CodeKind.THROTTLED,
    90030: CodeKind.REFUSED,
    430101: CodeKind.REFUSED,
    430102: CodeKind.REFUSED,
    430103: CodeKind.REFUSED,
    430104: CodeKind.REFUSED,
    460101: CodeKind.REFUSED,
    101002: CodeKind.REFUSED,
}


def test_every_code_is_known_and_no_other() -> None:
    assert {*CODES, SECURITY} == set(KNOWN)


@pytest.mark.parametrize(("code", "kind"), KNOWN.items())
def test_every_code_has_a_cause_and_a_remedy_in_both_languages(code: int, kind: CodeKind) -> None:
    found = problem(code, "sign not match")
    assert found.kind is kind
    for text in (found.cause, found.remedy):
        assert re.search(r"[a-z]{3}", text.to(Language.ENGLISH))
        assert not re.search(r"[\u4e00-\u9fff]", text.to(Language.ENGLISH))
        assert re.search(r"[\u4e00-\u9fff]{2}", text.to(Language.CHINESE))
        for language in Language:
            sentence = text.to(language)
            assert not sentence.endswith((".", "。", ";", "；"))
            assert "://" not in sentence
            assert "{" not in sentence


@pytest.mark.parametrize("style", list(Style))
@pytest.mark.parametrize(
    ("name", "cause", "remedy"),
    [
        ("keyword", "none of the robot's keywords", "enter one of the keywords"),
        ("timestamp", "time is more than an hour off", "set the clock"),
        ("sign", "signature does not match", "signing secret"),
        ("ip", "not in the robot's IP range", "add 203.0.113.9 to the IP range"),
    ],
)
def test_the_four_meanings_of_310000_in_every_wording(name: str, cause: str, remedy: str, style: Style) -> None:
    refused = refusal(name, style, ip="203.0.113.9")
    found = problem(refused.code, refused.errmsg)
    assert refused.code == SECURITY
    assert cause in found.cause.en
    assert remedy in found.remedy.en


def test_310000_in_words_not_seen_before() -> None:
    assert "security setting" in problem(SECURITY, "whatever {this} means").cause.en
    assert "this machine's public address" in problem(SECURITY, "ip not in whitelist").remedy.en


def test_a_code_that_is_in_no_list_says_what_dingtalk_said() -> None:
    found = problem(987654, "new {kind} of trouble")
    assert found.kind is CodeKind.REFUSED
    assert "new {kind} of trouble" in found.cause.to(Language.ENGLISH)
    assert "new {kind} of trouble" in found.cause.to(Language.CHINESE)
