"""`read_cube` on Spark: the rows of a `ClusterTable` summed by the cluster, in expressions alone: no Python runs there.

The cluster reads plain numbers and days natively and sums them as decimals. Distinct texts that are not plain come here
once, are read by the one cell rule and joined to the rows, as with Polars, whose passes over a file these are: the
cluster takes the place of the rows, the groups that it gives are judged and become a cube in the same way.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import polars as pl

from daybook.cube import BAND_BOUNDS
from daybook.errors import LimitError
from daybook.judge import Judge, Reading
from daybook.reduce import texts as say
from daybook.reduce.pandas import Read
from daybook.reduce.plain import DAY_CHARACTERS, SURE_DATE, NotPlainError, reads_plain_numbers
from daybook.reduce.polars import MOST_TEXTS, FilePass
from daybook.reduce.polars_frame import HEAD_ROWS, TextFrame, text_frame
from daybook.reduce.polars_lines import PLAIN_IN, Pass, with_odd_days
from daybook.reduce.polars_orders import Orders, orders_found
from daybook.reduce.spark_table import ClusterTable, Flaw, told
from daybook.table import texts as table_texts
from daybook.table.cells import DECIMALS
from daybook.table.money import Way

_MOST_NUMBERS = 50_000_000
"""Pairs of a group and an order's number that are fetched."""
_DIGITS_OF_CELL = 16
_DIGITS_OF_SALES = 31
_DIGITS = 38
_SAFE = "4.0e18"
"""Below what 64 bits hold, however a double is rounded."""
_IS_REFUND = "coalesce(small < 0, large < 0)"


def read_cube(table: ClusterTable, judge: Judge) -> Read:
    """The cube of all rows of a table, the same as on pandas.

    Raises:
        NotPlainError: the table is not plain.
        QuestionError: it leaves open what a figure depends on.
        LimitError: it is past its limits.
        SourceError: the cluster cannot read it.
    """
    with told():
        return _ClusterPass(table, judge).read()


class _ClusterPass(FilePass):
    """Reads one table: what a pass over a file asks of its rows, the cluster answers."""

    engine = "spark"

    def __init__(self, table: ClusterTable, judge: Judge) -> None:
        self._table = table
        self._lines = table.texts(judge.places)
        self._rows = self._lines.where(f"flaw & {Flaw.HEADER.value} = 0")
        super().__init__(self._head_of(table, judge), judge)

    @staticmethod
    def _head_of(table: ClusterTable, judge: Judge) -> TextFrame:
        if table.opened is not None:  # its head is here
            with ThreadPoolExecutor(1) as threads:
                return text_frame(table.opened, judge.places, threads)
        head = _frame(table.texts(judge.places).drop("flaw", "file").limit(HEAD_ROWS)).lazy()
        return TextFrame(head, head, table.limits)

    def _grouped(self, how: Pass) -> pl.DataFrame:
        sums = {"lines": "count(1)", "flaws": "bit_or(flaw)", "headers": "sum(file)", "odd": f"sum({_odd(how)})"}
        sums |= {"refunds": f"count_if({_IS_REFUND})", **_sum_of_sales("sales", "true")}
        sums |= _sum_of_sales("refund_sales", _IS_REFUND)
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
        functions, keys = _functions(), _keys(how)
        grouped = (
            self._with_keys(how, self._lines)
            .groupBy(*(f"`{name}`" for name in keys))
            .agg(*(functions.expr(each).alias(name) for name, each in sums.items()))
        )
        return with_odd_days(self._without_headers(_numbered(_frame(grouped))), how)

    def _without_headers(self, groups: pl.DataFrame) -> pl.DataFrame:
        """The groups without the headers of the files, which are a group of their own."""
        are_headers = (pl.col("flaws") & Flaw.HEADER.value) > 0
        headers = groups.filter(are_headers)
        self._table.check_headers(int(headers["headers"].sum()), int(headers["lines"].sum()))
        return groups.filter(~are_headers).drop("headers")

    def _with_keys(self, how: Pass, rows: Any) -> Any:
        functions = _functions()
        keys = {name: functions.expr(key) for name, key in _keys(how).items()}
        return self._with_values(how, rows).withColumns(keys)

    def _with_values(self, how: Pass, rows: Any) -> Any:
        """The rows with their numbers, and what each amounts to: ``small`` where 64 bits hold it, else ``large``."""
        functions = _functions()
        for name, table in how.numbers.items():
            rows = self._joined(rows, table, name)
        if how.days is not None:
            rows = self._joined(rows, how.days, "date")
        # each a step of its own: Spark then works out once what is used more than once
        steps: list[dict[str, str]] = [
            {f"{name} plain": _is_plain(name, how) for name in {*how.measured, *how.judged}},
            {f"{name} value": _value(name, how) for name in how.measured},
            {"small": _small_sales(how.reading)},
            {"large": _large_sales(how.reading)},
        ]
        for step in steps:
            rows = rows.withColumns({name: functions.expr(each) for name, each in step.items()})
        return rows

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

    def _by_hour(self, how: Pass) -> pl.DataFrame | None:
        clock = _clock(how)
        if clock is None:
            return None
        functions = _functions()
        rows = self._with_keys(how, self._rows).withColumn("clock", functions.expr(clock))
        sums = {"lines": "count(1)", "refunds": f"count_if({_IS_REFUND})", **_sum_of_sales("sales", "true")}
        keys = [name for name in _keys(how) if name in {"day", "sign", *how.telling}]
        grouped = rows.groupBy(*(f"`{name}`" for name in (*keys, "clock"))).agg(
            *(functions.expr(each).alias(name) for name, each in sums.items())
        )
        return _whole_sales(_frame(grouped), ["sales"]).drop_nulls("day")

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
        lines = self._with_keys(how, self._rows)
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


