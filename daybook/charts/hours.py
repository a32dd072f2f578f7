"""Sales by the hour of the day, with what is usual at each hour."""

from collections.abc import Sequence

from daybook.charts import texts
from daybook.charts.columns import Column, columns_chart
from daybook.charts.days import LEVEL_PERCENT, is_unfinished
from daybook.charts.draw import Chart, Drawing
from daybook.report import HourFigures, SalesReport
from daybook.words.figures import day, percent, short_amount

LEAST_HOURS, LEAST_LINES = 3, 20
"""Hours in which anything was sold, and rows, from which a day by the hour says anything."""
FEW_HOURS = 0.4
"""Of the hours of a day, at the most, are those that half of the sales came in, if that is a finding."""
_HALF = 0.5
_EVERY = 3
_NARROW = 15
"""From so many hours on every third has its label."""


def sales_by_hour(report: SalesReport, drawing: Drawing) -> Chart | None:
    """The hours of the day; none where few of them have sales, or the day is not known by the hour."""
    hours, language = report.hours, report.language
    sold = [each for each in hours if each.lines]
    whole = sum(each.sales for each in hours)
    enough = len(sold) >= LEAST_HOURS and sum(each.lines for each in sold) >= LEAST_LINES
    if report.analysis_date is None or not enough or whole <= 0:
        return None
    best = max(hours, key=lambda each: each.sales)
    unfinished = is_unfinished(report)
    marked = [best] if unfinished else busy_hours(hours) or [best]
    title = _so_far(report, best) if unfinished else _title(report, marked, whole)
    drawing.head(title, texts.HOURS_SHOWN.to(language, day=day(report.analysis_date, language)))
    now = sold[-1].hour if unfinished and report.understanding else None
    is_over = now is None or report.understanding is None or report.understanding.dates.whole_hours > now
    has_usual = any(each.usual for each in hours)
    columns = [
        Column(
            label="" if len(hours) > _NARROW and each.hour % _EVERY else str(each.hour),
            value=each.sales if now is None or each.hour <= now else None,
            says=texts.COLON.to(language, name=_span(each, each), value=short_amount(each.sales, language)),
            role="day" if each in marked else "bar",
            amount=short_amount(each.sales, language) if each is best else "",
            hollow=each.hour == now and not is_over,
            usual=each.usual if has_usual else None,
            is_named=True,
        )
        for each in hours
    ]
    legend = [
        ("day", (texts.HOURS_MOST if len(marked) > 1 else texts.HOURS_BEST).to(language)),
        *([("usual", texts.HOURS_USUAL.to(language))] if has_usual else []),
    ]
    columns_chart(drawing, columns, legend, language)
    text = texts.HOURS_TEXT.to(
        language,
        first=clock(hours[0].hour),
        last=clock(hours[-1].hour + 1),
        best=_span(best, best),
        amount=short_amount(best.sales, language),
    )
    return drawing.chart("hours", title, text)


def busy_hours(hours: Sequence[HourFigures]) -> list[HourFigures]:
    """The fewest hours in a row that half of the sales came in; none where they are no small part of the day."""
    whole = sum(each.sales for each in hours)
    for length in range(1, int(FEW_HOURS * len(hours)) + 1):
        runs = [hours[start : start + length] for start in range(len(hours) - length + 1)]
        most = max(runs, key=_sales)
        if _sales(most) >= _HALF * whole:
            return list(most)
    return []


def clock(hour: int) -> str:
    """A full hour."""
    return f"{hour}:00"


def _sales(hours: Sequence[HourFigures]) -> float:
    return sum(each.sales for each in hours)


def _span(first: HourFigures, last: HourFigures) -> str:
    return f"{clock(first.hour)}–{clock(last.hour + 1)}"


def _title(report: SalesReport, marked: Sequence[HourFigures], whole: float) -> str:
    text = texts.HOURS_BETWEEN if len(marked) > 1 else texts.HOURS_BUSIEST
    share = percent(min(100 * _sales(marked) / whole, 100.0))
    return text.to(report.language, first=clock(marked[0].hour), last=clock(marked[-1].hour + 1), share=share)


def _so_far(report: SalesReport, best: HourFigures) -> str:
    """How the hours that are over compare with the usual; else which was the busiest."""
    language = report.language
    until = report.understanding.dates.whole_hours if report.understanding else 0
    over = [each for each in report.hours if each.hour < until]
    usual = sum(each.usual or 0.0 for each in over)
    if usual <= 0:
        amount = short_amount(best.sales, language)
        return texts.HOURS_SO_FAR.to(language, first=clock(best.hour), last=clock(best.hour + 1), amount=amount)
    by = 100 * (_sales(over) - usual) / usual
    if abs(by) < LEVEL_PERCENT:
        return texts.HOURS_LEVEL.to(language, until=clock(until))
    text = texts.HOURS_ABOVE if by > 0 else texts.HOURS_BELOW
    return text.to(language, by=percent(abs(by)), until=clock(until))
