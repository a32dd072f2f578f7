"""The coming days: a rhythm that repeats is forecast to repeat, and the error of the last weeks stands beside it."""

import datetime as dt

import pytest

import daybook
from daybook.errors import ParameterError
from daybook.expect.forecast import MOST_AHEAD, forecast_of
from daybook.language import Language
from tests.expect.conftest import WEEK, day, days

FIRST = dt.date(2026, 6, 22)


def sales(count: int) -> dict[dt.date, float]:
    """A week that repeats."""
    return {FIRST + dt.timedelta(days=number): 1000 * WEEK[number % 7] for number in range(count)}


def test_a_week_that_repeats_is_forecast_to_repeat() -> None:
    found = daybook.forecast(sales(70), 14)
    assert [each.date for each in found.days] == [FIRST + dt.timedelta(days=70 + number) for number in range(14)]
    assert [each.expected_sales for each in found.days] == pytest.approx([1000 * each for each in WEEK] * 2, rel=0.01)
    assert found.error_percent == pytest.approx(0, abs=0.5)
    assert found.known_days == 70


def test_the_range_of_a_later_day_is_no_narrower() -> None:
    found = forecast_of(days(70), 21)
    widths = [each.high / each.low for each in found.days if each.high and each.low]
    assert len(widths) == 21
    assert all(later >= earlier for earlier, later in zip(widths, widths[7:], strict=False))


def test_a_day_that_is_not_over_is_forecast_and_not_learned_from() -> None:
    found = forecast_of([*days(63), day(63, 0.1, finished=False)], 1)
    (ahead,) = found.days
    assert ahead.date == day(63).date
    assert ahead.expected_sales == pytest.approx(float(day(63).sales()), rel=0.08)


def test_the_error_is_that_of_forecasts_made_before_the_days() -> None:
    known = sales(70)
    known[FIRST + dt.timedelta(days=66)] *= 2
    found = daybook.forecast(known)
    share = 1000 * WEEK[66 % 7] / sum(list(known.values())[-28:])
    assert found.error_percent == pytest.approx(100 * share, abs=0.3)


def test_with_too_few_days_there_is_none() -> None:
    found = daybook.forecast(sales(20), language=Language.ENGLISH)
    assert found.days == []
    assert found.notes == ["No forecast yet: 20 days of sales are known, and 21 are needed."]
    assert daybook.forecast({}, language=Language.ENGLISH).notes[0].startswith("No forecast yet: 0 days")


def test_a_festival_ahead_is_named_and_its_range_said_to_be_wide() -> None:
    start = dt.date(2026, 11, 9) - FIRST
    found = daybook.forecast({date + start - dt.timedelta(days=70): value for date, value in sales(70).items()}, 3)
    assert [each.special for each in found.days] == ["", "双十一", "双十一"]
    assert found.notes == ["尚无双十一的历史数据，这些日期的预测范围较宽。"]
    ordinary, festival, _ = found.days
    assert festival.high is not None
    assert festival.low is not None
    assert ordinary.high is not None
    assert ordinary.low is not None
    assert festival.high / festival.low > 2 * ordinary.high / ordinary.low


def test_a_year_whose_holidays_nobody_has_named_is_said_to_be_such() -> None:
    start = dt.date(2099, 3, 2) - FIRST
    found = daybook.forecast({date + start: value for date, value in sales(28).items()}, language=Language.ENGLISH)
    assert found.notes == [
        "The public holidays of 2099 are not known to this version: they are forecast as ordinary days."
    ]


@pytest.mark.parametrize("ahead", [0, MOST_AHEAD + 1, -3])
def test_a_number_of_days_that_makes_no_sense_is_refused(ahead: int) -> None:
    with pytest.raises(ParameterError):
        daybook.forecast(sales(70), ahead)
