"""Counted by SQLite or row by row: the cube is the same, cell for cell."""

from pathlib import Path

import pytest

from tests.sources.random_orders import cube_of, fill, random_orders, rows, source_of

TYPED = "date = 'sold_at', product = 'goods', price = 'price', quantity = 'units', region = 'area'"
TEXTS = "date = 'sold_on', product = 'goods', price = 'price_text', quantity = 'units', region = 'area'"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("columns", [TYPED, TEXTS], ids=["typed", "texts"])
def test_the_cube_is_that_of_the_rows(tmp_path: Path, seed: int, columns: str) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    fill(url, random_orders(seed))
    counted, few = cube_of(source_of(tmp_path, url, columns), tmp_path)
    streamed, all_ = cube_of(source_of(tmp_path, url, columns, "push_down = false"), tmp_path)
    assert rows(counted) == rows(streamed)
    assert len(counted)
    assert few <= all_
