"""Forecast daily sales with statsmodels, an ordinary package from the index: see requirements/forecast.txt."""

from typing import Annotated

import pandas as pd
from pydantic import Field
from statsmodels.tsa.holtwinters import ExponentialSmoothing

import daybook

SEASON = 7
"""Days after which sales repeat: a week."""
SHORTEST = 3 * SEASON


@daybook.function
def forecast_sales(
    sales: daybook.File, days: Annotated[int, Field(ge=1, le=60)] = 7, date: str = "Date", value: str = "Sales"
) -> pd.DataFrame:
    """Forecasts the sales of the coming days from the sales of the days so far.

    Uses Holt-Winters smoothing with a weekly season. Use it when somebody asks how sales will go next week.

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
    daily = table.groupby(pd.to_datetime(table[date]).dt.normalize())[value].sum().asfreq("D", fill_value=0.0)
    if len(daily) < SHORTEST:
        raise ValueError(f"A weekly pattern needs at least {SHORTEST} days of sales; the file has {len(daily)}.")

    daybook.progress(0.4, "fitting")
    model = ExponentialSmoothing(daily, trend="add", damped_trend=True, seasonal="add", seasonal_periods=SEASON)
    forecast = model.fit().forecast(days).clip(lower=0).round(2)
    return pd.DataFrame({"Date": forecast.index.strftime("%Y-%m-%d"), "Sales": forecast.to_numpy()})
