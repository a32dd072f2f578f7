"""Pages without a service: what they say of gaps, of other currencies and of days without sales."""

import datetime as dt
import html
from pathlib import Path

import pytest

from daybook.book import Book, Shelf
from daybook.language import Language
from daybook.page.book import book_page
from daybook.page.day import page
from daybook.page.week import week_page
from daybook.parameters import AnalysisParameters
from daybook.pipeline import analyze
from daybook.words.figures import compact

HEADER = "Date,Product,Price,Amount,Region\n"


class Addresses:
    """Where pages would be."""

    def day(self, day: dt.date) -> str:
        return f"days/{day}"

    def week(self, day: dt.date) -> str:
        return f"weeks/{day}"

    def page_of_book(self, **more: object) -> str:
        return f"book?{more}"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Shelf.open(tmp_path).book("shop")


def add(book: Book, *rows: str, header: str = HEADER) -> None:
    analyze((header + "".join(f"{row}\n" for row in rows)).encode(), AnalysisParameters(), book=book)


def shown(book: Book, language: Language = Language.ENGLISH, to: dt.date | None = None) -> str:
    return book_page(book.name, book.days(), book.revisions(), language, Addresses(), to=to)


def test_a_day_that_is_missing_is_said(book: Book) -> None:
    add(book, "2026-10-01,tea,5,1,north", "2026-10-02,tea,5,1,north", "2026-10-04,tea,5,1,north")
    made = shown(book)
    assert "1 day in between are missing" not in made
    assert "1 day missing in between" in made
    assert made.count('class="missing"') == 2  # the day, and the legend
    assert "Sat 3 Oct, no data" in made
    assert "3 of 7 days held" in made  # no sum of seven days passes for a week's


def test_days_in_another_currency_are_not_added_up(book: Book) -> None:
    header = "Date,Product,Price,Amount,Region,Currency\n"
    add(book, "2026-10-01,tea,100,1,north,EUR", header=header)
    add(book, "2026-10-02,tea,5,1,north,CNY", header=header)
    made = shown(book)
    assert "1 day in another currency (EUR)" in made
    assert "<caption>Oct 2026 <span>5.00</span>" in made
    week = week_page(book, dt.date(2026, 9, 28), Language.ENGLISH, Addresses())
    assert week is not None
    assert '<dd class="value">5.00</dd>' in week
    assert "1 day in another currency (EUR)" in week


def test_weeks_that_are_not_whole_are_compared_by_the_days_that_both_have(book: Book) -> None:
    add(book, "2026-10-20,tea,10,1,north", "2026-10-27,tea,15,1,north", "2026-10-28,tea,99,1,north")
    week = week_page(book, dt.date(2026, 10, 26), Language.ENGLISH, Addresses())
    assert week is not None
    assert '<dd class="value">114.00</dd>' in week
    assert "▲ 50.0% vs the week before" in week  # 15 against 10, not 114
    assert "Compared by the 1 of 7 weekdays that the book has of both weeks." in week
    assert "Mon" in week
    assert week_page(book, dt.date(2026, 1, 5), Language.ENGLISH, Addresses()) is None


def test_a_long_book_is_turned_over_by_months(book: Book) -> None:
    first = dt.date(2025, 1, 1)
    add(book, *(f"{first + dt.timedelta(days=30 * place)},tea,5,1,north" for place in range(24)))
    latest = shown(book, Language.CHINESE)
    assert "2026年11月" in latest
    assert "2025年1月 <span>" not in latest
    assert "更早的月份" in latest
    earlier = shown(book, Language.CHINESE, to=dt.date(2025, 9, 30))
    assert "2025年1月" in earlier
    assert "最近的月份" in earlier


def test_an_empty_book_and_a_file_without_rows_have_pages_too(book: Book) -> None:
    assert "The book has no day yet" in shown(book)
    for language in Language:
        made = page(analyze(HEADER.encode(), AnalysisParameters(language=language)))
        assert "<main" in made


def test_a_page_can_be_had_in_the_other_language() -> None:
    report = analyze((HEADER + "2026-10-01,tea,5,1,north\n").encode(), AnalysisParameters(language=Language.CHINESE))
    made = page(report, language=Language.ENGLISH)
    assert '<html lang="en">' in made
    assert "Thu 1 Oct 2026" in made
    assert "没有" not in made


def test_a_page_says_one_change_in_one_figure() -> None:
    rows = "2026-10-01,tea,6453.5,1,north\n2026-10-02,tea,8715.5,1,north\n"  # 35.0507 %, which is 35.05 in a report
    made = page(analyze((HEADER + rows).encode(), AnalysisParameters(language=Language.ENGLISH)))
    assert "▲ 2,262 more than the day before (+35.0%)" in made
    assert made.count(">▲ 35.0% vs the day before<") == 1
    assert "average order up 35.1%" in made  # which is not rounded twice
    assert made.count(">▲ 35.1% vs the day before<") == 1


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (0, "0", "0"),
        (985, "985", "985"),
        (999.6, "1k", "1,000"),
        (9_949, "9.9k", "9,949"),
        (99_951, "100k", "10万"),
        (999_999, "1M", "100万"),
        (196_253, "196k", "19.6万"),
        (-300_000, "−300k", "−30万"),
        (123_456_789, "123M", "1.2亿"),
    ],
)
def test_money_in_a_cell_is_short(value: float, english: str, chinese: str) -> None:
    assert (compact(value, Language.ENGLISH), compact(value, Language.CHINESE)) == (english, chinese)


@pytest.mark.parametrize("language", list(Language))
def test_the_days_ahead_are_drawn_and_listed(book: Book, language: Language) -> None:
    last = dt.date(2026, 10, 31)
    add(book, *(f"{last - dt.timedelta(days=back)},tea,{100 + back % 7},10,north" for back in range(30)))
    forecast = book.forecast(language=language)
    made = book_page(book.name, book.days(), book.revisions(), language, Addresses(), forecast=forecast)
    assert forecast.finding in html.unescape(made)
    assert made.count('<th scope="row">') - shown(book, language).count('<th scope="row">') == 7
    assert ("双十一" if language is Language.CHINESE else "Singles' Day") in html.unescape(made)
    assert forecast.finding not in shown(book, language)


def test_a_young_book_says_that_there_is_no_forecast_yet(book: Book) -> None:
    add(book, "2026-10-01,tea,5,1,north", "2026-10-02,tea,5,1,north")
    forecast = book.forecast(language=Language.ENGLISH)
    made = book_page(book.name, book.days(), book.revisions(), Language.ENGLISH, Addresses(), forecast=forecast)
    assert "<p>No forecast yet: 2 days of sales are known, and 21 are needed.</p>" in made
    assert "days_ahead" not in made
