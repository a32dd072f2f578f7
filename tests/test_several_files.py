"""Several files are one table, or a sentence that says which of them is not."""

import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
import openpyxl
import pytest

from daybook import pipeline
from daybook.errors import DaybookError, LimitError, QuestionError, TableError
from daybook.judge import Judge
from daybook.limits import MAX_FILES, Limits
from daybook.parameters import AnalysisParameters
from daybook.reduce.pandas import read_cube
from daybook.report import Overlap, SalesReport
from daybook.table import open_table

HEADER = "Date,Product,Price,Amount,Region\n"
ONE = HEADER + "2026-10-30,tea,10,1,north\n2026-10-31,tea,10,2,north\n"
OTHER_ORDER = "Region,Amount,Price,Product,Date\nsouth,3,10,tea,2026-10-31\n"
DAY_FIRST = HEADER + "25/10/2026,tea,10,1,north\n04/11/2026,tea,10,1,north\n"


def read(*files: str | bytes, limits: Limits | None = None, **asked: str) -> SalesReport:
    sources = [file if isinstance(file, bytes) else file.encode() for file in files]
    return pipeline.analyze(sources, AnalysisParameters.model_validate({"language": "en_US", **asked}), limits)


def refused(*files: str | bytes, limits: Limits | None = None, **asked: str) -> DaybookError:
    with pytest.raises(DaybookError) as caught:
        read(*files, limits=limits, **asked)
    return caught.value


def test_columns_in_another_order_are_one_table() -> None:
    report = read(ONE, OTHER_ORDER)
    assert (report.summary.total_sales, report.summary.total_orders) == (50, 2)
    assert "2 files were read as one table." in report.warnings
    assert report.doubts == []


def test_each_file_has_an_encoding_of_its_own() -> None:
    chinese = "日期,产品,单价,数量,地区\n2026-10-31,{},10,2,北京\n"
    report = read(chinese.format("茶").encode(), chinese.format("咖啡").encode("gb18030"))
    assert {figures.product for figures in report.top_products} == {"茶", "咖啡"}
    assert report.understanding is not None
    assert report.understanding.encoding == "UTF-8, GB18030"


def test_the_same_bytes_twice_are_counted_once() -> None:
    report = read(ONE, OTHER_ORDER, ONE)
    assert report.summary.total_sales == 50
    assert "File 3: the same as file 1, counted once." in report.warnings
    assert read(ONE, ONE).summary.total_sales == read(ONE).summary.total_sales


def test_a_row_in_two_files_is_a_doubt_at_the_head() -> None:
    again = HEADER + "2026-10-31,tea,10,2,north\n2026-10-31,tea,10,4,north\n"
    report = read(ONE, OTHER_ORDER, again)
    assert report.summary.total_sales == 110
    assert report.understanding is not None
    assert report.understanding.overlaps == [Overlap(file=3, other=1, rows=1)]
    assert [doubt[:45] for doubt in report.doubts] == ["1 row of file 3 stand in file 1 as well, and "[:45]]


def test_rows_that_stand_twice_within_one_file_are_no_overlap() -> None:
    assert read(ONE + "2026-10-31,tea,10,2,north\n", OTHER_ORDER).doubts == []


@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        ("Date,Product,Sales\n2026-10-31,tea,10\n", "File 2 has other columns than file 1"),
        ("", "File 2: The file is empty"),
        (b"%PDF-1.4 ", "File 2: The file is a PDF document"),
    ],
)
def test_what_is_no_part_of_the_table_is_named_by_its_number(second: str | bytes, sentence: str) -> None:
    error = refused(ONE, second)
    assert isinstance(error, TableError)
    assert str(error).startswith(sentence)


def test_files_that_write_dates_otherwise_are_not_read_as_one() -> None:
    month_first = HEADER + "10/26/2026,tea,10,1,north\n11/03/2026,tea,10,1,north\n"
    assert isinstance(refused(DAY_FIRST, month_first), TableError)
    quiet = HEADER + "03/11/2026,tea,10,1,north\n"
    assert str(read(DAY_FIRST, quiet).analysis_date) == "2026-11-04"
    elsewhere = "Region,Amount,Price,Product,Date\nnorth,1,10,tea,03/11/2026\n"
    error = refused(DAY_FIRST, elsewhere)
    assert isinstance(error, QuestionError)
    assert error.parameter == "date_format"
    assert str(error).startswith("File 2: ")
    assert str(read(DAY_FIRST, elsewhere, date_format="%d/%m/%Y").analysis_date) == "2026-11-04"


def test_decimal_signs_are_read_file_by_file_or_asked_about() -> None:
    comma = "Date;Product;Sales\n2026-10-31;tea;1.299,00\n2026-10-31;tea;1.300,50\n"
    point = 'Date,Product,Sales\n2026-10-31,tea,"1,299.00"\n2026-10-31,tea,2.5\n'
    assert read(comma, point).summary.total_sales == 3901
    either = "Date,Product,Sales\n2026-10-31,tea,2.555\n2026-10-31,tea,1.255\n"
    error = refused(comma, either)
    assert isinstance(error, QuestionError)
    assert (error.parameter, str(error)[:8]) == ("decimal", "File 2: ")


def test_limits_hold_over_the_sum() -> None:
    size = len(ONE) + len(OTHER_ORDER)
    assert read(ONE, OTHER_ORDER, limits=Limits(file_bytes=size)).summary.total_orders == 2
    assert "Together the files are larger" in str(refused(ONE, OTHER_ORDER, limits=Limits(file_bytes=size - 1)))
    assert isinstance(refused(ONE, OTHER_ORDER, limits=Limits(rows=2)), LimitError)
    many = [f"{HEADER}2026-10-31,tea,1,{number},north\n" for number in range(1, MAX_FILES + 1)]
    assert read(*many).summary.total_orders == MAX_FILES
    assert f"at most {MAX_FILES}" in str(refused(*many, ONE))


