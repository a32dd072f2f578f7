"""The main job in one call: a sales file in, a `SalesReport` out."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from daybook.days import FileFacts, Memory
from daybook.errors import ParameterError, QuestionError
from daybook.fetch import fetch
from daybook.gate import gated
from daybook.language import Text
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.periods import Kind
from daybook.questions import asked
from daybook.report import SalesReport, Understanding
from daybook.stages import COMPARING, READING, REPORTING, tell
from daybook.table.blocks import Source

if TYPE_CHECKING:
    from daybook.book import Added, Book
    from daybook.cube import Cube
    from daybook.table import Table

ONE_PATH = Text(
    en="Spark reads one path, of a file or a folder; name one.",
    zh="Spark 只读取一个路径（文件或文件夹）；请只指定一个。",
    code="one_path",
)

type AnySource = Source | str
"""A sales file: its bytes, its path, or a URL (a string) to fetch it from."""
type AnySources = AnySource | Sequence[AnySource]
"""A sales file, or several with the same columns that are read as one table."""


def analyze(
    source: AnySources,
    parameters: AnalysisParameters | None = None,
    limits: Limits | None = None,
    *,
    every_region: bool = False,
    book: Memory | None = None,
    source_name: str = "",
    engine: str = "auto",
) -> SalesReport:
    """The report on one day of a sales file, or on a week, a month or a range of days.

    Args:
        source: the file's bytes, its path, or a URL; or a list of several that are one table.
        parameters: the day, the ranking's length, the column names, the language.
        limits: what may be held; the embedded limits where none are given.
        every_region: all regions stand in the report, not only the first 30.
        book: the business's book (`daybook.book.Book`), which keeps the file's days and knows earlier ones.
        source_name: what the book calls the file.
        engine: a `daybook.reduce.engines.Engine`; the figures are the same on all. With ``spark`` the source is a path
            that the cluster sees which ``DAYBOOK_SPARK`` names.

    Raises:
        FileError: the URL gives no file.
        TableError: the file is no sales table, or holds no row for the day.
        QuestionError: it can be read in more than one way.
        ParameterError: a parameter names what the file does not have.
        LimitError: the file is larger than ``limits``.
        SourceError: the cluster cannot read the path.
    """
    from daybook.analysis import sales_report  # noqa: PLC0415  pandas takes half a second to load

    parameters = parameters or AnalysisParameters()
    with gated(parameters):
        cube, facts, understanding = _read(source, parameters, limits, source_name, engine)
    if book is not None:
        tell(COMPARING)
    if parameters.kind is not Kind.DAY:
        from daybook.period_report import report_on_period  # noqa: PLC0415

        tell(REPORTING)
        return report_on_period(cube, facts, parameters, understanding, book)
    remembered = None if book is None else book.remember(cube, facts)
    tell(REPORTING)
    return sales_report(
        cube,
        parameters,
        every_region=every_region,
        day=facts.day,
        understanding=understanding,
        remembered=remembered,
    )


def add_to_book(
    source: AnySources,
    book: "Book",
    parameters: AnalysisParameters | None = None,
    limits: Limits | None = None,
    *,
    source_name: str = "",
) -> "Added":
    """Keep the days of a sales file in a book, without a report; errors as `analyze`.

    Returns:
        What each day was taken for.
    """
    cube, facts, _ = _read(source, parameters or AnalysisParameters(), limits, source_name)
    tell(COMPARING)
    return book.add(cube, facts)


def _read(
    source: AnySources, parameters: AnalysisParameters, limits: Limits | None, source_name: str, engine: str = "auto"
) -> "tuple[Cube, FileFacts, Understanding]":
    """What a file holds, and was taken for."""
    from daybook.table import cells, open_table  # noqa: PLC0415

    if parameters.date_format:
        cells.check_date_format(parameters.date_format)
    given = [source] if isinstance(source, bytes | Path | str) else list(source)
    if engine == "spark":
        return _read_on_cluster(given, parameters, limits, source_name)
    limits = limits or Limits.embedded()
    tell(READING)
    files = [fetch(each, limits=limits, anywhere=True) if isinstance(each, str) else each for each in given]
    table = open_table(files, columns=parameters.columns, sheet=parameters.sheet, limits=limits)
    return _taken_for(table, parameters, source_name, engine, several=len(files) > 1)


def _read_on_cluster(
    given: Sequence[AnySource], parameters: AnalysisParameters, limits: Limits | None, source_name: str
) -> "tuple[Cube, FileFacts, Understanding]":
    """What a path holds that a cluster sees; a file that is not for Spark is read here, if it is here."""
    from daybook.reduce.spark_table import VARIABLE, NotOnClusterError, cluster, open_on_cluster  # noqa: PLC0415

    if len(given) != 1 or isinstance(given[0], bytes):
        raise ParameterError(ONE_PATH)
    path = str(given[0]) if "://" in str(given[0]) else str(Path(given[0]).absolute())
    try:
        with cluster(os.environ.get(VARIABLE, "")) as session:
            table = open_on_cluster(session, path, parameters.columns, limits or Limits.on_cluster())
            return _taken_for(table, parameters, source_name, "spark", several=False)
    except NotOnClusterError as error:
        if not Path(path).is_file():
            raise
        cube, facts, understanding = _read(Path(path), parameters, limits, source_name)
        why: Text = error.values["why"]
        return cube, facts, understanding.model_copy(update={"engine_why": why.to(parameters.language)})


def _taken_for(
    table: "Table", parameters: AnalysisParameters, source_name: str, engine: str, *, several: bool
) -> "tuple[Cube, FileFacts, Understanding]":
    """What a table, of ``several`` files or of one, holds and was taken for."""
    # pandas takes half a second to load: not before there is a file to read.
    from daybook.chosen_day import chosen_day, unfinished_day  # noqa: PLC0415
    from daybook.judge import Judge  # noqa: PLC0415
    from daybook.reduce.engines import Engine, read_cube, with_refunds  # noqa: PLC0415
    from daybook.several_files import check_files  # noqa: PLC0415
    from daybook.understand import facts_of, understanding_of, understood_so_far  # noqa: PLC0415

    fields = None
    try:
        judge = Judge(table, parameters)
        fields = judge.fields
        read = read_cube(table, judge, Engine(engine))
        cube, refunds = with_refunds(read.cube, table, parameters)
        overlaps = check_files(table, read.reading, parameters) if several else ()
    except QuestionError as question:
        question.found = understood_so_far(table, fields, parameters.language)
        raise
    day = chosen_day(cube, parameters, read.rows.day_ends)
    understanding = understanding_of(table, read, cube, day, parameters.language, refunds, overlaps)
    unfinished = unfinished_day(cube, day, parameters, read.rows.day_ends)
    facts = facts_of(source_name, day, parameters.language, read.reading, understanding, unfinished)
    return cube, facts, understanding


def inspect(
    source: AnySources, parameters: AnalysisParameters | None = None, limits: Limits | None = None
) -> Understanding:
    """What a sales file is taken for, or what has to be answered before there are figures; errors as `analyze`."""
    parameters = parameters or AnalysisParameters()
    try:
        return analyze(source, parameters, limits).understanding or Understanding()
    except QuestionError as question:
        return asked(question, parameters.language)
