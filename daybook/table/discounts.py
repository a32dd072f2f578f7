"""discount_of: what a discount column holds, an amount off the line or off each unit, or a rate."""

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from daybook.errors import QuestionError
from daybook.language import Text
from daybook.table import texts as say
from daybook.table.cells import MICRO
from daybook.table.fields import Field, Fields, ask_column, sentence
from daybook.table.spelling import Unit

type Rows = Mapping[str, Sequence[int | None]]
"""By field the numbers of some rows in millionths, None where a cell is no number."""

PERCENT = Unit(percent=True, said="%")
SHARE_PAID = Unit(paid_of=1, said="share paid")
TENTHS_PAID = Unit(paid_of=10, said="折")

_RATE_NAMES = re.compile(r"率|rate|pct|percent|%|satz|taux|折数", re.IGNORECASE)
_AMOUNT_NAMES = re.compile(
    r"额|額|减|減|优惠|優惠|券|让利|抵扣|amount|amt|value|total|coupon|voucher|rebate|savings|betrag|montant|importe|valor|monto|line",
    re.IGNORECASE,
)
_UNIT_NAMES = re.compile(r"per unit|unit discount|每件|单件|單件|per item|each", re.IGNORECASE)
_ENOUGH = 0.95


class Discount(StrEnum):
    """What is taken off."""

    NONE = "none"
    LINE = "line"
    """An amount off the line, towards nothing: a line that is given back is the less negative for it."""
    UNIT = "unit"
    """An amount off each unit."""
    RATE = "rate"
    """A share of the line; the column read with `Money.units` gives shares of one."""


type FoundDiscount = tuple[Discount, Mapping[str, Unit], tuple[Text, ...]]


def discount_of(
    fields: Fields, rows: Rows, before: Sequence[int | None], references: Rows, *, said: bool
) -> FoundDiscount:
    """What a discount column takes off the amounts of the rows.

    Args:
        fields: the file's columns.
        rows: the numbers of some rows.
        before: what the rows amount to before the discount.
        references: amounts that may have the discount off already, by field.
        said: cells of the discount column themselves say that they are rates: ``20%``, ``8折``.

    Raises:
        QuestionError: it may be a rate or an amount (parameter ``columns``).
    """
    column = fields.get("discount")
    values = rows.get("discount", ())
    if column is None or not any(values):
        return Discount.NONE, {}, ()
    filled = [abs(value) for value in values if value is not None]
    if is_in_price(rows):
        return Discount.NONE, {}, (sentence(say.DISCOUNT_IN_PRICE, column, fields["price"]),)
    rates = said and max(filled) <= MICRO
    kind, unit = (Discount.RATE, None) if rates else _kind(column, filled, values, rows, before, references)
    why = sentence(say.DISCOUNT_IS[kind.value], column)
    return kind, {"discount": unit} if unit else {}, (why,)


