"""How many columns a text takes in a terminal, where a Chinese character takes two."""

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
