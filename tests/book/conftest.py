"""What the tests of the book share: sales files of a few rows, and a book to add them to."""

from collections.abc import Callable
from pathlib import Path

import pytest

import daybook
from daybook.book import Book, Shelf
from daybook.parameters import AnalysisParameters
from daybook.report import SalesReport

HEADER = "Date,Product,Price,Amount,Region\n"
NUMBERED = "Order No,Date,Product,Price,Amount,Region\n"

type Report = Callable[..., SalesReport]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf.open(tmp_path / "books")


@pytest.fixture
def book(shelf: Shelf) -> Book:
    return shelf.book("shop-east")


@pytest.fixture
def report(book: Book) -> Report:
    """Reports on a file's rows, which go into the book."""

    def made(*rows: str, header: str = HEADER, **asked: str) -> SalesReport:
        text = header + "".join(f"{row}\n" for row in rows)
        parameters = AnalysisParameters.model_validate({"language": "en_US", **asked})
        return daybook.analyze(text.encode(), parameters, book=book, source_name="sales.csv")

    return made
