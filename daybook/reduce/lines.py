"""`lines_cube`: what distinct lines of a sales file amount to, and which of them are no sales."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from daybook.cube import BAND_BOUNDS, DIMENSIONS, UNITS, Cube, OrderNumbers
from daybook.exact import Coded, Values, add_up, multiply
from daybook.hours import HourSums
from daybook.judge import KINDS, Reading
from daybook.table import cells
from daybook.table.cells import DECIMALS, State
from daybook.table.discounts import Discount
from daybook.table.money import Way
from daybook.table.rows import Column
from daybook.table.statuses import Reason, is_return, reason, reason_of_flag

type LineFields = Mapping[str, Column]
"""The columns of some lines by field. Dates are normalized by `daybook.reduce.ordered`: the day's number, with the hour
behind it where one is known (``20757 14``), ``""``, or ``?`` where the cell is no date; with `TOTAL_ROW` ahead where
the row adds others up."""

TOTAL_ROW = "="


def left_out(fields: LineFields, reading: Reading) -> npt.NDArray[np.int64]:
    """Why each line is no sale (`Reason`); 0 where it is one."""
    why = np.zeros(len(fields["date"].codes), np.int64)
    if reading.currency:
        why[_other_currency(fields, reading)] = Reason.CURRENCY
    for name, read in (("status", reason), *((name, reason_of_flag) for name in sorted(reading.flags))):
        column = fields.get(name)
        if column:
            found = np.array([read(text) for text in column.texts], np.int64)
            why = np.where(why == Reason.SOLD, found[column.codes], why)
    date = fields["date"]
    why[np.array([text.startswith(TOTAL_ROW) for text in date.texts], bool)[date.codes]] = Reason.TOTAL
    return why


def _other_currency(fields: LineFields, reading: Reading) -> npt.NDArray[np.bool_]:
    """Which lines name a currency that is not the one that counts."""
    other = np.zeros(len(fields["date"].codes), bool)
    money = fields[reading.money.field]
    said = {"currency": None, reading.money.field: reading.numbers[reading.money.field].read(money.texts).currencies}
    for name, currencies in said.items():
        column = fields.get(name)
        if column:
            codes = currencies or [cells.name(text).upper() for text in column.texts]
            other |= np.array([bool(code) and code != reading.currency for code in codes], bool)[column.codes]
    return other


FINEST = 4 * DECIMALS
"""More decimals than a price times a quantity less a rate has."""


class _Measure(NamedTuple):
    """A number column of the lines in the coarsest unit that keeps it exact, with that unit's decimals."""

    units: Values
    decimals: int
    states: npt.NDArray[np.int64]


def lines_cube(fields: LineFields, counts: Values, reading: Reading) -> Cube:
    """The cube of distinct lines, each standing ``counts`` times. Wholly blank ones are none."""
    rows = np.flatnonzero(_are_filled(fields))
    fields = {name: column.at(rows) for name, column in fields.items()}
    counts = counts[rows]
    dates, date_states = _dates(fields["date"])
    date, states = dates[fields["date"].codes], date_states[fields["date"].codes]
    price, quantity = (_measure(fields, reading, name) for name in ("price", "quantity"))
    sales, decimals, money = line_sales(fields, reading, price, quantity)
    sales, sold = _signed(sales, fields, reading, price, quantity)
    profit, profit_decimals = _profit(fields, reading, sales, decimals, sold, quantity.decimals)
    refund = sales < 0
    why = left_out(fields, reading)
    why[refund & np.isin(why, (Reason.REFUNDED, Reason.RETURNED))] = Reason.SOLD
    keys = {
        "date": Coded.of(date),
        "product": name_keys(fields.get("product"), len(rows)),
        **dict(zip(DIMENSIONS, dimension_keys(fields, reading, len(rows)), strict=True)),
        "band": _bands(fields, reading, price, quantity, sales, decimals),
        "left_out": Coded(why, np.arange(len(Reason))),
    }
    has_price = reading.has_unit_price
    by_price = reading.money.field == "price" and has_price
    found = {
        "lines": counts,
        "unnumbered": counts * ~_numbered(fields),
        "price_count": counts * (has_price & (price.states == State.VALUE)),
        "refunds": counts * refund,
        "blank_prices": counts * (by_price & (price.states == State.BLANK)),
        "bad_prices": counts * (by_price & (price.states == State.BAD)),
        "blank_quantities": counts * (quantity.states == State.BLANK),
        "bad_quantities": counts * (quantity.states == State.BAD),
        "blank_sales": counts * (not by_price) * (money == State.BLANK),
        "bad_sales": counts * (not by_price) * (money == State.BAD),
        "blank_dates": counts * (states == State.BLANK),
        "bad_dates": counts * (states == State.BAD),
        "sales": multiply(sales, counts),
        "refund_sales": multiply(np.where(refund, sales, 0), counts),
        "price_sum": multiply(price.units, counts * has_price),
        "quantity": multiply(sold, counts),
        "profit": multiply(profit, counts),
    }
    finest = {"sales": decimals, "price": price.decimals, "quantity": quantity.decimals, "profit": profit_decimals}
    hours = _hours(fields["date"], dates, why == Reason.SOLD, found["sales"], counts)
    return Cube.group(keys, found, {unit: finest[unit] for unit in UNITS}, _numbers(fields), hours)


