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
from zlib import crc32

from daybook.errors import DaybookError, ParameterError, SourceDownError, SourceError, TableError
from daybook.exact import Values
from daybook.judge import Judge
from daybook.limits import Limits
from daybook.reduce import texts as say
from daybook.reduce.counted import CountedTable, read_counted
from daybook.reduce.pandas import Read
from daybook.reduce.plain import NotPlainError
from daybook.table import open_table
from daybook.table.delimited import DelimitedTable
from daybook.table.layout import Layout
from daybook.table.rows import Chunk
from daybook.table.workbook_sheet import cell_text

VARIABLE = "DAYBOOK_SPARK"
"""The environment variable with the cluster's address."""
_PORT = 15002
_CONNECT_SECONDS = 10
_SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
}
"""An overflow and a damaged file are errors, never nothing; ``001`` in a folder's name is not 1."""
_HEAD_LINES = 1_000
_TEXT_FILES = re.compile(r"\.(csv|tsv|tab|txt)(\.\w+)?$", re.IGNORECASE)
_REFUSED = ("accessdenied", "access denied", "forbidden", "permission denied", "unauthenticated", "unauthorized")
_SAMPLE_ROWS = 200
_DECIMALS, _AMBIGUOUS_DECIMALS = 6, 3


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
    HEADER = 64
    """The header of a file, which is no line."""


@dataclass(frozen=True, slots=True)
class ClusterTable:
    """A table on a cluster."""

    session: Any
    header: tuple[str, ...]
    sample: list[list[str]]
    """Some of its first rows."""
    layout: Layout
    limits: Limits
    texts: Callable[[Mapping[str, int]], Any]
    """The rows as Spark's frame: a column of texts a field, null where blank, ``flaw``, and ``file``, a digest of the
    file that a header stands in."""
    opened: DelimitedTable | None = None
    """The head of a text file, opened as a file is."""
    headers: Callable[[int, int], bool] = lambda digests, count: not (digests or count)
    """Whether each file has one header, by the sum of their digests and their number."""
    counted: Callable[[Sequence[int]], Iterator[tuple[Chunk, Values]]] | None = None
    """The distinct rows with the wanted columns, and how often each stands there, where rows have no order."""
    others: tuple[()] = ()

    def check_headers(self, digests: int, count: int) -> None:
        """Check that each file has one header.

        Raises:
            NotPlainError: one has none, or more.
        """
        if not self.headers(digests, count):
            raise NotPlainError(say.HEADER)

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
            if self.counted is None:
                raise NotOnClusterError(say.NOT_ON_CLUSTER, why=error.why) from None
            rows = CountedTable(self.header, self.sample, self.counted, self.layout.kind)
            return read_counted(rows, judge)._replace(engine="spark", engine_why=error.why)

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
    # Spark reads the parts of a file in any order
    first = first.where("_metadata.file_block_start = 0")
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
    header, width = head[0], len(opened.header)

    def texts(places: Mapping[str, int]) -> Any:
        marked = lines(path).select("value", (f.col("value") == header).alias("is header"), "_metadata.file_path")
        return _cut(marked, opened.text.separator, width, places)

    def headers(digests: int, count: int) -> bool:
        if (digests, count) == (sum(map(_digest, files)), len(files)):
            return True
        found = lines(path).where(f.col("value") == header).groupBy("_metadata.file_path").count()
        return bool(found.toArrow().column("count").to_pylist() == [1] * len(files))

    layout = Layout(kind="csv", encoding=opened.text.label, separator=opened.text.separator, header_row=1)
    return ClusterTable(session, tuple(opened.header), opened.sample, layout, limits, texts, opened, headers)


def _digest(file: str) -> int:
    """What Spark's ``crc32`` says of a file, whose address it writes with fewer slashes there."""
    return crc32(file.replace(":///", ":/", 1).encode())


