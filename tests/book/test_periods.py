"""Reports on weeks, months and ranges: sums of the book's days, compared like with like."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

import pytest

from daybook import pipeline
from daybook.book import Book
from daybook.errors import ParameterError, TableError
from daybook.page.day import page
from daybook.parameters import AnalysisParameters
from daybook.period_report import report_of_book
from daybook.render.markdown import report_markdown
from daybook.report import SalesReport
from daybook.words.figures import change_lines

HEADER = "Order No,Date,Product,Price,Amount,Region\n"
MONDAY = dt.date(2026, 11, 2)

type Keep = Callable[..., None]


def days(first: dt.date, count: int, without: Iterable[dt.date] = ()) -> list[dt.date]:
    return [day for place in range(count) if (day := first + dt.timedelta(days=place)) not in set(without)]


def file(rows: Mapping[dt.date, float], *, product: str = "tea") -> bytes:
    lines = (f"{day}-1,{day},{product},{price},1,north\n" for day, price in rows.items())
    return (HEADER + "".join(lines)).encode()


@pytest.fixture
def keep(book: Book) -> Keep:
    """Puts days with the sales of each into the book."""

    def kept(rows: Mapping[dt.date, float], **of: str) -> None:
        pipeline.add_to_book(file(rows, **of), book)

    return kept


def asked(book: Book, date: str = "2026-W45", **more: str) -> SalesReport:
    return report_of_book(book, AnalysisParameters.model_validate({"language": "en_US", "date": date, **more}))


def test_a_week_is_the_sum_of_its_days_beside_the_week_before_and_a_year_before(book: Book, keep: Keep) -> None:
    keep(dict.fromkeys(days(MONDAY - dt.timedelta(days=364), 7), 0.1))
    keep(dict.fromkeys(days(MONDAY - dt.timedelta(days=7), 7), 0.3))
    keep(dict.fromkeys(days(MONDAY, 6), 0.7) | {MONDAY + dt.timedelta(days=6): 0.05})
    report = asked(book)
    period = report.period
    assert period is not None
    assert period.former is not None
    assert period.year_before is not None
    assert (report.summary.total_sales, report.summary.total_orders, period.average_sales) == (4.25, 7, 0.61)
    assert (period.former.first, period.year_before.first) == (dt.date(2026, 10, 26), dt.date(2025, 11, 3))
    assert period.former.comparison is not None
    assert period.year_before.comparison is not None
    assert (period.former.comparison.total_sales, period.former.comparison.sales_change) == (2.1, 2.15)
    assert period.year_before.comparison.sales_change_percent == 507.14
    assert (report.previous_day, report.week_before, report.judgement) == (None, None, None)
    assert change_lines(report) == [
        "▲ 2.15 more than the week before (+102.4%)", "▲ 3.55 more than the same week a year before (+507.1%)",
    ]  # fmt: skip
    assert not report.doubts
    assert report.report_key.startswith("2026-W45-")


def test_the_change_is_taken_apart_to_the_cent(book: Book, keep: Keep) -> None:
    keep(dict.fromkeys(days(MONDAY - dt.timedelta(days=7), 7), 0.335))
    keep(dict.fromkeys(days(MONDAY, 7), 0.335) | {MONDAY: 1.005})
    report = asked(book)
    assert report.period is not None
    assert report.period.former is not None
    change = report.period.former.comparison
    assert change is not None
    assert report.moved is not None
    for view in ("product", "region", "effect"):
        parts = [each.change for each in report.period.drivers if each.view == view]
        assert round(sum(parts), 2) == change.sales_change
    assert round(sum(part.change for part in report.moved.parts) + report.moved.others, 2) == change.sales_change
    assert "against the week before" in " ".join(report.insights)


def test_where_a_day_is_missing_only_the_same_days_are_compared(book: Book, keep: Keep) -> None:
    wednesday = MONDAY + dt.timedelta(days=2)
    keep(dict.fromkeys(days(MONDAY - dt.timedelta(days=28), 28), 10))
    keep(dict.fromkeys(days(MONDAY, 7, [wednesday]), 20))
    report = asked(book)
    period = report.period
    assert period is not None
    assert period.former is not None
    assert period.former.comparison is not None
    assert (period.held, period.due, period.missing) == (6, 7, [wednesday])
    assert (period.former.compared, period.former.comparison.total_sales) == (6, 60.0)
    assert change_lines(report)[0] == "▲ 60.00 more than the same 6 days of the week before (+100.0%)"
    (doubt,) = report.doubts
    assert doubt.startswith("There is no data of Wed 4 Nov: the figures are those of 6 of 7 days, and only days")
    assert "6 of 7 days" in report_markdown(report).split("####")[0]


def test_the_week_after_a_missing_day_is_compared_by_the_days_that_both_have(book: Book, keep: Keep) -> None:
    keep(dict.fromkeys(days(MONDAY, 7, [MONDAY]), 10))
    keep(dict.fromkeys(days(MONDAY + dt.timedelta(days=7), 7), 20))
    report = asked(book, "2026-W46")
    period = report.period
    assert period is not None
    assert period.former is not None
    assert period.former.own is not None
    assert (report.summary.total_sales, period.former.own.total_sales) == (140.0, 120.0)
    assert period.former.comparison is not None
    assert (period.former.comparison.sales_change, period.former.comparison.sales_change_percent) == (60.0, 100.0)
    assert not report.doubts
    assert [each.before for each in report.top_products] == [None]  # of six days: nothing beside a product's seven
    shown = page(report)
    assert "▲ 100.0%" in shown
    assert "▲ 133" not in shown


def test_too_few_days_are_not_compared(book: Book, keep: Keep) -> None:
    keep(dict.fromkeys(days(MONDAY - dt.timedelta(days=7), 3), 10))
    keep(dict.fromkeys(days(MONDAY, 7), 20))
    report = asked(book)
    assert report.period is not None
    assert report.period.former is not None
    assert report.period.former.comparison is None
    assert change_lines(report) == [
        "– against the week before: no comparison, too few of its days are known (3 of 7)",
        "– against the same week a year before: no data",
    ]
    assert report.moved is None


def test_a_weekday_on_which_nothing_is_ever_sold_is_not_missing(book: Book, keep: Keep) -> None:
    sundays = [MONDAY + dt.timedelta(days=6 - 7 * week) for week in range(9)]
    keep(dict.fromkeys(days(MONDAY - dt.timedelta(days=56), 63, sundays), 10))
    report = asked(book)
    assert report.period is not None
    assert report.period.former is not None
    assert (report.period.missing, report.period.closed) == ([], [sundays[0]])
    assert (report.period.former.compared, report.period.former.is_partial) == (6, False)
    assert not report.doubts
    assert any("taken for days without sales" in sentence for sentence in report.warnings)


def test_months_of_unequal_length_are_compared_whole_and_per_day(book: Book, keep: Keep) -> None:
    keep(dict.fromkeys(days(dt.date(2026, 9, 1), 61), 10))
    report = asked(book, "2026-10")
    assert report.period is not None
    assert report.period.former is not None
    assert (report.period.former.compared, report.period.former.average_change_percent) == (31, 0.0)
    assert change_lines(report)[0] == "▲ 10.00 more than the month before (+3.3%); per day 0%"


def test_an_order_on_two_days_is_one_and_numbers_that_begin_anew_are_not(book: Book) -> None:
    row = "{order},{day},tea,1,1,north\n"
    once = HEADER + "".join(row.format(order=f"A{place}", day=day) for place, day in enumerate(days(MONDAY, 7)))
    pipeline.add_to_book((once + row.format(order="A0", day=MONDAY + dt.timedelta(days=1))).encode(), book)
    assert asked(book).summary.total_orders == 7
    following = MONDAY + dt.timedelta(days=7)
    anew = HEADER + "".join(row.format(order=number, day=day) for day in days(following, 7) for number in (1, 2, 3))
    pipeline.add_to_book(anew.encode(), book)
    report = asked(book, "2026-W46")
    assert (report.summary.total_orders, report.top_products[0].orders) == (21, 21)
    assert any("begin anew each day" in sentence for sentence in report.warnings)


def test_which_period_is_meant_without_a_name(book: Book, keep: Keep) -> None:
    keep(dict.fromkeys(days(MONDAY - dt.timedelta(days=7), 10), 10))
    assert asked(book, "", period="week").analysis_date == MONDAY - dt.timedelta(days=1)
    running = asked(book, "latest", period="week").period
    assert running is not None
    assert (running.name, running.held) == ("2026-W45", 3)
    assert asked(book, "last complete 2026-11-09", period="week").analysis_date == MONDAY + dt.timedelta(days=6)
    assert asked(book, "2026-10-30", period="month").analysis_date == dt.date(2026, 10, 31)


def test_days_in_another_currency_are_not_added_up(book: Book) -> None:
    text = "Date,Product,Price,Amount,Region,Currency\n{day},tea,10,1,north,{currency}\n"
    for day in days(MONDAY, 7):
        currency = "USD" if day == MONDAY else "CNY"
        pipeline.add_to_book(text.format(day=day, currency=currency).encode(), book)
    report = asked(book)
    assert report.period is not None
    assert (report.summary.total_sales, report.period.other_currency) == (60.0, [MONDAY])
    assert "Days in another currency are in no figure: Mon 2 Nov." in report.warnings


def test_holidays_that_move_are_told(book: Book, keep: Keep) -> None:
    keep(dict.fromkeys(days(dt.date(2025, 1, 1), 59), 10))
    keep(dict.fromkeys(days(dt.date(2026, 1, 1), 59), 10))
    (sentence,) = [each for each in asked(book, "2026-02").insights if "Spring Festival" in each]
    assert sentence == (
        "Holidays and sales do not fall alike: the month: Spring Festival (9 days); the month before: New Year's Day"
        " (3 days), New Year shopping (3 days); the same month a year before: Spring Festival (4 days)."
    )


def test_what_there_is_nothing_of_is_said(book: Book, keep: Keep) -> None:
    with pytest.raises(TableError, match="no data of any day"):
        asked(book)
    keep(dict.fromkeys(days(MONDAY, 7), 10))
    with pytest.raises(TableError, match="no data of 2026-08; there is some from 2026-11-02 to 2026-11-08"):
        asked(book, "2026-08")
    with pytest.raises(ParameterError, match="a week, a month or a range"):
        asked(book, "")


def test_a_file_alone_may_hold_the_whole_period() -> None:
    content = file(dict.fromkeys(days(MONDAY - dt.timedelta(days=7), 14), 10) | {MONDAY: 15})
    report = pipeline.analyze(content, AnalysisParameters.model_validate({"period": "week", "language": "zh_Hans"}))
    assert report.period is not None
    assert report.understanding is not None
    assert (report.period.name, report.summary.total_sales) == ("2026-W45", 75.0)
    assert change_lines(report) == ["▲ 较上周增 5.00 元（+7.1%）", "– 较去年同期：没有数据"]
    text = report_markdown(report)
    assert text.startswith("### 11月2日至8日（第 45 周） 销售额 75.00 元")
    for word in ("当日", "当天", "昨", "前一日", "日报"):
        assert word not in text + page(report).partition("<body")[2]


def test_a_file_goes_into_the_book_and_the_week_comes_out_of_it(book: Book, keep: Keep) -> None:
    keep(dict.fromkeys(days(MONDAY - dt.timedelta(days=7), 13), 10))
    asked_of = AnalysisParameters.model_validate({"period": "week", "language": "en_US"})
    report = pipeline.analyze(file({MONDAY + dt.timedelta(days=6): 40}), asked_of, book=book)
    assert (report.summary.total_sales, len(book.days())) == (100.0, 14)
    assert report.book is not None
    assert report.book.name == "shop-east"
    assert "From the book shop-east" in report_markdown(report)
