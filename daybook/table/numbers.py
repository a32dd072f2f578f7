"""NumberForm: how the numbers of one column are spelled, judged over the whole column before one cell is read.

Decimal sign
    A number says its decimal sign where only one reading fits it: ``12,50``, ``1.299,00``, ``0.5``, ``1.299.000``.
    What the numbers of the column that say it agree on is the column's sign, and reads the others (``1.299`` among
    numbers with decimal commas is 1299). Where next to all agree, a number that does not is unreadable; where many
    do not, each that says its sign is read by its own. Where none says it, ``1,299`` is 1299, and ``1.299`` is asked
    about, but for evidence from elsewhere in the file (`number_form`).
Number
    What `daybook.table.spelling` takes apart, its digits grouped in threes (or as in India, ``1,29,900``) by the
    other sign, blanks or apostrophes. Kept to six decimals, an exact half rounded to even; 10**12 and more is none.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from daybook.errors import Choice, QuestionError
from daybook.language import Text, excerpt, literal
from daybook.table import texts as say
from daybook.table.cells import BIGGEST, DECIMALS, MICRO, State, name
from daybook.table.spelling import NO_UNIT, Spelling, Unit, spell

_PLAIN = re.compile(r"(-?\d{1,12})(?:\.(\d{1,6}))?", re.ASCII)
_CLEAR_POINT = re.compile(
    r"^-?(?:\d{1,12}\.(?:\d\d?|\d{4,6})|0\d*\.\d{1,6}|\d{4,12}\.\d{1,6})$", re.ASCII | re.MULTILINE
)
_PLAIN_CHARACTERS = re.compile(r"[-0-9.\n]*")
_TWO_POINTS = re.compile(r"\.\d*\.", re.ASCII)
_GROUPED = r"(?:\d{{1,3}}(?:{0}\d{{3}})+|\d{{1,2}}(?:{0}\d{{2}})+{0}\d{{3}}|\d{{1,2}}{0}\d{{2}}{0}\d{{3}})"
_BLANK_GROUPS = re.compile(r"\d{1,3}(?:([ '])\d{3})(?:\1\d{3})*(?:[.,]\d*)?", re.ASCII)
_GROUPED_BY = {sign: re.compile(_GROUPED.format(re.escape(sign)), re.ASCII) for sign in ".,"}
_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_NEARLY_ALL = 0.95
_EXACT = Context(prec=40)
_SMALLEST = Decimal(1).scaleb(-DECIMALS)
_ERRORS = re.compile(r"#(?:N/A|VALUE!|REF!|DIV/0!|NUM!|NAME\?|NULL!|#+)", re.IGNORECASE)


class Numbers(NamedTuple):
    """The cells of a column, by distinct text.

    ``micros`` are millionths where the state is VALUE, else 0; ``currencies`` is what the cell itself names, mostly
    nothing.
    """

    micros: npt.NDArray[np.int64]
    states: npt.NDArray[np.int8]
    currencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NumberForm:
    """How the numbers of one column are spelled.

    Attributes:
        decimal: the decimal sign, ``.`` or ``,``; empty where each cell is read by its own.
        unit: the unit of the whole column, from its header.
        rates: percentages and tenths are numbers here (a discount), shares of one.
        why: a sentence that says what decided the sign; None for plain numbers.
        currencies: what the cells name.
        measures: the measures that stand in cells, such as ``kg``.
        percents: rows that are percentages or tenths.
        errors: rows that hold an error of a spreadsheet, such as ``#N/A``.
        clear: some number of the column says its decimal sign itself.
    """

    decimal: str = "."
    unit: Unit = NO_UNIT
    rates: bool = False
    why: Text | None = None
    currencies: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    percents: int = 0
    errors: int = 0
    clear: bool = False

    def read(self, texts: Sequence[str]) -> Numbers:
        """Each of the texts as a number."""
        micros = np.zeros(len(texts), np.int64)
        states = np.zeros(len(texts), np.int8)
        currencies = [""] * len(texts)
        plain = self.decimal != "," and self.unit.factor == 1 and not self.unit.percent and not self.unit.paid_of
        for place, text in enumerate(texts):
            match = _PLAIN.fullmatch(text) if plain else None
            if match:
                whole, decimals = match.groups(default="")
                micros[place] = int(whole + decimals.ljust(DECIMALS, "0"))
                continue
            micros[place], states[place], currencies[place] = self.read_one(text)
        return Numbers(micros, states, tuple(currencies))

    def read_one(self, text: str) -> tuple[int, State, str]:
        """A cell's millionths, its state, and the currency that it names."""
        if not name(text):
            return 0, State.BLANK, ""
        spelling = spell(text)
        value = self._value(spelling) if spelling else None
        if spelling is None or value is None or abs(value) >= BIGGEST:
            return 0, State.BAD, ""
        rounded = _decimal(value).quantize(_SMALLEST, ROUND_HALF_EVEN, _EXACT)
        return int(rounded.scaleb(DECIMALS, _EXACT)), State.VALUE, spelling.unit.currency

    def _value(self, spelling: Spelling) -> Fraction | None:
        number = _digits(spelling.digits, self.decimal)
        if number is None:
            return None
        value = Fraction(number) * Fraction(10) ** spelling.exponent * (-1 if spelling.negative else 1)
        unit = spelling.unit
        of = unit.paid_of or (0 if unit.percent else self.unit.paid_of)
        if of:
            return _rate_off(value, of) if self.rates else None
        if unit.percent or self.unit.percent:
            return value / 100 if self.rates else None
        return value * (unit.factor if spelling.scaled else self.unit.factor)


