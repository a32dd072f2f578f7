r"""`mend`: what a model or a workflow left in a content that no reader is meant to see, put right and said.

A model's thinking, a report wholly inside a code fence, line breaks as ``\n`` or as single newlines (which DingTalk
runs together), a variable that Dify did not fill: each reaches a group sooner or later where nobody looks.
"""

import re
from typing import NamedTuple

from daybook.dingtalk import texts
from daybook.dingtalk.markdown import fence_lines, fences
from daybook.errors import ParameterError
from daybook.language import Text, excerpt

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
