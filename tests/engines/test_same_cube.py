"""Polars gives the cube that pandas gives, cell for cell, or says that the file is not for it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from daybook.cube import KEYS, MEASURES, Cube
from daybook.errors import DaybookError
from daybook.judge import Judge
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.reduce import pandas, polars
from daybook.reduce.pandas import Read
from daybook.reduce.plain import NotPlainError
from daybook.reduce.spark_table import NotOnClusterError
from daybook.table import open_table
from tests.cases.collected import files, headers
from tests.cases.right import HERE

GOLDEN = Path(__file__).parents[1] / "golden"
FINE = {"sales": 12, "price": 6, "quantity": 6, "profit": 12}


def cells(cube: Cube) -> dict[tuple[Any, ...], tuple[int, ...]]:
    """The cube's rows by their keys, in the finest units."""
    keys = zip(*(cube.columns[key].tolist() for key in KEYS), strict=True)
    measures = zip(*(cube.measure(name, FINE).tolist() for name in MEASURES), strict=True)
    found = dict(zip(keys, measures, strict=True))
    assert len(found) == len(cube)
    return found


def hours(cube: Cube) -> list[tuple[str, int, int, int]]:
    """What the cube holds of the hours of its dates, in the finest unit."""
    return cube.hours.finer(FINE["sales"] - cube.decimals["sales"]).rows()


type Reader = Callable[[Any, AnalysisParameters, Limits], Read]
"""Reads a file on one engine."""


def read_by_pandas(source: bytes | Path, parameters: AnalysisParameters, limits: Limits) -> Read:
    table = open_table(source, columns=parameters.columns, sheet=parameters.sheet, limits=limits)
    return pandas.read_cube(table, Judge(table, parameters))


def read_by_polars(source: bytes | Path, parameters: AnalysisParameters, limits: Limits) -> Read:
    table = open_table(source, columns=parameters.columns, sheet=parameters.sheet, limits=limits)
    return polars.read_cube(table, Judge(table, parameters))


def read_or_refused(reader: Reader, source: bytes | Path, parameters: AnalysisParameters, limits: Limits) -> Read | str:
    """What an engine reads, or what it refuses the file for."""
    try:
        return reader(source, parameters, limits)
    except NotOnClusterError:
        raise
    except DaybookError as error:
        return str(error)


def assert_same(
    source: bytes | Path,
    parameters: AnalysisParameters | None = None,
    limits: Limits | None = None,
    reader: Reader = read_by_polars,
) -> bool:
    """Whether an engine, Polars if none is named, read the file; whatever it read is what pandas reads."""
    parameters, limits = parameters or AnalysisParameters(), limits or Limits()
    try:
        ours = read_or_refused(reader, source, parameters, limits)
    except (NotPlainError, NotOnClusterError):
        return False
    theirs = read_or_refused(read_by_pandas, source, parameters, limits)
    if isinstance(ours, str) or isinstance(theirs, str):
        assert ours == theirs
        return True
    assert cells(ours.cube) == cells(theirs.cube)
    assert hours(ours.cube) == hours(theirs.cube)
    assert ours.reading.gives_what(theirs.reading)
    assert ours.rows.day_ends == theirs.rows.day_ends
    assert (ours.rows.filled, ours.rows.repeated, ours.rows.beside) == (
        theirs.rows.filled, theirs.rows.repeated, theirs.rows.beside,
    )  # fmt: skip
    return True


@pytest.mark.parametrize("name", sorted(files()))
def test_a_file_as_people_have_it(name: str) -> None:
    assert_same(HERE / "files" / name, AnalysisParameters.model_validate(files()[name].options))


@pytest.mark.parametrize("name", sorted(headers()))
def test_a_header_row_of_a_known_export(name: str) -> None:
    case, content = headers()[name]
    assert_same(content, AnalysisParameters.model_validate(case.options))


@pytest.mark.parametrize("case", ["one_day", "two_weeks", "dirty_cells", "price_edges"])
def test_golden_files(case: str) -> None:
    assert_same(GOLDEN / f"{case}.csv")


def test_plain_files_are_read_by_polars() -> None:
    assert assert_same(GOLDEN / "two_weeks.csv")
    assert assert_same(GOLDEN / "one_day.csv")


