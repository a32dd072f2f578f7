"""`clean`: a cell without what a program put around its text: ``="00123"``, a tab, a backtick, NUL padding."""

import re
from collections.abc import Iterable

_BLANKS = " \t\r\n\f\v\0\x1a\u00a0\u3000\ufeff\u200b\u200c\u200d\u2060"
_FORMULA_TEXT = re.compile(r'=\s*(?:T\()?"((?:[^"]|"")*)"\)?', re.DOTALL)
_MARKS = "\t\0`'\x1a="


def clean(text: str) -> str:
    """The text of a cell or column name, without decoration and surrounding blanks."""
    if not text or (text[0].isalnum() and text[-1].isalnum()):
        return text
    text = text.strip(_BLANKS)
    match = _FORMULA_TEXT.fullmatch(text)
    if match:
        text = match[1].replace('""', '"').strip(_BLANKS)
    if len(text) > 1 and text[0] == text[-1] == "`":
        return text[1:-1].strip(_BLANKS)
    if text.startswith("`") or (text.startswith("'") and text[1:2].isdigit()):
        # A mark that keeps a spreadsheet from taking digits for a number.
        return text[1:].strip(_BLANKS)
    return text


def is_decorated(texts: Iterable[str]) -> bool:
    """Whether any of the texts may be decorated; quick, for most files have none."""
    together = "\x1f".join(texts)
    return any(mark in together for mark in _MARKS)
