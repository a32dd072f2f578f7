"""`grouped`: the lines of a file summed natively by all that their meaning depends on; `cube_of` such sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from daybook.cube import BAND_BOUNDS, DIMENSIONS, KEYS, MEASURES, UNITS, Cube, OrderNumbers
from daybook.exact import Coded, Values, whole_numbers
from daybook.hours import HourSums
from daybook.judge import KINDS, NUMBER_FIELDS, Reading
from daybook.reduce import texts as say
from daybook.reduce.lines import LineFields, dimension_keys, left_out, name_keys
from daybook.reduce.plain import DAY_CHARACTERS, SURE_DATE, SURE_NUMBER, NotPlainError, dates, reads_plain_numbers, tidy
from daybook.reduce.polars_frame import BEHIND, LAST, TextFrame
from daybook.table.cells import DECIMALS, MICRO, State
from daybook.table.discounts import Discount
from daybook.table.money import Way
from daybook.table.rows import Column
from daybook.table.statuses import Reason, is_return

_BIG = pl.Int128
_PLAIN = 10**9
_PLAIN_MICROS = _PLAIN * MICRO
"""Above every number that is read natively; products of two, summed over `_MOST_ROWS`, fit into 128 bits."""
_MOST_ROWS = 10**8
PLAIN_IN = {0: r"^(?:-?[0-9]{1,9})?$", 2: r"^(?:-?[0-9]{1,8}(?:\.[0-9]{1,2})?)?$", DECIMALS: SURE_NUMBER}
"""What is plain in a column, by the decimals of its unit; below millionths a sum of `_MOST_ROWS` fits into 64 bits."""


@dataclass(frozen=True, slots=True)
class Pass:
    """How one pass over a file reads its cells.

    Attributes:
        reading: what each cell means.
        judged: the number fields whose texts have a say in that.
        numbers: the odd texts of number fields with their millionths and states, to be joined to the rows.
        units: the decimals of the unit in which each number field is summed: what its first texts need, millionths
            where they need more than hundredths. A text that needs more is odd.
        days: all distinct texts of dates with their days, where they are not plain.
        timed: a time of day stands behind the dates.
    """

    reading: Reading
    judged: Sequence[str]
    numbers: Mapping[str, pl.DataFrame]
    units: Mapping[str, int]
    days: pl.DataFrame | None = None
    timed: bool = False

    @property
    def measured(self) -> list[str]:
        """The number fields that figures are made of."""
        return [name for name in self.reading.used if name in NUMBER_FIELDS]

    @property
    def names(self) -> list[str]:
        """The fields whose texts a line's meaning depends on, but for its date."""
        return [name for name in self.reading.used if name not in {*NUMBER_FIELDS, "date", "time", "order"}]

    @property
    def telling(self) -> list[str]:
        """Those of the names that tell whether a line is a sale."""
        return [name for name in self.names if name in {"status", *KINDS}]

    @property
    def sales_decimals(self) -> int:
        """The decimals of the unit of what a line amounts to."""
        money = self.reading.money
        return self.units[money.field] + (self.units["quantity"] if money.way is Way.PRODUCT else 0)

    @property
    def by_sign(self) -> bool:
        """Whether it matters to a line what sign its amount has: where a status or type says what became of it."""
        return any(name in self.reading.used for name in ("status", *KINDS))


def check_reading(reading: Reading) -> None:
    """Check that this engine knows all that a reading asks for.

    Raises:
        NotPlainError: it does not.
    """
    money = reading.money
    unknown = {"cost", "profit", "discount"} & set(reading.used)
    if unknown or money.discount is not Discount.NONE or money.per_order or reading.currency:
        raise NotPlainError(say.BY_ORDER)


def number_table(texts: Sequence[str], micros: Values, states: npt.NDArray[np.int8], name: str) -> pl.DataFrame:
    """Odd texts of a number field, to be joined to the rows.

    Raises:
        NotPlainError: a number is too large for sums in 128 bits.
    """
    if len(micros) and int(np.abs(micros).max()) >= _PLAIN_MICROS:
        raise NotPlainError(say.LARGE)
    value = pl.Series(micros, dtype=pl.Int64).to_frame("micros")
    return value.select(
        pl.Series(name, list(texts), dtype=pl.String),
        pl.when(pl.Series(states) == State.VALUE).then("micros").alias(f"{name} micros"),
        pl.Series(f"{name} bad", states == State.BAD),
    )


