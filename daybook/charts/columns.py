"""Columns side by side: the days of a month, with one of them marked, or the hours of a day."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from daybook.charts.draw import MARGIN, SMALL, Drawing, advance
from daybook.language import Language
from daybook.words.figures import compact

HEIGHT = 150.0
_STEPS = (1, 2, 2.5, 5, 10)
_LEGEND = 11
_DASH = 3
_MARK, _DOT = 5, 5
_MOST = 2.5
_BESIDE = 6


@dataclass(frozen=True, slots=True)
class Column:
    """One column; a day that is not known has no value, which is not zero."""

    label: str
    value: float | None
    says: str
    role: str = "bar"
    amount: str = ""
    """Written over the column."""
    hollow: bool = False
    expected: tuple[float, float] | None = None
    """Between what it was expected: drawn as a line beside it, or as a fan where it is still to come."""
    ahead: float | None = None
    """What is expected of a day that is still to come; it has no value."""
    usual: float | None = None
    """What is usual: drawn as a mark on it."""
    is_marked: bool = False
    """Whether a mark stands below it."""
    is_named: bool = False
    """Whether its label is shown, however narrow it is."""


def columns_chart(
    drawing: Drawing, columns: Sequence[Column], legend: Sequence[tuple[str, str]], language: Language
) -> None:
    """Draw columns over their axis; labels stand under those of the marked one's kind, or under all where few."""
    values = [column.value for column in columns if column.value is not None]
    values += [column.usual for column in columns if column.usual is not None]
    values += [column.ahead for column in columns if column.ahead is not None]
    most = highest(values)
    values += [min(bound, most) for column in columns if column.expected for bound in column.expected]
    ticks = _ticks(min(0.0, *values), max(0.0, *values))
    low, high = ticks[0], ticks[-1]
    _legend(drawing, legend)
    top = drawing.y + 24
    bottom = top + HEIGHT

    def height(value: float) -> float:
        return bottom - (value - low) / (high - low) * HEIGHT

    gutter = max(advance(compact(tick, language), SMALL) for tick in ticks) + 8
    left = MARGIN + gutter
    for tick in ticks:
        drawing.line((left, height(tick)), (drawing.right, height(tick)), "soft" if tick == 0 else "grid")
        drawing.text(left - 6, height(tick) + 4, compact(tick, language), "soft", SMALL, anchor="end")
    pitch = (drawing.right - left) / len(columns)
    thick = max(min(pitch * 0.72, 36), 2)
    foot = bottom + 20 + (_MARK if any(column.is_marked for column in columns) else 0)
    last_label, fan = left, list[_Ahead]()
    for place, column in enumerate(columns):
        middle = left + pitch * (place + 0.5)
        if column.is_marked:
            drawing.bar(middle - _MARK / 2, bottom + 3, _MARK, _MARK, "down")
        if column.ahead is not None and column.expected:
            low_end, high_end = column.expected
            ends = height(low_end), height(min(high_end, high))
            fan.append(_Ahead(middle, height(column.ahead), *ends, column.says))
        elif column.value is None:
            drawing.line((middle - _DASH, height(0) - 4), (middle + _DASH, height(0) - 4), "soft", 1.5)
        else:
            start, end = sorted((height(column.value), height(0)))
            drawing.bar(
                middle - thick / 2, start, thick, end - start, column.role, says=column.says, hollow=column.hollow
            )
        _usual(drawing, column, middle, thick, height)
        if column.expected and column.ahead is None:
            low_end, high_end = column.expected
            ends = height(low_end), height(min(high_end, high))
            _span(drawing, middle + thick / 2 + _BESIDE, *ends, goes_on=high_end > high)
        if column.amount and column.value is not None:
            half = advance(column.amount, SMALL) / 2
            x = min(max(middle, left + half), drawing.right - half)
            y = height(max(column.value, column.usual or 0.0, 0.0)) - 6
            drawing.text(x, y, column.amount, "day", SMALL, anchor="middle", bold=True)
        half = advance(column.label, SMALL) / 2
        wanted = bool(column.label) and (column.is_named or column.role in {"day", "same"} or pitch > 2 * half)
        x = min(middle, drawing.right - half)
        if wanted and x - half >= last_label:
            drawing.text(x, foot - 4, column.label, "ink" if column.role == "day" else "soft", SMALL, anchor="middle")
            last_label = x + half + 4
    _fan(drawing, fan, pitch)
    drawing.y = foot