def _cut(lines: Any, separator: str, width: int, places: Mapping[str, int]) -> Any:
    """Lines as texts of fields, with their flaws."""
    from pyspark.sql.connect import functions as f  # noqa: PLC0415  optional

    sign, line, value = re.escape(separator), f.col("line"), f.col("value")
    cell = f'(?:"[^"]*"|[^"{sign}]*)'
    bare = f.rtrim(value, f.lit("\r")).alias("value")
    rows = lines.select(bare, value.alias("line"), "is header", "file_path")
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
        Flaw.HEADER: f.col("is header"),
    }
    flaw = f.lit(0)
    for each, holds in is_so.items():
        flaw += f.when(holds, f.lit(each.value)).otherwise(f.lit(0))
    fields = {name: f.get("cells", f.lit(place)) for name, place in places.items()}
    texts = [f.when(text != "", text).alias(name) for name, text in fields.items()]
    digest = f.when(f.col("is header"), f.crc32("file_path")).otherwise(f.lit(0))
    return rows.select(*texts, flaw.alias("flaw"), digest.alias("file"))


def parquet_rows(session: Any, path: str) -> Any:
    """All rows of a Parquet file, or of those below a folder, where names may hold columns (``day=2026-10-31``).

    Raises:
        SourceError: some of its files would be passed over, or it is a Delta table.
    """
    files = sorted(session.read.option("recursiveFileLookup", "true").text(path).inputFiles())
    if not all(".parquet" in file.rpartition("/")[2] for file in files):
        raise SourceError(say.MIXED_FILES)
    if _is_there(session, f"{path.rstrip('/')}/_delta_log"):
        raise SourceError(say.IS_DELTA)
    is_split = any("=" in file.rpartition("/")[0] for file in files)
    rows = session.read.option("recursiveFileLookup", str(not is_split).lower()).parquet(path)
    if sorted(rows.inputFiles()) != files:
        raise SourceError(say.MIXED_FILES)
    return rows


def _is_there(session: Any, path: str) -> bool:
    try:
        return bool(session.read.text(path).inputFiles())
    except Exception as error:
        if (getattr(error, "getCondition", lambda: None)() or "").startswith("PATH_NOT_FOUND"):
            return False
        raise


def _parquet_table(session: Any, path: str, limits: Limits) -> ClusterTable:
    rows = parquet_rows(session, path)
    header = tuple(rows.columns)
    sample = rows.limit(_SAMPLE_ROWS).toArrow().to_pylist()
    kinds = {field.name: field.dataType for field in rows.schema.fields}

    def texts(places: Mapping[str, int]) -> Any:
        written = {name: as_text(header[place], kinds[header[place]]) for name, place in places.items()}
        filled = (f"nullif({text}, '') as {quoted(name)}" for name, text in written.items())
        return rows.selectExpr(*filled, "0 as flaw", "0L as file")

    cells = [[cell_text(value) for value in row.values()] for row in sample]
    return ClusterTable(session, header, cells, Layout(kind="parquet", header_row=0), limits, texts)


def quoted(name: str) -> str:
    """A column's name in an expression."""
    return "`" + name.replace("`", "``") + "`"


def as_text(name: str, kind: Any, *, exactly: bool = False, decimal: str | None = None) -> str:
    """A column as `daybook.table.workbook_sheet.cell_text` writes the cells of a Parquet file.

    Args:
        name: the column.
        kind: its type.
        exactly: as `daybook.sources.values.text_of` writes those of a source: a number's decimal sign is plain.
        decimal: that sign, a point where none is given.

    Raises:
        NotPlainError: it is of a kind that is written otherwise.
    """
    column = quoted(name)
    match kind.typeName():
        case "string":
            return column
        case "byte" | "short" | "integer" | "long" | "date":
            return f"cast({column} as string)"
        case "timestamp" | "timestamp_ntz" if exactly:
            # a day alone where there is no time
            characters = f"if({column} = date_trunc('DAY', {column}), 10, 19)"
            return f"substring(cast({column} as string), 1, {characters})"
        case "decimal" if kind.scale <= _DECIMALS:  # Python writes no exponent up to here
            finer = exactly and kind.scale == _AMBIGUOUS_DECIMALS  # which alone could be thousands
            value = f"cast({column} as decimal({min(kind.precision + 1, 38)}, 4))" if finer else column
            text = f"cast({value} as string)"
        case "float" | "double" if exactly:
            value = f"cast({column} as double)"
            short = f"try_cast({value} as decimal(15, 6))"
            text = f"if(cast({short} as double) = {value}, cast({short} as string), cast({value} as string))"
        case _:
            raise NotPlainError(say.KIND)
    return f"replace({text}, '.', '{decimal}')" if exactly and decimal else text
