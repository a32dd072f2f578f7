"""`Message`: what a caller gives, and its JSON body for DingTalk; `split` cuts a text where a reader would.

Bodies follow DingTalk's page on a custom robot's message types (open.dingtalk.com, "robot-message-type").

A cut is made, in this order of liking, before a heading, after a blank line, before a line, after the end of a
sentence or a word, and only in an over-long word between two characters. It is never made inside a link, an image
or a code fence; a fence that is itself too long is closed and opened again.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, NamedTuple
from unicodedata import combining
from urllib.parse import urlsplit

from daybook.dingtalk import texts
from daybook.dingtalk.markdown import bounded, fences
from daybook.errors import ParameterError
from daybook.parameters import MessageType

MAX_PEOPLE = 50
"""People that one message names: their numbers stand in the text and take its room."""

MOST_CHARACTERS = 1_000_000
"""Characters of a content that are looked at: several times what one push can hold, because a
model's thinking is taken out."""

_TITLE_CHARACTERS = 100
_BUTTON_CHARACTERS = 40
_URL_CHARACTERS = 2000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MOBILE = re.compile(r"\+?\d[\d-]{3,20}\d")
_USER_ID = re.compile(r"[A-Za-z0-9_\-.@$:=+/|]{1,64}")


@dataclass(frozen=True, slots=True)
class Mentions:
    """Whom a message is to alert.

    Raises:
        ParameterError: a mobile number or user ID cannot be one, or there are too many.
    """

    mobiles: tuple[str, ...] = ()
    user_ids: tuple[str, ...] = ()
    everyone: bool = False

    def __post_init__(self) -> None:
        for mobile in self.mobiles:
            if not _MOBILE.fullmatch(mobile):
                raise ParameterError(texts.NOT_A_MOBILE, value=mobile[:40])
        for user_id in self.user_ids:
            if not _USER_ID.fullmatch(user_id):
                raise ParameterError(texts.NOT_A_USER_ID, value=user_id[:40])
        people = len(self.mobiles) + len(self.user_ids)
        if people > MAX_PEOPLE:
            raise ParameterError(texts.TOO_MANY_PEOPLE, count=people, limit=MAX_PEOPLE)

    def __bool__(self) -> bool:
        return bool(self.mobiles or self.user_ids or self.everyone)

    def missing(self, text: str) -> list[str]:
        """The ``@...`` that ``text`` does not hold yet; DingTalk alerts only whom the text names too."""
        names = [f"@{person}" for person in dict.fromkeys((*self.mobiles, *self.user_ids))]
        absent = [name for name in names if not re.search(re.escape(name) + r"(?![A-Za-z0-9_])", text)]
        if self.everyone and not re.search(r"@(所有人|all\b)", text, re.IGNORECASE):
            absent.insert(0, "@所有人")
        return absent


@dataclass(frozen=True, slots=True)
class Button:
    """The button of an action card, and the https address that it opens.

    Raises:
        ParameterError: the address is none that a phone can open.
    """

    title: str
    url: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", one_line(cleaned(self.title), _BUTTON_CHARACTERS))
        if not self.url:
            raise ParameterError(texts.BUTTON_MISSING)
        if not _is_https(self.url) or len(self.url) > _URL_CHARACTERS:
            raise ParameterError(texts.BUTTON_NOT_HTTPS)


@dataclass(frozen=True, slots=True)
class Message:
    """What a caller wants a group to read.

    Attributes:
        content: Markdown, or plain text for `MessageType.TEXT`.
        title: what the list of conversations shows of it; taken from the content where empty.
        button: the button, which an action card needs and nothing else has.

    Raises:
        ParameterError: there is nothing to send, far too much, or an action card without a button.
    """

    content: str
    title: str = ""
    type: MessageType = MessageType.MARKDOWN
    mentions: Mentions = field(default_factory=Mentions)
    button: Button | None = None

    def __post_init__(self) -> None:
        if max(len(self.content), len(self.title)) > MOST_CHARACTERS:  # before anything scans it
            raise ParameterError(texts.FAR_TOO_LONG, limit=f"{MOST_CHARACTERS:,}")
        object.__setattr__(self, "content", cleaned(self.content).strip("\n").rstrip())
        object.__setattr__(self, "title", one_line(cleaned(self.title)))
        if not self.content.strip():
            raise ParameterError(texts.EMPTY_CONTENT)
        if self.type is MessageType.ACTION_CARD and self.button is None:
            raise ParameterError(texts.BUTTON_MISSING)


def markdown_body(title: str, text: str, mentions: Mentions | None = None) -> dict[str, Any]:
    """The body of a Markdown message."""
    return {"msgtype": "markdown", "markdown": {"title": title, "text": text}} | _at(mentions)


def text_body(text: str, mentions: Mentions | None = None) -> dict[str, Any]:
    """The body of a plain text message."""
    return {"msgtype": "text", "text": {"content": text}} | _at(mentions)


def card_body(title: str, text: str, button: Button) -> dict[str, Any]:
    """The body of an action card with one button."""
    card = {"title": title, "text": text, "singleTitle": button.title, "singleURL": button.url}
    return {"msgtype": "actionCard", "actionCard": card}


def serialized(body: Mapping[str, Any]) -> bytes:
    """A body as it is sent: UTF-8, Chinese as it is and not as escapes, which would double its size."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def cleaned(text: str) -> str:
    """``text`` with one kind of line end and no character that JSON, UTF-8 or a phone would choke on."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("", text))


def one_line(text: str, limit: int = _TITLE_CHARACTERS) -> str:
    """``text`` on one line of at most ``limit`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _at(mentions: Mentions | None) -> dict[str, Any]:
    if not mentions:
        return {}
    return {
        "at": {
            "atMobiles": list(dict.fromkeys(mentions.mobiles)),
            "atUserIds": list(dict.fromkeys(mentions.user_ids)),
            "isAtAll": mentions.everyone,
        }
    }


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not re.search(r"\s", url)


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
