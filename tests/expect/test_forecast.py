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
    assert [each.special for each in found.days] == ["", "双十一大促", "双十一大促"]
    assert found.notes == ["尚无双十一大促的历史数据，这些日期的预测范围较宽。"]
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


def test_the_days_ahead_are_summed_up_beside_as_many_before_them() -> None:
    known = sales(70)
    assert daybook.forecast(known, 7, Language.ENGLISH).finding == ("Next 7 days: about 7,950, level with the last 7")
    poor = [*days(66), day(66, 0.5), *days(70)[67:]]
    found = forecast_of(poor, 7, Language.ENGLISH)
    whole = sum(each.expected_sales or 0 for each in found.days)
    by = 100 * (whole / sum(float(each.sales()) for each in poor[-7:]) - 1)
    assert by > 5
    assert found.finding == f"Next 7 days: about {float(f'{whole:.3g}'):,.0f}, {by:.1f}% above the last 7"
    assert forecast_of(poor, 7).finding.endswith(f"，比过去 7 天高 {by:.1f}%")
    one = daybook.forecast(known, 1, Language.ENGLISH)
    assert one.finding == "Mon 31 Aug: about 1,000"


@pytest.mark.parametrize("ahead", [5, 7])
def test_days_are_not_compared_with_others_than_theirs(ahead: int) -> None:
    known = sales(70)
    del known[FIRST + dt.timedelta(days=66)]
    finding = daybook.forecast(known, ahead, Language.ENGLISH).finding
    assert finding.startswith(f"Next {ahead} days: about ")
    assert "last" not in finding


def test_a_closed_weekday_is_compared_with_a_closed_one() -> None:
    open_days = {date: value for date, value in sales(70).items() if date.weekday() != 6}
    found = daybook.forecast(open_days, 7, Language.ENGLISH)
    assert found.days[0].expected_sales is None
    assert found.finding == "Next 7 days: about 6,550, level with the last 7"


def test_the_error_says_of_how_many_weeks_it_is() -> None:
    def measured(count: int) -> tuple[int, str]:
        found = daybook.forecast(sales(count), language=Language.ENGLISH)
        return found.error_weeks, found.error

    assert measured(24) == (0, "How far such forecasts are off is not known yet: too few days are.")
    weeks, said = measured(33)
    assert (weeks, said.partition(":")[0]) == (1, "Measured over 1 week")
    assert measured(70)[0] == 4


def test_days_too_far_apart_are_said_to_be() -> None:
    far = {FIRST + dt.timedelta(days=11 * number): 1000.0 for number in range(25)}
    found = daybook.forecast(far, language=Language.ENGLISH)
    assert (found.days, found.finding) == ([], "")
    assert found.notes == ["No forecast yet: the 25 days that are known lie too far apart."]


def test_the_last_four_weeks_are_given_with_their_gaps_and_holidays() -> None:
    start = dt.date(2026, 10, 31)
    known = {start - dt.timedelta(days=back): 1000.0 for back in range(60) if back != 3}
    recent = daybook.forecast(known, language=Language.ENGLISH).recent
    assert (recent[0].date, recent[-1].date) == (dt.date(2026, 10, 4), start)
    assert [day.date.day for day in recent if day.sales is None] == [28]
    assert {day.special for day in recent} == {"National Day", "a make-up working day", ""}


def test_the_same_days_are_forecast_once() -> None:
    found = forecast_of(days(70), 7, Language.ENGLISH)
    assert forecast_of(days(70), 7, Language.ENGLISH) is found
    assert forecast_of(days(71), 7, Language.ENGLISH).last_day != found.last_day
    assert forecast_of(days(70), 7).finding.startswith("未来")
