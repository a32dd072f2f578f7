"""`report_markdown`: a report as Markdown for people; `understanding_text`: what a file was taken for, as lines.

Only what DingTalk documents and shows on every client is used: headings, bold, a quote, lists, and line breaks of two
blanks (a single newline does not break a line there). Rows are list items, never tables, which phones show raw.
Source: https://open.dingtalk.com/document/robots/custom-robot-access (Markdown type).
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from daybook.judgement import Verdict
from daybook.language import Language, Text, excerpt
from daybook.render import parts
from daybook.render import texts as labels
from daybook.report import (
    ColumnUse,
    DatesUse,
    LeftOut,
    PriceBandFigures,
    ProductFigures,
    Question,
    RegionFigures,
    SalesReport,
    Understanding,
)
from daybook.words import texts
from daybook.words.figures import (
    DASH,
    ORDERS,
    UNITS,
    band,
    counted,
    day,
    first_dimension,
    percent,
    share_or_none,
    short_amount,
)
from daybook.words.names import markdown_name, markdown_text, plain


def understanding_text(understanding: Understanding, language: Language) -> str:
    """What a file was taken for, one matter a line; the questions first, because nothing is known before their answers.

    Args:
        understanding: what to show; its own sentences are in the language that the analysis was asked in.
        language: of the labels.
    """
    return "\n".join(_Sentences(language).of(understanding))


class _Sentences:
    def __init__(self, language: Language) -> None:
        self._language = language
        self._colon = "：" if language is Language.CHINESE else ": "
        self._comma = "，" if language is Language.CHINESE else ", "

    def of(self, what: Understanding) -> Iterator[str]:
        yield from self._list(labels.QUESTIONS, (line for each in what.questions for line in self._question(each)))
        separator = what.separator and self._known(labels.SEPARATORS, what.separator)
        yield from self._line(labels.FILE, what.kind, what.encoding, separator)
        yield from self._line(labels.SHEETS, *what.sheets)
        yield from self._line(labels.PASSED_OVER, *what.sheets_passed_over)
        if what.header_row:
            yield from self._line(labels.HEADER, self._say(labels.HEADER_ROW, row=what.header_row))
        yield from self._list(labels.COLUMNS, map(self._column, what.columns))
        yield from self._line(labels.UNUSED, *what.unused)
        if what.money:
            yield from self._line(labels.MONEY, what.money.how, what.money.why)
            yield from self._line(labels.CURRENCY, what.money.currency)
            yield from self._line(labels.DECIMAL, what.money.decimal)
        if what.columns:
            by = what.orders_by
            counted = self._say(labels.LINES) if by is None else self._say(labels.ORDERS_BY, name=by)
            yield from self._line(labels.ORDERS, counted)
        yield from self._line(labels.DATES, *self._dates(what.dates))
        ranked = (f"{self._known(labels.FIELDS, field)} = {name}" for field, name in what.dimensions.items())
        yield from self._line(labels.RANKED, *ranked)
        yield from self._list(labels.LEFT_OUT, map(self._left_out, what.left_out))
        yield from self._list(labels.NOTES, what.notes)
        if not what.questions:
            yield self._say(labels.NOTHING_ASKED)

    def _question(self, question: Question) -> Iterator[str]:
        yield question.sentence
        for value, meaning in question.choices.items():
            yield self._say(labels.ANSWER, parameter=question.parameter, value=value, meaning=meaning)

    def _column(self, column: ColumnUse) -> str:
        how = self._known(labels.SURENESS, column.sureness)
        why = f"{self._comma}{column.why}" if column.why else ""
        return f"{self._known(labels.FIELDS, column.field)} = {excerpt(column.name)} ({how}{why})"

    def _dates(self, dates: DatesUse) -> Iterator[str]:
        yield dates.form
        yield dates.why
        if dates.count:
            yield self._say(labels.DAYS_OF_FILE, count=dates.count, first=dates.first, last=dates.last)
        if dates.day:
            yield self._say(labels.REPORTED_DAY, day=dates.day)
        if dates.unfinished:
            yield self._say(labels.UNFINISHED)
        if dates.filled_down:
            yield self._say(labels.FILLED_DOWN, count=dates.filled_down)
        if dates.strays:
            yield self._say(labels.STRAYS, days=self._comma.join(dates.strays))

    def _left_out(self, left: LeftOut) -> str:
        rows = self._say(
            labels.ROWS,
            rows=left.rows,
            amount=f"{left.amount:,.2f}",
            all=left.rows_in_file,
            all_amount=f"{left.amount_in_file:,.2f}",
        )
        example = self._say(labels.SUCH_AS, example=left.example) if left.example else ""
        return f"{self._known(labels.REASONS, left.reason)}{self._colon}{rows}{example}"

    def _line(self, label: Text, *values: str) -> Iterator[str]:
        said = [value for value in values if value]
        if said:
            yield f"{self._say(label)}{self._colon}{self._comma.join(said)}"

    def _list(self, label: Text, items: Iterable[str]) -> Iterator[str]:
        lines = [f"- {item}" for item in items]
        if lines:
            yield f"{self._say(label)}{self._colon}".rstrip()
            yield from lines

    def _known(self, words: dict[str, Text], name: str) -> str:
        return self._say(words[name]) if name in words else name

    def _say(self, text: Text, **values: object) -> str:
        return text.to(self._language, **values)


MAX_TITLE = 60
"""Columns of a title: one or two lines of a heading on a phone."""
MAX_SENTENCE = 400
"""Columns of an insight or warning; one from this library is far shorter."""
QUIET_ROWS = 3
"""Products, and regions, in the message of an ordinary day."""
MAX_CORRECTIONS = 7
"""Corrected days that are named at the head of a report."""
BARS, NO_BAR = "▁▂▃▄▅▆▇█", "·"
"""Bars of an eighth to a whole; and what stands for a day without figures."""
LEAST_BARS, MOST_BARS = 5, 15
"""Days that small bars are drawn of: what fits on a line of a phone."""
MONTH_BARS = 31
"""The same for a month, whose words stand on the next line."""
_BREAK = "  \n"


class Addresses(NamedTuple):
    """Where a reader of a message finds more, without a login."""

    picture: str = ""
    """The day's main picture; empty where there is none."""
    page: str = ""
    """The report's page."""
    explain: str = ""
    """Where one may say why the day stands out; empty where it does not."""


