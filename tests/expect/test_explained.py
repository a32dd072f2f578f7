"""What an explanation changes: the day is not alarmed again, and others do not learn from it."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from daybook.errors import ParameterError
from daybook.expect.forecast import forecast_of
from daybook.expect.judge import Facts, judged
from daybook.expect.parts import DayParts
from daybook.explanation import NOTE_CHARACTERS, Because, Explanation, note_of, reason_of
from daybook.judgement import Judgement, Verdict
from daybook.language import Language
from tests.expect.conftest import PRODUCTS, REGIONS, day, days

ENGLISH = Facts(Language.ENGLISH)
NUMBER = 63
SAID = Explanation(
    because=Because.PROMOTION, note="coupons {of} *June*", said_at=dt.datetime(2026, 8, 25, 7, 5, tzinfo=dt.UTC)
)
EXPLAINED = replace(ENGLISH, explained=SAID)


def judge(today: DayParts, facts: Facts = EXPLAINED) -> Judgement:
    return judged(today, days(NUMBER), facts)


@pytest.mark.parametrize(
    "today",
    [
        day(NUMBER, 2.5),
        day(NUMBER, products={name: value for name, value in PRODUCTS.items() if name != "cake"}),
        day(NUMBER, regions=REGIONS[:2]),
        day(NUMBER, 0.5),
        day(NUMBER, products={**PRODUCTS, "cake": (400, 40)}),
    ],
    ids=["good", "alarming", "missing region", "half", "price"],
)
def test_an_explained_day_is_not_alarmed_again_and_says_what_was_seen(today: DayParts) -> None:
    before = judge(today, ENGLISH)
    assert before.may_be_explained
    found = judge(today)
    assert (found.verdict, found.fault, found.explained) == (Verdict.NORMAL, "", SAID)
    assert not found.may_be_explained
    said = "Explained by a promotion, “coupons {of} *June*” (said on 2026-08-25 07:05 UTC). "
    assert found.reason == said + before.reason
    assert found.to(Language.CHINESE).reason.startswith(
        "已说明原因：促销活动，“coupons {of} *June*”（2026-08-25 07:05 UTC）。"
    )
    assert found.expected_sales == before.expected_sales


@pytest.mark.parametrize("fault", ["doubled", "unfinished"])
def test_no_reason_mends_a_file(fault: str) -> None:
    doubled = replace(day(NUMBER, 2.0), is_even=True)
    facts = replace(EXPLAINED, unfinished=fault == "unfinished")
    found = judge(doubled, facts)
    assert (found.verdict, found.fault) == (Verdict.DOUBTFUL, fault)
    assert not judge(doubled, replace(facts, explained=None)).may_be_explained


def test_other_days_do_not_learn_from_it() -> None:
    """A week of a promotion lifts what is expected of the next, unless it is explained."""
    known = [day(number, 1.8 if number >= NUMBER - 7 else 1.0) for number in range(NUMBER)]
    told = [
        replace(each, explained=Because.PROMOTION) if place >= NUMBER - 7 else each for place, each in enumerate(known)
    ]
    ordinary = float(day(NUMBER).sales())
    lifted, calm = (judged(day(NUMBER), each, ENGLISH) for each in (known, told))
    assert lifted.expected_sales is not None
    assert lifted.expected_sales > 1.3 * ordinary
    assert calm.expected_sales == pytest.approx(ordinary, rel=0.06)
    assert (calm.verdict, calm.days, calm.explained_days) == (Verdict.NORMAL, NUMBER - 7, 7)
    ahead = [
        sum(each.expected_sales or 0 for each in forecast_of(each, 7).days) for each in (known, told, days(NUMBER))
    ]
    assert ahead[0] > 1.3 * ahead[2]
    assert ahead[1] == pytest.approx(ahead[2], rel=0.05)


def test_a_forecast_begins_after_a_last_day_that_was_explained() -> None:
    known = days(30)
    told = [*known[:-1], replace(known[-1], explained=Because.OTHER)]
    found = forecast_of(told, 2)
    assert (found.last_day, found.known_days) == (known[-1].date, 29)
    assert found.days[0].date == known[-1].date + dt.timedelta(days=1)
    assert found.recent[-1].sales == float(known[-1].sales())
    assert "已说明原因、不用于预测的日期：1 天。" in found.notes
    too_few = forecast_of([replace(each, explained=Because.OTHER) for each in known], 2)
    assert (too_few.known_days, too_few.days) == (0, [])


def test_what_the_calendar_knows_is_learned_from_next_year_unless_it_was_neither() -> None:
    """A promotion on Singles' Day is what Singles' Day is; a stock-out on it is not."""
    singles = dt.date(2025, 11, 11)
    first = singles - dt.timedelta(days=60)
    rate = np.random.default_rng(3).normal(1, 0.02, 426)
    known = [
        replace(day(0, float(rate[place]) * (3 if (date.month, date.day) == (11, 11) else 1)), date=date)
        for place in range(425)
        if (date := first + dt.timedelta(days=place))
    ]
    today = replace(day(0), date=dt.date(2026, 11, 11))

    def expected(because: Because | None) -> float:
        told = [replace(each, explained=because) if each.date == singles else each for each in known]
        return judged(today, [each for each in told if each.date < today.date], ENGLISH).expected_sales or 0.0

    assert expected(Because.PROMOTION) == expected(Because.HOLIDAY) == expected(None)
    assert expected(Because.STOCK_OUT) < 0.6 * expected(None)


def test_a_note_is_one_short_line() -> None:
    assert note_of(" two\r\nlines\x07\u202e of\tit ", Because.HOLIDAY) == "two lines of it"
    assert note_of("促" * NOTE_CHARACTERS, Because.OTHER) == "促" * NOTE_CHARACTERS
    for note, code in (("促" * (NOTE_CHARACTERS + 1), "note_too_long"), (" \u200b\n", "note_missing")):
        with pytest.raises(ParameterError) as raised:
            note_of(note, Because.OTHER)
        assert raised.value.code == code
    assert reason_of("Stock-out") is Because.STOCK_OUT
    with pytest.raises(ParameterError):
        reason_of("weather")
