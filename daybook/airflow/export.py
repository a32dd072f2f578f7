"""`export_table`: the day's file out of a database that Airflow has a connection to."""

import csv
from contextlib import closing
from pathlib import Path
from secrets import token_hex

from airflow.providers.common.compat.sdk import BaseHook


def export_table(conn_id: str, sql: str, path: str | Path) -> int:
    """Writes the rows of a query to a CSV file with the columns' names as header. The rows are never held together.

    The file appears when it is whole.

    Args:
        conn_id: a connection to any database whose Airflow provider follows the Python database API.
        sql: the query; its column names become the header.
        path: where the file shall lie.

    Returns:
        The number of rows.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{token_hex(8)}")
    try:
        with closing(BaseHook.get_hook(conn_id).get_conn()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(sql)
            rows = 0
            with part.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow([column[0] for column in cursor.description])
                for row in cursor:
                    writer.writerow(row)
                    rows += 1
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return rows
