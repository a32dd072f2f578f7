"""`workbook`: the sheets of a report: the day with charts, each ranking, the days, what was wrong with the data."""

import datetime as dt
from collections.abc import Sequence
from io import BytesIO

from daybook.charts import charts_of
from daybook.charts.choose import ranking_title
from daybook.days import DayTotals
from daybook.render import parts
from daybook.render.texts import FIELDS, REASONS
from daybook.report import MAX_LIST, SalesReport
from daybook.words import texts as words
from daybook.words.figures import band, comparisons, first_dimension, span, weekday
from daybook.workbook import texts
from daybook.workbook.day import ChartOf, day_sheet
from daybook.workbook.ranking import ranking
from daybook.workbook.sheet import Column, Kind, Place, Sheets

MIME_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LEAST_DAYS = 3
"""Days of which a chart says more than the figures."""


def workbook(report: SalesReport, history: Sequence[DayTotals] = ()) -> bytes:
    """A report in its own language as an XLSX file; the same report gives the same bytes.

    Args:
        report: what to write.
        history: days before the reported one that are known, where more are than the report compares with.
    """
    import xlsxwriter  # noqa: PLC0415  only what is asked for is loaded

    file = BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, settings) as book:
        made = report.analysis_date or dt.date(1980, 1, 1)
        title = parts.report_title(report)
        book.set_properties({"title": title, "created": dt.datetime(made.year, made.month, made.day)})  # noqa: DTZ001
        sheets = Sheets(book)
        first = sheets.add(texts.SHEETS[report.period.kind if report.period else "day"].to(report.language))
        charts = _tables(sheets, report, history) if report.has_data else []
        day_sheet(first, sheets, report, charts)
        first.activate()
    return file.getvalue()


def _tables(sheets: Sheets, report: SalesReport, history: Sequence[DayTotals]) -> list[ChartOf]:
    """Write the sheets behind the first, and say what of them is drawn there."""
    titles = {chart.key: chart.title for chart in charts_of(report, history, language=report.language)}
    charts = _days(sheets, report, history, titles.get("sales_by_day", ""))
    if parts.names_products(report) and report.top_products:
        one = words.PRODUCT.to(report.language)
        name = words.PRODUCTS.to(report.language)
        rows = [(each.product, each, each.average_price) for each in report.top_products]
        charts += ranking(sheets, report, name, one, rows, titles.get("products", ""), has_prices=True)
    ranked = [(first_dimension(report), report.regions)] if parts.names_places(report) else []
    ranked += [(each.dimension, each.values) for each in report.rankings[1:]]
    for dimension, values in ranked:
        if values:
            one, many = parts.one_of(report, dimension), words.DIMENSIONS[dimension].to(report.language)
            of_one = [(each.region, each, None) for each in values]
            charts += ranking(sheets, report, _head(many), _head(one), of_one, ranking_title(report, values))
    if report.price_bands:
        name, one = words.PRICE_BANDS.to(report.language), words.BAND.to(report.language)
        bands = [(band(each.band, report.language), each, None) for each in report.price_bands]
        charts += ranking(sheets, report, name, one, bands, titles.get("price_bands", ""))
    _hours(sheets, report)
    _quality(sheets, report)
    _reading(sheets, report)
    return charts


def _days(sheets: Sheets, report: SalesReport, history: Sequence[DayTotals], finding: str) -> list[ChartOf]:
    """The days that are known, in order; the finding is said of 30 of them where none of the earlier ones is near."""
    known: dict[dt.date, list[object]] = {each.date: [each.sales, None, None] for each in report.days}
    known |= {each.date: [float(round(each.sales, 2)), each.orders, float(each.quantity)] for each in history}
    for comparison in (report.previous_day, report.week_before):  # of a period there are none, as its days are listed
        if comparison:
            known[comparison.date] = [comparison.total_sales, comparison.total_orders, comparison.total_quantity]
    if report.analysis_date and report.period is None:
        summary = report.summary
        known[report.analysis_date] = [summary.total_sales, summary.total_orders, summary.total_quantity]
    language = report.language
    columns = [
        Column(texts.DATE.to(language), Kind.DATE, 14),
        Column(texts.WEEKDAY.to(language)),
        Column(texts.SALES.to(language), Kind.MONEY, 18),
        Column(words.ORDERS.to(language), Kind.COUNT),
        Column(words.QUANTITY.to(language), Kind.QUANTITY),
    ]
    rows = [[date, weekday(date, language), *figures] for date, figures in sorted(known.items())]
    place = sheets.table(texts.DAYS_SHEET.to(language), columns, rows)
    if len(rows) < LEAST_DAYS:
        return []
    marked = [place for place, date in enumerate(sorted(known)) if _is_reported(date, report)]
    is_of_all = len(rows) <= MAX_LIST or any(comparison for comparison, _ in comparisons(report))
    return [ChartOf(finding if finding and is_of_all else texts.SALES_BY_DAY.to(language), place, 0, 2, marked)]


def _is_reported(date: dt.date, report: SalesReport) -> bool:
    if report.period:
        return report.period.first <= date <= report.period.last
    return date == report.analysis_date


def _hours(sheets: Sheets, report: SalesReport) -> None:
    """The day by the hour, beside what is usual, where it is known by the hour."""
    if not report.hours:
        return
    language = report.language
    columns = [
        Column(texts.HOUR.to(language), Kind.TEXT, 14),
        Column(texts.SALES.to(language), Kind.MONEY, 18),
        Column(texts.ROWS.to(language), Kind.COUNT),
        Column(texts.USUAL.to(language), Kind.MONEY, 18),
    ]
    rows: list[list[object]] = [
        [f"{each.hour:02}:00–{each.hour + 1:02}:00", each.sales, each.lines, each.usual] for each in report.hours
    ]
    sheets.table(texts.HOURS_SHEET.to(language), columns, rows)


def _quality(sheets: Sheets, report: SalesReport) -> Place:
    """What was wrong with the rows, and which were left out."""
    language, quality = report.language, report.quality
    rows: list[list[object]] = []
    for field, text in texts.QUALITY.items():
        of_file = field.startswith("rows_") or field.endswith("_dates")
        where = texts.OF_FILE if of_file else span(report)
        amount = quality.refund_sales if field == "refunds" else None
        rows.append([text.to(language), where.to(language), getattr(quality, field), amount])
    for each in report.understanding.left_out if report.understanding else ():
        named = texts.LEFT_OUT.to(language, reason=REASONS[each.reason])
        rows.append([named, span(report).to(language), each.rows, each.amount])
        rows.append([named, texts.OF_FILE.to(language), each.rows_in_file, each.amount_in_file])
    columns = [
        Column(texts.WHAT.to(language), least_width=32),
        Column(texts.WHERE.to(language)),
        Column(texts.COUNT.to(language), Kind.COUNT),
        Column(texts.AMOUNT.to(language), Kind.MONEY, 16),
    ]
    return sheets.table(texts.QUALITY_SHEET.to(language), columns, rows)


def _reading(sheets: Sheets, report: SalesReport) -> None:
    """Which column was taken for what."""
    found = report.understanding
    if found is None or not found.columns:
        return
    language = report.language
    columns = [
        Column(texts.FIELD.to(language), least_width=20),
        Column(texts.COLUMN.to(language), least_width=28),
        Column(texts.WHY.to(language), least_width=40),
    ]
    rows = [
        [FIELDS[each.field].to(language) if each.field in FIELDS else each.field, each.name, each.why]
        for each in found.columns
    ]
    sheets.table(texts.READING_SHEET.to(language), columns, rows)


def _head(word: str) -> str:
    return word[0].upper() + word[1:]
