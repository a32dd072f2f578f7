"""`dues`: the reports of a book that were due in a span of time."""

import datetime as dt
from typing import NamedTuple

from daybook.expect.calendar import kind_of
from daybook.mornings.settings import WEEKDAYS, BookMorning

SATURDAY = 5


class Due(NamedTuple):
    """One report that is due."""

    day: dt.date
    """The day that it reports."""
    at: dt.datetime
    """When the group is to have it, in the book's zone."""
    late: dt.datetime
    """When somebody is told that it has not."""


def dues(book: BookMorning, since: dt.datetime, until: dt.datetime) -> list[Due]:
    """The reports that were due from ``since`` to ``until``, both included, in order."""
    found, morning = [], since.astimezone(book.zone).date()
    while morning <= until.astimezone(book.zone).date():
        if is_a_morning(book, morning):
            due = due_on(book, morning)
            if since <= due.at <= until:
                found.append(due)
        morning += dt.timedelta(days=1)
    return found


def due_on(book: BookMorning, morning: dt.date) -> Due:
    """What is due on a morning."""
    at = dt.datetime.combine(morning, book.due, book.zone)
    # by way of UTC, in which an hour is an hour also where clocks are moved
    late = (at.astimezone(dt.UTC) + book.grace).astimezone(book.zone)
    return Due(morning + dt.timedelta(days=book.day_offset), at, late)


def due_for(book: BookMorning, day: dt.date) -> Due | None:
    """When the report on ``day`` is due; ``None`` where none is."""
    morning = day - dt.timedelta(days=book.day_offset)
    return due_on(book, morning) if is_a_morning(book, morning) else None


def is_a_morning(book: BookMorning, morning: dt.date) -> bool:
    """Whether a report is due on that date at all.

    Of a year whose holidays the calendar does not know, Monday to Friday are workdays: rather one alert too many.
    """
    match book.days:
        case "all":
            return True
        case "workdays":
            kind = kind_of(morning)
            if kind is not None and kind.group != "festival":
                return kind.group == "make_up"
            return morning.weekday() < SATURDAY
        case names:
            return WEEKDAYS[morning.weekday()] in names
