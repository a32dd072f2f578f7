"""A report with a book: what it is compared with, what a file's day is taken for, and what is told once."""

import daybook
from daybook.book import Book, Shelf
from daybook.parameters import AnalysisParameters
from daybook.render.markdown import report_markdown
from tests.book.conftest import HEADER, NUMBERED, Report


def test_a_file_of_one_day_is_compared_with_days_of_the_book(report: Report) -> None:
    report("2026-10-23,tea,5,4,north")
    report("2026-10-29,tea,5,2,north")
    found = report("2026-10-30,tea,5,3,north")
    assert found.previous_day is not None
    assert found.week_before is not None
    assert (found.previous_day.sales_change_percent, found.week_before.sales_change_percent) == (50.0, -25.0)
    assert found.book is not None
    assert [str(day) for day in found.book.compared] == ["2026-10-29", "2026-10-23"]
    assert "Compared with Thu 29 Oct, Fri 23 Oct from the book shop-east" in report_markdown(found)


def test_a_day_that_the_file_holds_is_compared_with_the_file(report: Report) -> None:
    report("2026-10-29,tea,5,2,north")
    found = report("2026-10-29,tea,5,2,north", "2026-10-30,tea,5,3,north")
    assert found.book is not None
    assert (found.book.compared, found.previous_day and found.previous_day.total_sales) == ([], 10.0)


def test_the_same_file_again_changes_nothing_and_gives_the_same_report(report: Report, book: Book) -> None:
    report("2026-10-29,tea,5,2,north")
    rows = ("2026-10-30,tea,5.50,3,north", "2026-10-30,cake,1,1,south")
    first = report(*rows)
    assert report(*rows) == first
    # the same figures, written otherwise
    again = report("2026-10-30,cake,1.00,1,south", "2026-10-30,tea,5.5,3,north")
    assert again.report_key == first.report_key
    assert [entry.revision for entry in book.days()] == [1, 1]


def test_a_corrected_file_is_told_once_with_its_differences(report: Report, book: Book) -> None:
    first = report("2026-10-30,tea,5,3,north", "2026-10-30,cake,4,1,north")
    corrected = ("2026-10-30,tea,5,4,north", "2026-10-30,cake,4,1,north")
    second = report(*corrected)
    assert first.book is not None
    assert second.book is not None
    assert (first.book.corrections, first.book.correction_key) == ([], "")
    (sentence,) = second.book.corrections
    assert sentence == "Correction of Fri 30 Oct: sales 19.00 → 24.00, units 4 → 5; “tea” 15.00 → 20.00."
    assert second.book.correction_key == "shop-east 2026-10-30 r2"
    assert sentence in report_markdown(second)
    assert second.report_key != first.report_key
    assert report(*corrected) == second  # a retry says the same under the same keys
    later = report("2026-10-31,tea,5,4,north")
    assert later.book is not None
    assert not later.book.corrections
    (_, revision) = (each for each in book.revisions() if str(each.day) == "2026-10-30")
    assert (revision.taken, revision.source, revision.changes["sales"]) == ("correction", "sales.csv", ["19", "24"])


def test_a_later_file_tells_what_it_changes_of_an_earlier_day(report: Report) -> None:
    report("2026-10-30,tea,5,3,north")
    plain = report("2026-10-31,tea,5,4,north")
    found = report("2026-10-30,tea,5,2,north", "2026-10-30,tea,2,1,north", "2026-10-31,tea,5,4,north")
    assert found.book is not None
    assert found.book.corrections == [
        "Correction of Fri 30 Oct: sales 15.00 → 12.00, orders 1 → 2; “tea” 15.00 → 12.00."
    ]
    assert found.report_key != plain.report_key, "nobody would hear of it"


def test_a_change_that_no_report_told_is_told_by_the_next_one(report: Report, book: Book) -> None:
    report("2026-10-30,tea,5,3,north")
    file = f"{HEADER}2026-10-30,tea,5,2,north\n".encode()
    daybook.pipeline.add_to_book(file, book, source_name="mended.csv")
    found = report("2026-10-31,tea,5,4,north")
    assert found.book is not None
    assert len(found.book.corrections) == 1


def test_a_day_that_was_never_reported_is_corrected_without_a_word(report: Report, book: Book) -> None:
    for amount in (2, 3):
        daybook.pipeline.add_to_book(f"{HEADER}2026-10-29,tea,5,{amount},north\n".encode(), book)
    found = report("2026-10-30,tea,5,4,north")
    assert found.book is not None
    assert not found.book.corrections
    assert found.previous_day is not None
    assert found.previous_day.total_sales == 15.0


