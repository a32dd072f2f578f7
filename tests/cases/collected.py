"""`files` and `headers`: the collected cases, files as people have them and header rows of known exports."""

import json
from typing import Any

from tests.cases.right import HERE, Case


def files() -> dict[str, Case]:
    """The cases by the name of their file in ``files/``."""
    return {entry.pop("file"): Case(**entry) for entry in _entries("cases.json")}


def headers() -> dict[str, tuple[Case, bytes]]:
    """The cases of header rows with a few rows below them, by their number, and the files."""
    found = {}
    for number, entry in enumerate(_entries("headers.json"), 1):
        header, rows = entry.pop("header"), entry.pop("rows")
        content = "\n".join([header, *rows, ""]).encode()
        found[f"header-{number:02}"] = Case(**entry), content
    return found


def _entries(name: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((HERE / name).read_text(encoding="utf-8"))
    return entries
