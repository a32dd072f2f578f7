"""`read_cube` on the engine that fits a table: Polars where it is large and plain, pandas for all else.

A table on a cluster (`daybook.reduce.spark_table`) is read there.
`with_refunds` takes a table of refunds below the sales of a file off them.
"""

import importlib.util
from enum import StrEnum
from pathlib import Path

from daybook import tracing
from daybook.cube import Cube
from daybook.errors import ParameterError, TableError
from daybook.judge import Judge
from daybook.parameters import AnalysisParameters
from daybook.reduce import pandas, texts
from daybook.reduce.pandas import Read
from daybook.reduce.plain import NotPlainError
from daybook.table import Table
from daybook.table.blocks import source_bytes
from daybook.table.statuses import is_return

_SMALL_BYTES = 4 * 1024 * 1024
"""Below this size, about 100,000 rows, pandas is as quick, and takes less memory and one thread."""


class Engine(StrEnum):
    """What adds the rows of a file up."""

    AUTO = "auto"
    PANDAS = "pandas"
    POLARS = "polars"
    SPARK = "spark"
    """For a table that a cluster sees: `daybook.reduce.spark_table.open_on_cluster`."""


def read_cube(table: Table, judge: Judge, engine: Engine = Engine.AUTO) -> Read:
    """The cube of all rows of a table, the same on every engine; `Read.engine` says which one it was.

    Where Polars is installed it reads what is large and plain. What is not plain pandas reads, whatever was asked for.
    A table on a cluster says itself how it is read.

    Raises:
        ParameterError: Polars is asked for, and is not installed.
        TableError: a row is broken.
        QuestionError: the file leaves open what a figure depends on.
        LimitError: the file is past its limits.
    """
    with tracing.span("add up rows") as span:
        read = _read_cube(table, judge, engine)
        span.note({"daybook.rows": read.cube.total("lines"), "daybook.engine": read.engine})
        return read


def _read_cube(table: Table, judge: Judge, engine: Engine) -> Read:
    on_cluster = getattr(table, "read_cube", None)
    if on_cluster:
        found: Read = on_cluster(judge)
        return found
    if engine is Engine.PANDAS:
        return pandas.read_cube(table, judge)
    if not importlib.util.find_spec("polars"):
        if engine is Engine.POLARS:
            raise ParameterError(texts.NO_POLARS)
        return pandas.read_cube(table, judge)
    why = None
    if engine is Engine.POLARS or _size(table) >= _SMALL_BYTES:
        from daybook.reduce import polars  # noqa: PLC0415  optional, and loaded when first needed

        try:
            return polars.read_cube(table, judge)
        except NotPlainError as error:
            why = error.why
    return pandas.read_cube(table, judge)._replace(engine_why=why)


def _size(table: Table) -> int:
    """The bytes of the file; 0 where the table is of a kind that pandas reads."""
    source = getattr(table, "source", None)
    return source_bytes(source) if isinstance(source, bytes | Path) else 0


def with_refunds(cube: Cube, table: Table, parameters: AnalysisParameters) -> tuple[Cube, dict[str, int]]:
    """The cube less the tables of refunds that stand below the table; once that has been read to the end.

    Returns:
        The cube, and the rows of each table that was taken off, by its title.
    """
    taken_off: dict[str, int] = {}
    for other in table.others:
        title = other.layout.title
        if is_return(title):
            try:
                read = pandas.read_cube(other, Judge(other, parameters), takes_back=True)
            except TableError:
                continue  # it stays among the notes as a table that is not in the figures
            cube += read.cube
            taken_off[title] = read.cube.total("lines")
    return cube, taken_off
