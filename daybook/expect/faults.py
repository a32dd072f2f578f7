"""`fault_of`: faults of the data, and a wave of refunds, recognised as what they are before anything is said of sales.

Each is told from the day's own sums beside those of the days before it:

- the day's rows stand in the file twice: every count of every product, region and price is even, and there is more of
  everything than was expected;
- a region that sold every day has no row at all;
- a product's average price is ten, a hundred or a thousand times what it always was, or that part of it;
- rows are missing, and every product and region is short by about the same part;
- refunds are several times what they ever were.
"""

from dataclasses import dataclass

import numpy as np

from daybook.expect import texts
from daybook.expect.history import History
from daybook.expect.parts import NOTHING, DayParts, PartsOf, products_of, regions_of
from daybook.expect.saying import Count, Money, Name, Saying, Value
from daybook.expect.series import LEAST_DAYS
from daybook.language import Text
from daybook.words.figures import ROWS

DOUBLED_FROM = 1.5
"""Times the expected rows from which a day whose counts are all even is there twice."""
HALF_BELOW = 0.68
"""Part of the expected rows below which rows may be missing."""
ALIKE = 0.75
"""How far products, or regions, may lie from each other, half of them, when rows are missing everywhere alike:
in deviations of what chance does to so many orders, and `STRAY` beside it. Of chance alone it is 0.7."""
STRAY = 0.1
ALIKE_LEAST, ORDERS_LEAST = 3, 10
REGION_DAYS = 14
"""On so many of the latest known days, all of them, a region had sales whose rows are missing."""
REGION_SHARE = 0.02
POWERS = (10.0, 100.0, 1000.0, 0.1, 0.01, 0.001)
POWER_REACH = 0.2
"""How far, in logarithms, a price may lie from one that slipped."""
PRICE_STEADY = 0.15
"""How far, in logarithms, a price usually strays that can be said to have slipped."""
PRICE_IMPACT = 0.02
"""Part of the expected sales that a slipped price must come to."""
REFUND_TIMES, REFUND_SHARE = 3.0, 0.08
"""A wave of refunds: so many times the largest of the last four weeks, and that part of expected sales."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, by its code, and the sentence on it."""

    code: str
    sentence: Saying
    is_data: bool = True
    """False for refunds: they are a fact."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual of a day, by the days before it: NaN where too little is known."""

    sales: float
    rows: float
    rows_low: float


def fault_of(
    today: DayParts,
    history: History | None,
    usual: Usual,
    repeated: float,
    one: Text,
) -> Fault | None:
    """The gravest fault of a day; ``None`` where nothing is wrong.

    Args:
        today: the day.
        history: the days before it.
        usual: what is expected of it.
        repeated: part of its rows that equal another of the same order.
        one: what one region is called.
    """
    if history is None or not history.recent:
        return _doubled(today, None, usual, repeated)
    return (
        _doubled(today, history, usual, repeated)
        or _missing_region(today, history, one)
        or _price_slip(today, history, usual)
        or _half(today, history, usual)
        or _refunds(today, history, usual)
    )


def _doubled(
    today: DayParts,
    history: History | None,
    usual: Usual,
    repeated: float,
) -> Fault | None:
    ordinary = bool(history) and any(day.is_even for day in (history.recent if history else [])[-7:])
    more = np.isnan(usual.rows) or today.lines >= DOUBLED_FROM * usual.rows
    is_doubled = (today.is_even and not ordinary) or repeated >= 0.45  # noqa: PLR2004 (half of the rows, or nearly)
    if not (is_doubled and more):
        return None
    return Fault("doubled", Saying(texts.DOUBLED, {"rows": Count(today.lines)}))


def _missing_region(today: DayParts, history: History, one: Text) -> Fault | None:
    days = [day for day in history.recent if day.regions is not None][-REGION_DAYS:]
    if len(days) < REGION_DAYS or today.regions is None or not today.lines or today.is_cut:
        return None
    whole = float(sum(day.sales() for day in days))
    missing = []
    for name in days[-1].regions or {}:
        sums = [(day.regions or {}).get(name, NOTHING) for day in days]
        sales = float(sum(day.sales(part) for day, part in zip(days, sums, strict=True)))
        orders = [part.orders for part in sums]
        # on a day on which it sold five on average, a quiet one is no wonder
        steady = min(orders) > 0 and sum(orders) / len(orders) >= 8  # noqa: PLR2004
        if name and name not in today.regions and steady and sales >= REGION_SHARE * whole:
            missing.append((sales / len(days), name))
    if not missing:
        return None
    sales, name = max(missing)
    values: dict[str, Value] = {"one": one, "name": Name(name), "usual": Money(sales)}
    return Fault("missing_region", Saying(texts.MISSING_REGION, values))


