"""`SharedOrders`: order numbers that stand in more than one file or sheet of a table.

A number is an order's own in its file. In another file it is the same order where the day and time, the place and shop
(and an amount that is the whole order's) are the same, and another order where they differ: two shops may both have an
order 1001. The report says of how many numbers this was decided. Only such another order gets another number: all
others keep theirs, by which a book knows them when their file comes alone.
"""

from collections.abc import Sequence

import numpy as np

from daybook.reduce.lines import LineFields
from daybook.table.rows import Column


class SharedOrders:
    """Tells the orders of several files apart, a stretch of rows after another.

    Attributes:
        same: numbers that are one order in several files.
        apart: numbers that are another order in another file.
    """

    def __init__(self, told_by: Sequence[str]) -> None:
        """``told_by`` are the fields that are one order's on all its lines."""
        self.same: set[str] = set()
        self.apart: set[str] = set()
        self._told_by = told_by
        self._table = 0
        self._of: dict[str, dict[str, int]] = {}
        """By number: what tells its orders apart, and the file of each; 0 for the first, whose number it stays."""
        self._here: dict[str, int] = {}
        """The same of the orders of this file, by number."""

    def take(self, columns: LineFields, *, begins: bool) -> LineFields:
        """The next stretch of rows, the numbers of orders that are others than those of an earlier file changed."""
        if begins:
            self._table, self._here = self._table + 1, {}
        if not self._table:
            return columns
        order = columns["order"]
        codes, rows = np.unique(order.codes, return_index=True)
        texts = list(order.texts)
        for code, row in zip(codes.tolist(), rows.tolist(), strict=True):
            number = order.texts[code].strip()
            if number:
                if number not in self._here:
                    self._here[number] = self._file_of(number, columns, row)
                file = self._here[number]
                texts[code] = f"{number} / {file}" if file else number
        return {**columns, "order": Column(order.codes, texts)}

    def _file_of(self, number: str, columns: LineFields, row: int) -> int:
        """The file that an order of an earlier order's number was first in; 0 for the first of its number."""
        known = self._of.setdefault(number, {})
        told = "\0".join(
            columns[name].texts[columns[name].codes[row]].strip() for name in self._told_by if name in columns
        )
        if known:
            (self.same if told in known else self.apart).add(number)
        return known.setdefault(told, self._table if known else 0)
