"""`Truth`: what a shop really sold, at random, in exact decimals; a generated file is one way of writing it down."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from random import Random

from tests.cases.generated.words import Language

CENT = Decimal("0.01")
ZERO = Decimal(0)


class Fate(StrEnum):
    """What became of an order."""

    SOLD = "sold"
    CANCELLED = "cancelled"
    UNPAID = "unpaid"
    REFUNDED = "refunded"
    """Sold and given back under the same row: no sale."""
    RETURN = "return"
    """A row of its own that takes an earlier sale back."""


@dataclass(frozen=True, slots=True)
class Line:
    """One product of an order."""

    product: str
    category: str
    price: Decimal
    quantity: Decimal
    discount: Decimal = ZERO
    """Money off the whole line."""
    goods: bool = True
    """Whether it is something sold, and no fee."""

    @property
    def gross(self) -> Decimal:
        return self.price * self.quantity

    @property
    def amount(self) -> Decimal:
        return self.gross - self.discount


@dataclass(frozen=True, slots=True)
class Order:
    number: str
    moment: dt.datetime
    region: str
    city: str
    customer: str
    fate: Fate
    lines: tuple[Line, ...]

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What kinds of events the file's columns can tell."""

    discounts: bool
    statuses: bool
    returns: bool
    many_lines: bool
    weights: bool
    fees: bool
    partial_day: bool


@dataclass(frozen=True, slots=True)
class Truth:
    orders: tuple[Order, ...]
    """In the order of time."""

    @property
    def days(self) -> list[dt.date]:
        return sorted({order.moment.date() for order in self.orders})

    def on(self, day: dt.date) -> list[Order]:
        """The day's orders that are sales or returns."""
        counted = (Fate.SOLD, Fate.RETURN)
        return [order for order in self.orders if order.moment.date() == day and order.fate in counted]

    def without(self, keep: "list[Order]") -> "Truth":
        return replace(self, orders=tuple(keep))


def sales(orders: list[Order], *, fees: bool = True) -> Decimal:
    return sum((line.amount for order in orders for line in order.lines if fees or line.goods), ZERO)


def best(orders: list[Order], key: str) -> str | None:
    """The product, category, region or city with the most sales; None where two share the lead."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for order in orders:
        for line in order.lines:
            if line.goods:
                owner = line if key in ("product", "category") else order
                sums[getattr(owner, key)] += line.amount
    ranking = sorted(sums.items(), key=lambda item: -item[1])
    if not ranking or (len(ranking) > 1 and ranking[0][1] == ranking[1][1]):
        return None
    return ranking[0][0]


def make_truth(random: Random, language: Language, wishes: Wishes) -> Truth:
    """A few days of a small shop."""
    last = dt.date(2023, 1, 20) + dt.timedelta(days=random.randrange(1350))
    days = [last - dt.timedelta(days=back) for back in range(random.choice((2, 3, 3, 4, 9, 16)))]
    days = [day for index, day in enumerate(days) if index < 2 or random.random() < 0.8]
    products = random.sample(language.products, k=random.randint(2, min(6, len(language.products))))
    regions = random.sample(language.regions, k=random.randint(1, min(4, len(language.regions))))
    orders: list[Order] = []
    numbers = _numbers(random)
    for day in sorted(days):
        for _ in range(random.randint(2, 5)):
            moment = dt.datetime.combine(
                day, dt.time(random.randint(8, 21), random.randrange(60), random.randrange(60))
            )
            lines = _lines(random, language, wishes, products)
            orders.append(_order(random, language, next(numbers), moment, regions, wishes, lines))
    if wishes.partial_day:
        moment = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(0, random.randint(1, 40)))
        lines = _lines(random, language, wishes, products)
        orders.append(replace(_order(random, language, next(numbers), moment, regions, wishes, lines), fate=Fate.SOLD))
    for day in days[:2]:  # the days that are looked at have a sale
        if not any(order.moment.date() == day and order.fate is Fate.SOLD for order in orders):
            place = next(index for index, order in enumerate(orders) if order.moment.date() == day)
            orders[place] = replace(orders[place], fate=Fate.SOLD)
    if wishes.returns:
        orders += _returns(random, orders, numbers)
    return Truth(tuple(sorted(orders, key=lambda order: order.moment)))


def _numbers(random: Random) -> Iterator[str]:
    form = random.choice(("A{:04}", "#{}", "2026103100{:06}", "SO-2026-{:05}", "{}", "1000000000000{:06}"))
    start = random.randint(1001, 8000)
    return (form.format(start + count) for count in range(100_000))


def _order(
    random: Random, language: Language, number: str, moment: dt.datetime,
    regions: list[tuple[str, str]], wishes: Wishes, lines: tuple[Line, ...],
) -> Order:  # fmt: skip
    region, city = random.choice(regions)
    fates = [Fate.SOLD] * 7 + ([Fate.CANCELLED, Fate.UNPAID, Fate.REFUNDED] if wishes.statuses else [])
    return Order(number, moment, region, city, random.choice(language.customers), random.choice(fates), lines)


def _lines(
    random: Random, language: Language, wishes: Wishes, products: list[tuple[str, str, str]]
) -> tuple[Line, ...]:
    count = random.choice((1, 1, 2, 3)) if wishes.many_lines else 1
    lines = []
    for name, category, price_text in random.sample(products, k=min(count, len(products))):
        price = Decimal(price_text)
        quantity = Decimal(random.choice((1, 1, 1, 2, 3, 3, 4, 6, 10, 12)))
        if wishes.weights:
            quantity = Decimal(random.randint(1, 40)) / 8
            price = (price * 8).quantize(Decimal(1)) / Decimal(8) if language.cents else price
            price = price.quantize(CENT) if language.cents else price
        line = Line(name, category, price, quantity)
        if wishes.discounts and random.random() < 0.6:
            off = line.gross * random.randint(1, 30) / 100
            line = replace(line, discount=off.quantize(CENT if language.cents else Decimal(1)))
        lines.append(line)
    if wishes.fees and random.random() < 0.4:
        fee = Decimal(random.randint(5, 900)) if random.random() < 0.9 else Decimal(20_000)
        lines.append(Line(random.choice(language.fees), random.choice(language.fees), fee, Decimal(1), goods=False))
    return tuple(lines)


def _returns(random: Random, orders: list[Order], numbers: Iterator[str]) -> list[Order]:
    """Rows that take one line of an earlier sale of the same day back."""
    found = []
    for order in orders:
        if order.fate is Fate.SOLD and random.random() < 0.15:
            line = order.lines[0]
            later = order.moment + dt.timedelta(minutes=random.randint(1, 5))
            back = replace(line, quantity=-line.quantity, discount=-line.discount)
            found.append(replace(order, number=next(numbers), moment=later, fate=Fate.RETURN, lines=(back,)))
    return found
