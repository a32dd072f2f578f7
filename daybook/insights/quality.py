"""`warnings`, `doubts`: what was wrong with the rows, and what was left out, chosen and noticed on reading."""

import datetime as dt
from collections.abc import Iterator, Sequence

from daybook.insights import texts
from daybook.language import Language, Text, excerpt
from daybook.report import DatesUse, LeftOut, PeriodUse, SalesReport, Understanding
from daybook.table.layout import Note
from daybook.words.figures import LINES, ORDERS, ROWS, amount, counted, first_dimension, number, percent, span
from daybook.words.figures import day as said_day
from daybook.words.texts import ONE_OF_DIMENSION, SPANS

INCOMPLETE_PERCENT = 5.0
"""From this part of orders without a price, or without a quantity, sales are called incomplete."""


def warnings(report: SalesReport) -> list[str]:
    """One sentence for each kind of fault in the data, the gravest first; none for clean data."""
    quality, language = report.quality, report.language

    def of_orders(text: Text, blank: int, bad: int = 0) -> str | None:
        count = counted(blank + bad, ORDERS, language)
        one = ONE_OF_DIMENSION[first_dimension(report)]
        said = {"detail": _detail(blank, bad, language), "one": one, "span": span(report)}
        return text.to(language, count=count, **said) if blank + bad else None

    undated = quality.blank_dates + quality.bad_dates
    left_out = texts.NO_DATE.to(
        language,
        count=number(undated) if language is Language.ENGLISH else counted(undated, ROWS, language),
        all=counted(quality.rows_read, ROWS, language),
        detail=_detail(quality.blank_dates, quality.bad_dates, language),
    )
    found = [
        *doubts(report),
        *(report.book.notes if report.book else ()),
        *(_period_notes(report.period, language) if report.period else ()),
        of_orders(texts.NO_SALES, quality.blank_sales, quality.bad_sales),
        of_orders(texts.NO_PRICE, quality.blank_prices, quality.bad_prices),
        of_orders(texts.NO_QUANTITY, quality.blank_quantities, quality.bad_quantities)
        if _has(report, "quantity")
        else None,
        left_out if undated else None,
        *_costs(report),
        of_orders(texts.NO_PRODUCT, quality.blank_products) if _has(report, "product") else None,
        of_orders(texts.NO_REGION, quality.blank_regions) if _has(report, "region") else None,
        *(reading_sentences(report.understanding, language) if report.understanding else ()),
    ]
    return [sentence for sentence in found if sentence]


def _costs(report: SalesReport) -> Iterator[str]:
    """That some rows do not say what they cost or earned, where a margin is shown."""
    rows = report.understanding.without_cost if report.understanding and report.margin else 0
    if rows:
        is_profit = _has(report, "profit")
        yield texts.NO_COST.to(
            report.language,
            count=counted(rows, ROWS, report.language),
            column=texts.PROFIT if is_profit else texts.COST,
            margin=texts.PROFIT if is_profit else texts.MARGIN,
        )


def doubts(report: SalesReport) -> list[str]:
    """What puts the day's total in doubt: an unfinished day, unreadable rows beside it, money that is not there."""
    quality, language, lines = report.quality, report.language, report.lines or report.summary.total_orders
    found = list(day_doubts(report.understanding.dates, report)) if report.understanding else []
    if report.period:
        found += period_doubts(report.period, language)
    if report.judgement is not None and report.judgement.is_data_at_fault:
        found.insert(0, report.judgement.reason)
    for overlap in report.understanding.overlaps if report.understanding else ():
        rows = counted(overlap.rows, ROWS, language)
        found.append(texts.OVERLAP.to(language, rows=rows, file=overlap.file, other=overlap.other))
    unpriced = max(
        quality.blank_prices + quality.bad_prices + quality.blank_sales + quality.bad_sales,
        _unsold(report),
    )
    part = 100 * unpriced / lines if lines else 0.0
    if part >= INCOMPLETE_PERCENT:
        found.append(texts.SALES_INCOMPLETE.to(language, share=percent(part), span=span(report)))
    return found


def _unsold(report: SalesReport) -> int:
    """Lines whose sales are not known for want of a quantity: only where sales are price times quantity."""
    understanding = report.understanding
    by_price = understanding is None or understanding.money is None or "×" in understanding.money.how
    return report.quality.blank_quantities + report.quality.bad_quantities if by_price else 0


def _has(report: SalesReport, field: str) -> bool:
    """Whether the file has a column for a field; a ranking of another dimension stands in for the region."""
    understanding = report.understanding
    if understanding is None:
        return True
    return bool(understanding.dimensions) if field == "region" else understanding.column(field) is not None


