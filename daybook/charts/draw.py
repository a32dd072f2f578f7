"""`Chart`, and the `Drawing` that its SVG is made with: colours by role, texts that fit, nothing that could act.

The SVG holds presentation attributes alone: no script, no style, no reference to anything, no ids, so that it goes
inline into a page under a strict content policy, several times over. Each element has a class named for its role,
by which a page may give it other colours (`stylesheet`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from daybook.language import Language
from daybook.words.names import plain
from daybook.words.names import width as columns_of

type Theme = Literal["light", "dark"]

FONTS = "'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', system-ui, sans-serif"
MARGIN = 16.0
TITLE, BODY, SMALL = 17, 13, 12
"""Sizes of type in pixels of a picture of 390."""

COLOURS: Mapping[Theme, Mapping[str, str]] = {
    "light": {
        "paper": "#ffffff",
        "ink": "#1b2026",
        "soft": "#57606a",
        "grid": "#d8dee4",
        "bar": "#7793b6",
        "same": "#2f67a8",
        "day": "#08336b",
        "up": "#0b4f9e",
        "down": "#b54708",
        "fan": "#cfe0f4",
    },
    "dark": {
        "paper": "#15191f",
        "ink": "#e6edf3",
        "soft": "#a4afba",
        "grid": "#323a44",
        "bar": "#566c88",
        "same": "#7aa7dc",
        "day": "#d3e7ff",
        "up": "#8cc2ff",
        "down": "#ffab63",
        "fan": "#27405d",
    },
}
"""Blue and orange are told apart by every kind of colour-blindness; each is said by a sign too."""

_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold."""
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_NAME_COLUMNS = 80
_NARROW, _BROAD = frozenset(" .,:;'!|()[]ijlIft·-"), frozenset("mwMW%@&—…＿")


@dataclass(frozen=True)
class Chart:
    """One picture.

    Attributes:
        key: what it shows: ``sales_by_day``, ``products``, ``regions``, ``price_bands``, ``changes``, ``hours``,
            ``days_ahead``.
        title: the finding, such as ``Sales 12% above the Saturday before``.
        text: what the picture says, for those who do not see it.
        svg: the picture; it stands for itself, and may stand in a page.
    """

    key: str
    title: str
    text: str
    svg: str


def stylesheet(theme: Theme) -> str:
    """CSS that gives charts in a page the colours of a theme, whichever they were drawn in."""
    rules = [f".chart-{role}{{fill:{colour}}}" for role, colour in COLOURS[theme].items()]
    rules += [f".chart-{role}-line{{stroke:{colour}}}" for role, colour in COLOURS[theme].items()]
    return "".join(rules)


def advance(text: str, size: float) -> float:
    """About how wide a text is drawn, in pixels; sans-serif fonts differ by some percent."""
    return size * sum(map(_em, text))


def fitted(text: str, size: float, room: float) -> str:
    """``text``, cut with an ellipsis where it is wider than ``room``."""
    if text.startswith(_ISOLATE):
        return f"{_ISOLATE}{fitted(text[1:].removesuffix(_END_ISOLATE), size, room)}{_END_ISOLATE}"
    if advance(text, size) <= room:
        return text
    kept = ""
    for character in text:
        if advance(kept + character + "…", size) > room:
            break
        kept += character
    return kept.rstrip(" \u200d") + "…"


def name_of(text: str) -> str:
    """A name that others wrote, on one line and of a bounded length."""
    return plain(text, _NAME_COLUMNS, _NAME_COLUMNS)


def _em(character: str) -> float:
    columns = columns_of(character)
    if columns != 1:
        return columns / 2
    if character in _NARROW:
        return 0.33
    return 0.9 if character in _BROAD else 0.64 if character.isupper() else 0.56


