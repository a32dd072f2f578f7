"""The cube of a large file on each engine, beside the same cube written by hand in Polars: time, CPU and memory.

    python -m bench.engines                       10,000,000 rows, 200 and 2,000 products, with hand-written Polars
    python -m bench.engines --rows 50000000       another size
    python -m bench.engines --pandas              pandas too, which takes a minute or more

Each runs in a process of its own, in turn. By hand means: all columns read as text, cast without a rule for odd cells,
and grouped into what the cube of such a file holds. Times are the best of the rounds; memory is the most that the
process held.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from daybook.judge import Judge
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.reduce.engines import Engine, read_cube
from daybook.table import open_table

REGIONS = ("华东", "华南", "华中", "华北", "西南", "西北", "东北", "港澳")
DAYS = 30
_AT_ONCE = 1_000_000


def main() -> None:
    """Measure and print a line an engine."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--products", type=int, nargs="*", default=[200, 2_000])
    parser.add_argument("--pandas", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", nargs=2, metavar=("ENGINE", "FILE"))
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measured(asked.one[0], Path(asked.one[1]))))
        return
    for products in asked.products:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "sales.csv")
            write_sales(path, asked.rows, products)
            print(f"\n{asked.rows:,} rows, {products:,} products, {path.stat().st_size / 1e6:,.0f} MB")
            show(path, asked.rounds, with_pandas=asked.pandas)


def show(path: Path, rounds: int, *, with_pandas: bool) -> None:
    """Run each engine some times, in turn, and print how it stands to what was written by hand."""
    found: dict[str, list[dict[str, float]]] = {}
    for turn in range(rounds):
        for engine in ("hand", "polars", *(["pandas"] if with_pandas and not turn else [])):
            command = [sys.executable, "-m", "bench.engines", "--one", engine, str(path)]
            answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
            found.setdefault(engine, []).append(json.loads(answer))
    best = {
        engine: {name: min(one[name] for one in runs) for name in ("seconds", "cpu", "peak")}
        for engine, runs in found.items()
    }
    if len({run["sales"] for runs in found.values() for run in runs}) != 1:
        sys.exit("The engines do not agree on the sales.")
    hand = best["hand"]
    for engine, one in best.items():
        print(
            f"{engine:>8} {one['seconds']:7.2f} s = {one['seconds'] / hand['seconds']:6.2f}x"
            f"   CPU {one['cpu']:6.2f} s = {one['cpu'] / hand['cpu']:6.2f}x"
            f"   peak {one['peak']:6.0f} MB = {one['peak'] / hand['peak']:.2f}x"
        )


def measured(engine: str, path: Path) -> dict[str, float]:
    """One engine in this process: seconds, CPU seconds, and the most megabytes that it held."""
    before, begun = _cpu(), time.perf_counter()
    sales = by_hand(path) if engine == "hand" else by_engine(Engine(engine), path)
    seconds, cpu = time.perf_counter() - begun, _cpu() - before
    return {"seconds": seconds, "cpu": cpu, "peak": _peak(), "sales": sales}


def by_engine(engine: Engine, path: Path) -> int:
    """The sales in cents of the cube that an engine gives."""
    limits = Limits(file_bytes=10**12, rows=10**9, parse_threads=2)
    table = open_table(path, limits=limits)
    read = read_cube(table, Judge(table, AnalysisParameters()), engine)
    if read.engine != engine:
        sys.exit(f"{engine} did not read the file: {read.engine_why}")
    return int(read.cube.total("sales") * 100 // 10 ** read.cube.decimals["sales"])


def by_hand(path: Path) -> int:
    """The sales in cents of a cube that is written by hand: no cell is anything but plain, and nobody checks."""
    price = pl.col("Price").cast(pl.Decimal(18, 2), strict=False)
    cents, units = price.to_physical(), pl.col("Amount").cast(pl.Int64, strict=False)
    sales = pl.col("cents") * pl.col("units")
    band = pl.sum_horizontal((pl.col("cents") > bound * 100).cast(pl.Int8) for bound in (0, 100, 500, 1000, 5000))
    cube = (
        pl.scan_csv(path, infer_schema=False)
        .with_columns(cents.alias("cents"), units.alias("units"))
        .group_by("Date", "Product", "Region", band.alias("band"))
        .agg(
            pl.len(),
            sales.sum().alias("sales"),
            pl.col("cents").sum().alias("prices"),
            pl.col("cents").count().alias("priced"),
            pl.col("units").sum(),
            pl.col("units").count().alias("counted"),
            (sales < 0).sum().alias("refunds"),
            pl.when(sales < 0).then(sales).sum().alias("refunded"),
        )
        .collect(engine="streaming")
    )
    return int(cube["sales"].sum())


def write_sales(path: Path, rows: int, products: int, seed: int = 1) -> None:
    """A clean sales file in which hardly two rows have one price."""
    chance = np.random.default_rng(seed)
    base = chance.uniform(5, 6000, products)
    names = np.array([f"商品{number:04d}" for number in range(products)])
    regions, dates = np.array(REGIONS), np.array([f"2023-10-{day:02d}" for day in range(1, DAYS + 1)])
    with path.open("wb") as file:
        file.write(b"Date,Product,Price,Amount,Region\n")
        for start in range(0, rows, _AT_ONCE):
            size = min(_AT_ONCE, rows - start)
            product = chance.integers(0, products, size)
            cents = pl.Series((base[product] * chance.uniform(0.8, 1, size) * 100).astype(np.int64))
            price = pl.select(pl.format("{}.{}", cents // 100, (cents % 100).cast(pl.String).str.zfill(2))).to_series()
            frame = pl.DataFrame(
                {
                    "date": dates[chance.integers(0, DAYS, size)],
                    "product": names[product],
                    "price": price,
                    "amount": chance.integers(1, 11, size),
                    "region": regions[chance.integers(0, len(REGIONS), size)],
                }
            )
            frame.write_csv(file, include_header=False)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


if __name__ == "__main__":
    main()
