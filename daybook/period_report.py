"""`period_report`: the report on a week, a month or a range of days, from the sum of its days' cubes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from daybook.analysis import moved_since, summary_of, sums_of, with_sentences
from daybook.cube import Cube
from daybook.days import FileFacts, HeldDays, KeepsDays, Memory, rounded, today
from daybook.earlier import Before
from daybook.errors import ParameterError, TableError
from daybook.expect.judge import sayings
from daybook.expect.moved import taken_apart
from daybook.expect.parts import DayParts
from daybook.insights.quality import period_doubts
from daybook.language import Language, Text
from daybook.period_days import (
    BEFORE,
    Beside,
    FileDays,
    Stretch,
    chosen_period,
    numbered_by_day,
    numbers_begin_anew,
)
from daybook.periods import Kind, Period
from daybook.readiness import Readiness
from daybook.report import (
    MAX_LIST,
    MOST_DAYS,
    BookUse,
    ColumnUse,
    DatesUse,
    DaySales,
    LeftOut,
    PeriodUse,
    SalesReport,
    Understanding,
)
from daybook.report_key import key_of
from daybook.table.statuses import Reason
from daybook.words import texts as words
from daybook.words.figures import DAYS, counted, period_bases
from daybook.words.names import plain

if TYPE_CHECKING:
    from daybook.parameters import AnalysisParameters

WEEKS_SHOWN = 3
"""Weeks before a week whose days are listed."""

NO_DAYS = Text(
    en="There is no data of {period}; there is some from {first} to {last}: choose a period in between, or add the"
    " files of its days.",
    zh="没有 {period} 的数据，现有数据覆盖 {first} 至 {last}；请选择其中的周期，或先补充相应日期的文件。",
    code="no_rows_for_period",
)
NAME_A_PERIOD = Text(
    en="Without a file a report is on a week, a month or a range; set the period, such as week.",
    zh="不提供文件时只能生成周报、月报或自定义日期段的报告；请填写周期，例如 week（周）。",
    code="name_a_period",
)
NOTHING = Text(
    en="There is no data of any day yet: add a sales file first.",
    zh="还没有任何日期的数据：请先添加销售文件。",
    code="no_rows_for_period",
)
OTHER_MONEY = Text(
    en="The sales of {days} in the book {book} were read from “{other}”, those of the others from “{own}”: changes may"
    " come from that.",
    zh="账本 {book} 中有 {days}的销售额取自“{other}”，其余取自“{own}”：变化可能由此引起。",
)


def report_on_period(
    cube: Cube,
    file: FileFacts,
    parameters: "AnalysisParameters",
    understanding: Understanding | None,
    memory: Memory | None = None,
) -> SalesReport:
    """The report on a period of a file; of the book where one is named, which keeps the file's days first.

    Args:
        cube: what the file holds.
        file: what is known of it.
        parameters: the period, the ranking's length and the language.
        understanding: what the file was taken for.
        memory: the business's book.

    Raises:
        TableError: there is no day of the period.
        ParameterError: the period is not named as it should be.
    """
    if memory is None:
        return period_report(FileDays(cube, file), parameters, understanding=understanding, sold=cube.sold)
    remembered = memory.remember(cube, replace(file, day=replace(file.day, day=None)))
    use = remembered.tell() if remembered.tell else remembered.use
    if isinstance(memory, KeepsDays):
        return period_report(memory.kept_days(), parameters, use=use, asked_of=file.day.dates)
    return period_report(FileDays(cube, file), parameters, understanding=understanding, sold=cube.sold)


def report_of_book(book: KeepsDays, parameters: "AnalysisParameters") -> SalesReport:
    """The report on a period of a book, without a file.

    Raises:
        ParameterError: no week, month or range is asked for, or the book's own days make none.
        TableError: the book has no day of the period.
        FileError: a day's file is damaged.
    """
    if parameters.kind is Kind.DAY:
        raise ParameterError(NAME_A_PERIOD)
    return period_report(book.kept_days(), parameters, use=BookUse(name=book.name))


def period_report(
    days: HeldDays,
    parameters: "AnalysisParameters",
    *,
    use: BookUse | None = None,
    understanding: Understanding | None = None,
    sold: Cube | None = None,
    asked_of: Sequence[dt.date] = (),
) -> SalesReport:
    """The report on a period.

    Args:
        days: the days that are known.
        parameters: the period, the ranking's length and the language.
        use: what is said of the book that they come from.
        understanding: what the file was taken for that they come from.
        sold: all sales of that file.
        asked_of: days of a file that was just added: the period is one of these, where none is named.

    Raises:
        TableError: there is no day of the period.
        ParameterError: the period is not named as it should be.
    """
    now = today(dt.datetime.now(dt.UTC), parameters.zone)
    ends = days.ends()
    if ends is None:
        raise TableError(NOTHING)
    period = chosen_period(parameters, (asked_of[0], asked_of[-1]) if asked_of else ends, now)
    own = Stretch.of(period, days)
    if not own.dates:
        raise TableError(NO_DAYS, period=str(period), first=ends[0], last=ends[1])
    whole = days.cube(own.dates)
    part = whole.sold
    anew = numbers_begin_anew(part)
    part = numbered_by_day(part) if anew else part
    beside = Beside(own, part, days, anew=anew)
    former, former_cubes = beside.with_period(period.before())
    year, year_cubes = beside.with_period(period.year_before())
    base, cubes = (former, former_cubes) if former and former.comparison else (year, year_cubes)
    comparison = base.comparison if base else None
    before, moved, taken = Before(), None, None
    if comparison and cubes and base:
        since = Before(comparison, cubes.then)
        moved = moved_since(since, cubes.now)
        before = since if base.own is None else before  # all of it beside a part of that one would say nothing
        taken = taken_apart(DayParts.of(period.last, cubes.now), DayParts.of(base.first, cubes.then))
    latest = max(own.held)
    about = PeriodUse(
        kind=period.kind.value,  # type: ignore[arg-type]
        name=str(period),
        first=period.first,
        last=period.last,
        due=len(period),
        held=len(own.dates),
        is_over=period.last < now or period.last <= latest,
        missing=[date for date in own.missing if date < max(now, latest)][:MAX_LIST],
        closed=own.closed[:MAX_LIST],
        unfinished=[date for date in own.dates if not own.held[date].is_finished],
        other_currency=own.foreign[:MAX_LIST],
        average_sales=round(summary_of(part).total_sales / len(own.dates), 2),
        orders_by_day=anew,
        former=former,
        year_before=year,
        drivers=[driver for view in taken.views.values() for driver in view] if taken else [],
    )
    if taken:
        name = period_bases(about)[0 if base is former else 1]
        said = {str(each): [saying.to(each) for saying in sayings(taken, name)] for each in Language}
        about = about.model_copy(update={"driver_sentences": said})
    if use is not None:
        notes = _of_money(own, plain(use.name), parameters.language)
        use = use.model_copy(update={"notes": [*use.notes, *notes]})
        understanding = understanding_of_book(whole, own.held[own.dates[-1]].dimensions, parameters.language)
    elif understanding is not None:
        understanding = _of_period(understanding, whole)
    compared = [each.model_dump_json() if each else "-" for each in (former, year)]
    report = SalesReport(
        report_key=key_of(str(period), part, [*compared, use.correction_key if use else ""]),
        language=parameters.language,
        has_data=True,
        analysis_date=period.last,
        previous_day=None,
        week_before=None,
        days=_listed(period, days, own),
        moved=moved,
        book=use,
        period=about,
        **sums_of(
            part,
            part if sold is None else sold,
            own.dates if sold is None or not isinstance(days, FileDays) else days.file.day.dates,
            before,
            parameters,
            understanding,
        ),
    )
    report = with_sentences(report)
    reason = next(period_doubts(about, parameters.language), "")
    code = "missing" if about.missing or not about.is_over else "unfinished"
    readiness = Readiness(ready=not reason, code=code if reason else "", reason=reason, day=period.last)
    return report.model_copy(update={"readiness": readiness})


def _listed(period: Period, days: HeldDays, own: Stretch) -> list[DaySales]:
    """The days of the report's list; of a week those of the weeks before it too."""
    first = period.first
    if period.kind is Kind.WEEK:
        first = dt.date.fromordinal(max(first.toordinal() - 7 * WEEKS_SHOWN, 1))
    held = days.held(first, period.last) if first < period.first - BEFORE else own.held
    foreign = set(own.foreign)
    listed = [date for date in sorted(held) if date >= first and date not in foreign]
    return [DaySales(date=date, sales=rounded(Fraction(held[date].totals.sales))) for date in listed[-MOST_DAYS:]]


