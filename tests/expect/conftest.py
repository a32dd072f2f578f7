"""Days of a book, made of a few sums."""

import datetime as dt
from collections.abc import Mapping

from daybook.expect.parts import DayParts, Part

FIRST = dt.date(2026, 6, 22)
"""A Monday, with no holiday and no festival in the ten weeks after it."""
WEEK = (1.0, 0.9, 0.95, 1.0, 1.2, 1.5, 1.4)
REGIONS = ("north", "south", "east")
PRODUCTS: Mapping[str, tuple[int, int]] = {"tea": (2500, 60), "cake": (4000, 40), "milk": (800, 50), "bread": (600, 30)}
"""By name: the price in cents, and orders of an ordinary Monday."""


def day(
    number: int,
    times: float = 1.0,
    *,
    regions: tuple[str, ...] = REGIONS,
    products: Mapping[str, tuple[int, int]] | None = None,
    finished: bool = True,
    refunded: int = 0,
) -> DayParts:
    """The day of that number from `FIRST` on: a wave of four percent on a weekly rhythm."""
    date = FIRST + dt.timedelta(days=number)
    wave = 1 + 0.04 * ((number * 7919 % 11) / 5 - 1)
    by_region = {name: Part(0, 0, 0) for name in regions}
    by_product = {}
    for name, (price, orders) in (PRODUCTS if products is None else products).items():
        each = round(orders * times * wave * WEEK[date.weekday()] / len(REGIONS))
        by_product[name] = Part(price * each * len(regions), each * len(regions), each * len(regions))
        for region in regions:
            held = by_region[region]
            by_region[region] = Part(held.sales + price * each, held.orders + each, held.quantity + each)
    sums = [sum(part[place] for part in by_product.values()) for place in range(3)]
    return DayParts(
        date=date,
        total=Part(sums[0] + refunded, sums[1], sums[2]),
        lines=sums[1],
        refunds=-refunded // 1000,
        refunded=refunded,
        decimals=(2, 0),
        products=by_product,
        regions=by_region,
        is_finished=finished,
    )


def days(count: int) -> list[DayParts]:
    """So many ordinary days from `FIRST` on."""
    return [day(number) for number in range(count)]
