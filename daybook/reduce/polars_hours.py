"""`by_hour`: the lines of a file summed natively by day and clock; `hour_sums` of such sums."""

import numpy as np
import polars as pl

from daybook.exact import Coded
from daybook.hours import HourSums
from daybook.reduce.ordered import second_of_day
from daybook.reduce.plain import DAY_CHARACTERS, tidy
from daybook.reduce.polars_frame import TextFrame
from daybook.reduce.polars_lines import (
    Pass,
    column,
    day_numbers,
    group_keys,
    in_units,
    taken_back,
    why_no_sale,
    with_values,
)
from daybook.table.rows import Column
from daybook.table.statuses import Reason

_HOUR = 3600


def clock_key(how: Pass) -> pl.Expr | None:
    """What says the hour of a line: a text of a column of times, an hour, or its digits; None where nothing does."""
    if "time" in how.reading.used:
        return pl.col("time")
    if how.days is not None:
        return pl.col("date second") // _HOUR if (how.days["date second"] >= 0).any() else None
    return pl.col("date").str.slice(DAY_CHARACTERS + 1, 2) if how.timed else None


def by_hour(frame: TextFrame, how: Pass) -> pl.DataFrame | None:
    """The lines summed by day, clock (see `clock_key`) and what tells whether they are sales; None without times."""
    clock = clock_key(how)
    if clock is None:
        return None
    sales = pl.col("sales of line")
    keys = [key for key in group_keys(how) if key.meta.output_name() in {"day", "sign", *how.telling}]
    sums = [pl.len().alias("lines"), sales.sum().alias("sales"), (sales < 0).sum().alias("refunds")]
    groups = with_values(frame, how).group_by(*keys, clock.alias("clock")).agg(sums).collect(engine="streaming")
    return groups.drop_nulls("day")


def hour_sums(groups: pl.DataFrame, how: Pass) -> tuple[HourSums, int]:
    """What was sold in each hour, from lines `by_hour`, and the decimals of its units."""
    clock = groups["clock"].fill_null("" if groups["clock"].dtype == pl.String else -1)
    codes = clock.rank("dense").to_numpy().astype(np.intp) - 1
    hours = np.array([_hour(each, how) for each in clock.unique().sort().to_list()], np.int64)[codes]
    days = Coded.of(day_numbers(groups["day"], how))
    fields: dict[str, Column] = {name: column(groups[name]) for name in how.telling}
    fields["date"] = Column(days.codes, [str(day) for day in days.distinct.tolist()])
    decimals, (sales,) = in_units(groups, ("sales",), how.sales_decimals)
    refunds = groups["refunds"].to_numpy().astype(np.int64)
    back = taken_back(fields, how)
    if back.any():
        sales = np.where(back, -np.abs(sales), sales)
        refunds = np.where(back, groups["sign"].to_numpy() != 0, refunds)
    why = why_no_sale(fields, how, refunds)
    sold = (why == Reason.SOLD) & (hours >= 0)
    dates = days.distinct[days.codes].astype("datetime64[D]").astype("datetime64[s]")
    lines = groups["lines"].to_numpy().astype(np.int64)
    return HourSums.of([HourSums(dates[sold], hours[sold], sales[sold], lines[sold])]), decimals


def _hour(clock: str | int, how: Pass) -> int:
    """The hour that a clock says; -1 for none."""
    if isinstance(clock, int):
        return clock
    if "time" in how.reading.used:
        return second_of_day(tidy([clock])[0]) // _HOUR
    return int(clock or -1)


def day_ends(groups: pl.DataFrame, how: Pass) -> dict[int, int]:
    """The latest second of each day at which a line of the grouped ones stands, by the dates' own cells."""
    day = pl.Series("day", day_numbers(groups["day"], how))
    if how.days is not None:
        ends = groups.select(day, "second").group_by("day").agg(pl.col("second").max())
        return {day: second for day, second in ends.rows() if second >= 0}
    if not how.timed:
        return {}
    ends = groups.select(day, "time of day").group_by("day").agg(pl.col("time of day").max())
    return {day: _second(time) for day, time in ends.rows() if time}


def _second(time: str) -> int:
    hour, minute, *second = map(int, time.split(":"))
    return hour * _HOUR + minute * 60 + sum(second)
