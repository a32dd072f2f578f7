"""Weeks, months and ranges: their days, their names, and the ones before them."""

import datetime as dt

import pytest

from daybook.errors import ParameterError
from daybook.parameters import AnalysisParameters
from daybook.periods import Kind, Period


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("kind", "date", "name", "first", "last"),
    [
        (Kind.WEEK, "2026-11-08", "2026-W45", "2026-11-02", "2026-11-08"),
        (Kind.WEEK, "2027-01-02", "2026-W53", "2026-12-28", "2027-01-03"),
        (Kind.WEEK, "0001-01-01", "0001-W01", "0001-01-01", "0001-01-07"),
        (Kind.MONTH, "2024-02-10", "2024-02", "2024-02-01", "2024-02-29"),
    ],
)
def test_a_day_is_in_its_week_and_month(kind: Kind, date: str, name: str, first: str, last: str) -> None:
    period = Period.around(kind, day(date))
    assert (str(period), period.first, period.last) == (name, day(first), day(last))
    assert Period.read(name) == period


@pytest.mark.parametrize(
    ("text", "before", "year_before"),
    [
        ("2026-W45", "2026-W44", "2025-W45"),
        ("2027-W01", "2026-W53", "2026-W01"),
        ("2026-W53", "2026-W52", "2025-W53"),
        ("2026-03", "2026-02", "2025-03"),
        ("2026-01", "2025-12", "2025-01"),
        ("2026-11-01..2026-11-11", "2026-10-21..2026-10-31", "2025-11-01..2025-11-11"),
        ("2024-02-29..2024-03-01", "2024-02-27..2024-02-28", "2023-02-28..2023-03-01"),
    ],
)
def test_what_came_before(text: str, before: str, year_before: str) -> None:
    period = Period.read(text)
    assert period is not None
    assert str(period.before()) == before
    earlier = period.year_before()
    assert earlier is not None
    if period.kind is Kind.WEEK:  # 52 weeks earlier, whatever number that week has
        assert (period.first - earlier.first).days == 364
    else:
        assert str(earlier) == year_before


def test_there_is_nothing_before_all_dates() -> None:
    assert Period.around(Kind.WEEK, dt.date.min).before() is None
    assert Period.around(Kind.MONTH, dt.date.min).year_before() is None


@pytest.mark.parametrize(
    ("asked", "kind", "date"),
    [
        ({}, Kind.DAY, "None"),
        ({"period": "week"}, Kind.WEEK, "None"),
        ({"period": "周报", "date": "2026年第45周"}, Kind.WEEK, "2026-W45"),
        ({"date": "2026W45"}, Kind.WEEK, "2026-W45"),
        ({"period": "Monthly", "date": "last complete"}, Kind.MONTH, "last complete"),
        ({"date": "2026年10月"}, Kind.MONTH, "2026-10"),
        ({"period": "range", "date": "2026-10-01 to 2026-10-15"}, Kind.RANGE, "2026-10-01..2026-10-15"),
        ({"period": "month", "date": "2026/10/31"}, Kind.MONTH, "2026-10-31"),
    ],
)
def test_how_a_period_may_be_asked_for(asked: dict[str, str], kind: Kind, date: str) -> None:
    parameters = AnalysisParameters.model_validate(asked)
    assert (parameters.kind, str(parameters.date)) == (kind, date)
    assert AnalysisParameters.model_validate(parameters.as_text()) == parameters


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"period": "fortnight"}, "bad_period"),
        ({"period": "month", "date": "2026-W45"}, "other_period"),
        ({"period": "range"}, "range_needs_days"),
        ({"period": "range", "date": "2026-10-01"}, "range_needs_days"),
        ({"date": "2026-W54"}, "bad_range"),
        ({"date": "2026-13"}, "bad_range"),
        ({"date": "2026-10-15..2026-10-01"}, "bad_range"),
        ({"date": "2020-01-01..2026-10-01"}, "bad_range"),
    ],
)
def test_what_is_no_period_is_refused(asked: dict[str, str], code: str) -> None:
    with pytest.raises(ParameterError) as error:
        AnalysisParameters.model_validate(asked)
    assert error.value.code == code


def test_a_service_of_before_is_not_sent_what_it_does_not_know() -> None:
    assert "period" not in AnalysisParameters().as_text()
