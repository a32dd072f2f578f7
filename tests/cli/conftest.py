from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from daybook.cli.main import main

SALES = Path(__file__).parents[2] / "examples" / "sales_2026-10-31.csv"

type Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `daybook ...`, on an English terminal where the test names no other."""
    for name in ("DAYBOOK_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, stdin: str | bytes = "", **environ: str) -> Result:
        return CliRunner().invoke(main, list(arguments), input=stdin, env=environ, catch_exceptions=False)

    return run