@pytest.mark.parametrize(
    ("price", "amount"),
    [
        ("9.99", "+5"), ("9.99", "-0"), ("9.99", "007"), ("9.99", "0000000000012"), ("9.99", "1234567890"),
        ("9.99", "9223372036854775807"), ("9.99", "-9223372036854775808"), ("9.99", "3.5"), ("9.99", "1e3"),
        ("9.99", "٣"), ("9.99", ""), ("9.99", " "), ("9.999999", "2"), ("1.0050", "2"), ("1.005", "2"), (".5", "2"),
        ("5.", "2"), ("+1.5", "2"), ("123456789.25", "2"), ("99999999.99", "999999999"), ("-1.25", "-2"),
        ("1e2", "2"), ("inf", "2"), ("nan", "2"), ("¥1,299", "2"),
    ],
)  # fmt: skip
def test_a_number_behind_the_head_that_is_not_like_those_in_it(price: str, amount: str) -> None:
    rows = [f"2023-10-{1 + row % 27:02},p{row % 7},{row % 90}.{row % 100:02},{1 + row % 5},r" for row in range(1500)]
    odd = f'2023-10-27,p1,"{price}",{amount},r'
    assert_same("\n".join(["Date,Product,Price,Amount,Region", *rows, odd, *rows[:5], ""]).encode())


def test_a_cell_behind_the_last_column_is_left_to_pandas() -> None:
    rows = [f"2023-10-{1 + row % 27:02},p{row % 7},{row % 90}.5,{1 + row % 5},r" for row in range(1500)]
    text = "\n".join(["Date,Product,Price,Amount,Region", *rows, "2023-10-27,p1,2,3,r,x", ""])
    assert not assert_same(text.encode())


@pytest.mark.parametrize("behind", ["", " 09:30", " 00:10:05"])
def test_times_may_begin_below_the_rows_that_are_looked_at_first(behind: str) -> None:
    plain = "2026-10-30,tea,10,1,north\n" * 1_500
    text = "Date,Product,Price,Amount,Region\n" + plain + f"2026-10-31{behind},tea,10,1,north\n" * 20
    source = text.encode()
    by_pandas = read_by_pandas(source, AnalysisParameters(), Limits())
    assert bool(by_pandas.rows.day_ends) == bool(behind)
    assert assert_same(source) == (not behind)


ROWS = [
    (f"A{row // 2}", f"2026-10-{1 + row % 3:02}", f"{8 + row * 5 % 14:02}:{row % 60:02}:05", f"p{row % 7}",
     f"{row % 90}.{row % 100:02}", f"{1 + row % 3}", ("已完成", "交易关闭", "已退款")[row % 11 % 3])
    for row in range(1500)
]  # fmt: skip


@pytest.mark.parametrize("sign", [" ", "T"])
@pytest.mark.parametrize("kind", ["numbered", "unnumbered", "cancelled", "taken back"])
def test_the_hours_are_the_same(sign: str, kind: str) -> None:
    header, rows = "Date,Product,Price,Amount", []
    for order, day, time, product, price, amount, status in ROWS:
        cells = [day + sign + time, product, price, amount]
        if kind == "numbered":
            cells.insert(0, order)
        elif kind == "cancelled":
            cells.append(status)
        elif kind == "taken back":
            cells.append("退货单" if amount == "3" else "销售单")
        rows.append(",".join(cells))
    header = {"numbered": f"Order ID,{header}", "cancelled": f"{header},Status", "taken back": f"{header},Type"}.get(
        kind, header
    )
    source = "\n".join([header, *rows, ""]).encode()
    assert assert_same(source)
    cube = read_by_pandas(source, AnalysisParameters(), Limits()).cube
    assert len(cube.hours) == 3 * 14
    by_hour = cube.by_hour()[cube.dates[0]]
    of_day = cube.on(cube.dates[0]).sold
    assert sum(sales for sales, _ in by_hour.values()) == of_day.total("sales")


def test_the_hours_of_a_column_of_times_are_the_same() -> None:
    rows = [f"{day},{time[:5]},{product},{price},{amount}" for _, day, time, product, price, amount, _ in ROWS]
    source = "\n".join(["Date,Time,Product,Price,Amount", *rows, ""]).encode()
    assert assert_same(source)
    assert len(read_by_polars(source, AnalysisParameters(), Limits()).cube.hours) == 3 * 14


def test_the_hours_of_dates_that_are_looked_up_are_the_same() -> None:
    rows = [
        f"{day[8:]}/10/2026 {time[:5]},{product},{price},{amount}" for _, day, time, product, price, amount, _ in ROWS
    ]
    rows.append("30/10/2026 23:59,p1,0.005,3")
    source = "\n".join(["Date,Product,Price,Amount", *rows, ""]).encode()
    assert assert_same(source)
    assert len(read_by_polars(source, AnalysisParameters(), Limits()).cube.hours) == 3 * 14 + 1


def test_midnight_alone_is_no_time() -> None:
    rows = [f"{day} 00:00:00,{product},{price},{amount}" for _, day, _, product, price, amount, _ in ROWS]
    rows.append("2026-10-04 12:00:00,p1,1,3")
    source = "\n".join(["Date,Product,Price,Amount", *rows, ""]).encode()
    assert assert_same(source)
    assert [row[:2] for row in hours(read_by_polars(source, AnalysisParameters(), Limits()).cube)] == [
        ("2026-10-04", 12)
    ]
