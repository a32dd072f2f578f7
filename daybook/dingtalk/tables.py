"""Pipe tables as list rows, because DingTalk on a phone shows a table as raw text."""

import re
from itertools import zip_longest
from typing import NamedTuple

from daybook.dingtalk.fences import fence_lines

_DELIMITER = re.compile(r"\|?[ \t]*+:?-+:?[ \t]*+(\|[ \t]*+:?-+:?[ \t]*+)*+\|?")
_PIPE = re.compile(r"(?<!\\)\|")
_PLAIN_HEADS = {"", "value", "values", "值", "数值", "内容"}
"""Heads of a second column that say nothing which the row's own name does not say."""


class Converted(NamedTuple):
    """A text without tables, and how many there were."""

    text: str
    tables: int


def tables_as_lists(text: str) -> Converted:
    """``text`` with every pipe table outside a code fence turned into a list, one row an item.

    The first cell names the row, the others follow under the names of their columns::

        | Product | Sales | Orders |
        | ------- | ----- | ------ |         - **Tea** · Sales 1,200 · Orders 3
        | Tea     | 1,200 | 3      |
    """
    lines, fenced = text.split("\n"), fence_lines(text)
    out: list[str] = []
    tables = at = 0
    while at < len(lines):
        if at not in fenced and at + 1 not in fenced and _starts_table(lines, at):
            heads = _cells(lines[at])
            at += 2
            if out and out[-1].strip():
                out.append("")
            while at < len(lines) and at not in fenced and "|" in lines[at]:
                out.append(_row(heads, _cells(lines[at])))
                at += 1
            if at < len(lines) and lines[at].strip():
                out.append("")
            tables += 1
        else:
            out.append(lines[at])
            at += 1
    return Converted("\n".join(out), tables)


def _starts_table(lines: list[str], at: int) -> bool:
    if at + 1 >= len(lines) or "|" not in lines[at] or "|" not in lines[at + 1]:
        return False
    return bool(_DELIMITER.fullmatch(lines[at + 1].strip())) and len(_cells(lines[at])) == len(_cells(lines[at + 1]))


def _cells(line: str) -> list[str]:
    line = line.strip().removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    return [cell.strip().replace("\\|", "|") for cell in _PIPE.split(line)]


def _row(heads: list[str], cells: list[str]) -> str:
    name, *values = cells
    pairs = list(zip_longest(heads[1:], values[: max(0, len(heads) - 1)], fillvalue=""))
    if len(pairs) == 1 and pairs[0][0].lower() in _PLAIN_HEADS:
        pairs = [("", pairs[0][1])]
    parts = [_bold(name or heads[0] or "–"), *(f"{head} {value}".strip() for head, value in pairs if value)]
    return "- " + " · ".join(parts)


def _bold(cell: str) -> str:
    return cell if "*" in cell or "`" in cell or "[" in cell else f"**{cell}**"
