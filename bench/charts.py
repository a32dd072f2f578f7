"""What the pictures of a day cost: time, memory and size, on the sample month.

    python -m bench.charts

Processor time is the process's own; memory is what the resident set grows by from before the first picture.
"""

import subprocess
import sys
import time
from pathlib import Path

import psutil

from daybook.charts import Chart, charts_of, echarts, png
from daybook.language import Language
from daybook.pipeline import analyze

SAMPLE = Path(__file__).parents[1] / "examples" / "sales_month.csv"
ROUNDS = 10


def main() -> None:
    """Print a line a picture, and one for all."""
    report = analyze(SAMPLE)
    process = psutil.Process()
    before = process.memory_info().rss
    begun = time.process_time()
    charts = charts_of(report, language=Language.CHINESE)
    png(charts[0])
    first = time.process_time() - begun
    grown = (process.memory_info().rss - before) / 2**20
    print(f"the first picture of a process: {first * 1000:.0f} ms, {grown:.0f} MB more")
    print(f"{'picture':<14}{'SVG kB':>8}{'PNG kB':>8}{'ms':>6}")
    for chart in charts:
        print(f"{chart.key:<14}{len(chart.svg) / 1000:>8.1f}{len(png(chart)) / 1000:>8.1f}{_of(chart):>6.0f}")
    begun, wall = time.process_time(), time.perf_counter()
    for _ in range(ROUNDS):
        for chart in charts_of(report, language=Language.CHINESE):
            png(chart)
    spent, passed = (time.process_time() - begun) / ROUNDS, (time.perf_counter() - wall) / ROUNDS
    peak = (process.memory_info().rss - before) / 2**20
    print(f"all {len(charts)}: {spent * 1000:.0f} ms of processor, {passed * 1000:.0f} ms passed, {peak:.0f} MB more")
    begun = time.process_time()
    for _ in range(ROUNDS):
        charts_of(report, language=Language.CHINESE)
        echarts(report, language=Language.CHINESE)
    print(f"SVG of all and the block for a chat: {(time.process_time() - begun) / ROUNDS * 1000:.1f} ms")
    for module in ("daybook.report, daybook.days", "daybook.report, daybook.days, daybook.charts"):
        print(f"import {module}: {_import(module):.0f} ms")


def _of(chart: Chart) -> float:
    begun = time.process_time()
    for _ in range(ROUNDS):
        png(chart)
    return (time.process_time() - begun) / ROUNDS * 1000


def _import(modules: str) -> float:
    code = f"import time; begun = time.process_time(); import {modules}; print(time.process_time() - begun)"
    times = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)  # noqa: S603 - our own Python
        for _ in range(5)
    ]
    return min(times) * 1000


if __name__ == "__main__":
    main()
