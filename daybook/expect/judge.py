"""`judged`: whether a day is as the book let expect, what is wrong with its data, and what moved it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from daybook.expect import texts
from daybook.expect.calendar import is_known, kind_of
from daybook.expect.faults import Fault, Usual, fault_of
from daybook.expect.history import History, is_learned_from
from daybook.expect.moved import Moved, taken_apart
from daybook.expect.parts import NOTHING, DayParts, PartsOf, products_of, regions_of
from daybook.expect.saying import Count, Day, Money, Name, Percent, Saying, Value
from daybook.expect.series import LEAST_DAYS, Expected
from daybook.explanation import NAMES, NOTE_CHARACTERS, Explanation
from daybook.judgement import UNEXPLAINABLE, Driver, Judgement, JudgementWords, Unusual, Verdict
from daybook.language import Language, Text, literal
from daybook.words.figures import DAYS
from daybook.words.names import plain
from daybook.words.texts import ONE_OF_DIMENSION

PART_IMPACT = 0.08
"""Part of the day's expected sales by which a product or region must fall short to alarm by itself."""
PART_WIDTH = 1.6
"""How much wider than the day's the interval of a product or region is: there are many of them."""
LEAST_SO_FAR = 0.2
"""Part of what was expected of a whole day from which what came so far is judged: before that it says little."""
MOST_UNUSUAL = 10
MOST_DRIVERS = 3
DRIVER_SHARE = 15.0
"""Percent of the change from which a part is worth a sentence."""
SENTENCE_NOTE = 2 * NOTE_CHARACTERS
"""Columns of a note in a sentence: all of it."""
_WHOLE = 100.0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the day's file beside its sums."""

    language: Language
    unfinished: bool = False
    repeated: float = 0.0
    """Part of the rows that equal another of the same order."""
    dimension: str = "region"
    explained: Explanation | None = None
    """Why the day was as it was, as somebody said."""
    whole_hours: int = 0
    """Of an unfinished day: how many of its hours are over."""


