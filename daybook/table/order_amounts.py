"""whose_amounts: whether a column of amounts has each line's own, or the whole order's on each of its lines.

The lines of one order that have the same amount though they differ (in price, quantity or another sum) repeat the
order's. Where only their products differ, or nothing does, the products decide: a product that costs the same in
different baskets has its own amount, one whose amount changes with the basket has the order's. What neither this nor
the column's name decides is asked.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum

from daybook.table.discounts import Rows

_NEARLY_ALL = 0.95
_HARDLY = 0.5
_NO_CHANCE = 3
"""Orders whose different products all have the same amount, while orders differ: so many are no coincidence."""


class Whose(StrEnum):
    """What the amount on an order's line is the amount of."""

    LINE = "line"
    ORDER = "order"
    UNCLEAR = "unclear"


def whose_amounts(
    values: Sequence[int | None],
    orders: Sequence[str],
    figures: Rows,
    products: Sequence[str] = (),
    *,
    named: bool = False,
    on_first: bool = True,
) -> Whose:
    """What the amounts of some rows are the amounts of.

    Args:
        values: the amounts, None where a cell holds none.
        orders: the order number of each row, blank where the cell is; empty where the file has none.
        figures: the rows' other figures by field, which lines of one order may differ in.
        products: the product of each row; empty where the file has none.
        named: the column's name says that it is the order's amount.
        on_first: an amount that stands on the first line of its order alone is the order's too.
    """
    lines: dict[str, list[int]] = defaultdict(list)
    for place, order in enumerate(orders):
        if order.strip():
            lines[order].append(place)
    several = [places for places in lines.values() if len(places) > 1]
    if not several:
        return Whose.LINE
    first_alone = [
        places
        for places in several
        if values[places[0]] is not None and all(values[place] is None for place in places[1:])
    ]
    if on_first and len(first_alone) >= len(several) * _HARDLY:
        return Whose.ORDER
    alike = [places for places in several if len({values[place] for place in places}) == 1 and values[places[0]]]
    but_one = min(len(several) - 1, len(several) * _NEARLY_ALL)  # a row of totals may stand below the last order
    if not alike or len(alike) < but_one:
        return Whose.LINE
    if any(len({column[place] for place in places}) > 1 for places in alike for column in figures.values()):
        return Whose.ORDER
    if not products:
        return Whose.ORDER if named else Whose.UNCLEAR
    return _by_baskets(values, lines, alike, list(zip(products, *figures.values(), strict=True)), named=named)


def _by_baskets(
    values: Sequence[int | None],
    lines: Mapping[str, Sequence[int]],
    alike: Sequence[Sequence[int]],
    goods: Sequence[tuple[str | int | None, ...]],
    *,
    named: bool,
) -> Whose:
    """What the products say: their own amount is the same in any basket, the order's changes with the basket."""
    baskets: dict[object, set[object]] = defaultdict(set)
    amounts: dict[object, set[int | None]] = defaultdict(set)
    for places in lines.values():
        basket = frozenset(Counter(goods[place] for place in places).items())
        for place in places:
            baskets[goods[place]].add(basket)
            amounts[goods[place]].add(values[place])
    compared = [len(amounts[good]) for good, held in baskets.items() if len(held) > 1]
    steady = compared.count(1)
    changing = len(compared) - steady
    if steady > changing:
        return Whose.UNCLEAR if named else Whose.LINE
    differing = [places for places in alike if len({goods[place] for place in places}) > 1]
    vary = len({values[places[0]] for places in differing}) > 1
    if named or (changing > steady and len(alike) > 1) or (len(differing) >= _NO_CHANCE and vary):
        return Whose.ORDER
    return Whose.UNCLEAR
