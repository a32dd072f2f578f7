# mypy: ignore-errors
"""Functions whose results are larger than a workflow takes."""

import time
from typing import Any

import daybook


@daybook.function
def values(size: int) -> dict[str, Any]:
    """Gives back JSON of about ``size`` bytes, beside a file of the name that is usual for it."""
    print("made", size)  # noqa: T201 - as people do
    return {"text": "价" * (size // 3), "own": daybook.File.of("mine", "result.json")}


@daybook.function
def files(sizes: list[int]) -> list[daybook.File]:
    """Gives back a file for each size."""
    return [daybook.File.of(bytes(size), f"{number}.bin") for number, size in enumerate(sizes)]


@daybook.function
def endless() -> None:
    """Takes longer than anybody waits."""
    time.sleep(600)
