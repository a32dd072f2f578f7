"""`read_cube` on Spark: the rows of a `ClusterTable` summed by the cluster, in expressions alone: no Python runs there.

The cluster reads plain numbers and days natively and sums them as decimals. Distinct texts that are not plain come here
once, are read by the one cell rule and joined to the rows, as with Polars, whose passes over a file these are: the
cluster takes the place of the rows, the groups that it gives are judged and become a cube in the same way.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from daybook.cube import BAND_BOUNDS
from daybook.errors import LimitError, QuestionError
from daybook.judge import Judge, Reading
from daybook.reduce import texts as say
from daybook.reduce.pandas import Read
from daybook.reduce.plain import DAY_CHARACTERS, SURE_DATE, SURE_NUMBER, NotPlainError, reads_plain_numbers
from daybook.reduce.polars import MOST_TEXTS, FilePass
from daybook.reduce.polars_frame import HEAD_ROWS, TextFrame
from daybook.reduce.polars_lines import Pass, with_odd_days
from daybook.reduce.polars_orders import Orders, orders_found
from daybook.reduce.spark_table import ClusterTable, Flaw, told
from daybook.table import texts as table_texts
from daybook.table.cells import MICRO
from daybook.table.delimited import DelimitedTable
from daybook.table.money import Way

_MOST_NUMBERS = 50_000_000
"""Pairs of a group and an order's number that are fetched."""
_DIGITS_OF_CELL = 16
_DIGITS_OF_SALES = 31
_DIGITS = 38


def read_cube(table: ClusterTable, judge: Judge) -> Read:
    """The cube of all rows of a table, the same as on pandas.

    Raises:
        NotPlainError: the table is not plain, or leaves something open.
        LimitError: it is past its limits.
        SourceError: the cluster cannot read it.
    """
    try:
        with told():
            return _ClusterPass(table, judge).read()
    except QuestionError:
        raise NotPlainError(say.QUESTION) from None


class _ClusterPass(FilePass):
    """Reads one table: what a pass over a file asks of its rows, the cluster answers."""

    engine = "spark"
    in_millionths = True

    def __init__(self, table: ClusterTable, judge: Judge) -> None:
        self._table = table
        self._rows = table.texts(judge.places)
        head = _frame(table.texts(judge.places, head=True).drop("flaw").limit(HEAD_ROWS)).lazy()
        plain = table.opened if isinstance(table.opened, DelimitedTable) else None
        super().__init__(TextFrame(head, head, table.limits, table=plain, places=dict(judge.places)), judge)

    def _grouped(self, how: Pass) -> pl.DataFrame:
        sales = "`sales of line`"
        sums = {
            "lines": "count(1)",
            "sales": f"sum({sales})",
            "refunds": f"count_if({sales} < 0)",
            "refund_sales": f"sum(if({sales} < 0, {sales}, null))",
            "flaws": "bit_or(flaw)",
            "odd": f"sum({_odd(how)})",
        }
        for name in how.measured:
            value = f"`{name} value`"
            sums |= {f"{name} sum": f"sum({value})", f"{name} n": f"count({value})"}
            if name in how.numbers:
                sums[f"{name} bad"] = f"count_if(`{name} bad`)"
        if how.by_sign and "quantity" in how.reading.used:
            sums["units"] = "sum(abs(`quantity value`))"
        if how.days is not None:
            sums["second"] = "max(`date second`)"
        elif how.timed:
            sums["time of day"] = f"max(substring(date, {DAY_CHARACTERS + 2}))"
        keys = _keys(how)
        functions = _functions()
        grouped = (
            self._with_keys(how)
            .groupBy(*(f"`{name}`" for name in keys))
            .agg(*(functions.expr(each).alias(name) for name, each in sums.items()))
        )
        return with_odd_days(_numbered(_frame(grouped)), how)

    def _with_keys(self, how: Pass) -> Any:
        functions = _functions()
        return self._with_values(how).withColumns({name: functions.expr(key) for name, key in _keys(how).items()})

    def _with_values(self, how: Pass) -> Any:
        """The rows with their numbers, and what each amounts to."""
        functions = _functions()
        rows = self._rows
        for name, table in how.numbers.items():
            rows = self._joined(rows, table, name)
        if how.days is not None:
            rows = self._joined(rows, how.days, "date")
        rows = rows.withColumns({f"{name} value": functions.expr(_micros(name, how)) for name in how.measured})
        return rows.withColumn("sales of line", functions.expr(_sales(how.reading)))

    def _joined(self, rows: Any, table: pl.DataFrame, name: str) -> Any:
        """The rows beside what a table says of a field's texts."""
        if not len(table):
            kinds = {pl.Int64: "bigint", pl.Int32: "int", pl.Boolean: "boolean"}
            nothing = {column: kinds[type(kind)] for column, kind in table.schema.items() if column != name}
            return rows.withColumns(
                {column: _functions().expr(f"cast(null as {kind})") for column, kind in nothing.items()}
            )
        known = _functions().broadcast(self._table.session.createDataFrame(table.to_arrow()))
        return rows.join(known, on=name, how="left")

    def _distinct(self, name: str) -> pl.DataFrame:
        found = self._rows.groupBy(name).count().withColumnRenamed("count", "lines")
        return _frame(found.limit(MOST_TEXTS + 1))

    def _odd(self, plain: Mapping[str, str]) -> list[str]:
        if not plain:
            return []
        functions = _functions()
        odd = (functions.expr(f"count_if({_unlike(name, text)})").alias(name) for name, text in plain.items())
        found = _frame(self._rows.agg(*odd))
        return [name for name in found.columns if found[name].item()]

    def _times(self, how: Pass) -> pl.DataFrame:
        return _frame(self._with_keys(how).select("day", "time").distinct().dropna())

    def _has_blanks(self, name: str) -> bool:
        return bool(self._rows.where(f"`{name}` is null").limit(1).toArrow().num_rows)

    def _check_size(self, groups: pl.DataFrame) -> None:
        rows, limits = int(groups["lines"].sum()), self._table.limits
        if rows > limits.rows:
            raise LimitError(table_texts.TOO_MANY_ROWS, limit=f"{limits.rows:,}", beyond=limits.beyond)
        flaws = Flaw(0)
        for each in groups["flaws"].to_list():
            flaws |= Flaw(each)
        self._table.check(flaws)

    def _orders(self, groups: pl.DataFrame, how: Pass) -> Orders:
        functions = _functions()
        names = [name for name in groups.columns if name in _keys(how)]
        places = groups.select(*(pl.col(name).alias(f"of {name}") for name in names)).with_row_index("place")
        known = self._table.session.createDataFrame(places.with_columns(pl.col("place").cast(pl.Int64)).to_arrow())
        lines = self._with_keys(how)
        same = " and ".join(f"`{name}` <=> `of {name}`" for name in names)
        pairs = lines.join(functions.broadcast(known), functions.expr(same), "left").select("place", "order").distinct()
        found = _frame(pairs.limit(_MOST_NUMBERS + 1))
        if len(found) > _MOST_NUMBERS:
            raise NotPlainError(say.LARGE)
        row = ", ".join(f"coalesce(`{name}`, '')" for name in how.reading.used if name != "time")
        counts = _frame(self._rows.agg(functions.expr("count(1)"), functions.expr(f"count(distinct xxhash64({row}))")))
        rows, distinct = counts.row(0)
        return orders_found(found, groups, rows, rows - distinct, self._goods(groups, how))


