"""What a push would send: every part of it, exactly, before the first one goes out.

A content that is too long for one message becomes several, each with "(2/3)" in its title and text, each with the
robot's keyword, one of them with the @. Of an action card that is too long only the last part is the card, so that
its button stands below the end of the text; the parts before it are Markdown.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from daybook.dingtalk import texts
from daybook.dingtalk.markdown import (
    fence_lines,
    image_warnings,
    mend,
    refuse_unfilled,
    tables_as_lists,
    with_hard_breaks,
)
from daybook.dingtalk.message import (
    Mentions,
    Message,
    UnbreakableError,
    card_body,
    escaped_bytes,
    markdown_body,
    one_line,
    serialized,
    split,
    text_body,
)
from daybook.dingtalk.texts import fill
from daybook.errors import ParameterError
from daybook.language import Text
from daybook.parameters import MessageType

BODY_LIMIT = 20_000
"""Bytes of one request body above which DingTalk refuses it."""
BODY_BUDGET = 18_000
"""Bytes that a body is made to fit: DingTalk does not say what it counts towards its limit."""
MAX_PARTS = 10
"""Messages of one push; more would take half of what a robot may send in a minute."""

_UUID_PLACE = "0" * 32
_HEADING = re.compile(r"[ ]{0,3}#{1,6}[ \t]+(.*?)[ \t#]*")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_MARKS = re.compile(r"^[ \t>]*(?:#+\s+|[-*+]\s+|\d+[.)]\s+)?|[*_`~]{1,3}|</?\w[^<>]*>")
_LINK_OF_REPORT = re.compile(rb"/v1/reports/[0-9a-f]{32}/(\w+\.\w+)\?link=[\w.-]+")
"""An address of the analysis service: of each report made anew, another one."""
_TITLE_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a push."""

    number: int
    """From 1."""
    title: str
    text: str
    body: Mapping[str, Any]
    """What is posted, but for ``msgUuid``, by which DingTalk knows a repetition."""

    def payload(self, message_id: str) -> bytes:
        """The bytes that are posted."""
        return serialized(self.identified(message_id))

    def identified(self, message_id: str) -> dict[str, Any]:
        """The whole body, with its ``msgUuid``."""
        return {**self.body, "msgUuid": message_id}

    @property
    def shown(self) -> str:
        """The text, and the button below it."""
        card = self.body.get("actionCard")
        return f"{self.text}\n\n[{card['singleTitle']}]({card['singleURL']})" if card else self.text


@dataclass(frozen=True, slots=True)
class Plan:
    """All messages of a push, in order, and what the sender should know about them."""

    parts: tuple[Part, ...]
    warnings: tuple[Text, ...] = ()

    @property
    def preview(self) -> str:
        """What the group would read, part by part."""
        return "\n\n---\n\n".join(part.shown for part in self.parts)

    @property
    def digest(self) -> str:
        """16 hex digits that differ where anything does that the group would see; a new link to the same does not."""
        whole = b"\n".join(serialized(part.body) for part in self.parts)
        return hashlib.sha256(_LINK_OF_REPORT.sub(rb"/\1", whole)).hexdigest()[:16]


def plan_message(message: Message, keywords: Sequence[str] = (), *, keep_tables: bool = False) -> Plan:
    """The parts of ``message``.

    Args:
        message: what the group is to read.
        keywords: the robot's keywords; where a part holds none of them, the first is added to it.
        keep_tables: whether pipe tables stay as they are and are not turned into list rows.

    Raises:
        ParameterError: it would take more than `MAX_PARTS` parts, or a link in it fills a whole one.
    """
    markdown = message.type is not MessageType.TEXT
    refuse_unfilled(message.title)
    content, warnings = mend(message.content, markdown=markdown)
    if escaped_bytes(content) > MAX_PARTS * BODY_BUDGET:
        raise ParameterError(texts.TOO_LONG, limit=MAX_PARTS, bytes=BODY_BUDGET)
    if markdown and not keep_tables:
        content, tables = tables_as_lists(content)
        if tables:
            warnings.append(fill(texts.TABLE_AS_LIST, count=tables))
    if markdown:
        content = with_hard_breaks(content)
    message = replace(message, content=content)
    layout = _Layout(message, title_of(message), tuple(keywords))
    pieces = layout.pieces(_with_title(message, content))
    parts = layout.parts(pieces)
    if message.type is not MessageType.TEXT:
        warnings += image_warnings([part.text for part in parts])
    if message.type is MessageType.ACTION_CARD and len(parts) > 1:
        warnings.append(texts.CARD_SPLIT)
    if message.mentions:
        mentioned = any("at" in part.body for part in parts)
        warnings.append(texts.MENTION_UNPROVEN if mentioned else texts.MENTION_IN_CARD)
    return Plan(parts, tuple(warnings))