def _rate_off(value: Fraction, of: int) -> Fraction | None:
    """``8折`` takes two tenths off the price, ``85折`` fifteen hundredths."""
    paid = value / (of * 10 if of == 10 and value > of else of)  # noqa: PLR2004  85折 is 8.5折
    return 1 - paid if 0 <= paid <= 1 else None


def number_form(
    texts: Sequence[str],
    counts: Iterable[int] | None = None,
    *,
    unit: Unit = NO_UNIT,
    decimal: str | None = None,
    hint: str = "",
    title: Text | None = None,
    rates: bool = False,
) -> NumberForm:
    """How the numbers of a column are spelled.

    Args:
        texts: the distinct texts of the whole column.
        counts: how often each stands there; once where none are given.
        unit: the unit that the header names.
        decimal: the decimal sign where the caller knows it; nothing is judged then.
        hint: the decimal sign that other columns of the file, or its language, speak for.
        title: what the column is called in a question.
        rates: percentages and tenths are numbers in this column.

    Raises:
        QuestionError: nothing says whether ``1.299`` is 1299 or a little more than one (parameter ``decimal``).
    """
    if not rates and (unit.percent or unit.paid_of):  # Tax 5% holds amounts
        unit = NO_UNIT
    if decimal is None and _all_plain(texts):
        return NumberForm(unit=unit, rates=rates, clear=any("." in text for text in texts))
    weights = list(counts) if counts is not None else [1] * len(texts)
    census = _Census.of(texts, weights)
    sign, why = (decimal, None) if decimal else _judge(census, hint, title)
    return NumberForm(
        sign,
        unit,
        rates,
        why,
        tuple(census.currencies),
        tuple(census.measures),
        census.percents,
        census.errors,
        bool(census.point + census.comma),
    )


def _all_plain(texts: Sequence[str]) -> bool:
    """Whether no cell can be read in two ways, at a glance: only points, and one of them clearly a decimal point."""
    joined = "\n".join(texts)
    if not _PLAIN_CHARACTERS.fullmatch(joined):
        return False
    return "." not in joined or (_CLEAR_POINT.search(joined) is not None and not _TWO_POINTS.search(joined))


