"""choose_money: how the money of a row is had: as paid, as a line total, or as price times quantity less discount.

What was paid goes first, then the line's sales, then a total, then price times quantity. Arithmetic over the rows
has the last word: amounts that stand for a whole order on each of its lines, totals with tax or shipping in them, a
price that is the line's total already, and what a discount is taken off from. What cannot be told so is asked.
"""

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from daybook.errors import QuestionError
from daybook.language import Text
from daybook.table import texts as say
from daybook.table.cells import MICRO
from daybook.table.discounts import Discount, Rows, discount_of, is_off, of_sign
from daybook.table.fields import Fields, Sureness, ask_column, sentence
from daybook.table.numbers import NumberForm
from daybook.table.order_amounts import Whose, whose_amounts
from daybook.table.spelling import Unit

_NEARLY_ALL = 0.95
_HARDLY = 0.5
_TOTALS = ("sales", "total", "gross")
_ORDERS_NAME = re.compile(
    r"^(?!.*\b(?:line|item|lineitem|product|sku)\b).*\b(?:order|invoice|bill|basket|cart|receipt|checkout|transaction)\b"
    r"|(?<!子)订单|(?<!子)訂單|整单|账单|单据|小票|bestell|auftrags|rechnungs|commande|pedido|factura|注文|주문",
    re.IGNORECASE,
)
"""Names of columns that have the whole order's amount, where their lines do not speak against it."""


class Way(StrEnum):
    """Where the money of a row comes from."""

    COLUMN = "column"
    """The cell of one column, as it stands."""
    PRODUCT = "product"
    """Unit price times quantity, less the discount."""
    PRICE = "price"
    """The price, where there is no quantity: each row is one unit."""


@dataclass(frozen=True, slots=True)
class Money:
    """How the money of a row is had.

    Attributes:
        field: the field whose column holds the money, or ``price``.
        way: what is done with it.
        discount: what is taken off, of `Way.PRODUCT` and of a gross amount.
        price_is_total: the price column holds line totals, so that a unit's price is money by quantity.
        per_order: the column repeats the whole order's amount on each of its lines: it counts once an order.
        units: units of fields that the rows give away, to read their columns by.
        why: sentences on what was decided.
        disagreeing: rows of the sample where price times quantity is another amount, of those that have both.
    """

    field: str
    way: Way
    discount: Discount = Discount.NONE
    price_is_total: bool = False
    per_order: bool = False
    units: Mapping[str, Unit] = dataclasses.field(default_factory=dict)
    why: tuple[Text, ...] = ()
    disagreeing: int = 0


def choose_money(
    fields: Fields,
    rows: Rows,
    orders: Sequence[str] = (),
    products: Sequence[str] = (),
    forms: Mapping[str, NumberForm] | None = None,
) -> Money:
    """How the money of a row is had.

    Args:
        fields: the file's columns; at least one holds money or a price.
        rows: by field the numbers of some rows, in millionths, None where the cell is none: paid, sales, total,
            gross, price, quantity, discount, tax, shipping, list_price, as far as the file has them.
        orders: the order number of each of these rows, blank where the cell is; empty where the file has none.
        products: the product of each of these rows; empty where the file has none.
        forms: how the numbers of these fields are spelled: a discount in percent says so in its cells.

    Raises:
        QuestionError: the rows leave it open (parameter ``columns``).
    """
    percents = forms["discount"].percents if forms and "discount" in forms else 0
    sums = _Sums(fields, rows, orders, products, percents > 0)
    price_is_total = sums.price_is_total()
    named = next(
        (name for name in ("paid", *_TOTALS) if name in fields and fields[name].sureness is Sureness.NAMED), ""
    )
    if named and named != "gross":
        return sums.named(named, price_is_total)
    for choice in (sums.paid, sums.sales, sums.total, sums.gross):
        money = choice(price_is_total)
        if money:
            return money
    return sums.product(())


