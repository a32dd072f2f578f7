"""`decide` what a file that holds a day again does to it, and `changes_between` what the day was and is.

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

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

import numpy as np

from daybook.book import texts
from daybook.cube import Cube
from daybook.days import DayTotals, decimal_of, rounded
from daybook.errors import ParameterError
from daybook.language import Language, excerpt
from daybook.words.figures import amount, day, number
from daybook.words.names import plain

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


SHOWN_PRODUCTS = 5
"""Products whose change is named, those that changed most."""


def totals_of(date: dt.date, cube: Cube, *, currency: str = "", money: str = "") -> DayTotals:
    """A day's cube in its totals."""
    sold = cube.sold
    return DayTotals(
        date=date,
        sales=decimal_of(sold.total("sales"), sold.decimals["sales"]),
        orders=sold.total("orders"),
        quantity=decimal_of(sold.total("quantity"), sold.decimals["quantity"]),
        lines=sold.total("lines"),
        currency=currency,
        money=money,
    )


def products_of(cube: Cube) -> dict[str, Decimal]:
    """The sales of each product, exact."""
    sold = cube.sold
    names, sums = sold.totals("product")
    decimals = sold.decimals["sales"]
    return {str(name): decimal_of(units, decimals) for name, units in zip(names, sums["sales"], strict=True)}


def changes_between(
    before: DayTotals, after: DayTotals, was: Mapping[str, Decimal], now: Mapping[str, Decimal]
) -> dict[str, Any]:
    """The figures of a day before and after, as JSON: exact decimals as text.

    Args:
        before: the day's totals.
        after: the same, as they are now.
        was: sales of the products that are compared.
        now: the same, as they are now.
    """
    every = ((name, was.get(name, Decimal(0)), now.get(name, Decimal(0))) for name in was.keys() | now.keys())
    moved = sorted(
        (each for each in every if each[1] != each[2]),
        key=lambda each: (-abs(Fraction(each[2]) - Fraction(each[1])), each[0]),
    )
    return {
        "sales": [str(before.sales), str(after.sales)],
        "orders": [before.orders, after.orders],
        "quantity": [str(before.quantity), str(after.quantity)],
        "rows": [before.lines, after.lines],
        "products": [[name, str(first), str(last)] for name, first, last in moved[:SHOWN_PRODUCTS]],
        "products_changed": len(moved),
    }


def correction_sentence(date: dt.date, changes: Mapping[str, Any], language: Language) -> str:
    """The differences of a corrected day in one sentence."""
    figures = [
        texts.CHANGED[name].to(language, before=_shown(name, before, language), after=_shown(name, after, language))
        for name in ("sales", "orders", "quantity")
        if Fraction(before := changes[name][0]) != Fraction(after := changes[name][1])
    ]
    named = [
        texts.CHANGED_PRODUCT.to(
            language, name=plain(name), before=_shown("sales", before, language), after=_shown("sales", after, language)
        )
        for name, before, after in changes["products"]
    ]
    more = changes["products_changed"] - len(named)
    if more > 0:
        named.append(texts.MORE_PRODUCTS.to(language, count=number(more)))
    parts = [texts.LIST.to(language).join(part) for part in (figures, named) if part]
    what = texts.PARTS.to(language).join(parts) if parts else texts.ONLY_DETAILS.to(language)
    return texts.CORRECTED.to(language, day=day(date, language), what=what)


def _shown(name: str, value: str | int, language: Language) -> str:
    if name == "sales":
        return amount(rounded(Fraction(value)), language)
    return number(float(Fraction(value)))
