"""`workbook`: rows on the sheets of an XLSX workbook, as values or as text."""

import datetime as dt
import io
from random import Random

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from tests.cases.generated.layout import Laid
from tests.cases.generated.rows import Count, Money, Rows, Value
from tests.cases.generated.style import UNTYPED, DateStyle, NumberStyle
from tests.cases.generated.texts import Written


def workbook(random: Random, laid: Laid, numbers: NumberStyle, dates: DateStyle) -> Written:
    """The table on a sheet of a workbook, which may have others."""
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    features = ["xlsx"]
    typed = random.random() < 0.8
    if not typed:
        features.append("numbers as text")
    draw = random.random()
    if draw < 0.06:
        cover = book.create_sheet("Cover")
        cover.append(["Monthly report"])
        cover.append(["Prepared by", "A. Clerk"])
        features.append("cover sheet")
    elif draw < 0.12:
        hidden = book.create_sheet("template")
        _fill(hidden, [laid.rows[laid.header_at], *_older(laid)], numbers, dates, typed=typed)
        hidden.sheet_state = random.choice(("hidden", "veryHidden"))
        features.append("hidden sheet first")
    elif draw < 0.16 and not laid.features and len(laid.rows) > 3:
        for name, rows in _parts(random, laid):
            _fill(book.create_sheet(name), [laid.rows[0], *rows], numbers, dates, typed=typed)
        return Written(_saved(book), (*features, "sheets alike"), spoilt=True)
    sheet = book.create_sheet("Orders")
    _fill(sheet, laid.rows, numbers, dates, typed=typed)
    if laid.header_at and len(laid.rows[0]) == 1 and random.random() < 0.5:
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(laid.rows[laid.header_at]))
    if random.random() < 0.06:
        notes = book.create_sheet("Notes")
        notes.append(["Figures without warranty"])
        features.append("a sheet of notes")
    return Written(_saved(book), tuple(features))


def _saved(book: openpyxl.Workbook) -> bytes:
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def _parts(random: Random, laid: Laid) -> list[tuple[str, Rows]]:
    """The data rows in two halves, or by their day."""
    rows = laid.rows[1:]
    begins = [place for place, row in enumerate(rows) if any(isinstance(cell, dt.datetime) for cell in row)]
    if random.random() < 0.5 or len(begins) < 2:
        middle = random.choice(begins[1:] or [1])
        return [("Shop A", rows[:middle]), ("Shop B", rows[middle:])]
    days: dict[str, Rows] = {}
    name = ""
    for place, row in enumerate(rows):
        if place in begins:
            name = next(f"{cell:%m-%d}" for cell in row if isinstance(cell, dt.datetime))
        days.setdefault(name, []).append(row)
    return list(days.items())


def _older(laid: Laid) -> Rows:
    """A few data rows of years ago, as templates keep them."""
    rows = [row for row in laid.rows[laid.header_at + 1 :] if any(isinstance(cell, dt.datetime) for cell in row)]
    return [
        [cell - dt.timedelta(days=700) if isinstance(cell, dt.datetime) else cell for cell in row] for row in rows[:2]
    ]


def _fill(sheet: Worksheet, rows: Rows, numbers: NumberStyle, dates: DateStyle, *, typed: bool) -> None:
    money_format = f'#,##0.00"{numbers.suffix}"' if numbers.suffix else "0.00"
    date_format = "yyyy-mm-dd hh:mm" if dates.clock else "yyyy-mm-dd"
    for row_number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if value == "":
                continue
            cell = sheet.cell(row_number, column)
            if not typed or isinstance(value, str):
                cell.value = text_of(value, numbers, dates)
                cell.data_type = "s"
            elif isinstance(value, Money):
                cell.value = float(value.value * numbers.factor)
                cell.number_format = money_format
            elif isinstance(value, Count):
                cell.value = float(value.value)
            elif dates.name in UNTYPED:
                cell.value = float(dates.text(value))
            else:
                cell.value = value if dates.clock else value.replace(hour=0, minute=0, second=0)
                cell.number_format = date_format


def text_of(value: Value, numbers: NumberStyle, dates: DateStyle) -> str:
    """A cell as the file's style writes it."""
    if isinstance(value, Money):
        return numbers.money(value.value)
    if isinstance(value, Count):
        return numbers.count(value.value)
    return value if isinstance(value, str) else dates.text(value)
