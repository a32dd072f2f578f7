"""`forecast`: what the coming days should be, with how far such forecasts were off in the last four weeks beside it."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

import numpy as np
from pydantic import Field

from daybook.errors import ParameterError
from daybook.expect import texts
from daybook.expect.calendar import is_known, kind_of
from daybook.expect.history import is_learned_from
from daybook.expect.parts import DayParts
from daybook.expect.saying import Count, Day, Estimate, Name, Percent, Saying, Value
from daybook.expect.series import LEAST_DAYS, WEEK, Expected, Floats, Others, expected, naive_ahead
from daybook.language import Language, Text
from daybook.values import Model
from daybook.words.figures import DAYS, WEEKS

MOST_AHEAD = 60
RECENT_DAYS = 28
_WEEKS = 4
_WHOLE = 100.0
_LEVEL_PERCENT = 1.0
"""A change below this is called level."""


class RecentDay(Model):
    """A day that the forecast follows on."""

    date: dt.date
    sales: float | None = Field(description="null where the day is not known")
    special: str = Field(default="", description="What sets the day apart, such as a public holiday")


class ForecastDay(Model):
    """A day that is still to come."""

    date: dt.date
    expected_sales: float | None = Field(description="null on a weekday on which there are usually no sales")
    low: float | None = Field(description="About one ordinary day in a hundred lies below")
    high: float | None = Field(description="About one ordinary day in a hundred lies above")
    special: str = Field(default="", description="What sets the day apart, such as a public holiday")


class Forecast(Model):
    """The days after the last one that is known, and how good such forecasts were."""

    last_day: dt.date | None = Field(description="The last day that was learned from")
    known_days: int = Field(description="Days that it was learned from")
    finding: str = Field(default="", description="What the days come to, in one sentence; empty where there are none")
    recent: list[RecentDay] = Field(default=[], description="The last four weeks up to the last day, in order")
    days: list[ForecastDay] = Field(description="In order; empty where too little is known")
    method: str = Field(default="", description="What did best on the past days of this book")
    error_percent: float | None = Field(
        default=None, description="How far forecasts of a week ahead were off in the last weeks, percent of sales"
    )
    naive_error_percent: float | None = Field(
        default=None, description="The same of taking the week before, which is to be beaten"
    )
    error_weeks: int = Field(default=0, description="Weeks that the error was measured on, four at most")
    error: str = Field(default="", description="How far such forecasts were off, in one sentence")
    notes: list[str] = Field(default=[], description="What should be known of it, as sentences")


def forecast(
    sales: Mapping[dt.date, float],
    ahead: int = 7,
    language: Language = Language.CHINESE,
    *,
    left_out: Collection[dt.date] = (),
    others: Others = (),
) -> Forecast:
    """What the days after the last one should be.

    Args:
        sales: of each day that is known; a day that is not in it is not known, and not 0.
        ahead: how many days, 1 to 60.
        language: of the words.
        left_out: days of it that are not learned from.
        others: forecasters from elsewhere that compete (`daybook.expect.others`).

    Raises:
        ParameterError: `ahead` is out of range.
    """
    if not 1 <= ahead <= MOST_AHEAD:
        raise ParameterError(texts.BAD_AHEAD, most=MOST_AHEAD)
    if not sales:
        return Forecast(last_day=None, known_days=0, days=[], notes=[_too_few(0).to(language)])
    first, last = min(sales), max(sales)
    dates = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    values = np.array([[np.nan if date in left_out else sales.get(date, np.nan)] for date in dates])
    known = int(np.isfinite(values).sum())
    if known < LEAST_DAYS:
        return Forecast(last_day=last, known_days=known, days=[], notes=[_too_few(known).to(language)])
    made = expected(values, first, ahead, others=others)
    if not np.isfinite(made.value).any():
        note = Saying(texts.NO_RHYTHM, {"days": Count(known, DAYS)})
        return Forecast(last_day=last, known_days=known, days=[], notes=[note.to(language)])
    dates = [last + dt.timedelta(days=number + 1) for number in range(ahead)]
    ours, naive, weeks = _errors(values, first, others)
    days = [_day(date, made, number, language) for number, date in enumerate(dates)]
    return Forecast(
        last_day=last,
        known_days=known,
        finding=_finding(days, sales).to(language),
        recent=[_recent(last - dt.timedelta(days=back), sales, language) for back in range(RECENT_DAYS - 1, -1, -1)],
        days=days,
        method=_method(made.method[0]).to(language),
        error_percent=ours,
        naive_error_percent=naive,
        error_weeks=weeks,
        error=_error(ours, naive, weeks).to(language),
        notes=[said.to(language) for said in (*_notes(dates, made), *_left_out(left_out))],
    )


def forecast_of(
    known: Sequence[DayParts],
    ahead: int = 7,
    language: Language = Language.CHINESE,
    others: Others = (),
) -> Forecast:
    """The same of a book's days; those that were not over do not count, and are forecast; nor do explained ones."""
    over = [day for day in known if day.is_finished]
    explained = frozenset(day.date for day in over if not is_learned_from(day))
    sales = tuple((day.date, float(day.sales())) for day in over)
    return _made_before(sales, ahead, language, explained, tuple(others))


