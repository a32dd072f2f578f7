"""`DayParts`: a day in what judging it needs: totals, refunds, and the sums of its products and regions; exact.

A book keeps it beside each day, as text, so that four hundred days are read at once and no day's file is opened.
"""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, NamedTuple, Self

from daybook.cube import DIMENSIONS, Cube
from daybook.days import DayTotals
from daybook.explanation import Because

MOST_PARTS = 300
"""Products, and regions, of a day that are kept by name, those with the largest sales; the others are one sum."""

EVEN_LEAST = 10
"""Rows of a cube that must all hold an even number of lines before each is said to stand there twice."""


class Part(NamedTuple):
    """The sums of some rows, in the units of their day."""

    sales: int
    orders: int
    quantity: int


NOTHING = Part(0, 0, 0)


class Hour(NamedTuple):
    """What was sold in an hour, in the units of its day."""

    sales: int
    lines: int


NO_HOUR = Hour(0, 0)


@dataclass(frozen=True, slots=True)
class DayParts:
    """A day's sums."""

    date: dt.date
    total: Part
    lines: int
    refunds: int = 0
    """Rows whose sales are negative."""
    refunded: int = 0
    """Their sales, in units: 0 or negative."""
    decimals: tuple[int, int] = (0, 0)
    """Of a unit of sales, and of quantity."""
    products: Mapping[str, Part] | None = None
    """By name; ``""`` where no name stands. ``None`` where the day is known in its totals alone."""
    regions: Mapping[str, Part] | None = None
    """Of the first of what is ranked beside products."""
    is_cut: bool = False
    """Whether it has more products or regions than are kept."""
    is_even: bool = False
    """Whether each row of the day stands in it twice, as far as its sums tell."""
    is_finished: bool = True
    hours: Mapping[int, Hour] | None = None
    """By the hour from 0, those in which anything was sold. ``None`` where not every row says its time of day."""
    explained: Because | None = None
    """What somebody said that it was."""

    @classmethod
    def of(cls, date: dt.date, cube: Cube, *, is_finished: bool = True) -> Self:
        """The sums of a day's cube."""
        sold = cube.sold
        products, more = _parts(sold, "product")
        regions, further = _parts(sold, DIMENSIONS[0])
        return cls(
            date=date,
            total=Part(sold.total("sales"), sold.total("orders"), sold.total("quantity")),
            lines=sold.total("lines"),
            refunds=sold.total("refunds"),
            refunded=sold.total("refund_sales"),
            decimals=(sold.decimals["sales"], sold.decimals["quantity"]),
            products=products,
            regions=regions,
            is_cut=more or further,
            is_even=_is_even(sold),
            is_finished=is_finished,
            hours={hour: Hour(*sums) for hour, sums in cube.by_hour().get(date, {}).items()} or None,
        )

    @classmethod
    def read(cls, date: dt.date, text: str, *, is_finished: bool = True) -> Self:
        """A day as `written` wrote it."""
        held = json.loads(text)
        return cls(
            date=date,
            total=Part(*held["total"]),
            lines=held["lines"],
            refunds=held["refunds"][0],
            refunded=held["refunds"][1],
            decimals=(held["decimals"][0], held["decimals"][1]),
            products=_named(held.get("products")),
            regions=_named(held.get("regions")),
            is_cut=held["cut"],
            is_even=held["even"],
            is_finished=is_finished,
            hours=_hours(held.get("hours")),
        )

    @classmethod
    def of_totals(cls, totals: DayTotals, *, is_finished: bool = True) -> Self:
        """A day that is known in its totals alone."""
        decimals = [max(0, -int(value.as_tuple().exponent)) for value in (totals.sales, totals.quantity)]
        sales, quantity = (
            int(value.scaleb(places)) for value, places in zip((totals.sales, totals.quantity), decimals, strict=True)
        )
        return cls(
            date=totals.date,
            total=Part(sales, totals.orders, quantity),
            lines=totals.lines,
            decimals=(decimals[0], decimals[1]),
            is_finished=is_finished,
        )

    def written(self) -> str:
        """The day as text."""
        held: dict[str, Any] = {
            "total": self.total,
            "lines": self.lines,
            "refunds": [self.refunds, self.refunded],
            "decimals": self.decimals,
            "products": self.products,
            "regions": self.regions,
            "cut": self.is_cut,
            "even": self.is_even,
        }
        if self.hours:
            first, last = min(self.hours), max(self.hours)
            each = [self.hours.get(hour, NO_HOUR) for hour in range(first, last + 1)]
            held["hours"] = [first, [hour.sales for hour in each], [hour.lines for hour in each]]
        return json.dumps(held, ensure_ascii=False, separators=(",", ":"))

    def sales(self, part: Part | None = None) -> Fraction:
        """The exact sales of a part of the day, or of the day."""
        return Fraction((part or self.total).sales, 10 ** self.decimals[0])

    def quantity(self, part: Part | None = None) -> Fraction:
        """The exact quantity of a part of the day, or of the day."""
        return Fraction((part or self.total).quantity, 10 ** self.decimals[1])

    def up_to(self, hour: int) -> Fraction | None:
        """The exact sales before an hour began; ``None`` where the hours are not known."""
        if self.hours is None:
            return None
        units = sum(sums.sales for each, sums in self.hours.items() if each < hour)
        return Fraction(units, 10 ** self.decimals[0])

    def smaller(self, most: int) -> Self:
        """The same with fewer parts by name."""
        if all(parts is None or len(parts) <= most for parts in (self.products, self.regions)):
            return self
        return replace(self, products=_first(self.products, most), regions=_first(self.regions, most), is_cut=True)


type PartsOf = Callable[[DayParts], Mapping[str, Part] | None]
"""`products_of` or `regions_of`."""


def products_of(day: DayParts) -> Mapping[str, Part] | None:
    """A day's products."""
    return day.products


def regions_of(day: DayParts) -> Mapping[str, Part] | None:
    """A day's regions."""
    return day.regions


def _parts(cube: Cube, key: str) -> tuple[dict[str, Part], bool]:
    names, sums = cube.totals(key, ["sales", "orders", "quantity"])
    every = {
        str(name): Part(*each)
        for name, *each in zip(names, sums["sales"], sums["orders"], sums["quantity"], strict=True)
    }
    return _first(every, MOST_PARTS) or {}, len(every) > MOST_PARTS


def _first(parts: Mapping[str, Part] | None, most: int) -> dict[str, Part] | None:
    if parts is None:
        return None
    ranked = sorted(parts.items(), key=lambda each: (-abs(each[1].sales), each[0]))
    return dict(ranked[:most])


def _is_even(cube: Cube) -> bool:
    return len(cube) >= EVEN_LEAST and all(not (cube.columns[name] % 2).any() for name in ("lines", "price_count"))


def _named(held: Mapping[str, list[int]] | None) -> dict[str, Part] | None:
    return None if held is None else {name: Part(*each) for name, each in held.items()}


def _hours(held: list[Any] | None) -> dict[int, Hour] | None:
    if held is None:
        return None
    first, sales, lines = held
    each = enumerate(zip(sales, lines, strict=True), first)
    return {hour: Hour(*sums) for hour, sums in each if any(sums)}
