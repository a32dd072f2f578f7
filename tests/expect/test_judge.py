"""Whether a day is judged as what it is: an ordinary one, a good or bad one, or a faulty file."""

import datetime as dt
from dataclasses import replace

import pytest

from daybook.expect.judge import Facts, judged
from daybook.expect.parts import DayParts, Hour, Part
from daybook.judgement import Judgement, Verdict
from daybook.language import Language
from tests.expect.conftest import PRODUCTS, REGIONS, day, days

ENGLISH = Facts(Language.ENGLISH)
NUMBER = 63
"""Nine weeks are known."""


def judge(today: DayParts, facts: Facts = ENGLISH) -> Judgement:
    return judged(today, days(NUMBER), facts)


def test_an_ordinary_day_is_normal_and_lies_in_its_range() -> None:
    found = judge(day(NUMBER))
    assert (found.verdict, found.fault) == (Verdict.NORMAL, "")
    assert found.expected_sales is not None
    assert found.expected_low is not None
    assert found.expected_high is not None
    assert found.expected_low < float(day(NUMBER).sales()) < found.expected_high
    assert found.expected_sales == pytest.approx(float(day(NUMBER).sales()), rel=0.05)
    assert found.reason.startswith("As expected: ")
    assert found.days == NUMBER
    assert found.error_percent is not None
    assert found.error_percent < 8


def test_the_weekday_is_expected_and_not_the_day_before() -> None:
    saturday = day(NUMBER + 5)
    found = judged(saturday, days(NUMBER + 5), ENGLISH)
    assert saturday.date.weekday() == 5
    assert found.expected_sales == pytest.approx(float(saturday.sales()), rel=0.07)


@pytest.mark.parametrize(("times", "verdict"), [(1.7, Verdict.GOOD), (2.5, Verdict.GOOD)])
def test_a_day_above_its_range_is_good(times: float, verdict: Verdict) -> None:
    assert judge(day(NUMBER, times)).verdict is verdict


def test_a_day_without_its_best_product_is_alarming_and_says_why() -> None:
    rest = {name: value for name, value in PRODUCTS.items() if name != "cake"}
    found = judge(day(NUMBER, products=rest))
    assert (found.verdict, found.fault) == (Verdict.ALARMING, "")
    assert found.reason.startswith("Below what was expected: ")
    assert found.drivers[0].startswith("“cake” was not sold; on Mon 17 Aug it brought ")


def test_rows_missing_everywhere_alike_are_a_fault_of_the_file() -> None:
    found = judge(day(NUMBER, 0.5))
    assert (found.verdict, found.fault, found.drivers) == (Verdict.DOUBTFUL, "half", [])
    assert found.reason.startswith("The file has 90 rows of the day where 18")


def test_a_region_without_a_row_is_a_fault_of_the_file() -> None:
    found = judge(day(NUMBER, regions=REGIONS[:2]))
    assert (found.verdict, found.fault) == (Verdict.DOUBTFUL, "missing_region")
    assert "no row of the region “east”" in found.reason


def test_a_region_that_was_often_away_is_not_missing() -> None:
    known = [day(number, regions=REGIONS[: 2 + number % 2]) for number in range(NUMBER)]
    assert judged(day(NUMBER, regions=REGIONS[:2]), known, ENGLISH).fault != "missing_region"


@pytest.mark.parametrize("price", [40000, 400, 40])
def test_a_price_that_slipped_is_a_fault_of_the_file(price: int) -> None:
    found = judge(day(NUMBER, products={**PRODUCTS, "cake": (price, 40)}))
    assert (found.verdict, found.fault) == (Verdict.DOUBTFUL, "price_slip")
    assert f"“cake” was sold at {price / 100:.2f} on average where 40.00 is usual" in found.reason


def test_a_price_that_was_halved_is_none() -> None:
    assert judge(day(NUMBER, products={**PRODUCTS, "milk": (400, 50)})).fault == ""


