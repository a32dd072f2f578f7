"""`chosen_day`: which day of a cube is reported, by the rules of `daybook.days`."""

import datetime as dt
from collections.abc import Mapping

import numpy as np

from daybook.cube import Cube
from daybook.days import EPOCH, ChosenDay, Wish, choose_day, today
from daybook.errors import TableError
from daybook.parameters import AnalysisParameters
from daybook.table import texts


def unfinished_day(
    cube: Cube, day: ChosenDay, parameters: AnalysisParameters, ends: Mapping[int, int]
) -> dt.date | None:
    """The last day of a file, where it is not over or looks like that, whichever day is reported."""
    if not day.dates:
        return None
    if day.passed_over or day.unfinished:
        return day.passed_over or day.day
    if day.day == day.dates[-1]:
        return None
    latest = chosen_day(cube, parameters.model_copy(update={"date": Wish.LATEST}), ends)
    return latest.day if latest.unfinished else None


def chosen_day(cube: Cube, parameters: AnalysisParameters, ends: Mapping[int, int]) -> ChosenDay:
    """The day of a cube that is reported.

    Args:
        cube: what the file holds.
        parameters: the day that is wished for, and the zone of the run's clock.
        ends: the latest second of each day, by the day's number, where orders have times.

    Raises:
        TableError: no row has a readable date, or none is of the day.
    """
    sold = cube.sold
    dates, sums = sold.totals("date", ["lines"])
    rows = {
        stamp.item().date(): lines
        for stamp, lines in zip(map(np.datetime64, dates), sums["lines"], strict=True)
        if not np.isnat(stamp)
    }
    if not rows and len(sold):
        raise TableError(texts.NO_DATES)
    return choose_day(
        rows,
        parameters.wished_day or Wish.LATEST,
        today(dt.datetime.now(dt.UTC), parameters.zone),
        {EPOCH + dt.timedelta(days=number): second for number, second in ends.items()},
    )
