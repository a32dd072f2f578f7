"""Code fences in Markdown: where they are, and one that is too long cut into several."""

import re
from collections.abc import Callable
from itertools import chain
from typing import NamedTuple

_OPEN = re.compile(r"[ \t]*(`{3,40}(?=[^`]*$)|~{3,40}(?!~))")


class Fence(NamedTuple):
    """A fenced block, by line numbers: its opening line and the line after its last."""

    start: int
    end: int
    closed: bool


def fences(text: str) -> list[Fence]:
    """The fenced blocks of ``text``; one that is never closed reaches to the end."""
    lines = text.split("\n")
    found: list[Fence] = []
    start, mark = -1, ""
    for number, line in enumerate(lines):
        if start < 0:
            if opening := _OPEN.match(line):
                start, mark = number, opening[1]
        elif _closes(line, mark):
            found.append(Fence(start, number + 1, closed=True))
            start = -1
    if start >= 0:
        found.append(Fence(start, len(lines), closed=False))
    return found


def fence_lines(text: str) -> set[int]:
    """The numbers of all lines that belong to a fenced block."""
    return {line for fence in fences(text) for line in range(fence.start, fence.end)}


def bounded(text: str, budget: int, cost: Callable[[str], int]) -> str:
    """``text`` with every fence closed, and none costing more than ``budget``.

    A longer one becomes several, each with the opening line of the first.
    """
    lines = text.split("\n")
    out: list[str] = []
    at = 0
    for fence in fences(text):
        out += lines[at : fence.start]
        block = lines[fence.start : fence.end]
        if not fence.closed:
            block.append(_closing(block[0]))
        out += block if cost("\n".join([*block, ""])) <= budget else _pieces(block, budget, cost)
        at = fence.end
    return "\n".join([*out, *lines[at:]])


def _pieces(block: list[str], budget: int, cost: Callable[[str], int]) -> list[str]:
    opening, *inner, closing = block
    if cost(opening) > budget // 4:
        mark = _closing(opening)
        opening, inner = mark, [opening.strip().removeprefix(mark), *inner]
    room = budget - cost(f"{opening}\n\n{closing}\n\n")
    out: list[str] = []
    current: list[str] = []
    used = 0
    for line in chain.from_iterable(_cut(line, room, cost) for line in inner):
        price = cost(line + "\n")
        if current and used + price > room:
            out += [opening, *current, closing, ""]
            current, used = [], 0
        current.append(line)
        used += price
    return [*out, opening, *current, closing]


def _cut(line: str, room: int, cost: Callable[[str], int]) -> list[str]:
    pieces: list[str] = []
    while cost(line + "\n") > room:
        low, high = 1, len(line)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if cost(line[:middle] + "\n") <= room else (low, middle - 1)
        pieces.append(line[:low])
        line = line[low:]
    return [*pieces, line]


def _closes(line: str, mark: str) -> bool:
    line = line.strip()
    return len(line) >= len(mark) and set(line) == {mark[0]}


def _closing(opening: str) -> str:
    found = _OPEN.match(opening)
    return found[1] if found else "```"
