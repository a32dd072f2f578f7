"""What every rendering of a report says the same way: headline, figures, titles of sections, source."""

from daybook.language import Text
from daybook.report import SalesReport
from daybook.words import texts
from daybook.words.figures import (
    DASH,
    DAYS,
    ORDERS,
    ROWS,
    amount,
    counted,
    day,
    named_products,
    named_regions,
    number,
    shares_mean_something,
    short_amount,
)
from daybook.words.names import plain


def report_title(report: SalesReport) -> str:
    """The day and its sales in one plain line: for a heading, a message's title, a notification."""
    if report.analysis_date is None or not report.has_data:
        return texts.NO_DATA_HEADLINE.to(report.language)
    sales = short_amount(report.summary.total_sales, report.language)
    return texts.HEADLINE.to(report.language, day=day(report.analysis_date, report.language), amount=sales)


def figures(report: SalesReport) -> list[tuple[str, str]]:
    """The day's figures with their names; one that does not exist is a dash with its reason."""
    language, summary, quality = report.language, report.summary, report.quality
    rows: list[tuple[Text, str]] = [
        (texts.SALES, amount(summary.total_sales, language)),
        (texts.ORDERS, number(summary.total_orders)),
        (texts.QUANTITY, number(summary.total_quantity)),
        (texts.AVERAGE_ORDER, amount(summary.average_order_value, language) if summary.total_orders else DASH),
    ]
    if quality.refunds:
        orders = counted(quality.refunds, ORDERS, language)
        refunds = texts.REFUND_FIGURES.to(language, orders=orders, amount=amount(quality.refund_sales, language))
        rows.append((texts.REFUNDS, refunds))
    if not shares_mean_something(report):
        rows.append((texts.SHARE, texts.NO_SHARES.to(language)))
    return [(name.to(language), value) for name, value in rows]


def news(report: SalesReport) -> list[str]:
    """The insights less the first, the headline, which stands above them already."""
    return report.insights[1:]


def products_title(report: SalesReport) -> str:
    """The head of the products: how many of how many, where not all are shown."""
    shown, every = len(report.top_products), named_products(report)
    if 0 < shown < every:
        return texts.TOP_PRODUCTS.to(report.language, shown=shown, all=every)
    return texts.PRODUCTS.to(report.language)


def regions_title(report: SalesReport) -> str:
    """The head of the regions: how many of how many, where not all are shown."""
    ranking = next(iter(report.rankings), None)
    if ranking and ranking.dimension != "region":
        return plain(ranking.column)
    shown, every = len(report.regions), named_regions(report)
    if 0 < shown < every:
        return texts.TOP_REGIONS.to(report.language, shown=shown, all=every)
    return texts.REGIONS.to(report.language)


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
