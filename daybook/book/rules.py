"""`book_name`, and `decide` whether a file that holds a day again corrects, completes or adds to it, or has part of it.

The rule, in its order:

1. the same cells as the day has, or as a file that is in it already: nothing changes (`Taken.SAME`);
2. every row has an order number on both sides, none is in common, and rows or sales differ: another part of the day,
   such as a second shop's file, and the two are added up (`Taken.ADDITION`);
3. the day is the first or last of several in the file, or unfinished; the file has fewer rows of it than the book; and
   it has no order number that the book has not: the file holds a part of the day, and the book's day stays
   (`Taken.PART`);
4. the book's day was unfinished: the file completes it (`Taken.COMPLETION`);
5. anything else corrects the day (`Taken.CORRECTION`).
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from daybook.book import texts
from daybook.cube import Cube
from daybook.errors import ParameterError
from daybook.language import excerpt

_NAME = re.compile(r"\w[\w.-]{0,63}")


class Taken(StrEnum):
    """What a file's day was taken for."""

    NEW = "new"
    SAME = "same"
    ADDITION = "addition"
    PART = "part"
    COMPLETION = "completion"
    CORRECTION = "correction"

    @property
    def changes(self) -> bool:
        """Whether the book's day is another afterwards."""
        return self not in {Taken.SAME, Taken.PART}


@dataclass(frozen=True, slots=True)
class Held:
    """A day as the book has it."""

    cube: Cube
    unfinished: bool


def decide(given: Cube, held: Held, *, at_edge: bool, unfinished: bool) -> Taken:
    """What a day of a file is taken for.

    Args:
        given: the day as the file has it.
        held: as the book has it, in other cells.
        at_edge: the day is the first or the last of several in the file.
        unfinished: it was not over when the file was made, or looks like that.
    """
    new, old = given, held.cube
    numbered = _numbered(new) and _numbered(old)
    if numbered and not _common(new, old) and not _same_size(new, old):
        return Taken.ADDITION
    if (at_edge or unfinished) and new.total("lines") < old.total("lines") and (not numbered or _is_within(new, old)):
        return Taken.PART
    return Taken.COMPLETION if held.unfinished else Taken.CORRECTION


def _numbered(cube: Cube) -> bool:
    return bool(len(cube.numbers.digests)) and cube.total("unnumbered") == 0


def _common(new: Cube, old: Cube) -> bool:
    return bool(np.isin(new.numbers.digests, old.numbers.digests).any())


def _is_within(new: Cube, old: Cube) -> bool:
    return bool(np.isin(new.numbers.digests, old.numbers.digests).all())


def _same_size(new: Cube, old: Cube) -> bool:
    """Whether rows and sales are equal: then it is the same day with other numbers."""
    total = Cube.sum((new, old))
    finest = total.decimals
    sales = [sum(map(int, cube.measure("sales", finest))) for cube in (new, old)]
    return new.total("lines") == old.total("lines") and sales[0] == sales[1]


def book_name(name: str) -> str:
    """A book's name as it is kept: in small letters, half-width.

    Raises:
        ParameterError: no book can be called that.
    """
    kept = unicodedata.normalize("NFKC", name.strip()).casefold()
    if not _NAME.fullmatch(kept):
        raise ParameterError(texts.BAD_NAME, name=excerpt(name))
    return kept
