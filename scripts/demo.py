"""The main job from end to end: a sales file in, a report out, a DingTalk message delivered.

    make demo                          a robot on this machine takes the message, and checks it as DingTalk does
    make demo ARGS="--language zh"     in Chinese, whatever the terminal's language

With DAYBOOK_ROBOT_WEBHOOK (and DAYBOOK_ROBOT_SECRET) in the environment the message goes to that robot.
"""

import argparse
import contextlib
import json
import os
import secrets
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daybook.dingtalk import BODY_LIMIT
from daybook.errors import DaybookError, DeliveryError, SettingsError
from daybook.language import Language, Text
from daybook.render.terminal import report_terminal
from daybook.report import SalesReport
from difykit.errors import KitError
from difykit.runner import FileServer, PluginProcess, plugin_python
from scripts.demo_view import Screen, write_report

if TYPE_CHECKING:
    from tests.doubles.dingtalk import DingTalkDouble

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "examples" / "sales_month.csv"
OUT = Path("out") / "demo"
WEBHOOK, SECRET, KEYWORD = "DAYBOOK_ROBOT_WEBHOOK", "DAYBOOK_ROBOT_SECRET", "DAYBOOK_ROBOT_KEYWORD"
LOOPBACK = "DAYBOOK_ALLOW_LOOPBACK_ROBOT"

INTRODUCTION = Text(
    en="Daybook: a sales file in, a report out, a message in DingTalk.",
    zh="Daybook：输入销售文件，产出日报，送达钉钉群。",
)
STARTED = Text(
    en="The plugin runs in a process of its own, as Dify starts it",
    zh="插件已在独立进程中启动，方式与 Dify 相同",
)
ANALYSED = Text(
    en="analyze_sales read {file} ({size} kB)",
    zh="analyze_sales 分析了 {file}（{size} kB）",
)
DELIVERED = Text(
    en="push_dingtalk delivered the report to a robot on this machine",
    zh="push_dingtalk 把日报送达本机的模拟钉钉机器人",
)
DELIVERED_FOR_REAL = Text(
    en="push_dingtalk delivered the report to your DingTalk group",
    zh="push_dingtalk 把日报送达你的钉钉群",
)
ONCE = Text(
    en="Pushed again under the same key: nothing was sent twice",
    zh="用同一投递标识再次推送：没有重复发送",
)
REPORT = Text(en="The report", zh="日报")
RECEIVED = Text(en="What DingTalk received, as on a phone", zh="钉钉收到的消息（手机上的样子）")
SENT = Text(en="What was sent to DingTalk, as on a phone", zh="发给钉钉的消息（手机上的样子）")
CHECKED = Text(
    en="The robot checked access token, timestamp, signature and size ({size} of {limit} bytes).",
    zh="机器人已校验 access_token、时间戳、签名和大小（{size} / {limit} 字节）。",
)
FILES = Text(en="Files", zh="文件")
NOT_SHOWN = Text(
    en="This terminal cannot show Chinese, hence the question marks; the files hold the names.",
    zh="此终端无法显示中文，因此出现问号；文件中的名称完整。",
)
REAL = Text(en="With a real robot", zh="换成真实的机器人")
HOW = Text(
    en="Set two environment variables and run `make demo` again; then it really sends:",
    zh="设置两个环境变量后再次运行 `make demo`，就会真正发送：",
)
WEBHOOK_VALUE = Text(en="the webhook address of the group's custom robot", zh="群自定义机器人的 Webhook 地址")
SECRET_VALUE = Text(en="its signing secret (SEC...)", zh="该机器人的加签密钥（SEC...）")
KEYWORD_NOTE = Text(
    en="A robot that asks for a keyword instead: put it in {name}.",
    zh="若机器人使用的是自定义关键词，请写入 {name}。",
)
OTHER_LANGUAGE = Text(en='中文：make demo ARGS="--language zh"', zh='English: make demo ARGS="--language en"')
NOT_DELIVERED = Text(en="The message was not delivered: {reason}", zh="消息没有送达：{reason}")
SENT_TWICE = Text(
    en="The second push under the same key was not recognised: look into the delivery ledger.",
    zh="同一投递标识的第二次推送没有被识别，请检查投递记录。",
)
NO_FOLDER = Text(
    en="The folder {folder} cannot be written: {reason}.",
    zh="无法写入目录 {folder}：{reason}。",
)


@dataclass(frozen=True, slots=True)
class Robot:
    """The robot that gets the message."""

    credentials: Mapping[str, str] = field(repr=False)
    double: "DingTalkDouble | None" = None
    """The robot on this machine, where it is one."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; 0 if the message was delivered once, else 1."""
    parser = argparse.ArgumentParser(description="A sales file in, a report out, a message in DingTalk.")
    parser.add_argument("--language", help="en or zh; that of the terminal where none is given")
    parser.add_argument("--out", type=Path, default=OUT, help="folder for the files; %(default)s where none is given")
    asked = parser.parse_args(arguments)
    screen = Screen.of(sys.stdout, os.environ, Language.of(asked.language) if asked.language else None)
    try:
        _make_folder(asked.out)
        with _robot(os.environ) as robot:
            report, body = _run(screen, robot)
            _show(screen, robot, report, body)
            _show_files(screen, asked.out, report, body)
            if robot.double:
                _show_how(screen)
    except (DaybookError, KitError) as error:
        screen.fail(error.sentence(screen.language))
        return 1
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


