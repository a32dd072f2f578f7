"""A `Reading`: what each column of a sales file is taken for, how its cells are read, and what a line amounts to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from daybook.table.dates import DateForm
from daybook.table.fields import Fields
from daybook.table.money import Money
from daybook.table.numbers import NumberForm

NUMBER_FIELDS = (
    "quantity", "price", "paid", "sales", "total", "gross", "discount", "tax", "shipping", "list_price", "cost",
    "profit",
)  # fmt: skip
"""The fields whose cells are numbers."""
PLACES = ("region", "city", "country")
"""Where a sale was made, the one that says most to a sales team first."""
KINDS = ("kind", "second kind")
"""Columns of types: a file may have one for what a line is, and one for what became of it."""
OTHER_DIMENSIONS = ("store", "channel", "category")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read.

    Attributes:
        fields: its columns by field.
        used: the fields that figures are made of, each with its place in the header.
        dates: how its dates are written.
        numbers: how its numbers are written, by field.
        money: what a line amounts to.
        dimensions: the fields that are ranked beside products, up to three.
        currency: the one currency that counts, where the caller names it.
        currencies: all that the file names.
        flags: of `KINDS`, those that say what became of an order (``is_returned``), not what its line is.
        takes_back: every line takes a sale back: a table of refunds.
    """

    fields: Fields
    used: Mapping[str, int]
    dates: DateForm
    numbers: Mapping[str, NumberForm]
    money: Money
    dimensions: tuple[str, ...] = ()
    currency: str = ""
    currencies: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    takes_back: bool = False

    def gives_what(self, other: "Reading") -> bool:
        """Whether every cell has the same meaning in another reading; what was noticed on the way aside."""
        return self.decisions == other.decisions

    @property
    def decisions(self) -> tuple[object, ...]:
        """All that the meaning of a cell depends on."""
        dates = replace(self.dates, why=())
        numbers = {name: (form.decimal, form.unit, form.rates) for name, form in self.numbers.items()}
        money = replace(self.money, why=(), disagreeing=0)
        return dates, numbers, money, self.used, self.currency, self.flags

    @property
    def has_unit_price(self) -> bool:
        """Whether a column holds what one unit costs."""
        return "price" in self.used and not self.money.price_is_total