def test_paths_and_a_question_of_inspect(tmp_path: Path) -> None:
    paths = [tmp_path / "a.csv", tmp_path / "secret name.csv"]
    paths[0].write_text(ONE, encoding="utf-8")
    paths[1].write_text("Date,Product,Sales\n2026-10-31,tea,10\n", encoding="utf-8")
    with pytest.raises(TableError) as caught:
        pipeline.analyze(paths)
    assert "secret" not in str(caught.value)
    paths[1].write_text(OTHER_ORDER, encoding="utf-8")
    assert pipeline.inspect(paths).column("product") == "Product"


ORDERS = "Order,Date,Product,Price,Amount\n"
ONCE_AN_ORDER = ORDERS + "1,2026-10-30,tea,10,1\n1,,rice,5,1\n2,2026-10-31,tea,10,2\n2,,rice,5,2\n"


def test_no_cell_of_a_file_stands_for_one_of_the_next() -> None:
    undated = ORDERS + "3,,tea,100,1\n3,,rice,50,1\n4,2026-10-31,tea,10,2\n4,,rice,5,2\n"
    report = read(ONCE_AN_ORDER, undated)
    assert (report.summary.total_sales, report.summary.total_orders) == (60, 2)
    assert report.quality.blank_dates == 2


def test_no_date_of_a_sheet_stands_for_one_of_the_next() -> None:
    sheets = {
        "North": (["2026-10-30", "tea", 10, 1], [None, "rice", 5, 1]),
        "South": ([None, "tea", 10, 1], [None, "rice", 5, 1], ["2026-10-31", "tea", 10, 1]),
    }
    book, content = openpyxl.Workbook(), io.BytesIO()
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in (["Date", "Product", "Price", "Amount"], *rows):
            sheet.append(row)
    book.remove(book.worksheets[0])
    book.save(content)
    report = read(content.getvalue(), date="2026-10-30")
    assert report.summary.total_sales == 15
    assert report.quality.blank_dates == 2


SHOP = "Order,Date,Product,Quantity,Sales,Region\n"


def test_two_shops_may_have_the_same_order_number() -> None:
    north = SHOP + "1001,2026-10-31 09:10,tea,1,10,north\n1001,2026-10-31 09:10,cake,1,5,north\n"
    south = SHOP + "1001,2026-10-31 11:25,tea,2,20,south\n1002,2026-10-31 12:00,tea,1,10,south\n"
    report = read(north, south)
    assert (report.summary.total_sales, report.summary.total_orders) == (45, 3)
    assert any("Order numbers in more than one file or sheet with other dates" in said for said in report.warnings)


def test_an_order_whose_lines_lie_in_two_files_is_one() -> None:
    teas = SHOP + "1001,2026-10-31 09:10,tea,1,10,north\n"
    cakes = SHOP + "1001,2026-10-31 09:10,cake,1,5,north\n1002,2026-10-31 12:00,cake,1,5,north\n"
    report = read(teas, cakes)
    assert (report.summary.total_sales, report.summary.total_orders) == (20, 2)
    assert any("with the same date and place: 1, each taken for one order." in said for said in report.warnings)


def test_the_amount_of_an_order_counts_once_a_shop() -> None:
    header = "Order,Date,Product,Order Total\n"
    north = header + "1,2026-10-31,tea,30\n1,2026-10-31,cake,30\n2,2026-10-31,tea,10\n"
    south = header + "1,2026-10-31,tea,50\n1,2026-10-31,milk,50\n2,2026-10-31,tea,10\n"
    report = read(north, south)
    assert (report.summary.total_sales, report.summary.total_orders) == (90, 3)
    said = " ".join(report.warnings)
    assert "with the same date and place: 1," in said
    assert "with other dates, places or amounts: 1," in said
    assert not report.doubts


def test_an_orders_lines_may_stand_apart_in_the_file() -> None:
    tea = [f"{number},2026-10-31,tea,{40 + number % 7}" for number in range(1500)]
    cake = [f"{number},2026-10-31,cake,{40 + number % 7}" for number in range(0, 1500, 3)]
    report = read("Order,Date,Product,Order Total\n" + "\n".join([*tea, *cake]))
    assert report.summary.total_sales == sum(40 + number % 7 for number in range(1500))


def test_an_order_keeps_its_number_beside_another_file() -> None:
    north = SHOP + "1001,2026-10-31 09:10,tea,1,10,north\n"
    south = SHOP + "1001,2026-10-31 11:25,tea,2,20,south\n1002,2026-10-31 12:00,tea,1,10,south\n"
    third = SHOP + "1001,2026-10-31 11:25,cake,2,20,south\n1003,2026-10-31 12:00,tea,1,10,south\n"
    alone, first = (set(numbers(file).tolist()) for file in (third, north))
    both = set(numbers(north, south, third).tolist())
    assert len(both) == 4  # 1001 of north, 1001 of south, 1002, 1003
    assert first < both
    assert len(alone & both) == 2  # 1003, and the number 1001 that north keeps


def numbers(*files: str) -> npt.NDArray[np.uint64]:
    table = open_table([file.encode() for file in files], limits=Limits.embedded())
    return read_cube(table, Judge(table, AnalysisParameters())).cube.numbers.digests