@lru_cache(maxsize=64)
def _made_before(
    sales: tuple[tuple[dt.date, float], ...],
    ahead: int,
    language: Language,
    left_out: frozenset[dt.date],
    others: Others,
) -> Forecast:
    """Kept for the next look at the same days: a tenth of a second for a year of them, on each page of a book."""
    return forecast(dict(sales), ahead, language, left_out=left_out, others=others)


def _day(date: dt.date, made: Expected, number: int, language: Language) -> ForecastDay:
    special = kind_of(date)
    value, low, high = (_cents(float(each[number, 0])) for each in (made.value, made.low, made.high))
    name = special.name.to(language) if special else ""
    return ForecastDay(date=date, expected_sales=value, low=low, high=high, special=name)


def _recent(date: dt.date, sales: Mapping[dt.date, float], language: Language) -> RecentDay:
    special = kind_of(date)
    return RecentDay(date=date, sales=sales.get(date), special=special.name.to(language) if special else "")


def _finding(days: Sequence[ForecastDay], sales: Mapping[dt.date, float]) -> Saying:
    """What the days come to, beside as many before them: where these are whole weeks with figures on the same days."""
    amounts = {day.date: day.expected_sales for day in days}
    whole = sum(amount for amount in amounts.values() if amount is not None)
    values: dict[str, Value] = {"days": Count(len(days)), "amount": Estimate(whole)}
    if len(days) == 1:
        text = texts.NO_SALES_AHEAD if amounts[days[0].date] is None else texts.DAY_AHEAD
        return Saying(text, {"day": Day(days[0].date), "amount": Estimate(whole)})
    before = {date: sales.get(date - dt.timedelta(days=len(days))) for date in amounts}
    is_alike = len(days) % WEEK == 0 and all((before[date] is None) == (amounts[date] is None) for date in amounts)
    base = sum(amount for amount in before.values() if amount is not None)
    if not is_alike or base <= 0:
        return Saying(texts.DAYS_AHEAD, values)
    by = _WHOLE * (whole - base) / base
    if abs(by) < _LEVEL_PERCENT:
        return Saying(texts.DAYS_AHEAD_LEVEL, values)
    return Saying(texts.DAYS_AHEAD_MORE if by > 0 else texts.DAYS_AHEAD_LESS, {**values, "by": Percent(abs(by))})


def _error(ours: float | None, naive: float | None, weeks: int) -> Saying:
    if ours is None or naive is None:
        return Saying(texts.ERROR_UNKNOWN)
    values: dict[str, Value] = {"weeks": Count(weeks, WEEKS), "error": Percent(ours), "naive": Percent(naive)}
    return Saying(texts.FORECAST_ERROR, values)


def _errors(values: Floats, first: dt.date, others: Others) -> tuple[float | None, float | None, int]:
    """How far off a week ahead was, in percent of what came, that of the week before, and of how many weeks it is."""
    off, naive, whole, weeks = 0.0, 0.0, 0.0, 0
    for week in range(_WEEKS, 0, -1):
        start = len(values) - week * WEEK
        if start < LEAST_DAYS:
            continue
        came = values[start : start + WEEK, 0]
        made = expected(values[:start], first, WEEK, others=others).value[:, 0]
        before = naive_ahead(values[:start], WEEK)[:, 0]
        both = np.isfinite(came) & np.isfinite(made) & np.isfinite(before)
        weeks += bool(both.any())
        off += float(np.abs(made - came)[both].sum())
        naive += float(np.abs(before - came)[both].sum())
        whole += float(np.abs(came)[both].sum())
    return (round(_WHOLE * off / whole, 1), round(_WHOLE * naive / whole, 1), weeks) if whole else (None, None, 0)


def _method(name: str) -> Text:
    """The method's name for people; one from elsewhere is called what it calls itself."""
    return texts.METHODS.get(name) or Text(en=name, zh=name)


def _notes(dates: Sequence[dt.date], made: Expected) -> list[Saying]:
    notes = []
    unseen = {kind.name for kind in made.unseen if kind is not None}
    notes += [Saying(texts.UNSEEN_AHEAD, {"name": name}) for name in sorted(unseen)]
    years = sorted({date.year for date in dates if not is_known(date.year)})
    notes += [Saying(texts.UNKNOWN_YEAR, {"year": Name(str(year))}) for year in years]
    return notes


def _left_out(days: Collection[dt.date]) -> list[Saying]:
    return [Saying(texts.EXPLAINED_DAYS, {"days": Count(len(days), DAYS)})] if days else []


def _too_few(held: int) -> Saying:
    return Saying(texts.NO_FORECAST, {"days": Count(held, DAYS), "least": Count(LEAST_DAYS)})


def _cents(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 2)
