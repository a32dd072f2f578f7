"""Bars one below the other: rankings, and the steps from one day's sales to another's."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from daybook.charts.draw import BODY, MARGIN, Drawing, advance, fitted

PITCH, THICK = 40.0, 12.0
STEP, STEP_THICK = 30.0, 18.0
_NAMES = 0.36
"""The part of the width that names of steps may take."""
_GAP = 10.0


@dataclass(frozen=True, slots=True)
class Row:
    """One bar with its words.

    Attributes:
        name: what it is of.
        value: its length.
        amount: the value in words.
        before: what it was; a mark on the bar.
        change: in words, with its sign.
        role: its colour.
        is_rest: whether it is a sum of others.
    """

    name: str
    value: float
    amount: str
    before: float | None = None
    change: str = ""
    role: str = "same"
    is_rest: bool = False


def rows_chart(drawing: Drawing, rows: Sequence[Row]) -> None:
    """Draw a ranking: each name and figure over its bar, the figure of before as a mark on it.

    A sum of others has words alone: among the bars of single things it would be the longest.
    """
    bars = [row for row in rows if not row.is_rest]
    marks = [row.before for row in bars if row.before is not None]
    low = min(0.0, *(row.value for row in bars), *marks)
    high = max(0.0, *(row.value for row in bars), *marks)
    across = (drawing.right - MARGIN) / ((high - low) or 1.0)

    def x(value: float) -> float:
        return MARGIN + (value - low) * across

    changes = max((advance(row.change, BODY) for row in rows), default=0.0)
    for row in rows:
        _words(drawing, row, changes)
        top = drawing.y + BODY + 8
        if row.is_rest:
            drawing.y = top + 6
            continue
        start, end = sorted((x(0), x(row.value)))
        role = "down" if row.value < 0 else row.role
        drawing.bar(start, top, end - start, THICK, role, says=f"{row.name} {row.amount}")
        if low < 0:
            drawing.line((x(0), top - 3), (x(0), top + THICK + 3), "soft")
        if row.before:
            drawing.line((x(row.before), top - 3), (x(row.before), top + THICK + 3), "paper", 4.5)
            drawing.line((x(row.before), top - 3), (x(row.before), top + THICK + 3), "ink", 2)
        drawing.y += PITCH
    drawing.y -= 8


def _words(drawing: Drawing, row: Row, changes: float) -> None:
    base = drawing.y + BODY
    right = drawing.right
    if changes:
        role = "up" if row.change.startswith("▲") else "down" if row.change.startswith("▼") else "soft"
        drawing.text(right, base, row.change, role, BODY, anchor="end")
        right -= changes + _GAP
    drawing.text(right, base, row.amount, "ink", BODY, anchor="end")
    room = right - advance(row.amount, BODY) - _GAP - MARGIN
    drawing.text(MARGIN, base, fitted(row.name, BODY, room), "soft" if row.is_rest else "ink", BODY)


def steps_chart(drawing: Drawing, steps: Sequence[Row], whole: Row) -> None:
    """Draw a waterfall from zero, where the earlier day stood, step by step to the whole change."""
    rows = [*steps, whole]
    ends = list(accumulate(step.value for step in steps))
    low, high = min(0.0, *ends, whole.value), max(0.0, *ends, whole.value)
    widest = (drawing.right - MARGIN) * _NAMES
    left = MARGIN + min(max(advance(row.name, BODY) for row in rows), widest) + _GAP
    right = drawing.right - max(advance(row.amount, BODY) for row in rows) - _GAP
    across = (right - left) / ((high - low) or 1.0)

    def x(value: float) -> float:
        return left + (value - low) * across

    drawing.line((x(0), drawing.y), (x(0), drawing.y + STEP * len(rows)), "soft")
    begun = 0.0
    for row in rows:
        base, top = drawing.y + STEP / 2 + 5, drawing.y + (STEP - STEP_THICK) / 2
        drawing.text(MARGIN, base, fitted(row.name, BODY, left - _GAP - MARGIN), "soft" if row.is_rest else "ink")
        role = "up" if row.value > 0 else "down"
        drawing.text(drawing.right, base, row.amount, role, anchor="end", bold=row is whole)
        ended = row.value if row is whole else begun + row.value
        start, end = sorted((x(0.0 if row is whole else begun), x(ended)))
        drawing.bar(start, top, end - start, STEP_THICK, role, hollow=row is whole, says=f"{row.name} {row.amount}")
        if row is not whole:
            drawing.line((x(ended), top), (x(ended), top + STEP + STEP_THICK), "soft")
        begun = ended
        drawing.y += STEP
    drawing.y -= 4
