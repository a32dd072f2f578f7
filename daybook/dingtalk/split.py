"""Cuts a text into pieces that each fit a message, at the places where a reader would cut it.

A cut is made, in this order of liking, before a heading, after a blank line, before a line, after the end of a
sentence or a word, and only in an over-long word between two characters. It is never made inside a link, an image
or a code fence; a fence that is itself too long is closed and opened again.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple
from unicodedata import combining

from daybook.dingtalk.markdown import bounded, fences

_LINK_TEXT = r"(?:[^\[\]\\\n]|\n(?![ \t]*\n)|\\.|!?\[(?:[^\[\]\\\n]|\\.)*+\](?:\((?:[^()\\\n]|\\.)*+\))?+)*+"
_LINK_TARGET = r"(?:[^()\\\n]|\\.|\((?:[^()\\\n]|\\.)*+\))*+"
_URL = r"https?://[^\s<>\"'，。；！？、）】》]++"
_FIRM = re.compile(rf"!?\[{_LINK_TEXT}\]\({_LINK_TARGET}\)|<https?://[^<>\s]++>|{_URL}")
_FIRM_IN_TEXT = re.compile(_URL)
_SOFT = re.compile(
    r"(?<!`)(`{1,3})(?!`)[^`\n]++\1(?!`)|\*\*[^*\n]++\*\*|<font\b[^<\n]{0,200}</font>|@[\w.+-]++|&#?\w{1,12};|\d[\d.,:%]*+"
)

_HEADING = re.compile(r"^[ ]{0,3}#{1,6}(?=[ \t])", re.MULTILINE)
_PARAGRAPH = re.compile(r"\n[ \t]*+\n++(?=[^\n])")
_LINE = re.compile(r"\n(?=[^\n])")
_SENTENCE = re.compile(r"[。！？；…]+|[.!?;][ \t]+")
_WORD = re.compile(r"[，、,：:）)]|[ \t]+")

_GOOD_FILL = 0.4
"""Share of a message that a cut at a heading or paragraph has to fill; nearer to the start, a later line is better."""
_JOINERS = "\u200d\ufe0e\ufe0f\u20e3"


class UnbreakableError(Exception):
    """A link or image is longer than a whole piece may be."""


class _Span(NamedTuple):
    start: int
    end: int


def escaped_bytes(text: str) -> int:
    """The bytes that ``text`` takes inside a JSON string in UTF-8, without its quotes."""
    return len(json.dumps(text, ensure_ascii=False).encode()) - 2


def split(text: str, budget: int, *, markdown: bool = True) -> list[str]:
    """The pieces of ``text``, each of at most ``budget`` `escaped_bytes`.

    Joined together they give the text again, but for fences that had to be closed and opened again.

    Args:
        text: Markdown or plain text.
        budget: bytes that a piece may take.
        markdown: whether links, images, headings and fences mean something in it.

    Raises:
        UnbreakableError: a link or image is longer than ``budget``.
    """
    if markdown:
        text = bounded(text, budget, escaped_bytes)
    return list(_Cutter(text, markdown=markdown).pieces(budget))


class _Cutter:
    """A text, measured once, with the places where it may be cut."""

    def __init__(self, text: str, *, markdown: bool) -> None:
        self._text = text
        self._costs = [0, *accumulate(map(_character_bytes, text))]
        blocks = _fence_spans(text) if markdown else []
        links = [_Span(*found.span()) for found in (_FIRM if markdown else _FIRM_IN_TEXT).finditer(text)]
        self._firm = _inside([*blocks, *links])
        self._taken = self._firm | _inside([_Span(*found.span()) for found in _SOFT.finditer(text)])
        self._headings = [found.start() for found in _HEADING.finditer(text)] if markdown else []
        self._paragraphs = [found.end() for found in _PARAGRAPH.finditer(text)]
        self._lines = [found.end() for found in _LINE.finditer(text)]
        self._sentences = [found.end() for found in _SENTENCE.finditer(text)]
        self._words = [found.end() for found in _WORD.finditer(text)]

    def pieces(self, budget: int) -> Iterator[str]:
        start = 0
        while self._costs[-1] - self._costs[start] > budget:
            end = bisect_right(self._costs, self._costs[start] + budget) - 1
            cut = self._best(start, end)
            yield self._text[start:cut]
            start = cut
        if start < len(self._text):
            yield self._text[start:]

    def _best(self, start: int, end: int) -> int:
        """The best place after ``start`` and up to ``end``."""
        good = start + int((end - start) * _GOOD_FILL)
        for places, least in ((self._headings, good), (self._paragraphs, good), (self._lines, start)):
            if cut := self._last(places, least, end, whole_sections=True):
                return cut
        # No line to end with: this one is too long for a whole piece, or stands alone below its heading.
        for places in (self._sentences, self._words):
            if cut := self._last(places, good, end):
                return cut
        if cut := self._between_characters(good, end) or self._last(self._lines, start, end):
            return cut
        if cut := self._between_characters(start, end) or self._between_characters(start, end, self._firm):
            return cut
        raise UnbreakableError

    def _last(self, places: list[int], least: int, end: int, *, whole_sections: bool = False) -> int:
        """The last of ``places`` after ``least``; 0 where there is none."""
        at = bisect_right(places, end) - 1
        while at >= 0 and places[at] > least:
            cut = places[at]
            if cut not in self._taken and not (whole_sections and self._orphans_heading(cut)):
                return cut
            at -= 1
        return 0

    def _between_characters(self, least: int, end: int, taken: set[int] | None = None) -> int:
        """The last place after ``least`` where neither a span nor a character made of several is cut; 0 for none."""
        taken = self._taken if taken is None else taken
        return next((cut for cut in range(end, least, -1) if cut not in taken and not self._joined(cut)), 0)

    def _orphans_heading(self, cut: int) -> bool:
        """Whether the last line before ``cut`` is a heading, which belongs to what follows it."""
        end = cut
        while end and self._text[end - 1].isspace():
            end -= 1
        return bool(_HEADING.match(self._text, self._text.rfind("\n", 0, end) + 1, end))

    def _joined(self, cut: int) -> bool:
        """Whether the characters around ``cut`` show as one."""
        before, after = self._text[cut - 1], self._text[cut]
        return (
            after in _JOINERS or before == "\u200d" or bool(combining(after)) or "\U0001f3fb" <= after <= "\U0001f3ff"
        )


def _fence_spans(text: str) -> list[_Span]:
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    return [_Span(starts[fence.start], min(starts[fence.end], len(text))) for fence in fences(text)]


def _inside(spans: list[_Span]) -> set[int]:
    """Every place that lies between two characters of a span."""
    return {place for start, end in spans for place in range(start + 1, end)}


def _character_bytes(character: str) -> int:
    if character in '"\\\n\t':
        return 2
    return len(character.encode())
