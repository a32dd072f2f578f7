"""`judged`: whether a day is as the book let expect, what is wrong with its data, and what moved it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from daybook.expect import texts
from daybook.expect.calendar import kind_of
from daybook.expect.faults import Fault, Usual, fault_of
from daybook.expect.history import History
from daybook.expect.moved import Moved, taken_apart
from daybook.expect.parts import NOTHING, DayParts, PartsOf, products_of, regions_of
from daybook.expect.series import LEAST_DAYS, Expected
from daybook.language import Language, Text
from daybook.report import Driver, Judgement, Unusual, Verdict
from daybook.words.figures import DAYS, counted, percent, short_amount, weekday
from daybook.words.figures import day as said_day
from daybook.words.names import plain
from daybook.words.texts import ONE_OF_DIMENSION, PRODUCT

PART_IMPACT = 0.08
"""Part of the day's expected sales by which a product or region must fall short to alarm by itself."""
PART_WIDTH = 1.6
"""How much wider than the day's the interval of a product or region is: there are many of them."""
MOST_UNUSUAL = 10
MOST_DRIVERS = 3
DRIVER_SHARE = 15.0
"""Percent of the change from which a part is worth a sentence."""
_WHOLE = 100.0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the day's file beside its sums."""

    language: Language
    unfinished: bool = False
    repeated: float = 0.0
    """Part of the rows that equal another of the same order."""
    dimension: str = "region"