def _make_folder(folder: Path) -> None:
    """Make the folder for the files, before anything is sent."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SettingsError(NO_FOLDER, folder=folder.as_posix(), reason=reason) from None


def _run(screen: Screen, robot: Robot) -> tuple[SalesReport, dict[str, Any]]:
    """The whole way, step by step: the report, and the message's body as the robot got it."""
    screen.say(INTRODUCTION)
    screen.print("")
    started = time.monotonic()
    # The robot's secrets reach the plugin as credentials, as in Dify, and not through its environment.
    environ: dict[str, str | None] = {WEBHOOK: None, SECRET: None, KEYWORD: None}
    if robot.double:
        environ[LOOPBACK] = "1"
    with PluginProcess(ROOT, plugin_python(), environ) as plugin, FileServer() as files:
        screen.step(STARTED, time.monotonic() - started)
        asked = {"file": files.add(SAMPLE), "language": screen.language.value}
        analysed = plugin.call("analyze_sales", asked).check()
        size = SAMPLE.stat().st_size // 1000
        screen.step(ANALYSED, analysed.seconds, file=SAMPLE.relative_to(ROOT).as_posix(), size=size)

        key = analysed.variables["report_key"]
        if not robot.double:
            key = f"{key}-{time.time_ns()}"  # a group of people sees every run of the demo, not only the first
        message = {
            "content": analysed.variables["report_markdown"],
            "delivery_key": key,
            "language": screen.language.value,
        }
        pushed = plugin.call("push_dingtalk", message, robot.credentials).check()
        if not pushed.variables["delivered"]:
            raise DeliveryError(NOT_DELIVERED, reason=pushed.text.partition("\n")[0])
        screen.step(DELIVERED if robot.double else DELIVERED_FOR_REAL, pushed.seconds)

        again = plugin.call("push_dingtalk", message, robot.credentials).check()
        if not again.variables["already_delivered"] or (robot.double and len(robot.double.messages) != 1):
            raise DeliveryError(SENT_TWICE)
        screen.step(ONCE, again.seconds)
    body = robot.double.messages[0].body if robot.double else pushed.json[0]["messages"][0]["body"]
    return SalesReport.model_validate(analysed.json[0]), body


def _show(screen: Screen, robot: Robot, report: SalesReport, body: dict[str, Any]) -> None:
    screen.heading(REPORT)
    screen.print(*report_terminal(report, screen.columns, color=screen.color).splitlines())
    screen.heading(RECEIVED if robot.double else SENT)
    screen.phone(body["markdown"]["title"], body["markdown"]["text"])
    if robot.double:
        size = len(robot.double.requests[0].raw)
        screen.say(CHECKED, size=f"{size:,}", limit=f"{BODY_LIMIT:,}")


def _show_files(screen: Screen, folder: Path, report: SalesReport, body: dict[str, Any]) -> None:
    message = folder / "dingtalk-message.json"
    written = [*write_report(report, folder), message]
    message.write_text(json.dumps(body, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    screen.heading(FILES)
    screen.print(*(f"  {path.as_posix()}" for path in written))
    if not screen.shows_chinese:
        screen.say(NOT_SHOWN)


def _show_how(screen: Screen) -> None:
    screen.heading(REAL)
    screen.say(HOW)
    for name, value in ((WEBHOOK, WEBHOOK_VALUE), (SECRET, SECRET_VALUE)):
        screen.print(f"  {name:<{len(WEBHOOK)}}  {value.to(screen.language)}")
    screen.say(KEYWORD_NOTE, name=KEYWORD)
    screen.print("", OTHER_LANGUAGE.to(screen.language))


@contextlib.contextmanager
def _robot(environ: Mapping[str, str]) -> Iterator[Robot]:
    """The robot that the environment names, else one on this machine."""
    if environ.get(WEBHOOK):
        names = {"robot_webhook": WEBHOOK, "robot_secret": SECRET, "robot_keyword": KEYWORD}
        yield Robot({field: environ[name] for field, name in names.items() if environ.get(name)})
        return
    sys.path.insert(0, str(ROOT))  # the double lives with the tests
    from tests.doubles.dingtalk import DingTalkDouble  # noqa: PLC0415

    with DingTalkDouble(secret=f"SEC{secrets.token_hex(32)}") as double:
        yield Robot({"robot_webhook": double.webhook, "robot_secret": double.secret}, double)


if __name__ == "__main__":
    sys.exit(main())
