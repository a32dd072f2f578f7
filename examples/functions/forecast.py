"""Forecast daily sales: a few lines over `daybook.forecast`."""

from typing import Annotated

import pandas as pd
from pydantic import Field

import daybook


@daybook.function
def forecast_sales(
    sales: daybook.File, days: Annotated[int, Field(ge=1, le=60)] = 7, date: str = "Date", value: str = "Sales"
) -> pd.DataFrame:
    """Forecasts the sales of the coming days from the sales of the days so far.

    Knows weekdays, Chinese public holidays and shopping festivals, and gives a range beside each figure. Use it when
    somebody asks how sales will go next week.

    Args:
        sales: CSV with a row a day, or many rows a day, which are added.
        days: How many days to look ahead.
        date: The column with the date.
        value: The column with the sales.
    """
    daybook.progress(0.1, "reading")
    table = pd.read_csv(sales.path, encoding="utf-8-sig")
    for column in (date, value):
        if column not in table:
            raise ValueError(f"The file has no column {column}; it has {', '.join(map(str, table.columns))}.")
    daily = table.groupby(pd.to_datetime(table[date]).dt.date)[value].sum()

    found = daybook.forecast(daily.to_dict(), days, daybook.Language.ENGLISH)
    if not found.days:
        raise ValueError(*found.notes)
    daybook.progress(1.0, f"off by {found.error_percent}% of sales in the last four weeks")
    rows = [(str(day.date), day.expected_sales, day.low, day.high, day.special) for day in found.days]
    return pd.DataFrame(rows, columns=["Date", "Sales", "Low", "High", "Special"])