@dataclass(frozen=True, slots=True)
class _Range:
    """What was expected of one figure; NaN where too little is known."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, made: Expected, place: int = 0) -> "_Range":
        return cls(*(float(values[0, place]) for values in (made.value, made.low, made.high)))


def judged(today: DayParts, known: Sequence[DayParts], facts: Facts) -> Judgement:
    """What the days of a book say of a day.

    Args:
        today: the day.
        known: days of the book; those before it count.
        facts: what else is known of it.
    """
    history = History.before(today.date, known)
    nothing = float("nan")
    sales = rows = _Range(nothing, nothing, nothing)
    made = None
    if history is not None:
        made = history.expected(
            np.hstack([history.totals(lambda day: float(day.sales())), history.totals(lambda day: float(day.lines))])
        )
        sales, rows = _Range.of(made), _Range.of(made, 1)
    usual = Usual(sales.value, rows.value, rows.low)
    one = ONE_OF_DIMENSION[facts.dimension]
    fault = None if facts.unfinished else fault_of(today, history, usual, facts.repeated, one, facts.language)
    unusual = _unusual(today, history, sales.value) if history is not None and not facts.unfinished else []
    verdict, reason = _verdict(today, history, sales, facts, fault, unusual)
    moved = _moved(today, known)
    special = kind_of(today.date)
    return Judgement(
        verdict=verdict,
        reason=reason,
        fault="unfinished" if facts.unfinished else fault.code if fault else "",
        expected_sales=_cents(sales.value),
        expected_low=_cents(sales.low),
        expected_high=_cents(sales.high),
        special=special.name.to(facts.language) if special else "",
        days=len(history) if history is not None else 0,
        method=texts.METHODS[made.method[0]].to(facts.language) if made and not np.isnan(sales.value) else "",
        error_percent=_error(made),
        compared_to=moved.since if moved else None,
        drivers=_sentences(moved, facts.language) if moved and not (fault and fault.is_data) else [],
        parts=[part for parts in moved.views.values() for part in parts] if moved else [],
        unusual=unusual,
    )


def _verdict(
    today: DayParts, history: History | None, sales: _Range, facts: Facts, fault: Fault | None, unusual: list[Unusual]
) -> tuple[Verdict, str]:
    language = facts.language
    low, high = (short_amount(value, language) for value in _finite(sales.low, sales.high))
    if facts.unfinished:
        text = texts.UNFINISHED_ONLY if np.isnan(sales.value) else texts.UNFINISHED
        return Verdict.DOUBTFUL, text.to(language, low=low, high=high)
    if fault is not None and fault.is_data:
        return Verdict.DOUBTFUL, fault.sentence
    if np.isnan(sales.value):
        return Verdict.NORMAL, _unknown(today, history, language)
    now = float(today.sales())
    shown = {
        "sales": short_amount(now, language),
        "expected": short_amount(sales.value, language),
        "low": low,
        "high": high,
    }
    if fault is not None:
        return Verdict.ALARMING, fault.sentence
    if now < sales.low:
        verdict, sentence = Verdict.ALARMING, texts.BELOW.to(language, **shown)
    elif now > sales.high:
        verdict, sentence = Verdict.GOOD, texts.ABOVE.to(language, **shown)
    else:
        fallen = max(unusual, key=lambda each: each.expected - each.sales, default=None)
        if fallen is not None and fallen.expected - fallen.sales >= PART_IMPACT * sales.value:
            return Verdict.ALARMING, _fallen(fallen, facts)
        verdict, sentence = Verdict.NORMAL, texts.AS_EXPECTED.to(language, **shown)
    return verdict, _with_special(sentence, today, history, language)


def _unknown(today: DayParts, history: History | None, language: Language) -> str:
    """Why nothing was expected of the day."""
    days = len(history) if history is not None else 0
    if days < LEAST_DAYS:
        return texts.TOO_FEW_DAYS.to(language, days=counted(days, DAYS, language), least=LEAST_DAYS)
    return texts.NOT_THIS_DAY.to(language, weekday=weekday(today.date, language))


def _fallen(part: Unusual, facts: Facts) -> str:
    one = ONE_OF_DIMENSION[facts.dimension] if part.view == "region" else PRODUCT
    name = one.to(facts.language)
    return texts.PART_FELL.to(
        facts.language,
        one=name.lower(),
        name=plain(part.name),
        sales=short_amount(part.sales, facts.language),
        expected=short_amount(part.expected, facts.language),
    )


def _with_special(sentence: str, today: DayParts, history: History | None, language: Language) -> str:
    special = kind_of(today.date)
    if special is None:
        return sentence
    seen = [day for day in (history.days if history else []) if day is not None]
    known = any((other := kind_of(day.date)) is not None and other.group == special.group for day in seen)
    text: Text = texts.SPECIAL_DAY if known else texts.SPECIAL_DAY_UNSEEN
    return text.to(language, sentence=sentence, name=special.name)


def _unusual(today: DayParts, history: History, whole: float) -> list[Unusual]:
    """The large products and regions outside their intervals, those furthest off in money first."""
    if np.isnan(whole):
        return []
    found = []
    for view, parts_of in _VIEWS.items():
        names = history.large(parts_of)
        now = parts_of(today)
        if not names or now is None:
            continue
        made = history.expected(history.parts(parts_of, names)["sales"])
        for place, name in enumerate(names):
            each, sales = _Range.of(made, place), float(today.sales(now.get(name, NOTHING)))
            if np.isnan(each.value) or (today.is_cut and name not in now):
                continue
            low, high = (each.value * (bound / each.value) ** PART_WIDTH for bound in (each.low, each.high))
            if not low <= sales <= high:
                cents = (_cents(value) or 0.0 for value in (sales, each.value, low, high))
                found.append(Unusual(view=view, name=name, **dict(zip(_FIGURES, cents, strict=True))))
    return sorted(found, key=lambda each: -abs(each.sales - each.expected))[:MOST_UNUSUAL]


_FIGURES = ("sales", "expected", "low", "high")
_VIEWS: Mapping[str, PartsOf] = {
    "product": products_of,
    "region": regions_of,
}


def _moved(today: DayParts, known: Sequence[DayParts]) -> Moved | None:
    """The change against the same weekday a week before, or else the day before."""
    held = {day.date: day for day in known}
    for days in (7, 1):
        before = held.get(today.date - dt.timedelta(days=days)) if today.date.toordinal() > days else None
        if before is not None:
            return taken_apart(today, before)
    return None


def _sentences(moved: Moved, language: Language) -> list[str]:
    """The parts that explain most of the change: products or regions, whichever say more, and one effect."""
    whole = moved.change
    if not whole:
        return []
    named = {view: _worth_telling(moved.views.get(view, []), whole, MOST_DRIVERS - 1) for view in _VIEWS}
    best = max(named.values(), key=lambda parts: (abs(sum(part.change for part in parts)), -len(parts)))
    effects = _worth_telling(moved.views.get("effect", []), whole, 1)
    return [_said(part, moved, language) for part in (*best, *effects)]


def _worth_telling(parts: Sequence[Driver], whole: float, most: int) -> list[Driver]:
    """Those that pulled the change its own way, the largest first."""
    return [part for part in parts if part.status != "others" and _WHOLE * part.change / whole >= DRIVER_SHARE][:most]


def _said(part: Driver, moved: Moved, language: Language) -> str:
    share = _WHOLE * part.change / moved.change
    # parts that pull in different ways are more than the whole: a share of it would say nothing
    of = (texts.SHARE_OF_FALL if moved.change < 0 else texts.SHARE_OF_RISE).to(language, share=percent(share))
    shown = {
        "sign": (texts.UP if part.change > 0 else texts.DOWN).to(language),
        "amount": short_amount(abs(part.change), language),
        "day": said_day(moved.since, language),
        "share": of if share <= _WHOLE else "",
    }
    if part.view == "effect":
        return texts.EFFECTS[part.name].to(language, **shown)
    text = {"new": texts.NEW_PART, "vanished": texts.VANISHED_PART}.get(part.status, texts.PART_MOVED)
    return text.to(language, name=plain(part.name), **shown)


def _error(made: Expected | None) -> float | None:
    error = float(made.error[0]) if made is not None else float("nan")
    return None if np.isnan(error) else round(_WHOLE * error, 1)


def _cents(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 2)


def _finite(*values: float) -> list[float]:
    return [0.0 if np.isnan(value) else value for value in values]
