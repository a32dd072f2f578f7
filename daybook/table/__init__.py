"""What a sales file is: its format, encoding, layout, columns and cells. From bytes or paths to coded rows.

Data flows one way: `open_table` opens a file by what its bytes say it is (`daybook.table.formats`), finds where its
table lies (`layout`, `text`, `sheets`) and hands out its rows unread; what a column is says `fields`, and how its cells
are read `numbers`, `dates` and `cells`.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from daybook import tracing
from daybook.limits import Limits
from daybook.table.blocks import Source
from daybook.table.fields import known
from daybook.table.layout import Layout

if TYPE_CHECKING:  # numpy is loaded when first needed
    from daybook.table.rows import Chunk

__all__ = ["Source", "Table", "open_table"]


_LONGEST_NAME = 200
_MOST_NAMES = 2_000


class Table(Protocol):
    """An opened sales file."""

    @property
    def header(self) -> Sequence[str]:
        """The names of the columns as they stand."""

    @property
    def layout(self) -> Layout:
        """How the file lies; with all that was passed over once the rows have been read to the end."""

    @property
    def others(self) -> "Sequence[Table]":
        """Tables below or beside this one, told by their layouts' titles; known once the rows were read to the end."""

    @property
    def sample(self) -> Sequence[Sequence[str]]:
        """Some of the first rows below the header, each with a text a column, unread: to judge columns by."""

    def chunks(self, wanted: Sequence[int]) -> "Iterator[Chunk]":
        """The rows with the wanted columns, in that order; may be called again."""


@tracing.span("open table")
def open_table(
    source: Source | Sequence[Source],
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    limits: Limits,
) -> Table:
    """Open a sales file, or several that are one table, by what their bytes say they are.

    Args:
        source: the file's bytes, or its path; or several of them.
        columns: names of columns that the caller gave: they tell the header, too.
        sheet: the sheet of a workbook; None for the one that holds the sales table, or all that hold it.
        limits: what may be held.

    Raises:
        TableError: the file is no sales table.
        QuestionError: it could be read in several ways.
        ParameterError: ``sheet`` names what is not there.
        LimitError: the file is past ``limits``.
    """
    from daybook.table.formats import open_files  # noqa: PLC0415  what reads a file is loaded when there is one

    given = {name.strip() for name in (columns or {}).values()}

    def is_known(cells: Sequence[str]) -> int:
        names = [cell for cell in cells[:_MOST_NAMES] if len(cell) <= _LONGEST_NAME]
        return known(names) + sum(name.strip() in given and not known([name]) for name in names if given)

    sources = [source] if isinstance(source, bytes | Path) else list(source)
    return cast("Table", open_files(sources, sheet, limits, is_known))
