"""`source_report`: the report on one day of a named source."""

import datetime as dt
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from daybook import tracing
from daybook.analysis import sales_report
from daybook.chosen_day import chosen_day, unfinished_day
from daybook.cube import Cube
from daybook.days import EPOCH, NO_ROWS_FOR_DAY, ChosenDay, LastCompleteOn, Memory, Wish, today
from daybook.errors import SourceEmptyError, TableError
from daybook.gate import gated
from daybook.judge import Judge
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.period_days import chosen_period
from daybook.period_report import report_on_period
from daybook.periods import Kind, Period
from daybook.reduce.counted import CountedTable, read_counted
from daybook.reduce.engines import read_cube, with_refunds
from daybook.reduce.pandas import Read
from daybook.report import SalesReport
from daybook.sources import texts
from daybook.sources.base import SourcePart, SourceSettings, Window
from daybook.stages import COMPARING, READING, REPORTING, tell
from daybook.table import Table, cells
from daybook.understand import facts_of, understanding_of

_MAY_BE_UNFINISHED = 2
"""Days that may not be over, where the last complete one is wanted."""


class _PartRead(NamedTuple):
    """A part of a source, read."""

    part: SourcePart
    read: Read
    cube: Cube
    refunds: Mapping[str, int]


def source_report(
    source: SourceSettings,
    parameters: AnalysisParameters,
    limits: Limits,
    folder: Path | None = None,
    *,
    book: Memory | None = None,
) -> SalesReport:
    """The report on one day of a source, or on a week, month or range, beside the one before or what the book knows.

    Args:
        source: the source.
        parameters: the day, the ranking's length and the language; the latest day where none is named.
        limits: what may be held.
        folder: an empty folder for what is fetched; a temporary one where none is given.
        book: the business's book, which keeps the days that are read, and knows earlier ones.

    Raises:
        SourceError: the source cannot be read. `SourceDownError` and `SourceEmptyError` may be asked again.
        TableError: what it holds is no sales table.
        ParameterError: a parameter names what the source does not have.
        LimitError: it holds more than ``limits``.
    """
    with gated(parameters):
        return _report(source, parameters, limits, folder, book)


def _report(
    source: SourceSettings, parameters: AnalysisParameters, limits: Limits, folder: Path | None, book: Memory | None
) -> SalesReport:
    asked = source.asked(parameters)
    if asked.date_format:
        cells.check_date_format(asked.date_format)
    if asked.kind is Kind.DAY:
        window = window_of(source, asked)
        if not window.is_open:
            asked = asked.model_copy(update={"date": window.last})
    else:
        period = _period_of(source, asked)
        asked = asked.model_copy(update={"date": period})
        former = None if book is not None else period.before()
        window = Window(former.first if former else period.first, period.last, is_open=True)
    with (
        tracing.span("read source"),
        tempfile.TemporaryDirectory(dir=folder) as place,
        source.opened(window, Path(place), limits) as parts,
    ):
        found = [_read(part, asked, window) for part in parts]
        cube = Cube.sum(each.cube for each in found)
        ends = _day_ends(found)
        day = _chosen(source, asked, cube, ends)
        main = next((each for each in found if each.part.days is None or day.day in each.part.days), None)
        understanding = None
        if main:
            understanding = understanding_of(main.part.table, main.read, cube, day, asked.language, main.refunds)
    unfinished = unfinished_day(cube, day, asked, ends)
    facts = facts_of(source.name, day, asked.language, main.read.reading if main else None, understanding, unfinished)
    if book is not None:
        tell(COMPARING)
    if asked.kind is not Kind.DAY:
        return report_on_period(cube, facts, asked, understanding, book)
    remembered = None if book is None else book.remember(cube, facts)
    tell(REPORTING)
    return sales_report(cube, asked, day=day, understanding=understanding, remembered=remembered)


def window_of(source: SourceSettings, asked: AnalysisParameters) -> Window:
    """The days to read for a report.

    Raises:
        SourceEmptyError: there is nothing of any day.
        ParameterError: the source cannot tell its latest day.
        SourceError: it cannot be read.
    """
    now = today(dt.datetime.now(dt.UTC), asked.zone)
    is_open = asked.date is Wish.LAST_COMPLETE or isinstance(asked.date, LastCompleteOn)
    match asked.date:
        case dt.date() as last:
            pass
        case LastCompleteOn(last):
            pass
        case Wish.YESTERDAY:
            last = now - dt.timedelta(days=1)
        case _:
            latest = source.latest_day(now)
            if latest is None:
                raise SourceEmptyError(texts.EMPTY, name=source.name)
            last = latest
    before = source.days_before + _MAY_BE_UNFINISHED * is_open
    return Window(last - dt.timedelta(days=min(before, last.toordinal() - 1)), last, is_open)


def _period_of(source: SourceSettings, asked: AnalysisParameters) -> Period:
    """The week, month or range to read; errors as `window_of`."""
    now = today(dt.datetime.now(dt.UTC), asked.zone)
    latest: dt.date | None = now
    if asked.date is None or asked.date is Wish.LATEST:
        latest = source.latest_day(now)
        if latest is None:
            raise SourceEmptyError(texts.EMPTY, name=source.name)
    return chosen_period(asked, (dt.date.min, latest or now), now)


def read_part(table: Table, judge: Judge) -> Read:
    """The cube of a source's table, whose rows may come counted; errors as `daybook.reduce.engines.read_cube`."""
    return read_counted(table, judge) if isinstance(table, CountedTable) else read_cube(table, judge)


def _read(part: SourcePart, asked: AnalysisParameters, window: Window) -> _PartRead:
    """What a part has of its own days."""
    tell(READING)
    judge = Judge(part.table, asked)
    read = read_part(part.table, judge)
    cube, refunds = with_refunds(read.cube, part.table, asked)
    if part.days is not None:
        cube = _on(cube, part.days, undated=window.last in part.days)
    return _PartRead(part, read, cube, refunds)


def _day_ends(found: Sequence[_PartRead]) -> dict[int, int]:
    """The latest second of each day, by its number: as the parts say that speak for the day."""
    ends: dict[int, int] = {}
    for part, read, _, _ in found:
        for number, second in read.rows.day_ends.items():
            if part.days is None or EPOCH + dt.timedelta(days=number) in part.days:
                ends[number] = max(second, ends.get(number, -1))
    return ends


def _chosen(source: SourceSettings, asked: AnalysisParameters, cube: Cube, ends: Mapping[int, int]) -> ChosenDay:
    """The day, which has rows, or may be without."""
    try:
        day = chosen_day(cube, asked, ends)
    except TableError as error:
        if error.code != NO_ROWS_FOR_DAY.code:
            raise
        day = ChosenDay(None, tuple(cube.sold.dates), {})
    if day.day is not None and day.dates:
        return day
    wanted = asked.date.day if isinstance(asked.date, LastCompleteOn) else asked.date
    if not isinstance(wanted, dt.date):
        raise SourceEmptyError(texts.EMPTY, name=source.name)
    if source.empty_day == "error":
        raise SourceEmptyError(texts.EMPTY_DAY, name=source.name, date=wanted)
    return ChosenDay(wanted, tuple(sorted({*cube.sold.dates, wanted})), {})


def _on(cube: Cube, days: frozenset[dt.date], *, undated: bool) -> Cube:
    """The part of a cube that is about some days; with lines that have no readable date where those count too."""
    dates = cube.columns["date"]
    kept = np.isin(dates, np.array(sorted(days), "datetime64[s]"))
    if undated:
        kept |= np.isnat(dates)
    return cube.at(np.flatnonzero(kept))
