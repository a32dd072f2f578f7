"""`read_cube` on Polars: one machine, streaming, for a file whose layout is plain; exact, whatever its size.

Polars reads plain numbers and days natively and sums them in 128 bits. The distinct texts that are not plain, mostly
none, are read by the one cell rule and joined to the rows (`daybook.reduce.plain`). A file that is not plain in itself
(quotes, lines that are no rows, cells that depend on the row above) is not read here at all: `NotPlainError`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl

from daybook.errors import LimitError, QuestionError
from daybook.judge import NUMBER_FIELDS, SAMPLED_ROWS, Judge, Reading, Texts
from daybook.reduce import texts as say
from daybook.reduce.lines import LineFields
from daybook.reduce.ordered import InOrder, second_of_day
from daybook.reduce.pandas import Read
from daybook.reduce.plain import (
    DAY_CHARACTERS,
    SURE_DATE,
    SURE_NUMBER,
    NotPlainError,
    dates,
    numbers,
    reads_plain_dates,
    reads_plain_numbers,
    tidy,
)
from daybook.reduce.polars_frame import BEHIND, HEAD_ROWS, TextFrame, text_frame
from daybook.reduce.polars_hours import by_hour, day_ends, hour_sums
from daybook.reduce.polars_lines import (
    PLAIN_IN,
    Pass,
    check_reading,
    column,
    cube_of,
    day_numbers,
    filled,
    grouped,
    number_table,
)
from daybook.reduce.polars_orders import Orders, orders_of
from daybook.table import Table
from daybook.table import texts as table_texts
from daybook.table.cells import DECIMALS, State
from daybook.table.rows import Column
from daybook.table.totals import are_totals, may_be_total

_SURE_NUMBER = re.compile(SURE_NUMBER)
MOST_TEXTS = 200_000
"""Distinct texts of a column that are read one by one."""


def read_cube(table: Table, judge: Judge) -> Read:
    """The cube of all rows of a table, the same as on pandas.

    Raises:
        NotPlainError: the file is not plain, or leaves something open: pandas reads it.
        LimitError: the file is past its limits.
    """
    try:
        with ThreadPoolExecutor(1) as threads:
            return FilePass(text_frame(table, judge.places, threads), judge).read()
    except QuestionError:
        raise NotPlainError(say.QUESTION) from None
    except pl.exceptions.PolarsError as error:
        raise NotPlainError(say.REFUSED) from error


class FilePass:
    """Reads one file: a pass with what its head says, and further ones where the whole file says otherwise.

    Another engine takes its place below the texts and groups of a file, which `daybook.reduce.spark` does.
    """

    engine = "polars"
    in_millionths = False
    """Whether all numbers are summed as millionths, because some may need more decimals than those in the head."""

    def __init__(self, frame: TextFrame, judge: Judge) -> None:
        self._frame = frame
        self._judge = judge
        self._numbers = [name for name in judge.judged if name in NUMBER_FIELDS]
        self._head = Texts()
        self._collected: dict[str, dict[str, int]] = {}
        """The distinct texts, with their counts, of the columns that are not plain throughout."""

    def read(self) -> Read:
        """The cube, and how the file was read; errors as `read_cube`."""
        self._head.add(self._first_rows(), self._judge.judged)
        texts, reading = self._head, self._first_reading()
        while True:
            check_reading(reading)
            how = self._pass(reading)
            groups = self._grouped(how)
            self._check_size(groups)
            if groups["odd"].sum():
                self._collect_odd()
            else:
                groups = filled(groups, how)
                texts = self._texts(groups)
                whole = self._judge.reading(texts)
                if whole.gives_what(reading):
                    break
            reading = self._judge.reading(self._texts(groups))
        self._check_texts(groups, how)
        if not how.timed and how.days is None and (groups["day"].str.len_chars() > DAY_CHARACTERS).any():
            raise NotPlainError(say.LATER_TIMES)
        rows = InOrder(whole)
        numbers = None
        if "order" in whole.used:
            self._check_filled(groups, how)
            orders = self._orders(groups, how)
            rows.repeated, numbers = orders.repeated, orders.numbers
        hours = self._by_hour(how)
        cube = cube_of(groups, how, numbers, None if hours is None else hour_sums(hours, how))
        rows.day_ends = self._day_ends(groups, hours, how)
        return Read(cube.timed_by(rows.day_ends), rows, whole, texts, self.engine)

    def _grouped(self, how: Pass) -> pl.DataFrame:
        """The lines summed by all that their meaning depends on."""
        return grouped(self._frame.followed(), how)

    def _orders(self, groups: pl.DataFrame, how: Pass) -> Orders:
        """The order numbers of the groups."""
        return orders_of(self._frame.followed(), groups, how, self._goods(groups, how))

    def _distinct(self, name: str) -> pl.DataFrame:
        """The distinct texts of a field, and the lines of each; no more than are of use."""
        return self._frame.lazy.group_by(name).agg(pl.len().alias("lines")).collect(engine="streaming")

    def _odd(self, plain: Mapping[str, str]) -> list[str]:
        """Which fields hold a text that does not match its pattern.

        Raises:
            NotPlainError: a line has more cells than the header.
        """
        odd = [(~pl.col(name).str.contains(pattern)).any().alias(name) for name, pattern in plain.items()]
        found = self._frame.lazy.select(*odd, pl.col(BEHIND).is_not_null().any()).collect(engine="streaming")
        if found.drop_in_place(BEHIND).item():
            raise NotPlainError(say.CELLS)
        return [name for name in found.columns if found[name].item()]

    def _by_hour(self, how: Pass) -> pl.DataFrame | None:
        """The lines summed by day and clock; None where they have no times."""
        return by_hour(self._frame, how)

    def _has_blanks(self, name: str) -> bool:
        """Whether a cell of a field is blank."""
        return bool(self._frame.lazy.select(pl.col(name).null_count()).collect().item())

    def _first_rows(self) -> LineFields:
        names = list(self._judge.places)
        rows = self._frame.lazy.head(SAMPLED_ROWS) if "order" in names else self._frame.head.head(HEAD_ROWS)
        head = rows.select(names).collect()
        if not len(head):
            raise NotPlainError(say.NO_ROWS)
        return {name: column(head[name]) for name in names}

    def _first_reading(self) -> Reading:
        try:
            return self._judge.reading(self._head)
        except QuestionError:  # the rest of the file may answer
            self._collect(self._judge.judged)
            return self._judge.reading(self._texts())

    def _pass(self, reading: Reading) -> Pass:
        """How the file is read next; texts that are needed for that are collected before."""
        used = [name for name in self._numbers if name in reading.used]
        self._collect([name for name in used if not reads_plain_numbers(reading.numbers[name])])
        if not reads_plain_dates(reading.dates):
            self._collect(["date"])
        tables = {name: self._number_table(name, reading) for name in used if name in self._collected}
        judged = [name for name in self._numbers if name not in self._collected]
        days = self._day_table(reading) if "date" in self._collected else None
        timed = any(len(text) > DAY_CHARACTERS for text in self._head.first["date"].texts)
        fine = used if self.in_millionths else list(tables)
        units = {name: DECIMALS if name in fine else unit_of(self._head.counts[name]) for name in used}
        return Pass(reading, judged, tables, units, days, timed)

    def _number_table(self, name: str, reading: Reading) -> pl.DataFrame:
        form = reading.numbers[name]
        texts = list(self._collected[name])
        if reads_plain_numbers(form):
            texts = [text for text in texts if not _SURE_NUMBER.fullmatch(text)]
        found = numbers(texts, form)
        return number_table(texts, found.micros, found.states, name)

    def _day_table(self, reading: Reading) -> pl.DataFrame:
        texts = list(self._collected["date"])
        found = dates(texts, reading.dates)
        table = pl.DataFrame(
            {"date": texts, "date day": found.days, "date second": found.seconds, "state": found.states},
            schema={"date": pl.String, "date day": pl.Int64, "date second": pl.Int32, "state": pl.Int8},
        )
        return table.filter(pl.col("state") == State.VALUE).drop("state")

    def _collect(self, names: Sequence[str]) -> None:
        """Note all distinct texts of some columns.

        Raises:
            NotPlainError: there are too many to be read one by one.
        """
        for name in names:
            if name not in self._collected:
                found = self._distinct(name)
                if len(found) > MOST_TEXTS:
                    raise NotPlainError(say.MANY_TEXTS)
                counts = found.fill_null("").group_by(name).agg(pl.col("lines").sum()).sort(name)
                self._collected[name] = dict(counts.rows())

    def _collect_odd(self) -> None:
        """Note the texts of the columns that hold any that is not plain."""
        self.in_millionths = True
        odd = dict.fromkeys(self._numbers, SURE_NUMBER) | {"date": SURE_DATE}
        self._collect(self._odd({name: plain for name, plain in odd.items() if name not in self._collected}))

    def _texts(self, groups: pl.DataFrame | None = None) -> Texts:
        """What the columns hold that the reading is judged by.

        Of a number column that is plain throughout the head's texts stand for all: they say the same.
        """
        texts = Texts(first=self._head.first, stretches=self._head.stretches)
        for name in self._judge.judged:
            counts: dict[str, int] = {}
            if name in self._collected:
                raw = self._collected[name]
                for text, lines in zip(tidy(list(raw)), raw.values(), strict=True):
                    counts[text] = counts.get(text, 0) + lines
            elif name in self._numbers or groups is None:
                counts = self._head.counts[name]
            else:
                key = "day" if name == "date" else name
                rows = groups.group_by(key).agg(pl.col("lines").sum()).sort(key)
                ahead = dict.fromkeys(self._head.counts[name], 0) if name != "date" else {}
                for text, count in zip(tidy(rows[key].fill_null("").to_list()), rows["lines"], strict=True):
                    ahead[text] = ahead.get(text, 0) + count
                counts = ahead
            texts.counts[name] = counts
        return texts

    def _check_size(self, groups: pl.DataFrame) -> None:
        rows = int(groups["lines"].sum())
        self._frame.check_rows(rows, rows - int(groups["whole"].sum()))
        limits = self._frame.limits
        if rows > limits.rows:
            raise LimitError(table_texts.TOO_MANY_ROWS, limit=f"{limits.rows:,}", beyond=limits.beyond)

    def _check_texts(self, groups: pl.DataFrame, how: Pass) -> None:
        """Check that no row is anything but a line of the table, by the distinct texts of all columns."""
        fields = {name: column(groups[name]) for name in how.names}
        for name in how.names:
            self._frame.check_texts(name, groups[name].fill_null("").unique().to_list())
        for name, counts in self._collected.items():
            self._frame.check_texts(name, list(counts))
        for name in ("date", *self._numbers):
            if name not in self._collected and self._frame.is_split_by(name):
                raise NotPlainError(say.NUMBERS_AMONG_NAMES)
        named = next((name for name in ("product", *how.reading.dimensions) if name in fields), None)
        if named is None or any(map(may_be_total, fields[named].texts)):
            raise NotPlainError(say.NAMELESS)
        days = Column(np.zeros(len(groups), np.int64), [""])
        if are_totals({**fields, "date": days}).any():
            raise NotPlainError(say.TOTALS)

    def _check_filled(self, groups: pl.DataFrame, how: Pass) -> None:
        """Check that no cell is blank that would be filled from the line above it in an order."""
        names = [name for name in how.names if name != "product"]
        blank = [(pl.col(name).fill_null("").str.strip_chars() == "").any() for name in names]
        if names and groups.select(pl.any_horizontal(blank)).item():
            raise NotPlainError(say.BLANKS)
        if "time" in how.reading.used and self._has_blanks("time"):
            raise NotPlainError(say.BLANKS)
        if self._frame.is_split_by("order"):
            raise NotPlainError(say.NUMBERS_AMONG_NAMES)
        self._frame.check_texts("order", self._head.first["order"].texts)

    def _goods(self, groups: pl.DataFrame, how: Pass) -> frozenset[str]:
        """The names of products and regions, by which a total's name is told."""
        named = [name for name in ("product", "region") if name in how.names]
        return frozenset(text.strip().casefold() for name in named for text in column(groups[name]).texts)

    def _day_ends(self, groups: pl.DataFrame, hours: pl.DataFrame | None, how: Pass) -> dict[int, int]:
        """The latest second of each day, from a column of times where there is one."""
        if "time" not in self._judge.places or hours is None:
            return day_ends(groups, how)
        pairs = hours.select("day", pl.col("clock").alias("time")).unique().drop_nulls()
        self._frame.check_texts("time", pairs["time"].unique().to_list())
        ends: dict[int, int] = {}
        for number, time in zip(day_numbers(pairs["day"], how).tolist(), tidy(pairs["time"].to_list()), strict=True):
            if (second := second_of_day(time)) >= 0:
                ends[number] = max(second, ends.get(number, -1))
        return ends


def unit_of(texts: Iterable[str]) -> int:
    """The decimals of the unit for a number field with such texts: none, hundredths or millionths."""
    counts = pl.Series(list(texts), dtype=pl.String)
    fitting = (decimals for decimals, plain in PLAIN_IN.items() if counts.str.contains(plain).all())
    return next(fitting, DECIMALS)
