"""`day_sheet`: the first sheet of a workbook: the day's figures and changes, what stands out, and charts."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from daybook.render import parts
from daybook.report import Comparison, SalesReport
from daybook.words import texts as words
from daybook.words.figures import DASH, comparisons, own_summary
from daybook.workbook import texts
from daybook.workbook.sheet import ACCENT, DOUBT, FILL, MUTED, PALE, Kind, Place, Sheets, head_of

COLUMNS = 6
_WIDTHS = (22, 18, 18, 12, 22, 12)
_CHART_WIDTH, _GAP = 500, 16
_BARS, _ROW_PIXELS = 10, 26
"""Bars of a ranking's chart, and what one takes of its height."""
_LABEL_ROOM = 0.15
"""Of the length of all bars: what the label of one takes."""


class Figure(NamedTuple):
    """A figure of the day, and the same of the earlier days that are known."""

    name: str
    kind: Kind
    value: float | None
    before: Sequence[float | None] = ()
    own: Sequence[float | None] = ()
    """The reported figure beside each of them, where it is that of fewer days."""


class ChartOf(NamedTuple):
    """What a chart of the first sheet shows: a column of names or dates, and one of sales."""

    title: str
    place: Place
    names: int
    sales: int
    marked: Sequence[int] | None = None
    """The rows that are marked, from 0; bars lie where it is None."""
    ends: tuple[float, float] = (0.0, 0.0)
    """The least and the most of sales, of bars, beside which their labels need room."""


def day_sheet(sheet: Any, sheets: Sheets, report: SalesReport, charts: Sequence[ChartOf]) -> None:
    """Fill the first sheet: it is read on a screen, and printed on one page."""
    for column, wide in enumerate(_WIDTHS):
        sheet.set_column(column, column, wide)
    sheet.fit_to_pages(1, 1)
    language, room = report.language, sum(_WIDTHS)
    sheet.set_row(0, 30)
    sheets.put(sheet, 0, 0, parts.report_title(report), bold=True, font_size=18, font_color=FILL)
    row = sheets.lines(sheet, 1, parts.source(report) if report.has_data else "", COLUMNS, room, font_color=MUTED)
    if not report.has_data:
        sheets.lines(sheet, row, words.NO_DATA.to(language), COLUMNS, room)
        return
    for sentence in (*report.doubts, *parts.corrections(report)):
        row = sheets.lines(sheet, row, sentence, COLUMNS, room, bg_color=DOUBT, bold=True)
    row = _figures(sheet, sheets, report, row + 1) + 1
    for title, sentences in (
        (words.INSIGHTS, parts.news(report)),
        (words.DATA_NOTES, [each for each in report.warnings if each not in report.doubts]),
    ):
        row = _section(sheet, sheets, row, title.to(language), sentences)
    for line in (*parts.from_book(report), *parts.reading_lines(report)):
        row = sheets.lines(sheet, row, line, COLUMNS, room, font_color=MUTED)
    _charts(sheet, sheets, charts)


def _section(sheet: Any, sheets: Sheets, row: int, title: str, sentences: Iterable[str]) -> int:
    """Sentences below a title; gives the next row."""
    written = list(sentences)
    if not written:
        return row
    sheets.put(sheet, row, 0, title, bold=True, font_size=13, font_color=FILL)
    for sentence in written:
        row = sheets.lines(sheet, row + 1, f"• {sentence}", COLUMNS, sum(_WIDTHS)) - 1
    return row + 2


def _figures(sheet: Any, sheets: Sheets, report: SalesReport, row: int) -> int:
    """The figures with their changes; gives the next row."""
    earlier = [(comparison, name) for comparison, name in comparisons(report) if comparison]
    heads = [texts.FIGURE.to(report.language), parts.reported(report)]
    for _, name in earlier:
        heads += [name[0].upper() + name[1:], texts.CHANGE.to(report.language)]
    dates: list[object] = ["", report.period.first if report.period else report.analysis_date]
    for comparison, _ in earlier:
        dates += [comparison.date, ""]
    for column, (head, date) in enumerate(zip(heads, dates, strict=True)):
        look = head_of(Kind.COUNT if column else Kind.TEXT)
        sheets.put(sheet, row, column, head, **look)
        look["bold"] = False
        sheets.put(sheet, row + 1, column, date, Kind.DATE if date else Kind.TEXT, **look)
    row += 2
    for figure in figures_of(report, [comparison for comparison, _ in earlier]):
        line: dict[str, Any] = {"bottom": 4, "bottom_color": "#D9D9D9"}
        sheets.put(sheet, row, 0, figure.name, **line)
        sheets.put(sheet, row, 1, DASH if figure.value is None else figure.value, figure.kind, bold=True, **line)
        for place, before in enumerate(figure.before):
            change = changed(figure.own[place], before)
            sheets.put(sheet, row, 2 + 2 * place, before, figure.kind, **line)
            sheets.put(sheet, row, 3 + 2 * place, DASH if change is None else change, Kind.CHANGE, **line)
        row += 1
    return row


