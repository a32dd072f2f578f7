"""`kinds_of`: which dates are no ordinary days in China: public holidays, make-up working days, shopping festivals.

Holidays come from chinesecalendar, which is brought out anew each November, when the State Council has named the days
of the next year. A year that it does not know has its fixed festivals only, and `is_known` says so.
"""

import datetime as dt
from functools import lru_cache
from typing import NamedTuple

from daybook.language import Text


class Kind(NamedTuple):
    """What sets a day apart."""

    key: str
    """The same for the same day of each year: ``Spring Festival 3`` is the third day of that holiday."""
    group: str
    """``holiday``, ``make_up`` or ``festival``: days that may behave alike."""
    name: Text


class Festival(NamedTuple):
    """A shopping festival: the days of its sales, each a month and a day."""

    name: Text
    days: tuple[tuple[int, int], ...]


FESTIVALS = (
    Festival(Text(en="New Year shopping", zh="年货节"), ((1, 8), (1, 9), (1, 10))),
    Festival(Text(en="the Women's Day sale", zh="三八节大促"), ((3, 7), (3, 8))),
    Festival(Text(en="the 6.18 sale", zh="618 大促"), ((6, 1), (6, 16), (6, 17), (6, 18), (6, 19))),
    Festival(Text(en="the Singles' Day sale", zh="双十一大促"), ((11, 1), (11, 10), (11, 11), (11, 12))),
    Festival(Text(en="the 12.12 sale", zh="双十二大促"), ((12, 11), (12, 12))),
)
"""The festivals, each once; the days before and after the peak are those on which sales move as well."""

HOLIDAYS = {
    "New Year's Day": Text(en="New Year's Day", zh="元旦"),
    "Spring Festival": Text(en="Spring Festival", zh="春节"),
    "Tomb-sweeping Day": Text(en="Tomb-Sweeping Day", zh="清明节"),
    "Labour Day": Text(en="Labour Day", zh="劳动节"),
    "Dragon Boat Festival": Text(en="the Dragon Boat Festival", zh="端午节"),
    "National Day": Text(en="National Day", zh="国庆节"),
    "Mid-autumn Festival": Text(en="the Mid-Autumn Festival", zh="中秋节"),
}
"""The names of chinesecalendar."""
OTHER_HOLIDAY = Text(en="a public holiday", zh="公众假期")
MAKE_UP = Text(en="a make-up working day", zh="调休上班日")
_LONGEST = 10
"""Days of the longest holiday, and some."""


def kinds_of(days: list[dt.date]) -> list[Kind | None]:
    """What each date is beside a weekday; ``None`` for an ordinary one."""
    return [kind_of(day) for day in days]


@lru_cache(maxsize=4096)
def kind_of(day: dt.date) -> Kind | None:
    """What a date is beside a weekday; a festival in a holiday is the holiday."""
    holiday = _holiday(day)
    if holiday is not None:
        works, name = holiday
        if works:
            return Kind("make_up", "make_up", MAKE_UP)
        before = 1
        while before < _LONGEST and _holiday(day - dt.timedelta(days=before)) == (False, name):
            before += 1
        return Kind(f"{name} {before}", "holiday", HOLIDAYS.get(name, OTHER_HOLIDAY))
    for festival in FESTIVALS:
        if (day.month, day.day) in festival.days:
            return Kind(f"{day.month}.{day.day}", "festival", festival.name)
    return None


def is_known(year: int) -> bool:
    """Whether the holidays of a year are known."""
    import chinese_calendar  # noqa: PLC0415  not needed before a day is judged

    try:
        chinese_calendar.is_workday(dt.date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def _holiday(day: dt.date) -> tuple[bool, str] | None:
    """Whether one works on a day that the calendar of holidays names, and for which holiday; None for any other."""
    import chinese_calendar  # noqa: PLC0415

    try:
        is_off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return None
    return None if name is None else (not is_off, str(name))