@dataclass(slots=True)
class _Census:
    """What the spellings of a column say together: rows by the decimal sign that they allow."""

    point: int = 0
    comma: int = 0
    either_point: int = 0
    either_comma: int = 0
    example: str = ""
    percents: int = 0
    errors: int = 0
    currencies: dict[str, int] = field(default_factory=dict)
    measures: dict[str, int] = field(default_factory=dict)

    @staticmethod
    def of(texts: Sequence[str], weights: Sequence[int]) -> "_Census":
        census = _Census()
        for text, weight in zip(texts, weights, strict=True):
            spelling = spell(text)
            if spelling:
                census.add(spelling, weight)
            elif _ERRORS.fullmatch(name(text)):
                census.errors += weight
        return census

    def add(self, spelling: Spelling, weight: int) -> None:
        """Count the rows of one spelling."""
        unit = spelling.unit
        self.percents += weight * (unit.percent or bool(unit.paid_of))
        for found, word in ((self.currencies, unit.currency), (self.measures, unit.measure)):
            if word:
                found[word] = found.get(word, 0) + weight
        digits = spelling.digits
        if _EITHER.fullmatch(digits):
            self.example = self.example or digits
            self.either_comma += weight * ("," in digits)
            self.either_point += weight * ("." in digits)
            return
        allowed = [sign for sign in ".," if _digits(digits, sign) is not None]
        if len(allowed) == 1 and ("." in digits or "," in digits):
            self.point += weight * (allowed[0] == ".")
            self.comma += weight * (allowed[0] == ",")


def _judge(census: _Census, hint: str, title: Text | None) -> tuple[str, Text | None]:
    """The decimal sign of a column, and why."""
    said = census.point + census.comma
    if said:
        if census.point >= said * _NEARLY_ALL:
            return ".", None
        if census.comma >= said * _NEARLY_ALL:
            return ",", say.DECIMAL_COMMA
        if not census.either_point and not census.either_comma:
            return "", say.DECIMAL_BOTH
        raise _question(census, title)
    if not census.either_point and not census.either_comma:
        return hint or ".", None
    hint = hint or _currency_hint(census.currencies)
    if hint:
        return hint, say.DECIMAL_HINT_COMMA if hint == "," else say.DECIMAL_HINT_POINT
    if census.either_point:
        raise _question(census, title)
    return ".", say.DECIMAL_GROUPS


_WITH_COMMAS = "BRL IDR VND ARS CLP COP TRY DKK RUB UAH PYG UYU"
_COMMA_CURRENCIES = frozenset(_WITH_COMMAS.split())


def _currency_hint(currencies: Mapping[str, int]) -> str:
    """A comma where all amounts of a column are in currencies of countries that write decimal commas.

    The countries of other currencies write points, but three decimals of a dollar are no less odd than thousands of
    dollars with a point between: such amounts are asked about.
    """
    return "," if currencies and _COMMA_CURRENCIES.issuperset(currencies) else ""


def _question(census: _Census, title: Text | None) -> QuestionError:
    digits = census.example
    group = literal(digits.replace(".", "").replace(",", ""))
    choices = [
        Choice(sign, Text(en=f"{literal(digits)} is {meant}", zh=f"{literal(digits)} 是 {meant}"))
        for sign, meant in ((sign, group if sign not in digits else literal(digits.replace(",", "."))) for sign in ".,")
    ]
    return QuestionError(
        say.DECIMAL_QUESTION,
        parameter="decimal",
        choices=choices,
        example=excerpt(digits),
        whole=group,
        field=title or say.A_NUMBER,
    )


def _digits(digits: str, decimal: str) -> Decimal | None:
    """Digits with their signs as a number, by the decimal sign, or where that is empty by their own."""
    if not decimal:
        marks = [mark for mark in ".," if mark in digits] or ["."]
        fitting = {value for mark in marks if (value := _digits(digits, mark)) is not None}
        return fitting.pop() if len(fitting) == 1 else None
    bare = digits
    if _BLANK_GROUPS.fullmatch(digits):
        bare = re.sub("[ ']", "", digits)
    whole, sign, tail = bare.partition(decimal)
    if sign and not (tail.isdecimal() or not tail):
        return None
    other = "," if decimal == "." else "."
    if other in whole:
        if not _GROUPED_BY[other].fullmatch(whole):
            return None
        whole = whole.replace(other, "")
    if not (whole + tail).isdecimal() or not (whole + tail).isascii():
        return None
    return Decimal(f"{whole or 0}.{tail or 0}")


def _decimal(value: Fraction) -> Decimal:
    """A fraction as a decimal number, exact to well below what is kept."""
    scaled, rest = divmod(abs(value.numerator) * MICRO * 10**6, value.denominator)
    sticky = Decimal(scaled).scaleb(-2 * DECIMALS) + (Decimal(1).scaleb(-2 * DECIMALS - 1) if rest else 0)
    return sticky if value >= 0 else -sticky
