"""What running as a Dify plugin costs: the start beside a plugin without pandas, and a call beside the bare analysis.

The plugin without pandas is the small one that the runner's tests use; starts and calls are taken in turn. A start
runs from the spawn of the process to its first heartbeat.
"""

import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.analysis import alternate
from bench.yardstick import sales_csv
from daybook.pipeline import analyze
from difykit.runner import FileServer, PluginProcess, plugin_python

ROOT = Path(__file__).resolve().parents[1]
PLAIN = ROOT / "tests" / "difykit" / "fixture_plugin"
STARTS = 11
CALLS = {1_000: 51, 100_000: 15, 350_000: 9}


def main() -> None:
    """Measure and print."""
    plain, ours = [], []
    for _ in range(STARTS):
        plain.append(start(PLAIN))
        ours.append(start(ROOT))
    a, b = statistics.median(plain), statistics.median(ours)
    print(f"start to first heartbeat: without pandas {a * 1e3:.0f} ms, Daybook {b * 1e3:.0f} ms = {b / a:.2f}")
    with PluginProcess(ROOT, plugin_python()) as plugin, FileServer() as files:
        dry = {"content": "hello", "dry_run": True}
        credentials = {"robot_webhook": "0" * 64}
        nothing = timed(lambda: plugin.call("push_dingtalk", dry, credentials).check(), 51)
        print(f"a call that does next to nothing (dry run): {nothing * 1e3:.1f} ms")
        for rows, runs in CALLS.items():
            data = sales_csv(rows)
            link = files.add(data, "sales.csv")
            call, bare = alternate(
                partial(lambda file: plugin.call("analyze_sales", {"file": file}).check(), link),
                partial(analyze, data),
                runs,
            )
            print(
                f"{rows:>8,} rows: call {call * 1e3:6.1f} ms, bare analysis {bare * 1e3:6.1f} ms,"
                f" on top {(call - bare) * 1e3:5.1f} ms = {call / bare:.2f}x"
            )


def start(root: Path) -> float:
    """Seconds from spawn to first heartbeat."""
    with PluginProcess(root, plugin_python()) as plugin:
        return plugin.seconds_to_ready


def timed(call: Callable[[], object], runs: int) -> float:
    """The median seconds of a call."""
    taken = []
    for _ in range(runs):
        begun = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
