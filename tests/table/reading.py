"""`rows_of`, `codes_of`: what a file's table holds, for tests of how files are laid out."""

from typing import Any

from daybook.limits import Limits
from daybook.table import Table, open_table

HEADER = ("Date", "Product", "Price", "Amount", "Region")


def opened(source: Any, **options: Any) -> Table:
    """The table of a file."""
    return open_table(source, limits=options.pop("limits", Limits()), **options)


def rows_of(table: Table) -> list[tuple[str, ...]]:
    """All rows of a table; wholly blank ones left out."""
    found = [
        tuple(column.texts[column.codes[row]] for column in chunk.columns)
        for chunk in table.chunks(range(len(table.header)))
        for row in range(chunk.rows)
    ]
    return [row for row in found if any(cell.strip() for cell in row)]


def codes_of(table: Table) -> dict[str, tuple[int | None, int]]:
    """The notes on how a table lies, with row and count; after it was read to the end."""
    rows_of(table)
    return {note.code.value: (note.row, note.count) for note in table.layout.notes}
