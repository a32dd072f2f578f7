"""`taken_apart`: the change of sales between two days in parts that add up to the cent, in three views.

By product and by region each part is what it sold more or less. By effect the change is that of the number of orders,
of the units in an order, of the mix of products, and of prices:

    sales = orders x units per order x price of a unit

    orders  (O1 - O0) x S0/O0                                 the same baskets, more or fewer of them
    basket  O1 x (Q1/O1 - Q0/O0) x S0/Q0                      the same prices, more or fewer units in each
    price   sum of q1 x (p1 - p0) over products on both days  the same units, dearer or cheaper
    mix     what is left: other products than before, and new or vanished ones

All is worked out in fractions, and rounded once, so that what rounding leaves goes to the parts that it hurts least.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from daybook.expect.parts import NOTHING, DayParts, PartsOf, products_of, regions_of
from daybook.judgement import Driver

MOST_SHOWN = 10
"""Parts of a view that are listed; the others are one, without a name."""
_CENTS = 100


class Moved(NamedTuple):
    """A change taken apart."""

    since: dt.date
    change: float
    views: Mapping[str, list[Driver]]
    """By view, the largest part first; those of each view add up to the change."""


def taken_apart(now: DayParts, before: DayParts) -> Moved:
    """The change of sales from an earlier day to a day, in parts."""
    whole = now.sales() - before.sales()
    views = {
        "product": _by_name("product", now, before, products_of, whole),
        "region": _by_name("region", now, before, regions_of, whole),
        "effect": _effects(now, before, whole),
    }
    change = round(whole * _CENTS) / _CENTS
    return Moved(before.date, change, {view: parts for view, parts in views.items() if parts})


def _by_name(
    view: str,
    now: DayParts,
    before: DayParts,
    parts_of: PartsOf,
    whole: Fraction,
) -> list[Driver]:
    new, old = parts_of(now), parts_of(before)
    if new is None or old is None or not (set(new) | set(old)) - {""}:
        return []
    changes: dict[tuple[str, str], Fraction] = {}
    for name in new.keys() | old.keys():
        status = "" if name in new and name in old else "new" if name in new else "vanished"
        if (status == "new" and before.is_cut) or (status == "vanished" and now.is_cut):
            continue  # it may have been too small to be kept: it goes with the others
        change = now.sales(new.get(name, NOTHING)) - before.sales(old.get(name, NOTHING))
        changes[name, status if name else ""] = change
    ranked = sorted(changes.items(), key=lambda each: (-abs(each[1]), each[0]))
    shown = [each for each in ranked[:MOST_SHOWN] if each[1]]
    rest = whole - sum((change for _, change in shown), Fraction(0))
    keys = [key for key, _ in shown]
    values = [change for _, change in shown]
    if rest:
        keys.append(("", "others"))
        values.append(rest)
    cents = to_the_cent(values, whole)
    return [
        Driver(view=view, name=name, change=cent / _CENTS, status=status)
        for (name, status), cent in zip(keys, cents, strict=True)
    ]


def _effects(now: DayParts, before: DayParts, whole: Fraction) -> list[Driver]:
    """The change by orders, basket, mix and price; nothing where one of the days has none to speak of."""
    new, old, sold = now.quantity(), before.quantity(), before.sales()
    orders_now, orders_before = Fraction(now.total.orders), Fraction(before.total.orders)
    if min(orders_now, orders_before, new, old, sold) <= 0:
        return []
    orders = (orders_now - orders_before) * sold / orders_before
    basket = orders_now * (new / orders_now - old / orders_before) * sold / old
    changes = {"orders": orders, "basket": basket}
    if now.products is not None and before.products is not None:
        changes["price"] = sum(_price_effects(now, before), Fraction(0))
        changes["mix"] = whole - orders - basket - changes["price"]
    else:
        changes["price"] = whole - orders - basket
    ranked = sorted(changes.items(), key=lambda each: -abs(each[1]))
    cents = to_the_cent([change for _, change in ranked], whole)
    return [
        Driver(view="effect", name=name, change=cent / _CENTS) for (name, _), cent in zip(ranked, cents, strict=True)
    ]


def _price_effects(now: DayParts, before: DayParts) -> Iterable[Fraction]:
    old = before.products or {}
    for name, part in (now.products or {}).items():
        was = old.get(name)
        if was is not None and part.quantity > 0 and was.quantity > 0:
            yield now.sales(part) - now.quantity(part) * before.sales(was) / before.quantity(was)


def to_the_cent(values: list[Fraction], whole: Fraction) -> list[int]:
    """Values in whole cents that add up to the whole in cents, as it is rounded by itself."""
    exact = [value * _CENTS for value in values]
    cents = [round(value) for value in exact]
    left = round(whole * _CENTS) - sum(cents)
    step = 1 if left > 0 else -1
    nearest = sorted(range(len(values)), key=lambda place: step * (cents[place] - exact[place]))
    for turn in range(abs(left)):
        cents[nearest[turn % len(nearest)]] += step
    return cents
