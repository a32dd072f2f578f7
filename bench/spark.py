"""The cube of a large table on a Spark cluster of this machine, from rows that the cluster makes itself.

    python -m bench.spark                          10,000,000 rows as CSV and as Parquet, 2,000 products
    python -m bench.spark --rows 100000000         another size
    python -m bench.spark --formats parquet        one kind alone

Run it in the environment of `make test-spark`. The cluster is a Spark Connect server with two executors, each a process
with one core. Seconds are those of the client, from the path to the cube; CPU is that of all processes of the cluster;
memory is the most that each held. The sales are held against those that the rows were made with.
"""

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from daybook.judge import Judge
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.reduce.spark_table import cluster, open_on_cluster
from tests.servers.spark import SparkServer

_FILES = 16
_REGIONS = "array('华东', '华南', '华中', '华北', '西南', '西北', '东北', '港澳')"
_CENTS = "cast(500 + product * 599500 / {products} * (0.8 + pmod(xxhash64(id, 2), 2000) / 10000) as bigint)"


def main() -> None:
    """Measure and print a line a kind of table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--products", type=int, default=2_000)
    parser.add_argument("--formats", nargs="*", default=["csv", "parquet"])
    parser.add_argument("--memory", type=int, default=2048, help="megabytes of an executor")
    parser.add_argument("--folder", type=Path, help="where the rows lie meanwhile")
    asked = parser.parse_args()
    master = f"local-cluster[2,1,{asked.memory}]"
    with (
        tempfile.TemporaryDirectory(dir=asked.folder) as folder,
        SparkServer(master, "2g", java="") as server,
        cluster(server.address) as session,
    ):
        print(f"{asked.rows:,} rows, {asked.products:,} products, {master}")
        for kind in asked.formats:
            path = str(Path(folder, kind))
            begun = time.perf_counter()
            made = write_sales(session, path, kind, asked.rows, asked.products)
            size = sum(file.stat().st_size for file in Path(path).iterdir())
            print(f"{kind:>8} made in {time.perf_counter() - begun:6.1f} s, {size / 1e6:,.0f} MB", flush=True)
            measure(session, server, path, kind, asked.rows, made)


def measure(session: Any, server: SparkServer, path: str, kind: str, rows: int, made: int) -> None:
    """Read a table once and print what it cost."""
    before, begun = server.cpu(), time.perf_counter()
    table = open_on_cluster(session, path, {}, Limits.on_cluster())
    read = table.read_cube(Judge(table, AnalysisParameters()))
    seconds, cpu = time.perf_counter() - begun, server.cpu() - before
    sales = int(read.cube.total("sales") * 100 // 10 ** read.cube.decimals["sales"])
    if (sales, read.cube.total("lines"), read.engine) != (made, rows, "spark"):
        sys.exit(f"The cube is wrong: {sales} and not {made} cents in {read.cube.total('lines'):,} rows.")
    here = resource.getrusage(resource.RUSAGE_SELF)
    memory = ", ".join(f"{peak:,.0f}" for peak in server.peaks())
    print(
        f"{kind:>8} read in {seconds:6.1f} s = {rows / seconds / 1e6:.2f}M rows/s, CPU of the cluster {cpu:.0f} s,"
        f" of the client {here.ru_utime + here.ru_stime:.1f} s; {len(read.cube):,} rows of the cube;"
        f" memory of the client {here.ru_maxrss / 1024:,.0f} MB, of the cluster's processes {memory} MB",
        flush=True,
    )


def write_sales(session: Any, path: str, kind: str, rows: int, products: int) -> int:
    """Clean rows in which hardly two have one price, made by the cluster; gives their sales in cents."""
    numbers = session.range(0, rows, 1, _FILES).selectExpr(
        "id",
        f"pmod(xxhash64(id, 1), {products}) as product",
        "cast(1 + pmod(xxhash64(id, 3), 10) as int) as amount",
        "cast(pmod(xxhash64(id, 4), 30) as int) as day",
        "cast(pmod(xxhash64(id, 5), 8) as int) as region",
    )
    priced = numbers.withColumn("cents", _expression(_CENTS.format(products=products)))
    sales = priced.selectExpr(
        "date_format(date_add(date'2023-10-01', day), 'yyyy-MM-dd') as Date",
        "format_string('商品%04d', product) as Product",
        "cast(cast(cents as decimal(12, 0)) / 100 as decimal(12, 2)) as Price",
        "amount as Amount",
        f"element_at({_REGIONS}, region + 1) as Region",
    )
    writer = sales.write
    (writer.option("header", "true").csv(path) if kind == "csv" else writer.parquet(path))
    return int(priced.selectExpr("sum(cents * amount) as sales").toArrow().column("sales")[0].as_py())


def _expression(text: str) -> Any:
    from pyspark.sql.connect.functions import expr  # noqa: PLC0415 - as everywhere, where it is needed

    return expr(text)


if __name__ == "__main__":
    main()
