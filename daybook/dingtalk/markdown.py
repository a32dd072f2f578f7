r"""Markdown as DingTalk's clients show it; `mend`: what a model or a workflow left in it that nobody is to see.

A phone shows a pipe table as raw text, and a single newline not at all. DingTalk fetches an image itself, so its
address has to be public; about 20 images a message are advised.

A model's thinking, a report wholly inside a code fence, line breaks as ``\n`` or as single newlines (which DingTalk
runs together), a variable that Dify did not fill: each reaches a group sooner or later where nobody looks.
"""

import ipaddress
import re
from collections.abc import Callable, Sequence
from itertools import chain, zip_longest
from typing import NamedTuple
from urllib.parse import urlsplit

from daybook.dingtalk import texts
from daybook.dingtalk.texts import fill
from daybook.errors import ParameterError
from daybook.language import Text, excerpt

MAX_IMAGES = 20

_IMAGE = re.compile(r"!\[[^\[\]]*\]\(\s*<?([^()\s<>]*)")
_PRIVATE_ENDINGS = (".local", ".internal", ".lan", ".home", ".intranet", ".localhost")
_DIFY_FILE = re.compile(r"/files/(tools/)?[0-9a-f-]{8,}.*[?&]sign=", re.IGNORECASE)
_DELIMITER = re.compile(r"\|?[ \t]*+:?-+:?[ \t]*+(\|[ \t]*+:?-+:?[ \t]*+)*+\|?")
_PIPE = re.compile(r"(?<!\\)\|")
_PLAIN_HEADS = {"", "value", "values", "值", "数值", "内容"}
"""Heads of a second column that say nothing which the row's own name does not say."""
_OPEN = re.compile(r"[ \t]*(`{3,40}(?=[^`]*$)|~{3,40}(?!~))")
_BLOCK = re.compile(r"[ ]{0,3}(?:[-*+]\s|\d{1,9}[.)]\s|#{1,6}\s|[-*_=]{2,}\s*$|\||```|~~~)")
"""A line that begins a block of its own, and with it a new line: list item, heading, rule, table, fence."""
_HARD_BREAK = re.compile(r"(?:  |\\|<br\s*/?>)$", re.IGNORECASE)


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


def with_hard_breaks(text: str) -> str:
    """Markdown in which every line break that a person typed is one that DingTalk shows: two blanks before it."""
    lines, fenced = text.split("\n"), fence_lines(text)
    out = []
    for number, line in enumerate(lines):
        after = lines[number + 1] if number + 1 < len(lines) else ""
        runs_on = line.strip() and after.strip() and not (number in fenced or number + 1 in fenced)
        if runs_on and not (_HARD_BREAK.search(line) or _BLOCK.match(after) or _is_heading_or_table(line)):
            line = line.rstrip() + "  "  # noqa: PLW2901 (the line as it goes out)
        out.append(line)
    return "\n".join(out)


def _is_heading_or_table(line: str) -> bool:
    return line.lstrip().startswith(("#", "|"))


def image_warnings(contents: Sequence[str]) -> list[Text]:
    """What is wrong with the images of a push, each kind once."""
    addresses = [_IMAGE.findall(text) for text in contents]
    warnings = []
    if any(is_private(address) for found in addresses for address in found):
        warnings.append(texts.IMAGE_PRIVATE)
    if any(not address.lower().startswith("https://") for found in addresses for address in found):
        warnings.append(texts.IMAGE_NOT_HTTPS)
    if (most := max(map(len, addresses), default=0)) > MAX_IMAGES:
        warnings.append(fill(texts.MANY_IMAGES, count=most, limit=MAX_IMAGES))
    return warnings


