"""Results of packages that only this environment has: figures, and Polars' frames."""

import json
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
import polars as pl
import pytest

mpl.use("Agg")

import plotly.graph_objects as go
from matplotlib.figure import Figure

from daybook.functions.results import Result, save_result


def drawn() -> Figure:
    figure = Figure()
    figure.subplots().plot([1, 3, 2])
    return figure


def saved(value: Any, folder: Path) -> tuple[Result, Any]:
    result = save_result(value, folder, "chart")
    return result, json.loads(result.json)


@pytest.mark.parametrize("what", ["figure", "axes"])
def test_a_matplotlib_figure_is_a_picture(tmp_path: Path, what: str) -> None:
    result, plain = saved(drawn() if what == "figure" else drawn().axes[0], tmp_path)
    assert plain == {"file": "chart.png"}
    assert result.files[0].mime_type == "image/png"
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")


def test_a_plotly_figure_is_a_page_that_needs_no_network(tmp_path: Path) -> None:
    _, plain = saved(go.Figure(go.Bar(y=[1, 2])), tmp_path)
    page = (tmp_path / plain["file"]).read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert '<script src="http' not in page


def test_a_polars_frame_is_what_a_pandas_frame_is(tmp_path: Path) -> None:
    values = {"名称": ["a", "b"], "value": [1.5, None]}
    for name in ("polars", "lazy", "pandas"):
        (tmp_path / name).mkdir()
    frame = pl.DataFrame(values)
    polars, lazy, pandas = (
        saved(frame, tmp_path / "polars"),
        saved(frame.lazy(), tmp_path / "lazy"),
        saved(pd.DataFrame(values), tmp_path / "pandas"),
    )
    assert polars == lazy == pandas
    assert polars[1]["rows"][1] == {"名称": "b", "value": None}


def test_things_in_a_dict_are_called_by_their_keys(tmp_path: Path) -> None:
    result, plain = saved({"trend": drawn(), "table": pd.Series([1, 2], name="n"), "count": 2}, tmp_path)
    assert plain["trend"] == {"file": "trend.png"}
    assert (plain["table"]["file"], plain["count"]) == ("table.csv", 2)
    assert [file.name for file in result.files] == ["trend.png", "table.csv"]