def _functions() -> Any:
    from pyspark.sql.connect import functions  # noqa: PLC0415  optional

    return functions


def _frame(found: Any) -> pl.DataFrame:
    """What the cluster found, here."""
    return pl.DataFrame(found.toArrow())


def _numbered(groups: pl.DataFrame) -> pl.DataFrame:
    """Groups with their sums as whole numbers; of nothing at all a sum is 0, as with Polars."""
    sums = [name for name in groups.columns if name.endswith(" sum") or name in {"sales", "refund_sales", "units"}]
    return groups.with_columns(pl.col(sums).cast(pl.Int128).fill_null(0), pl.col("odd").fill_null(0))


def _keys(how: Pass) -> dict[str, str]:
    """What the meaning of a line depends on, but for its numbers; see `daybook.reduce.polars_lines.group_keys`."""
    day = "`date day`" if how.days is not None else f"substring(date, 1, {DAY_CHARACTERS})" if how.timed else "date"
    keys = {"day": day, **{name: f"`{name}`" for name in how.names}, "band": _band(how.reading)}
    return keys | ({"sign": "cast(coalesce(sign(`sales of line`), 0) as tinyint)"} if how.by_sign else {})


def _band(reading: Reading) -> str:
    if reading.has_unit_price:
        above = [f"`price value` > {bound * MICRO}" for bound in BAND_BOUNDS]
    elif "quantity" in reading.used:
        scale = MICRO**2 if reading.money.way is Way.PRODUCT else MICRO
        units = f"cast(abs(`quantity value`) as decimal({_DIGITS_OF_CELL}, 0))"
        worth = f"abs(cast(`sales of line` as decimal({_DIGITS_OF_SALES}, 0))) * {MICRO}"
        above = [f"({worth} > {units} * {bound * scale}BD and {units} > 0)" for bound in BAND_BOUNDS]
    else:
        return "cast(0 as tinyint)"
    return f"cast({' + '.join(f'coalesce(cast({one} as int), 0)' for one in above)} as tinyint)"


def _micros(name: str, how: Pass) -> str:
    """The millionths of a number; of a plain one exact, for its digits are fewer than a double keeps."""
    plain = f"`{name}` is not null and not ({_unlike(name, SURE_NUMBER)})"
    native = f"if({plain}, cast(rint(cast(`{name}` as double) * {MICRO}) as bigint), null)"
    if name not in how.numbers:
        return native
    if not reads_plain_numbers(how.reading.numbers[name]):
        return f"`{name} micros`"
    return f"if(`{name} bad` is null, {native}, `{name} micros`)"


def _odd(how: Pass) -> str:
    """How many cells of a line are not plain, and are not looked up."""
    plain = [_unlike(name, SURE_NUMBER) for name in how.judged if name not in how.numbers]
    if how.days is None and how.timed:
        plain.append(_unlike("date", SURE_DATE))
    return " + ".join(f"coalesce(cast({one} as int), 0)" for one in plain) or "0"


def _unlike(name: str, pattern: str) -> str:
    r"""Whether a text does not match; of Java's patterns only ``\z`` is the end and nothing else."""
    return f"not (`{name}` rlike r'{pattern.removesuffix('$')}\\z')"


def _sales(reading: Reading) -> str:
    """What a line amounts to, negative where it is taken back."""
    used, money = reading.used, reading.money
    sales = f"cast(`{money.field} value` as decimal({_DIGITS_OF_CELL}, 0))"
    if money.way is Way.PRODUCT:
        sales = f"{sales} * cast(`quantity value` as decimal({_DIGITS_OF_CELL}, 0))"
    if reading.takes_back:
        sales = f"-abs({sales})"
    elif "price" in used and "quantity" in used:
        sales = f"if(`price value` < 0 and `quantity value` < 0, -abs({sales}), {sales})"
    return f"cast({sales} as decimal({_DIGITS}, 0))"