def _sum_of_sales(name: str, where: str) -> dict[str, str]:
    """The sum of what lines amount to, in parts of 64 bits that no number of rows overflows; `_numbered` joins them."""
    small = f"if({where}, small, null)"
    return {
        f"{name} high": f"sum(shiftright({small}, 32))",
        f"{name} low": f"sum({small} & 4294967295L)",
        f"{name} large": f"sum(if({where}, large, null))",
    }


def _numbered(groups: pl.DataFrame) -> pl.DataFrame:
    """Groups with their sums as whole numbers; of nothing at all a sum is 0, as with Polars."""
    sums = [name for name in groups.columns if name.endswith(" sum") or name == "units"]
    groups = groups.with_columns(pl.col(sums).cast(pl.Int128).fill_null(0), pl.col("odd").fill_null(0))
    return _whole_sales(groups, ["sales", "refund_sales"])


def _whole_sales(groups: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The groups with sums of sales as whole numbers, from the parts of `_sum_of_sales`."""
    parts = [f"{name} {part}" for name in names for part in ("high", "low", "large")]
    groups = groups.with_columns(pl.col(parts).cast(pl.Int128).fill_null(0))
    whole = [
        (pl.col(f"{name} high") * pl.lit(2**32, pl.Int128) + pl.col(f"{name} low") + pl.col(f"{name} large")).alias(
            name
        )
        for name in names
    ]
    return groups.with_columns(whole).drop(parts)


def _keys(how: Pass) -> dict[str, str]:
    """What the meaning of a line depends on, but for its numbers; see `daybook.reduce.polars_lines.group_keys`."""
    day = "`date day`" if how.days is not None else f"substring(date, 1, {DAY_CHARACTERS})" if how.timed else "date"
    keys = {"day": day, **{name: f"`{name}`" for name in how.names}, "band": _band(how)}
    return keys | ({"sign": "cast(coalesce(sign(small), sign(large), 0) as tinyint)"} if how.by_sign else {})


def _clock(how: Pass) -> str | None:
    """What says the hour of a line; see `daybook.reduce.polars_hours.clock_key`."""
    if "time" in how.reading.used:
        return "`time`"
    if how.days is not None:
        return "cast(floor(`date second` / 3600) as int)" if (how.days["date second"] >= 0).any() else None
    return f"substring(date, {DAY_CHARACTERS + 2}, 2)" if how.timed else None


def _band(how: Pass) -> str:
    reading = how.reading
    if reading.has_unit_price:
        above = [f"`price value` > {bound * 10 ** how.units['price']}" for bound in BAND_BOUNDS]
    elif "quantity" in reading.used:
        units = f"cast(abs(`quantity value`) as decimal({_DIGITS_OF_CELL}, 0))"
        sales = (
            f"coalesce(cast(small as decimal({_DIGITS_OF_SALES}, 0)), cast(large as decimal({_DIGITS_OF_SALES}, 0)))"
        )
        worth = f"abs({sales}) * {10 ** how.units['quantity']}"
        scale = 10**how.sales_decimals
        above = [f"({worth} > {units} * {bound * scale}BD and {units} > 0)" for bound in BAND_BOUNDS]
    else:
        return "cast(0 as tinyint)"
    return f"cast({' + '.join(f'coalesce(cast({one} as int), 0)' for one in above)} as tinyint)"


def _is_plain(name: str, how: Pass) -> str:
    """Whether a number's text is plain; null where it is blank."""
    return f"not ({_unlike(name, PLAIN_IN[how.units.get(name, DECIMALS)])})"


def _value(name: str, how: Pass) -> str:
    """A number in its unit; a plain one exact, for its digits are fewer than a double keeps."""
    unit = how.units[name]
    number = f"cast(`{name}` as bigint)" if not unit else f"cast(rint(cast(`{name}` as double) * {10**unit}) as bigint)"
    native = f"if(`{name} plain`, {number}, null)"
    if name not in how.numbers:
        return native
    if not reads_plain_numbers(how.reading.numbers[name]):
        return f"`{name} micros`"
    return f"if(`{name} bad` is null, {native}, `{name} micros`)"


def _odd(how: Pass) -> str:
    """How many cells of a line are not plain, and are not looked up."""
    odd = [f"not `{name} plain`" for name in how.judged if name not in how.numbers]
    if how.days is None and how.timed:
        odd.append(_unlike("date", SURE_DATE))
    return " + ".join(f"coalesce(cast({one} as int), 0)" for one in odd) or "0"


def _unlike(name: str, pattern: str) -> str:
    r"""Whether a text does not match; of Java's patterns only ``\z`` is the end and nothing else."""
    return f"not (`{name}` rlike r'{pattern.removesuffix('$')}\\z')"


def _small_sales(reading: Reading) -> str:
    """What a line amounts to, negative where it is taken back, where 64 bits hold it; else null."""
    first, second = f"`{reading.money.field} value`", "`quantity value`"
    if reading.money.way is not Way.PRODUCT:
        return _signed(first, reading)
    return _signed(f"if(abs(cast({first} as double) * {second}) < {_SAFE}, {first} * {second}, null)", reading)


def _large_sales(reading: Reading) -> str:
    """What a line amounts to where 64 bits do not hold it; else null."""
    if reading.money.way is not Way.PRODUCT:
        return f"cast(null as decimal({_DIGITS}, 0))"
    first, second = (
        f"cast(`{name} value` as decimal({_DIGITS_OF_CELL}, 0))" for name in (reading.money.field, "quantity")
    )
    sales = _signed(f"{first} * {second}", reading)
    return f"if(small is null, cast({sales} as decimal({_DIGITS}, 0)), null)"


def _signed(sales: str, reading: Reading) -> str:
    if reading.takes_back:
        return f"-abs({sales})"
    if "price" in reading.used and "quantity" in reading.used:
        return f"if(`price value` < 0 and `quantity value` < 0, -abs({sales}), {sales})"
    return sales
