"""`daybook mornings`: which reports came in time, and what happened to one; `daybook drill`: a drill of the watch."""

import datetime as dt
import os
from typing import Any

import click

from daybook.cli.main import CommandError, language
from daybook.errors import ParameterError, SettingsError
from daybook.language import Text
from daybook.mornings import texts
from daybook.mornings.alerts import duration
from daybook.mornings.morning import MOST_DAYS, SHOWN_DAYS
from daybook.service_client import ServiceConnection
from daybook.service_client.mornings import MorningsClient
from daybook.words.figures import day as said_day

NO_SERVICE = Text(
    en="Which service? Put its address into DAYBOOK_SERVICE_URL, and its key into DAYBOOK_SERVICE_KEY.",
    zh="未指定分析服务：请把服务地址写入环境变量 DAYBOOK_SERVICE_URL，密钥写入 DAYBOOK_SERVICE_KEY。",
)
DAY_OF_WHICH = Text(en="Name the book and the day, or neither.", zh="请同时指定账本和日期，或都不指定。")
NOTHING_WATCHED = Text(en="The service watches no book.", zh="服务没有监控任何账本。")
DUE = Text(
    en="{book}: due {due} ({zone}), {grace} min of grace",
    zh="{book}：应送达 {due}（{zone}），宽限 {grace} 分钟",
)
WHY = Text(en="why: {cause}", zh="原因：{cause}")
DO = Text(en="what to do: {remedy}", zh="处理：{remedy}")
PAGE = Text(en="page: {page}", zh="页面：{page}")
TRIES = Text(en="{count} tries", zh="共 {count} 次")
NOT_SENT = Text(
    en="The drill failed: the group for alerts did not get its messages ({code}); see the service's log.",
    zh="演练失败：告警群没有收到消息（{code}）；请查看服务日志。",
)
KEY = "DAYBOOK_SERVICE_KEY"
COLOURS = {"delivered": "green", "late": "yellow", "open": "yellow", "missing": "red"}


@click.command()
@click.argument("book", required=False)
@click.argument("day", required=False, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--days", type=click.IntRange(1, MOST_DAYS), default=SHOWN_DAYS, show_default=True, help="How many.")
@click.option("--url", envvar="DAYBOOK_SERVICE_URL", show_envvar=True, help="Address of the analysis service.")
def mornings(book: str | None, day: dt.datetime | None, days: int, url: str | None) -> None:
    """Say of each book and day what was due and whether it came; of one DAY of a BOOK, step by step.

    The service's key comes from DAYBOOK_SERVICE_KEY. Ends with 1 where a report is missing.
    """
    if bool(book) is not bool(day):
        raise ParameterError(DAY_OF_WHICH)
    client = _client(url)
    if book and day:
        found = client.one(book, day.date())
        _say_one(found)
        missing = found["state"] == "missing"
    else:
        shown = client.recent(days)
        _say_all(shown)
        missing = bool(shown["overdue"])
    if missing:
        click.get_current_context().exit(1)


@click.command()
@click.option("--url", envvar="DAYBOOK_SERVICE_URL", show_envvar=True, help="Address of the analysis service.")
def drill(url: str | None) -> None:
    """Play a missed morning to the group for alerts, marked as a drill, and show what came.

    The service's key comes from DAYBOOK_SERVICE_KEY. No book is touched.
    """
    done = _client(url).drill()
    for message in done["messages"]:
        click.secho(message["title"], bold=True)
        click.echo(message["text"] + "\n")
    if done["failed"]:
        raise CommandError(NOT_SENT.to(language(), code=done["failed"]))


def _client(url: str | None) -> MorningsClient:
    if not url:
        raise SettingsError(NO_SERVICE)
    return MorningsClient(ServiceConnection(url, os.environ.get(KEY, ""), language()))


def _say_all(shown: dict[str, Any]) -> None:
    for book in shown["books"]:
        about = {"due": book["due"], "zone": book["zone"], "grace": book["grace_minutes"]}
        click.secho(DUE.to(language(), book=book["book"], **about), bold=True)
        for morning in book["mornings"]:
            click.echo("  " + _line(morning))
            _why(morning, "    ")
        click.echo()
    if not shown["books"]:
        click.echo(NOTHING_WATCHED.to(language()))
    elif shown["links"]["page"].startswith("http"):
        click.echo(PAGE.to(language(), page=shown["links"]["page"]))


def _line(morning: dict[str, Any]) -> str:
    date = dt.date.fromisoformat(morning["day"])
    word = texts.STATES[morning["state"]].to(language())
    came = f"  {_clock(morning)}" if morning["delivered_at"] else ""
    return f"{date}  {said_day(date, language())}  {click.style(word, fg=COLOURS.get(morning['state']))}{came}"


def _why(morning: dict[str, Any], indent: str) -> None:
    if morning["cause"]:
        click.echo(indent + WHY.to(language(), cause=morning["cause"]["text"]))
        click.echo(indent + DO.to(language(), remedy=morning["cause"]["remedy"]))


def _say_one(morning: dict[str, Any]) -> None:
    click.echo(_line(morning))
    _why(morning, "")
    zone = dt.datetime.fromisoformat(morning["due_at"]).tzinfo if morning["due_at"] else dt.UTC
    for step in morning["steps"]:
        if step["step"] == "due":
            continue
        said = texts.OUTCOMES[step["outcome"]].to(language()) + (f" ({step['cause']})" if step["cause"] else "")
        parts = [
            f"{dt.datetime.fromisoformat(step['at']).astimezone(zone):%H:%M:%S}",
            f"{texts.STEPS[step['step']].to(language())}: {said}",
        ]
        parts += [duration(step["seconds"], language())] if step["seconds"] is not None else []
        parts += [TRIES.to(language(), count=step["attempt"])] if step["attempt"] > 1 else []
        click.echo("  ".join([*parts, step["told_by"]]).rstrip())
        for address in step["links"].values():
            if address.startswith("http"):
                click.echo(f"          {address}")


def _clock(morning: dict[str, Any]) -> str:
    at = dt.datetime.fromisoformat(morning["delivered_at"])
    return f"{at.astimezone(dt.datetime.fromisoformat(morning['due_at']).tzinfo) if morning['due_at'] else at:%H:%M}"