class Drawing:
    """A picture that is being drawn, from its top down."""

    def __init__(self, width: float, theme: Theme, language: Language) -> None:
        self.width = width
        self.right = width - MARGIN
        self.y = MARGIN
        self._theme: Theme = theme
        self._language = language
        self._parts: list[str] = []

    def head(self, title: str, subtitle: str) -> None:
        """The finding, and what is shown."""
        for line in self._lines(title, TITLE, 3):
            self.y += TITLE + 4
            self.text(MARGIN, self.y - 4, line, size=TITLE, bold=True)
        for line in self._lines(subtitle, SMALL, 3):
            self.y += SMALL + 5
            self.text(MARGIN, self.y - 3, line, "soft", SMALL)
        self.y += 8

    def note(self, text: str) -> None:
        """A remark below the picture."""
        self.y += 4
        for line in self._lines(text, SMALL, 4):
            self.y += SMALL + 5
            self.text(MARGIN, self.y - 3, line, "soft", SMALL)

    def _lines(self, text: str, size: float, most: int) -> list[str]:
        """A text in lines, broken at blanks and between Chinese characters."""
        room = self.right - MARGIN
        lines = [""]
        for piece in re.findall(r"[\x21-\u2e7f]+[，。：；）]?| +|.[，。：；）]?", text):
            if advance(lines[-1] + piece.rstrip(), size) > room and lines[-1].strip():
                lines.append("")
            lines[-1] += piece if lines[-1] else piece.lstrip()
        if len(lines) > most:
            lines[most - 1 :] = ["".join(lines[most - 1 :])]
        return [fitted(line.rstrip(), size, room) for line in lines]

    def text(
        self,
        x: float,
        y: float,
        text: str,
        role: str = "ink",
        size: float = BODY,
        *,
        anchor: Literal["start", "middle", "end"] = "start",
        bold: bool = False,
    ) -> None:
        """A text whose baseline is at ``y``."""
        attributes = f' font-size="{size:g}"' + (f' text-anchor="{anchor}"' if anchor != "start" else "")
        attributes += ' font-weight="600"' if bold else ""
        self._parts.append(f'<text x="{x:.1f}" y="{y:.1f}"{attributes}{self._filled(role)}>{_safe(text)}</text>')

    def bar(
        self, x: float, y: float, width: float, height: float, role: str, *, says: str = "", hollow: bool = False
    ) -> None:
        """A rectangle; ``hollow`` is drawn by its line alone, ``says`` is shown where a pointer rests on it."""
        title = f"<title>{_safe(says)}</title>" if says else ""
        if hollow:
            x, y, width, height = x + 0.75, y + 0.75, max(width - 1.5, 0.5), max(height - 1.5, 0.5)
        look = f' fill="none" stroke-width="1.5"{self._lined(role)}' if hollow else self._filled(role)
        box = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{max(height, 0.5):.1f}" rx="1.5"'
        self._parts.append(f"<rect {box}{look}>{title}</rect>" if title else f"<rect {box}{look}/>")

    def line(self, start: tuple[float, float], end: tuple[float, float], role: str = "grid", wide: float = 1) -> None:
        """A straight line."""
        (x1, y1), (x2, y2) = start, end
        ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
        self._parts.append(f'<line {ends} stroke-width="{wide:g}"{self._lined(role)}/>')

    def area(self, corners: Sequence[tuple[float, float]], role: str) -> None:
        """What lies between so many corners."""
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
        self._parts.append(f'<polygon points="{points}"{self._filled(role)}/>')

    def chart(self, key: str, title: str, text: str) -> Chart:
        """The picture as it is now, with its name and words."""
        return Chart(key, title, text, self.svg(f"{title} {text}"))

    def svg(self, label: str) -> str:
        """The picture as it is now, ``y`` being its foot."""
        height = round(self.y + MARGIN)
        code = "zh-Hans" if self._language is Language.CHINESE else "en"
        size = f'viewBox="0 0 {self.width:g} {height}" width="{self.width:g}" height="{height}"'
        paper = f'<rect width="{self.width:g}" height="{height}"{self._filled("paper")}/>'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{_safe(label)}" xml:lang="{code}"'
            f' lang="{code}" class="chart" font-family="{FONTS}">{paper}{"".join(self._parts)}</svg>'
        )

    def _filled(self, role: str) -> str:
        return f' class="chart-{role}" fill="{COLOURS[self._theme][role]}"'

    def _lined(self, role: str) -> str:
        return f' class="chart-{role}-line" stroke="{COLOURS[self._theme][role]}"'


def _safe(text: str) -> str:
    return escape(_UNPRINTABLE.sub("\ufffd", text))