def is_private(url: str) -> bool:
    """Whether an image's address leads to a host that only the sender's network knows, or to no host at all."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return True
    if not host or _DIFY_FILE.search(url):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(_PRIVATE_ENDINGS)


_THINKING = re.compile(
    r"<(?P<close>/?)(?:think|thinking|reasoning)\b[^<>]{0,200}>"  # what models write
    # what Dify made of it for a while
    r"|<details\b[^<>]{0,200}>\s{0,20}<summary>\s{0,20}Thinking\.{0,3}\s{0,20}</summary>|(?P<end></details\s{0,20}>)",
    re.IGNORECASE,
)
_UNFILLED = re.compile(r"\{\{#[^{}\n]{1,200}#\}\}")
_LITERAL_BREAK = re.compile(r"(?<![A-Za-z]:)(?<!\\)(?:\\r)?\\n(?![a-z])")
"""``\\n`` as two characters, but not in ``C:\\new``."""
_MARKDOWN_FENCE = re.compile(r"[`~]{3,}\s*(?:markdown|md|text)?\s*", re.IGNORECASE)


class Mended(NamedTuple):
    """A content that is fit to be read, and what was put right in it."""

    text: str
    warnings: list[Text]


def mend(content: str, *, markdown: bool) -> Mended:
    """``content`` without what no reader is meant to see.

    Args:
        content: what a caller wants to push.
        markdown: whether it is Markdown; plain text keeps its line breaks and its fences.

    Raises:
        ParameterError: it holds a variable that Dify did not fill, or nothing but a model's thinking.
    """
    warnings = []
    text = _without_thinking(content)
    if text != content:
        warnings.append(texts.THINKING_REMOVED)
        if not text.strip():
            raise ParameterError(texts.ONLY_THINKING)
    refuse_unfilled(text)
    broken = _outside_fences(text, _LITERAL_BREAK, "\n")
    if broken != text:
        warnings.append(texts.LITERAL_BREAKS)
        text = broken
    if markdown and (inner := _unwrapped(text)) is not None:
        warnings.append(texts.FENCE_REMOVED)
        text = inner
    return Mended(text.strip("\n").rstrip(), warnings)


def refuse_unfilled(text: str) -> None:
    """Refuse a text in which Dify left a variable as it stands in the node.

    Raises:
        ParameterError: it does; the sentence names the variable.
    """
    if unfilled := _UNFILLED.search(text):
        raise ParameterError(texts.UNFILLED, variable=excerpt(unfilled[0]))


def _without_thinking(text: str) -> str:
    """``text`` without thinking: also one whose beginning a model's template swallowed, or whose end was cut off."""
    kept: list[str] = []
    at, opened = 0, ""
    for tag in _THINKING.finditer(text):
        closing = "details" if tag["end"] else "think" if tag["close"] else ""
        if not closing and not opened:
            kept.append(text[at : tag.start()])
            opened = "details" if tag[0].lower().startswith("<details") else "think"
        elif closing and closing == opened:
            at, opened = tag.end(), ""
        elif closing == "think" and not opened:
            kept, at = [], tag.end()
    if not opened:
        kept.append(text[at:])
    return "".join(kept).strip("\n") if at or opened else text


def _unwrapped(text: str) -> str | None:
    """What is in the one fence that the whole text is in; ``None`` where it is not."""
    lines = text.strip().split("\n")
    if len(lines) < 2 or not _MARKDOWN_FENCE.fullmatch(lines[0].strip()):  # noqa: PLR2004 (a fence has two ends)
        return None
    found = fences("\n".join(lines))
    if len(found) != 1 or (found[0].start, found[0].end) != (0, len(lines)):
        return None
    inner = lines[1:-1] if found[0].closed else lines[1:]
    return "\n".join(inner)


def _outside_fences(text: str, pattern: re.Pattern[str], replacement: str) -> str:
    if not pattern.search(text):
        return text
    fenced = fence_lines(text)
    lines = text.split("\n")
    whole = len(fenced) == len(lines)  # what is wholly in a fence is a wrapped report, not code
    return "\n".join(
        line if number in fenced and not whole else pattern.sub(replacement, line) for number, line in enumerate(lines)
    )
