"""`trend_of`: the days of a book as bars, under the line of their mean over seven days."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from daybook.language import Language
from daybook.page import texts
from daybook.words.figures import compact, day, percent, short_amount

HEIGHT, FOOT, HEAD = 170, 22, 10
"""In pixels: of the drawing, of the months below it, and above the highest bar."""
WEEK, FOUR_WEEKS = 7, 28
LEAST_OF_WEEK = 4
"""Days of seven that a mean needs."""
MONTH_ROOM = 44
"""Pixels that a month's name takes."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A day: its place and height in pixels, and what it says."""

    x: float
    y: float
    height: float
    width: float


@dataclass(frozen=True, slots=True)
class Trend:
    """A drawing of so many pixels."""

    width: int
    height: int
    title: str
    text: str
    bars: list[Bar]
    line: str
    """The mean, as the path of an SVG."""
    months: list[tuple[float, str]]
    rules: list[tuple[float, str]]
    zero: float


def trend_of(sales: Mapping[dt.date, float], width: int, language: Language) -> Trend:
    """A drawing of the sales of days; days that are not there leave a gap.

    Args:
        sales: by day, at least one.
        width: in pixels.
        language: of what it says.
    """
    first, last = min(sales), max(sales)
    count = (last - first).days + 1
    step = width / count
    top, low = max(*sales.values(), 0.0), min(*sales.values(), 0.0)
    room = HEIGHT - FOOT - HEAD
    scale = room / (top - low) if top > low else 0.0

    def y(value: float) -> float:
        return round(HEAD + (top - value) * scale, 1)

    bars = [
        Bar(
            x=round((date - first).days * step, 1),
            y=y(max(value, 0.0)),
            height=round(abs(value) * scale, 1),
            width=round(max(step * 0.8, 0.5), 2),
        )
        for date, value in sales.items()
    ]
    return Trend(
        width=width,
        height=HEIGHT,
        title=_title(sales, language),
        text=_text(sales, language),
        bars=bars,
        line=_mean(sales, first, count, step, y),
        months=_month_marks(first, count, step, width, language),
        rules=[(y(value), compact(value, language)) for value in _rules(top)],
        zero=y(0.0),
    )


def _mean(sales: Mapping[dt.date, float], first: dt.date, count: int, step: float, y: Callable[[float], float]) -> str:
    path, is_open = [], False
    for place in range(WEEK - 1, count):
        dates = (first + dt.timedelta(days=place - back) for back in range(WEEK))
        known = [sales[date] for date in dates if date in sales]
        if len(known) < LEAST_OF_WEEK:
            is_open = False
            continue
        path.append(f"{'L' if is_open else 'M'}{(place + 0.5) * step:.1f} {y(sum(known) / len(known))}")
        is_open = True
    return "".join(path)


def _month_marks(first: dt.date, count: int, step: float, width: int, language: Language) -> list[tuple[float, str]]:
    marks: list[tuple[float, str]] = []
    for place in range(count):
        date = first + dt.timedelta(days=place)
        x = round(place * step, 1)
        if date.day == 1 and (not marks or x - marks[-1][0] >= MONTH_ROOM) and x <= width - MONTH_ROOM:
            name = f"{date.month}月" if language is Language.CHINESE else f"{date:%b}"
            marks.append((x, f"{name} {date.year % 100}" if date.month == 1 and language is Language.ENGLISH else name))
    return marks


def _rules(top: float) -> list[float]:
    """Round amounts to draw lines at: one or two."""
    if top <= 0:
        return []
    size = 10 ** (len(str(int(top))) - 1)
    for nice in (5, 2, 1):
        if top >= 2 * nice * size:
            return [nice * size, 2 * nice * size]
    return [float(size)] if top >= size else []


def _title(sales: Mapping[dt.date, float], language: Language) -> str:
    """The last four weeks beside the four before, where all their days are there; else the span."""
    last = max(sales)
    known = [sales.get(last - dt.timedelta(days=back)) for back in range(2 * FOUR_WEEKS)]
    now = sum(value for value in known[:FOUR_WEEKS] if value is not None)
    then = sum(value for value in known[FOUR_WEEKS:] if value is not None)
    if None in known or then <= 0:
        return texts.TREND_PLAIN.to(language, first=min(sales), last=last)
    by = 100 * (now - then) / then
    text = texts.TREND_MORE if by >= 0 else texts.TREND_LESS
    return text.to(language, amount=short_amount(now, language), percent=percent(abs(by)))


def _text(sales: Mapping[dt.date, float], language: Language) -> str:
    high, low = max(sales, key=lambda date: sales[date]), min(sales, key=lambda date: sales[date])
    return texts.TREND_WORDS.to(
        language,
        high=short_amount(sales[high], language),
        high_day=day(high, language),
        low=short_amount(sales[low], language),
        low_day=day(low, language),
    )
