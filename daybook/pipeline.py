"""The main job in one call: a sales file in, a `SalesReport` out."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from daybook.language import Language
from daybook.limits import Limits
from daybook.report import SalesReport

type Source = bytes | Path
"""A sales file: its bytes, or where it is on this machine."""


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


def analyze(
    source: Source, filename: str = "", options: Options | None = None, limits: Limits | None = None
) -> SalesReport:
    """The report on one day of a sales file.

    Args:
        source: the file's bytes, or its path.
        filename: the name under which a person knows the file; tells the format where the bytes do not.
        options: the day, the ranking's length, the column names, the language.
        limits: what may be held; the embedded limits where none are given.

    Raises:
        TableError: the file is no sales table, or holds no row for the day.
        LimitError: the file is larger than ``limits``.
    """
    raise NotImplementedError
