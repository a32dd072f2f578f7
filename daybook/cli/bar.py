"""`shown`: a bar on a terminal while a command works for longer than two seconds."""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

import click

from daybook.cli.main import language
from daybook.language import Text
from daybook.stages import Step, following
from daybook.words.names import width

AFTER_SECONDS = 2.0
_EVERY_SECONDS = 0.2
_FINE = 1_000
_COLUMNS = 80
"""Of a terminal that does not say."""
_WIDEST = 30
_BESIDE = 8
"""Columns for the percentage and for what stands around the bar."""
_CLEAR = "\r\x1b[K"
_CURSOR = "\x1b[?25h"
"""Shows the cursor again, which click hides."""


@contextmanager
def shown(
    stage: Text, file: TextIO | None = None, wait: Callable[[threading.Event, float], bool] = threading.Event.wait
) -> Iterator[None]:
    """Show how far the work is meanwhile, and leave nothing behind; only where a person looks at the terminal.

    Args:
        stage: what is being done, as long as the work says nothing else.
        file: the terminal; the error output where none is given.
        wait: waits for an event for some seconds.
    """
    file = file or sys.stderr
    if not file.isatty() or os.environ.get("TERM") == "dumb":
        yield
        return
    over, latest = threading.Event(), [Step(stage)]

    def hear(step: Step) -> None:
        latest[0] = step

    drawing = threading.Thread(target=_draw, args=(latest, over, file, wait), daemon=True)
    drawing.start()
    try:
        with following(hear):
            yield
    finally:
        over.set()
        drawing.join()


def _draw(
    latest: list[Step], over: threading.Event, file: TextIO, wait: Callable[[threading.Event, float], bool]
) -> None:
    if wait(over, AFTER_SECONDS):
        return
    stage, bar = None, None
    while True:
        step = latest[0]
        if bar is None or step.stage != stage:
            file.write(_CLEAR)
            stage, bar = step.stage, _bar(step.stage, file)
        _move(bar, step.share)
        if wait(over, _EVERY_SECONDS):
            break
    file.write(_CLEAR + _CURSOR)
    file.flush()


def _bar(stage: Text, file: TextIO) -> "click._termui_impl.ProgressBar[int]":
    label = stage.to(language())
    columns = os.get_terminal_size(file.fileno()).columns or _COLUMNS
    room = columns - width(label) - _BESIDE
    return click.progressbar(length=_FINE, label=label, file=file, width=max(1, min(room, _WIDEST)), show_eta=False)


def _move(bar: "click._termui_impl.ProgressBar[int]", share: float | None) -> None:
    if share is None:  # a mark that goes to and fro
        bar.length, bar.avg, bar.pos = None, [0.3], bar.pos + 1
    else:
        bar.length, bar.pos = _FINE, int(share * _FINE)
    bar.render_progress()
