"""`daybook ...`: the list of commands. Each is loaded when it is named, so that none needs what another needs."""

import importlib
import os
from typing import Any, NamedTuple

import click

from daybook.errors import DaybookError
from daybook.language import Language, Text
from daybook.render.terminal import color_wanted


class Command(NamedTuple):
    """Where a command is, and what it says of itself in the list."""

    target: str
    """``module:attribute`` of a click command or group."""
    summary: str
    extra: str = "cli"
    """The extra of the package that brings what the command needs."""


COMMANDS: dict[str, Command] = {
    "analyze": Command("daybook.commands.analyze:analyze", "Report on a day of a sales file, here in the terminal."),
    "serve": Command("daybook.service.command:serve", "Run the analysis service.", "service"),
}
"""Every command of `daybook`."""

NOT_INSTALLED = Text(
    en="This command needs {module}, which is not installed: run `pip install '.[{extra}]'` in Daybook's folder.",
    zh="此命令需要 {module}，但尚未安装：请在 Daybook 目录下运行 `pip install '.[{extra}]'`。",
)


def language() -> Language:
    """The language to speak in this terminal."""
    return Language.of_terminal(os.environ)


class Failure(click.ClickException):
    """An error whose whole text is for the person: one sentence on stderr, exit code 1."""

    def show(self, file: Any = None) -> None:
        """Print the sentence."""
        click.echo(self.message, file=file, err=True)


class LazyGroup(click.Group):
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
            raise Failure(NOT_INSTALLED.to(language(), module=error.name, extra=command.extra)) from None
        return found if isinstance(found, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - the same
        """The list of commands, from their summaries."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].summary) for name in sorted(COMMANDS)])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error made for a person is shown as its sentence."""
        try:
            return super().invoke(ctx)
        except DaybookError as error:
            raise Failure(error.sentence(language())) from None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="daybook")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Daybook reads a day's sales, works out what happened, and tells the people who need to know."""
    ctx.color = None if color_wanted(os.environ) else False  # None: where the output is a terminal


if __name__ == "__main__":
    main()
