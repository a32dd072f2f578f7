"""`right_answers`: what a report on a generated file must say."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tests.cases.generated.columns import Plan
from tests.cases.generated.truth import Fate, Order, Truth, best, sales
from tests.cases.right import Right


@dataclass(frozen=True, slots=True)
class Told:
    """What a file tells: its columns, what truly happened, and how."""

    plan: Plan
    truth: Truth
    returns_by_name: bool
    """Whether returns are told by a word and not by their sign."""
    partial: bool
    """Whether the last day has only just begun."""


def right_answers(told: Told, day: dt.date | None, *, currencies: Sequence[str], garbled: bool) -> tuple[Right, ...]:
    """The reports on ``day``, or on the latest day where none is asked for, that are right."""
    days = told.truth.days
    if len(currencies) > 1:
        return ()
    if told.partial and not day:
        says = "unfinished|complete|until|so far"
        rights = [_right(told, days[-2]), _right(told, days[-1]).model_copy(update={"says": says})]
    else:
        rights = _with_returns(told, day or days[-1])
    if garbled:
        rights = [right.model_copy(update={"best_product": None, "names": ()}) for right in rights]
    return tuple(rights)


def _with_returns(told: Told, day: dt.date) -> list[Right]:
    """Returns that are told by a word may be left out instead of taken off, where the report says so."""
    rights = [_right(told, day)]
    returned = any(order.fate is Fate.RETURN for order in told.truth.orders)
    if returned and told.returns_by_name:
        sold = told.truth.without([order for order in told.truth.orders if order.fate is not Fate.RETURN])
        without = _right(replace(told, truth=sold), day)
        rights.append(without.model_copy(update={"says": "refund|return|table"}))
    return rights


def _right(told: Told, day: dt.date) -> Right:
    plan, truth = told.plan, told.truth
    orders = truth.on(day)
    before = truth.on(day - dt.timedelta(days=1))
    lines = [line for order in orders for line in order.lines]
    plain = all(line.goods for line in lines) and not any(order.fate is Fate.RETURN for order in orders)
    region = best(orders, "region") if "region" in plan.fields else None
    return Right(
        date=day,
        total_sales=_cents(sales(orders)),
        orders=_order_count(plan, orders) if plain else None,
        quantity=sum((line.quantity for line in lines), Decimal(0)) if plain and "quantity" in plan.fields else None,
        best_product=best(orders, "product") if "product" in plan.fields and not plan.of_orders else None,
        previous_day=_cents(sales(before)) if before else None,
        names=(region,) if region else (),
    )


def _order_count(plan: Plan, orders: list[Order]) -> int:
    return len(orders) if "order" in plan.fields else sum(len(order.lines) for order in orders)


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))
