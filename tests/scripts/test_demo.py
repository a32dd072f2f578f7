"""`make demo`, as a person starts it: a process of its own, the real plugin, the robot on this machine."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from daybook.report import SalesReport
from tests.doubles.dingtalk import DingTalkDouble

ROOT = Path(__file__).parents[2]
LOCALE = {"DAYBOOK_LANGUAGE", "LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "PYTHONIOENCODING", "NO_COLOR", "COLUMNS"}


def demo(out: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in LOCALE and "_ROBOT" not in name}
    return subprocess.run(  # noqa: S603 (our own script)
        [sys.executable, "scripts/demo.py", "--out", str(out), *arguments],
        cwd=ROOT,
        env={**clean, "PYTHONPATH": str(ROOT), "COLUMNS": "80", "PYTHONUTF8": "1", **environ},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def test_it_reports_delivers_once_and_says_how_to_go_on(tmp_path: Path) -> None:
    run = demo(tmp_path, LANG="zh_CN.UTF-8")
    assert (run.returncode, run.stderr) == (0, "")
    lines = run.stdout.splitlines()
    steps = [line for line in lines if line.startswith("✓")]
    assert len(steps) == 4
    assert all(re.search(r" \d+\.\d s$", step) for step in steps)
    assert "没有重复发送" in steps[3]
    assert "10月31日 周六 销售额 9.86 万元" in lines
    assert "│ ▼ 较上周六降 8,105 元（−7.6%）             │" in lines
    assert "DAYBOOK_ROBOT_WEBHOOK" in run.stdout
    assert "DAYBOOK_ROBOT_SECRET" in run.stdout
    assert "\x1b" not in run.stdout
    body = json.loads((tmp_path / "dingtalk-message.json").read_text(encoding="utf-8"))
    markdown = (tmp_path / "report.md").read_text(encoding="utf-8")
    report = SalesReport.model_validate_json((tmp_path / "report.json").read_bytes())
    assert body["markdown"]["text"] == markdown.rstrip("\n")
    assert body["markdown"]["title"] == "10月31日 周六 销售额 9.86 万元"
    assert report.summary.total_orders == 347


def test_with_a_robot_in_the_environment_it_really_sends_and_shows_no_secret(tmp_path: Path) -> None:
    secret = "SEC" + "5ec2e7" * 10
    with DingTalkDouble(secret=secret) as robot:
        run = demo(
            tmp_path,
            DAYBOOK_ROBOT_WEBHOOK=robot.webhook,
            DAYBOOK_ROBOT_SECRET=secret,
            DAYBOOK_ALLOW_LOOPBACK_ROBOT="1",
        )
        assert run.returncode == 0, run.stdout
        assert [message.title for message in robot.messages] == ["Sat 31 Oct: sales 98,550"]
        token = parse_qs(urlsplit(robot.webhook).query)["access_token"][0]
    shown = run.stdout + run.stderr + "".join(path.read_text(encoding="utf-8") for path in tmp_path.iterdir())
    assert "delivered the report to your DingTalk group" in run.stdout
    assert secret not in shown
    assert token not in shown
    assert "access_token" not in shown


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"DIFYKIT_PYTHON": "/nowhere/python"}, "make setup"),
        ({"DAYBOOK_ROBOT_WEBHOOK": "https://example.com/robot"}, "Robot webhook: "),
    ],
)
def test_what_goes_wrong_is_one_sentence(tmp_path: Path, environ: dict[str, str], sentence: str) -> None:
    run = demo(tmp_path, **environ)
    assert run.returncode == 1
    failure = run.stdout.partition("✗ ")[2]
    assert sentence in failure.replace("\n", " ")
    assert "Traceback" not in run.stdout + run.stderr
    assert "/nowhere" not in run.stdout


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    run = demo(blocked)
    assert run.returncode == 1
    assert "cannot be written" in run.stdout
    assert run.stderr == ""


def test_a_terminal_without_chinese_is_spoken_to_in_english(tmp_path: Path) -> None:
    run = demo(tmp_path, LANG="zh_CN", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert run.returncode == 0, run.stdout
    assert run.stdout.isascii()
    assert "cannot show Chinese" in run.stdout
    assert "平板" not in run.stdout
    assert "无线耳机" in (tmp_path / "report.md").read_text(encoding="utf-8")
