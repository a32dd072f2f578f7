"""`main`, the command `daybook`: its commands, each loaded when it is named, and how they speak to a terminal.

The group shows errors as sentences; options come from a model of what may be asked (`daybook.parameters`).
"""

import importlib
import os
from collections.abc import Callable, Container
from pathlib import Path
from typing import Any, NamedTuple

import click
from pydantic import BaseModel

from daybook import __version__
from daybook.errors import DaybookError
from daybook.language import Language, Text
from daybook.parameters import schemas
from daybook.render.terminal import color_wanted


class CommandError(click.ClickException):
    """An error whose whole text is for the person: one sentence on stderr, exit code 1."""

    def __init__(self, error: DaybookError | str) -> None:
        super().__init__(error.sentence(language()) if isinstance(error, DaybookError) else error)

    def show(self, file: Any = None) -> None:
        """Print the sentence."""
        click.echo(self.message, file=file, err=True)


class SentenceGroup(click.Group):
    """A group in which an error made for a person is shown as its sentence."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except DaybookError as error:
            raise CommandError(error) from None


def language() -> Language:
    """The language to speak in this terminal."""
    return Language.of_terminal(os.environ)


SALES_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
BOOK_FOLDER_HELP = "Where books are kept; DAYBOOK_BOOK_FOLDER otherwise, or a folder of your own state."


def parameter_options[**P, R](
    model: type[BaseModel], leave_out: Container[str] = ()
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """An option for each field of ``model``: name, type, bounds, default and help are the field's.

    An option that is not given arrives as ``None``, which the model reads as "none given".

    Args:
        model: a model from `daybook.parameters`.
        leave_out: names of fields that the command asks for in a way of its own.
    """

    def decorate(command: Callable[P, R]) -> Callable[P, R]:
        for name, schema in reversed(schemas(model).items()):
            if name not in leave_out:
                settings = _settings(model.model_fields[name].annotation is bool, schema)
                command = click.option(f"--{name.replace('_', '-')}", name, **settings)(command)
        return command

    return decorate


def _settings(is_switch: bool, schema: dict[str, Any]) -> dict[str, Any]:
    description = str(schema["description"])
    if is_switch:
        wish = description.removeprefix("true to ")
        return {"is_flag": True, "default": None, "help": f"{wish[0].upper()}{wish[1:]}."}
    if schema["type"] == "integer":
        bounds = click.IntRange(schema["minimum"], schema["maximum"])
        return {"type": bounds, "help": f"{description}.", "show_default": str(schema["default"])}
    return {"metavar": "TEXT", "help": f"{description}."}


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
    "forecast": Command("daybook.cli.book:forecast", "Forecast the coming days of a book.", "book"),
    "inspect": Command("daybook.cli.analyze:inspect", "Say what a sales file is taken for, and what would be asked."),
    "drill": Command("daybook.cli.mornings:drill", "Play a missed morning to the group for alerts, as a drill."),
    "mornings": Command("daybook.cli.mornings:mornings", "Say which reports were due, and what became of each."),
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