def _detail(blank: int, bad: int, language: Language) -> str:
    if blank and bad:
        return texts.BLANK_OR_BAD.to(language, blank=number(blank), bad=number(bad))
    return (texts.ALL_BLANK if blank else texts.ALL_BAD).to(language)


_SHOWN_DAYS = 3
_LISTED_DAYS = 5


def day_doubts(dates: DatesUse, report: SalesReport) -> Iterator[str]:
    """Why the reported day's figures may not be the whole day's, or not the latest day's."""
    language = report.language
    if dates.unfinished:
        if dates.ends_at:
            yield texts.DAY_ENDS_EARLY.to(language, day=report.analysis_date, time=dates.ends_at)
        else:
            yield texts.DAY_NOT_OVER.to(language, day=report.analysis_date)
    if dates.awaited:
        text = texts.PASSED_OVER if dates.awaited == dates.passed_over else texts.AWAITED
        yield text.to(language, day=dates.awaited, reported=report.analysis_date)
    if dates.unreadable_beside:
        yield texts.UNREADABLE_BESIDE.to(
            language, rows=counted(dates.unreadable_beside, ROWS, language), day=report.analysis_date
        )


def period_doubts(period: PeriodUse, language: Language) -> Iterator[str]:
    """Why a week's or month's figures may not be all of it."""
    what = SPANS[period.kind]
    known = {"held": period.held, "due": period.due}
    if not period.is_over:
        yield texts.NOT_OVER.to(language, span=what, **known)
    if period.missing:
        yield texts.DAYS_MISSING.to(language, days=_days(period.missing, language), **known)
    if period.unfinished:
        yield texts.DAYS_UNFINISHED.to(language, days=_days(period.unfinished, language))


def _period_notes(period: PeriodUse, language: Language) -> Iterator[str]:
    for text, days in ((texts.DAYS_CLOSED, period.closed), (texts.DAYS_FOREIGN, period.other_currency)):
        if days:
            yield text.to(language, days=_days(days, language))
    if period.orders_by_day:
        yield texts.ORDERS_BY_DAY.to(language)


def _days(days: Sequence[dt.date], language: Language) -> str:
    listed = texts.COMMA.to(language).join(said_day(day, language) for day in days[:_LISTED_DAYS])
    if len(days) <= _LISTED_DAYS:
        return listed
    more = len(days) if language is Language.CHINESE else len(days) - _LISTED_DAYS
    return texts.MORE_DAYS.to(language, days=listed, count=more)


def reading_sentences(understanding: Understanding, language: Language) -> Iterator[str]:
    """What a reader should know of how the file was read; nothing of a plain file."""
    dates = understanding.dates
    if dates.passed_over and dates.passed_over != dates.awaited:
        yield texts.PASSED_OVER.to(language, day=dates.passed_over)
    if dates.strays:
        days = sorted(dates.strays)
        listed = texts.COMMA.to(language).join(map(str, days[:_SHOWN_DAYS]))
        rows = counted(sum(dates.strays.values()), ROWS, language)
        yield texts.STRAY_DAYS.to(language, rows=rows, days=listed + (" …" if len(days) > _SHOWN_DAYS else ""))
    if dates.filled_down:
        yield texts.FILLED_DOWN.to(language, rows=counted(dates.filled_down, ROWS, language))
    for left_out in understanding.left_out:
        if left_out.rows:
            yield _left_out(left_out, language)
    if understanding.repeated_lines:
        yield texts.REPEATED.to(language, rows=counted(understanding.repeated_lines, LINES, language))
    yield from understanding.notes


def shared_orders(same: int, apart: int, language: Language) -> Iterator[str]:
    """What was made of order numbers that stand in more than one file."""
    for count, text in ((same, texts.SAME_ORDERS), (apart, texts.OTHER_ORDERS)):
        if count:
            yield text.to(language, count=f"{count:,}")


def _left_out(left_out: LeftOut, language: Language) -> str:
    text = texts.LEFT_OUT[left_out.reason]
    rows = counted(left_out.rows, ROWS, language)
    example = texts.EXAMPLE.to(language, example=left_out.example) if left_out.example else ""
    return text.to(language, rows=rows, amount=amount(left_out.amount, language), example=example)


def note_sentence(note: Note, language: Language) -> str:
    """A note in a language."""
    sentence = texts.NOTES[note.code].to(
        language,
        rows=counted(note.count, ROWS, language),
        count=note.count,
        row=note.row or 1,
        values=texts.COMMA.to(language).join(f"“{value}”" for value in note.values),
    )
    return sentence if note.file is None else texts.IN_FILE.to(language, file=note.file, sentence=sentence)


def refunds_sentence(title: str, rows: int, language: Language) -> str:
    """That a table of refunds was taken off."""
    return texts.SECOND_TABLE_OF_REFUNDS.to(language, values=f"“{excerpt(title)}”", rows=counted(rows, ROWS, language))
