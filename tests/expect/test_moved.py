"""The change of a day, taken apart: the parts of each view add up to the cent."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest

from daybook.expect.judge import sayings
from daybook.expect.moved import MOST_SHOWN, taken_apart, to_the_cent
from daybook.expect.parts import DayParts, Part
from daybook.expect.saying import Day
from daybook.language import Language
from tests.expect.conftest import PRODUCTS, day


def any_day(seed: int, number: int) -> DayParts:
    pick = random.Random(seed)  # noqa: S311 - figures, and no secret
    decimals = (pick.choice([0, 2, 5]), pick.choice([0, 3]))
    parts = {
        f"p{place}": Part(pick.randint(-500, 10**7), pick.randint(1, 50), pick.randint(1, 5000))
        for place in pick.sample(range(30), pick.randint(1, 25))
    }
    total = Part(*(sum(part[place] for part in parts.values()) for place in range(3)))
    regions = (
        {"": total} if seed % 3 == 0 else {"north": total._replace(sales=total.sales // 3), "south": Part(0, 0, 0)}
    )
    if seed % 3:
        regions["south"] = Part(total.sales - regions["north"].sales, 0, 0)
    return replace(day(number), total=total, decimals=decimals, products=parts, regions=regions)


@pytest.mark.parametrize("seed", range(60))
def test_the_parts_of_each_view_add_up_to_the_cent(seed: int) -> None:
    now, before = any_day(seed, 8), any_day(seed + 1000, 1)
    moved = taken_apart(now, before)
    whole = round((now.sales() - before.sales()) * 100)
    assert round(moved.change * 100) == whole
    assert "product" in moved.views
    for view, parts in moved.views.items():
        assert sum(round(part.change * 100) for part in parts) == whole, view
        assert len(parts) <= MOST_SHOWN + 1


def test_new_and_vanished_products_are_named_as_such() -> None:
    before = day(0)
    now = day(7, products={**{name: PRODUCTS[name] for name in ("tea", "milk", "bread")}, "soup": (3000, 45)})
    parts = {part.name: part for part in taken_apart(now, before).views["product"]}
    assert (parts["soup"].status, parts["cake"].status, parts["tea"].status) == ("new", "vanished", "")
    assert parts["cake"].change == -float(before.sales((before.products or {})["cake"]))


def test_a_dearer_price_is_a_price_and_more_orders_are_orders() -> None:
    before = day(0)

    def largest(now: DayParts) -> str:
        return taken_apart(replace(now, date=day(7).date), before).views["effect"][0].name

    dearer = {name: (price * 12 // 10, orders) for name, (price, orders) in PRODUCTS.items()}
    assert largest(day(0, products=dearer)) == "price"
    assert largest(day(0, 1.5)) == "orders"
    assert largest(replace(before, total=before.total._replace(orders=before.total.orders // 2))) in {
        "orders",
        "basket",
    }


def test_a_product_that_fell_by_more_than_sales_rose_is_told_with_what_rose() -> None:
    tea, cake = PRODUCTS["tea"], PRODUCTS["cake"]
    now = {**PRODUCTS, "tea": (tea[0], tea[1] * 3), "cake": (cake[0], 1)}
    moved = taken_apart(day(7, products=now), day(0))
    fell = next(part for part in moved.views["product"] if part.name == "cake")
    assert 0 < moved.change < -fell.change
    told = [saying.to(Language.ENGLISH) for saying in sayings(moved, Day(day(0).date))]
    assert any("“tea”" in sentence and sentence.startswith("+") for sentence in told)
    [down] = [sentence for sentence in told if "“cake”" in sentence]
    assert down.startswith("−")
    assert "%" not in down  # it is more than the whole: a share would say nothing


def test_what_a_cut_day_does_not_name_is_neither_new_nor_vanished() -> None:
    before = replace(day(0), is_cut=True)
    now = day(7, products={**PRODUCTS, "soup": (3000, 45)})
    parts = taken_apart(now, before).views["product"]
    assert "soup" not in {part.name for part in parts}
    assert next(part for part in parts if part.status == "others").change > 0


def test_rounding_goes_where_it_hurts_least() -> None:
    thirds = [Fraction(1, 3)] * 3
    assert sorted(to_the_cent(thirds, Fraction(1))) == [33, 33, 34]
    assert to_the_cent([Fraction("0.006"), Fraction("0.0061")], Fraction("0.0121")) == [0, 1]
