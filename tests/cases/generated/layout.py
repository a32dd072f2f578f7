"""`lay_out`: what stands around the data rows of a table: titles, totals, footnotes, a second table."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random

from tests.cases.generated.columns import Plan
from tests.cases.generated.rows import Count, Money, Rows, Value
from tests.cases.generated.truth import Truth

_SUMMED = {
    "quantity",
    "total",
    "paid",
    "gross",
    "discount",
    "discount_negative",
    "order_total",
    "unnamed_order_total",
    "price_as_total",
    "cost",
}
_LABELS = ("product", "index", "order", "region", "customer", "category")


@dataclass(frozen=True, slots=True)
class Laid:
    """A table as it will stand in the file."""

    rows: Rows
    header_at: int = 0
    features: tuple[str, ...] = ()
    refund_rows: int = 0
    """Rows of a second table of refunds."""


@dataclass(slots=True)
class _Draft:
    plan: Plan
    truth: Truth
    header: list[Value]
    body: Rows
    above: Rows = field(default_factory=list)
    below: Rows = field(default_factory=list)
    features: list[str] = field(default_factory=list)


def lay_out(random: Random, plan: Plan, truth: Truth, header: list[str], body: Rows) -> Laid:
    """The rows with a few of the things that programs and people put around them."""
    draft = _Draft(plan, truth, list(header), body)
    for feature, chance in _FEATURES:
        if random.random() < chance:
            before = len(draft.features)
            feature(random, draft)
            if len(draft.features) > before and len(draft.features) > 3:
                break
    rows = [*draft.above, draft.header, *draft.body, *draft.below]
    return Laid(rows, len(draft.above), tuple(draft.features))


def blank_first_column(laid: Laid) -> Laid:
    return replace(laid, rows=[["", *row] for row in laid.rows], features=(*laid.features, "blank first column"))


def _preamble(random: Random, draft: _Draft) -> None:
    words = draft.plan.language.preamble
    days = draft.truth.days
    lines = random.sample(words, k=random.randint(1, min(3, len(words))))
    draft.above += [[line.format(first=days[0], last=days[-1])] for line in lines]
    if random.random() < 0.4:
        draft.above.append([])
    draft.features.append("preamble")


def _group_header(_: Random, draft: _Draft) -> None:
    """A row above the header that names groups of columns."""
    width = len(draft.header)
    if width >= 5:
        zh = draft.plan.language.code == "zh"
        names = ("订单信息", "商品信息") if zh else ("Order", "Details")
        groups: list[Value] = [""] * width
        groups[0], groups[width // 2] = names
        draft.above.append(groups)
        draft.features.append("two header rows")


def _repeated_header(random: Random, draft: _Draft) -> None:
    if len(draft.body) > 3 and not draft.plan.fill_down:
        place = random.randint(1, len(draft.body) - 1)
        draft.body = [*draft.body[:place], list(draft.header), *draft.body[place:]]
        draft.features.append("repeated header")


def _blank_rows(random: Random, draft: _Draft) -> None:
    place = random.randint(1, len(draft.body))
    blank: list[Value] = [""] * len(draft.header)
    draft.body = [*draft.body[:place], blank, *draft.body[place:]]
    draft.features.append("blank row")


def _sum_row(draft: _Draft, rows: Rows, label: str, date: Value) -> list[Value] | None:
    """The sums of ``rows`` as they stand, with a label in a column of names."""
    fields = [name for name, _ in draft.plan.columns]
    places = [fields.index(name) for name in _LABELS if name in fields]
    row: list[Value] = [""] * len(fields)
    for column, name in enumerate(fields):
        cells = [cells[column] for cells in rows if len(cells) > column]
        if name in _SUMMED and any(isinstance(cell, Money | Count) for cell in cells):
            total = sum((cell.value for cell in cells if isinstance(cell, Money | Count)), Decimal(0))
            row[column] = Count(total) if name == "quantity" else Money(total)
    if not any(isinstance(cell, Money | Count) for cell in row):
        return None
    if date:
        row[fields.index("date")] = date
    if places:
        row[places[0]] = label
    elif not date:
        row[fields.index("date")] = label
    else:
        return None
    return row


def _total_row(random: Random, draft: _Draft) -> None:
    rows = [row for row in draft.body if any(isinstance(cell, Money | Count) for cell in row)]
    date: Value = draft.truth.orders[-1].moment if random.random() < 0.25 else ""
    row = _sum_row(draft, rows, random.choice(draft.plan.language.totals), date)
    if row:
        draft.below.append(row)
        draft.features.append("dated total row" if date else "total row")


def _subtotals(random: Random, draft: _Draft) -> None:
    """A row of sums below each day."""
    if draft.features or draft.plan.fill_down:
        return
    column = [name for name, _ in draft.plan.columns].index("date")
    label = random.choice(draft.plan.language.subtotals)
    body: Rows = []
    for day in draft.truth.days:
        rows = [row for row in draft.body if row[column].date() == day]  # type: ignore[union-attr]
        made = _sum_row(draft, rows, label, rows[0][column] if random.random() < 0.7 else "")
        if made is None:
            return
        body += [*rows, made]
    draft.body = body
    draft.features.append("subtotals")


def _merged_days(_: Random, draft: _Draft) -> None:
    """The day stands on its first row only, as in merged cells."""
    if draft.features or draft.plan.fill_down or draft.truth.orders[-1].moment.hour == 0:
        return
    column = [name for name, _ in draft.plan.columns].index("date")
    last: dt.date | None = None
    body: Rows = []
    for row in draft.body:
        moment = row[column]
        assert isinstance(moment, dt.datetime)
        same = moment.date() == last
        last = moment.date()
        body.append([*row[:column], "" if same else moment.replace(hour=0, minute=0, second=0), *row[column + 1 :]])
    draft.body = body
    draft.features.append("merged days")


def _footnotes(random: Random, draft: _Draft) -> None:
    words = draft.plan.language.footnotes
    lines = random.sample(words, k=random.randint(1, 2))
    if random.random() < 0.5:
        draft.below.append([])
    draft.below += [[line.format(last=draft.truth.days[-1], count=len(draft.body))] for line in lines]
    draft.features.append("footnotes")


def _stray_date(random: Random, draft: _Draft) -> None:
    """A row with a day that cannot be."""
    fields = [name for name, _ in draft.plan.columns]
    row = list(random.choice([row for row in draft.body if len(row) == len(fields) and row[fields.index("date")]]))
    if "order" in fields:
        row[fields.index("order")] = "X-9"
    year = random.choice((9999, 2099, draft.truth.days[-1].year + 36, draft.truth.days[-1].year + 543))
    moment = row[fields.index("date")]
    if isinstance(moment, dt.datetime) and (moment.month, moment.day) != (2, 29):
        row[fields.index("date")] = moment.replace(year=year)
        draft.body = [*draft.body, row]
        draft.features.append("stray date")


_FEATURES: tuple[tuple[Callable[[Random, _Draft], None], float], ...] = (
    (_subtotals, 0.05),
    (_merged_days, 0.03),
    (_stray_date, 0.04),
    (_blank_rows, 0.05),
    (_repeated_header, 0.04),
    (_total_row, 0.12),
    (_footnotes, 0.07),
    (_preamble, 0.12),
    (_group_header, 0.03),
)
