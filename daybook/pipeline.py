"""The main job in one call: a sales file in, a `SalesReport` out."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from daybook.errors import QuestionError
from daybook.fetch import fetch
from daybook.history import FileFacts, Memory
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.report import SalesReport, Understanding, asked
from daybook.table.blocks import Source

if TYPE_CHECKING:
    from daybook.book import Added, Book
    from daybook.cube import Cube

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
    """The report on one day of a sales file.

    Args:
        source: the file's bytes, its path, or a URL; or a list of several that are one table.
        parameters: the day, the ranking's length, the column names, the language.
        limits: what may be held; the embedded limits where none are given.
        every_region: all regions stand in the report, not only the first 30.
        book: the business's book (`daybook.book.Book`), which keeps the file's days and knows earlier ones.
        source_name: what the book calls the file.
        engine: ``auto``, ``pandas`` or ``polars`` (`daybook.reduce.engines.Engine`); the figures are the same.

    Raises:
        FileError: the URL gives no file.
        TableError: the file is no sales table, or holds no row for the day.
        QuestionError: it can be read in more than one way.
        ParameterError: a parameter names what the file does not have.
        LimitError: the file is larger than ``limits``.
    """
    from daybook.analysis import sales_report  # noqa: PLC0415  pandas takes half a second to load

    parameters = parameters or AnalysisParameters()
    cube, facts, understanding = _read(source, parameters, limits, source_name, engine)
    remembered = None if book is None else book.remember(cube, facts)
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
    return book.add(cube, facts)


def _read(
    source: AnySources, parameters: AnalysisParameters, limits: Limits | None, source_name: str, engine: str = "auto"
) -> "tuple[Cube, FileFacts, Understanding]":
    """What a file holds, and was taken for."""
    # pandas takes half a second to load: not before there is a file to read.
    from daybook.analysis import chosen_day, unfinished_day  # noqa: PLC0415
    from daybook.judge import Judge  # noqa: PLC0415
    from daybook.reduce.engines import (  # noqa: PLC0415
        Engine,
        read_cube,
        with_refunds,
    )
    from daybook.several_files import check_files  # noqa: PLC0415
    from daybook.table import cells, open_table  # noqa: PLC0415
    from daybook.understand import understanding_of, understood_so_far  # noqa: PLC0415

    if parameters.date_format:
        cells.check_date_format(parameters.date_format)
    limits = limits or Limits.embedded()
    given = [source] if isinstance(source, bytes | Path | str) else list(source)
    files = [fetch(each, limits=limits, anywhere=True) if isinstance(each, str) else each for each in given]
    table = open_table(files, columns=parameters.columns, sheet=parameters.sheet, limits=limits)
    fields = None
    try:
        judge = Judge(table, parameters)
        fields = judge.fields
        read = read_cube(table, judge, Engine(engine))
        cube, refunds = with_refunds(read.cube, table, parameters)
        overlaps = check_files(table, read.reading, parameters) if len(files) > 1 else ()
    except QuestionError as question:
        question.found = understood_so_far(table, fields, parameters.language)
        raise
    day = chosen_day(cube, parameters, read.rows.day_ends)
    understanding = understanding_of(table, read, cube, day, parameters.language, refunds, overlaps)
    facts = FileFacts(
        day=day,
        unfinished=unfinished_day(cube, day, parameters, read.rows.day_ends),
        currency=read.reading.currency or "/".join(sorted(read.reading.currencies)),
        money=understanding.money.how if understanding.money else "",
        dimensions=tuple(read.reading.dimensions),
        source=source_name,
        language=parameters.language,
    )
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
