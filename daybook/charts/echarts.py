"""`echarts`: a report's main picture as a block that Dify's chat draws itself."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from daybook.charts.choose import products_title
from daybook.charts.days import LEAST_DAYS, axis_day, days_of, days_title
from daybook.charts.draw import COLOURS, fitted, name_of
from daybook.days import DayTotals
from daybook.language import Language
from daybook.report import SalesReport
from daybook.words.names import markdown_text

_NAME_EMS = 12
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&`\u2028\u2029"}
"""What Markdown, HTML or JavaScript could take for its own, in JSON's spelling."""


def echarts(report: SalesReport, history: Sequence[DayTotals] = (), *, language: Language) -> str:
    """An ``echarts`` block of Markdown: sales by day, or products where few days are known; empty where neither is.

    Source: https://docs.dify.ai (Markdown of an answer), https://echarts.apache.org/en/option.html.
    """
    report = report if report.language is language else report.model_copy(update={"language": language})
    if report.analysis_date is None or not report.summary.total_orders:
        return ""
    days = days_of(report, history)
    if len(days) >= LEAST_DAYS and any(days.values()):
        option = _days_option(report, days)
    elif len(report.top_products) > 1:
        option = _products_option(report)
    else:
        return ""
    return block(option)


def block(option: dict[str, Any]) -> str:
    """Options of ECharts as a block of Markdown that neither Markdown nor HTML takes for its own."""
    text = json.dumps(option, ensure_ascii=False, allow_nan=False, separators=(",", ":")).translate(_ESCAPES)
    return f"```echarts\n{text}\n```"


def _days_option(report: SalesReport, days: dict[dt.date, float]) -> dict[str, Any]:
    first, last = min(days), max(days)
    every = [dt.date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
    bars = [{"value": days.get(date), "itemStyle": {"color": COLOURS["light"][_role(date, last)]}} for date in every]
    return _option(
        days_title(report, days),
        {"type": "category", "data": [axis_day(date, report.language) for date in every]},
        {"type": "value"},
        bars,
    )


def _role(date: dt.date, last: dt.date) -> str:
    return "day" if date == last else "same" if date.weekday() == last.weekday() else "bar"


def _products_option(report: SalesReport) -> dict[str, Any]:
    names = [markdown_text(fitted(name_of(figures.product), 1, _NAME_EMS)) for figures in report.top_products]
    values = [{"value": figures.sales} for figures in report.top_products]
    return _option(
        markdown_text(products_title(report)),
        {"type": "value"},
        {"type": "category", "inverse": True, "data": names},
        values,
    )


def _option(title: str, x: dict[str, Any], y: dict[str, Any], bars: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "title": {"text": title, "textStyle": {"fontSize": 14}},
        "color": [COLOURS["light"]["same"]],
        "tooltip": {"trigger": "axis"},
        "grid": {"left": 8, "right": 32, "bottom": 8, "top": 48, "containLabel": True},
        "xAxis": x,
        "yAxis": y,
        "series": [{"type": "bar", "data": bars}],
    }
