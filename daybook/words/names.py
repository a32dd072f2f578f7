"""Text that others wrote (product and region names, titles), made safe to print."""

import re
import unicodedata

from daybook.words.width import shorten

MAX_COLUMNS = 40
"""A name is shown up to 20 Chinese or 40 Latin characters: two lines on a phone."""
MAX_CHARACTERS = 48
"""Bound on a name whose characters take no room, so that the message stays small."""
UNNAMED = "–"

_JOINERS = frozenset("\u200c\u200d")
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"

_LOOKALIKES = str.maketrans("*_[]<>#@`|~\\$", "＊＿［］＜＞＃＠｀｜～＼＄")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LINK = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)
_LINE_MARK = re.compile(r"^(?:[-+=]|\d+[.)])")
_FULL_WIDTH = str.maketrans("-+=.)", "－＋＝．）")


def plain(text: str, columns: int = MAX_COLUMNS, characters: int = MAX_CHARACTERS) -> str:
    """``text`` on one line, without control characters, shortened; an en dash where nothing is left to see.

    A name in a right-to-left script is isolated, so that the figures beside it keep their order.
    """
    visible = "".join(filter(None, map(_visible, text)))
    short = shorten(" ".join(visible.split()), columns, characters)
    if not short.strip("\u200c\u200d\ufe0e\ufe0f "):
        return UNNAMED
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in short):
        return f"{_ISOLATE}{short}{_END_ISOLATE}"
    return short


def markdown_text(text: str) -> str:
    """``text`` with nothing in it that Markdown, HTML or DingTalk would act on.

    Marks become their full-width look-alikes (``*`` is shown as ``＊``, ``@`` as ``＠``): a backslash is shown
    as such by DingTalk, and how its clients read HTML entities is not documented.
    """
    quiet = _ENTITY.sub("＆", text).translate(_LOOKALIKES)
    quiet = _LINK.sub(lambda found: "：" if found[0] == ":" else "．", quiet)
    return _LINE_MARK.sub(lambda found: found[0].translate(_FULL_WIDTH), quiet)


def markdown_name(name: str) -> str:
    """A product's or region's name for Markdown: one short line that Markdown does not act on."""
    return markdown_text(plain(name))


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    if category == "Cf" and character not in _JOINERS:
        return ""
    return "\ufffd" if category == "Cs" else character
