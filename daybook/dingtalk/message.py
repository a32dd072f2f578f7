"""A message to a group: what a caller gives, and the exact JSON body that DingTalk takes.

Bodies follow DingTalk's page on a custom robot's message types (open.dingtalk.com, "robot-message-type").
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from daybook.dingtalk import texts
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
