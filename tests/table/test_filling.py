"""Cells that stand once for several rows are filled down, by the order or by the day."""

import pandas as pd

from daybook.table.filling import fill_down
from daybook.table.rows import Column


def column(*texts: str) -> Column:
    codes, distinct = pd.factorize(pd.Series(texts, dtype=object))
    return Column(codes.astype("int64"), list(distinct))


def filled(order: Column, date: Column) -> list[str]:
    dates = fill_down({"order": order, "date": date}, ["date", "order"], "order")[0]["date"]
    return [dates.texts[code] for code in dates.codes]


def test_a_day_that_stands_once_for_several_orders_is_theirs() -> None:
    order = column("A1", "A2", "A2", "A3", "A4")
    assert filled(order, column("10-30", "", "", "10-31", "")) == ["10-30", "10-30", "10-30", "10-31", "10-31"]


def test_a_day_on_the_first_line_of_each_order_is_that_orders_alone() -> None:
    order = column("A1", "A1", "A2", "A2", "A3")
    assert filled(order, column("10-30", "", "10-31", "", "10-30")) == ["10-30", "10-30", "10-31", "10-31", "10-30"]
