"""`source_report`: the report on one day of a named source."""

import datetime as dt
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from daybook.analysis import chosen_day, sales_report
from daybook.cube import Cube
from daybook.days import NO_ROWS_FOR_DAY, ChosenDay, Wish, today
from daybook.errors import SourceEmptyError, TableError
from daybook.judge import Judge
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.reduce.counted import CountedTable, read_counted
from daybook.reduce.pandas import Read, read_cube
from daybook.reduce.refunds import with_refunds
from daybook.report import SalesReport
from daybook.sources import texts
from daybook.sources.base import Part, SourceSettings, Window
from daybook.table import Table
from daybook.understand import understanding_of


@dataclass(slots=True)
class _Gathered:
    """What the parts of a source gave."""

    cubes: list[Cube] = field(default_factory=list)
    ends: dict[int, int] = field(default_factory=dict)
    main: tuple[Table, Read, Mapping[str, int]] | None = None
    """The part of the reported day."""

    def add(self, part: Part, asked: AnalysisParameters, window: Window) -> None:
        """Read a part, and keep what it has of its own days."""
        judge = Judge(part.table, asked)
        read = read_counted(part.table, judge) if isinstance(part.table, CountedTable) else read_cube(part.table, judge)
        cube, refunds = with_refunds(read.cube, part.table, asked)
        is_main = part.days is None or window.last in part.days
        if part.days is not None:
            cube = _on(cube, part.days, undated=is_main)
        self.cubes.append(cube)
        self.ends |= read.rows.day_ends
        if is_main:
            self.main = part.table, read, refunds


def source_report(
    source: SourceSettings, parameters: AnalysisParameters, limits: Limits, folder: Path | None = None
) -> SalesReport:
    """The report on one day of a source.

    Args:
        source: the source.
        parameters: the day, the ranking's length and the language; the latest day where none is named.
        limits: what may be held.
        folder: an empty folder for what is fetched; a temporary one where none is given.

    Raises:
        SourceError: the source cannot be read. `SourceDownError` and `SourceEmptyError` may be asked again.
        TableError: what it holds is no sales table.
        ParameterError: a parameter names what the source does not have.
        LimitError: it holds more than ``limits``.
    """
    asked = source.asked(parameters)
    window = window_of(source, asked)
    if asked.date is not Wish.LAST_COMPLETE:
        asked = asked.model_copy(update={"date": window.last})
    gathered = _Gathered()
    with tempfile.TemporaryDirectory(dir=folder) as place, source.opened(window, Path(place), limits) as parts:
        for part in parts:
            gathered.add(part, asked, window)
    cube = Cube.sum(gathered.cubes)
    day = _chosen(source, asked, cube, gathered.ends)
    understanding = None
    if gathered.main:
        table, read, refunds = gathered.main
        understanding = understanding_of(table, read, cube, day, asked.language, refunds)
    return sales_report(cube, asked, day=day, understanding=understanding)


def window_of(source: SourceSettings, asked: AnalysisParameters) -> Window:
    """The days to read for a report.

    Raises:
        SourceEmptyError: there is nothing of any day.
        ParameterError: the source cannot tell its latest day.
        SourceError: it cannot be read.
    """
    now = today(dt.datetime.now(dt.UTC), asked.zone)
    match asked.date:
        case dt.date() as last:
            pass
        case Wish.YESTERDAY:
            last = now - dt.timedelta(days=1)
        case _:
            latest = source.latest_day(now)
            if latest is None:
                raise SourceEmptyError(texts.EMPTY, name=source.name)
            last = latest
    return Window(last - dt.timedelta(days=min(source.days_before, last.toordinal() - 1)), last)


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
    if not isinstance(asked.date, dt.date):
        raise SourceEmptyError(texts.EMPTY, name=source.name)
    if source.empty_day == "error":
        raise SourceEmptyError(texts.EMPTY_DAY, name=source.name, date=asked.date)
    return ChosenDay(asked.date, tuple(sorted({*cube.sold.dates, asked.date})), {})


def _on(cube: Cube, days: frozenset[dt.date], *, undated: bool) -> Cube:
    """The part of a cube that is about some days; with lines that have no readable date where those count too."""
    dates = cube.columns["date"]
    kept = np.isin(dates, np.array(sorted(days), "datetime64[s]"))
    if undated:
        kept |= np.isnat(dates)
    return cube.at(np.flatnonzero(kept))
