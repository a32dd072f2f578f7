"""Orders with totals, discounts, numbers and statuses: the report equals decimal arithmetic, whatever the columns."""

import csv
import datetime as dt
import io
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from daybook.parameters import AnalysisParameters
from daybook.pipeline import analyze
from tests.reduce.oracle import cents, percent

SOLD = ("Completed", "Paid", "Shipped", "Partially refunded")
LEFT_OUT = {"Cancelled": "cancelled", "Refunded": "refunded", "Pending payment": "unpaid", "Voided": "cancelled"}
COLUMNS = (("price", "total"), ("price", "discount", "total"), ("price", "discount"), ("total",), ("discount", "total"))
"""What a file may say of its money; each with the quantity."""
NAMES = {
    "order": "Order ID", "date": "Order date", "status": "Order status", "product": "Item", "quantity": "Quantity",
    "price": "Unit price", "discount": "Discount amount", "total": "Line total",
}  # fmt: skip
LAST = dt.date(2023, 10, 27)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order, as it truly is."""

    order: str
    date: dt.date
    status: str
    product: str
    quantity: int
    price: Decimal
    discount: Decimal
    begins: bool
    """Whether it is the order's first."""
    repeats: bool
    """Whether the cells of the order stand on it too, where it is not the first."""

    @property
    def sales(self) -> Decimal:
        gross = self.price * self.quantity
        return gross - (self.discount if gross > 0 else -self.discount)

    @property
    def counts(self) -> bool:
        """Whether it is a sale; a line that takes a refunded order back is its refund."""
        reason = LEFT_OUT.get(self.status)
        return reason is None or (reason == "refunded" and self.sales < 0)


items = st.tuples(
    st.sampled_from(("Lamp", "Mug", "Desk, oak", 'Fan "XL"', "001")),
    st.sampled_from((1, 1, 2, 3, 12, -1, -2)),
    st.decimals(min_value="0.01", max_value=2000, places=2),
    st.integers(min_value=0, max_value=99),
    st.booleans(),
)
orders = st.lists(
    st.tuples(
        st.integers(min_value=0, max_value=9),
        st.sampled_from((*SOLD, *SOLD, *LEFT_OUT)),
        st.lists(items, min_size=1, max_size=3),
    ),
    max_size=15,
)


def lines_of(drawn: list[Any]) -> list[Line]:
    sold: tuple[Any, ...] = ("Lamp", 2, Decimal("19.90"), 5, True)
    found = []
    for number, (back, status, parts) in enumerate([*drawn, (0, "Paid", [sold])]):
        for place, (product, quantity, price, off, repeats) in enumerate(parts):
            discount = (price * abs(quantity) * off / 100).quantize(Decimal("0.01"))
            found.append(
                Line(
                    f"SO-{number:04}", LAST - dt.timedelta(days=back), status, product, quantity, price, discount,
                    begins=not place, repeats=repeats,
                )
            )  # fmt: skip
    return found


def text_of(lines: list[Line], columns: tuple[str, ...]) -> str:
    """The file: what is the order's own may stand on its first line alone."""
    fields = ["order", "date", "status", "product", "quantity", *columns]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([NAMES[field] for field in fields])
    for line in lines:
        own = line.begins or line.repeats
        # Without a column for discounts the price is what was paid, were it but for one unit.
        total = line.sales if "discount" in columns or "price" not in columns else line.price * line.quantity
        cells = {
            "order": line.order, "date": line.date.isoformat() if own else "", "status": line.status if own else "",
            "product": line.product, "quantity": line.quantity, "price": line.price, "discount": line.discount,
            "total": total,
        }  # fmt: skip
        writer.writerow([cells[field] for field in fields])
    return out.getvalue()


def figures(lines: list[Line]) -> dict[str, Any]:
    counted = [line for line in lines if line.counts]
    day = [line for line in counted if line.date == LAST]
    before = [line for line in counted if line.date == LAST - dt.timedelta(days=1)]
    total = sum((line.sales for line in day), Decimal(0))
    numbers = len({line.order for line in day})
    earlier = sum((line.sales for line in before), Decimal(0))
    back = [line.sales for line in day if line.sales < 0]
    products: dict[str, Decimal] = defaultdict(Decimal)
    reasons: dict[str, int] = defaultdict(int)
    for line in day:
        products[line.product] += line.sales
    for line in lines:
        if line.date == LAST and not line.counts:
            reasons[LEFT_OUT[line.status]] += 1
    return {
        "date": LAST,
        "sales": cents(total),
        "orders": numbers,
        "quantity": float(sum(line.quantity for line in day)),
        "average": cents(total / numbers),
        "refunds": (len(back), cents(sum(back, Decimal(0)))),
        "before": (
            cents(earlier),
            len({line.order for line in before}),
            percent(total - earlier, max(earlier, Decimal(0))),
        )
        if before
        else None,
        "products": sorted((name, cents(sales)) for name, sales in products.items()),
        "left out": dict(reasons),
    }


def said(text: str) -> dict[str, Any]:
    report = analyze(text.encode(), AnalysisParameters.model_construct(top_n=1_000, decimal="."))
    summary, before = report.summary, report.previous_day
    assert report.understanding
    return {
        "date": report.analysis_date,
        "sales": summary.total_sales,
        "orders": summary.total_orders,
        "quantity": summary.total_quantity,
        "average": summary.average_order_value,
        "refunds": (report.quality.refunds, report.quality.refund_sales),
        "before": (before.total_sales, before.total_orders, before.sales_change_percent) if before else None,
        "products": sorted((item.product, item.sales) for item in report.top_products),
        "left out": {left.reason: left.rows for left in report.understanding.left_out if left.rows},
    }


@given(orders, st.sampled_from(COLUMNS))
def test_any_orders_give_what_decimal_arithmetic_gives(drawn: list[Any], columns: tuple[str, ...]) -> None:
    lines = lines_of(drawn)
    if columns == ("price", "total"):
        lines = [
            Line(
                line.order, line.date, line.status, line.product, line.quantity, line.price, Decimal(0),
                begins=line.begins, repeats=line.repeats,
            )
            for line in lines
        ]  # fmt: skip
    assert said(text_of(lines, columns)) == figures(lines)
