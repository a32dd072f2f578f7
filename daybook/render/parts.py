"""What every rendering of a report says the same way: headline, figures, titles of sections, source."""

from daybook.language import Text
from daybook.report import MAX_LIST, Margin, RegionFigures, SalesReport
from daybook.words import texts
from daybook.words.figures import (
    DASH,
    DAYS,
    ORDERS,
    ROWS,
    amount,
    change_lines,
    counted,
    day,
    first_dimension,
    named_products,
    named_regions,
    number,
    percent,
    period_name,
    shares_mean_something,
    short_amount,
)
from daybook.words.names import plain

MAX_FURTHER = 5
"""Values of a further ranking: a message is read on a phone."""


def report_title(report: SalesReport) -> str:
    """The day and its sales in one plain line: for a heading, a message's title, a notification."""
    if report.analysis_date is None or not report.has_data:
        return texts.NO_DATA_HEADLINE.to(report.language)
    sales = short_amount(report.summary.total_sales, report.language)
    return texts.HEADLINE.to(report.language, day=reported(report), amount=sales)


def whole_report(report: SalesReport) -> str:
    """What the way to the report's page says."""
    return texts.WHOLE_REPORT[report.period.kind if report.period else "day"].to(report.language)


def reported(report: SalesReport) -> str:
    """What is reported: the day, or the week, month or range."""
    if report.period:
        return period_name(report.period, report.language)
    return day(report.analysis_date, report.language) if report.analysis_date else ""


def figures(report: SalesReport) -> list[tuple[str, str]]:
    """The day's figures with their names; one that does not exist is a dash with its reason."""
    language, summary, quality = report.language, report.summary, report.quality
    rows: list[tuple[Text, str]] = [
        (texts.SALES, amount(summary.total_sales, language)),
        (texts.ORDERS, number(summary.total_orders)),
        (texts.QUANTITY, number(summary.total_quantity)),
        (texts.AVERAGE_ORDER, amount(summary.average_order_value, language) if summary.total_orders else DASH),
    ]
    if report.period:
        rows.insert(1, (texts.SALES_PER_DAY, amount(report.period.average_sales, language)))
    if report.margin:
        rows.append(margin_figures(report.margin, report))
    if quality.refunds:
        orders = counted(quality.refunds, ORDERS, language)
        refunds = texts.REFUND_FIGURES.to(language, orders=orders, amount=amount(quality.refund_sales, language))
        rows.append((texts.REFUNDS, refunds))
    if not shares_mean_something(report):
        rows.append((texts.SHARE, texts.NO_SHARES.to(language)))
    return [(name.to(language), value) for name, value in rows]


def margin_figures(margin: Margin, report: SalesReport) -> tuple[Text, str]:
    """What was earned: what it is called, and how much."""
    is_profit = report.understanding is not None and report.understanding.column("profit") is not None
    value = amount(margin.profit, report.language)
    if margin.percent is not None and shares_mean_something(report):
        value = texts.MARGIN_FIGURES.to(report.language, amount=value, percent=percent(margin.percent))
    return (texts.PROFIT if is_profit else texts.MARGIN), value


def news(report: SalesReport) -> list[str]:
    """The insights less the first, the headline, which stands above them already."""
    return report.insights[1:]


def verdict(report: SalesReport) -> str:
    """What the book says of the day; nothing where it is said as a doubt already."""
    judgement = report.judgement
    return "" if judgement is None or judgement.is_data_at_fault else judgement.reason


def is_quiet(report: SalesReport) -> bool:
    """Whether the day is an ordinary one, without a doubt: a message on it is short, the rest is on the page."""
    return report.judgement is not None and report.judgement.is_ordinary and not report.doubts


def changes(report: SalesReport) -> list[str]:
    """The change of sales against the earlier days; nothing of it where the data is at fault."""
    return [] if report.judgement is not None and report.judgement.is_data_at_fault else change_lines(report)


def products_title(report: SalesReport) -> str:
    """The head of the products: how many of how many, where not all are shown."""
    shown, every = len(report.top_products), named_products(report)
    if 0 < shown < every:
        return texts.TOP_PRODUCTS.to(report.language, shown=shown, all=every)
    return texts.PRODUCTS.to(report.language)


def regions_title(report: SalesReport) -> str:
    """The head of the regions: how many of how many, where not all are shown."""
    return ranking_title(report, first_dimension(report), len(report.regions), named_regions(report))


def further_rankings(report: SalesReport) -> list[tuple[str, str, list[RegionFigures]]]:
    """What is ranked beside products and the first dimension: head, name of one value, and the largest values."""
    found = []
    for ranking in report.rankings[1:]:
        values = ranking.values[:MAX_FURTHER]
        every = len(ranking.values) if ranking.distinct <= MAX_LIST else ranking.distinct
        if values:
            title = ranking_title(report, ranking.dimension, len(values), every)
            found.append((title, one_of(report, ranking.dimension), values))
    return found


def one_of(report: SalesReport, dimension: str) -> str:
    """What one value of a dimension is called."""
    return texts.ONE_OF_DIMENSION[dimension].to(report.language)


def ranking_title(report: SalesReport, dimension: str, shown: int, every: int) -> str:
    """The head of a ranking: how many of how many, where not all are shown."""
    many = texts.DIMENSIONS[dimension].to(report.language)
    if 0 < shown < every:
        return texts.TOP_VALUES.to(report.language, shown=shown, all=every, many=many)
    return many[0].upper() + many[1:]


def source(report: SalesReport) -> str:
    """What the figures were computed from: rows, days, dates with their year."""
    language, info = report.language, report.data_info
    if info.days <= 1:
        rows = counted(info.records, ROWS, language)
        return texts.SOURCE_ONE_DAY.to(language, first=report.analysis_date, rows=rows)
    return texts.SOURCE_DAYS.to(
        language,
        first=info.first_date,
        last=info.last_date,
        days=counted(info.days, DAYS, language),
        rows=counted(report.quality.rows_read - report.quality.rows_left_out, ROWS, language),
    )


def from_book(report: SalesReport) -> list[str]:
    """Which earlier days are not from the file but from the business's book, in one line."""
    use = report.book
    if use and use.name and report.period:
        return [texts.FROM_BOOK.to(report.language, book=plain(use.name))]
    if use is None or not use.compared:
        return []
    days = texts.COMMA.to(report.language).join(day(date, report.language) for date in use.compared)
    return [texts.COMPARED_WITH_BOOK.to(report.language, days=days, book=plain(use.name))]


def corrections(report: SalesReport) -> list[str]:
    """What changed of days that had been reported, a sentence a day."""
    return report.book.corrections if report.book else []


def names_products(report: SalesReport) -> bool:
    """Whether the file has a column of products."""
    return report.understanding is None or report.understanding.column("product") is not None


def names_places(report: SalesReport) -> bool:
    """Whether the file has a column to rank beside products."""
    return report.understanding is None or bool(report.understanding.dimensions)


def reading_lines(report: SalesReport) -> list[str]:
    """What the file was taken for, in one line, where a report comes from a file."""
    understanding = report.understanding
    if understanding is None or understanding.money is None:
        return []
    orders = understanding.orders_by
    by = (
        texts.ORDERS_BY.to(report.language, name=plain(orders)) if orders else texts.ORDERS_ARE_ROWS.to(report.language)
    )
    return [texts.READ_AS.to(report.language, money=plain(understanding.money.how), orders=by)]
