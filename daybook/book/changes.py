"""What changed in a day: `changes_between` its figures, as they are kept, and as a sentence for people."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from daybook.book import texts
from daybook.cube import Cube
from daybook.history import DayTotals, decimal_of, rounded
from daybook.language import Language
from daybook.words.figures import amount, day, number
from daybook.words.names import plain

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
