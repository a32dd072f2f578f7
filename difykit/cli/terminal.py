"""`language`, `Failure` and `wrap`: the terminal that a command speaks to, its colours, and how a text fits in."""

import os
import shutil
from typing import Any

import click
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text as Cells

from difykit.language import Language

NARROWEST, WIDEST = 30, 100
"""Columns below which a text is not wrapped any further, and beyond which an eye does not follow a line."""


class Failure(click.ClickException):
    """An error whose whole text is for the person: one sentence on stderr, exit code 1."""

    def show(self, file: Any = None) -> None:
        """Print the sentence."""
        click.echo(self.message, file=file, err=True)


def language() -> Language:
    """The language to speak in this terminal."""
    return Language.of_terminal(os.environ)


def color_wanted() -> bool:
    """Whether the environment leaves room for colours (https://no-color.org)."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def columns() -> int:
    """Columns to write in."""
    return max(NARROWEST, min(shutil.get_terminal_size().columns, WIDEST))


def pad(text: str, room: int) -> str:
    """``text`` filled with blanks to ``room`` columns."""
    return text + " " * (room - cell_len(text))


def shorten(text: str, room: int) -> str:
    """``text``, cut with an ellipsis where it is wider than ``room`` columns."""
    cells = Cells(text)
    cells.truncate(room, overflow="ellipsis")
    return cells.plain


def wrap(text: str, room: int) -> list[str]:
    """``text`` in lines of at most ``room`` columns."""
    return [line.plain.rstrip() for line in Cells(text).wrap(Console(width=room), room)] or [""]
