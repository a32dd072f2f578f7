"""`ClusterTable`: a sales table that a Spark cluster reads, through Spark Connect; `cluster` is the connection to it.

The rows stay there. Text files are read line by line and cut at their separators, because Spark's own reader mends
lines and quotes without a word: what is not plain shows as a `Flaw`. Columns of Parquet come typed, and are written as
the cells of a file would be.
"""

import logging
import re
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntFlag
from typing import Any
from urllib.parse import urlsplit

from daybook.errors import DaybookError, ParameterError, SourceDownError, SourceError, TableError
from daybook.judge import Judge
from daybook.limits import Limits
from daybook.reduce import texts as say
from daybook.reduce.pandas import Read
from daybook.reduce.plain import NotPlainError
from daybook.table import Table, open_table
from daybook.table.chunk import Chunk
from daybook.table.delimited import DelimitedTable
from daybook.table.layout import Layout
from daybook.table.workbook_sheet import cell_text

VARIABLE = "DAYBOOK_SPARK"
"""The environment variable with the cluster's address."""
_PORT = 15002
_CONNECT_SECONDS = 10
_SETTINGS = {"spark.sql.ansi.enabled": "true"}
"""An overflow is an error, never nothing."""
_HEAD_LINES = 1_000
_TEXT_FILES = re.compile(r"\.(csv|tsv|tab|txt)(\.\w+)?$", re.IGNORECASE)
_REFUSED = ("accessdenied", "access denied", "forbidden", "permission denied", "unauthenticated", "unauthorized")
_SAMPLE_ROWS = 200
_DECIMALS = 6


class NotOnClusterError(TableError):
    """Spark does not read a table as it is meant; a machine that has its files does."""


class Flaw(IntFlag):
    """What is not plain in a line of a text file."""

    LONG = 1
    """More cells than the header."""
    SHORT = 2
    QUOTED = 4
    QUOTES = 8
    """A quote within a cell, or one that is not closed on its line."""
    SIGNS = 16
    """Control characters."""
    ENCODING = 32


@dataclass(frozen=True, slots=True)
class ClusterTable:
    """A table on a cluster."""

    session: Any
    header: tuple[str, ...]
    sample: list[list[str]]
    """Some of its first rows."""
    layout: Layout
    limits: Limits
    cells: Callable[[Mapping[str, int], bool], Any]
    opened: Table | None = None
    """The head of a text file, opened as a file is."""
    others: tuple[()] = ()

    def texts(self, places: Mapping[str, int], *, head: bool = False) -> Any:
        """The rows, or some of the first, as Spark's frame: a column of texts a field, null where blank, and `Flaw`."""
        return self.cells(places, head)

    def check(self, flaws: Flaw) -> None:
        """Check that the rows are plain.

        Raises:
            NotPlainError: they are not.
        """
        if Flaw.ENCODING in flaws:
            raise NotPlainError(say.ENCODING)
        if Flaw.LONG in flaws or (Flaw.SHORT | Flaw.QUOTED) in flaws:
            raise NotPlainError(say.CELLS)
        if flaws & (Flaw.QUOTES | Flaw.SIGNS):
            raise NotPlainError(say.SIGNS)

    def read_cube(self, judge: Judge) -> Read:
        """The cube of all rows; errors as `daybook.reduce.spark.read_cube`.

        Raises:
            TableError: Spark does not read the table as it is meant.
        """
        from daybook.reduce import spark  # noqa: PLC0415  it needs this module

        try:
            return spark.read_cube(self, judge)
        except NotPlainError as error:
            raise NotOnClusterError(say.NOT_ON_CLUSTER, why=error.why) from None

    def chunks(self, wanted: Sequence[int]) -> Iterator[Chunk]:  # noqa: ARG002  as other tables take it
        """Not given: the rows stay on the cluster."""
        raise NotPlainError(say.KIND)


