"""`data_rows`: a truth as rows of typed cells under a plan's columns."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from tests.cases.generated.columns import ORDERS_OWN, Plan
from tests.cases.generated.truth import CENT, Fate, Line, Order, Truth


@dataclass(frozen=True, slots=True)
class Money:
    value: Decimal


@dataclass(frozen=True, slots=True)
class Count:
    value: Decimal


type Value = str | Money | Count | dt.datetime
Rows = list[list[Value]]


@dataclass(frozen=True, slots=True)
class Habits:
    """How the program that wrote the file has its rows."""

    states: dict[Fate, str]
    sold_kind: str
    return_kind: str
    flags: tuple[str, str]
    """No and yes."""
    positive_returns: bool
    """Returns are told by their type alone."""
    both_negative: bool
    """Returns have a negative price and a negative quantity."""
    order_total_each: bool
    """An order's total stands on each of its lines, not on the first alone."""
    number_each: bool
    """The order number stands on each line even where the rest is on the first alone."""
    blank: str
    currencies: tuple[str, ...]
    """What the orders are paid in, by turns."""


def make_habits(random: Random, plan: Plan) -> Habits:
    words = plan.language
    money = {"price_as_total", "price"} & plan.fields
    no_totals = not plan.fields & {"total", "paid", "gross", "order_total", "unnamed_order_total", "discount"}
    returned = plan.fields & {"returned"}
    mixed = "currency" in plan.fields and random.random() < 0.15
    return Habits(
        states={
            Fate.SOLD: random.choice(words.states["sold"]),
            Fate.RETURN: random.choice(words.states["sold"]),
            Fate.CANCELLED: random.choice(words.states["cancelled"]),
            Fate.UNPAID: random.choice(words.states["unpaid"]),
            Fate.REFUNDED: random.choice(words.states["refunded"]),
        },
        sold_kind=random.choice(words.kind["sold"]),
        return_kind=random.choice(words.kind["return"]),
        flags=_flags(random, words.code) if returned else ("", ""),
        positive_returns="type" in plan.fields and random.random() < 0.4,
        both_negative=bool(money) and no_totals and random.random() < 0.15,
        order_total_each=not plan.fill_down or random.random() < 0.3,
        number_each=random.random() < 0.8,
        blank=random.choice(("", "", "", "-", "N/A", "—")),
        currencies=(_CURRENCY[words.code], *(["GBP"] if mixed else [])),
    )


_CURRENCY = {"en": "USD", "zh": "CNY", "zht": "TWD", "de": "EUR", "fr": "EUR", "es": "EUR", "pt": "BRL", "ja": "JPY"}
_CURRENCY["ko"] = "KRW"
_FLAGS = {"zh": ("否", "是"), "zht": ("否", "是"), "de": ("Nein", "Ja"), "fr": ("Non", "Oui"), "es": ("No", "Sí")}
_FLAGS |= {"pt": ("Não", "Sim"), "ja": ("", "返品"), "ko": ("N", "Y"), "en": ("No", "Yes")}


def _flags(random: Random, code: str) -> tuple[str, str]:
    return random.choice((_FLAGS[code], ("FALSE", "TRUE"), ("0", "1")))


def kept_fates(truth: Truth, plan: Plan) -> Truth:
    """The truth with those fates alone that the columns can tell: a flag of returns knows no unpaid order."""
    if "returned" in plan.fields and "status" not in plan.fields:
        return truth.without([o for o in truth.orders if o.fate not in (Fate.CANCELLED, Fate.UNPAID)])
    return truth


def data_rows(random: Random, plan: Plan, truth: Truth, habits: Habits) -> Rows:
    """One row a line of an order."""
    rows: Rows = []
    for order in truth.orders:
        for place, line in enumerate(order.lines):
            known = _amounts(order, line, habits) | _names(random, order, line, habits, len(rows) + 1)
            rows.append([known[field] if not place or _each(field, plan, habits) else "" for field, _ in plan.columns])
    return rows


def _each(field: str, plan: Plan, habits: Habits) -> bool:
    """Whether a field stands on each line of an order, and not on the first alone."""
    if "order_total" in field:
        return habits.order_total_each
    if plan.fill_down and field == "order":
        return habits.number_each
    return not (plan.fill_down and field in ORDERS_OWN)


def _amounts(order: Order, line: Line, habits: Habits) -> dict[str, Value]:
    back = order.fate is Fate.RETURN
    sign = -1 if back and habits.positive_returns else 1
    amount = line.amount * sign
    cost = (amount / 2).quantize(CENT)
    return {
        "quantity": Count(line.quantity * sign),
        "price": Money(-line.price if back and habits.both_negative else line.price),
        "list_price": Money((line.price * Decimal("1.2")).quantize(CENT if line.price % 1 else Decimal(1))),
        "total": Money(amount),
        "paid": Money(amount),
        "price_as_total": Money(amount),
        "gross": Money(line.gross * sign),
        "discount": Money(line.discount * sign),
        "discount_negative": Money(-line.discount * sign),
        "order_total": Money(order.amount * sign),
        "unnamed_order_total": Money(order.amount * sign),
        "cost": Money(cost),
        "profit": Money(amount - cost),
    }


def _names(random: Random, order: Order, line: Line, habits: Habits, row: int) -> dict[str, Value]:
    moment = order.moment
    back = order.fate is Fate.RETURN
    return {
        "index": str(row),
        "order": order.number,
        "line": str(random.randint(1, 3)),
        "date": moment,
        "time": f"{moment:%H:%M:%S}",
        "paid_at": f"{moment + dt.timedelta(minutes=random.randint(1, 30)):%Y-%m-%d %H:%M:%S}",
        "shipped_at": f"{moment + dt.timedelta(days=random.randint(1, 4)):%Y-%m-%d}",
        "product": line.product,
        "sku": f"P-{sum(line.product.encode()) % 900 + 100}",
        "category": line.category,
        "region": order.region,
        "city": order.city,
        "customer": order.customer,
        "phone": f"138{random.randint(0, 99_999_999):08}",
        "channel": random.choice(("web", "app", "shop")),
        "unit": "pcs",
        "currency": habits.currencies[int(order.number[-1]) % len(habits.currencies)],
        "status": habits.states[order.fate],
        "returned": habits.flags[order.fate is Fate.REFUNDED],
        "type": habits.return_kind if back else habits.sold_kind,
        "note": random.choice((habits.blank, habits.blank, "ok")),
    }
