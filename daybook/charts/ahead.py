"""The days ahead: the last four weeks, then what is expected of the coming days, with its range; holidays marked."""

import datetime as dt
from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from daybook.charts import texts
from daybook.charts.choose import PHONE
from daybook.charts.columns import Column, columns_chart, highest
from daybook.charts.days import WEEK, axis_day
from daybook.charts.draw import COLOURS, Chart, Drawing, Theme
from daybook.charts.echarts import block
from daybook.language import Language
from daybook.words.figures import day, rough_amount, short_amount

if TYPE_CHECKING:
    from daybook.expect.forecast import Forecast, ForecastDay, RecentDay


def ahead_chart(
    forecast: "Forecast", *, language: Language, theme: Theme = "light", width: int = PHONE
) -> Chart | None:
    """The picture of a forecast, called by its finding; none where nothing could be forecast.

    Args:
        forecast: in that language.
        language: of the labels.
        theme: the colours.
        width: in pixels; 390 is a phone.
    """
    if not forecast.days or forecast.last_day is None:
        return None
    drawing, last = Drawing(width, theme, language), forecast.last_day
    end = forecast.days[-1].date
    drawing.head(forecast.finding, texts.AHEAD_SHOWN.to(language, last=day(last, language), end=day(end, language)))
    known = [_known(each, last, language) for each in forecast.recent]
    coming = [_coming(each, last, language) for each in forecast.days]
    specials = _specials([*forecast.recent, *forecast.days], language)
    amounts = [
        *(each.sales or 0.0 for each in forecast.recent),
        *(each.expected_sales or 0.0 for each in forecast.days),
    ]
    is_higher = any(each.high is not None and each.high > highest(amounts) for each in forecast.days)
    legend = [
        ("bar", texts.KNOWN_DAYS.to(language)),
        ("fan", (texts.AHEAD_HIGHER if is_higher else texts.AHEAD_RANGE).to(language)),
        *([("none", texts.NO_FIGURES_THEN.to(language))] if any(column.value is None for column in known) else []),
        *(("mark_below", said) for said in specials),
    ]
    columns_chart(drawing, [*known, *coming], legend, language)
    for said in (forecast.error, *forecast.notes):
        drawing.note(said)
    listed = texts.JOIN.to(language).join([*(each.says for each in coming), *specials])
    text = texts.AHEAD_TEXT.to(language, days=listed, error=forecast.error)
    return drawing.chart("days_ahead", forecast.finding, text)


def ahead_echarts(forecast: "Forecast", *, language: Language) -> str:
    """The same as an ``echarts`` block of Markdown, which Dify's chat draws; empty where nothing could be forecast."""
    if not forecast.days:
        return ""
    known, coming = forecast.recent, forecast.days
    dates = [*(day.date for day in known), *(day.date for day in coming)]
    colours, gap = COLOURS["light"], [None] * len(forecast.recent)
    shape = {"type": "line", "stack": "range", "symbol": "none", "lineStyle": {"opacity": 0}}
    widths = [None if day.low is None or day.high is None else round(day.high - day.low, 2) for day in coming]
    series = [
        {"type": "bar", "data": [day.sales for day in known], "itemStyle": {"color": colours["bar"]}},
        {**shape, "data": [*gap, *(day.low for day in coming)]},
        {**shape, "data": [*gap, *widths], "areaStyle": {"color": colours["fan"]}},
        {
            "type": "line",
            "data": [*gap, *(day.expected_sales for day in coming)],
            "itemStyle": {"color": colours["day"]},
        },
    ]
    return block(
        {
            "title": {"text": forecast.finding, "textStyle": {"fontSize": 14}},
            "grid": {"left": 8, "right": 32, "bottom": 8, "top": 48, "containLabel": True},
            "xAxis": {"type": "category", "data": [axis_day(date, language) for date in dates]},
            "yAxis": {"type": "value"},
            "series": series,
        }
    )


def _known(each: "RecentDay", last: dt.date, language: Language) -> Column:
    said = texts.NO_FIGURES_THEN.to(language) if each.sales is None else short_amount(each.sales, language)
    return Column(
        label=axis_day(each.date, language),
        value=each.sales,
        says=texts.COLON.to(language, name=day(each.date, language), value=said),
        is_marked=bool(each.special),
        is_named=(last - each.date).days % WEEK == 0,
    )


def _coming(each: "ForecastDay", last: dt.date, language: Language) -> Column:
    name = day(each.date, language)
    if each.expected_sales is None or each.low is None or each.high is None:
        said, expected = texts.COLON.to(language, name=name, value=texts.NO_SALES_THEN.to(language)), None
    else:
        amount, low, high = (rough_amount(value, language) for value in (each.expected_sales, each.low, each.high))
        said = texts.AHEAD_DAY.to(language, day=name, amount=amount, low=low, high=high)
        expected = (each.low, each.high)
    return Column(
        label=axis_day(each.date, language),
        value=None,
        says=said,
        expected=expected,
        ahead=each.expected_sales,
        is_marked=bool(each.special),
        is_named=(each.date - last).days % WEEK == 0,
    )


def _specials(days: "Iterable[RecentDay | ForecastDay]", language: Language) -> list[str]:
    """Holidays and the like, each once with its days."""
    found = []
    for name, group in groupby(days, key=lambda each: each.special):
        if name:
            dates = [each.date for each in group]
            first, last = day(dates[0], language), day(dates[-1], language)
            text = texts.SPECIAL_ON if len(dates) == 1 else texts.SPECIAL_FROM
            found.append(text.to(language, name=name[0].upper() + name[1:], first=first, last=last))
    return found