def is_in_price(rows: Rows) -> bool:
    """Whether the price is the list price less the discount already, whatever of the meanings that has."""
    if not all(name in rows for name in ("list_price", "price", "discount")):
        return False
    triples = [
        (whole, price, off)
        for whole, price, off in zip(rows["list_price"], rows["price"], rows["discount"], strict=True)
        if whole is not None and price is not None and off
    ]
    alike = [
        sum(abs(whole - taken(whole, off, MICRO) - price) <= MICRO // 100 for whole, price, off in triples)
        for _, _, taken in _MEANINGS
    ]
    return bool(triples) and max(alike) >= len(triples) * _ENOUGH


def _kind(
    column: Field,
    filled: list[int],
    values: Sequence[int | None],
    rows: Rows,
    before: Sequence[int | None],
    references: Rows,
) -> tuple[Discount, Unit | None]:
    said = _by_unit(column)
    if said:
        return said
    shown = _by_arithmetic(values, rows, before, references)
    if shown:
        return shown
    if _UNIT_NAMES.search(column.name):
        return Discount.UNIT, None
    if _RATE_NAMES.search(column.name) and "折" not in column.name:
        return Discount.RATE, None if max(filled) <= MICRO else PERCENT
    if _AMOUNT_NAMES.search(column.name):
        return Discount.LINE, None
    return _by_values(column, filled, values, before)


def _by_unit(column: Field) -> tuple[Discount, Unit | None] | None:
    unit = column.unit
    if unit.percent or unit.paid_of:
        return Discount.RATE, unit
    if unit.measure in {"unit", "item", "件", "个"}:
        return Discount.UNIT, None
    return (Discount.LINE, None) if unit.amount or unit.currency or unit.factor != 1 else None


def _by_arithmetic(
    values: Sequence[int | None], rows: Rows, before: Sequence[int | None], references: Rows
) -> tuple[Discount, Unit | None] | None:
    """The one meaning that makes the amounts of another column, where it has the discount off."""
    counts = rows.get("quantity") or [MICRO] * len(values)
    for reference in references.values():
        fits = []
        for kind, unit, off in _MEANINGS:
            taken = [
                (have, amount - off(amount, value, count))
                for have, amount, value, count in zip(reference, before, values, counts, strict=True)
                if have is not None and amount is not None and value and count is not None
            ]
            alike = sum(abs(have - want) <= max(MICRO // 100, abs(want) // 1000) for have, want in taken)
            if taken and alike >= len(taken) * _ENOUGH:
                fits.append((kind, unit))
        if len(fits) == 1:
            return fits[0]
    return None


def is_off(
    values: Sequence[int | None],
    counts: Sequence[int | None],
    before: Sequence[int | None],
    amounts: Sequence[int | None],
) -> bool:
    """Whether amounts are others less the discount, in one of the meanings that a discount has."""
    rows = [
        (have, amount, value or 0, count)
        for have, amount, value, count in zip(amounts, before, values, counts, strict=True)
        if have is not None and amount is not None and count is not None
    ]
    alike = [
        sum(
            abs(have - (amount - off(amount, value, count) if value else amount))
            <= max(MICRO // 100, abs(amount) // 1000)
            for have, amount, value, count in rows
        )
        for _, _, off in _MEANINGS
    ]
    return bool(rows) and max(alike) >= len(rows) * _ENOUGH


def of_sign(amount: int, part: int) -> int:
    """A part of an amount with the amount's sign: what is given back had its discount off, and its tax in it."""
    return -abs(part) if amount < 0 else abs(part)


_MEANINGS: Sequence[tuple[Discount, Unit | None, Callable[[int, int, int], int]]] = (
    (Discount.LINE, None, lambda amount, value, _: of_sign(amount, value)),
    (Discount.UNIT, None, lambda _, value, count: abs(value) * count // MICRO),
    (Discount.RATE, None, lambda amount, value, _: amount * abs(value) // MICRO),
    (Discount.RATE, PERCENT, lambda amount, value, _: amount * abs(value) // (100 * MICRO)),
    (Discount.RATE, SHARE_PAID, lambda amount, value, _: amount - amount * abs(value) // MICRO),
    (Discount.RATE, TENTHS_PAID, lambda amount, value, _: amount - amount * abs(value) // (10 * MICRO)),
)


def _by_values(
    column: Field, filled: list[int], values: Sequence[int | None], before: Sequence[int | None]
) -> tuple[Discount, Unit | None]:
    """By the numbers alone: shares of one are rates, more than the line is no amount, and cents are no percentage."""
    chinese = "折" in column.name
    if max(filled) <= MICRO:
        if not any(0 < value < MICRO for value in filled):
            raise _ask(column, ("amount", "share paid" if chinese else "%"))
        if chinese and MICRO in filled and 0 not in filled:
            return Discount.RATE, SHARE_PAID
        if chinese and 0 not in filled:
            raise _ask(column, ("折", "share paid", "amount"))
        return Discount.RATE, None
    too_much = any(
        value is not None and amount is not None and abs(value) > abs(amount)
        for value, amount in zip(values, before, strict=True)
    )
    if chinese and 10 * MICRO < max(filled) <= 100 * MICRO and (too_much or _RATE_NAMES.search(column.name)):
        raise _ask(column, ("折", "%"))
    if too_much and max(filled) <= 100 * MICRO:
        return Discount.RATE, TENTHS_PAID if chinese else PERCENT
    taken = [value for value in filled if value]
    cents = sum(1 for value in taken if value % MICRO and value * 100 % MICRO == 0)
    if max(filled) > 100 * MICRO or (cents > len(taken) / 2 and not chinese):
        return Discount.LINE, None
    raise _ask(column, ("折", "%", "amount") if chinese else ("%", "amount"))


def _ask(column: Field, meanings: Sequence[str]) -> QuestionError:
    return ask_column(say.DISCOUNT_QUESTION, "discount", [column] * len(meanings), meanings)
