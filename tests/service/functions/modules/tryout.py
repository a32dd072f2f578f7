# mypy: ignore-errors
# ruff: noqa: T201, PLR0913, PLR0917, D417, DTZ001 - functions as people write them
"""Functions of every kind, for the tests: this module lies in a folder of the user's own."""

import datetime as dt
import os
import sys
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from helper import shout
from pydantic import BaseModel, Field

import daybook
from daybook.errors import TableError
from daybook.language import Text


class Customer(BaseModel):
    """Somebody."""

    name: str
    age: int = 0


@daybook.function
def kinds(
    text: str,
    whole: int,
    number: float,
    yes: bool,
    day: dt.date,
    items: list[int],
    mapping: dict[str, float],
    customer: Customer,
    mode: Literal["fast", "slow"] = "fast",
    maybe: Annotated[int | None, Field(ge=1)] = None,
) -> dict[str, Any]:
    """Says what it got.

    Args:
        text: Any text.
        maybe: A number that may be missing.
    """
    return {"types": [type(value).__name__ for value in (text, whole, number, yes, day, items, mapping, customer)],
            "day": day, "customer": customer, "mode": mode, "maybe": maybe, "sum": sum(items)}  # fmt: skip


@daybook.function(name="greet", description="Greets somebody, loudly.")
def some_other_name(name: str = "you") -> str:
    return shout(f"hello {name}")


@dataclass
class Point:
    x: float
    y: float


@daybook.function
def plain_values() -> dict[str, Any]:
    return {"point": Point(1, float("nan")), "money": Decimal("1.10"), "when": dt.datetime(2026, 1, 2), "set": {1},
            "numpy": pd.Series([1, 2]).sum(), "nothing": None}  # fmt: skip


@daybook.function
def frame(rows: int = 2) -> pd.DataFrame:
    return pd.DataFrame({"名称": ["a|b"] * rows, "value": [1.5] * (rows - 1) + [None]})


@daybook.function
def several(upload: daybook.File, other: daybook.File | None = None) -> dict[str, Any]:
    Path("out.txt").write_text("written", encoding="utf-8")
    return {
        "copy": daybook.File.of(upload.read_bytes(), "../../etc/" + upload.name),
        "path": Path("out.txt").absolute(),
        "bytes": b"\x00\x01",
        "table": frame(1),
        "other": other.name if other else None,
        "place": str(upload.path),
    }


@daybook.function
def strange() -> object:
    return {"inside": [sys.stdout]}


@daybook.function
def nowhere() -> Path:
    return Path("no/such/place/table.csv")


@daybook.function
def too_much() -> str:
    return "x" * (17 << 20)


@daybook.function
def refuse(how: str) -> None:
    match how:
        case "value":
            raise ValueError("That is\nnot for sale; choose another.")
        case "daybook":
            raise TableError(Text(en="No column {name}.", zh="没有列 {name}。"), name="x")
        case "library":
            int("secret cell 42")
            pd.to_datetime("secret cell 42", format="%Y")
        case "key":
            raise KeyError("secret cell 42")
        case "exit":
            sys.exit(3)
        case "die":
            os.kill(os.getpid(), 9)
        case "memory":
            hold = []
            while True:
                hold.append(b"x" * (16 << 20))
                time.sleep(0.001)


@daybook.function
async def later(number: int) -> int:
    return number + 1


@daybook.function
def begun(path: str, how: str) -> None:
    """Notes that it began, then takes too long, too much, or its own process down."""
    with Path(path).open("a", encoding="utf-8") as notes:
        notes.write("begun\n")
    match how:
        case "time":
            wait(path + ".never")
        case _:
            refuse(how)


@daybook.function
def wait(path: str) -> str:
    """Works until ``path`` is there."""
    print("began")
    daybook.progress(0.25, "waiting")
    while not Path(path).exists():
        time.sleep(0.01)
    print("went on")
    return "done"