def test_rows_that_stand_twice_are_a_fault_of_the_file() -> None:
    found = judge(replace(day(NUMBER, 2.0), is_even=True))
    assert (found.verdict, found.fault) == (Verdict.DOUBTFUL, "doubled")
    assert judge(replace(day(NUMBER), is_even=True)).fault == "", "even by chance, and no more than usual"
    assert judge(day(NUMBER, 2.0), Facts(Language.ENGLISH, repeated=0.5)).fault == "doubled"


def test_a_wave_of_refunds_alarms_as_such() -> None:
    found = judge(day(NUMBER, refunded=-60000))
    assert (found.verdict, found.fault) == (Verdict.ALARMING, "refunds")
    assert found.reason == "Refunds came to 600.00 (60 rows) where 0 is usual."


def test_a_day_that_is_not_over_is_not_judged() -> None:
    found = judge(day(NUMBER, 0.4), Facts(Language.ENGLISH, unfinished=True))
    assert (found.verdict, found.fault) == (Verdict.DOUBTFUL, "unfinished")
    assert found.reason.startswith(
        "The day is not over in this file, so it is not judged; expected for the whole day: "
    )


def test_days_that_were_not_over_are_not_learned_from() -> None:
    known = [*days(NUMBER - 7), *(day(number, 0.2, finished=False) for number in range(NUMBER - 7, NUMBER))]
    assert judged(day(NUMBER), known, ENGLISH).verdict is Verdict.NORMAL


def test_with_little_history_it_says_less_and_says_so() -> None:
    found = judged(day(20), days(20), ENGLISH)
    assert (found.verdict, found.expected_sales, found.method) == (Verdict.NORMAL, None, "")
    assert found.reason == (
        "Too early to say what to expect: the book holds 20 days before this one, and 21 are needed."
    )
    assert judged(day(21), days(21), ENGLISH).expected_sales is not None


def test_days_after_the_judged_one_do_not_count() -> None:
    later = [*days(NUMBER), *(day(number, 3.0) for number in range(NUMBER + 1, NUMBER + 9))]
    assert judged(day(NUMBER), later, ENGLISH) == judge(day(NUMBER))


def test_one_fault_in_the_past_does_not_move_what_is_expected() -> None:
    known = days(NUMBER)
    known[NUMBER - 7] = day(NUMBER - 7, 10.0)
    expected = judged(day(NUMBER), known, ENGLISH).expected_sales
    assert expected == pytest.approx(judge(day(NUMBER)).expected_sales, rel=0.05)


def test_a_new_level_is_learned_within_a_week() -> None:
    known = [*days(NUMBER - 7), *(day(number, 1.6) for number in range(NUMBER - 7, NUMBER))]
    found = judged(day(NUMBER, 1.6), known, ENGLISH)
    assert found.expected_sales == pytest.approx(float(day(NUMBER, 1.6).sales()), rel=0.12)


def test_a_closed_weekday_stays_closed() -> None:
    known = [each for each in days(NUMBER) if each.date.weekday() != 6]
    sunday = day(NUMBER + 6)
    found = judged(sunday, known, ENGLISH)
    assert (found.verdict, found.expected_sales) == (Verdict.NORMAL, None)
    assert found.reason == "Nothing is expected of this day: on Sunday there are usually no sales in the book."


def test_a_festival_that_the_book_has_not_seen_has_a_wide_range() -> None:
    def of(date: dt.date) -> Judgement:
        known = [replace(each, date=each.date - day(NUMBER).date + date) for each in days(NUMBER)]
        return judged(replace(day(NUMBER), date=date), known, ENGLISH)

    found, ordinary = of(dt.date(2026, 11, 11)), of(dt.date(2026, 8, 26))
    assert found.special == "the Singles' Day sale"
    assert "The day is the Singles' Day sale, and the book has seen none: the range is a wide one." in found.reason
    assert found.expected_high is not None
    assert found.expected_sales is not None
    assert ordinary.expected_high is not None
    assert ordinary.expected_sales is not None
    assert found.expected_high / found.expected_sales > 1.5 * ordinary.expected_high / ordinary.expected_sales


