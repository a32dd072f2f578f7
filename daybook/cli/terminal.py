"""How a command speaks to its terminal: `language`, its error `Failure`, and `SentenceGroup`, which shows errors so."""

import os
from typing import Any

import click

from daybook.errors import DaybookError
from daybook.language import Language


class Failure(click.ClickException):
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
            raise Failure(error) from None


def language() -> Language:
    """The language to speak in this terminal."""
    return Language.of_terminal(os.environ)