@contextmanager
def cluster(address: str) -> Iterator[Any]:
    """A session of its own on the cluster at ``sc://host:port``, ended afterwards.

    Raises:
        ParameterError: Spark's client is not installed, or the address is none.
        SourceDownError: no server answers there.
        SourceError: the server refuses.
    """
    try:
        from pyspark.sql.connect.session import SparkSession  # noqa: PLC0415  optional
    except ImportError:
        raise ParameterError(say.NO_SPARK) from None
    # it quotes what a query was about
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)
    logging.getLogger("pyspark").setLevel(logging.CRITICAL + 1)
    _check_answers(address)
    with told():
        session = SparkSession.builder.remote(address).create()
        session.client.set_retry_policies([])
        for name, value in _SETTINGS.items():
            session.conf.set(name, value)
    try:
        yield session
    finally:
        try:
            session.stop()
        except Exception:  # noqa: BLE001  the server ends it by itself
            logging.getLogger(__name__).debug("The session was not ended.")


def _check_answers(address: str) -> None:
    """Look for the server first: Spark's client would try for ten minutes."""
    try:
        parts = urlsplit(address.partition(";")[0].rstrip("/"))
        host, port = parts.hostname, parts.port or _PORT
    except ValueError:
        host = None
    if not host or parts.scheme != "sc":
        raise ParameterError(say.NO_ADDRESS)
    try:
        socket.create_connection((host, port), _CONNECT_SECONDS).close()
    except OSError:
        raise SourceDownError(say.CLUSTER_DOWN) from None


@contextmanager
def told() -> Iterator[None]:
    """Turn what Spark raises into a sentence; its own text quotes paths, rows and addresses."""
    try:
        yield
    except (DaybookError, NotPlainError):
        raise
    except Exception as error:
        if not type(error).__module__.startswith(("pyspark", "grpc")):
            raise
        raise _meant(error) from None


def _meant(error: Exception) -> Exception:
    condition = getattr(error, "getCondition", lambda: None)() or ""
    words = f"{type(error).__name__} {condition} {error}".lower()
    if condition.startswith(("NUMERIC_VALUE_OUT_OF_RANGE", "ARITHMETIC_OVERFLOW", "CAST_OVERFLOW")):
        return NotPlainError(say.LARGE)
    if any(word in words for word in _REFUSED):
        return SourceError(say.CLUSTER_REFUSES)
    if condition.startswith(("PATH_NOT_FOUND", "TABLE_OR_VIEW_NOT_FOUND", "UNABLE_TO_INFER_SCHEMA")):
        return SourceError(say.NOT_SEEN)
    if condition.startswith("DATA_SOURCE_NOT_FOUND") or "no filesystem for scheme" in words:
        return SourceError(say.NOT_SPOKEN)
    if any(word in words for word in ("unavailable", "deadline_exceeded", "retriesexceeded", "session_")):
        return SourceDownError(say.CLUSTER_DOWN)
    return SourceError(say.CLUSTER_FAILED)


def open_on_cluster(session: Any, path: str, columns: Mapping[str, str], limits: Limits) -> ClusterTable:
    """The sales table at a path that the cluster sees: a file or folder of CSV or Parquet files.

    Raises:
        SourceError: the cluster does not see it, or cannot read it.
        TableError: it is no table of sales, or none that Spark reads as it is meant.
    """
    try:
        return _opened(session, path, columns, limits)
    except NotPlainError as error:
        raise NotOnClusterError(say.NOT_ON_CLUSTER, why=error.why) from None


def _opened(session: Any, path: str, columns: Mapping[str, str], limits: Limits) -> ClusterTable:
    with told():
        files = sorted(session.read.option("recursiveFileLookup", "true").text(path).inputFiles())
        texts = [file for file in files if _TEXT_FILES.search(file)]
        if texts and len(texts) == len(files):
            return _text_table(session, path, files, columns, limits)
        if files and not texts:
            return _parquet_table(session, path, limits)
    raise SourceError(say.MIXED_FILES if files else say.NOT_SEEN)


