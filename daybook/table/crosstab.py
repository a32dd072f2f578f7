"""`unfolded`: a pivot table with days as columns, as a row for each of its rows and days."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice

from daybook.errors import TableError
from daybook.table import texts
from daybook.table.decoration import clean
from daybook.table.layout import Code, Header, Known, Note, day_columns, is_whole_day
from daybook.table.rows import Grid

_MONEY = re.compile(
    r"销售额|銷售額|金额|金額|营业额|營業額|收入|sales|revenue|amount|turnover|umsatz|ventas|chiffre|faturamento|売上|매출",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"数量|數量|销量|銷量|件数|qty|quantity|units|orders|订单数|menge|cantidad|個数|수량", re.IGNORECASE
)
_TOTAL = re.compile(
    r"合计|合計|总计|總計|小计|小計|总和|汇总|(?:grand |sub)?total|sum|gesamt|summe|合计金额|합계", re.IGNORECASE
)
_DATE, _SALES = "Date", "Sales"


def unfolded(grid: Grid, header: Header, title: str, known: Known) -> Grid | None:
    """The grid with a row for each day; None where its columns are no days.

    Raises:
        TableError: the days have no year, or nothing says that the figures are money.
    """
    days = day_columns(header.names)
    if not days:
        return None
    labels = [
        index
        for index, name in enumerate(header.names)
        if index not in days and known([name]) and not _TOTAL.fullmatch(name)
    ]
    words = " ".join((title, grid.name, *(header.names[index] for index in labels)))
    whole = all(is_whole_day(header.names[index]) for index in days)
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
