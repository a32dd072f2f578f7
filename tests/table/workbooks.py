"""Workbooks made for a test."""

import io
from pathlib import Path
from typing import Any

from openpyxl import Workbook


def workbook(sheets: dict[str, list[list[Any]]]) -> bytes:
    """An XLSX file with these sheets, each a list of rows."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def locked_workbook() -> bytes:
    """A workbook behind the password ``secret``, encrypted as Excel does it."""
    return (Path(__file__).parents[1] / "plugin" / "workbooks" / "locked.xlsx").read_bytes()
