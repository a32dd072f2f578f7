"""How a command speaks to its terminal: `language`, `CommandError`, `SentenceGroup`, and `parameter_options`.

The group shows errors as sentences; options come from a model of what may be asked (`daybook.parameters`).
"""

import os
from collections.abc import Callable, Container
from pathlib import Path
from typing import Any

import click
from pydantic import BaseModel

from daybook.errors import DaybookError
from daybook.language import Language
from daybook.parameters import schemas


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
