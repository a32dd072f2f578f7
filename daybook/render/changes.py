"""The day against an earlier day, in words."""

from daybook.language import Language, Text
from daybook.render import wording
from daybook.render.figures import short_amount, signed_percent, weekday
from daybook.report import Comparison, SalesReport


def bases(report: SalesReport) -> tuple[str, str]:
    """What the two earlier days are called: `前一日` and `上周六`, `the day before` and `the Saturday before`."""
    language = report.language
    name = weekday(report.analysis_date, language) if report.analysis_date else ""
    return wording.DAY_BEFORE.to(language), wording.WEEK_BEFORE.to(language, weekday=name)


def change_lines(report: SalesReport) -> list[str]:
    """The change of sales against both earlier days, most recent first; what is missing is said to be missing."""
    day, week = bases(report)
    if report.previous_day is None and report.week_before is None:
        return [wording.NOTHING_TO_COMPARE.to(report.language, day=day, week=week)]
    return [
        _change(comparison, base, report.language) if comparison else wording.NOT_IN_FILE.to(report.language, base=base)
        for comparison, base in ((report.previous_day, day), (report.week_before, week))
    ]


def _change(comparison: Comparison, base: str, language: Language) -> str:
    if comparison.sales_change == 0:
        return wording.SAME.to(language, base=base)
    sentence = wording.MORE if comparison.sales_change > 0 else wording.LESS
    change = sentence.to(language, base=base, amount=short_amount(abs(comparison.sales_change), language))
    return wording.CHANGE_PERCENT.to(language, change=change, percent=_percent(comparison))


def _percent(comparison: Comparison) -> str | Text:
    if comparison.sales_change_percent is not None:
        return signed_percent(comparison.sales_change_percent)
    return wording.BASE_WAS_NEGATIVE if comparison.total_sales < 0 else wording.BASE_WAS_ZERO
