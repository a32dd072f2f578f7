"""A `SalesReport` as Markdown, made to be read on a phone in DingTalk.

Only what DingTalk documents and shows on every client is used: headings, bold, a quote, lists, and line breaks of two
blanks (a single newline does not break a line there). Rows are list items, never tables, which phones show raw.
Source: https://open.dingtalk.com/document/robots/custom-robot-access (Markdown type).
"""

from collections.abc import Iterable

from daybook.judgement import Verdict
from daybook.render import parts
from daybook.report import PriceBandFigures, ProductFigures, RegionFigures, SalesReport
from daybook.words import texts
from daybook.words.figures import (
    DASH,
    ORDERS,
    UNITS,
    band,
    counted,
    first_dimension,
    percent,
    share_or_none,
    short_amount,
)
from daybook.words.names import markdown_name, markdown_text, plain

MAX_TITLE = 60
"""Columns of a title: one or two lines of a heading on a phone."""
MAX_SENTENCE = 400
"""Columns of an insight or warning; one from this library is far shorter."""
QUIET_ROWS = 3
"""Products, and regions, in the message of an ordinary day."""
MAX_CORRECTIONS = 7
"""Corrected days that are named at the head of a report."""
_BREAK = "  \n"


def report_markdown(report: SalesReport, title: str | None = None, *, corrections: bool = True) -> str:
    """The report in its own language, the headline figure and its change first.

    That of a day that came as its book let expect is short: what does not matter is on the page.

    Args:
        report: what to render.
        title: a heading of the caller's; the headline takes its place where none is given.
        corrections: whether it begins with what changed of days that had been reported.

    Returns:
        Markdown of well under 18,000 bytes, ending without a newline.
    """
    top = parts.report_title(report)
    name = plain(title, MAX_TITLE, MAX_TITLE) if title and title.strip() else ""
    head = [f"### {markdown_text(name)}", f"**{top}**"] if name else [f"### {top}"]
    if report.analysis_date is None or not report.has_data:
        return "\n\n".join([*head, texts.NO_DATA.to(report.language), *_notes(report)])
    told = parts.corrections(report) if corrections else []
    quiet = parts.is_quiet(report)
    report = _shortened(report) if quiet else report
    blocks = [
        *head,
        _BREAK.join(f"> {sentence}" for sentence in _sentences(report.doubts)),
        _BREAK.join(f"**{sentence}**" for sentence in _sentences(told[:MAX_CORRECTIONS])),
        _verdict(report),
        _BREAK.join(line if line.startswith(DASH) else f"**{line}**" for line in parts.changes(report)),
        _list(f"{name} {value if value.startswith(DASH) else f'**{value}**'}" for name, value in parts.figures(report)),
        *_section(texts.INSIGHTS.to(report.language), _list(_sentences(parts.news(report)))),
        *(_section(parts.products_title(report), _products(report)) if parts.names_products(report) else ()),
        *(_section(parts.regions_title(report), _regions(report)) if parts.names_places(report) else ()),
        *(
            block
            for title, _, values in parts.further_rankings(report)
            for block in _section(title, _ranked(values, report))
        ),
        *(() if quiet else _section(texts.PRICE_BANDS.to(report.language), _bands(report))),
        *_notes(report),
        _BREAK.join(f"> {markdown_text(line)}" for line in _foot(report)),
    ]
    return "\n\n".join(filter(None, blocks))


def _verdict(report: SalesReport) -> str:
    """What the book says of the day; bold where it matters."""
    sentence = "".join(_sentences(filter(None, [parts.verdict(report)])))
    matters = report.judgement is not None and report.judgement.verdict is not Verdict.NORMAL
    return f"**{sentence}**" if sentence and matters else sentence


def _shortened(report: SalesReport) -> SalesReport:
    """An ordinary day's report without what a message can do without."""
    kept = {
        "insights": report.insights[:1],
        "top_products": report.top_products[:QUIET_ROWS],
        "regions": report.regions[:QUIET_ROWS],
        "rankings": report.rankings[:1],
    }
    return report.model_copy(update=kept)


def _foot(report: SalesReport) -> list[str]:
    return [parts.source(report), *parts.from_book(report), *parts.reading_lines(report)]


def _products(report: SalesReport) -> str:
    rows = (
        _row(
            markdown_name(figures.product),
            figures,
            report,
            counted(figures.quantity, UNITS, report.language),
            _average_price(figures, report),
        )
        for figures in report.top_products
    )
    return "\n".join(f"{place}. {row}" for place, row in enumerate(rows, 1)) or texts.NO_PRODUCTS.to(report.language)


def _average_price(figures: ProductFigures, report: SalesReport) -> str:
    if figures.average_price is None:
        return texts.NO_AVERAGE_PRICE.to(report.language)
    return texts.AVERAGE_PRICE.to(report.language, amount=short_amount(figures.average_price, report.language))


def _regions(report: SalesReport) -> str:
    none = texts.NO_VALUES.to(report.language, one=parts.one_of(report, first_dimension(report)))
    return _ranked(report.regions, report) or none


def _ranked(values: Iterable[RegionFigures], report: SalesReport) -> str:
    return _list(
        _row(markdown_name(figures.region), figures, report, counted(figures.orders, ORDERS, report.language))
        for figures in values
    )


def _bands(report: SalesReport) -> str:
    rows = (
        _row(
            markdown_name(band(figures.band, report.language)),
            figures,
            report,
            counted(figures.orders, ORDERS, report.language),
        )
        for figures in report.price_bands
    )
    return _list(rows) or texts.NO_BANDS.to(report.language)


def _row(name: str, figures: ProductFigures | RegionFigures | PriceBandFigures, report: SalesReport, *more: str) -> str:
    sales = short_amount(figures.sales, report.language)
    share = share_or_none(figures.share, report)
    if share is not None:
        sales = texts.SALES_AND_SHARE.to(report.language, sales=sales, share=percent(share))
    return texts.COMMA.to(report.language).join([f"**{name}** {sales}", *more])


def _notes(report: SalesReport) -> list[str]:
    return _section(texts.DATA_NOTES.to(report.language), _list(_sentences(report.warnings)))


def _sentences(sentences: Iterable[str]) -> list[str]:
    return [markdown_text(plain(sentence, MAX_SENTENCE, MAX_SENTENCE)) for sentence in sentences]


def _section(title: str, body: str) -> list[str]:
    return [f"#### {title}", body] if body else []


def _list(rows: Iterable[str]) -> str:
    return "\n".join(f"- {row}" for row in rows)
