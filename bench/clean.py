"""The way of a clean file through the library, beside another checkout of it: what reading any file costs a plain one.

    git worktree add ../before <commit>
    python -m bench.clean ../before         100,000 rows of CSV and 60,000 of XLSX

Both run in processes of their own that stay warm and take turns; the figures are medians of processor time.
"""

import csv
import datetime as dt
import io
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, cast

import openpyxl

from bench.yardstick import sales_csv

RUNS = 15
HERE = Path(__file__).resolve().parents[1]
_LOOP = """
import gc, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from daybook.pipeline import analyze
data = Path(sys.argv[2]).read_bytes()
analyze(data), analyze(data)
for _ in sys.stdin:
    gc.collect()
    start = time.process_time()
    analyze(data)
    print(time.process_time() - start, flush=True)
"""


def main() -> None:
    """Measure and print a line a file."""
    if len(sys.argv) < 2:  # noqa: PLR2004
        print("Name the other checkout: python -m bench.clean ../before")
        return
    before = Path(sys.argv[1])
    print(f"{'file':>14} {'before':>11} {'now':>11} {'pairs':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("100k.csv", sales_csv(100_000)), ("60k.xlsx", workbook(60_000))):
            path = Path(folder) / name
            path.write_bytes(content)
            old, new = in_turn([before, HERE], path)
            ratio = statistics.median(now / then for then, now in zip(old, new, strict=True))
            then, now = (statistics.median(times) * 1e3 for times in (old, new))
            print(f"{name:>14} {then:>8.1f} ms {now:>8.1f} ms {ratio:>7.2f}x")


def in_turn(trees: list[Path], path: Path) -> list[list[float]]:
    """Seconds of processor time of each run, the trees by turns so that the machine's noise meets them alike."""
    command = [sys.executable, "-c", _LOOP]
    processes = [
        subprocess.Popen(  # noqa: S603  this Python, on checkouts of this project
            [*command, tree, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tree
        )
        for tree in trees
    ]
    times: list[list[float]] = [[] for _ in trees]
    for _ in range(RUNS):
        for process, taken in zip(processes, times, strict=True):
            to, out = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
            to.write("\n")
            to.flush()
            taken.append(float(out.readline()))
    for process in processes:
        process.communicate()
    return times


def workbook(rows: int) -> bytes:
    """The same sales as an XLSX workbook."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sales")
    header, *lines = csv.reader(io.StringIO(sales_csv(rows).decode()))
    sheet.append(header)
    for day, product, price, amount, region in lines:
        sheet.append([dt.datetime.fromisoformat(day), product, float(price), int(amount), region])
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


if __name__ == "__main__":
    main()
