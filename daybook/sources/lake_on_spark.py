"""A lake table that a Spark cluster reads: ``engine = "spark"`` in its settings, or ``--engine spark``.

The cluster sums the rows of the wanted days (`daybook.reduce.spark`); where it does not read them as they are meant, it
counts equal rows, and what a cell means is read by the one rule, as with every other lake table.
"""

import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from daybook.errors import LimitError, ParameterError, SourceError
from daybook.limits import Limits
from daybook.reduce.spark_table import VARIABLE, ClusterTable, as_text, cluster, parquet_rows, quoted, told
from daybook.sources import texts
from daybook.sources.base import SourceSettings, Window
from daybook.sources.storage import SAMPLE_ROWS, LakeSource
from daybook.sources.values import chunks_of, text_of
from daybook.table import texts as table_texts
from daybook.table.fields import field_of_key
from daybook.table.layout import Layout

_PATTERN = {"%Y": "yyyy", "%m": "MM", "%d": "dd"}
_ISO = "%Y-%m-%d"
_MOST_DISTINCT = 2_000_000
"""Distinct rows that are fetched."""


def on_spark(source: SourceSettings) -> LakeSource:
    """A source as the cluster reads it.

    Raises:
        ParameterError: it is no lake table.
    """
    if not isinstance(source, LakeSource):
        raise ParameterError(texts.NOT_FOR_SPARK, name=source.name)
    return source.model_copy(update={"engine": "spark"})


def latest_day(source: LakeSource, today: dt.date) -> dt.date | None:
    """The table's latest day not after ``today``."""
    with _rows(source) as (_, rows), told():
        day = _day(source, rows)
        found = rows.selectExpr(f"max(if({day} <= date'{today}', {day}, null)) as day").toArrow()
    latest = found.column("day")[0].as_py()
    return latest if isinstance(latest, dt.date) else None


@contextmanager
def opened(source: LakeSource, window: Window, limits: Limits) -> Iterator[ClusterTable]:
    """The rows of the window's days."""
    with _rows(source) as (session, rows):
        names, kinds = _names(source, rows), _kinds(rows)
        within = rows.where(f"{_day(source, rows)} between date'{window.first}' and date'{window.last}'")

        def written(name: str) -> str:
            return as_text(name, kinds[name], exactly=True, decimal=source.decimal)

        def raw(name: str) -> str:
            # moments as texts: here they would be of another zone
            return written(name) if name == source.date_column else quoted(name)

        def lines(places: Mapping[str, int]) -> Any:
            filled = [f"nullif({written(names[place])}, '') as {quoted(field)}" for field, place in places.items()]
            return within.selectExpr(*filled, "0 as flaw", "0L as file")

        def counted(wanted: Sequence[int]) -> Iterator[Any]:
            keys = [f"c{index}" for index in wanted]
            with told():
                chosen = within.selectExpr(*(f"{raw(names[index])} as c{index}" for index in wanted))
                found = chosen.groupBy(*keys).count().limit(_MOST_DISTINCT + 1).toArrow()
            if found.num_rows > min(_MOST_DISTINCT, limits.rows):
                raise LimitError(table_texts.TOO_MANY_ROWS, limit=f"{_MOST_DISTINCT:,}", beyond=limits.beyond)
            columns = [found.column(key).to_pylist() for key in [*keys, "count"]]
            yield from chunks_of([[*zip(*columns, strict=True)]], source.decimal)

        with told():
            head = within.selectExpr(*(f"{raw(name)} as {quoted(name)}" for name in names))
            found = head.limit(SAMPLE_ROWS).toArrow().to_pylist()
        sample = [[text_of(row[name], source.decimal) for name in names] for row in found]
        layout = Layout(kind=source.format, header_row=0)
        yield ClusterTable(session, tuple(names), sample, layout, limits, lines, counted=counted)


@contextmanager
def _rows(source: LakeSource) -> Iterator[tuple[Any, Any]]:
    """A session, and the whole table."""
    address = source.spark.get_secret_value() if source.spark else os.environ.get(VARIABLE, "")
    with cluster(address) as session:
        with told():
            if source.zone:
                session.conf.set("spark.sql.session.timeZone", source.zone)
            if source.format == "parquet":
                rows = parquet_rows(session, source.path)
            else:
                rows = session.read.format(source.format).load(source.path)
            if source.date_column not in rows.columns:
                raise SourceError(texts.NO_COLUMN, name=source.name, column=source.date_column)
        yield session, rows


def _kinds(rows: Any) -> dict[str, Any]:
    return {field.name: field.dataType for field in rows.schema.fields}


def _day(source: LakeSource, rows: Any) -> str:
    """The day of each row."""
    kind, column = _kinds(rows)[source.date_column].typeName(), quoted(source.date_column)
    if kind == "timestamp" and not source.zone:
        raise SourceError(texts.ZONE_NEEDED, name=source.name)
    if kind in {"date", "timestamp", "timestamp_ntz"}:
        return f"cast({column} as date)"
    form = source.date_format or _ISO
    length = len(dt.date(2000, 1, 1).strftime(form))
    for sign, letters in _PATTERN.items():
        form = form.replace(sign, letters)
    if kind != "string" or "%" in form or "'" in form:
        raise SourceError(texts.DATES, name=source.name)
    return f"cast(try_to_timestamp(substring({column}, 1, {length}), '{form}') as date)"


def _names(source: LakeSource, rows: Any) -> list[str]:
    """The table's columns that the settings name."""
    from daybook.judge import NUMBER_FIELDS  # noqa: PLC0415  loaded when first needed

    kinds = _kinds(rows)
    names, numbers = [], set()
    for key, name in source.columns.items():
        bare = name if name in kinds else name.rpartition("(")[0].strip()
        if bare not in kinds:
            raise SourceError(texts.NO_COLUMN, name=source.name, column=name)
        names.append(bare)
        if field_of_key(key) in NUMBER_FIELDS:
            numbers.add(kinds[bare].typeName())
    if "string" in numbers and numbers & {"decimal", "float", "double"} and not source.decimal:
        raise SourceError(texts.MIXED_NUMBERS, name=source.name)
    return list(dict.fromkeys(names))
