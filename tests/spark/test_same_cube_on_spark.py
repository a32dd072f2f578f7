"""Spark gives the cube that pandas gives, cell for cell, or says that the file is not for it."""

import pytest
from hypothesis import HealthCheck, given, settings

from daybook.parameters import AnalysisParameters
from tests.cases.collected import files
from tests.cases.right import HERE
from tests.engines.test_any_file import ODD_PRICES, PRICES, File, sales_files
from tests.engines.test_same_cube import GOLDEN, ROWS, Reader, assert_same

FEW = settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXT_FILES = sorted(name for name in files() if name.endswith((".csv", ".tsv", ".txt")))


@FEW
@given(sales_files())
def test_a_text_file_gives_the_same_cube(by_spark: Reader, file: File) -> None:
    assert_same(file.text, reader=by_spark)


@FEW
@given(sales_files())
def test_a_parquet_file_gives_the_same_cube(by_spark: Reader, file: File) -> None:
    assert_same(file.parquet, reader=by_spark)


@pytest.mark.parametrize("name", TEXT_FILES[::9])
def test_a_file_as_people_have_it(by_spark: Reader, name: str) -> None:
    assert_same(HERE / "files" / name, AnalysisParameters.model_validate(files()[name].options), reader=by_spark)


@pytest.mark.parametrize("case", ["one_day", "two_weeks", "price_edges"])
def test_golden_files_are_read_by_spark(by_spark: Reader, case: str) -> None:
    assert assert_same(GOLDEN / f"{case}.csv", reader=by_spark)


def test_plain_rows_with_odd_cells_are_read_by_spark(by_spark: Reader) -> None:
    """The property says something only if Spark reads such files."""
    prices = [*PRICES, *(price for price in ODD_PRICES if price not in {"999999999999", "12,5", "3.000"})]
    rows = [[day, "a", price, "1", "East"] for day in ("2023-10-27", "2023年10月26日") for price in prices]
    file = File(["Date", "Product", "Price", "Amount", "Region"], rows, "\t", "\n", "", quoting=True)
    assert assert_same(file.text, reader=by_spark)
    assert assert_same(file.parquet, reader=by_spark)


@pytest.mark.parametrize("kind", ["in the date", "of a column", "looked up"])
def test_the_hours_are_the_same(by_spark: Reader, kind: str) -> None:
    header = "Date,Time,Product,Price,Amount,Status" if kind == "of a column" else "Date,Product,Price,Amount,Status"
    lines = [header]
    for _, day, time, product, price, amount, status in ROWS:
        said = {
            "in the date": f"{day} {time}",
            "of a column": f"{day},{time[:5]}",
            "looked up": f"{day[8:]}/10/2026 {time[:5]}",
        }[kind]
        lines.append(f"{said},{product},{price},{amount},{status}")
    source = "\n".join([*lines, ""]).encode()
    assert assert_same(source, reader=by_spark)
