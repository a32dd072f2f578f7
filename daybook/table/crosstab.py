"""`unfolded`: a pivot table with days as columns, as a row for each of its rows and days."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice

from daybook.errors import TableError
from daybook.table import texts
from daybook.table.decoration import clean
from daybook.table.layout import Code, Header, Known, Note
from daybook.table.rows import Grid

_DAY = re.compile(
    r"(?:19|20)\d{2}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?(?:[T ]00:00:00)?|(?:19|20)\d{6}"
    r"|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d{2}"
)
_PART_OF_DAY = re.compile(r"\d{1,2}[-/.月]\d{1,2}[日号]?|(?:19|20)\d{2}[-/.年]\d{1,2}月?")
_MONEY = re.compile(
    r"销售额|銷售額|金额|金額|营业额|營業額|收入|sales|revenue|amount|turnover|umsatz|ventas|chiffre|faturamento|売上|매출",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"数量|數量|销量|銷量|件数|qty|quantity|units|orders|订单数|menge|cantidad|個数|수량", re.IGNORECASE
)
_LEAST_DAYS = 2
_DATE, _SALES = "Date", "Sales"


def day_columns(names: Sequence[str]) -> list[int]:
    """The columns whose names are days, where they are most of the columns; else none."""
    found = [index for index, name in enumerate(names) if _DAY.fullmatch(name) or _PART_OF_DAY.fullmatch(name)]
    filled = sum(map(bool, names))
    return found if len(found) >= _LEAST_DAYS and len(found) * 2 >= filled - 1 else []


def unfolded(grid: Grid, header: Header, title: str, known: Known) -> Grid | None:
    """The grid with a row for each day; None where its columns are no days.

    Raises:
        TableError: the days have no year, or nothing says that the figures are money.
    """
    days = day_columns(header.names)
    if not days:
        return None
    labels = [index for index, name in enumerate(header.names) if index not in days and known([name])]
    words = " ".join((title, grid.name, *(header.names[index] for index in labels)))
    whole = all(_DAY.fullmatch(header.names[index]) for index in days)
    if not whole or not labels or _COUNT.search(words) or not _MONEY.search(words):
        raise TableError(texts.CROSSTAB)
    names = [header.names[index] for index in labels]
    dates = [header.names[index] for index in days]

    def read() -> Iterator[Sequence[str]]:
        yield [*names, _DATE, _SALES]
        for row in islice(grid.read(), header.index + header.height, None):
            cells = [clean(cell) for cell in row]
            label = [cells[index] if index < len(cells) else "" for index in labels]
            if not any(label):
                continue
            for index, day in zip(days, dates, strict=True):
                if index < len(cells) and cells[index]:
                    yield [*label, day, cells[index]]

    check = partial(_checked, grid, days, header)
    return replace(grid, read=read, notes=(*grid.notes, Note(Code.CROSSTAB, count=len(days))), check=check)


def _checked(grid: Grid, days: Sequence[int], header: Header, _wanted: object, _above: int) -> tuple[Note, ...]:
    wanted = {index: header.names[index] for index in days}
    return grid.check(wanted, header.index + header.height)
