"""Rows that add others up and are no sales: `is_total` by word, `add_up_others` by arithmetic."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from daybook.exact import Values
from daybook.table import cells
from daybook.table.rows import Column

_TOTAL = re.compile(
    r"[#*【\[(]*\s*(?:"
    r"(?:.{0,12}[ :：-])?(?:小计|合计|总计|共计|累计|汇总|總計|合計|小計|(?:总|本页|本日|当日|本月|总额)合计)"
    r"|.{1,12}(?:小计|合计|总计|小計|合計|總計)"
    r"|全部(?:地区|区域|商品|产品|门店|店铺)?|所有(?:地区|区域|商品|产品|门店|店铺)"
    r"|(?:grand|sub|page|day|daily|month|monthly|overall|report|running)?[ -]?totals?"
    r"(?: (?:of|for|by|sales?|amount|general|général)\b.*)?"
    r"|all (?:regions?|areas?|products?|items?|stores?|categories|countries|cities|channels?)|sum(?:mary)?"
    r"|(?:zwischen|gesamt)?summe|gesamt|insgesamt|totaux|sous-total|total général|subtotal|total geral|soma|suma"
    r"|総計|累計|소계|합계|총계|итого"
    r")\s*[\])】]*\s*[:：]?\s*(?:[(（].{0,20}[)）])?",
    re.IGNORECASE,
)
_TOTAL_OF = re.compile(r"(.{1,40}?)[ :-]+(?:sub)?totals?|(?:sub)?totals?[ :-]+(?:for |of )?(.{1,40})", re.IGNORECASE)
"""The total of something, which must be known: a book may be called ``Total Recall``."""
_DAY = re.compile(r"[\d./: -]*\d[\d./: -]*")
_WORDLESS = re.compile(r"[0-9T.:/ +-]*")
"""A number, or a day and a time: no word is in it."""
_SPACED = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
"""Blanks that stretch a word in a cell: ``合  计``."""
_EVERYTHING = {"all", "overall", "alle", "alles", "tous", "tout", "todos", "todas", "tudo", "すべて", "全て", "전체"}
"""Words that may be a total's or goods' own: arithmetic decides."""
_BROKEN = "\ufffd"
_LEAST_ROWS = 2
"""Rows that a total by arithmetic adds up at the least: one row equal to another says nothing."""


def is_total(name: str, names: AbstractSet[str] = frozenset()) -> bool:
    """Whether a name (of a product, a region, or a cell where the date should be) is that of a total.

    Args:
        name: what stands in the cell.
        names: the other names of the file in lower case: ``East total`` is a total where there is an ``east``.
    """
    if _WORDLESS.fullmatch(name):  # mostly the cell of a date, which may be another in each row
        return False
    text = _SPACED.sub("", unicodedata.normalize("NFKC", name).strip())
    if not text or _TOTAL.fullmatch(text):
        return bool(text)
    found = _TOTAL_OF.fullmatch(text)
    if not found:
        return False
    of = (found[1] or found[2]).strip().casefold()
    return of in names or bool(_DAY.fullmatch(of))


def may_be_total(name: str) -> bool:
    """Whether a row with this name is a total if it adds up the rows above: it names nothing or all, or is broken.

    A broken character may be part of the word for a total.
    """
    return not cells.name(name) or _BROKEN in name or name.strip(" *#").casefold() in _EVERYTHING


_NAMED_IN = ("product", "region", "city", "country", "category", "channel", "store", "order", "customer")
"""The fields in which a total row may carry its word; the date, too."""


def are_totals(columns: Mapping[str, Column]) -> npt.NDArray[np.bool_]:
    """Which rows say by a word that they add up others."""
    found = np.zeros(len(columns["date"].codes), bool)
    names = frozenset(
        text.strip().casefold() for name in ("product", "region") if name in columns for text in columns[name].texts
    )
    for name in ("date", *_NAMED_IN):
        column = columns.get(name)
        if column:
            said = np.array([is_total(text, names) for text in column.texts], bool)
            if said.any():
                said |= _broken_totals(column.texts, said)
                found |= said[column.codes]
    return found


def _broken_totals(texts: Sequence[str], said: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Which texts are the word of another total with a broken character in it."""
    words = [text for text, total in zip(texts, said, strict=True) if total]
    spelled = [
        re.compile(".{0,2}".join(map(re.escape, text.split(_BROKEN)))) if _BROKEN in text else None for text in texts
    ]
    return np.array([any(map(broken.fullmatch, words)) if broken else False for broken in spelled], bool)


