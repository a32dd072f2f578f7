"""What is known beside the reported day: other days of the file and the book, and what changed since one of them."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from daybook.cube import AMOUNTS, DIMENSIONS, Cube
from daybook.days import ChosenDay
from daybook.history import DayTotals, Remembered, decimal_of, rounded
from daybook.report import MAX_LIST, MAX_MOVERS, Comparison, DaySales, Movement, Mover, Understanding


@dataclass(frozen=True, slots=True)
class Figures:
    """The sums of some of a day's orders, exact."""

    name: str
    orders: int
    sales: Fraction
    quantity: Fraction
    price_sum: Fraction
    price_count: int
    lines: int


class Known:
    """The days of the file, and what a book knows beside them."""

    def __init__(self, sold: Cube, remembered: Remembered | None) -> None:
        self._sold = sold
        self._days = remembered.days if remembered else {}
        self._totals = remembered.totals if remembered else {}

    def on(self, date: dt.date) -> Cube:
        """What was sold on a date."""
        return self._days[date].sold if date in self._days else self._sold.on(date)

    def before(self, date: dt.date, days: int) -> DayTotals | None:
        """The totals of the day so many days earlier."""
        if date.toordinal() <= days:
            return None
        earlier = date - dt.timedelta(days=days)
        if earlier in self._totals:
            return self._totals[earlier]
        part = self.on(earlier)
        return self.totals(earlier, part) if len(part) else None

    def last_days(self, chosen: ChosenDay, own: DayTotals | None) -> list[DaySales]:
        """What the reported day came to, and those of the days before it that are known."""
        if own is None:
            return []
        dates, sums = self._sold.totals("date", ["sales"])
        decimals = self._sold.decimals["sales"]
        plausible = set(chosen.dates)
        sales = {
            stamp.item().date(): Fraction(units, 10**decimals)
            for stamp, units in zip(map(np.datetime64, dates), sums["sales"], strict=True)
            if not np.isnat(stamp) and stamp.item().date() in plausible
        }
        sales |= {date: Fraction(totals.sales) for date, totals in self._totals.items()}
        sales |= {date: Fraction(self.totals(date, cube.sold).sales) for date, cube in self._days.items()}
        sales[own.date] = Fraction(own.sales)
        first = max(own.date.toordinal() - MAX_LIST + 1, 1)
        return [
            DaySales(date=date, sales=rounded(sales[date]))
            for date in sorted(sales)
            if first <= date.toordinal() <= own.date.toordinal()
        ]

    @staticmethod
    def totals(date: dt.date, part: Cube) -> DayTotals:
        """A day in its exact totals."""
        return DayTotals(
            date=date,
            sales=decimal_of(part.total("sales"), part.decimals["sales"]),
            orders=part.total("orders"),
            quantity=decimal_of(part.total("quantity"), part.decimals["quantity"]),
            lines=part.total("lines"),
        )


@dataclass(frozen=True, slots=True)
class Before:
    """The day that products and regions are compared with, where it is known one by one."""

    comparison: Comparison | None
    part: Cube

    @classmethod
    def of(cls, known: Known, comparison: Comparison | None) -> "Before":
        """The day of a comparison."""
        return cls(comparison, known.on(comparison.date) if comparison else Cube.empty())

    def of_key(self, key: str) -> dict[str, Fraction] | None:
        """The sales of each value of a key."""
        if not len(self.part):
            return None
        values, sums = self.part.totals(key, ["sales"])
        return {value: exact(self.part, "sales", units) for value, units in zip(values, sums["sales"], strict=True)}

    def movement(
        self, products: list[Figures], regions: list[Figures], understanding: Understanding | None
    ) -> Movement | None:
        """What changed most: products, or where the file names none, what is ranked beside them."""
        named = any(figures.name for figures in products)
        before = self.of_key("product" if named else DIMENSIONS[0])
        if before is None or self.comparison is None:
            return None
        now = {figures.name: figures.sales for figures in (products if named else regions)}
        movers = [
            Mover(name=name, before=rounded(before.get(name, Fraction(0))), now=rounded(now.get(name, Fraction(0))))
            for name in now.keys() | before.keys()
            if name
        ]
        movers = [mover for mover in movers if mover.now != mover.before]
        movers.sort(key=lambda mover: (-abs(mover.now - mover.before), mover.name))
        dimension = next(iter(understanding.dimensions), "region") if understanding else "region"
        told = sum(mover.now - mover.before for mover in movers[:MAX_MOVERS])
        return Movement(
            date=self.comparison.date,
            dimension="product" if named else dimension,
            parts=movers[:MAX_MOVERS],
            others=round(self.comparison.sales_change - told, 2) + 0.0,
        )


def exact(cube: Cube, name: str, units: int) -> Fraction:
    """An amount of a cube in whole currency units, exact."""
    return Fraction(units, 10 ** cube.decimals[AMOUNTS[name]])