@dataclass(frozen=True, slots=True)
class _Range:
    """What was expected of one figure; NaN where too little is known."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, made: Expected, place: int = 0) -> "_Range":
        return cls(*(float(values[0, place]) for values in (made.value, made.low, made.high)))


_UNKNOWN = _Range(float("nan"), float("nan"), float("nan"))


@dataclass(frozen=True, slots=True)
class _SoFar:
    """An unfinished day up to the last hour that is over."""

    hours: int
    sales: float
    made: Expected

    @property
    def until(self) -> str:
        """The end of that hour."""
        return f"{self.hours}:00"


def judged(today: DayParts, known: Sequence[DayParts], facts: Facts) -> Judgement:
    """What the days of a book say of a day.

    Args:
        today: the day.
        known: days of the book; those before it count.
        facts: what else is known of it.
    """
    history = History.before(today.date, known)
    sales = rows = _UNKNOWN
    made = None
    if history is not None:
        made = history.expected(
            np.hstack([history.totals(lambda day: float(day.sales())), history.totals(lambda day: float(day.lines))])
        )
        sales, rows = _Range.of(made), _Range.of(made, 1)
    so_far = _so_far(today, history, facts, sales.value)
    usual = Usual(sales.value, rows.value, rows.low)
    one = ONE_OF_DIMENSION[facts.dimension]
    fault = None if facts.unfinished else fault_of(today, history, usual, facts.repeated, one)
    unusual = _unusual(today, history, sales.value) if history is not None and not facts.unfinished else []
    verdict, reason = _of_part(so_far) if so_far else _verdict(today, history, made, facts, fault, unusual)
    if so_far:
        made, sales = so_far.made, _Range.of(so_far.made)
    code = "unfinished" if facts.unfinished else fault.code if fault else ""
    if facts.explained is not None:
        reason = _explained(facts.explained, reason)
        if so_far or code not in UNEXPLAINABLE:
            verdict, code = Verdict.NORMAL, code if so_far else ""
    moved = _moved(today, known)
    # what a day that is not over lacks moved nothing
    is_told = moved and not facts.unfinished and not (fault and fault.is_data)
    drivers = sayings(moved, Day(moved.since)) if moved and is_told else []
    special = kind_of(today.date)
    method = _method(made.method[0], today) if made and not np.isnan(sales.value) else None
    words = {
        language: JudgementWords(
            reason=reason.to(language),
            special=special.name.to(language) if special else "",
            method=method.to(language) if method else "",
            drivers=[driver.to(language) for driver in drivers],
        )
        for language in Language
    }
    other = next(language for language in Language if language is not facts.language)
    return Judgement(
        verdict=verdict,
        fault=code,
        until=so_far.until if so_far else "",
        sales_until=_cents(so_far.sales) if so_far else None,
        expected_sales=_cents(sales.value),
        expected_low=_cents(sales.low),
        expected_high=_cents(sales.high),
        usual_rows=history.usual_rows(today.date) if history is not None else None,
        days=len(history) if history is not None else 0,
        explained_days=sum(day.date < today.date and day.is_finished and not is_learned_from(day) for day in known),
        explained=facts.explained,
        error_percent=_error(made),
        compared_to=moved.since if moved else None,
        parts=[part for parts in moved.views.values() for part in parts] if moved else [],
        unusual=unusual,
        language=facts.language,
        in_other_language=words[other],
        **words[facts.language].model_dump(),
    )


def _verdict(
    today: DayParts,
    history: History | None,
    made: Expected | None,
    facts: Facts,
    fault: Fault | None,
    unusual: list[Unusual],
) -> tuple[Verdict, Saying]:
    sales = _Range.of(made) if made else _UNKNOWN
    now = float(today.sales())
    money = {"sales": now, "expected": sales.value, "low": sales.low, "high": sales.high}
    shown: dict[str, Value] = {name: Money(value) for name, value in money.items()}
    if facts.unfinished:
        text = texts.UNFINISHED_ONLY if np.isnan(sales.value) else texts.UNFINISHED
        return Verdict.DOUBTFUL, Saying(text, {} if np.isnan(sales.value) else shown)
    if fault is not None:
        return Verdict.DOUBTFUL if fault.is_data else Verdict.ALARMING, fault.sentence
    if np.isnan(sales.value):
        return Verdict.NORMAL, _unknown(today, history)
    if now < sales.low:
        verdict, text = Verdict.ALARMING, texts.BELOW
    elif now > sales.high:
        verdict, text = Verdict.GOOD, texts.ABOVE
    else:
        fallen = max(unusual, key=lambda each: each.expected - each.sales, default=None)
        if fallen is not None and fallen.expected - fallen.sales >= PART_IMPACT * sales.value:
            return Verdict.ALARMING, _with_calendar(_fallen(fallen, facts), today)
        verdict, text = Verdict.NORMAL, texts.AS_EXPECTED
    sentence = _with_special(Saying(text, shown), today, made)
    return verdict, sentence if verdict is Verdict.NORMAL else _with_calendar(sentence, today)


def _explained(said: Explanation, sentence: Saying) -> Saying:
    """What was said of the day, and then what was seen."""
    text = texts.EXPLAINED_WITH_NOTE if said.note else texts.EXPLAINED
    note = literal(plain(said.note, SENTENCE_NOTE, SENTENCE_NOTE))
    values: dict[str, Value] = {"because": NAMES[said.because], "said": Text(said.said, said.said)}
    return Saying(text, {**values, "note": Text(note, note), "sentence": sentence})


def _so_far(today: DayParts, history: History | None, facts: Facts, whole: float) -> _SoFar | None:
    """An unfinished day beside the earlier days up to the same hour; ``None`` where too little is known by the hour.

    Args:
        today: the day.
        history: the days before it.
        facts: what else is known of it.
        whole: what was expected of all of it.
    """
    hours = facts.whole_hours
    now = today.up_to(hours) if facts.unfinished and hours else None
    if history is None or now is None:
        return None
    made = history.expected(history.totals(lambda day: _number(day.up_to(hours))))
    value = _Range.of(made).value
    if np.isnan(value) or (not np.isnan(whole) and value < LEAST_SO_FAR * whole):
        return None
    return _SoFar(hours, float(now), made)


def _of_part(so_far: _SoFar) -> tuple[Verdict, Saying]:
    expected = _Range.of(so_far.made)
    money = {"sales": so_far.sales, "expected": expected.value, "low": expected.low, "high": expected.high}
    shown: dict[str, Value] = {"until": Name(so_far.until), **{name: Money(value) for name, value in money.items()}}
    if so_far.sales < expected.low:
        return Verdict.ALARMING, Saying(texts.SO_FAR_BELOW, shown)
    if so_far.sales > expected.high:
        return Verdict.GOOD, Saying(texts.SO_FAR_ABOVE, shown)
    return Verdict.NORMAL, Saying(texts.SO_FAR_AS_EXPECTED, shown)


def _number(value: Fraction | None) -> float:
    return float("nan") if value is None else float(value)


def _unknown(today: DayParts, history: History | None) -> Saying:
    """Why nothing was expected of the day."""
    held = len(history) if history is not None else 0
    if held < LEAST_DAYS:
        return Saying(texts.TOO_FEW_DAYS, {"days": Count(held, DAYS), "least": Count(LEAST_DAYS)})
    return Saying(texts.NOT_THIS_DAY, {"weekday": Day(today.date, weekday_only=True)})


def _fallen(part: Unusual, facts: Facts) -> Saying:
    one = ONE_OF_DIMENSION[facts.dimension] if part.view == "region" else texts.PRODUCT
    values: dict[str, Value] = {
        "one": one,
        "name": Name(part.name),
        "sales": Money(part.sales),
        "expected": Money(part.expected),
    }
    return Saying(texts.PART_FELL, values)


def _with_calendar(sentence: Saying, today: DayParts) -> Saying:
    """What is out of the ordinary, and whether it may be a holiday that is not known."""
    year = today.date.year
    return sentence if is_known(year) else Saying(texts.NO_CALENDAR, {"sentence": sentence, "year": Name(str(year))})


def _method(name: str, today: DayParts) -> Saying:
    """How the expectation was made; that of each day of a year whose holidays are not known says so."""
    method, year = Saying(texts.METHODS[name]), today.date.year
    values: dict[str, Value] = {"method": method, "year": Name(str(year))}
    return method if is_known(year) else Saying(texts.METHOD_WITHOUT_CALENDAR, values)


def _with_special(sentence: Saying, today: DayParts, made: Expected | None) -> Saying:
    special = kind_of(today.date)
    if special is None:
        return sentence
    text = texts.SPECIAL_DAY_UNSEEN if made is not None and made.unseen[0] else texts.SPECIAL_DAY
    return Saying(text, {"sentence": sentence, "name": special.name})


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


def sayings(moved: Moved, since: Value) -> list[Saying]:
    """The parts that explain most of the change: products or regions, whichever say more, and one effect.

    Args:
        moved: the change.
        since: what the earlier day or period is called.
    """
    whole = moved.change
    if not whole:
        return []
    named = {view: _worth_telling(moved.views.get(view, []), whole, MOST_DRIVERS - 1) for view in _VIEWS}
    best = max(named.values(), key=lambda parts: (sum(abs(part.change) for part in parts), -len(parts)))
    effects = _worth_telling(moved.views.get("effect", []), whole, 1)
    return [_said(part, moved, since) for part in (*best, *effects)]


def _worth_telling(parts: Sequence[Driver], whole: float, most: int) -> list[Driver]:
    """Those that pulled the change its own way, or the other way by more than all of it; the largest first."""
    telling = [part for part in parts if part.status != "others" and not -_WHOLE <= _share(part, whole) < DRIVER_SHARE]
    return sorted(telling, key=lambda part: -abs(part.change))[:most]


def _share(part: Driver, whole: float) -> float:
    """What the part is of the whole change, in percent; below 0 where it pulled the other way."""
    return _WHOLE * part.change / whole


def _said(part: Driver, moved: Moved, since: Value) -> Saying:
    share = _share(part, moved.change)
    of = texts.SHARE_OF_FALL if moved.change < 0 else texts.SHARE_OF_RISE
    values: dict[str, Value] = {
        "sign": texts.UP if part.change > 0 else texts.DOWN,
        "amount": Money(abs(part.change)),
        "day": since,
        # parts that pull in different ways are more than the whole: a share of it would say nothing
        "share": Saying(of, {"share": Percent(share)}) if 0 <= share <= _WHOLE else texts.NO_SHARE,
    }
    if part.view == "effect":
        return Saying(texts.EFFECTS[part.name], values)
    new, vanished = texts.NEW_PART, texts.VANISHED_PART
    if isinstance(since, Text):
        new, vanished = texts.NEW_IN_PERIOD, texts.VANISHED_IN_PERIOD
    text = {"new": new, "vanished": vanished}.get(part.status, texts.PART_MOVED)
    return Saying(text, {"name": Name(part.name), **values})


def _error(made: Expected | None) -> float | None:
    error = float(made.error[0]) if made is not None else float("nan")
    return None if np.isnan(error) else round(_WHOLE * error, 1)


def _cents(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 2)