type Amounts = tuple[Values, npt.NDArray[np.bool_]]
"""What each row amounts to, and where that is not said."""
type Sums = tuple[int, tuple[int, ...]]
"""A number of rows, and what each of their amounts comes to."""
_NOTHING: Sums = (0, (0, 0))


@dataclass(slots=True)
class Above:
    """What the rows of earlier stretches come to: their number, and the sum of each amount."""

    everything: Sums = (0, (0, 0))
    since: Sums = (0, (0, 0))
    """Since the last total."""
    days: dict[int, Sums] = field(default_factory=dict)


def add_up_others(
    candidates: npt.NDArray[np.intp],
    amounts: Sequence[Amounts],
    days: npt.NDArray[np.int64],
    above: Above | None = None,
) -> list[int]:
    """Which of the candidate rows are the sum of the rows above: all, those of its day, or those since the last total.

    Args:
        candidates: rows that name nothing, in order.
        amounts: sales, units: a total agrees with the sum in each that it says.
        days: each row's day.
        above: what earlier stretches of rows come to, in the same units; these rows are added to it.
    """
    earlier = above or Above()
    counted = np.ones(len(days), bool)
    counted[candidates] = False
    order = np.argsort(days, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    first = np.searchsorted(days[order], days)
    sums = [_before(np.where(missing, 0, values) * counted) for values, missing in amounts]
    of_day = [_before((np.where(missing, 0, values) * counted)[order]) for values, missing in amounts]
    rows, rows_of_day = _before(counted * 1), _before(counted[order] * 1)

    def between(begin: int, end: int) -> Sums:
        return int(rows[end] - rows[begin]), tuple(int(part[end] - part[begin]) for part in sums)

    found: list[int] = []
    for row in candidates.tolist():
        at, day = place[row], first[row]
        today = int(rows_of_day[at] - rows_of_day[day]), tuple(int(part[at] - part[day]) for part in of_day)
        parts = (
            _plus(earlier.everything, between(0, row)),
            between(found[-1], row) if found else _plus(earlier.since, between(0, row)),
            _plus(earlier.days.get(int(days[row]), _NOTHING), today),
        )
        said = [(index, values[row]) for index, (values, missing) in enumerate(amounts) if not missing[row]]
        if any(value for _, value in said) and any(
            count >= _LEAST_ROWS and all(part[index] == value for index, value in said) for count, part in parts
        ):
            found.append(row)
    if above:
        whole = between(0, len(days))
        above.everything = _plus(above.everything, whole)
        above.since = between(found[-1], len(days)) if found else _plus(above.since, whole)
        ends = np.append(np.flatnonzero(np.diff(days[order])) + 1, len(order))
        for begin, end in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True):
            part = int(rows_of_day[end] - rows_of_day[begin]), tuple(int(p[end] - p[begin]) for p in of_day)
            number = int(days[order[begin]])
            above.days[number] = _plus(above.days.get(number, _NOTHING), part)
    return found


def _plus(one: Sums, other: Sums) -> Sums:
    return one[0] + other[0], tuple(a + b for a, b in zip(one[1], other[1], strict=False))


def _before(values: Values) -> Values:
    """The sum of the values before each place."""
    return np.concatenate([[0], np.cumsum(values.astype(object))])
