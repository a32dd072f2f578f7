"""`chosen`: which of a file's sheets (or tables of a web page) are the sales table.

The sheet whose header knows most is it, and those with the same columns are read with it: a sheet a day, a sheet a
shop. What is passed over is noted; where two sheets could each be the table, the person is asked.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from daybook.errors import Choice, LimitError, QuestionError, TableError
from daybook.language import Text, excerpt, literal
from daybook.limits import Limits
from daybook.table import texts
from daybook.table.content import glance
from daybook.table.fields import DOCUMENTED, MONEY, named
from daybook.table.layout import Code, Known, Layout, Note, is_whole_day, says_summary, says_whole
from daybook.table.names import meanings
from daybook.table.rows import Grid, RowsTable, table_of
from daybook.table.several import SeveralTables, places_in
from daybook.table.totals import is_total

_KNOWN_NAMES = 2
_LIKE_BEST = 0.7
_RIVAL_NAMES = 3
_MOST_SHEETS = 500
_DAY = "Date"
_SAMPLE = re.compile(
    r"模[板版]|示例|样例|範本|范例|说明|說明|template|sample|example|readme|muster|plantilla|modelo", re.IGNORECASE
)
_REFUNDS = re.compile(
    r"退款|退货|退貨|退单|refund|return|retoure|devoluc|devoluç|remboursement|返品|返金|환불|반품", re.IGNORECASE
)


_ADDED_UP = frozenset(("quantity", *MONEY))


class _Sheet(NamedTuple):
    table: RowsTable
    name: str


def chosen(grids: Sequence[Grid], layout: Layout, known: Known, limits: Limits) -> RowsTable | SeveralTables:
    """The table of the sheets that hold one.

    Args:
        grids: the sheets, or the one that the caller named.
        layout: what is known of the file so far.
        known: how many cells of a row are known names of columns.
        limits: what may be held.

    Raises:
        TableError: all are blank.
        QuestionError: several could be the table.
        LimitError: a header past the limits, or more sheets than are looked at.
    """
    if len(grids) > _MOST_SHEETS:
        raise LimitError(texts.TOO_MANY_SHEETS, limit=_MOST_SHEETS)
    sheets = []
    for grid in grids:
        if grid.header(known):
            own = replace(layout, sheets=(grid.name,) if grid.name else ())
            sheets.append(_Sheet(table_of(grid, own, known, limits), grid.name))
    if not sheets:
        raise TableError(texts.EMPTY, columns=named(DOCUMENTED))
    best = max(sheets, key=lambda sheet: sheet.table.top.known)
    if len(grids) == 1 or best.table.top.known < _KNOWN_NAMES:
        # The first that is no cover page: its columns are what a refusal will name.
        wide = next((sheet for sheet in sheets if len(sheet.table.header) > 1), sheets[0])
        return _alone(best if len(grids) == 1 else wide, sheets)
    return _group(best, sheets, known, limits)


def _group(best: _Sheet, sheets: Sequence[_Sheet], known: Known, limits: Limits) -> RowsTable | SeveralTables:
    alike = [sheet for sheet in sheets if places_in(best.table.header, sheet.table.header, known) is not None]
    named_samples = [sheet for sheet in alike if _SAMPLE.search(sheet.name)]
    if len(named_samples) < len(alike):
        alike = [sheet for sheet in alike if sheet not in named_samples]
    rivals = [
        sheet
        for sheet in sheets
        if sheet not in alike
        and sheet not in named_samples
        and not _REFUNDS.search(sheet.name)
        and sheet.table.top.known >= max(_RIVAL_NAMES, best.table.top.known * _LIKE_BEST)
    ]
    if rivals:
        raise _which([*alike, *rivals])
    refunds = [sheet for sheet in sheets if _REFUNDS.search(sheet.name) and sheet.table.top.known >= _KNOWN_NAMES]
    sold = [sheet for sheet in alike if sheet not in refunds]
    if not sold:
        sold, refunds = alike, []
    sold = _without_summaries(_without_doubles(_dated(sold)))
    beside = tuple(_titled(sheet) for sheet in refunds)
    passed = [sheet for sheet in sheets if sheet not in sold and sheet not in refunds]
    notes = _notes(sold, passed)
    if len(sold) == 1 and not beside:
        return _alone(sold[0], sheets)
    places = [places_in(sold[0].table.header, sheet.table.header, known) or () for sheet in sold]
    return SeveralTables([sheet.table for sheet in sold], places, notes, limits, beside)


def _dated(sheets: list[_Sheet]) -> list[_Sheet]:
    """The sheets with their names as a column of dates, where the names are days and no column is one of dates."""
    names = [name for sheet in sheets for name in sheet.table.header]
    if not all(is_whole_day(sheet.name.strip()) for sheet in sheets):
        return sheets
    if any(meaning.role == "date" for name in names for meaning in meanings(name)):
        return sheets
    return [sheet._replace(table=_with_day(sheet)) for sheet in sheets]


def _with_day(sheet: _Sheet) -> RowsTable:
    table, day = sheet.table, sheet.name.strip()
    width = len(table.header)

    def read() -> Iterator[Sequence[str]]:
        for row in table.grid.read():
            cells = [*row[:width], *[""] * (width - len(row))]
            yield [*cells, day] if sum(map(bool, cells)) > 1 else cells

    top = replace(table.top, names=(*table.header, _DAY))
    return replace(table, grid=replace(table.grid, read=read), top=top)


def _titled(sheet: _Sheet) -> RowsTable:
    """A table that is told by its sheet's name."""
    base = sheet.table.base
    return replace(sheet.table, base=replace(base, title=f"{sheet.name} {base.title}".strip()))


