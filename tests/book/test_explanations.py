"""What is said of a book's days: kept with its time, taken back, and used by later reports."""

import datetime as dt

import pytest

from daybook.book import Book, Shelf
from daybook.book.explanations import MOST_AN_HOUR
from daybook.errors import ParameterError
from daybook.explanation import Because
from daybook.language import Language
from daybook.page.from_book import DayOfBook
from tests.book.conftest import Report

DAY = dt.date(2026, 8, 24)
FIRST = DAY - dt.timedelta(days=63)


def rows(last: int = 100) -> list[str]:
    """Nine weeks of ordinary days, and one of so many pieces."""
    dates = [FIRST + dt.timedelta(days=number) for number in range(63)]
    return [*(f"{date},tea,5,{100 + date.day % 4},north" for date in dates), f"{DAY},tea,5,{last},north"]


def test_what_was_said_last_holds_and_all_of_it_is_kept(book: Book, report: Report) -> None:
    report(*rows(300))
    before = dt.datetime.now(dt.UTC)
    book.explain(DAY, Because.OTHER, "a fair", by="link")
    book.explain(DAY, Because.OTHER, " a  fair\n", by="key")  # what holds already
    book.explain(DAY, Because.PROMOTION, by="command")
    assert [(each.because, each.note, each.by) for each in book.said(DAY)] == [
        (Because.OTHER, "a fair", "link"), (Because.PROMOTION, "", "command"),
    ]  # fmt: skip
    held = book.explained(DAY)
    assert held is not None
    assert (held.because, held.note) == (Because.PROMOTION, "")
    assert before <= held.said_at <= dt.datetime.now(dt.UTC)
    (entry,) = book.days(DAY)
    assert entry.explained == held
    assert entry.shown()["explained"]["because"] == "promotion"
    assert book.days()[0].shown()["explained"] is None
    book.explain(DAY, None, by="link")
    book.explain(DAY, None, by="link")
    assert (book.explained(DAY), book.days(DAY)[0].explained, len(book.said(DAY))) == (None, None, 3)


def test_a_report_that_is_made_again_does_not_alarm(book: Book, report: Report) -> None:
    first = report(*rows(300))
    assert first.judgement is not None
    assert first.judgement.verdict == "good"
    book.explain(DAY, Because.PROMOTION, "coupons", by="key")
    again = report(*rows(300))
    assert again.judgement is not None
    assert (again.judgement.verdict, again.report_key) == ("normal", first.report_key)
    assert again.judgement.reason.startswith("Explained by a promotion, “coupons” (said on ")
    found = DayOfBook.of(book, DAY)
    assert found is not None
    assert found.report(Language.ENGLISH).judgement == again.judgement
    # a corrected file changes nothing of it
    corrected = report(f"{DAY},tea,5,310,north").judgement
    assert corrected is not None
    assert (corrected.verdict, corrected.explained) == ("normal", again.judgement.explained)


def test_a_later_day_does_not_learn_from_it(book: Book, report: Report) -> None:
    report(*rows(300))
    tomorrow = DAY + dt.timedelta(days=1)
    was = report(f"{tomorrow},tea,5,100,north").judgement
    book.explain(DAY, Because.STOCK_OUT, by="command")
    now = report(f"{tomorrow},tea,5,100,north").judgement
    assert was is not None
    assert now is not None
    assert (was.days, was.explained_days, now.days, now.explained_days) == (64, 0, 63, 1)
    assert book.forecast(1).known_days == 64


def test_a_day_is_answered_so_often_through_its_link(book: Book, report: Report) -> None:
    report(*rows())
    for number in range(MOST_AN_HOUR):
        book.explain(DAY, Because.OTHER, str(number), by="link")
    with pytest.raises(ParameterError) as raised:
        book.explain(DAY, Because.OTHER, "once more", by="link")
    assert raised.value.code == "said_too_often"
    book.explain(DAY, Because.OTHER, "once more", by="key")
    book.explain(FIRST, Because.HOLIDAY, by="link")
    with pytest.raises(ParameterError) as raised:
        book.explain(DAY + dt.timedelta(days=1), Because.HOLIDAY, by="key")
    assert raised.value.code == "no_days"


def test_it_goes_with_its_day_and_its_book(shelf: Shelf, book: Book, report: Report) -> None:
    report(*rows())
    book.explain(FIRST, Because.HOLIDAY, by="key")
    book.explain(DAY, Because.HOLIDAY, by="key")
    shelf.index.remove_before(book.name, DAY)
    assert (book.said(FIRST), len(book.said(DAY))) == ([], 1)
    book.forget()
    report(*rows())
    assert book.said(DAY) == []
