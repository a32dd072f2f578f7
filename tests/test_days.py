"""Which day of a file is reported: what is finished, what was awaited, what is no day of sales at all."""

import datetime as dt

import pytest

from daybook import pipeline
from daybook.days import ChosenDay, LastCompleteOn, Wish, WishedDay, choose_day
from daybook.errors import TableError
from daybook.language import Language
from daybook.parameters import AnalysisParameters

TODAY = dt.date(2026, 11, 20)
EVENING, MIDNIGHT = 23 * 3600 + 50 * 60, 600


def day(back: int) -> dt.date:
    return TODAY - dt.timedelta(days=back)


def chosen(wish: WishedDay, *backs: int, ends: dict[int, int] | None = None) -> ChosenDay:
    """The day chosen out of days of ten rows each, by how many days ago they were."""
    return choose_day(
        dict.fromkeys(map(day, backs), 10), wish, TODAY, {day(back): end for back, end in (ends or {}).items()}
    )


@pytest.mark.parametrize(
    ("backs", "ends", "reported", "passed_over", "awaited"),
    [
        ((2, 1, 0), {}, 1, 0, None),
        ((2, 1, 0), {2: EVENING, 1: EVENING, 0: MIDNIGHT}, 1, 0, None),
        ((3, 2, 1), {}, 1, None, None),
        ((3, 2), {}, 2, None, 1),
        ((3, 2, 0), {}, 2, 0, 1),
        ((4, 3, 2, 1), {4: EVENING, 3: EVENING, 2: EVENING, 1: 12 * 3600}, 2, 1, 1),
        ((2, 1), {2: EVENING, 1: MIDNIGHT}, 2, 1, 1),
        ((2, 1), {2: EVENING, 1: 18 * 3600}, 1, None, None),
        ((2, 1, 0, -1), {}, 1, 0, None),
    ],
)
def test_the_last_complete_day(
    backs: tuple[int, ...], ends: dict[int, int], reported: int, passed_over: int | None, awaited: int | None
) -> None:
    found = chosen(Wish.LAST_COMPLETE, *backs, ends=ends)
    assert found.day == day(reported)
    assert found.passed_over == (None if passed_over is None else day(passed_over))
    assert found.awaited == (None if awaited is None else day(awaited))
    assert not found.unfinished


def test_no_day_is_complete() -> None:
    with pytest.raises(TableError, match="no complete day"):
        chosen(Wish.LAST_COMPLETE, 0)


def test_a_run_that_is_made_up_later_reports_what_was_complete_then() -> None:
    assert chosen(LastCompleteOn(day(3)), 5, 4, 3, 2, 1).day == day(4)
    assert chosen(LastCompleteOn(day(3)), 3).day == day(3)
    assert chosen(LastCompleteOn(day(0)), 0).unfinished
    with pytest.raises(TableError, match="no row for"):
        chosen(LastCompleteOn(day(3)), 2, 1)


def test_yesterday_and_the_latest_day() -> None:
    assert chosen(Wish.YESTERDAY, 2, 1, 0).day == day(1)
    assert chosen(Wish.LATEST, 2, 1, 0).unfinished
    with pytest.raises(TableError, match="no row for"):
        chosen(Wish.YESTERDAY, 2, 0)


@pytest.mark.parametrize(
    "text", ["last complete 2026-11-05", "最近完整日 2026年11月5日", "LAST_COMPLETE: 2026/11/5", "complete 20261105"]
)
def test_a_wish_with_a_day(text: str) -> None:
    assert AnalysisParameters.model_validate({"date": text}).date == LastCompleteOn(dt.date(2026, 11, 5))


def test_the_report_says_which_day_was_passed_over_and_which_is_missing() -> None:
    lines = [f"2026-10-{number:02} {hour}:50,tea,10,1,north" for number in (1, 2, 3) for hour in (9, 23)]
    text = "\n".join(["Date,Product,Price,Amount,Region", *lines, "2026-10-04 00:10,tea,10,1,north"])
    asked = AnalysisParameters.model_validate({"date": "last complete 2026-10-04", "language": Language.ENGLISH})
    report = pipeline.analyze(text.encode(), asked)
    assert (report.analysis_date, report.summary.total_sales, report.doubts) == (dt.date(2026, 10, 3), 20, [])
    assert any("2026-10-04 is in the file too but not complete yet" in warning for warning in report.warnings)
    asked = AnalysisParameters.model_validate({"date": "last complete", "language": Language.ENGLISH})
    report = pipeline.analyze(text.encode(), asked)
    assert report.analysis_date == dt.date(2026, 10, 3)
    assert [doubt[:24] for doubt in report.doubts] == ["The file holds nothing o"]
