"""`Judge`: decides how a sales file is read from the texts of its columns, by `daybook.table`'s rules for each kind.

The texts of the first stretch of rows decide at first; once all rows were seen they are judged again, and where the
whole file says otherwise it is read once more.
"""

import re
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from daybook.days import BAD_ZONE
from daybook.errors import Choice, ParameterError, QuestionError, TableError
from daybook.exact import Values, add_up
from daybook.language import Text, excerpt, literal
from daybook.parameters import AnalysisParameters
from daybook.table import Table
from daybook.table import texts as say
from daybook.table.cells import State
from daybook.table.dates import DateForm, date_form
from daybook.table.fields import Fields, Sureness, find_fields, named, sentence
from daybook.table.filling import fill_down
from daybook.table.forms import number_forms
from daybook.table.money import Money, choose_money
from daybook.table.numbers import NumberForm
from daybook.table.rows import Column
from daybook.table.statuses import are_flags, is_flag
from daybook.table.totals import are_totals

NUMBER_FIELDS = (
    "quantity", "price", "paid", "sales", "total", "gross", "discount", "tax", "shipping", "list_price", "cost",
    "profit",
)  # fmt: skip
"""The fields whose cells are numbers."""
PLACES = ("region", "city", "country")
"""Where a sale was made, the one that says most to a sales team first."""
KINDS = ("kind", "second kind")
"""Columns of types: a file may have one for what a line is, and one for what became of it."""
OTHER_DIMENSIONS = ("store", "channel", "category")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read.

    Attributes:
        fields: its columns by field.
        used: the fields that figures are made of, each with its place in the header.
        dates: how its dates are written.
        numbers: how its numbers are written, by field.
        money: what a line amounts to.
        dimensions: the fields that are ranked beside products, up to three.
        currency: the one currency that counts, where the caller names it.
        currencies: all that the file names.
        flags: of `KINDS`, those that say what became of an order (``is_returned``), not what its line is.
        takes_back: every line takes a sale back: a table of refunds.
    """

    fields: Fields
    used: Mapping[str, int]
    dates: DateForm
    numbers: Mapping[str, NumberForm]
    money: Money
    dimensions: tuple[str, ...] = ()
    currency: str = ""
    currencies: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    takes_back: bool = False

    def gives_what(self, other: "Reading") -> bool:
        """Whether every cell has the same meaning in another reading; what was noticed on the way aside."""
        return self.decisions == other.decisions

    @property
    def decisions(self) -> tuple[object, ...]:
        """All that the meaning of a cell depends on."""
        dates = replace(self.dates, why=())
        numbers = {name: (form.decimal, form.unit, form.rates) for name, form in self.numbers.items()}
        money = replace(self.money, why=(), disagreeing=0)
        return dates, numbers, money, self.used, self.currency, self.flags

    @property
    def has_unit_price(self) -> bool:
        """Whether a column holds what one unit costs."""
        return "price" in self.used and not self.money.price_is_total


_SAMPLE_ROWS = 1_000
SAMPLED_ROWS = 65_536
"""Rows that further lines of an order are looked for in."""
_MOST_TEXTS = 200_000
"""Distinct texts of a column that are kept to judge it by."""
_OWN_HEADER = {"date", "product", "price", "amount", "region"}
_LOOKED_AT_CHARACTERS = 200
_NUMERIC_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d\d)(?![\d/.-])", re.ASCII)
_MAX_DIMENSIONS = 3
_NAME_FIELDS = ("product", "order", "status", *KINDS, "currency", "time")
_DIMENSION_FIELDS = (*PLACES, *OTHER_DIMENSIONS)

BAD_DIMENSION = Text(
    en="The dimensions parameter names {dimension}, for which the file has no column; it has {known}.",
    zh="“分析维度”参数中的 {dimension} 在文件中没有对应的列，可用的有：{known}。",
    code="bad_dimension",
)
CURRENCIES = Text(
    en="The file holds amounts in several currencies ({currencies}), which cannot be added up; name the one to report"
    " in the currency parameter.",
    zh="文件中有多种货币（{currencies}）的金额，不能相加；请在“币种”参数中指定要报告的一种。",
    code="several_currencies",
)
ONE_CURRENCY = Text(en="Report {currency} alone", zh="只报告 {currency}")
_SHARED_SIGNS = {
    "$": {"USD", "HKD", "CAD", "AUD", "SGD", "TWD", "MXN", "NZD"},
    "¥": {"CNY", "JPY"},
    "元": {"CNY", "TWD", "HKD", "MOP"},
}
"""Signs of several currencies: beside the code of one they are that one's."""


