"""Without Spark's client, as in most environments, asking for Spark is one sentence."""

import sys
from pathlib import Path

import pytest

from daybook.errors import ParameterError
from daybook.pipeline import analyze


def test_the_client_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql.connect.session", None)
    with pytest.raises(ParameterError, match=r"pip install '\.\[spark\]'"):
        analyze(tmp_path, engine="spark")


def test_one_path_alone(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="one path"):
        analyze([tmp_path, tmp_path], engine="spark")