def figures_of(report: SalesReport, earlier: Sequence[Comparison]) -> list[Figure]:
    """The day's figures; money in the file's currency, percentages in percent."""
    language, summary = report.language, report.summary
    average = summary.average_order_value if summary.total_orders else None
    ours = [own_summary(report, each) for each in earlier]
    found = [
        Figure(
            words.SALES.to(language),
            Kind.MONEY,
            summary.total_sales,
            [each.total_sales for each in earlier],
            [own.total_sales for own in ours],
        ),
        Figure(
            words.ORDERS.to(language),
            Kind.COUNT,
            summary.total_orders,
            [each.total_orders for each in earlier],
            [own.total_orders for own in ours],
        ),
        Figure(
            words.QUANTITY.to(language),
            Kind.QUANTITY,
            summary.total_quantity,
            [each.total_quantity for each in earlier],
            [own.total_quantity for own in ours],
        ),
        Figure(
            words.AVERAGE_ORDER.to(language),
            Kind.MONEY,
            average,
            [round(each.total_sales / each.total_orders, 2) if each.total_orders else None for each in earlier],
            [own.average_order_value if own.total_orders else None for own in ours],
        ),
    ]
    if report.period:
        found.insert(1, Figure(words.SALES_PER_DAY.to(language), Kind.MONEY, report.period.average_sales))
    if report.margin:
        name, _ = parts.margin_figures(report.margin, report)
        found.append(Figure(name.to(language), Kind.MONEY, report.margin.profit))
        found.append(Figure(f"{name.to(language)} %", Kind.SHARE, report.margin.percent))
    if report.quality.refunds:
        found.append(Figure(words.REFUNDS.to(language), Kind.MONEY, report.quality.refund_sales))
    return found


def changed(now: float | None, before: float | None) -> float | None:
    """A change in percent; ``None`` where no percentage says it."""
    if now is None or before is None or before <= 0:
        return None
    return 100 * (now - before) / before


def _charts(sheet: Any, sheets: Sheets, charts: Sequence[ChartOf]) -> None:
    """The charts beside the figures, one below the other."""
    top = 0
    for each in charts:
        bars, marked = each.marked is None, each.marked or ()
        chart = sheets.book.add_chart({"type": "bar" if bars else "column"})
        first, last = each.place.first, min(each.place.last, each.place.first + _BARS - 1)
        place = Place(each.place.sheet, first, last) if bars else each.place
        series = {
            "categories": place.cells(each.names),
            "values": place.cells(each.sales),
            "fill": {"color": ACCENT},
            "gap": 45,
        }
        if bars:
            series["data_labels"] = {"value": True, "num_format": "#,##0", "font": {"size": 9}}
        else:
            rows = each.place.last - each.place.first + 1
            series["points"] = [{"fill": {"color": FILL if row in marked else PALE}} for row in range(rows)]
        chart.add_series(series)
        # a title that begins like a formula would be one
        title = each.title if not each.title.startswith("=") else f" {each.title}"
        chart.set_title({"name": title, "name_font": {"size": 12, "color": FILL}, "overlay": False})
        chart.set_legend({"none": True})
        chart.set_chartarea({"border": {"color": "#D9D9D9"}})
        value_axis = {"num_format": "#,##0", "major_gridlines": {"visible": False}, "visible": False}
        if bars:
            chart.set_y_axis(
                {"reverse": True, "num_font": {"size": 10}, "line": {"none": True}, "label_position": "low"}
            )
            low, high = each.ends
            room = _LABEL_ROOM * (max(high, 0.0) - min(low, 0.0))
            ends = {"min": low - room if low < 0 else 0.0, "max": high + room} if room else {}
            chart.set_x_axis(value_axis | ends)
        else:
            every = max(1, (each.place.last - first) // 5)
            dates = {"date_axis": True, "num_format": "mm-dd", "num_font": {"size": 9}, "major_unit": every}
            chart.set_x_axis({**dates, "major_unit_type": "days", "minor_unit": 1, "minor_unit_type": "days"})
            chart.set_y_axis({**value_axis, "visible": True, "line": {"none": True}, "min": 0})
        height = 70 + _ROW_PIXELS * (last - first + 1) if bars else 250
        chart.set_size({"width": _CHART_WIDTH, "height": height})
        sheet.insert_chart(0, COLUMNS + 1, chart, {"y_offset": 10 + top, "object_position": 3})
        top += height + _GAP