def amounts(fields: LineFields, reading: Reading) -> list[tuple[Values, npt.NDArray[np.bool_]]]:
    """What each line adds to a total, in units of `FINEST` decimals: sales and units, and where they are not there."""
    price, quantity = (_measure(fields, reading, name) for name in ("price", "quantity"))
    sales, decimals, states = line_sales(fields, reading, price, quantity)
    found = [(_finest(sales, decimals), states != State.VALUE)]
    if "quantity" in fields:
        found.append((_finest(quantity.units, quantity.decimals), quantity.states != State.VALUE))
    return found


def _finest(values: Values, decimals: int) -> Values:
    return multiply(values.astype(object), np.array([10 ** (FINEST - decimals)], object))


def _are_filled(fields: LineFields) -> npt.NDArray[np.bool_]:
    filled = np.zeros(len(fields["date"].codes), bool)
    for column in fields.values():
        filled |= np.array([bool(cells.name(text).removeprefix(TOTAL_ROW)) for text in column.texts], bool)[
            column.codes
        ]
    return filled


def _dates(column: Column) -> tuple[Values, npt.NDArray[np.int64]]:
    """The dates of a column's texts, and their states."""
    texts = [text.removeprefix(TOTAL_ROW).partition(" ")[0] for text in column.texts]
    states = np.array([_date_state(text) for text in texts], np.int64)
    days = np.array([int(text) if state == State.VALUE else 0 for text, state in zip(texts, states, strict=True)])
    dates = days.astype("datetime64[D]").astype("datetime64[s]")
    dates[states != State.VALUE] = np.datetime64("NaT", "s")
    return dates, states


def _hours(
    column: Column, dates: Values, sold: npt.NDArray[np.bool_], sales: Values, counts: Values
) -> HourSums | None:
    """What lines that are sales came to in each hour; None where no text of the dates names one."""
    hours = np.array([int(text.partition(" ")[2] or -1) for text in column.texts], np.int64)
    if not (hours >= 0).any():
        return None
    rows = np.flatnonzero(sold & (hours >= 0)[column.codes])
    places = column.codes[rows].astype(np.intp)
    lines = add_up(counts[rows], places, len(hours))
    used = np.flatnonzero(lines)
    return HourSums(dates[used], hours[used], add_up(sales[rows], places, len(hours))[used], lines[used])


def _date_state(text: str) -> State:
    return State.BLANK if not text else State.BAD if text == "?" else State.VALUE


def _measure(fields: LineFields, reading: Reading, name: str) -> _Measure:
    column = fields.get(name)
    if column is None:
        nothing = np.zeros(len(fields["date"].codes), np.int64)
        return _Measure(nothing, 0, nothing - 1)
    numbers = reading.numbers[name].read(column.texts)
    decimals, units = _units(numbers.micros[column.codes])
    return _Measure(units, decimals, numbers.states[column.codes].astype(np.int64))


def line_sales(
    fields: LineFields, reading: Reading, price: _Measure, quantity: _Measure
) -> tuple[Values, int, npt.NDArray[np.int64]]:
    """What each line amounts to, its decimals, and the state of the cell that says so."""
    money = reading.money
    if money.way is Way.PRODUCT:
        sales, decimals, states = (
            multiply(price.units, quantity.units), price.decimals + quantity.decimals, price.states,
        )  # fmt: skip
    else:
        column = _measure(fields, reading, money.field)
        sales, decimals, states = column.units, column.decimals, column.states
    if money.discount is Discount.NONE:
        return sales, decimals, states
    discount = _measure(fields, reading, "discount")
    off, off_decimals = np.abs(discount.units), discount.decimals
    if money.discount is Discount.UNIT:
        off, off_decimals = multiply(off, np.abs(quantity.units)), off_decimals + quantity.decimals
    if money.discount is Discount.RATE:
        off, off_decimals = multiply(np.abs(sales), off), off_decimals + decimals
    sales, decimals, off = _alike(sales, decimals, off, off_decimals)
    # A discount makes less of what was sold, and less of what is taken back; where nothing is known it takes nothing.
    return sales - np.sign(sales) * off, decimals, states