def _text_table(
    session: Any, path: str, files: Sequence[str], columns: Mapping[str, str], limits: Limits
) -> ClusterTable:
    from pyspark.sql.connect import functions as f  # noqa: PLC0415  optional

    def lines(place: str) -> Any:
        return session.read.option("recursiveFileLookup", "true").text(place, lineSep="\n")

    first = lines(files[0])
    lines_of_head = first.select(f.col("value").cast("binary").alias("value")).limit(_HEAD_LINES).toArrow()
    try:
        head = [line.decode() for line in lines_of_head.column("value").to_pylist()]
    except UnicodeDecodeError:
        raise NotPlainError(say.ENCODING) from None
    opened = open_table("\n".join([*head, ""]).encode(), columns=columns, limits=limits)
    if not isinstance(opened, DelimitedTable) or opened.text.wrapped or len(opened.text.separator) != 1:
        raise NotPlainError(say.SEPARATOR)
    if opened.text.header_lines != 1:
        raise NotPlainError(say.HEADER)
    if (opened.text.encoding.codec, opened.text.encoding.broken) != ("utf-8", False):
        raise NotPlainError(say.ENCODING)
    header = head[0]
    headers = lines(path).where(f.col("value") == header).groupBy("_metadata.file_path").count()
    counts = headers.toArrow().column("count").to_pylist()
    if counts != [1] * len(files):
        raise NotPlainError(say.HEADER)
    width = len(opened.header)

    def cells(places: Mapping[str, int], only_head: bool) -> Any:
        found = (first if only_head else lines(path)).where(f.col("value") != header)
        return _cut(found, opened.text.separator, width, places)

    layout = Layout(kind="csv", encoding=opened.text.label, separator=opened.text.separator, header_row=1)
    return ClusterTable(session, tuple(opened.header), opened.sample, layout, limits, cells, opened)


def _cut(lines: Any, separator: str, width: int, places: Mapping[str, int]) -> Any:
    """Lines as texts of fields, with their flaws."""
    from pyspark.sql.connect import functions as f  # noqa: PLC0415  optional

    sign, line, value = re.escape(separator), f.col("line"), f.col("value")
    cell = f'(?:"[^"]*"|[^"{sign}]*)'
    rows = lines.select(f.expr("trim(trailing '\\r' from value)").alias("value"), value.alias("line"))
    quoted = value.contains('"')
    whole = f.regexp_extract_all(value, f.lit(f"(?:^|{sign})({cell})"), f.lit(1))
    unquoted = f.transform(whole, lambda text: f.regexp_replace(text, '^"|"$', ""))
    rows = rows.withColumn("cells", f.when(quoted, unquoted).otherwise(f.split(value, sign, -1)))
    strange = line.contains("\0") | line.contains("\x1a") | line.contains('\\"')
    is_so = {
        Flaw.LONG: f.size("cells") > width,
        Flaw.SHORT: f.size("cells") < width,
        Flaw.QUOTED: quoted,
        Flaw.QUOTES: quoted & ~value.rlike(rf"^{cell}(?:{sign}{cell})*\z"),
        Flaw.SIGNS: strange | value.contains("\r") | (f.length(line) - f.length(value) > 1),
        Flaw.ENCODING: ~f.is_valid_utf8(line),
    }
    flaw = f.lit(0)
    for each, holds in is_so.items():
        flaw += f.when(holds, f.lit(each.value)).otherwise(f.lit(0))
    fields = {name: f.get("cells", f.lit(place)) for name, place in places.items()}
    texts = [f.when(text != "", text).alias(name) for name, text in fields.items()]
    return rows.select(*texts, flaw.alias("flaw"))


def _parquet_table(session: Any, path: str, limits: Limits) -> ClusterTable:
    rows = session.read.option("recursiveFileLookup", "true").parquet(path)
    header = tuple(rows.columns)
    sample = rows.limit(_SAMPLE_ROWS).toArrow().to_pylist()

    def cells(places: Mapping[str, int], only_head: bool) -> Any:  # noqa: ARG001  the first rows of all
        kinds = {field.name: field.dataType for field in rows.schema.fields}
        written = {name: as_text(header[place], kinds[header[place]]) for name, place in places.items()}
        texts = [f"if({text} != '', {text}, null) as `{name}`" for name, text in written.items()]
        return rows.selectExpr(*texts, "0 as flaw")

    texts = [[cell_text(value) for value in row.values()] for row in sample]
    return ClusterTable(session, header, texts, Layout(kind="parquet", header_row=0), limits, cells)


def as_text(name: str, kind: Any) -> str:
    """A column of Parquet as `daybook.table.workbook_sheet.cell_text` writes its cells.

    Raises:
        NotPlainError: it is of a kind that is written otherwise.
    """
    column = "`" + name.replace("`", "``") + "`"
    match kind.typeName():
        case "string":
            return column
        case "byte" | "short" | "integer" | "long" | "date":
            return f"cast({column} as string)"
        case "decimal" if kind.scale <= _DECIMALS:  # Python writes no exponent up to here
            return f"cast({column} as string)"
        case _:
            raise NotPlainError(say.KIND)