def _alone(sheet: _Sheet, sheets: Sequence[_Sheet]) -> RowsTable:
    passed = [other for other in sheets if other is not sheet]
    base = sheet.table.base
    over = (*base.sheets_passed_over, *(other.name for other in passed))
    return replace(
        sheet.table, base=replace(base, sheets_passed_over=over, notes=(*base.notes, *_notes([sheet], passed)))
    )


def _notes(read: Sequence[_Sheet], passed: Sequence[_Sheet]) -> tuple[Note, ...]:
    notes = []
    if len(read) > 1:
        notes.append(Note(Code.SEVERAL, count=len(read), values=tuple(excerpt(sheet.name) for sheet in read)))
    if passed:
        notes.append(Note(Code.OTHER_SHEETS, count=len(passed), values=tuple(excerpt(sheet.name) for sheet in passed)))
    return tuple(notes)


def _without_doubles(sheets: list[_Sheet]) -> list[_Sheet]:
    """The sheets without those whose rows stand in the others as well: a sheet of all days beside a sheet a day.

    Raises:
        QuestionError: rows stand twice, and no name says which sheet is the whole or the copy.
    """
    if len(sheets) == 1:
        return sheets
    rows = [_rows(sheet.table) for sheet in sheets]
    every = Counter[int]()
    for counts in rows:
        every.update(counts)
    for index, counts in enumerate(rows):
        others = every - counts
        if others and counts == others and (len(sheets) > 2 or says_whole(sheets[index].name)):  # noqa: PLR2004
            return [sheets[index]] if len(sheets) > 2 else [sheets[1 - index]]  # noqa: PLR2004
    doubled = {
        (one, other)
        for one in range(len(sheets))
        for other in range(len(sheets))
        if one != other and rows[one] and rows[one] <= rows[other] and (rows[one] != rows[other] or one > other)
    }
    if not doubled:
        return sheets
    hinted = [index for index, sheet in enumerate(sheets) if says_whole(sheet.name)]
    if not all(one in hinted or other in hinted for one, other in doubled):
        raise _which(sheets)
    kept = [index for index in range(len(sheets)) if index not in {one for one, _ in doubled}]
    return [sheets[index] for index in kept]


def _without_summaries(sheets: list[_Sheet]) -> list[_Sheet]:
    """The sheets without one that adds up the others by its name and its figures.

    Raises:
        QuestionError: its figures are others, so that it is not clear what it holds.
    """
    summaries = [sheet for sheet in sheets if says_summary(sheet.name)]
    others = [sheet for sheet in sheets if sheet not in summaries]
    if not summaries or not others:
        return sheets
    sums = Counter[str]()
    for sheet in others:
        sums.update(_sums(sheet.table))
    if not any(sums.values()) or not all(_sums(sheet.table) == sums for sheet in summaries):
        raise _which(sheets)
    return others


def _sums(table: RowsTable) -> Counter[str]:
    """What the columns of money and of units come to, by name, in millionths."""
    wanted = [
        (index, name.casefold())
        for index, name in enumerate(table.header)
        if any(meaning.role in _ADDED_UP for meaning in meanings(name))
    ]
    found = Counter[str]()
    for cells in table.plain_rows():
        if any(map(is_total, cells)):
            continue
        for index, name in wanted:
            value = glance(cells[index]) if index < len(cells) else None
            found[name] += round((value or 0) * 1_000_000)
    return found


def _rows(table: RowsTable) -> Counter[int]:
    """How often each row stands in a table, by its hash."""
    width = len(table.header)
    return Counter(hash(tuple(cells[:width])) for cells in table.plain_rows())


def _which(sheets: Sequence[_Sheet]) -> QuestionError:
    shown = [literal(f"“{excerpt(sheet.name)}”") for sheet in sheets]
    choices = [
        Choice(sheet.name, Text(en=f"Read the sheet {name} alone", zh=f"只读取工作表 {name}"))
        for sheet, name in zip(sheets, shown, strict=True)
    ]
    return QuestionError(
        texts.WHICH_SHEET,
        parameter="sheet",
        choices=choices,
        sheets=Text(en=", ".join(shown), zh="、".join(shown)),
    )