def grouped(frame: TextFrame, how: Pass) -> pl.DataFrame:
    """The lines summed by day, names and price band, and what tells whether they were read as they are meant.

    ``odd`` counts the cells that are not plain and not looked up, and those behind the last column.

    Raises:
        NotPlainError: they are too many for sums in 128 bits.
    """
    reading, sales = how.reading, pl.col("sales of line")
    keys = group_keys(how)
    sums = [
        pl.len().alias("lines"),
        sales.sum().alias("sales"),
        (sales < 0).sum().alias("refunds"),
        pl.when(sales < 0).then(sales).sum().alias("refund_sales"),
        (pl.col(BEHIND).is_not_null().cast(pl.UInt32) + _odd(how)).sum().alias("odd"),
    ]
    if frame.last not in how.names:
        sums.append(pl.col(LAST).count().alias("whole"))
    for name in how.measured:
        value = pl.col(f"{name} value")
        total = value if how.units[name] < DECIMALS else value.cast(_BIG)
        sums += [total.sum().alias(f"{name} sum"), value.count().alias(f"{name} n")]
        if name in how.numbers:
            sums.append(pl.col(f"{name} bad").sum().alias(f"{name} bad"))
    if how.by_sign and "quantity" in reading.used:
        sums.append(pl.col("quantity value").abs().cast(_BIG).sum().alias("units"))
    if how.days is not None:
        sums.append(pl.col("date second").max().alias("second"))
    elif how.timed:
        sums.append(pl.col("date").str.slice(DAY_CHARACTERS + 1).max().alias("time of day"))
    groups = with_values(frame, how).group_by(keys).agg(sums).collect(engine="streaming")
    if groups["lines"].sum() > _MOST_ROWS:
        raise NotPlainError(say.LARGE)
    if frame.last in how.names:
        groups = groups.with_columns(pl.when(pl.col(frame.last).is_null()).then(0).otherwise("lines").alias("whole"))
    return with_odd_days(groups, how)


def with_odd_days(groups: pl.DataFrame, how: Pass) -> pl.DataFrame:
    """The groups, where days that are not plain count as odd too."""
    if how.days is not None or how.timed:
        return groups
    return groups.with_columns(pl.col("odd") + (~pl.col("day").str.contains(SURE_DATE)).fill_null(value=False))


def with_values(frame: TextFrame, how: Pass) -> pl.LazyFrame:
    """The lines with their numbers, and what each amounts to."""
    lazy = frame.lazy
    for name, table in how.numbers.items():
        lazy = lazy.join(table.lazy(), on=name, how="left")
    if how.days is not None:
        lazy = lazy.join(how.days.lazy(), on="date", how="left")
    lazy = lazy.with_columns(_value(name, how).alias(f"{name} value") for name in how.measured)
    return lazy.with_columns(_sales(how.reading).alias("sales of line"))


def group_keys(how: Pass) -> list[pl.Expr]:
    """What the meaning of a line depends on, but for its numbers."""
    sales = pl.col("sales of line")
    keys = [day_key(how).alias("day"), *map(pl.col, how.names), _band(how, sales).alias("band")]
    return [*keys, sales.sign().fill_null(0).cast(pl.Int8).alias("sign")] if how.by_sign else keys


def _value(name: str, how: Pass) -> pl.Expr:
    """A number in its unit; a plain one exact, for its digits are fewer than a double keeps."""
    text, unit = pl.col(name), how.units[name]
    if not unit:
        return text.cast(pl.Int64, strict=False)
    native: pl.Expr = (text.cast(pl.Float64, strict=False) * 10**unit).round().cast(pl.Int64, strict=False)
    if name not in how.numbers:
        return native
    looked_up = pl.col(f"{name} micros")
    if not reads_plain_numbers(how.reading.numbers[name]):
        return looked_up
    return pl.when(pl.col(f"{name} bad").is_null()).then(native).otherwise(looked_up)


def _odd(how: Pass) -> pl.Expr:
    """How many cells of a line are not plain, and are not looked up."""
    plain = [_is_plain(name, how) for name in how.judged if name not in how.numbers]
    if how.days is None and how.timed:
        plain.append(pl.col("date").str.contains(SURE_DATE))
    return pl.sum_horizontal((~one).cast(pl.UInt32) for one in plain) if plain else pl.lit(0, pl.UInt32)


def _is_plain(name: str, how: Pass) -> pl.Expr:
    text, unit = pl.col(name), how.units.get(name, DECIMALS)
    if unit:
        return text.str.contains(PLAIN_IN[unit])
    # what Polars reads as a whole number is digits and a sign, which means the same to the one rule
    whole = text.cast(pl.Int64, strict=False).is_between(-_PLAIN, _PLAIN, closed="none")
    return whole.fill_null(value=False) | (text == "")  # null stays null


