"""What the demo prints, and how: steps with their time, a message as on a phone, any terminal."""

import codecs
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from daybook.language import Language, Text
from daybook.render.markdown import report_markdown
from daybook.render.terminal import color_wanted
from daybook.report import SalesReport
from daybook.words.names import pad, readable, width, wrap

PHONE_COLUMNS = 42
"""Columns of the phone: about what one shows in DingTalk's type size, two for a Chinese character."""
_NO_STYLE, _BOLD, _DIM, _RED, _GREEN = "", "1", "2", "31", "32"
_PLAIN = str.maketrans("✓✗▲▼−–•│─┌┐└┘├┤█▏▎▍▌▋▊▉“”＝", "+x^v--*|-++++++#'''''''\"\"=")


@dataclass(frozen=True, slots=True)
class Screen:
    """A terminal that the demo speaks to, in one language."""

    stream: TextIO
    language: Language
    columns: int = 80
    color: bool = False
    shows_chinese: bool = True

    @classmethod
    def of(cls, stream: TextIO, environ: Mapping[str, str], language: Language | None = None) -> "Screen":
        """The screen behind ``stream``; its language is that of the environment where none is asked for.

        A screen that cannot show Chinese speaks English, with a question mark for what it cannot show.
        """
        if isinstance(stream, codecs.StreamReaderWriter) or hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="daybook")
        chinese = _can_show("销售额", stream)
        language = language or Language.of_terminal(environ)
        return cls(
            stream,
            language if chinese else Language.ENGLISH,
            readable(shutil.get_terminal_size().columns),
            stream.isatty() and color_wanted(environ),
            chinese,
        )

    def say(self, text: Text, **values: object) -> None:
        """A paragraph."""
        self.print(*wrap(text.to(self.language, **values), self.columns))

    def step(self, text: Text, seconds: float, **values: object) -> None:
        """Something that was done, and how long it took."""
        took = f"{seconds:.1f} s"
        mark = self.styled("✓", _GREEN)
        first, *rest = wrap(text.to(self.language, **values), self.columns - len(took) - 4)
        self.print(f"{mark} {pad(first, self.columns - len(took) - 3)} {self.styled(took, _DIM)}")
        self.print(*(f"  {line}" for line in rest))

    def fail(self, sentence: str) -> None:
        """What went wrong, and what to do."""
        self.print(*(self.styled(line, _RED) for line in wrap(f"✗ {sentence}", self.columns)))

    def heading(self, text: Text) -> None:
        """A line between two parts of the demo."""
        title = f"── {text.to(self.language)} "
        self.print("", self.styled(title + "─" * (self.columns - width(title)), _BOLD))

    def phone(self, title: str, markdown: str) -> None:
        """A message, as a phone shows it: its title, and its text without the marks of Markdown."""
        inside = min(PHONE_COLUMNS, self.columns - 4)
        rule = "─" * (inside + 2)
        self.print(f"┌{rule}┐")
        self._framed(title, inside, _DIM)
        self.print(f"├{rule}┤")
        for line, style in _shown(markdown):
            self._framed(line, inside, style)
        self.print(f"└{rule}┘")

    def _framed(self, text: str, inside: int, style: str) -> None:
        """A line of the message inside its frame, its continuations under its first word."""
        mark = re.match(r"(?:[•│]|\d+\.) ", text)
        start = mark.end() if mark else 0
        for number, part in enumerate(wrap(text[start:], inside - start)):
            lead = text[:start] if number == 0 else " " * start
            padded = pad(lead + part, inside)
            self.print(f"│ {self.styled(padded, style)} │")

    def print(self, *lines: str) -> None:
        """Lines as they are."""
        for line in lines:
            print(line, file=self.stream, flush=True)

    def styled(self, text: str, style: str) -> str:
        """``text`` in a style, where the screen has any."""
        return f"\x1b[{style}m{text}\x1b[0m" if self.color and style else text


def _shown(markdown: str) -> Iterator[tuple[str, str]]:
    """The lines that a reader sees, each with its style."""
    for line in markdown.splitlines():
        if heading := re.match(r"#+ ", line):
            yield line[heading.end() :], _BOLD
        else:
            text = re.sub(r"^- ", "• ", line.rstrip()).replace("**", "")
            yield re.sub(r"^> ", "│ ", text), _DIM if line.startswith("> ") else _NO_STYLE


def _can_show(text: str, stream: TextIO) -> bool:
    try:
        text.encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end].translate(_PLAIN).replace("→", "->").replace("…", "...")
    return "".join(sign if sign.isascii() else "?" * width(sign) for sign in signs), error.end


codecs.register_error("daybook", _replaced)


def write_report(report: SalesReport, folder: Path, title: str | None = None) -> list[Path]:
    """Write ``report.md`` and ``report.json`` into ``folder``, which is made where it does not exist.

    Returns:
        The files written, the Markdown first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        folder / "report.md": report_markdown(report, title) + "\n",
        folder / "report.json": report.model_dump_json(indent=2) + "\n",
    }
    for path, text in files.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(files)
