"""`harmless_csv`: a CSV file that a spreadsheet program opens without running anything in it."""

import csv
import io
import re
import sys

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_FORMULA = re.compile(rf"[=@\t\r＝＋－＠]|[+-](?!{_NUMBER[5:]}$)")
"""How a cell begins that Excel, WPS or LibreOffice takes for a formula; a number is none. (OWASP, CSV injection)"""
_SUSPICIOUS = re.compile(rf'(?:^|[,"\n])(?:[=@\t\r＝＋－＠]|[+-](?!{_NUMBER[5:]}(?:[,"\r\n]|$)))', re.MULTILINE)


def harmless_csv(text: str) -> str:
    """``text`` with an apostrophe before each cell that would be a formula. Numbers stay numbers.

    A product called ``=cmd|...`` in somebody's file would else run on the machine of whoever opens the result.
    """
    if not _SUSPICIOUS.search(text):
        return text
    csv.field_size_limit(sys.maxsize)
    written = io.StringIO()
    rows = csv.reader(io.StringIO(text, newline=""))
    csv.writer(written, lineterminator="\n").writerows(map(_harmless, rows))
    return written.getvalue()


def _harmless(row: list[str]) -> list[str]:
    return [f"'{cell}" if _FORMULA.match(cell) else cell for cell in row]
