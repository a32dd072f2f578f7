"""`by_hour`: the reported day hour by hour, beside what is usual at each."""

import datetime as dt
from collections.abc import Iterable, Mapping
from fractions import Fraction
from statistics import median

from daybook.cube import Cube
from daybook.days import Remembered, rounded
from daybook.expect.parts import DayParts
from daybook.report import HourFigures

SAME_WEEKDAYS_SINCE, OTHER_DAYS_SINCE = 56, 28
"""The usual is that of the same weekdays of so many days before; else of all days of so many."""
LEAST = 3
"""Days that must be known by the hour for that."""
NOTHING = (Fraction(0), 0)

type Hours = Mapping[int, tuple[Fraction, int]]
"""Sales and lines of a day by its hours, exact."""


def by_hour(date: dt.date, earlier: Mapping[dt.date, Hours], own: Hours | None) -> list[HourFigures]:
    """The hours of a day, those in which nothing was sold among them; none where the day is not known by the hour.

    Args:
        date: the day.
        earlier: days of which the hours are known; those before it count.
        own: its hours.
    """
    if not own:
        return []
    usual = _usual(date, earlier)
    hours = own.keys() | {hour for hour, sales in usual.items() if sales}
    return [
        HourFigures(
            hour=hour,
            sales=rounded(own.get(hour, NOTHING)[0]),
            lines=own.get(hour, NOTHING)[1],
            usual=rounded(usual[hour]) if usual else None,
        )
        for hour in range(min(hours), max(hours) + 1)
    ]


def day_by_hour(date: dt.date, part: Cube, sold: Cube, remembered: Remembered | None = None) -> list[HourFigures]:
    """A day by the hour, beside the earlier days of its file and of a book.

    Args:
        date: the day.
        part: what was sold on it.
        sold: what the file holds.
        remembered: what a book knows.
    """
    own = hours_of_days(part).get(date)
    return by_hour(date, _kept(remembered.known if remembered else ()) | hours_of_days(sold), own) if own else []


def again_by_hour(date: dt.date, parts: Mapping[dt.date, DayParts]) -> list[HourFigures]:
    """A day by the hour, as a book keeps it and the days before it."""
    return by_hour(date, _kept(parts.values()), hours_of(parts[date]))


def _kept(days: Iterable[DayParts]) -> dict[dt.date, Hours]:
    return {day.date: hours for day in days if day.is_finished and (hours := hours_of(day))}


def hours_of_days(cube: Cube) -> dict[dt.date, Hours]:
    """The dates of a cube that are known by the hour."""
    unit = 10 ** cube.decimals["sales"]
    return {
        date: {hour: (Fraction(sales, unit), lines) for hour, (sales, lines) in hours.items()}
        for date, hours in cube.by_hour().items()
    }


def hours_of(day: DayParts) -> Hours | None:
    """A day as a book keeps it, by the hour; ``None`` where that is not known."""
    if day.hours is None:
        return None
    unit = 10 ** day.decimals[0]
    return {hour: (Fraction(sums.sales, unit), sums.lines) for hour, sums in day.hours.items()}


def _usual(date: dt.date, earlier: Mapping[dt.date, Hours]) -> dict[int, Fraction]:
    """What is usual at each hour of a date; nothing where too few days are known by the hour."""
    before = {day: (date - day).days for day in earlier if day < date}
    days = [day for day, ago in before.items() if ago % 7 == 0 and ago <= SAME_WEEKDAYS_SINCE]
    if len(days) < LEAST:
        days = [day for day, ago in before.items() if ago <= OTHER_DAYS_SINCE]
    if len(days) < LEAST:
        return {}
    return {hour: median(earlier[day].get(hour, NOTHING)[0] for day in days) for hour in range(24)}
