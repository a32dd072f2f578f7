"""`generate`: a sales file by its seed, with the answers that are right."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import NamedTuple

from tests.cases.generated.columns import Plan, make_plan
from tests.cases.generated.headers import make_header
from tests.cases.generated.layout import Laid, blank_first_column, lay_out
from tests.cases.generated.rows import Habits, Money, Rows, data_rows, kept_fates, make_habits
from tests.cases.generated.style import DateStyle, NumberStyle, date_style, number_style, open_decimal
from tests.cases.generated.texts import Written, text_file
from tests.cases.generated.truth import Fate, Order, Truth, best, make_truth, sales
from tests.cases.generated.workbooks import json_records, text_of, web_page, workbook, xml_2003
from tests.cases.right import Case, Right


class Generated(NamedTuple):
    seed: int
    case: Case
    content: bytes
    features: tuple[str, ...]


def generate(seed: int) -> Generated:
    """The file of a seed: the same seed, the same file."""
    random = Random(seed)  # noqa: S311  no secret hangs on it
    plan = make_plan(random)
    wishes = plan.wishes(random)
    second = wishes.returns and "type" not in plan.fields and random.random() < 0.15
    clock = random.random() < 0.6 and "time" not in plan.fields
    wishes = replace(wishes, partial_day=wishes.partial_day and clock)
    truth = kept_fates(make_truth(random, plan.language, wishes), plan)
    habits = make_habits(random, plan)
    numbers = _numbers(random, plan)
    dates = date_style(random, plan.language, clock=clock)
    wishes = replace(wishes, partial_day=wishes.partial_day and bool(dates.clock))
    header, factor = make_header(random, plan)
    numbers = replace(numbers, factor=factor, **({"prefix": "", "suffix": ""} if factor != 1 else {}))  # type: ignore[arg-type]
    laid = _laid(random, plan, truth, habits, header, second=second)
    written = _written(random, plan, laid, numbers, dates)
    money = [text_of(cell, numbers, dates) for row in laid.rows for cell in row if isinstance(cell, Money)]
    asks = [("decimal", open_decimal(money)), ("date_format", dates.open(order.moment for order in truth.orders))]
    rights = _rights(plan, truth, habits, wishes_partial=wishes.partial_day, second=second)
    case = Case(
        kind=plan.name,
        right=rights,
        asks=tuple(name for name, open_ in asks if open_),
        refuses="" if written.spoilt or second else None,
    )
    features = [plan.name, plan.language.code, *laid.features, *written.features, f"dates {dates.name}{dates.clock}"]
    features += [name for name, there in (("second table", second), ("partial day", wishes.partial_day)) if there]
    features += [f"{numbers.point}{numbers.group}{numbers.prefix}{numbers.suffix}{numbers.negative}{factor}"]
    return Generated(seed, case, written.content, tuple(features))


def _numbers(random: Random, plan: Plan) -> NumberStyle:
    style = number_style(random, plan.language)
    return replace(style, unit="", count_places=0) if plan.weights else style


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
    rows = [[text_of(cell, numbers, dates) for cell in row] for row in laid.rows]
    if draw < 0.2:
        return workbook(random, laid, numbers, dates)
    if draw < 0.23:
        return web_page(rows)
    if draw < 0.25:
        return xml_2003(laid.rows, numbers, dates)
    if draw < 0.28 and not laid.features:
        return json_records(laid, numbers, dates)
    return text_file(random, plan.language, rows, laid.header_at, comma=numbers.point == ",")


def _rights(plan: Plan, truth: Truth, habits: Habits, *, wishes_partial: bool, second: bool) -> tuple[Right, ...]:
    days = truth.days
    if wishes_partial:
        unfinished = _right(plan, truth, days[-1]).model_copy(update={"says": "unfinished|complete|until|so far"})
        return _right(plan, truth, days[-2]), unfinished
    day = days[-1]
    rights = [_right(plan, truth, day)]
    returns = [order for order in truth.on(day) if order.fate is Fate.RETURN]
    told = habits.positive_returns or second
    if returns and told:  # left out, and said, is as good as taken off
        sold = truth.without([order for order in truth.orders if order.fate is not Fate.RETURN])
        rights.append(_right(plan, sold, day).model_copy(update={"says": "refund|return|table"}))
    return tuple(rights)


def _right(plan: Plan, truth: Truth, day: dt.date) -> Right:
    orders = truth.on(day)
    before = truth.on(day - dt.timedelta(days=1))
    lines = [line for order in orders for line in order.lines]
    plain = all(line.goods for line in lines) and not any(order.fate is Fate.RETURN for order in orders)
    region = best(orders, "region") if "region" in plan.fields else None
    return Right(
        date=day,
        total_sales=_cents(sales(orders)),
        orders=_order_count(plan, orders) if plain else None,
        quantity=sum((line.quantity for line in lines), Decimal(0)) if plain and "quantity" in plan.fields else None,
        best_product=best(orders, "product") if "product" in plan.fields else None,
        previous_day=_cents(sales(before)) if before else None,
        names=(region,) if region else (),
    )


def _order_count(plan: Plan, orders: list[Order]) -> int:
    return len(orders) if "order" in plan.fields else sum(len(order.lines) for order in orders)


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))