def report_markdown(
    report: SalesReport, title: str | None = None, *, corrections: bool = True, addresses: Addresses | None = None
) -> str:
    """The report in its own language, the headline figure and its change first.

    That of a day that came as its book let expect is short: what does not matter is on the page.

    Args:
        report: what to render.
        title: a heading of the caller's; the headline takes its place where none is given.
        corrections: whether it begins with what changed of days that had been reported.
        addresses: of the picture and the page, where the reader can open them; small bars stand for the picture if
            there is none.

    Returns:
        Markdown of well under 18,000 bytes, ending without a newline.
    """
    top = parts.report_title(report)
    name = plain(title, MAX_TITLE, MAX_TITLE) if title and title.strip() else ""
    head = [f"### {markdown_text(name)}", f"**{top}**"] if name else [f"### {top}"]
    if report.analysis_date is None or not report.has_data:
        return "\n\n".join([*head, texts.NO_DATA.to(report.language), *_notes(report)])
    told = parts.corrections(report) if corrections else []
    addresses = addresses or Addresses()
    quiet = parts.is_quiet(report)
    report = _shortened(report) if quiet else report
    blocks = [
        *head,
        _BREAK.join(f"> {sentence}" for sentence in _sentences(report.doubts)),
        _BREAK.join(f"**{sentence}**" for sentence in _sentences(told[:MAX_CORRECTIONS])),
        _verdict(report),
        _BREAK.join(line if line.startswith(DASH) else f"**{line}**" for line in parts.changes(report)),
        f"![{markdown_text(top)}]({addresses.picture})" if addresses.picture else _small_bars(report),
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
        _BREAK.join(_links(report, addresses)),
        _BREAK.join(f"> {markdown_text(line)}" for line in _foot(report)),
    ]
    return "\n\n".join(filter(None, blocks))


def _links(report: SalesReport, addresses: Addresses) -> Iterator[str]:
    if addresses.page:
        yield f"[{parts.whole_report(report)}]({addresses.page})"
    if addresses.explain:
        yield f"[{texts.EXPLAIN.to(report.language)}]({addresses.explain})"


def _small_bars(report: SalesReport) -> str:
    """Sales by day as small bars from 0, two weeks and the day: what came before, which the figures do not say."""
    last = report.analysis_date or dt.date.min
    most_days = MOST_BARS
    if report.period:
        most_days = 2 * report.period.due if report.period.kind == "week" else report.period.due
        last = min(last, max((each.date for each in report.days), default=last))
    sales = {each.date: each.sales for each in report.days if (last - each.date).days < min(most_days, MONTH_BARS)}
    most = max(sales.values(), default=0.0)
    if len(sales) < LEAST_BARS or most <= 0:
        return ""
    first = min(sales)
    dates = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    bars = "".join(_bar(sales[date] / most) if date in sales else NO_BAR for date in dates)
    return texts.LAST_DAYS.to(
        report.language, bars=bars, first=day(first, report.language), last=day(last, report.language)
    )


def _bar(part: float) -> str:
    return BARS[max(0, min(len(BARS) - 1, round(part * len(BARS)) - 1))]


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
