"""`orders_of`: which order numbers stand in which groups of lines, and how many rows repeat another."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl

from daybook.cube import OrderNumbers
from daybook.reduce import texts as say
from daybook.reduce.plain import NotPlainError, tidy
from daybook.reduce.polars_frame import TextFrame
from daybook.reduce.polars_lines import Pass, group_keys, with_values
from daybook.table import cells
from daybook.table.totals import is_total

_SURE_ORDER = r"^(?:#|[A-Za-z]{1,4}[-_#]?)?[0-9]+(?:[-_][0-9]+)*$"
"""An order's number that is no name of a total."""
_MOST_ODD = 200_000
_HASHED_AT_ONCE = 1_000_000


class Orders(NamedTuple):
    """The order numbers of a file."""

    numbers: OrderNumbers
    """By the place of their group."""
    repeated: int
    """Rows that equal another in all that is read."""


def orders_of(frame: TextFrame, groups: pl.DataFrame, how: Pass, names: frozenset[str]) -> Orders:
    """The order numbers of each group.

    Args:
        frame: the file.
        groups: its lines, grouped.
        how: how it was read.
        names: the names of products and regions in lower case.

    Raises:
        NotPlainError: an order's number is blank or names a total.
    """
    keys = [name for name in groups.columns if name in {"day", *how.names, "band", "sign"}]
    places = groups.select(*keys, pl.int_range(pl.len(), dtype=pl.UInt32).alias("place"))
    lines = with_values(frame, how).with_columns(group_keys(how))
    pairs = lines.join(places.lazy(), on=keys, how="left", nulls_equal=True).select("place", "order").unique()
    row = pl.struct(name for name in how.reading.used if name != "time").hash()
    found, rows = pl.collect_all(
        [pairs, frame.lazy.select(pl.len().alias("rows"), row.n_unique().alias("distinct"))], engine="streaming"
    )
    all_rows, distinct = rows.row(0)
    return orders_found(found, groups, all_rows, all_rows - distinct, names)


def orders_found(found: pl.DataFrame, groups: pl.DataFrame, rows: int, repeated: int, names: frozenset[str]) -> Orders:
    """The order numbers of each group, from the distinct pairs of a group's place and a number.

    Args:
        found: the pairs, in the columns ``place`` and ``order``.
        groups: the lines, grouped.
        rows: all rows.
        repeated: those that equal another in all that is read.
        names: the names of products and regions in lower case.

    Raises:
        NotPlainError: an order's number is blank or names a total.
    """
    found = found.filter(pl.col("place").is_not_null())  # a wholly blank line is in no group
    if found["order"].null_count():
        raise NotPlainError(say.BLANKS)
    distinct = found["order"].unique()
    _check(distinct, names)
    codes = found["order"].cast(pl.Enum(distinct)).to_physical().to_numpy()
    digests = _digests(distinct)[codes]
    if rows - int(groups["lines"].sum()):  # blank lines
        raise NotPlainError(say.BLANKS)
    return Orders(OrderNumbers.distinct(found["place"].to_numpy().astype(np.intp), digests), repeated)


def _check(distinct: pl.Series, names: frozenset[str]) -> None:
    odd = distinct.filter(~distinct.str.contains(_SURE_ORDER))
    if len(odd) > _MOST_ODD:
        raise NotPlainError(say.MANY_TEXTS)
    texts = tidy(odd.to_list())
    if any(not cells.name(text) for text in texts):
        raise NotPlainError(say.BLANKS)
    if any(is_total(text, names) for text in texts):
        raise NotPlainError(say.TOTALS)


def _digests(distinct: pl.Series) -> npt.NDArray[np.uint64]:
    """The digests that the cube keeps of order numbers, a stretch at a time."""
    parts = [np.array([], np.uint64)]
    for start in range(0, len(distinct), _HASHED_AT_ONCE):
        texts = [cells.name(text) for text in tidy(distinct.slice(start, _HASHED_AT_ONCE).to_list())]
        parts.append(pd.util.hash_array(np.array(texts, dtype=object), categorize=False))
    return np.concatenate(parts)
