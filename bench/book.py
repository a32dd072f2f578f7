"""What a book costs: a new day on a history of 10M rows, beside that day alone, in one run.

    python -m bench.book                30 days of 333,000 rows before it
    python -m bench.book 50000 400      days of 50,000 rows, 400 of them

Each timed day is a new one, so that it is written and put into the index; times are the medians of alternating runs.
"""

import datetime as dt
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from daybook.book import Shelf
from daybook.limits import Limits
from daybook.pipeline import add_to_book, analyze

ROWS, DAYS = 333_000, 30
PRODUCTS, REGIONS, PRICES = 2_000, 8, 400
RUNS = 7
_LIMITS = Limits(file_bytes=10**10, rows=10**9)


class Took(NamedTuple):
    """Seconds."""

    wall: float
    cpu: float


def main() -> None:
    """Measure and print one line."""
    rows, days = map(int, sys.argv[1:3] or (ROWS, DAYS))
    content = day_file(rows)
    first = dt.date(2026, 1, 1)
    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf.open(Path(folder))
        book = shelf.book("bench")
        for number in range(days):
            add_to_book(of_day(content, first + dt.timedelta(days=number)), book, limits=_LIMITS)
        alone: list[Took] = []
        kept: list[Took] = []
        for run in range(RUNS + 1):
            data = of_day(content, first + dt.timedelta(days=days + run))
            alone.append(timed(partial(analyze, data, limits=_LIMITS)))
            kept.append(timed(partial(analyze, data, limits=_LIMITS, book=book)))
        wall, cpu = (
            (statistics.median(each[place] for each in alone[1:]), statistics.median(each[place] for each in kept[1:]))
            for place in (0, 1)
        )
        size = sum((Path(folder) / path).stat().st_size for path, _ in shelf.files.listed())
        print(
            f"{rows:,} rows on {rows * days:,}: alone {wall[0]:.2f} s, with the book {wall[1]:.2f} s"
            f" = {wall[1] / wall[0]:.2f}; of the processor {cpu[0]:.2f} and {cpu[1]:.2f} s = {cpu[1] / cpu[0]:.2f};"
            f" {size / len(shelf.files.listed()) / 1000:,.0f} kB a day"
        )


def day_file(rows: int) -> bytes:
    """A day's sales with many products, under a date to be replaced."""
    chance = np.random.default_rng(7)
    frame = pd.DataFrame(
        {
            "Date": "2000-01-01",
            "Product": np.char.add("Product ", chance.integers(0, PRODUCTS, rows).astype(str)),
            "Price": chance.integers(100, 100 + PRICES, rows) / 4,
            "Amount": chance.integers(1, 6, rows),
            "Region": np.char.add("Region ", chance.integers(0, REGIONS, rows).astype(str)),
        }
    )
    return frame.to_csv(index=False).encode()


def of_day(content: bytes, date: dt.date) -> bytes:
    """The file with another date."""
    return content.replace(b"2000-01-01", str(date).encode())


def timed(work: Callable[[], object]) -> "Took":
    """The seconds that it takes."""
    start, before = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - start, time.process_time() - before)


if __name__ == "__main__":
    main()