@dataclass(slots=True)
class Texts:
    """The distinct texts of a file's columns by field, with their counts, and some of the first rows."""

    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    first: dict[str, Column] = field(default_factory=dict)
    stretches: int = 0

    def add(self, columns: Mapping[str, Column], judged: Sequence[str], counts: Values | None = None) -> None:
        """Count the texts of a stretch of rows in the fields that are judged; each row stands ``counts`` times."""
        self.stretches += 1
        if self.stretches == 1:
            rows = _sampled(columns)
            self.first = {name: column.at(rows) for name, column in columns.items()}
        for name in judged:
            held = self.counts.setdefault(name, {})
            column = columns[name]
            if counts is None:
                found = np.bincount(column.codes, minlength=len(column.texts)).tolist()
            else:
                found = add_up(counts, column.codes.astype(np.intp), len(column.texts)).tolist()
            for text, count in zip(column.texts, found, strict=True):
                if count and (text in held or len(held) < _MOST_TEXTS):
                    held[text] = held.get(text, 0) + count

    def of(self, name: str) -> tuple[list[str], list[int]]:
        """The distinct texts of a field's column, and how often each stands there."""
        held = self.counts.get(name, {})
        return list(held), list(held.values())


def _sampled(columns: Mapping[str, Column]) -> npt.NDArray[np.intp]:
    """The first rows, and rows behind them that are lines of the same orders, which a file may have apart."""
    order = columns.get("order")
    rows = np.arange(min(_SAMPLE_ROWS, len(next(iter(columns.values())).codes)) if columns else 0)
    if order is None:
        return rows
    codes = np.unique(order.codes[rows])
    known = [code for code in codes.tolist() if order.texts[code].strip()]
    behind = len(rows) + np.flatnonzero(np.isin(order.codes[len(rows) : SAMPLED_ROWS], known))
    return np.concatenate([rows, behind[:_SAMPLE_ROWS]])


class Judge:
    """How a table is read, by what its columns are called and hold."""

    def __init__(self, table: Table, parameters: AnalysisParameters) -> None:
        rows = [[cell[:_LOOKED_AT_CHARACTERS] for cell in row] for row in table.sample]
        self.fields = _with_both_kinds(_with_products(_found(table.header, rows, parameters.columns)))
        self._other_columns = [
            [row[index] for row in rows]
            for index in range(len(table.header))
            if all(index != column.index for column in self.fields.columns.values())
        ]
        self._parameters = parameters
        self._zone = _zone(parameters.zone)
        self.dimensions = _dimensions(self.fields, parameters.dimensions)
        wanted = ("date", *NUMBER_FIELDS, *_NAME_FIELDS, *self.dimensions)
        if not any(name in self.fields for name in ("product", "order", *self.dimensions)):
            wanted += ("customer",)  # a row of totals says so where other rows have their names
        self.places = {name: self.fields[name].index for name in wanted if name in self.fields}
        self.judged = [name for name in self.places if name in {"date", "currency", "status", *KINDS, *NUMBER_FIELDS}]

    def reading(self, texts: Texts) -> Reading:
        """How the table is read, by the texts seen so far.

        Raises:
            QuestionError: they leave open what a figure depends on.
        """
        asked = self._parameters
        dates = self._dates(texts)
        columns = {name: texts.of(name) for name in self.places if name in NUMBER_FIELDS}
        numbers = number_forms(columns, self.fields, decimal=asked.decimal)
        rows, named = self._sample(texts.first, numbers)
        money = choose_money(self.fields, rows, named.get("order", ()), named.get("product", ()), numbers)
        if money.units:
            numbers = number_forms(columns, self.fields, decimal=asked.decimal, units=money.units)
        currencies = self._currencies(texts, numbers, money)
        return Reading(
            self.fields,
            self._used(money),
            dates,
            numbers,
            money,
            self.dimensions,
            _chosen_currency(asked.currency, currencies),
            currencies,
            frozenset(name for name in KINDS if name in self.fields and self._is_flag(name, texts)),
        )

    def _is_flag(self, kind: str, texts: Texts) -> bool:
        name = self.fields[kind].name
        return is_flag(name) or are_flags(name, texts.of(kind)[0])

    def _dates(self, texts: Texts) -> DateForm:
        """How dates are written; where they leave open which number is the month, other dates of the file may say."""
        cells, counts = texts.of("date")
        asked = self._parameters.date_format
        try:
            return date_form(cells, counts, date_format=asked, zone=self._zone)
        except QuestionError:
            others = {text for column in self._other_columns for text in column if _NUMERIC_DATE.match(text)}
            more = sorted(others - set(cells))
            return date_form([*cells, *more], [*counts, *[1] * len(more)], zone=self._zone, header=self.fields.header)

    def no_rows(self) -> dict[str, Column]:
        """The columns of a file without rows."""
        return {name: Column(np.array([], np.int64), []) for name in self.places}

    def _used(self, money: Money) -> dict[str, int]:
        """The fields that figures are made of."""
        unused = {name for name in NUMBER_FIELDS if name not in {money.field, "quantity", "cost", "profit"}}
        unused -= {"price"} if not money.price_is_total else set()
        unused -= {"discount"} if money.discount != "none" else set()
        return {name: place for name, place in self.places.items() if name not in unused}

    def _sample(
        self, first: Mapping[str, Column], numbers: Mapping[str, NumberForm]
    ) -> tuple[dict[str, list[int | None]], dict[str, list[str]]]:
        """The numbers of some rows that are no totals, and the order and product of each, as far as there are any."""
        columns = fill_down(first, ["order"], "order")[0] if "order" in first else dict(first)
        rows = np.flatnonzero(~are_totals(columns)) if columns else np.array([], np.intp)
        found: dict[str, list[int | None]] = {}
        for name, form in numbers.items():
            column = columns.get(name, Column(np.array([], np.int64), []))
            read = form.read(column.texts)
            values = [
                int(micros) if state == State.VALUE else None
                for micros, state in zip(read.micros, read.states, strict=True)
            ]
            found[name] = [values[code] for code in column.codes[rows].tolist()]
        blank = Column(np.array([], np.int64), [])
        named = {
            name: columns.get(name, blank).at(rows if name in columns else rows[:0]) for name in ("order", "product")
        }
        return found, {name: [column.texts[code] for code in column.codes.tolist()] for name, column in named.items()}

    def _currencies(self, texts: Texts, numbers: Mapping[str, NumberForm], money: Money) -> frozenset[str]:
        found = set(numbers[money.field].currencies) | set(filter(None, [self.fields[money.field].unit.currency]))
        if "currency" in self.places:
            found |= {text.strip().upper() for text in texts.of("currency")[0] if text.strip()}
        return frozenset(found)