def _signed(
    sales: Values, fields: LineFields, reading: Reading, price: _Measure, quantity: _Measure
) -> tuple[Values, Values]:
    """Sales and units with their sign: taken back where price and quantity are both negative, or by type."""
    back = (price.units < 0) & (quantity.units < 0)
    for column in (fields[name] for name in KINDS if name in fields and name not in reading.flags):
        back |= np.array([is_return(text) for text in column.texts], bool)[column.codes]
    back |= reading.takes_back
    if not back.any():
        return sales, quantity.units
    return np.where(back, -np.abs(sales), sales), np.where(back, -np.abs(quantity.units), quantity.units)


def _profit(
    fields: LineFields, reading: Reading, sales: Values, decimals: int, sold: Values, sold_decimals: int
) -> tuple[Values, int]:
    if "profit" in fields:
        profit = _measure(fields, reading, "profit")
        return profit.units, profit.decimals
    if "cost" not in fields:
        return np.zeros(len(sales), np.int64), 0
    cost = _measure(fields, reading, "cost")
    paid, paid_decimals = cost.units, cost.decimals
    if "quantity" in fields:
        paid, paid_decimals = multiply(paid, sold), paid_decimals + sold_decimals
    sales, decimals, paid = _alike(sales, decimals, paid, paid_decimals)
    return sales - paid, decimals


def _alike(left: Values, left_decimals: int, right: Values, right_decimals: int) -> tuple[Values, int, Values]:
    """Two amounts in the same unit, with its decimals between them."""
    decimals = max(left_decimals, right_decimals)
    finer = (multiply(left, np.array([10 ** (decimals - left_decimals)])), decimals)
    return *finer, multiply(right, np.array([10 ** (decimals - right_decimals)]))


def _bands(
    fields: LineFields, reading: Reading, price: _Measure, quantity: _Measure, sales: Values, decimals: int
) -> Coded:
    """The band of each line's price; without a price column that of what one unit brought."""
    bounds = np.array(BAND_BOUNDS)
    places = np.arange(len(BAND_BOUNDS) + 1)
    if reading.has_unit_price:
        return Coded(np.searchsorted(bounds * 10**price.decimals, price.units, side="left"), places)
    if "quantity" not in fields:
        return Coded(np.zeros(len(sales), np.int64), places)
    units = np.abs(quantity.units).astype(object)
    worth = np.abs(sales).astype(object) * 10**quantity.decimals
    above = [(worth > int(bound) * 10**decimals * units) & (units > 0) for bound in bounds]
    return Coded(np.sum(above, axis=0), places)


def dimension_keys(fields: LineFields, reading: Reading, rows: int) -> list[Coded]:
    """What is ranked beside products, line by line; a blank name for each that the file does not have."""
    names = [*reading.dimensions, *DIMENSIONS][: len(DIMENSIONS)]
    known = set(reading.dimensions)
    return [name_keys(fields.get(name) if name in known else None, rows) for name in names]


def name_keys(column: Column | None, rows: int) -> Coded:
    """The names in a column, line by line; blank ones where there is no column."""
    if column is None:
        return Coded(np.zeros(rows, np.int64), np.array([""], object))
    names = Coded.of(np.array([cells.name(text) for text in column.texts], dtype=object))
    return Coded(names.codes[column.codes], names.distinct)


def _numbered(fields: LineFields) -> npt.NDArray[np.bool_]:
    column = fields.get("order")
    if column is None:
        return np.zeros(len(fields["date"].codes), bool)
    return np.array([bool(cells.name(text)) for text in column.texts], bool)[column.codes]


def _numbers(fields: LineFields) -> OrderNumbers:
    column = fields.get("order")
    if column is None:
        return OrderNumbers.none()
    digests = pd.util.hash_array(np.array([cells.name(text) for text in column.texts], dtype=object), categorize=False)
    places = np.flatnonzero(_numbered(fields))
    return OrderNumbers(places, digests[column.codes[places]])


def _units(micros: Values) -> tuple[int, Values]:
    """The numbers in the coarsest unit that keeps all of them exact, and that unit's decimals."""
    for decimals in range(0, DECIMALS, 2):
        step = 10 ** (DECIMALS - decimals)
        if not (micros % step).any():
            return decimals, micros // step
    return DECIMALS, micros
