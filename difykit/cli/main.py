"""`main`: the command `difykit`, and how an error that is made for a person is shown."""

from typing import Any

import click

from difykit.cli.check import check
from difykit.cli.package import package, release
from difykit.cli.plugin import call, choices, listen, tools, validate
from difykit.cli.run import run
from difykit.cli.terminal import Failure, color_wanted, language
from difykit.errors import KitError


class KitGroup(click.Group):
    """A group in which an error made for a person is shown as its sentence alone."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except KitError as error:
            raise Failure(error.sentence(language())) from None


@click.group(cls=KitGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(ctx: click.Context) -> None:
    """Run, check and pack a Dify plugin and its workflow files, without Dify."""
    ctx.color = None if color_wanted() else False  # None: where the output is a terminal


for command in (call, check, choices, listen, package, release, run, tools, validate):
    main.add_command(command)