def title_of(message: Message) -> str:
    """The message's title: its own, else its first heading, else its first line with words."""
    if message.title:
        return message.title
    lines = [line for line in message.content.split("\n") if line.strip()]
    if message.type is not MessageType.TEXT:
        fenced = fence_lines(message.content)
        for number, line in enumerate(message.content.split("\n")):
            heading = _HEADING.fullmatch(line)
            if number not in fenced and heading and _plain(heading[1]):
                return one_line(_plain(heading[1]), _TITLE_CHARACTERS)
        lines = [_plain(line) for line in lines]
    return one_line(next((line for line in lines if re.search(r"\w", line)), lines[0]), _TITLE_CHARACTERS) or "…"


@dataclass(frozen=True, slots=True)
class _Layout:
    """How pieces of text become parts."""

    message: Message
    title: str
    keywords: tuple[str, ...]

    def pieces(self, content: str) -> list[str]:
        """``content`` in one piece where it fits, else in several that do with all that is added to them."""
        if self._size(self._dressed(content, 1, 1, self.message.mentions)) <= BODY_BUDGET:
            return [content]
        worst = self._dressed("", MAX_PARTS, MAX_PARTS, self.message.mentions)
        try:
            pieces = split(content, BODY_BUDGET - self._size(worst), markdown=not self._is_text)
        except UnbreakableError:
            raise ParameterError(texts.UNBREAKABLE, bytes=BODY_BUDGET) from None
        pieces = [piece.strip("\n").rstrip() for piece in pieces if piece.strip()]
        if len(pieces) > MAX_PARTS:
            raise ParameterError(texts.TOO_LONG, limit=MAX_PARTS, bytes=BODY_BUDGET)
        return pieces

    def parts(self, pieces: list[str]) -> tuple[Part, ...]:
        total = len(pieces)
        alerting = self._alerting(pieces)
        return tuple(
            self._part(piece, number, total, self.message.mentions if number == alerting else None)
            for number, piece in enumerate(pieces, 1)
        )

    def _alerting(self, pieces: list[str]) -> int:
        """The part that mentions people: the first that names them all already, else the first; 0 for none."""
        able = len(pieces) - (self.message.type is MessageType.ACTION_CARD)
        if not self.message.mentions or not able:
            return 0
        named = (number for number, piece in enumerate(pieces[:able], 1) if not self.message.mentions.missing(piece))
        return next(named, 1)

    def _part(self, piece: str, number: int, total: int, mentions: Mentions | None) -> Part:
        title = f"{self.title} ({number}/{total})" if total > 1 else self.title
        text = self._dressed(piece, number, total, mentions)
        if self._is_text:
            body = text_body(text, mentions)
        elif self.message.type is MessageType.ACTION_CARD and number == total and self.message.button:
            body = card_body(title, text, self.message.button)
        else:
            body = markdown_body(title, text, mentions)
        return Part(number, title, text, body)

    def _dressed(self, piece: str, number: int, total: int, mentions: Mentions | None) -> str:
        """A piece with its number, the @ and the keyword that it lacks."""
        blank = "\n" if self._is_text else "\n\n"
        text = self._numbered(piece, number, total) if total > 1 else piece
        if mentions and (names := mentions.missing(text)):
            text += blank + " ".join(names)
        if self.keywords and not any(keyword in text for keyword in self.keywords):
            text += blank + self.keywords[0]
        return text

    def _numbered(self, piece: str, number: int, total: int) -> str:
        mark = f"({number}/{total})"
        blank, head = ("\n", "") if self._is_text else ("\n\n", "#### ")
        if number > 1:
            return f"{head}{self.title} {mark}{blank}{piece}"
        first, newline, rest = piece.partition("\n")
        if (not self._is_text and _HEADING.fullmatch(first)) or _plain(first) == self.title:
            return f"{first.rstrip()} {mark}{newline}{rest}"
        return f"{mark}{blank}{piece}"

    def _size(self, text: str) -> int:
        """The most that a body with ``text`` may take, whichever part it is."""
        title, mentions = f"{self.title} ({MAX_PARTS}/{MAX_PARTS})", self.message.mentions
        bodies = [text_body(text, mentions) if self._is_text else markdown_body(title, text, mentions)]
        if self.message.button and self.message.type is MessageType.ACTION_CARD:
            bodies.append(card_body(title, text, self.message.button))
        return max(len(serialized({**body, "msgUuid": _UUID_PLACE})) for body in bodies)

    @property
    def _is_text(self) -> bool:
        return self.message.type is MessageType.TEXT


def _with_title(message: Message, content: str) -> str:
    """``content`` under the caller's title: DingTalk shows a title in the list of conversations alone."""
    title = message.title
    if not title or title in _plain(content[:2000]):
        return content
    if message.type is MessageType.TEXT:
        return f"{title}\n{content}"
    return content if _HEADING.fullmatch(content.partition("\n")[0]) else f"#### {title}\n\n{content}"


def _plain(text: str) -> str:
    """Markdown without its marks."""
    return " ".join(_MARKS.sub("", _LINK.sub(r"\1", text)).split())
