"""The main job in one call: a sales file in, a `SalesReport` out."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from daybook.fetch import fetch
from daybook.language import Language
from daybook.limits import Limits
from daybook.report import MAX_LIST, SalesReport
from daybook.table.blocks import Source as LocalSource

type Source = LocalSource | str
"""A sales file: its bytes, its path, or a URL (a string) to fetch it from."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller wants to know of the file."""

    date: dt.date | None = None
    """The day to report; the latest in the file where none is given."""
    top_n: int = 5
    """Products in the ranking, 1 to 30."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Names of the file's columns by field (``{"Date": "下单时间"}``); wins over the usual names."""
    sheet: str | None = None
    """Sheet of a workbook; the first where none is given."""
    date_format: str | None = None
    """A ``strptime`` format for dates that the rule does not know."""
    language: Language = Language.CHINESE
    max_regions: int = MAX_LIST
    """Regions in the ranking."""


def analyze(source: Source, options: Options | None = None, limits: Limits | None = None) -> SalesReport:
    """The report on one day of a sales file.

    Args:
        source: the file's bytes, its path, or a URL.
        options: the day, the ranking's length, the column names, the language.
        limits: what may be held; the embedded limits where none are given.

    Raises:
        FileError: the URL gives no file.
        TableError: the file is no sales table, or holds no row for the day.
        ParameterError: an option names what the file does not have.
        LimitError: the file is larger than ``limits``.
    """
    # pandas takes half a second to load: not before there is a file to read.
    from daybook.analysis import sales_report  # noqa: PLC0415
    from daybook.reduce.pandas import read_cube  # noqa: PLC0415
    from daybook.table import cells, open_table  # noqa: PLC0415
    from daybook.table.columns import find_columns  # noqa: PLC0415

    options = options or Options()
    if options.date_format:
        cells.check_date_format(options.date_format)
    limits = limits or Limits.embedded()
    if isinstance(source, str):
        source = fetch(source, limits=limits)
    table = open_table(source, sheet=options.sheet, limits=limits)
    columns = find_columns(table.header, options.columns)
    return sales_report(
        read_cube(table, columns, options.date_format),
        options.date,
        top_n=options.top_n,
        language=options.language,
        max_regions=options.max_regions,
    )
