"""`generate`: a sales file by its seed, with the answers that are right."""

from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import NamedTuple

from tests.cases.generated.answers import Told, right_answers
from tests.cases.generated.columns import Plan, make_plan
from tests.cases.generated.documents import document
from tests.cases.generated.headers import make_header
from tests.cases.generated.layout import Laid, blank_first_column, lay_out
from tests.cases.generated.rows import Habits, Money, Rows, data_rows, kept_fates, make_habits
from tests.cases.generated.style import DateStyle, NumberStyle, date_style, number_style, open_decimal
from tests.cases.generated.texts import Written, text_file
from tests.cases.generated.truth import Fate, Truth, make_truth
from tests.cases.generated.workbooks import text_of, workbook
from tests.cases.right import Case


class Generated(NamedTuple):
    seed: int
    case: Case
    content: bytes
    features: tuple[str, ...]


def generate(seed: int) -> Generated:
    """The file of a seed: the same seed, the same file."""
    random = Random(seed)  # noqa: S311  no secret hangs on it
    plan = make_plan(random)
    clock = random.random() < 0.6 and "time" not in plan.fields
    dates = date_style(random, plan.language, clock=clock)
    wishes = plan.wishes(random)
    wishes = replace(wishes, partial_day=wishes.partial_day and bool(dates.clock))
    second = wishes.returns and "type" not in plan.fields and random.random() < 0.15
    truth = kept_fates(make_truth(random, plan.language, wishes), plan)
    habits = make_habits(random, plan)
    header, factor = make_header(random, plan)
    numbers = _numbers(random, plan, factor)
    if numbers.currency and any("usd" in name.lower() or "€" in name for name in header):
        numbers = replace(numbers, prefix="", suffix="")
    habits = replace(habits, currencies=numbers.currencies(habits.currencies))
    laid = _laid(random, plan, truth, habits, header, second=second)
    written = _written(random, plan, laid, numbers, dates)
    money = [text_of(cell, numbers, dates) for row in laid.rows for cell in row if isinstance(cell, Money)]
    asks = {"decimal": open_decimal(money), "date_format": dates.open(order.moment for order in truth.orders)}
    asks["currency"] = len(habits.currencies) > 1
    asks["columns"] = plan.of_orders and any(len(order.lines) > 1 for order in truth.orders)
    told = Told(plan, truth, returns_by_name=second or habits.positive_returns, partial=wishes.partial_day)
    day = random.choice(truth.days) if random.random() < 0.04 else None
    no_sales = day is not None and not truth.on(day)
    case = Case(
        kind=plan.name,
        right=right_answers(told, day, currencies=habits.currencies, garbled=written.garbled),
        asks=tuple(name for name, open_ in asks.items() if open_),
        refuses="" if written.spoilt or second or asks["currency"] else "holds no row for" if no_sales else None,
        options={"date": day} if day else {},
    )
    features = [plan.name, plan.language.code, *laid.features, *written.features, f"dates {dates.name}{dates.clock}"]
    features += [name for name, there in (("partial day", wishes.partial_day), ("day asked for", day)) if there]
    features += [f"{numbers.point}{numbers.group}{numbers.prefix}{numbers.suffix}{numbers.negative}{factor}"]
    return Generated(seed, case, written.content, tuple(features))


def _numbers(random: Random, plan: Plan, factor: Decimal) -> NumberStyle:
    style = replace(number_style(random, plan.language), factor=factor)
    if plan.weights:
        style = replace(style, unit="", count_places=0)
    return style if factor == 1 else replace(style, prefix="", suffix="")


def _laid(random: Random, plan: Plan, truth: Truth, habits: Habits, header: list[str], *, second: bool) -> Laid:
    """The table, with the refunds below it in a table of their own where ``second``."""
    sold = truth.without([order for order in truth.orders if not second or order.fate is not Fate.RETURN])
    returned = truth.without([order for order in truth.orders if order.fate is Fate.RETURN])
    laid = lay_out(random, plan, sold, header, data_rows(random, plan, sold, habits))
    if second and returned.orders:
        alone = replace(habits, positive_returns=True)
        title = random.choice(plan.language.refunds)
        more: Rows = [[], [title], list(header), *data_rows(random, plan, returned, alone)]
        laid = replace(laid, rows=[*laid.rows, *more], features=(*laid.features, "refunds below"))
    return blank_first_column(laid) if random.random() < 0.02 else laid


def _written(random: Random, plan: Plan, laid: Laid, numbers: NumberStyle, dates: DateStyle) -> Written:
    draw = random.random()
    if draw < 0.2:
        return workbook(random, laid, numbers, dates)
    if draw < 0.28:
        return document(random, laid, numbers, dates)
    rows = [[text_of(cell, numbers, dates) for cell in row] for row in laid.rows]
    return text_file(random, plan.language, rows, laid.header_at, comma=numbers.point == ",")
