"""`Sheets`: cells and tables of a workbook, each kind of value in one format; a stranger's text never is a formula."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from daybook.words.names import plain, width, wrap

MOST_CHARACTERS = 1000
"""Of a text in a cell; Excel itself takes 32,767."""
LINE_HEIGHT = 16.0
"""Points of a line of text."""
ROW_HEIGHT = 18.0
FILL, ACCENT, MUTED, PALE, DOUBT = "#1F4E79", "#2E75B6", "#666666", "#9DC3E6", "#FFF2CC"
_FORMULA_MARKS = ("=", "+", "-", "@", "\t")


class Kind(StrEnum):
    """What a column holds, which says how it is shown."""

    TEXT = "text"
    MONEY = "#,##0.00"
    COUNT = "#,##0"
    QUANTITY = "#,##0.######"
    SHARE = "0.0%"
    CHANGE = "▲ 0.0%;▼ 0.0%;0.0%"
    DIFFERENCE = "+#,##0.00;−#,##0.00;0.00"
    DATE = "yyyy-mm-dd"


class Column(NamedTuple):
    """A column of a table: its head, and what it holds."""

    head: str
    kind: Kind = Kind.TEXT
    least_width: float = 12.0
    has_bars: bool = False
    """Whether bars in the cells show how large a value is."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the rows of a table lie: a sheet, and its first and last row, from 0."""

    sheet: str
    first: int
    last: int

    def cells(self, column: int) -> list[Any]:
        """The cells of a column, as a chart takes them."""
        return [self.sheet, self.first, column, self.last, column]


class Sheets:
    """The sheets of one workbook, which are written one after the other."""

    def __init__(self, book: Any) -> None:
        """Those of ``book``, a workbook of XlsxWriter."""
        self.book = book
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def add(self, name: str) -> Any:
        """An empty sheet, which prints on pages of A4, as wide as one."""
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_default_row(ROW_HEIGHT)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P / &N")
        return sheet

    def form(self, **settings: Any) -> Any:
        """The format of these settings, made once."""
        wanted = {"valign": "vcenter", "font_name": "Calibri", "font_size": 11} | settings
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(wanted)
        return self._formats[key]

    def put(self, sheet: Any, row: int, column: int, value: object, kind: Kind = Kind.TEXT, **settings: Any) -> None:
        """Write a value in the format of its kind; what does not exist is an empty cell."""
        if kind is not Kind.TEXT:
            settings = {"num_format": str(kind), "align": "right"} | settings
        match value:
            case None:
                sheet.write_blank(row, column, None, self.form(**settings))
            case dt.date():
                sheet.write_datetime(row, column, value, self.form(**settings))
            case bool() | str():
                self._text(sheet, row, column, str(value), settings)
            case int() | float():
                in_percent = kind in {Kind.SHARE, Kind.CHANGE}
                sheet.write_number(row, column, value / 100 if in_percent else value, self.form(**settings))
            case _:
                raise TypeError(f"no cell holds {type(value).__name__}")

    def _text(self, sheet: Any, row: int, column: int, value: str, settings: Mapping[str, Any]) -> None:
        text = shown(value)
        if text.startswith(_FORMULA_MARKS):  # so that it stays text where somebody edits the cell
            settings = {**settings, "quote_prefix": True}
        sheet.write_string(row, column, text, self.form(**settings))

    def lines(self, sheet: Any, row: int, text: str, columns: int, room: float, **settings: Any) -> int:
        """A text over several columns, ``room`` characters wide, as high as it needs; gives the next row."""
        settings = {"text_wrap": True, "valign": "top"} | settings
        sheet.merge_range(row, 0, row, columns - 1, "", self.form(**settings))
        self._text(sheet, row, 0, text, settings)
        sheet.set_row(row, LINE_HEIGHT * len(wrap(shown(text), max(int(room) - 2, 10))) + ROW_HEIGHT - LINE_HEIGHT)
        return row + 1

    def table(self, name: str, columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> Place:
        """A sheet that is one table: its head stays in view, each column can be filtered."""
        sheet = self.add(name)
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
        sheet.set_row(0, 22)
        for number, column in enumerate(columns):
            beside_button: dict[str, Any] = {} if column.kind is Kind.TEXT else {"indent": 2}  # that of the filter
            self.put(sheet, 0, number, column.head, **head_of(column.kind), **beside_button)
            wide = max([width(column.head) + 6, *(width(shown(row[number])) + 2 for row in rows)])
            sheet.set_column(number, number, min(max(column.least_width, wide), 60))
            if column.has_bars and rows:
                bars = {"type": "data_bar", "bar_color": PALE, "bar_solid": True, "bar_border_color": PALE}
                bars |= {"min_type": "num", "min_value": 0}
                sheet.conditional_format(1, number, len(rows), number, bars)
        for place, row in enumerate(rows, 1):
            for number, (column, value) in enumerate(zip(columns, row, strict=True)):
                self.put(sheet, place, number, value, column.kind, bottom=4, bottom_color="#D9D9D9")
        return Place(name, 1, len(rows))


def head_of(kind: Kind) -> dict[str, Any]:
    """How the head of a column looks."""
    align = "left" if kind is Kind.TEXT else "right"
    return {"bold": True, "font_color": "white", "bg_color": FILL, "align": align}


def shown(value: object) -> str:
    """A value as a text on one line, without control characters."""
    return plain(str(value), MOST_CHARACTERS, MOST_CHARACTERS) if value not in {None, ""} else ""
