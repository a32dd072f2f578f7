"""`Language`: the words of shops in one language, and `PLATFORMS`, header rows of known exports."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

_HERE = Path(__file__).parent


class Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Language(Words):
    code: str
    cents: bool
    """Whether the language's money has hundredths."""
    products: list[tuple[str, str, str]]
    """Name, category, price."""
    regions: list[tuple[str, str]]
    """Region, and a city in it."""
    customers: list[str]
    fees: list[str]
    totals: list[str]
    subtotals: list[str]
    preamble: list[str]
    footnotes: list[str]
    refunds: list[str]
    kind: dict[str, list[str]]
    units: list[str]
    channels: list[str]
    names: dict[str, list[str]]
    """The usual names of each column."""
    states: dict[str, list[str]]


class Platform(Words):
    language: str
    columns: list[str]
    """Each ``field:Header``."""
    fill_down: bool = False
    """An order's own cells stand on its first line only."""
    single: bool = False
    """One row an order."""
    weights: bool = False


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))


LANGUAGES = {code: Language(code=code, **words) for code, words in _read("words.toml").items()}
PLATFORMS = {name: Platform(**entry) for name, entry in _read("platforms.toml").items()}
