"""Text that others wrote (product and region names, titles), made safe to print, and how many columns a text takes."""

import re
import unicodedata

_NEVER_FIRST = frozenset("，。、；：？！）》】」』”’…％%)],.;:?!")
_NEVER_LAST = frozenset("（《【「『“‘([")
_ELLIPSIS = "…"
_JOINER = "\u200d"
_NARROWEST, _WIDEST = 30, 100


def readable(columns: int) -> int:
    """Columns to write in on a screen of ``columns``: no fewer than 30, and no more than an eye can follow, 100."""
    return max(_NARROWEST, min(columns, _WIDEST))


def width(text: str) -> int:
    """Columns that ``text`` takes: 2 for a wide character, 0 for one drawn over its neighbour, else 1.

    Characters of ambiguous width (arrows, blocks, the ellipsis) count as 1, as most terminals draw them.
    Source: Unicode Standard Annex 11.
    """
    return sum(map(_width_of, text))


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """``text`` filled with blanks to ``columns``, at its left side if ``right``-aligned."""
    blanks = " " * max(0, columns - width(text))
    return blanks + text if right else text + blanks


def shorten(text: str, columns: int, characters: int | None = None) -> str:
    """``text``, cut with an ellipsis where it is wider than ``columns`` or longer than ``characters``.

    The second bound is for texts whose characters take no column, which could be of any length.
    """
    if width(text) <= columns and (characters is None or len(text) <= characters):
        return text
    kept, taken = "", 0
    for character in text[: None if characters is None else characters - 1]:
        taken += _width_of(character)
        if taken > columns - 1:
            break
        kept += character
    return kept.rstrip(_JOINER + " ") + _ELLIPSIS


def wrap(text: str, columns: int) -> list[str]:
    """``text`` in lines of at most ``columns``, broken at blanks and between Chinese characters.

    No line starts with a closing mark or ends with an opening one. A word wider than a line is cut.
    """
    lines, line = [], ""
    for piece in _pieces(text):
        if line and width(line + piece.rstrip()) > columns:
            lines.append(line.rstrip())
            line = ""
            piece = piece.lstrip()  # noqa: PLW2901 (a blank at a break is not drawn)
        line += piece
        while width(line) > columns:
            cut = _cut(line, columns)
            if not line[cut:].strip():
                break
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _width_of(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf", "Cc"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _pieces(text: str) -> list[str]:
    """The parts between which a line may break."""
    pieces: list[str] = []
    for character in text:
        last = pieces[-1][-1] if pieces else " "
        breaks = last == " " or _width_of(character) == 2 or _width_of(last) == 2  # noqa: PLR2004 (a wide character)
        glued = character == " " or character in _NEVER_FIRST or last in _NEVER_LAST or not _width_of(character)
        if pieces and (glued or not breaks):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _cut(line: str, columns: int) -> int:
    """How many characters of ``line`` fit; at least one, so that a narrow screen ends too."""
    taken = 0
    for position, character in enumerate(line):
        taken += _width_of(character)
        if taken > columns:
            return max(1, position)
    return len(line)


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
    short = shorten(one_line(text), columns, characters)
    if not short.strip("\u200c\u200d\ufe0e\ufe0f "):
        return UNNAMED
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in short):
        return f"{_ISOLATE}{short}{_END_ISOLATE}"
    return short


def one_line(text: str) -> str:
    """``text`` on one line, without control characters and what changes the direction of writing."""
    return " ".join("".join(filter(None, map(_visible, text))).split())


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
