"""What is known beside the reported day: other days of the file and the book, and what changed since one of them."""

import datetime as dt
import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from daybook.cube import AMOUNTS, DIMENSIONS, Cube
from daybook.days import ChosenDay, DayTotals, Remembered, decimal_of, rounded
from daybook.expect.parts import DayParts
from daybook.judgement import Driver, Movement
from daybook.report import MAX_LIST, Comparison, DaySales, RegionFigures, SalesReport

type _Sold = tuple[Mapping[str, Fraction], bool]
"""Sales by name, and whether there were more names than are kept."""
MAX_MOVERS = 8
"""Parts that a change is told in."""


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
        self._kept = {parts.date: parts for parts in remembered.known} if remembered else {}

    def on(self, date: dt.date) -> Cube:
        """What was sold on a date."""
        return self._days[date].sold if date in self._days else self._sold.on(date)

    def parts(self, date: dt.date) -> DayParts | None:
        """A day of the book in the sums of its products and regions."""
        return self._kept.get(date)

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
        sales = {date: parts.sales() for date, parts in self._kept.items()} | sales
        sales |= {date: Fraction(totals.sales) for date, totals in self._totals.items()}
        sales |= {date: Fraction(self.totals(date, cube.sold).sales) for date, cube in self._days.items()}
        sales[own.date] = Fraction(own.sales)
        return last_days(own.date, sales)

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


class Before:
    """The earlier day, or period, that products and regions are compared with, as far as they are known one by one."""

    def __init__(
        self, comparison: Comparison | None = None, part: Cube | None = None, kept: DayParts | None = None
    ) -> None:
        """``part`` is what was sold then, and ``kept`` what a book says of it where there is no cube."""
        self._comparison = comparison
        self._part = Cube.empty() if part is None else part
        self._kept = None if len(self._part) else kept
        self._sales: dict[str, dict[str, Fraction] | None] = {}

    def sales(self, key: str, name: str) -> Fraction | None:
        """What a product (or the value of another key of the cube) sold; None where that is not known."""
        every = self._every(key)
        if every is None:
            return None
        return every.get(name, None if self._kept and self._kept.is_cut else Fraction(0))

    def _every(self, key: str) -> dict[str, Fraction] | None:
        if key not in self._sales:
            found = None
            if len(self._part):
                values, sums = self._part.totals(key, ["sales"])
                found = {
                    value: exact(self._part, "sales", units) for value, units in zip(values, sums["sales"], strict=True)
                }
            elif self._kept:
                found = _kept(self._kept, key)
            self._sales[key] = found
        return self._sales[key]

    def movement(self, products: list[Figures], regions: list[Figures]) -> Movement | None:
        """What changed most: products, or where the file names none, what is ranked beside them."""
        is_named = any(figures.name for figures in products)
        key, view = ("product", "product") if is_named else (DIMENSIONS[0], "region")
        then = self._every(key)
        if then is None or self._comparison is None:
            return None
        now = {figures.name: figures.sales for figures in (products if is_named else regions)}
        return _movement(self._comparison, view, (now, False), (then, bool(self._kept and self._kept.is_cut)))


def with_changes(report: SalesReport, comparison: Comparison, now: DayParts, then: DayParts) -> SalesReport:
    """A report with what its products and regions sold on an earlier day, as a book keeps both days."""
    sold = {key: (_kept(now, key), _kept(then, key)) for key in ("product", DIMENSIONS[0])}

    def before(key: str, name: str) -> float | None:
        sales = _on(then, sold[key][1], name)
        return None if sales is None else rounded(sales)

    def regions(values: list[RegionFigures]) -> list[RegionFigures]:
        return [each.model_copy(update={"before": before(DIMENSIONS[0], each.region)}) for each in values]

    view, (own, earlier) = ("product", sold["product"])
    if not own or not any(own):
        view, (own, earlier) = ("region", sold[DIMENSIONS[0]])
    moved = _movement(comparison, view, (own, now.is_cut), (earlier, then.is_cut)) if own and earlier else None
    products = [each.model_copy(update={"before": before("product", each.product)}) for each in report.top_products]
    rankings = [
        ranking if place else ranking.model_copy(update={"values": regions(ranking.values)})
        for place, ranking in enumerate(report.rankings)
    ]
    changed = {"top_products": products, "regions": regions(report.regions), "rankings": rankings, "moved": moved}
    return report.model_copy(update=changed)


def last_days(last: dt.date, sales: Mapping[dt.date, Fraction]) -> list[DaySales]:
    """A day and those of the 29 days before it that are known, in order."""
    first = max(last.toordinal() - MAX_LIST + 1, 1)
    return [
        DaySales(date=date, sales=rounded(sales[date]))
        for date in sorted(sales)
        if first <= date.toordinal() <= last.toordinal()
    ]


def _movement(comparison: Comparison, view: str, now: _Sold, then: _Sold) -> Movement:
    """What changed most between two days; names that one of them may have and lacks here are among the others."""
    (own, own_is_cut), (earlier, earlier_is_cut) = now, then
    names = own.keys() & earlier.keys()
    names |= set() if own_is_cut else earlier.keys() - own.keys()
    names |= set() if earlier_is_cut else own.keys() - earlier.keys()
    nothing = Fraction(0)
    changes = [(own.get(name, nothing) - earlier.get(name, nothing), name) for name in names if name]
    changes = heapq.nsmallest(MAX_MOVERS, changes, key=lambda each: (-abs(each[0]), each[1]))
    parts = [
        Driver(
            view=view,
            name=name,
            change=change,
            status="" if name in own and name in earlier else "new" if name in own else "vanished",
        )
        for exactly, name in changes
        if (change := rounded(exactly))
    ]
    others = round(comparison.sales_change - sum(part.change for part in parts), 2) + 0.0
    return Movement(date=comparison.date, parts=parts, others=others)


def _kept(day: DayParts, key: str) -> dict[str, Fraction] | None:
    parts = {"product": day.products, DIMENSIONS[0]: day.regions}.get(key)
    return {name: day.sales(part) for name, part in parts.items()} if parts else None


def _on(day: DayParts, kept: Mapping[str, Fraction] | None, name: str) -> Fraction | None:
    """What a name sold; None where it may be among those that are not kept by name."""
    if kept is None:
        return None
    return kept.get(name, None if day.is_cut else Fraction(0))


def exact(cube: Cube, name: str, units: int) -> Fraction:
    """An amount of a cube in whole currency units, exact."""
    return Fraction(units, 10 ** cube.decimals[AMOUNTS[name]])
