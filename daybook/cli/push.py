"""`daybook push FILE`: a Markdown text to a DingTalk group, once under one key."""

from pathlib import Path
from typing import Any, BinaryIO

import click

from daybook.cli.bar import shown
from daybook.cli.main import CommandError, language, parameter_options
from daybook.errors import ParameterError, SettingsError
from daybook.language import Text
from daybook.parameters import PushParameters
from daybook.plugin.push_dingtalk import RobotCredentials
from daybook.plugin.push_dingtalk import push as push_text
from daybook.store import FileStore

SENDING = Text(en="Sending to the group", zh="正在发送到群")
NOT_UTF8 = Text(
    en="The text is not in UTF-8; save it in that encoding and push it again.",
    zh="文本不是 UTF-8 编码，请另存为 UTF-8 后重新发送。",
)
NO_WEBHOOK = Text(
    en="No robot is named; put its webhook address into DAYBOOK_ROBOT_WEBHOOK, or use --dry-run to see the message.",
    zh="未指定机器人，请把 Webhook 地址写入环境变量 DAYBOOK_ROBOT_WEBHOOK，或用 --dry-run 查看将要发送的内容。",
)
NO_STATE = Text(
    en="The folder that --state names cannot be written, so that nothing could be remembered and nothing was sent;"
    " name another.",
    zh="无法写入 --state 指定的目录，投递记录无法保存，因此没有发送；请指定其他目录。",
)


@click.command(epilog="Everybody on a machine can read a program's flags: keep webhook and secret in the environment.")
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--key", "delivery_key", metavar="TEXT", help="Under one key the group gets a message once.")
@parameter_options(PushParameters, leave_out=("content", "delivery_key"))
@click.option("--webhook", envvar="DAYBOOK_ROBOT_WEBHOOK", show_envvar=True, help="Address of the group's robot.")
@click.option("--secret", envvar="DAYBOOK_ROBOT_SECRET", show_envvar=True, help="The robot's secret, if it signs.")
@click.option("--keyword", envvar="DAYBOOK_ROBOT_KEYWORD", show_envvar=True, help="A keyword, if the robot wants one.")
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(click.get_app_dir("daybook")) / "deliveries",
    help="The folder in which deliveries are remembered; one of your own if not given.",
)
def push(
    file: BinaryIO, state: Path, webhook: str | None, secret: str | None, keyword: str | None, **asked: Any
) -> None:
    """Push the Markdown text in FILE, or in the standard input, to a DingTalk group.

    Ends with 0 once the group has the message, and with 1 where it is refused or where nobody can say whether it came.
    """
    if not webhook and not asked["dry_run"]:
        raise SettingsError(NO_WEBHOOK)
    try:
        asked["content"] = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ParameterError(NOT_UTF8) from None
    asked["language"] = asked["language"] or language()
    try:
        store = FileStore(state)
    except OSError:
        raise CommandError(NO_STATE.to(language())) from None
    robot = RobotCredentials(robot_webhook=webhook, robot_secret=secret, robot_keyword=keyword)
    with shown(SENDING):
        result = push_text(PushParameters.model_validate(asked), robot, store)
    if result.variables["outcome_unknown"]:
        raise CommandError(result.text)
    click.echo(result.text)