def _sales(reading: Reading) -> pl.Expr:
    """What a line amounts to, negative where it is taken back."""
    used, money = reading.used, reading.money
    price, quantity = pl.col("price value"), pl.col("quantity value")
    first = pl.col(f"{money.field} value").cast(_BIG)
    sales = first * quantity if money.way is Way.PRODUCT else first
    if reading.takes_back:
        return _minus(sales.abs())
    if "price" in used and "quantity" in used:
        sales = pl.when((price < 0) & (quantity < 0)).then(_minus(sales.abs())).otherwise(sales)
    return sales


def _minus(number: pl.Expr) -> pl.Expr:
    return pl.lit(0, _BIG) - number


def _band(how: Pass, sales: pl.Expr) -> pl.Expr:
    reading = how.reading
    if reading.has_unit_price:
        above = [pl.col("price value") > bound * 10 ** how.units["price"] for bound in BAND_BOUNDS]
    elif "quantity" in reading.used:
        scale = 10**how.sales_decimals
        units = pl.col("quantity value").abs().cast(_BIG)
        worth = sales.abs() * pl.lit(10 ** how.units["quantity"], _BIG)
        above = [(worth > units * pl.lit(bound * scale, _BIG)) & (units > 0) for bound in BAND_BOUNDS]
    else:
        return pl.lit(0, pl.Int8)
    return pl.sum_horizontal(one.cast(pl.Int8) for one in above).cast(pl.Int8)


def day_key(how: Pass) -> pl.Expr:
    """What says the day of a line."""
    if how.days is not None:
        return pl.col("date day")
    return pl.col("date").str.slice(0, DAY_CHARACTERS) if how.timed else pl.col("date")


def filled(groups: pl.DataFrame, how: Pass) -> pl.DataFrame:
    """The groups without lines that are wholly blank.

    Raises:
        NotPlainError: there are lines with a blank or unreadable date.
    """
    cells = [pl.col(name).fill_null("").str.strip_chars() != "" for name in how.names]
    cells += [pl.col(f"{name} n") > 0 for name in how.measured]
    cells += [pl.col(f"{name} bad") > 0 for name in how.numbers if name in how.measured]
    groups = groups.filter(pl.col("day").is_not_null() | pl.any_horizontal(*cells))
    if groups["day"].null_count():
        raise NotPlainError(say.DATES)
    return groups


def cube_of(
    groups: pl.DataFrame, how: Pass, orders: OrderNumbers | None = None, hours: tuple[HourSums, int] | None = None
) -> Cube:
    """The cube of grouped lines.

    Args:
        groups: the lines.
        how: how they were read.
        orders: the order numbers of the groups, where each line has one.
        hours: what was sold in each hour, with the decimals of its units, where the lines have times.

    Raises:
        NotPlainError: a date is not in the calendar.
    """
    reading = how.reading
    fields: dict[str, Column] = {name: column(groups[name]) for name in how.names}
    days = Coded.of(day_numbers(groups["day"], how))
    fields["date"] = Column(days.codes, [str(day) for day in days.distinct.tolist()])
    sums, least = hours or (HourSums(), 0)
    found, decimals, why = _figures(groups, fields, how, least)
    keys = {
        "date": Coded(days.codes, days.distinct.astype("datetime64[D]").astype("datetime64[s]")),
        "product": name_keys(fields.get("product"), len(groups)),
        **dict(zip(DIMENSIONS, dimension_keys(fields, reading, len(groups)), strict=True)),
        "band": Coded(groups["band"].to_numpy().astype(np.int64), np.arange(len(BAND_BOUNDS) + 1)),
        "left_out": Coded(why, np.arange(len(Reason))),
    }
    sums = sums.finer(decimals["sales"] - least)
    return _cube(keys, found, decimals, orders, sums)


def column(series: pl.Series) -> Column:
    """A column of texts by its distinct ones; tidy, and blank where there is none."""
    texts = series.fill_null("").unique().sort()
    codes = series.fill_null("").cast(pl.Enum(texts)).to_physical().to_numpy()
    return Column(codes.astype(np.int64), tidy(texts.to_list()))


def day_numbers(keys: pl.Series, how: Pass) -> npt.NDArray[np.int64]:
    """The days since 1970-01-01 that `day_key` says.

    Raises:
        NotPlainError: one is not in the calendar.
    """
    if how.days is not None:
        return keys.to_numpy().astype(np.int64)
    texts = column(keys)
    read = dates(texts.texts, how.reading.dates)
    if (read.states != State.VALUE).any():
        raise NotPlainError(say.DATES)
    return read.days[texts.codes]


