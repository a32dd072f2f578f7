"""`daybook push`: a Markdown text to a group, once under one key."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.doubles.dingtalk import DingTalkDouble, Fault

SECRET = "SECc0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
TEXT = "# Sales\n\nA good day.\n"


@pytest.fixture
def ding() -> Iterator[DingTalkDouble]:
    with DingTalkDouble(SECRET) as double:
        yield double


@pytest.fixture
def push(run: Run, ding: DingTalkDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `daybook push` with the double's robot in the environment."""
    monkeypatch.setenv("DAYBOOK_ALLOW_LOOPBACK_ROBOT", "1")
    monkeypatch.setenv("DAYBOOK_ROBOT_WEBHOOK", ding.webhook)
    monkeypatch.setenv("DAYBOOK_ROBOT_SECRET", SECRET)
    monkeypatch.delenv("DAYBOOK_ROBOT_KEYWORD", raising=False)
    return lambda *arguments, **more: run("push", *arguments, "--state", str(tmp_path / "state"), **more)


def test_a_file_is_pushed(push: Run, ding: DingTalkDouble, tmp_path: Path) -> None:
    file = tmp_path / "report.md"
    file.write_text(TEXT, encoding="utf-8-sig")
    result = push(str(file), "--at-all")
    assert result.exit_code == 0
    assert result.stdout.startswith("Delivered to the DingTalk group (1 message(s)).\n")
    [message] = ding.messages
    assert message.title == "Sales"
    assert "A good day." in str(message.body)
    assert message.body["at"]["isAtAll"] is True


def test_the_standard_input_is_pushed_once_under_a_key(push: Run, ding: DingTalkDouble) -> None:
    first, again = (push("--key", "2026-11-22", stdin="# 日报\n\n好\n", LANG="zh_CN.UTF-8") for _ in range(2))
    assert (first.output, again.output) == ("已送达钉钉群，共 1 条消息。\n", "该投递标识此前已送达，本次未重复发送。\n")
    assert [message.title for message in ding.messages] == ["日报"]


def test_a_dry_run_shows_the_message_and_sends_nothing(push: Run, ding: DingTalkDouble) -> None:
    result = push("--dry-run", stdin=TEXT)
    assert result.exit_code == 0
    assert result.stdout.startswith("Dry run, nothing was sent: 1 message(s)")
    assert "A good day." in result.stdout
    assert not ding.messages


def test_options_name_another_robot(push: Run, ding: DingTalkDouble) -> None:
    result = push("--webhook", ding.webhook, "--secret", "SECwrong", stdin=TEXT)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert "SECwrong" not in result.output
    assert not ding.messages


def test_no_robot_is_one_sentence(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAYBOOK_ROBOT_WEBHOOK", raising=False)
    result = run("push", "--state", str(tmp_path), stdin=TEXT)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert "DAYBOOK_ROBOT_WEBHOOK" in result.stderr
    shown = run("push", "--state", str(tmp_path), "--dry-run", stdin=TEXT)
    assert shown.exit_code == 0
    assert "A good day." in shown.stdout


def test_an_unknown_outcome_is_no_success(push: Run, ding: DingTalkDouble) -> None:
    ding.fail_next(Fault.DROP_AFTER_ACCEPT, times=3)
    result = push("--key", "k", stdin=TEXT)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "unknown" in result.stderr


def test_what_is_no_text_is_one_sentence(push: Run, ding: DingTalkDouble) -> None:
    result = push(stdin=b"\xff\xfe\xfa")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert "UTF-8" in result.stderr
    assert not ding.messages


@pytest.mark.usefixtures("push")  # whose robot is in the environment
def test_a_state_folder_that_cannot_be_written_stops_the_push(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run("push", "--state", str(tmp_path / "file" / "below"), stdin=TEXT)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "nothing was sent" in result.stderr
