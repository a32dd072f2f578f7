"""The bar of the command line, on a real terminal and off it."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TextIO

import pytest

from daybook import stages
from daybook.cli.bar import AFTER_SECONDS, shown
from daybook.stages import READING, REPORTING
from tests.cli.conftest import SALES

pytestmark = pytest.mark.timeout(60)
COMMAND = "import daybook.cli.bar as b; b.AFTER_SECONDS = 0; from daybook.cli.main import main; main()"


class Terminal:
    """A pseudo terminal of 60 columns: what a program writes to it, and what a person sees of that."""

    def __init__(self) -> None:
        self.master, self.end = pty.openpty()
        fcntl.ioctl(self.end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
        self.file: TextIO = os.fdopen(self.end, "w", encoding="utf-8")
        self.seen = b""

    def until(self, text: str) -> str:
        """What was written, once ``text`` is in it; the test's time limit ends what never comes."""
        while text.encode() not in self.seen:
            self.seen += os.read(self.master, 4096)
        return self.seen.decode()

    def rest(self) -> str:
        """All that was written, once nobody can write any more."""
        self.file.close()
        try:
            while more := os.read(self.master, 4096):
                self.seen += more
        except OSError:  # Linux says so at the end of a terminal
            pass
        return self.seen.decode()

    def close(self) -> None:
        os.close(self.master)
        self.file.close()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    for name in ("DAYBOOK_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    with closing(Terminal()) as terminal:
        yield terminal


def later(asked: list[float]) -> Callable[[threading.Event, float], bool]:
    """A clock of the test's own: whatever is waited for, the time is over at once."""

    def wait(over: threading.Event, seconds: float) -> bool:
        asked.append(seconds)
        return over.wait(0.001)

    return wait


def test_a_bar_comes_after_two_seconds_and_leaves_nothing_behind(terminal: Terminal) -> None:
    asked: list[float] = []
    with shown(READING, terminal.file, later(asked)):
        terminal.until("Reading the file  [-")  # how far it is nobody knows yet
        stages.tell(READING, 1, 2)
        terminal.until("Reading the file  [###############---------------]   50%")
        stages.tell(REPORTING)
        terminal.until("Making the report  [-")
    assert asked[0] == AFTER_SECONDS == 2
    assert terminal.rest().endswith("\r\x1b[K\x1b[?25h")  # the line is blank, the cursor is back


def test_quick_work_shows_nothing(terminal: Terminal) -> None:
    with shown(READING, terminal.file):
        stages.tell(READING, 1, 2)
    assert terminal.rest() == ""


def test_a_terminal_that_knows_no_commands_gets_none(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    with shown(READING, terminal.file, later([])):
        assert stages.follower() is None
    assert terminal.rest() == ""


def test_where_nobody_looks_nothing_is_shown(tmp_path: Path) -> None:
    with (tmp_path / "errors").open("w") as file, shown(READING, file, later([])):
        assert stages.follower() is None


def test_the_command_shows_it_beside_the_report_in_the_language_of_the_terminal(terminal: Terminal) -> None:
    result = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", COMMAND, "analyze", str(SALES), "--format", "markdown"],
        stdout=subprocess.PIPE,
        stderr=terminal.file,
        env=os.environ | {"LANG": "zh_CN.UTF-8"},
        cwd=Path(__file__).parents[2],
        check=True,
    )
    assert "正在读取文件  [" in terminal.rest()
    assert result.stdout.startswith(b"###")
    assert b"\x1b" not in result.stdout
