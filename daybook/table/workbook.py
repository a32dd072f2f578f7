"""`open_workbook`: a sales file as a workbook (XLSX, XLS, XLSB, ODS), its cells as the texts a person would have typed.

Sheets that are hidden, and those that hold no cells (charts, macros), are passed over, unless one is named.
"""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from daybook.errors import ParameterError, TableError
from daybook.language import excerpt
from daybook.limits import Limits
from daybook.table import texts
from daybook.table.blocks import Source, open_source
from daybook.table.fields import quoted
from daybook.table.layout import Code, Known, Layout, Note
from daybook.table.rows import Grid, RowsTable
from daybook.table.several import SeveralTables
from daybook.table.sheets import chosen
from daybook.table.workbook_check import check, panics_in_words
from daybook.table.workbook_sheet import WorkbookSheet


def open_workbook(source: Source, sheet: str | None, limits: Limits, known: Known) -> RowsTable | SeveralTables:
    """Open the sheet that is named, or those that hold the sales table.

    Raises:
        TableError: locked, damaged or empty.
        ParameterError: there is no such sheet.
        QuestionError: several sheets could be the table.
        LimitError: it unfolds too far, or has too many columns.
    """
    special = check(source, limits)
    book = _book(source)
    metadata = book.sheets_metadata
    layout = Layout(kind=_kind(source))
    if sheet:
        names = [found.name for found in metadata]
        named = next((index for index, name in enumerate(names) if name.strip() == sheet.strip()), None)
        if named is None:
            raise ParameterError(texts.NO_SHEET, sheet=quoted([sheet]), sheets=quoted(names))
        return chosen([_grid(source, book, named, special=special)], layout, known, limits)
    cells = [index for index, found in enumerate(metadata) if found.typ == SheetTypeEnum.WorkSheet]
    visible = [index for index in cells if metadata[index].visible == SheetVisibleEnum.Visible]
    hidden = tuple(metadata[index].name for index in cells if index not in visible)
    if hidden and visible:
        note = Note(Code.HIDDEN, count=len(hidden), values=tuple(map(excerpt, hidden)))
        layout = replace(layout, sheets_passed_over=hidden, notes=(note,))
    return chosen([_grid(source, book, index, special=special) for index in visible or cells], layout, known, limits)


def _grid(source: Source, book: CalamineWorkbook, index: int, *, special: bool) -> Grid:
    load = partial(_readable, source, partial(book.get_sheet_by_index, index))
    sheet = WorkbookSheet(load, source if special else None, index)
    return Grid(book.sheet_names[index], sheet.rows, check=sheet.check, size=lambda: sheet.sheet.height)


def _book(source: Source) -> CalamineWorkbook:
    def load() -> CalamineWorkbook:
        with open_source(source) as stream:
            return CalamineWorkbook.from_filelike(stream)

    return _readable(source, load)


def _readable[Read](source: Source, read: Callable[[], Read]) -> Read:
    try:
        with panics_in_words():
            return read()
    except PasswordError:
        raise TableError(texts.LOCKED) from None
    except (CalamineError, OSError, IndexError):
        raise TableError(texts.LOCKED if _is_encrypted(source) else texts.BROKEN_WORKBOOK) from None


def _is_encrypted(source: Source) -> bool:
    """Whether this is what Excel makes of a workbook with a password to open it, which calamine takes for no workbook.

    Source: MS-OFFCRYPTO 2.3.4.4, the stream EncryptedPackage of a compound file.
    """
    with open_source(source) as stream:
        return "EncryptedPackage".encode("utf-16-le") in stream.read()


def _kind(source: Source) -> str:
    with open_source(source) as stream:
        if not zipfile.is_zipfile(stream):
            return "xls"
        stream.seek(0)
        with zipfile.ZipFile(stream) as archive:
            names = [name.replace("\\", "/").lower() for name in archive.namelist()]
    kinds = {"xl/workbook.bin": "xlsb", "content.xml": "ods"}
    return next((kind for part, kind in kinds.items() if part in names), "xlsx")
