"""`Plan`: which columns a generated file has, and what they let it tell."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from random import Random

from tests.cases.generated.truth import Wishes
from tests.cases.generated.words import LANGUAGES, PLATFORMS, Language

ORDERS_OWN = {"date", "time", "status", "region", "city", "customer", "order_total", "currency", "channel", "paid_at"}
ORDERS_OWN |= {"unnamed_order_total"}
"""What belongs to an order and not to its lines."""

_MONEY = (
    *[("price", "quantity")] * 10,
    *[("price", "quantity", "total")] * 7,
    *[("quantity", "total")] * 4,
    *[("total",)] * 2,
    *[("price", "quantity", "discount", "paid")] * 3,
    ("price", "quantity", "discount", "total"),
    ("price", "quantity", "discount"),
    ("gross", "quantity", "paid"),
    ("gross", "discount", "paid"),
    ("list_price", "price", "quantity"),
    ("price_as_total", "quantity", "total"),
    ("price", "quantity", "order_total"),
    ("quantity", "order_total"),
    ("order_total",),
    ("quantity", "unnamed_order_total"),
    ("unnamed_order_total",),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """The columns of a file."""

    name: str
    language: Language
    columns: tuple[tuple[str, str], ...]
    """Field and header of each."""
    fill_down: bool = False
    single: bool = False
    weights: bool = False

    @property
    def fields(self) -> set[str]:
        return {field for field, _ in self.columns}

    @property
    def of_orders(self) -> bool:
        """Whether the amounts are those of whole orders alone."""
        return fields_of_orders(self.fields) and "price" not in self.fields

    def wishes(self, random: Random) -> Wishes:
        """What may happen in a shop whose export has these columns."""
        fields = self.fields
        returns = "type" in fields and random.random() < 0.8
        return Wishes(
            discounts=bool(fields & {"discount", "discount_negative", "paid"}),
            statuses=bool(fields & {"status", "returned"}),
            returns=returns or random.random() < 0.1,
            many_lines="order" in fields and not self.single and random.random() < 0.5,
            weights=self.weights,
            fees="product" in fields and not self.single and random.random() < 0.04,
            partial_day=random.random() < 0.05,
        )


def make_plan(random: Random) -> Plan:
    """A platform's columns, or such as a person might choose."""
    if random.random() < 0.45:
        name = random.choice(sorted(PLATFORMS))
        entry = PLATFORMS[name]
        columns = [(field, header) for field, _, header in (column.partition(":") for column in entry.columns)]
        plan = Plan(
            name, LANGUAGES[entry.language], tuple(columns), entry.fill_down, entry.single, entry.weights
        )  # fmt: skip
        return _without_some(random, plan) if random.random() < 0.15 else plan
    return _composed(random)


def _without_some(random: Random, plan: Plan) -> Plan:
    """The plan without a few of the columns that nothing hangs on."""
    spare = ("sku", "customer", "note", "line", "index", "city", "shipped_at", "unit", "time", "channel", "region")
    kept = [column for column in plan.columns if column[0] not in spare or random.random() < 0.5]
    return replace(plan, columns=tuple(kept))


def _composed(random: Random) -> Plan:
    language = LANGUAGES[random.choice(sorted(LANGUAGES))]
    fields: list[str] = []

    def maybe(field: str, chance: float) -> None:
        if random.random() < chance:
            fields.append(field)

    maybe("index", 0.08)
    maybe("order", 0.45)
    fields.append("date")
    maybe("shipped_at", 0.06)
    maybe("customer", 0.2)
    maybe("phone", 0.06)
    maybe("product", 0.92)
    maybe("sku", 0.12)
    maybe("category", 0.2)
    fields += random.choice(_MONEY)
    maybe("unit", 0.06)
    maybe("cost", 0.08)
    maybe("currency", 0.06)
    maybe("region", 0.7)
    maybe("city", 0.15)
    maybe("channel", 0.12)
    maybe("status", 0.22)
    maybe("type", 0.08)
    if "status" not in fields:
        maybe("returned", 0.06)
    maybe("note", 0.1)
    if random.random() < 0.2:
        random.shuffle(fields)
    if fields_of_orders(fields) and "order" not in fields:
        fields = [field for field in fields if "order_total" not in field]
        fields += [] if "price" in fields else ["total"]
    used: set[str] = set()
    columns = []
    for field in fields:
        choices = [name for name in _names(language, field) if name not in used]
        header = random.choice(choices)
        used.add(header)
        columns.append((field, header))
    fill_down = "order" in fields and random.random() < 0.1
    weights = random.random() < 0.06 and language.cents
    return Plan("composed", language, tuple(columns), fill_down, weights=weights)


def fields_of_orders(fields: Iterable[str]) -> bool:
    """Whether a column holds orders' amounts."""
    return any("order_total" in field for field in fields)


def _names(language: Language, field: str) -> list[str]:
    return language.names[{"price_as_total": "price", "unnamed_order_total": "total"}.get(field, field)]
