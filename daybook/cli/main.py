"""`main`, the command `daybook`: its list of commands, each loaded when it is named; none needs what another needs."""

import importlib
import os
from typing import NamedTuple

import click

from daybook import __version__
from daybook.cli.terminal import CommandError, SentenceGroup, language
from daybook.language import Text
from daybook.render.terminal import color_wanted


class Command(NamedTuple):
    """Where a command is, and what it says of itself in the list."""

    target: str
    """``module:attribute`` of a click command or group."""
    summary: str
    extra: str = ""
    """The extra of the package that brings what the command needs beside the package's own requirements."""


COMMANDS: dict[str, Command] = {
    "analyze": Command("daybook.cli.analyze:analyze", "Report on a day of a sales file, here in the terminal."),
    "book": Command("daybook.cli.book:book", "Keep days in books: list, show, add, export, forget.", "book"),
    "inspect": Command("daybook.cli.analyze:inspect", "Say what a sales file is taken for, and what would be asked."),
    "push": Command("daybook.cli.push:push", "Push a Markdown text to a DingTalk group, once under one key."),
    "run": Command("daybook.cli.run:run", "Run a Dify workflow once, from cron or a shell."),
    "source": Command("daybook.cli.source:source", "List, test and preview named sources."),
    "serve": Command("daybook.cli.serve:serve", "Run the analysis service.", "service"),
}
"""Every command of `daybook`."""

NOT_INSTALLED = Text(
    en="This command needs {module}, which is not installed: run `pip install '{target}'` in Daybook's folder.",
    zh="此命令需要 {module}，但尚未安装：请在 Daybook 目录下运行 `pip install '{target}'`。",
)


class LazyGroup(SentenceGroup):
    """A group whose commands are imported when they are named."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, without loading anything."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - the same
        """The command, loaded."""
        command = COMMANDS.get(cmd_name)
        if command is None:
            return None
        module, _, attribute = command.target.partition(":")
        try:
            found = getattr(importlib.import_module(module), attribute)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] == "daybook":
                raise
            target = f".[{command.extra}]" if command.extra else "."
            raise CommandError(NOT_INSTALLED.to(language(), module=error.name, target=target)) from None
        return found if isinstance(found, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - the same
        """The list of commands, from their summaries."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].summary) for name in sorted(COMMANDS)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="daybook")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Daybook reads a day's sales, works out what happened, and tells the people who need to know."""
    ctx.color = None if color_wanted(os.environ) else False  # None: where the output is a terminal
