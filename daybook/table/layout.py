"""`Layout`: how a sales file lies, and `find_header`, which says where in its first rows the table begins.

What was passed over on the way to the rows of the table is kept as a `Note` each: nothing is left out without a word.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any

from daybook.language import excerpt
from daybook.table.cells import clean
from daybook.table.spelling import parse_unit

type Known = Callable[[Sequence[str]], int]
"""How many cells of a row are known names of columns."""

SEARCHED_ROWS = 200
"""Rows from the top among which the header is looked for."""
_SHARE_OF_BEST = 0.7
"""The first row that knows this share of what the best row knows is the header: a longer one may follow below."""
_HEADER_NAMES = 2
_CERTAIN_NAMES = 3
_VALUES = 3
_LETTERS = re.compile(r"[^\W\d_]")
_UNITS = re.compile(
    r"[年月日号时分秒点元件个万千百亿円원TZ]|[ap]\.?m\.?|usd|rmb|cny|eur|gbp|hk|us|rs|kg", re.IGNORECASE
)
_DAY = re.compile(
    r"(?:19|20)\d{2}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?(?:[T ]00:00:00)?|(?:19|20)\d{6}"
    r"|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d{2}"
)
_PART_OF_DAY = re.compile(r"\d{1,2}[-/.月]\d{1,2}[日号]?|(?:19|20)\d{2}[-/.年]\d{1,2}月?")
_LEAST_DAYS = 2
_WHOLE = re.compile(
    r"汇总|匯總|合计|合計|总表|總表|全部|所有|副本|备份|備份|\ball\b|total|summary|copy|backup|\(\d+\)$|gesamt|まとめ|전체",
    re.IGNORECASE,
)
_MONTH = re.compile(r"\b(?:jan|feb|mar|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-zäéû]*\.?\b", re.IGNORECASE)


_SUMMARY = re.compile(
    r"汇总|匯總|合计|合計|总表|總表|全部|所有|\ball\b|total|summary|overview|gesamt|übersicht|récap|resumen|resumo|まとめ|集計"
    r"|전체|요약",
    re.IGNORECASE,
)


class Code(StrEnum):
    """What a `Note` is about."""

    ABOVE = "lines_above"
    """Lines above the header."""
    REPEATED = "repeated_header"
    """The header again, among the rows."""
    SECOND_TABLE = "second_table"
    """A further table below the first, handed out as another table."""
    FOOTNOTE = "footnote"
    """Lines below the last row."""
    BROKEN = "broken_character"
    """Bytes that do not fit the encoding, each now U+FFFD."""
    OPEN_QUOTE = "open_quote"
    """A double quote that was never closed, read as a plain character."""
    UNQUOTED = "unquoted_separator"
    """A separator within a cell that has no quotes around it, where only one way to read the row fits."""
    HIDDEN = "hidden_sheets"
    """Sheets that are hidden, and were passed over."""
    OTHER_SHEETS = "other_sheets"
    """Sheets that hold no sales table like the one that was read."""
    SEVERAL = "several_sheets"
    """Sheets, files or members of an archive that were read as one table."""
    FORMULA = "formulas"
    """Formulas without a stored value."""
    ERROR = "error_cells"
    """Cells that hold an error such as #N/A."""
    MERGED = "merged_cells"
    """Cells merged downwards whose text stands for each of their rows."""
    FILES = "several_files"
    """Files that were read as one table."""
    SAME = "same_file"
    """A file with the bytes of another, whose number is the note's count."""
    CROSSTAB = "crosstab"
    """Days as columns, read as a row for each product and day."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was passed over, or read in another way than it stands."""

    code: Code
    row: int | None = None
    """The first row that it is about, counted from 1 below the header."""
    count: int = 1
    """How many."""
    values: tuple[str, ...] = ()
    """Names or texts that say what it is; excerpts."""
    file: int | None = None
    """The number of the file that it is about, where several are read."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a sales file lies."""

    kind: str
    """The kind of file: csv, xlsx, xls, xlsb, ods, html, xml, json, parquet."""
    encoding: str = ""
    separator: str = ""
    sheets: tuple[str, ...] = ()
    """The sheets that are read."""
    sheets_passed_over: tuple[str, ...] = ()
    header_row: int = 1
    """The line or row of the header, counted from 1."""
    title: str = ""
    """What stands above the header."""
    notes: tuple[Note, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Header:
    """The header that was found among the first rows."""

    index: int
    """Which of the rows is its first."""
    height: int
    """Rows that it takes."""
    names: tuple[str, ...]
    known: int
    """How many of its names are known."""


@lru_cache(maxsize=4096)
def is_value(text: str) -> bool:
    """Whether a cell reads as a number, date or time rather than a name."""
    text = text.strip()
    if not any(character.isdigit() for character in text):
        return False
    return not _LETTERS.search(_MONTH.sub("", _UNITS.sub("", text)))


def day_columns(names: Sequence[str]) -> list[int]:
    """The columns whose names are days, where they are most of the columns; else none."""
    found = [index for index, name in enumerate(names) if _DAY.fullmatch(name) or _PART_OF_DAY.fullmatch(name)]
    filled = sum(map(bool, names))
    return found if len(found) >= _LEAST_DAYS and len(found) * 2 >= filled - 1 else []


def is_whole_day(name: str) -> bool:
    """Whether a name is a day with its year."""
    return bool(_DAY.fullmatch(name))


def find_header(rows: Sequence[Sequence[str]], known: Known) -> Header | None:
    """The header among the first rows, None where all of them are blank.

    A row of names with as many known ones as the best of them, or nearly, is the header; where no name is known it is
    the first row with as many cells as most rows have.
    """
    rows = _Cleaned(rows[:SEARCHED_ROWS])
    scores = []
    for row in rows:
        scores.append(known(row) if _may_be_header(row) else 0)
        if scores[-1] >= _CERTAIN_NAMES and scores[-1] * 2 >= _holds(row):
            break  # a row that names columns and little else; the rest need not be looked at
    scores += [0] * (len(rows) - len(scores))
    best = max(scores, default=0)
    if best >= _HEADER_NAMES:
        index = next(i for i, found in enumerate(scores) if found >= max(_HEADER_NAMES, best * _SHARE_OF_BEST))
    else:
        across = next((i for i, row in enumerate(rows) if len(row) > _LEAST_DAYS and day_columns(row)), None)
        wide = [i for i, found in enumerate(scores) if found and _holds(rows[i]) > 1]
        first = across if across is not None else wide[0] if wide else _first_wide_row(rows)
        if first is None:
            return None
        index = first
    return _joined(rows, index, scores, known)


class _Cleaned(Sequence[Sequence[str]]):
    """Rows with their cells cleaned when they are first asked for: most never are."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self._rows = rows
        self._cleaned: dict[int, list[str]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: Any) -> Any:
        if index >= len(self._rows):
            raise IndexError(index)
        if index not in self._cleaned:
            self._cleaned[index] = [clean(cell) for cell in self._rows[index]]
        return self._cleaned[index]


def _may_be_header(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cell]
    return bool(filled) and sum(map(is_value, filled)) * 2 < len(filled)


def _first_wide_row(rows: Sequence[Sequence[str]]) -> int | None:
    widths = [sum(map(bool, row)) for row in rows]
    usual = Counter(width for width in widths if width > 1).most_common(1)
    least = min(usual[0][0], 2) if usual else 1
    return next((index for index, width in enumerate(widths) if width >= least), None)


def _joined(rows: Sequence[Sequence[str]], index: int, scores: Sequence[int], known: Known) -> Header:
    """The header that begins in a row, with the row above or below it where the two name the columns together."""
    single = tuple(_trimmed(rows[index]))
    header = Header(index, 1, single, scores[index])
    pairs = []
    if index + 1 < len(rows) and not any(map(is_value, rows[index + 1])) and _holds(rows[index + 1]) > 1:
        pairs.append(index)
    if index and _holds(rows[index - 1]) > 1 and not any(map(is_value, rows[index - 1])):
        pairs.append(index - 1)
    for upper in pairs:
        names = _two_rows(rows[upper], rows[upper + 1])
        found = known(names)
        doubled = len(set(filter(None, single))) < _holds(single) and found >= header.known
        if found > header.known or doubled:
            header = Header(upper, 2, tuple(names), found)
    below = header.index + header.height
    united = _with_units(header.names, rows[below]) if below < len(rows) else ()
    if united:
        return Header(header.index, header.height + 1, united, header.known)
    again = known(rows[below]) if below < len(rows) and _may_be_header(rows[below]) else 0
    if header.height == 1 and again >= max(_HEADER_NAMES, header.known / 2):
        # The names once more in another language.
        header = Header(index, 2, single, header.known)
    return header


def _with_units(names: Sequence[str], row: Sequence[str]) -> tuple[str, ...]:
    """The names with the units that the row below them holds; nothing where it holds anything else."""
    units = [cell.strip("()（）[]【】 ") for cell in row[: len(names)]]
    found = [unit for unit in units if unit]
    if not found or any(row[len(names) :]) or not all(parse_unit(unit).said for unit in found):
        return ()
    pairs = zip(names, [*units, *[""] * (len(names) - len(units))], strict=True)
    return tuple(f"{name}({unit})" if unit else name for name, unit in pairs)


def _two_rows(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Names that stand in two rows: the lower one's, with the upper one's before it where it stands more than once."""
    width = max(len(upper), len(lower))
    above = [*upper, *[""] * (width - len(upper))]
    below = [*lower, *[""] * (width - len(lower))]
    counts = Counter(filter(None, below))
    group, names = "", []
    for high, low in zip(above, below, strict=True):
        group = high or (group if low else "")
        names.append(f"{group} {low}".strip() if counts[low] > 1 or not low else low)
    return _trimmed(names)


def _holds(row: Sequence[str]) -> int:
    return sum(map(bool, row))


def _trimmed(row: Sequence[str]) -> list[str]:
    names = list(row)
    while names and not names[-1]:
        names.pop()
    return names


def says_whole(title: str) -> bool:
    """Whether a title says that what stands below it is a total, or a copy, of what stands elsewhere."""
    return bool(_WHOLE.search(title))


def says_summary(title: str) -> bool:
    """Whether a title says that what stands below it adds up what stands elsewhere."""
    return bool(_SUMMARY.search(title))


def note_of_lines(code: Code, lines: Sequence[Sequence[str]], row: int | None = None) -> Note:
    """A note on whole lines that were passed over."""
    shown = tuple(excerpt(" ".join(filter(None, map(str.strip, line)))) for line in lines[:_VALUES])
    return Note(code, row=row, count=len(lines), values=shown)