def _price_slip(today: DayParts, history: History, usual: Usual) -> Fault | None:
    found = []
    for name, part in (today.products or {}).items():
        if part.quantity <= 0 or part.sales <= 0 or not name:
            continue
        prices = [
            float(day.sales(was) / day.quantity(was))
            for day in history.recent
            if (was := (day.products or {}).get(name)) is not None and was.quantity > 0 and was.sales > 0
        ]
        if len(prices) < 5:  # noqa: PLR2004 (days that say what its price is)
            continue
        middle = float(np.median(prices))
        price = float(today.sales(part) / today.quantity(part))
        slipped = any(abs(np.log(price / middle / power)) <= POWER_REACH for power in POWERS)
        if slipped and float(np.median(np.abs(np.log(np.array(prices) / middle)))) <= PRICE_STEADY:
            impact = abs(float(today.sales(part)) - middle * float(today.quantity(part)))
            found.append((impact, name, price, middle))
    whole = usual.sales if not np.isnan(usual.sales) else float(today.sales())
    if not found or max(found)[0] < PRICE_IMPACT * whole:
        return None
    _, name, price, middle = max(found)
    values: dict[str, Value] = {"name": Name(name), "price": Money(price), "usual": Money(middle)}
    return Fault("price_slip", Saying(texts.PRICE_SLIP, values))


def _half(today: DayParts, history: History, usual: Usual) -> Fault | None:
    if np.isnan(usual.rows) or today.lines >= min(HALF_BELOW * usual.rows, usual.rows_low) or not today.lines:
        return None
    unlike = [_unlike(_orders(today, history, parts_of)) for parts_of in (products_of, regions_of)]
    known = [each for each in unlike if each is not None]
    if not known or max(known) > ALIKE:
        return None
    text = texts.HALF if today.regions and len(today.regions) > 1 else texts.HALF_ROWS
    return Fault("half", Saying(text, {"rows": Count(today.lines), "usual": Count(round(usual.rows))}))


def _unlike(orders: list[tuple[int, float]]) -> float | None:
    """How far half of the parts lie from each other, in deviations of chance; ``None`` where there are too few."""
    if len(orders) < ALIKE_LEAST:
        return None
    now, before = np.maximum(np.array(orders, float), 0.5).T
    ratios = np.log(now / before)
    off: float = np.median(np.abs(ratios - np.median(ratios)) / np.sqrt(1 / now + 1 / before + STRAY**2))
    return float(off)


def _orders(today: DayParts, history: History, parts_of: PartsOf) -> list[tuple[int, float]]:
    """Orders of the parts, and what they usually are on that weekday; the smallest tell nothing."""
    same = [day for day in history.recent if day.date.weekday() == today.date.weekday()] or history.recent
    now = parts_of(today) or {}
    found = []
    for name in sorted({name for day in same for name in parts_of(day) or {}} - {""}):
        usual = float(np.median([(parts_of(day) or {}).get(name, NOTHING).orders for day in same]))
        if usual >= ORDERS_LEAST and not (today.is_cut and name not in now):
            found.append((now.get(name, NOTHING).orders, usual))
    return found


def _refunds(today: DayParts, history: History, usual: Usual) -> Fault | None:
    if len(history.recent) < LEAST_DAYS or np.isnan(usual.sales):
        return None
    before = [-day.refunded / 10 ** day.decimals[0] for day in history.recent]
    now = -today.refunded / 10 ** today.decimals[0]
    if now < REFUND_SHARE * usual.sales or now < REFUND_TIMES * max(before):
        return None
    values: dict[str, Value] = {
        "amount": Money(now),
        "rows": Count(today.refunds, ROWS),
        "usual": Money(float(np.median(before))),
    }
    return Fault("refunds", Saying(texts.REFUND_WAVE, values), is_data=False)
