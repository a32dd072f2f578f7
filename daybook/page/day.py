"""`page`: the page of a day: figures and changes first, then charts, rankings, and what is to be said of the data."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from daybook.charts import charts_of
from daybook.charts.ahead import ahead_chart
from daybook.days import DayTotals
from daybook.expect.forecast import Forecast
from daybook.insights import doubts, insights, warnings
from daybook.language import Language, Text
from daybook.page import texts
from daybook.page.explain import Form
from daybook.page.frame import render
from daybook.page.goods import Ranked, rankings_of
from daybook.render import parts
from daybook.render.markdown import understanding_text
from daybook.render.texts import REASONS
from daybook.report import Comparison, PeriodUse, SalesReport, Summary
from daybook.words import texts as words
from daybook.words.figures import (
    DASH,
    DAYS,
    ORDERS,
    amount,
    comparisons,
    counted,
    day,
    number,
    own_summary,
    percent,
    period_name,
    short_amount,
    span,
)
from daybook.words.names import plain

SENTENCE = 400
"""Characters of a sentence that is shown; one from this library is far shorter."""


class Link(NamedTuple):
    """A way from a page to another."""

    title: str
    href: str
    rel: str = ""
    """``prev`` or ``next``, where it is one of a row of pages."""


class Change(NamedTuple):
    """How a figure changed, in words, and which way: ``up``, ``down`` or nothing."""

    words: str
    way: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with its name, its changes, and a remark."""

    name: str
    value: str
    changes: Sequence[Change] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A change of a day in a book, in words."""

    at: str
    day: str
    taken: str
    what: str
    source: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """What a page has around a day's report, where it is one of several."""

    links: Sequence[Link] = ()
    """Ways to other days."""
    files: Sequence[Link] = ()
    """The same report as files."""
    newer: Link | None = None
    """The day as it is now, where it has changed since the report."""
    other_language: str = ""
    """The address of the same page in the other language."""
    changes: Sequence[ShownChange] = ()
    """What changed of the day since it came in, the latest first."""
    source: str = ""
    """Where the figures come from, in one line; that of the report where it is empty."""
    forecast: Forecast | None = None
    """Of the days after this one, where none of them is known, in the language of the page."""
    explained: str = ""
    """What was said of the day after the report was made."""


def page(
    report: SalesReport,
    history: Sequence[DayTotals] = (),
    rankings: Sequence[Ranked] | None = None,
    *,
    language: Language | None = None,
    around: Around | None = None,
    form: Form | None = None,
) -> str:
    """A day's report as one page of HTML that needs nothing from anywhere else.

    Args:
        report: what to show.
        history: further days for its charts, as a book gives them.
        rankings: what is ranked, where more is known than the report holds; those of the report if None.
        language: of the page; the report's own if None.
        around: the ways to other days and files; none where the page stands alone.
        form: where one may say why the day was as it was; none where one may read alone.
    """
    report = in_language(report, language)
    ahead = ahead_chart(around.forecast, language=report.language) if around and around.forecast else None
    values = {
        "around": around or Around(),
        "title": parts.report_title(report),
        "report": report,
        "head": _head(report),
        "span": span(report),
        "doubts": sentences(report.doubts),
        "corrections": sentences(parts.corrections(report)),
        "tiles": tiles(report) if report.has_data else [],
        "verdict": _verdict(report),
        "change_lines": parts.changes(report) if report.has_data else [],
        "news": sentences(parts.news(report)),
        "charts": [*charts_of(report, history, language=report.language), *([ahead] if ahead else [])],
        "rankings": (rankings_of(report) if rankings is None else rankings) if report.has_data else [],
        "warnings": sentences(report.warnings),
        "reading": _reading(report),
        "left_out": _left_out(report),
        "foot": [parts.source(report), *parts.from_book(report), *parts.reading_lines(report)],
    }
    if form is None:
        return render("day.html", report.language, values)
    return render("explain.html", report.language, values | {"form": form}, has_form=True)


def in_language(report: SalesReport, language: Language | None) -> SalesReport:
    """A report with its sentences in a language; what was said of the file itself stays as it is."""
    if language is None or language is report.language:
        return report
    judgement = report.judgement and report.judgement.to(language)
    report = report.model_copy(update={"language": language, "judgement": judgement})
    return report.model_copy(
        update={"insights": insights(report), "warnings": warnings(report), "doubts": doubts(report)}
    )


def tiles(report: SalesReport) -> list[Tile]:
    """The day's figures, each with its changes against the earlier days that are known."""
    language, summary, quality = report.language, report.summary, report.quality
    known = [(comparison, base) for comparison, base in comparisons(report) if comparison]

    def changes(
        now: Callable[[Summary], float],
        before: Callable[[Comparison], float | None],
        by: Callable[[Comparison], float | None] | None = None,
    ) -> list[Change]:
        found = (
            changed(now(own_summary(report, each)), before(each), base, language, by(each) if by else None)
            for each, base in known
        )
        return [change for change in found if change is not None]

    def average_change(comparison: Comparison) -> float | None:
        before = _average(comparison)
        # not rounded first, as the insights say it
        now = own_summary(report, comparison).average_order_value
        return 100 * (now - before) / before if before else None

    found = [
        Tile(
            words.SALES.to(language),
            amount(summary.total_sales, language),
            changes(lambda own: own.total_sales, lambda each: each.total_sales, lambda each: each.sales_change_percent),
        ),
        Tile(
            words.ORDERS.to(language),
            number(summary.total_orders),
            changes(
                lambda own: own.total_orders, lambda each: each.total_orders, lambda each: each.orders_change_percent
            ),
        ),
        Tile(
            words.QUANTITY.to(language),
            number(summary.total_quantity),
            changes(lambda own: own.total_quantity, lambda each: each.total_quantity),
        ),
        Tile(
            words.AVERAGE_ORDER.to(language),
            amount(summary.average_order_value, language) if summary.total_orders else DASH,
            changes(lambda own: own.average_order_value, _average, average_change) if summary.total_orders else (),
        ),
    ]
    if report.period:
        per_day = amount(report.period.average_sales, language)
        found.insert(1, Tile(words.SALES_PER_DAY.to(language), per_day, _changes_per_day(report.period, report)))
    if report.margin:
        name, value = parts.margin_figures(report.margin, report)
        found.append(Tile(name.to(language), value))
    if quality.refunds:
        orders = counted(quality.refunds, ORDERS, language)
        found.append(Tile(words.REFUNDS.to(language), amount(quality.refund_sales, language), note=orders))
    return found


