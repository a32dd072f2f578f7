"""`spaced_rows`: rows of a printed list, whose columns are set apart by runs of blanks."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from daybook.errors import TableError
from daybook.table import texts

_GAP = re.compile(r"[ \t\u00a0\u3000]{2,}")
_FULL_WIDTH = ("W", "F")


def split(line: str) -> list[str]:
    """The cells of a line."""
    return _GAP.split(line.strip())


def spaced_rows(lines: Iterable[str], names: Sequence[str]) -> Iterator[Sequence[str]]:
    """The rows of the lines, blank ones left out.

    A line with as many runs of blanks as the header is split at them; one with fewer, which has blank cells, at the
    places where the header's names stand.

    Raises:
        TableError: a line fits neither.
    """
    width, starts, place = len(names), None, 0
    for line in lines:
        if not line.strip():
            continue
        text = line.rstrip("\r\n")
        cells: Sequence[str] | None = split(text)
        if starts is None:
            starts = _starts(text) if cells == list(names) else None
            yield split(text)
            continue
        place += 1
        if len(split(text)) not in (1, width):
            cells = _placed(text, starts)
        if cells is None:
            raise TableError(texts.RAGGED, row=f"{place:,}", columns=width)
        yield cells


def _starts(header: str) -> list[int]:
    """Where each name of the header begins, in columns of a terminal."""
    starts, taken, before = [], 0, True
    for index, character in enumerate(header):
        gap = header[index : index + 2].isspace()
        if before and not character.isspace():
            starts.append(taken)
        before = gap or (before and character.isspace())
        taken += _width(character)
    return starts


def _placed(line: str, starts: Sequence[int]) -> list[str] | None:
    """The cells at the header's places; None where a text reaches over one of them."""
    cells = [""] * len(starts)
    taken = 0
    for match in re.finditer(r"\S+(?:[ \t\u00a0\u3000]\S+)*", line):
        taken = sum(map(_width, line[: match.start()]))
        index = max((i for i, start in enumerate(starts) if start <= taken), default=0)
        end = taken + sum(map(_width, match[0]))
        if cells[index] or (index + 1 < len(starts) and end > starts[index + 1]):
            return None
        cells[index] = match[0]
    return cells


def _width(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in _FULL_WIDTH else 1
