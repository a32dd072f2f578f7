"""What is known of earlier days: `DayTotals`, and how a day compares with them.

The figures of a day are exact here, as decimals; a report rounds them once, when it is made.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from pydantic import Field

from daybook.language import Language
from daybook.report import BookUse, Comparison
from daybook.values import Model

if TYPE_CHECKING:
    from daybook.cube import Cube
    from daybook.days import ChosenDay
    from daybook.expect.parts import DayParts

COMPARED_DAYS = (1, 7)
"""How many days before the reported one those lie that it is compared with."""


class DayTotals(Model):
    """A day in a few exact figures."""

    date: dt.date
    sales: Decimal = Field(description="Exact, not rounded to the cent")
    orders: int
    quantity: Decimal
    lines: int = Field(description="Rows that are sales")
    currency: str = Field(default="", description="The currency that its file names, if it names one")
    money: str = Field(default="", description="What its sales were read from, such as Price × Quantity")


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of a file beside its cube.

    Attributes:
        day: the day that is reported, and which days are plausible.
        unfinished: its last day, where that is not over or looks like that.
        currency: as the file names it.
        money: the columns that sales were read from.
        dimensions: the fields that are ranked beside products, in their order.
        source: a name for where the file came from.
        language: of what is said.
    """

    day: "ChosenDay"
    unfinished: dt.date | None = None
    currency: str = ""
    money: str = ""
    dimensions: tuple[str, ...] = ()
    source: str = ""
    language: Language = Language.CHINESE


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a memory gives a report.

    Attributes:
        use: what the report says of the memory.
        totals: days that the memory holds and the file does not.
        days: days of the file of which the memory knows more; their figures take the place of the file's.
        known: the days before the reported one, in order, by which it is judged.
    """

    use: BookUse
    totals: Mapping[dt.date, DayTotals] = field(default_factory=dict)
    days: Mapping[dt.date, "Cube"] = field(default_factory=dict)
    known: "Sequence[DayParts]" = ()


class Memory(Protocol):
    """What keeps the days of one business: `daybook.book.Book`."""

    def remember(self, cube: "Cube", file: "FileFacts") -> Remembered:
        """Keep the days of a file's cube, and give what is known beside them."""


def compared(day: DayTotals, earlier: DayTotals | None) -> Comparison | None:
    """A day beside an earlier one."""
    if earlier is None:
        return None
    sales, before = Fraction(day.sales), Fraction(earlier.sales)
    return Comparison(
        date=earlier.date,
        total_sales=rounded(before),
        total_orders=earlier.orders,
        total_quantity=float(earlier.quantity),
        sales_change=rounded(sales - before),
        sales_change_percent=percent_of(sales - before, max(before, Fraction(0))),
        orders_change=day.orders - earlier.orders,
        orders_change_percent=percent_of(Fraction(day.orders - earlier.orders), Fraction(earlier.orders)),
    )


def rounded(value: Fraction) -> float:
    """To two places, an exact half to the even one; never minus zero."""
    return float(round(value, 2)) + 0.0


def percent_of(part: Fraction, whole: Fraction) -> float | None:
    """``part`` in percent of ``whole``; None where ``whole`` is 0."""
    return rounded(part / whole * 100) if whole else None


def decimal_of(units: int, decimals: int) -> Decimal:
    """A whole number of a decimal unit, exactly: 12345 with 2 decimals is 123.45."""
    sign, digits, _ = Decimal(units).as_tuple()
    return Decimal((sign, digits, -decimals))
