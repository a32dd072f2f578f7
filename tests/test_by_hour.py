"""The hours of the reported day, and what is usual at each."""

import datetime as dt
from fractions import Fraction

import pytest

import daybook
from daybook.by_hour import Hours, by_hour
from daybook.parameters import AnalysisParameters

DAY = dt.date(2026, 10, 31)


def file_of(*rows: str) -> bytes:
    return "\n".join(["Date,Product,Price,Amount", *rows, ""]).encode()


def sold(**by_hours: int) -> Hours:
    return {int(hour[1:]): (Fraction(sales), 1) for hour, sales in by_hours.items()}


def test_hours_add_up_to_the_day_and_those_without_sales_are_among_them() -> None:
    report = daybook.analyze(
        file_of("2026-10-30 23:59,tea,9,1", "2026-10-31 09:59:59,tea,0.5,3", "2026-10-31T12:00:00,tea,2,1"),
        AnalysisParameters(zone="UTC"),
    )
    assert [(each.hour, each.sales, each.lines) for each in report.hours] == [
        (9, 1.5, 1), (10, 0.0, 0), (11, 0.0, 0), (12, 2.0, 1),
    ]  # fmt: skip
    assert {each.usual for each in report.hours} == {None}


@pytest.mark.parametrize(
    "rows",
    [
        ["2026-10-31,tea,1,1", "2026-10-31,tea,2,1"],
        ["2026-10-31 00:00:00,tea,1,1", "2026-10-31 00:00:00,tea,2,1"],
        ["2026-10-31 09:30:00,tea,1,1", "2026-10-31,tea,2,1"],
    ],
)
def test_a_day_that_is_not_known_by_the_hour_has_none(rows: list[str]) -> None:
    assert daybook.analyze(file_of(*rows)).hours == []


def test_a_zone_that_the_dates_name_decides_the_hour() -> None:
    report = daybook.analyze(
        file_of("2026-10-30T23:30:00Z,tea,1,1", "2026-10-31T01:30:00Z,tea,2,1"),
        AnalysisParameters(zone="Asia/Shanghai"),
    )
    assert report.analysis_date == DAY
    assert [(each.hour, each.sales) for each in report.hours] == [(7, 1.0), (8, 0.0), (9, 2.0)]


def test_the_usual_is_that_of_the_same_weekdays() -> None:
    weeks = {DAY - dt.timedelta(weeks=week): sold(h9=week, h20=10) for week in (1, 2, 3)}
    others = {DAY - dt.timedelta(days=day): sold(h9=100) for day in (1, 2, 3)}
    found = {each.hour: each.usual for each in by_hour(DAY, weeks | others, sold(h10=5))}
    assert found == {**dict.fromkeys(range(9, 21), 0.0), 9: 2.0, 20: 10.0}


def test_the_usual_is_that_of_all_days_where_few_same_weekdays_are_known() -> None:
    days = {DAY - dt.timedelta(days=day): sold(h10=day) for day in (1, 2, 7)}
    assert [each.usual for each in by_hour(DAY, days, sold(h10=5))] == [2.0]
    days.popitem()
    assert [each.usual for each in by_hour(DAY, days, sold(h10=5))] == [None]


def test_the_file_own_days_tell_what_is_usual() -> None:
    rows = [f"2026-10-{day} 09:00:01,tea,{day},1" for day in (28, 29, 30, 31)]
    assert [each.usual for each in daybook.analyze(file_of(*rows)).hours] == [29.0]
