import io
from typing import TextIO

import pytest

from daybook.language import Language, Text
from daybook.render.markdown import report_markdown
from daybook.render.terminal import report_terminal
from daybook.words.names import width
from scripts.demo_view import Screen
from tests.render import reports

DONE = Text(en="The report is delivered", zh="日报已送达")


class Terminal(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding)

    def isatty(self) -> bool:
        return True


def text_of(stream: TextIO) -> str:
    assert isinstance(stream, io.TextIOWrapper)
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode(stream.encoding)


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, Language.CHINESE),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, Language.ENGLISH),
        ({"LANG": "de_DE.UTF-8"}, Language.ENGLISH),
        ({}, Language.ENGLISH),
    ],
)
def test_it_speaks_the_terminals_language(environ: dict[str, str], language: Language) -> None:
    assert Screen.of(Terminal(), environ).language is language


def test_a_language_asked_for_wins() -> None:
    assert Screen.of(Terminal(), {"LANG": "en_GB.UTF-8"}, Language.CHINESE).language is Language.CHINESE


@pytest.mark.parametrize(
    ("environ", "color"), [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)]
)
def test_colour_where_a_terminal_wants_it(environ: dict[str, str], color: bool) -> None:
    assert Screen.of(Terminal(), environ).color is color
    assert not Screen.of(io.StringIO(), environ).color


@pytest.mark.parametrize(
    ("encoding", "language"),
    [
        ("ascii", Language.ENGLISH),
        ("latin-1", Language.ENGLISH),
        ("gbk", Language.CHINESE),
        ("utf-8", Language.CHINESE),
    ],
)
def test_any_encoding_is_spoken_to(encoding: str, language: Language) -> None:
    stream = Terminal(encoding)
    screen = Screen.of(stream, {"LANG": "zh_CN"})
    screen.step(DONE, 1.25)
    screen.print(*report_terminal(reports.report(screen.language)).splitlines())
    screen.phone("👍 ▲", report_markdown(reports.report(screen.language)))
    assert screen.language is language
    shown = text_of(stream)
    assert ("✓" if encoding == "utf-8" else "+") in shown.splitlines()[0]
    assert "19.5%" in shown


@pytest.mark.parametrize("columns", [30, 80])
def test_a_message_stands_in_a_frame(columns: int) -> None:
    stream = io.StringIO()
    Screen(stream, Language.CHINESE, columns).phone("标题", report_markdown(reports.report()))
    lines = stream.getvalue().splitlines()
    assert len({width(line) for line in lines}) == 1
    assert width(lines[0]) <= columns
    assert not any(mark in stream.getvalue() for mark in ("**", "###", "- "))
    assert "│ • 订单数 200 " in stream.getvalue()


def test_a_step_has_its_time_at_the_right() -> None:
    stream = io.StringIO()
    Screen(stream, Language.ENGLISH, 40).step(DONE, 1.25)
    Screen(stream, Language.ENGLISH, 20).step(DONE, 0.04)
    assert stream.getvalue().splitlines() == [
        "✓ The report is delivered          1.2 s",
        "✓ The report   0.0 s",
        "  is",
        "  delivered",
    ]