def taken_back(fields: LineFields, how: Pass) -> npt.NDArray[np.bool_]:
    """Which groups take sales back, by their type."""
    back = np.zeros(len(fields["date"].codes), bool)
    for name in KINDS:
        if name in fields and name not in how.reading.flags:
            back |= np.array([is_return(text) for text in fields[name].texts], bool)[fields[name].codes]
    return back


def why_no_sale(fields: LineFields, how: Pass, refunds: Values) -> npt.NDArray[np.int64]:
    """Why each group is no sale; those of refunds are."""
    why = left_out(fields, how.reading)
    why[(refunds > 0) & np.isin(why, (Reason.REFUNDED, Reason.RETURNED))] = Reason.SOLD
    return why


def _figures(
    groups: pl.DataFrame, fields: LineFields, how: Pass, least: int
) -> tuple[dict[str, Values], dict[str, int], npt.NDArray[np.int64]]:
    """The measures of the groups, the decimals of their units, and why each group is no sale.

    Sales have at ``least`` so many decimals.
    """
    reading, used = how.reading, how.reading.used
    back = taken_back(fields, how)
    decimals = dict.fromkeys(UNITS, 0)
    decimals["sales"], (sales, refund_sales) = in_units(groups, ("sales", "refund_sales"), how.sales_decimals, least)
    lines = groups["lines"].to_numpy().astype(np.int64)
    refunds = groups["refunds"].to_numpy().astype(np.int64)
    nothing = np.zeros(len(groups), np.int64)
    price_sum, quantity = nothing, nothing
    if "price" in used and reading.has_unit_price:
        decimals["price"], (price_sum,) = in_units(groups, ("price sum",), how.units["price"])
    if "quantity" in used:
        names = ("quantity sum", "units") if how.by_sign else ("quantity sum",)
        decimals["quantity"], (quantity, *units) = in_units(groups, names, how.units["quantity"])
        if reading.takes_back or back.any():
            # a group of one sign: its units taken back are all of them
            all_units = units[0] if units else np.abs(quantity)
            quantity = np.where(back | reading.takes_back, -all_units, quantity)
    if back.any():
        sales = np.where(back, -np.abs(sales), sales)
        refunds = np.where(back, lines * (groups["sign"].to_numpy() != 0), refunds)
        refund_sales = np.where(back, sales, refund_sales)
    why = why_no_sale(fields, how, refunds)
    by_price = reading.money.field == "price" and reading.has_unit_price
    found = dict.fromkeys(MEASURES, nothing)
    found |= {"lines": lines, "unnumbered": lines, "refunds": refunds, "sales": sales, "refund_sales": refund_sales}
    found |= {"price_sum": price_sum, "quantity": quantity}
    if "price" in used and reading.has_unit_price:
        found["price_count"] = groups["price n"].to_numpy().astype(np.int64)
    of_money = "prices" if by_price else "sales"
    for name, cells in {"quantity": "quantities", reading.money.field: of_money}.items():
        if name in used:
            bad = groups[f"{name} bad"].to_numpy().astype(np.int64) if name in how.numbers else nothing
            found[f"bad_{cells}"] = bad
            found[f"blank_{cells}"] = lines - bad - groups[f"{name} n"].to_numpy().astype(np.int64)
    return found, decimals, why


def in_units(groups: pl.DataFrame, names: Sequence[str], decimals: int, least: int = 0) -> tuple[int, list[Values]]:
    """Sums in the coarsest unit that keeps all of them exact, and its decimals."""
    sums = groups.select(pl.col(names).cast(_BIG))
    for fewer in range(least, decimals, 2):
        step = pl.lit(10 ** (decimals - fewer), _BIG)
        if sums.select(pl.all_horizontal((pl.all() % step == 0).all())).item():
            return fewer, [_values(series) for series in sums.select(pl.all() // step)]
    return decimals, [_values(series) for series in sums]


def _values(series: pl.Series) -> Values:
    small = series.cast(pl.Int64, strict=False)
    if small.null_count() == series.null_count():
        numbers: npt.NDArray[Any] = small.to_numpy()
        if not len(numbers) or -(2**62) < int(numbers.min()) <= int(numbers.max()) < 2**62:
            return numbers
    return whole_numbers([int(value) for value in series.to_list()])


def _cube(
    keys: Mapping[str, Coded],
    found: Mapping[str, Values],
    decimals: Mapping[str, int],
    orders: OrderNumbers | None,
    hours: HourSums,
) -> Cube:
    """The cube; its rows are added up only where different texts mean the same."""
    if len(orders.places if orders else ()):
        found = {**found, "unnumbered": np.zeros(len(found["lines"]), np.int64)}
    return Cube.group({key: keys[key] for key in KEYS}, found, decimals, orders, hours)
