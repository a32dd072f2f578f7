"""`Judgement`: whether a day came as its book let expect, and why; a part of the report's contract."""

import datetime as dt
from enum import StrEnum
from typing import Self

from pydantic import Field

from daybook.explanation import Explanation
from daybook.language import Language
from daybook.values import Model


class Verdict(StrEnum):
    """What a day is beside what was expected of it."""

    NORMAL = "normal"
    GOOD = "good"
    ALARMING = "alarming"
    DOUBTFUL = "doubtful"
    """The data is at fault, or looks like that: nothing is said of sales."""


UNEXPLAINABLE = ("unfinished", "doubled")
"""Faults of a file that no reason explains: its figures are not those of the day."""


class Driver(Model):
    """A part of the day's change against an earlier day. The parts of one kind of view add up to the whole change."""

    view: str = Field(description="product, region, or effect: orders, basket, mix and price")
    name: str = Field(description="The product or region, empty for unnamed ones; or the effect")
    change: float = Field(description="Sales of the day less those of the earlier day, that come from this part")
    status: str = Field(default="", description="new or vanished, for a product or region that is on one day alone")


class Movement(Model):
    """What moved sales against an earlier day: the largest changes, and all others in one sum."""

    date: dt.date = Field(description="The earlier day: that of week_before, else of previous_day")
    parts: list[Driver] = Field(description="Products, or regions where none is named; the largest changes first")
    others: float = Field(description="The change of all others: with those of the parts, the whole change to the cent")


class Unusual(Model):
    """A large product or region whose sales are not what was expected of it."""

    view: str = Field(description="product or region")
    name: str
    sales: float
    expected: float
    low: float
    high: float


class JudgementWords(Model):
    """The sentences of a judgement in one language."""

    reason: str = Field(description="Why the verdict is what it is, in one sentence")
    special: str = Field(default="", description="What sets the day apart, such as a public holiday")
    method: str = Field(default="", description="How the expectation was made: what did best on this book's past days")
    drivers: list[str] = Field(default=[], description="The parts that explain most of the change, as sentences")


class Judgement(JudgementWords):
    """What the book says of the day: what was expected, whether it came so, and what moved it."""

    verdict: Verdict
    fault: str = Field(
        default="",
        description="What is wrong with the data or with the day: unfinished, doubled, half, missing_region, price_slip"
        " or refunds; empty for none",
    )
    until: str = Field(
        default="",
        description="Of an unfinished day that was judged by its hours: the time up to which, such as 15:00; what was"
        " expected, too, is up to then. Empty otherwise",
    )
    sales_until: float | None = Field(default=None, description="Sales of the day up to `until`")
    expected_sales: float | None = Field(default=None, description="null where too little is known")
    expected_low: float | None = Field(default=None, description="About one ordinary day in a hundred lies below")
    expected_high: float | None = Field(default=None, description="About one ordinary day in a hundred lies above")
    usual_rows: float | None = Field(
        default=None,
        description="Rows of the same weekday: the median of the last four weeks; null where less than two are known,"
        " or the day is a holiday or festival",
    )
    days: int = Field(default=0, description="Days of the book that this was learned from")
    explained_days: int = Field(default=0, description="Days before it that were explained, and not learned from")
    explained: Explanation | None = Field(default=None, description="Why the day was so, as somebody said")
    error_percent: float | None = Field(
        default=None, description="How far one-day forecasts were off in the last four weeks, in percent of sales"
    )
    compared_to: dt.date | None = Field(default=None, description="The earlier day that the drivers explain")
    parts: list[Driver] = Field(default=[], description="The change taken apart; of each view, the largest ten")
    unusual: list[Unusual] = Field(default=[], description="Large products and regions that are not as expected")
    language: Language = Field(description="Of the sentences")
    in_other_language: JudgementWords = Field(description="The sentences in the other language")

    @property
    def is_data_at_fault(self) -> bool:
        """Whether the figures are those of a faulty file, and say nothing of sales."""
        return self.verdict is Verdict.DOUBTFUL and self.fault != "unfinished"

    @property
    def may_be_explained(self) -> bool:
        """Whether somebody who knows why may say so: the day stands out, and not for what no reason can mend."""
        return self.verdict is not Verdict.NORMAL and self.fault not in UNEXPLAINABLE

    @property
    def is_ordinary(self) -> bool:
        """Whether the day came as expected: what does not matter need not be said."""
        return self.verdict is Verdict.NORMAL and self.expected_sales is not None

    def to(self, language: Language) -> Self:
        """The same in a language."""
        if language is self.language:
            return self
        other = self.in_other_language
        own = JudgementWords.model_validate(self.model_dump(include=set(JudgementWords.model_fields)))
        return self.model_copy(update={**dict(other), "language": language, "in_other_language": own})
