"""Forecasters from elsewhere: one that does better is taken, one that does not changes nothing."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pytest

from daybook.errors import ParameterError
from daybook.expect.forecast import forecast
from daybook.expect.others import named_others
from daybook.expect.series import Floats, expected
from daybook.language import Language

FIRST = dt.date(2025, 6, 30)
DAYS = 80
EVERY_FIFTH = np.array([100.0, 110.0, 90.0, 300.0, 120.0])
"""A rhythm that none of Daybook's own candidates knows."""


@dataclass(frozen=True)
class Rhythm:
    """Knows of a rhythm of so many days, and may be far off all the same."""

    period: int = 5
    off: float = 0.0
    name: str = "Rhythm"

    def ahead(self, logs: Floats, first: dt.date, days: int) -> Floats:
        assert first == FIRST
        return self.off + np.resize(logs[-self.period :], days)


def values() -> Floats:
    return np.resize(EVERY_FIFTH, DAYS)[:, None]


def test_one_that_does_better_is_taken() -> None:
    made = expected(values(), FIRST, 5, others=[Rhythm()])
    assert made.method == ["Rhythm"]
    assert made.value[:, 0] == pytest.approx(np.resize(EVERY_FIFTH, DAYS + 5)[DAYS:])
    without = expected(values(), FIRST, 5)
    assert made.error[0] < 0.01 < without.error[0]
    assert (made.high - made.low < without.high - without.low).all()


def test_one_that_does_worse_changes_nothing() -> None:
    made, without = expected(values(), FIRST, 5, others=[Rhythm(off=2.0)]), expected(values(), FIRST, 5)
    assert made.method == without.method
    assert made.value == pytest.approx(without.value)
    assert made.low == pytest.approx(without.low)


def test_a_forecast_says_who_made_it_and_measures_it_as_all_others() -> None:
    sales = {FIRST + dt.timedelta(days=number): float(value) for number, value in enumerate(values()[:, 0])}
    found = forecast(sales, 5, Language.ENGLISH, others=(Rhythm(),))
    assert found.method == "Rhythm"
    assert found.error_percent == 0.0
    assert (found.naive_error_percent or 0) > 20


@pytest.mark.parametrize(("name", "sentence"), [("arima", "no forecaster called arima"), ("prophet", "not installed")])
def test_one_that_is_not_there_is_said(name: str, sentence: str) -> None:
    with pytest.raises(ParameterError) as caught:
        named_others([name])
    assert sentence in caught.value.sentence(Language.ENGLISH)
    assert named_others([""]) == ()
