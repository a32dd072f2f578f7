"""`understood` and `day_doubts`: what was left out, chosen and noticed when the file was read, in sentences."""

from collections.abc import Iterator

from daybook.insights import texts
from daybook.language import Language
from daybook.report import SalesReport
from daybook.understanding import DatesUse, LeftOut, Understanding
from daybook.words.figures import LINES, ROWS, amount, counted

_SHOWN_DAYS = 3


def day_doubts(dates: DatesUse, report: SalesReport) -> Iterator[str]:
    """Why the reported day's figures may not be the whole day's, or not the latest day's."""
    language = report.language
    if dates.unfinished:
        if dates.ends_at:
            yield texts.DAY_ENDS_EARLY.to(language, day=report.analysis_date, time=dates.ends_at)
        else:
            yield texts.DAY_NOT_OVER.to(language, day=report.analysis_date)
    if dates.unreadable_beside:
        yield texts.UNREADABLE_BESIDE.to(
            language, rows=counted(dates.unreadable_beside, ROWS, language), day=report.analysis_date
        )


def understood(understanding: Understanding, language: Language) -> Iterator[str]:
    """What a reader should know of how the file was read; nothing of a plain file."""
    dates = understanding.dates
    if dates.passed_over:
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


def _left_out(left_out: LeftOut, language: Language) -> str:
    text = texts.LEFT_OUT[left_out.reason]
    rows = counted(left_out.rows, ROWS, language)
    example = texts.EXAMPLE.to(language, example=left_out.example) if left_out.example else ""
    return text.to(language, rows=rows, amount=amount(left_out.amount, language), example=example)
