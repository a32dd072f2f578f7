"""What the pages of a book cost: a book of 400 days and 476,000 cube rows, served by a real service on this machine.

    python -m bench.page                400 days of 1,190 cube rows each
    python -m bench.page 100 1190       100 days of them

The first look at each page is the first request for it that the service gets; then the median of ten. Bytes are those
over the wire, compressed.
"""

import datetime as dt
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx
import numpy as np
import pandas as pd

from daybook.book import Shelf
from daybook.limits import Limits
from daybook.pipeline import add_to_book
from tests.service.harness import ServiceProcess

DAYS, ROWS = 400, 1_190
PRODUCTS, REGIONS = 170, 7
RUNS = 10
LAST = dt.date(2026, 10, 31)


def main() -> None:
    """Measure and print a line a page."""
    days, rows = map(int, sys.argv[1:3] or (DAYS, ROWS))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder / "books", "bench", days, rows)
        with ServiceProcess(folder) as service:
            client = service.client
            held = client.get("/v1/books/bench").json()
            link = httpx.URL(held["links"]["page"])
            look(client, "book", str(link))
            token = link.params["link"]
            for page in (f"days/{LAST}.html", f"weeks/{LAST}.html"):
                look(client, page.partition("/")[0], f"/v1/books/bench/{page}?link={token}")


def fill(folder: Path, name: str, days: int, rows: int) -> None:
    """A book of so many days of so many cube rows: products by region, with weekends, a trend and noise."""
    book = Shelf.open(folder).book(name)
    for start in range(0, days, 50):
        frames = [day_frame(LAST - dt.timedelta(days=place), rows) for place in range(start, min(start + 50, days))]
        content = pd.concat(frames).to_csv(index=False).encode()
        add_to_book(content, book, limits=Limits(file_bytes=10**9, rows=10**8))


def day_frame(date: dt.date, rows: int) -> pd.DataFrame:
    """A day's sales: each product in each region once, as far as ``rows`` go."""
    chance = np.random.default_rng(date.toordinal())
    place = np.arange(rows)
    weekend = 1.5 if date.weekday() > 4 else 1.0  # noqa: PLR2004 (Saturday)
    growth = 1 + (date.toordinal() % 1000) / 2000
    return pd.DataFrame(
        {
            "Date": str(date),
            "Product": np.char.add("Product ", (place % PRODUCTS).astype(str)),
            "Price": (place % PRODUCTS + 3) * 1.5,
            "Amount": np.maximum(chance.poisson(3 * weekend * growth, rows), 1),
            "Region": np.char.add("Region ", (place // PRODUCTS % REGIONS).astype(str)),
        }
    )


def look(client: httpx.Client, name: str, address: str) -> None:
    """Ask for a page, and print what it took."""
    seconds, size = [], 0
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        with client.stream("GET", address) as answer:
            size = sum(map(len, answer.iter_raw()))
            answer.raise_for_status()
        seconds.append(time.perf_counter() - start)
    print(f"{name}: first {seconds[0]:.2f} s, then {statistics.median(seconds[1:]):.3f} s; {size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