def _changes_per_day(period: PeriodUse, report: SalesReport) -> list[Change]:
    """The change of sales per day, where the period and an earlier one have not as many days."""
    found = []
    for earlier, (_, base) in zip((period.former, period.year_before), comparisons(report), strict=True):
        by = earlier.average_change_percent if earlier else None
        if by is not None:
            arrow, way = ("▲", "up") if by > 0 else ("▼", "down")
            said = texts.AGAINST.to(report.language, base=base, change=f"{arrow} {percent(abs(by))}")
            found.append(Change(said, way))
    return found


def changed(now: float, before: float | None, base: str, language: Language, by: float | None = None) -> Change | None:
    """The change of a figure against an earlier one; ``None`` where no percentage says it.

    Args:
        now: the figure.
        before: the earlier one.
        base: what the earlier day is called.
        language: of the words.
        by: the change in percent, where it is known from exact figures.
    """
    if before is None or before <= 0:
        return None
    if now == before:
        return Change(texts.AGAINST.to(language, base=base, change=texts.LEVEL.to(language)), "")
    arrow, way = ("▲", "up") if now > before else ("▼", "down")
    by = in_percent(now, before) if by is None else by
    return Change(texts.AGAINST.to(language, base=base, change=f"{arrow} {percent(abs(by))}"), way)


def in_percent(now: float, before: float) -> float:
    """A change in percent, rounded to two places first, as all changes of a report are."""
    return round(100 * (now - before) / before, 2)


def sentences(said: Iterable[str]) -> list[str]:
    """Sentences that may hold what others wrote, each on one line."""
    return [plain(sentence, SENTENCE, SENTENCE) for sentence in said]


def _average(comparison: Comparison) -> float | None:
    return comparison.total_sales / comparison.total_orders if comparison.total_orders else None


def _head(report: SalesReport) -> dict[str, str]:
    """The heading: the day with its year, and its sales."""
    if report.analysis_date is None or not report.has_data:
        return {"day": words.NO_DATA_HEADLINE.to(report.language), "sales": ""}
    date = report.analysis_date
    shown = texts.DAY_TITLE.to(report.language, day=day(date, report.language), year=date.year)
    if report.period:
        shown = _period_title(report.period, report.language)
    return {"day": shown, "sales": short_amount(report.summary.total_sales, report.language)}


def _period_title(period: PeriodUse, language: Language) -> str:
    """A week, month or range with its year."""
    name = period_name(period, language)
    if period.kind == "month" or period.first.year != period.last.year:
        return name
    return texts.DAY_TITLE.to(language, day=name, year=period.last.year)


def _verdict(report: SalesReport) -> dict[str, Any] | None:
    """What the book says of the day, what sets it apart, and how the expectation was made."""
    judgement = report.judgement
    if judgement is None:
        return None
    low, high = judgement.expected_low, judgement.expected_high
    explained = counted(judgement.explained_days, DAYS, report.language) if judgement.explained_days else ""
    expected = ""
    if low is not None and high is not None:
        low_said, high_said = (short_amount(value, report.language) for value in (low, high))
        text = texts.EXPECTED_UNTIL if judgement.until else texts.EXPECTED
        expected = text.to(report.language, low=low_said, high=high_said, until=judgement.until)
    said = parts.verdict(report)
    return {
        "kind": judgement.verdict.value,
        "said": sentences([said])[0] if said else "",
        "more": [
            *sentences(filter(None, [judgement.special])),
            *filter(None, [expected]),
            *filter(None, [judgement.method]),
            *([texts.NOT_LEARNED_FROM.to(report.language, days=explained)] if explained else []),
        ],
    }


def _reading(report: SalesReport) -> list[tuple[str, list[str]]]:
    """What the file was taken for: each matter with its lines."""
    if report.understanding is None:
        return []
    found: list[tuple[str, list[str]]] = []
    for line in understanding_text(report.understanding, report.language).splitlines():
        if line.startswith("- ") and found:
            found[-1][1].append(plain(line[2:], SENTENCE, SENTENCE))
        else:
            label, sign, value = line.partition("：" if report.language is Language.CHINESE else ":")
            found.append((label, [plain(value.strip(), SENTENCE, SENTENCE)] if sign and value.strip() else []))
    return [(label, lines) for label, lines in found if lines]


def _left_out(report: SalesReport) -> list[tuple[str, str, str, str]]:
    if report.understanding is None:
        return []
    language = report.language
    return [
        (
            REASONS.get(left.reason, Text(left.reason, left.reason)).to(language),
            number(left.rows),
            amount(left.amount, language),
            number(left.rows_in_file),
        )
        for left in report.understanding.left_out
    ]