class _Ahead(NamedTuple):
    """Where a day that is still to come is drawn."""

    x: float
    y: float
    low: float
    high: float
    says: str


def _fan(drawing: Drawing, days: Sequence[_Ahead], pitch: float) -> None:
    """The ranges of days that are still to come, and the line of what is expected of them; it breaks at a gap."""
    runs: list[list[_Ahead]] = []
    for day in days:
        if runs and day.x - runs[-1][-1].x < 1.5 * pitch:
            runs[-1].append(day)
        else:
            runs.append([day])
    for run in runs:
        ends = run[0]._replace(x=run[0].x - pitch / 2), run[-1]._replace(x=run[-1].x + pitch / 2)
        wide = [ends[0], *run, ends[1]]
        drawing.area([*((day.x, day.high) for day in wide), *((day.x, day.low) for day in reversed(wide))], "fan")
        for one, other in pairwise(run):
            drawing.line((one.x, one.y), (other.x, other.y), "day", 2)
        for day in run:
            drawing.bar(day.x - _DOT / 2, day.y - _DOT / 2, _DOT, _DOT, "day", says=day.says)


def highest(values: Sequence[float]) -> float:
    """Where a picture ends: a range that is far wider than what came would leave no room for the rest."""
    return _MOST * max(0.0, *values)


def _span(drawing: Drawing, x: float, low: float, high: float, *, goes_on: bool = False) -> None:
    """A line from the least to the most that was expected, with a foot at each end; with none where it goes on."""
    feet = (low,) if goes_on else (low, high)
    for start, end in (((x, low), (x, high)), *(((x - 3, y), (x + 3, y)) for y in feet)):
        drawing.line(start, end, "ink", 1.5)


def _usual(drawing: Drawing, column: Column, middle: float, thick: float, height: Callable[[float], float]) -> None:
    """The mark of what is usual across a column."""
    if column.usual is not None:
        _across(drawing, middle - thick / 2 - 1, middle + thick / 2 + 1, height(column.usual))


def _across(drawing: Drawing, left: float, right: float, y: float) -> None:
    drawing.line((left, y), (right, y), "paper", 4.5)
    drawing.line((left, y), (right, y), "ink", 2)


def _legend(drawing: Drawing, legend: Sequence[tuple[str, str]]) -> None:
    x = MARGIN
    drawing.y += _LEGEND
    for role, text in legend:
        wide = _LEGEND + 5 + advance(text, SMALL)
        if x + wide > drawing.right and x > MARGIN:
            x, drawing.y = MARGIN, drawing.y + SMALL + 6
        if role == "mark":
            _span(drawing, x + _LEGEND / 2, drawing.y, drawing.y - _LEGEND + 1)
        elif role == "mark_below":
            drawing.bar(x + (_LEGEND - _MARK) / 2, drawing.y - _MARK - 1, _MARK, _MARK, "down")
        elif role == "usual":
            _across(drawing, x, x + _LEGEND, drawing.y - _LEGEND / 2 + 1)
        elif role == "none":
            middle = x + _LEGEND / 2
            drawing.line((middle - _DASH, drawing.y - 4), (middle + _DASH, drawing.y - 4), "soft", 1.5)
        else:
            drawing.bar(x, drawing.y - _LEGEND + 1, _LEGEND, _LEGEND, role)
        drawing.text(x + _LEGEND + 5, drawing.y, text, "soft", SMALL)
        x += wide + 14


def _ticks(low: float, high: float) -> list[float]:
    """Round figures from at most ``low`` to at least ``high``, zero among them, four or so."""
    span = (high - low) or 1.0
    raw = span / 3
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in _STEPS if factor * power >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [number * step for number in range(first, max(last, first + 1) + 1)]