def _chosen_currency(asked: str | None, found: frozenset[str]) -> str:
    """The currency that counts: the one asked for where the file names several.

    Raises:
        QuestionError: the file names several, and none was asked for.
    """
    if len(found) <= 1 or _is_one(found):
        return ""
    if asked and asked.upper() in found:
        return asked.upper()
    shown = sorted(found)
    raise QuestionError(
        CURRENCIES,
        parameter="currency",
        choices=[Choice(code, _one_currency(code)) for code in shown],
        currencies=", ".join(shown),
    )


def _one_currency(code: str) -> Text:
    return Text(*(text.format(currency=literal(code)) for text in ONE_CURRENCY[:2]))


def _is_one(found: frozenset[str]) -> bool:
    """Whether all names are signs and the code of one currency."""
    return bool(set.intersection(*(_SHARED_SIGNS.get(name, {name}) for name in found)))


def _dimensions(fields: Fields, asked: Sequence[str]) -> tuple[str, ...]:
    """What is ranked beside products: what is asked for, else the place and what else groups the sales."""
    known = [name for name in _DIMENSION_FIELDS if name in fields]
    if asked:
        unknown = [name for name in asked if name not in known]
        if unknown:
            raise ParameterError(BAD_DIMENSION, dimension=excerpt(unknown[0]), known=named(known) if known else "–")
        return tuple(dict.fromkeys(asked))[:_MAX_DIMENSIONS]
    places = [name for name in PLACES if name in known][:1]
    others = [name for name in OTHER_DIMENSIONS if name in known]
    return tuple([*places, *others][:_MAX_DIMENSIONS])


def _found(header: Sequence[str], rows: Sequence[Sequence[str]], columns: Mapping[str, str]) -> Fields:
    """The fields by name and content; by name alone where nothing in the content is what its name says."""
    own = {name.strip().casefold(): name for name in header}
    if own.keys() == _OWN_HEADER and own["amount"].strip() not in columns.values():
        # In Daybook's own five columns Amount is the number of units, whatever few rows look like.
        columns = {**columns, "quantity": own["amount"]}
    try:
        return find_fields(header, rows, columns)
    except QuestionError:
        raise
    except TableError as error:
        if error.text == say.SHIFTED_HEADER:
            raise
        return find_fields(header, (), columns)


def _with_both_kinds(fields: Fields) -> Fields:
    """The fields; a second column of types is one too: of ``类型`` and ``是否退货`` either may take a sale back."""
    taken = {column.index for column in fields.columns.values()}
    kind = fields.get(KINDS[0])
    places = map(fields.header.index, kind.passed_over if kind else ())
    other = next((place for place in places if place not in taken), None)
    if kind is None or other is None:
        return fields
    columns = [replace(kind, index=place, name=fields.header[place], passed_over=()) for place in (kind.index, other)]
    both = [replace(column, why=sentence(say.BY_NAME, column)) for column in columns]
    return replace(fields, columns={**fields.columns, **dict(zip(KINDS, both, strict=True))})


def _with_products(fields: Fields) -> Fields:
    """The fields; where no column names products, the categories are what is sold."""
    if "product" in fields or "category" not in fields or fields["category"].sureness is Sureness.NAMED:
        return fields
    others = {name: column for name, column in fields.columns.items() if name != "category"}
    return replace(fields, columns={**others, "product": replace(fields["category"], field="product")})


def _zone(zone: str | None) -> zoneinfo.ZoneInfo | None:
    if not zone:
        return None
    try:
        return zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ParameterError(BAD_ZONE, zone=excerpt(zone)) from None