def test_the_sentences_are_there_in_both_languages() -> None:
    found = judge(day(NUMBER, 1.7))
    chinese = found.to(Language.CHINESE)
    assert chinese.reason.startswith("高于预期：")
    assert len(chinese.drivers) == len(found.drivers) > 0
    assert chinese.to(Language.ENGLISH) == found
    assert found == judge(day(NUMBER, 1.7), Facts(Language.CHINESE)).to(Language.ENGLISH)


@pytest.mark.parametrize("times", [1.0, 1.7])
def test_a_year_whose_holidays_are_not_known_is_said_where_it_matters(times: float) -> None:
    def of(date: dt.date) -> Judgement:
        known = [replace(each, date=each.date - day(NUMBER).date + date) for each in days(NUMBER)]
        return judged(replace(day(NUMBER, times), date=date), known, ENGLISH)

    unknown, known = of(dt.date(2099, 8, 24)), of(dt.date(2026, 8, 24))
    said = "The public holidays of 2099 are not known to this version: the day was judged as an ordinary one."
    assert unknown.reason.endswith(said) is (times > 1)
    assert unknown.method.endswith("; the public holidays of 2099 are not known to this version")
    assert unknown.to(Language.CHINESE).method.endswith("；当前版本没有 2099 年的法定节假日安排")
    assert "public holidays" not in known.reason + known.method


def by_the_hour(whole: DayParts, hours: int = 12) -> DayParts:
    """A day that sold alike in each hour from 9:00 on; cut after some of them."""
    each = Hour(whole.total.sales // 12, whole.lines // 12)
    held = dict.fromkeys(range(9, 9 + hours), each)
    if hours == 12:
        return replace(whole, hours=held)
    total = Part(each.sales * hours, whole.total.orders, whole.total.quantity)
    return replace(whole, total=total, hours=held, is_finished=False)


def cut(times: float, hours: int, *, known: list[DayParts] | None = None, whole_hours: int = 15) -> Judgement:
    facts = Facts(Language.ENGLISH, unfinished=True, whole_hours=whole_hours)
    known = [by_the_hour(each) for each in days(NUMBER)] if known is None else known
    return judged(by_the_hour(day(NUMBER, times), hours), known, facts)


def test_an_unfinished_day_is_judged_by_the_earlier_days_up_to_the_same_hour() -> None:
    found = cut(1.0, 6)
    assert (found.verdict, found.fault, found.until) == (Verdict.NORMAL, "unfinished", "15:00")
    whole = judged(day(NUMBER), days(NUMBER), Facts(Language.ENGLISH))
    assert found.expected_sales is not None
    assert whole.expected_sales is not None
    assert found.expected_sales == pytest.approx(whole.expected_sales / 2, rel=0.02)
    assert found.reason.startswith("As expected up to 15:00: ")
    assert found.in_other_language.reason.startswith("截至 15:00 符合预期：")
    assert not found.drivers
    low = cut(0.5, 6)
    assert low.verdict is Verdict.ALARMING
    assert low.reason.startswith("Up to 15:00 below what was expected: ")
    assert cut(2.0, 6).verdict is Verdict.GOOD


def test_the_hour_in_which_a_file_was_cut_does_not_count() -> None:
    found = cut(1.0, 7)  # the last of them is not over
    assert (found.verdict, found.until) == (Verdict.NORMAL, "15:00")
    assert found.sales_until == cut(1.0, 6).sales_until


def test_an_unfinished_day_is_partial_where_hours_are_not_known_or_few() -> None:
    for found in (cut(1.0, 6, known=days(NUMBER)), cut(1.0, 1, whole_hours=10), cut(1.0, 6, whole_hours=0)):
        assert (found.verdict, found.fault, found.until) == (Verdict.DOUBTFUL, "unfinished", "")
        assert found.reason.startswith("The day is not over in this file, so it is not judged; expected for the whole")
