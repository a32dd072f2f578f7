"""The tests of books once more, with their index in PostgreSQL and MariaDB; and several writers of one book."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from daybook.book import Shelf
from daybook.pipeline import add_to_book
from tests.book.conftest import HEADER, book, report
from tests.book.test_explanations import *  # noqa: F403
from tests.book.test_reports import *  # noqa: F403

__all__ = ["book", "report"]


@pytest.fixture
def shelf(tmp_path: Path, url: str) -> Shelf:
    return Shelf.open(tmp_path / "books", url)


def test_writers_beside_each_other_lose_nothing(shelf: Shelf, tmp_path: Path, url: str) -> None:
    def write(amount: int) -> None:
        rows = "".join(f"2026-10-{day},tea,1,{amount},north\n" for day in (29, 30))
        add_to_book((HEADER + rows).encode(), Shelf.open(tmp_path / "books", url).book("shop"))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(1, 13)))
    days = shelf.book("shop").days()
    assert [entry.revision for entry in days] == [12, 12]
    assert days[0].totals.sales == days[1].totals.sales
    assert len(shelf.book("shop").revisions()) == 24
    assert len(shelf.files.listed()) == 2