def _of_money(own: Stretch, book: str, language: Language) -> list[str]:
    """That the days' sales were not all read from the same column."""
    used = [own.held[date].totals.money for date in own.dates]
    main = used[-1]
    others = [money for money in used if money and main and money != main]
    if not others:
        return []
    days = counted(len(others), DAYS, language)
    return [OTHER_MONEY.to(language, days=days, book=book, other=plain(others[0]), own=plain(main))]


def understanding_of_book(
    cube: Cube, dimensions: Sequence[str], language: Language, dates: DatesUse | None = None
) -> Understanding:
    """What the files of a book's days were taken for, as far as it knows."""
    fields = dict.fromkeys(dimensions, "")
    if any(cube.columns["product"].tolist()):
        fields = {"product": ""} | fields
    if cube.total("profit"):
        fields |= {"cost": ""}
    names = {field: words.DIMENSIONS[field].to(language) if field in words.DIMENSIONS else field for field in fields}
    return Understanding(
        columns=[ColumnUse(field=field, name=name, sureness="name") for field, name in names.items()],
        dimensions={field: names[field] for field in dimensions},
        dates=dates or DatesUse(),
    )


def _of_period(understanding: Understanding, whole: Cube) -> Understanding:
    """What a file was taken for, with what was left out of the period instead of a day."""

    def of(left: LeftOut) -> LeftOut:
        part = whole.at(np.flatnonzero(whole.columns["left_out"] == Reason[left.reason.upper()]))
        return left.model_copy(update={"rows": part.total("lines"), "amount": summary_of(part).total_sales})

    dates = understanding.dates.model_copy(
        update={
            "day": None,
            "unfinished": False,
            "ends_at": None,
            "passed_over": None,
            "awaited": None,
            "unreadable_beside": 0,
        }
    )
    return understanding.model_copy(update={"dates": dates, "left_out": [of(each) for each in understanding.left_out]})