def test_other_orders_of_a_day_are_added_up(report: Report, book: Book) -> None:
    report("A1,2026-10-30,tea,5,3,north", "A2,2026-10-30,tea,5,1,north", header=NUMBERED)
    found = report("B1,2026-10-30,cake,4,1,south", header=NUMBERED)
    assert found.book is not None
    assert found.book.taken == "addition"
    assert (found.summary.total_sales, found.summary.total_orders) == (24.0, 3)
    assert any("both were added up" in warning for warning in found.warnings)
    again = report("B1,2026-10-30,cake,4,1,south", header=NUMBERED)
    assert again == found
    assert [entry.revision for entry in book.days()] == [2]


def test_a_part_of_a_day_at_the_edge_of_a_file_does_not_take_its_place(report: Report) -> None:
    report("2026-10-30,tea,5,3,north", "2026-10-30,cake,4,1,north")
    found = report("2026-10-30,tea,5,3,north", "2026-10-31,tea,5,4,north")
    assert found.book is not None
    assert found.book.taken == "new"
    assert found.previous_day is not None
    assert found.previous_day.total_sales == 19.0
    assert any("holds a part of Fri 30 Oct (1 row, the book shop-east has 2 rows)" in each for each in found.warnings)
    asked = report("2026-10-30,tea,5,3,north", "2026-10-31,tea,5,4,north", date="2026-10-30")
    assert (asked.summary.total_sales, asked.book and asked.book.taken) == (19.0, "part")


def test_a_day_alone_with_fewer_rows_is_a_correction(report: Report) -> None:
    report("2026-10-30,tea,5,3,north", "2026-10-30,cake,4,1,north")
    found = report("2026-10-30,tea,5,3,north")
    assert found.book is not None
    assert (found.summary.total_sales, found.book.taken) == (15.0, "correction")


def test_orders_with_new_numbers_and_the_same_figures_are_no_other_orders(report: Report) -> None:
    report("A1,2026-10-30,tea,5,3,north", header=NUMBERED)
    found = report("B1,2026-10-30,tea,5,3,north", header=NUMBERED)
    assert (found.summary.total_sales, found.book and found.book.taken) == (15.0, "correction")


def test_amounts_in_two_currencies_are_not_compared(report: Report) -> None:
    header = "Date,Product,Price,Amount,Currency\n"
    report("2026-10-29,tea,5,2,USD", header=header)
    found = report("2026-10-30,tea,5,3,EUR", header=header)
    assert found.previous_day is None
    assert any("is in USD, the file in EUR" in warning for warning in found.warnings)


def test_a_stray_day_does_not_go_into_the_book(report: Report, book: Book) -> None:
    report(*["2026-10-29,tea,5,2,north"] * 30, *["2026-10-30,tea,5,2,north"] * 30, "9999-12-31,tea,5,2,north")
    assert [str(entry.totals.date) for entry in book.days()] == ["2026-10-29", "2026-10-30"]


def test_old_days_go_and_are_not_taken_in_again(shelf: Shelf) -> None:
    shelf.keep_days = 2
    book = shelf.book("short")

    def added(day: str) -> None:
        daybook.analyze(f"{HEADER}{day},tea,5,2,north\n".encode(), AnalysisParameters(), book=book)

    for day in ("2026-10-28", "2026-10-29", "2026-10-30", "2026-10-27"):
        added(day)
    assert [str(entry.totals.date) for entry in book.days()] == ["2026-10-29", "2026-10-30"]
    assert len(shelf.files.listed()) == 2


def test_a_report_says_whether_its_day_is_as_the_book_let_expect(report: Report) -> None:
    for number in range(22):
        report(*(f"2026-08-{number + 3:02},tea,5,{20 + number % 3},north" for _ in range(3)))
    ordinary = report(*("2026-08-25,tea,5,21,north" for _ in range(3)))
    fallen = report(*("2026-08-26,tea,5,5,north" for _ in range(3)))
    assert ordinary.judgement is not None
    assert fallen.judgement is not None
    assert (ordinary.judgement.verdict, fallen.judgement.verdict) == ("normal", "alarming")
    assert "As expected: 315.00" in report_markdown(ordinary)
    assert f"**{fallen.judgement.reason}**" in report_markdown(fallen)
    assert "Price bands" not in report_markdown(ordinary)
    assert "Price bands" in report_markdown(fallen)


def test_a_book_forecasts_its_coming_days(report: Report, book: Book) -> None:
    for number in range(22):
        report(f"2026-08-{number + 3:02},tea,5,20,north")
    found = book.forecast(3)
    assert [(str(day.date), day.expected_sales) for day in found.days] == [
        (f"2026-08-{day}", 100.0) for day in (25, 26, 27)
    ]
