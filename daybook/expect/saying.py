"""`Saying`: a sentence with the figures that go into it, to be said in either language."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from daybook.language import Language, Text
from daybook.words.figures import CountedNoun, counted, number, percent, rough_amount, short_amount, weekday
from daybook.words.figures import day as said_day
from daybook.words.names import plain


@dataclass(frozen=True, slots=True)
class Money:
    """An amount."""

    value: float

    def to(self, language: Language) -> str:
        """As it is said."""
        return short_amount(self.value, language)


@dataclass(frozen=True, slots=True)
class Estimate:
    """An amount that is not known to the cent."""

    value: float

    def to(self, language: Language) -> str:
        """As it is said."""
        return rough_amount(self.value, language)


@dataclass(frozen=True, slots=True)
class Count:
    """So many of something, or a bare number."""

    value: float
    noun: CountedNoun | None = None

    def to(self, language: Language) -> str:
        """As it is said."""
        return counted(self.value, self.noun, language) if self.noun else number(self.value)


@dataclass(frozen=True, slots=True)
class Percent:
    """A share."""

    value: float

    def to(self, language: Language) -> str:  # noqa: ARG002 - one way in both
        """As it is said."""
        return percent(self.value)


@dataclass(frozen=True, slots=True)
class Day:
    """A date, or its weekday alone."""

    date: dt.date
    weekday_only: bool = False

    def to(self, language: Language) -> str:
        """As it is said."""
        return weekday(self.date, language) if self.weekday_only else said_day(self.date, language)


@dataclass(frozen=True, slots=True)
class Name:
    """What a file calls something."""

    name: str

    def to(self, language: Language) -> str:  # noqa: ARG002 - the file's own
        """On one line, and not too long."""
        return plain(self.name)


type Value = Money | Estimate | Count | Percent | Day | Name | Text | "Saying"


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence and its figures."""

    text: Text
    values: Mapping[str, Value] = field(default_factory=dict)

    def to(self, language: Language) -> str:
        """The sentence in a language."""
        return self.text.to(language, **{name: value.to(language) for name, value in self.values.items()})
