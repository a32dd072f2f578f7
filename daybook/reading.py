"""A `Reading`: what each column of a sales file is taken for, how its cells are read, and what a line amounts to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from daybook.exact import Values
from daybook.table import cells


class Numbers(NamedTuple):
    """The numbers of a column's distinct texts: millionths, and what each text is (`daybook.table.cells.State`)."""

    micros: Values
    states: npt.NDArray[np.int64]
    currencies: Sequence[str] = ()
    """The currency that each text names, ``""`` where none; nothing at all where no text names one."""


class Days(NamedTuple):
    """The dates of a column's distinct texts: days since 1970-01-01, seconds of the day or -1, and states."""

    days: npt.NDArray[np.int64]
    seconds: npt.NDArray[np.int64]
    states: npt.NDArray[np.int64]


class NumberForm(Protocol):
    """How the numbers of one column are written."""

    def read(self, texts: Sequence[str]) -> Any:
        """The numbers of these texts."""


class DateForm(Protocol):
    """How the dates of a column are written."""

    def read(self, texts: Sequence[str]) -> Any:
        """The dates of these texts."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read."""

    places: Mapping[str, int]
    """Where in the header each field stands that the file has."""
    dates: DateForm
    numbers: Mapping[str, NumberForm]
    """By field: price, quantity, sales, paid, discount, cost, profit."""
    money: str = "price"
    """What a line amounts to: the field ``paid`` or ``sales``, or ``price`` times quantity less discount."""
    dimensions: tuple[str, ...] = ("region",)
    """The fields that are ranked beside products, up to three."""
    currency: str = ""
    """The one currency that counts, where the caller names it."""
    flags: frozenset[str] = field(default_factory=frozenset)
    """Fields whose cells say yes or no: ``is_returned``."""

    @property
    def wanted(self) -> tuple[int, ...]:
        """The columns to read, each once."""
        return tuple(dict.fromkeys(self.places.values()))


@dataclass(frozen=True, slots=True)
class PlainNumbers:
    """Numbers by the rule of `daybook.table.cells`."""

    def read(self, texts: Sequence[str]) -> Numbers:
        """The numbers of these texts."""
        pairs = np.array([cells.number(text) for text in texts], np.int64).reshape(-1, 2)
        return Numbers(pairs[:, 0], pairs[:, 1])


@dataclass(frozen=True, slots=True)
class PlainDates:
    """Dates by the rule of `daybook.table.cells`, or in one format."""

    date_format: str | None = None

    def read(self, texts: Sequence[str]) -> Days:
        """The dates of these texts."""
        pairs = np.array([cells.day(text, self.date_format) for text in texts], np.int64).reshape(-1, 2)
        return Days(pairs[:, 0], np.full(len(pairs), -1), pairs[:, 1])
