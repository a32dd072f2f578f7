"""The analysis beside the reference's, on the same files in the same run: ratios of time and of peak memory.

    python -m bench.analysis            1k, 100k and 350k rows
    python -m bench.analysis 100000     one size

Times are the medians of alternating warm runs. Peak memory is what a fresh process needs above what it held after a
small file, so that the libraries that both load do not blur the figure; the whole process is given too.
"""

import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.yardstick import reference, sales_csv
from daybook.pipeline import analyze

SIZES = (1_000, 100_000, 350_000)
RUNS = {1_000: 101, 100_000: 31, 350_000: 21}


def main() -> None:
    """Measure and print a line a size."""
    if sys.argv[1:2] == ["--peak"]:
        print(json.dumps(peak(sys.argv[2], Path(sys.argv[3]))))
        return
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    yardstick = reference()
    print(
        f"{'rows':>8} {'reference':>11} {'Daybook':>11} {'faster by':>10} {'peak above warm':>22} {'whole process':>20}"
    )
    for size in sizes:
        data = sales_csv(size)
        theirs, ours = alternate(partial(yardstick.analyse, data), partial(analyze, data), RUNS.get(size, 11))
        (their_above, their_all), (our_above, our_all) = peak_of("reference", size), peak_of("daybook", size)
        print(
            f"{size:>8,} {theirs * 1e3:>8.1f} ms {ours * 1e3:>8.1f} ms {theirs / ours:>9.2f}x"
            f" {our_above:>5.1f}/{their_above:>5.1f} MB = {our_above / their_above:.2f}"
            f" {our_all:>5.0f}/{their_all:>4.0f} MB = {our_all / their_all:.2f}"
        )


def alternate(first: Callable[[], object], second: Callable[[], object], runs: int) -> tuple[float, float]:
    """The median seconds of each, run in turn so that the machine's noise meets both alike."""
    times: tuple[list[float], list[float]] = ([], [])
    first(), second()
    for _ in range(runs):
        for call, taken in zip((first, second), times, strict=True):
            gc.collect()
            start = time.perf_counter()
            call()
            taken.append(time.perf_counter() - start)
    return statistics.median(times[0]), statistics.median(times[1])


def peak_of(which: str, size: int) -> tuple[float, float]:
    """Megabytes that a fresh process needs: above its warm state, and in all."""
    with tempfile.TemporaryDirectory() as folder:
        for name, rows in (("large", size), ("small", 1_000)):
            Path(folder, name).write_bytes(sales_csv(rows))
        command = [sys.executable, "-m", "bench.analysis", "--peak", which, folder]
        found = [
            json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603
            for _ in range(3)
        ]
    above, whole = zip(*found, strict=True)
    return statistics.median(above), statistics.median(whole)


def peak(which: str, folder: Path) -> tuple[float, float]:
    """In this process: megabytes above the warm state, and in all."""
    call = reference().analyse if which == "reference" else analyze
    data = (folder / "large").read_bytes()
    call((folder / "small").read_bytes())
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    warm = _status("VmRSS")
    call(data)
    whole = _status("VmHWM")
    return whole - warm, whole


def _status(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(field)).split()[1]) / 1024


if __name__ == "__main__":
    main()
