from pathlib import Path

import pytest

from daybook.database import sqlite_url


@pytest.fixture
def url(tmp_path: Path) -> str:
    """An empty database."""
    return sqlite_url(tmp_path / "state" / "daybook.sqlite")