@dataclass(frozen=True, slots=True)
class _Sums:
    """The arithmetic over the rows of a sample."""

    fields: Fields
    rows: Rows
    orders: Sequence[str]
    products_sold: Sequence[str]
    percents: bool
    """Whether cells of the discount column say that they are rates."""

    def has(self, *names: str) -> bool:
        """Whether the rows have these fields."""
        return all(name in self.fields and name in self.rows for name in names)

    def products(self) -> list[int | None]:
        """Price times quantity, row by row."""
        pairs = zip(self.rows.get("price", ()), self.rows.get("quantity", ()), strict=True)
        return [None if price is None or count is None else price * count // MICRO for price, count in pairs]

    def agree(self, name: str, other: Iterable[int | None]) -> float:
        """Share of the rows with both where a field is as much as another amount, but for rounding; -1 without rows."""
        return share_alike(self.rows.get(name, ()), other)

    def price_is_total(self) -> bool:
        """Whether the price column holds what the rows' totals do, though quantities differ from one."""
        reference = next((name for name in (*_TOTALS, "paid") if self.has(name)), "")
        if not reference or not self.has("price", "quantity"):
            return False
        several = [
            place
            for place, (count, price) in enumerate(zip(self.rows["quantity"], self.rows["price"], strict=True))
            if count is not None and abs(count) != MICRO and price
        ]
        of = self.rows[reference]
        prices = share_alike([of[place] for place in several], [self.rows["price"][place] for place in several])
        products = self.products()
        times = share_alike([of[place] for place in several], [products[place] for place in several])
        return prices >= _NEARLY_ALL > times

    def column(self, name: str, price_is_total: bool, *why: Text) -> Money:
        """Money as a column has it."""
        said = list(why)
        column = self.fields[name]
        if price_is_total:
            said.append(sentence(say.PRICE_IS_TOTAL, self.fields["price"]))
        elif name in {"sales", "total"} and self.has("price", "quantity") and not why:
            disagreeing = _unlike(self.rows[name], self.products())
            if disagreeing:
                said.append(sentence(say.NOT_THE_PRODUCT, column, count=disagreeing))
            return Money(name, Way.COLUMN, why=tuple(said), disagreeing=disagreeing)
        return Money(name, Way.COLUMN, price_is_total=price_is_total, why=tuple(said))

    def named(self, name: str, price_is_total: bool) -> Money:
        """Money as the column has it that the caller named."""
        return self.once_an_order(name) if self.is_of_orders(name) else self.column(name, price_is_total)

    def paid(self, price_is_total: bool) -> Money | None:
        """What was paid, if it is the line's."""
        if not self.has("paid"):
            return None
        if not self.is_of_orders("paid"):
            return self.column("paid", price_is_total)
        return self.of_lines("paid")

    def sales(self, price_is_total: bool) -> Money | None:
        """The line's sales, unless an unclear name is contradicted by price times quantity."""
        if not self.has("sales"):
            return None
        if self.is_of_orders("sales"):
            return self.of_lines("sales")
        unclear = self.fields["sales"].sureness is Sureness.CONTENT and self.has("price", "quantity")
        if unclear and not price_is_total and 0 <= self.explained("sales")[1] < _HARDLY:
            raise self.ask("sales")
        return self.column("sales", price_is_total)

    def total(self, price_is_total: bool) -> Money | None:
        """A total, less the tax and shipping in it where price and quantity show them."""
        if not self.has("total"):
            return None
        if self.is_of_orders("total"):
            return self.of_lines("total")
        parts, share = self.explained("total") if self.has("price", "quantity") and not price_is_total else ((), -1.0)
        if 0 <= share < _NEARLY_ALL and not self.has_rate_off("total"):
            raise self.ask("total")
        more = [name for name in ("tax", "shipping") if name in parts]
        if more:
            return self.product((sentence(say.TOTAL_HAS_MORE, self.fields["total"], self.fields[more[0]]),))
        return self.column("total", price_is_total)

    def gross(self, price_is_total: bool) -> Money | None:
        """What was asked for before discounts, less the discount."""
        if not self.has("gross") or self.has("price", "quantity"):
            return None
        discount, units, why = discount_of(self.fields, self.rows, self.rows["gross"], {}, said=self.percents)
        return Money("gross", Way.COLUMN, discount, price_is_total, units=units, why=why)

    def product(self, why: tuple[Text, ...]) -> Money:
        """Price times quantity less the discount."""
        references = {name: self.rows[name] for name in ("sales", "total", "paid") if self.has(name)}
        way, before = Way.PRODUCT, self.products() if self.has("price", "quantity") else self.rows["price"]
        if not self.has("quantity"):
            way, why = Way.PRICE, (*why, sentence(say.NO_QUANTITY, self.fields["price"]))
        if self.has("discount") and self.discount_is_of_orders():
            return Money("price", way, why=(*why, sentence(say.DISCOUNT_OF_ORDERS, self.fields["discount"])))
        discount, units, more = discount_of(self.fields, self.rows, before, references, said=self.percents)
        return Money("price", way, discount, units=units, why=(*why, *more))

    def discount_is_of_orders(self) -> bool:
        """Whether each line of an order repeats the whole order's discount."""
        figures = self.figures("discount")
        return whose_amounts(self.rows["discount"], self.orders, figures, on_first=False) is Whose.ORDER

    def of_lines(self, name: str) -> Money:
        """The money of the lines where a column has the order's: price times quantity, else the order's once."""
        why = sentence(say.ORDERS_AMOUNT, self.fields[name])
        if self.has("price", "quantity"):
            return self.product((why,))
        for other in ("sales", "gross"):
            if other != name and self.has(other) and not self.is_of_orders(other):
                return self.column(other, False, why)  # noqa: FBT003  the price is no total
        return self.once_an_order(name)

    def once_an_order(self, name: str) -> Money:
        """Money as a column has it, once an order."""
        return Money(name, Way.COLUMN, why=(sentence(say.ONCE_AN_ORDER, self.fields[name]),), per_order=True)

    def is_of_orders(self, name: str) -> bool:
        """Whether a column has the whole order's amount on each of its lines, or on its first alone.

        Raises:
            QuestionError: the rows and the column's name leave it open.
        """
        column = self.fields[name]
        said = column.unit.measure if self.orders else ""
        if said in Whose:
            return said == Whose.ORDER
        named = bool(_ORDERS_NAME.search(column.name))
        whose = whose_amounts(self.rows[name], self.orders, self.figures(name), self.products_sold, named=named)
        if whose is Whose.UNCLEAR and not self.has("price", "quantity"):
            if self.has("price") and self.agree(name, self.rows["price"]) >= _NEARLY_ALL:
                return False
            raise ask_column(say.WHOSE_AMOUNT_QUESTION, name, [column] * 2, [Whose.ORDER, Whose.LINE])
        return whose is Whose.ORDER

    def figures(self, name: str) -> Rows:
        """The figures beside a column's by which lines of one order may differ."""
        return {
            other: self.rows[other]
            for other in ("price", "quantity", "sales", "gross")
            if other != name and self.has(other)
        }

    def explained(self, name: str) -> tuple[tuple[str, ...], float]:
        """Which of tax, shipping and discount make price times quantity the amount of a field, and in how many rows."""
        parts = [part for part in ("discount", "tax", "shipping") if self.has(part)]
        best: tuple[tuple[str, ...], float] = ((), self.agree(name, self.products()))
        for mask in range(1, 2 ** len(parts)):
            chosen = tuple(part for place, part in enumerate(parts) if mask >> place & 1)
            share = self.agree(name, self._with(chosen))
            if share > best[1] + 0.01:
                best = (chosen, share)
        return best

    def has_rate_off(self, name: str) -> bool:
        """Whether a field is price times quantity less a discount that is a rate, or an amount off each unit."""
        if not self.has("price", "quantity", "discount"):
            return False
        return is_off(self.rows["discount"], self.rows["quantity"], self.products(), self.rows[name])

    def _with(self, parts: Sequence[str]) -> list[int | None]:
        amounts = self.products()
        for part in parts:
            sign = -1 if part == "discount" else 1
            amounts = [
                None if amount is None else amount + sign * of_sign(amount, value or 0)
                for amount, value in zip(amounts, self.rows[part], strict=True)
            ]
        return amounts

    def ask(self, name: str) -> QuestionError:
        """Which of a column and price times quantity is the money."""
        return ask_column(say.MONEY_QUESTION, name, [self.fields[name], self.fields["price"]])


def share_alike(one: Iterable[int | None], other: Iterable[int | None]) -> float:
    """Share of the rows with both amounts where they are the same, but for rounding; -1 where no row has both."""
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    return sum(_alike(a, b) for a, b in pairs) / len(pairs) if pairs else -1.0


def _unlike(one: Iterable[int | None], other: Iterable[int | None]) -> int:
    return sum(1 for a, b in zip(one, other, strict=True) if a is not None and b is not None and not _alike(a, b))


def _alike(one: int, other: int) -> bool:
    """Whether two amounts differ by a cent or a thousandth at most: prices are rounded before they are multiplied."""
    return bool(abs(one - other) <= max(MICRO // 100, abs(other) // 1000))
