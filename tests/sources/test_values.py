"""Values of databases as the texts that a file's cells would have."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from daybook.sources.values import column_of, text_of
from daybook.table.totals import is_total

_ZONED = dt.datetime(2026, 11, 28, 9, tzinfo=dt.UTC)
_MOMENTS = [dt.datetime(2026, 11, 28), dt.datetime(2026, 11, 28, 23, 59, 59), None, dt.datetime(800, 1, 2, 3)]  # noqa: DTZ001


@pytest.mark.parametrize(
    "values",
    [
        _MOMENTS * 3,
        [*_MOMENTS, dt.datetime(2026, 11, 28, 0, 0, 0, 5)],  # noqa: DTZ001
        [_ZONED, None, _ZONED],
        [None, None],
        ["a", "a ", "", "a"],
        [3, -3, 10**30, 3],
        [True, False, True],
        [Decimal("1.50"), Decimal("1.5"), Decimal("1.234"), None],
        [dt.date(2026, 11, 28), None],
        [1, 1.5, None],
    ],
)
def test_a_column_of_values_holds_the_text_of_each(values: list[Any]) -> None:
    column = column_of(values, None)
    assert [column.texts[code] for code in column.codes] == [text_of(value) for value in values]
    assert len(set(column.texts)) == len(column.texts)


def test_a_day_and_a_number_are_no_words_for_a_total() -> None:
    assert not any(map(is_total, ["2026-11-28T10:00:00", "2026/11/28", "12.5", "-", "", " "]))
    assert is_total("2026-11-28 合计")
    assert is_total("Total: 2026-11")
