"""The cube adds up exactly, whatever it is made of and wherever it has been."""

import datetime as dt
import random
from pathlib import Path

import numpy as np
import pytest

from daybook.analysis import sales_report
from daybook.cube import AMOUNTS, KEYS, MEASURES, Cube
from daybook.errors import FileError
from daybook.exact import multiply
from daybook.judge import Judge
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.reduce.pandas import read_cube
from daybook.table import open_table

FINEST = {"sales": 12, "price": 6, "quantity": 6, "profit": 6}
GOLDEN = Path(__file__).parent / "golden"


def cube_of(data: bytes) -> Cube:
    table = open_table(data, limits=Limits())
    return read_cube(table, Judge(table, AnalysisParameters())).cube


def rows(cube: Cube) -> list[tuple[object, ...]]:
    """The cube as rows that compare, whatever units it counts in."""
    keys = [map(str, cube.columns[key].tolist()) for key in KEYS]
    return sorted(zip(*keys, *(map(int, cube.measure(name, FINEST)) for name in MEASURES), strict=True))


@pytest.mark.parametrize("case", ["one_day", "two_weeks", "dirty_cells", "price_edges"])
def test_parts_of_a_file_add_up_to_the_whole(case: str) -> None:
    header, *lines = (GOLDEN / f"{case}.csv").read_bytes().splitlines(keepends=True)
    chance = random.Random(7)  # noqa: S311  no secret
    parts: list[list[bytes]] = [[], [], []]
    for line in lines:
        chance.choice(parts).append(line)
    whole = cube_of(b"".join([header, *lines]))
    first, second, third = (cube_of(b"".join([header, *part])) for part in parts)
    assert rows(first + second + third) == rows(whole)
    assert rows(third + (second + first)) == rows(whole)
    assert rows(whole + Cube.empty()) == rows(whole)
    key = sales_report(whole).report_key
    assert sales_report(first + second + third).report_key == key


def test_cubes_in_different_units_add_exactly() -> None:
    header = b"Date,Product,Price,Amount,Region\n"
    coarse = cube_of(header + b"2023-10-27,a,5,2,b\n")
    fine = cube_of(header + b"2023-10-27,a,0.000001,0.000001,b\n")
    both = coarse + fine
    assert both.decimals["sales"] == 12
    assert both.total("sales") == 10 * 10**12 + 1
    assert both.total("quantity") == 2 * 10**6 + 1
    assert both.total("price_sum") == 5 * 10**6 + 1
    assert len(both) == 1


def test_sums_past_64_bits_stay_exact() -> None:
    line = b"2023-10-27,a,999999999999.999999,999999999999.999999,b\n"
    cube = cube_of(b"Date,Product,Price,Amount,Region\n" + line * 1_000)
    assert cube.total("sales") == 1_000 * (10**18 - 1) ** 2
    assert cube.total("price_sum") == 1_000 * (10**18 - 1)
    assert (cube + cube).total("sales") == 2_000 * (10**18 - 1) ** 2


def test_a_cube_is_the_same_after_a_file(tmp_path: Path) -> None:
    cube = cube_of((GOLDEN / "dirty_cells.csv").read_bytes() + "汇总,,99999,,\n".encode())
    cube.save(tmp_path / "cube")
    again = Cube.load(tmp_path / "cube")
    assert rows(again) == rows(cube)
    assert again.dates == cube.dates
    assert sales_report(again) == sales_report(cube)
    (cube + Cube.empty()).save(tmp_path / "second")
    assert (tmp_path / "second").read_bytes() == (tmp_path / "cube").read_bytes()


def test_an_empty_cube_and_huge_sums_survive_a_file_too(tmp_path: Path) -> None:
    huge = cube_of(b"Date,Product,Price,Amount,Region\n2023-10-27,a,999999999999.999999,999999999999.999999,b\n")
    for cube in (Cube.empty(), huge):
        cube.save(tmp_path / "cube")
        assert rows(Cube.load(tmp_path / "cube")) == rows(cube)


@pytest.mark.parametrize("content", [b"", b"not a cube", b'{"format": "daybook-cube-9"}\n'])
def test_another_file_is_no_cube(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(FileError, match="not a sales cube"):
        Cube.load(tmp_path / "file")


def test_days_are_told_apart() -> None:
    cube = cube_of((GOLDEN / "two_weeks.csv").read_bytes())
    first, last = cube.dates[0], cube.dates[-1]
    assert (first, last) == (dt.date(2023, 10, 14), dt.date(2023, 10, 27))
    assert len(cube.dates) == 14
    by_day = [cube.on(date) for date in cube.dates]
    assert sum(day.total("orders") for day in by_day) == cube.total("orders") == 1_750
    assert rows(Cube.sum(by_day)) == rows(cube)
    assert cube.between(first, last - dt.timedelta(days=1)).dates == cube.dates[:-1]
    assert len(cube.on(dt.date(2020, 1, 1))) == 0


def test_every_sum_is_a_product_of_units_that_the_cube_names() -> None:
    assert set(AMOUNTS) <= set(MEASURES)
    assert multiply(np.array([2**40]), np.array([2**40])).tolist() == [2**80]
