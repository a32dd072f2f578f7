"""Sales by day: the last 30 days with the rhythm of the week, the day marked, and what was expected of it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from daybook.charts import texts
from daybook.charts.columns import Column, columns_chart
from daybook.charts.draw import Chart, Drawing
from daybook.days import DayTotals, rounded
from daybook.language import Language
from daybook.report import MAX_LIST, MOST_DAYS, PeriodUse, SalesReport
from daybook.words.figures import DAYS, comparisons, counted, day, percent, period_name, short_amount, weekday

WEEK = 7
LEVEL_PERCENT = 1.0
"""A change below this is called level."""
MUCH_PERCENT = 300.0
"""From this change on it is said as an amount: the base was next to nothing."""
FEW_DAYS = 10
"""As many days are called by their weekdays, more by their dates."""
LEAST_DAYS = 3
"""Fewer days are no line of days."""


def days_of(report: SalesReport, history: Sequence[DayTotals] = ()) -> dict[dt.date, float]:
    """The sales of the reported day and of those of the 29 days before it that are known."""
    if report.period:
        return {each.date: each.sales for each in report.days}
    known = {totals.date: rounded(Fraction(totals.sales)) for totals in history}
    for comparison in (report.previous_day, report.week_before):
        if comparison:
            known[comparison.date] = comparison.total_sales
    known |= {each.date: each.sales for each in report.days}
    last = report.analysis_date
    if last is None:
        return {}
    known[last] = report.summary.total_sales
    first = max(last.toordinal() - MAX_LIST + 1, 1)
    return {date: known[date] for date in sorted(known) if first <= date.toordinal() <= last.toordinal()}


def sales_by_day(report: SalesReport, history: Sequence[DayTotals], drawing: Drawing) -> Chart | None:
    """The last 30 days; none where fewer than `LEAST_DAYS` are known."""
    if report.period:
        return _sales_of_period(report, report.period, drawing)
    language, last = report.language, report.analysis_date
    days = days_of(report, history)
    if last is None or len(days) < LEAST_DAYS or not any(days.values()):
        return None
    title = days_title(report, days)
    first = next(iter(days))
    shown = texts.DAYS_SHOWN.to(language, first=day(first, language), last=day(last, language))
    unfinished = is_unfinished(report)
    expected = None if unfinished else _expected(report)
    every = [dt.date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
    columns = [
        Column(
            label=axis_day(date, language) if len(every) > FEW_DAYS else _weekday(date, language),
            value=days.get(date),
            says=_says(day(date, language), days.get(date), language),
            role="day" if date == last else "same" if date.weekday() == last.weekday() else "bar",
            amount=short_amount(days[date], language) if date == last else "",
            hollow=date == last and unfinished,
            expected=expected if date == last else None,
        )
        for date in every
    ]
    drawing.head(title, shown)
    legend = [
        ("day", texts.UNFINISHED_DAY.to(language, day=day(last, language)) if unfinished else day(last, language)),
        *(
            [("same", texts.SAME_WEEKDAYS.to(language, weekday=weekday(last, language)))]
            if any(column.role == "same" for column in columns)
            else []
        ),
        ("bar", texts.OTHER_DAYS.to(language)),
        *([("mark", texts.EXPECTED.to(language))] if expected else []),
        *([("none", texts.NO_FIGURES_THEN.to(language))] if len(days) < len(every) else []),
    ]
    columns_chart(drawing, columns, legend, language)
    high, low = max(days, key=lambda date: days[date]), min(days, key=lambda date: days[date])
    text = texts.DAYS_TEXT.to(
        language,
        days=counted(len(days), DAYS, language),
        day=day(last, language),
        amount=short_amount(days[last], language),
        high=f"{day(high, language)} {short_amount(days[high], language)}",
        low=f"{day(low, language)} {short_amount(days[low], language)}",
    )
    if expected:
        low_amount, high_amount = (short_amount(bound, language) for bound in expected)
        text += ("" if language is Language.CHINESE else " ") + texts.EXPECTED_RANGE.to(
            language, low=low_amount, high=high_amount
        )
    return drawing.chart("sales_by_day", title, text)


def _sales_of_period(report: SalesReport, period: PeriodUse, drawing: Drawing) -> Chart | None:
    """The days of a week beside those of the weeks before it, or those of a month; none of what is longer."""
    language, days = report.language, days_of(report)
    own = {date: sales for date, sales in days.items() if period.first <= date <= period.last}
    if len(own) < LEAST_DAYS or not any(own.values()) or period.due > MOST_DAYS:
        return None
    title = _against_earlier(report) or texts.PERIOD_TOTAL.to(
        language,
        amount=short_amount(report.summary.total_sales, language),
        average=short_amount(period.average_sales, language),
    )
    first = min(next(iter(days)), period.first)
    last = period.last if period.is_over else max(own)
    every = [dt.date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
    high, low = max(own, key=lambda date: own[date]), min(own, key=lambda date: own[date])
    step = max(1, len(own) // 6)
    columns = [
        Column(
            label=axis_day(date, language),
            value=days.get(date),
            says=_says(day(date, language), days.get(date), language),
            role="day" if date >= period.first else "bar",
            amount=short_amount(own[date], language) if date == high else "",
        )
        for date in every
    ]
    columns = [
        replace(column, label=column.label if (date - period.first).days % step == 0 else "")
        for date, column in zip(every, columns, strict=True)
    ]
    drawing.head(title, texts.DAYS_SHOWN.to(language, first=day(first, language), last=day(last, language)))
    name = period_name(period, language)
    legend = [
        ("day", name),
        *([("bar", texts.DAYS_BEFORE.to(language))] if first < period.first else []),
        *([("none", texts.NO_FIGURES_THEN.to(language))] if any(column.value is None for column in columns) else []),
    ]
    columns_chart(drawing, columns, legend, language)
    text = texts.DAYS_TEXT.to(
        language,
        days=counted(len(days), DAYS, language),
        day=name,
        amount=short_amount(report.summary.total_sales, language),
        high=f"{day(high, language)} {short_amount(own[high], language)}",
        low=f"{day(low, language)} {short_amount(own[low], language)}",
    )
    return drawing.chart("sales_by_day", title, text)


def is_unfinished(report: SalesReport) -> bool:
    """Whether the reported day is not over, or looks like that."""
    return bool(report.understanding and report.understanding.dates.unfinished)


def _expected(report: SalesReport) -> tuple[float, float] | None:
    """Between which sales an ordinary day was expected; not of a day that is not over."""
    judgement = report.judgement
    if judgement is None or judgement.expected_low is None or judgement.expected_high is None:
        return None
    return (judgement.expected_low, judgement.expected_high)


def days_title(report: SalesReport, days: dict[dt.date, float]) -> str:
    """How the day compares: with the same weekday, the day before, or else with all days that are known."""
    if is_unfinished(report):
        amount = short_amount(report.summary.total_sales, report.language)
        return texts.DAYS_SO_FAR.to(report.language, amount=amount)
    return _against_earlier(report) or _among(report, days)


def _against_earlier(report: SalesReport) -> str | None:
    language = report.language
    known = comparisons(report)
    for comparison, base in known if report.period else reversed(known):
        if comparison and comparison.sales_change_percent is not None:
            by = comparison.sales_change_percent
            if abs(by) < LEVEL_PERCENT:
                return texts.DAYS_LEVEL.to(language, base=base)
            if abs(by) >= MUCH_PERCENT:
                more = texts.DAYS_MORE if by > 0 else texts.DAYS_LESS
                return more.to(language, by=short_amount(abs(comparison.sales_change), language), base=base)
            above = texts.DAYS_ABOVE if by > 0 else texts.DAYS_BELOW
            return above.to(language, by=percent(abs(by)), base=base)
    return None


def _among(report: SalesReport, days: dict[dt.date, float]) -> str:
    language, now = report.language, report.summary.total_sales
    amount = short_amount(now, language)
    place = 1 + sum(sales > now for sales in days.values())
    many = counted(len(days), DAYS, language)
    if place == 1:
        return texts.DAYS_HIGHEST.to(language, days=many, amount=amount)
    if place == len(days):
        return texts.DAYS_LOWEST.to(language, days=many, amount=amount)
    return texts.DAYS_RANK.to(language, amount=amount, place=place, days=many)


def _says(name: str, value: float | None, language: Language) -> str:
    said = texts.NO_FIGURES_THEN.to(language) if value is None else short_amount(value, language)
    return texts.COLON.to(language, name=name, value=said)


def axis_day(date: dt.date, language: Language) -> str:
    """A date under an axis: ``10/31``, ``31 Oct``."""
    return f"{date.month}/{date.day}" if language is Language.CHINESE else day(date, language).partition(" ")[2]


def _weekday(date: dt.date, language: Language) -> str:
    first, _, last = day(date, language).partition(" ")
    return last if language is Language.CHINESE else first
