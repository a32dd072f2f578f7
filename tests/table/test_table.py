"""What a sales file may look like, and what is said of one that cannot be read."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from daybook.errors import DaybookError, LimitError, ParameterError, TableError
from daybook.language import Language
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.pipeline import analyze
from daybook.report import SalesReport
from daybook.table.blocks import BLOCK_BYTES
from difykit.runner import FileServer
from tests.table.workbooks import locked_workbook, workbook

ROWS = (
    ("2023-10-26", "手机壳", "39.90", "2", "华东"),
    ("2023-10-27", "数据线", "19.90", "3", "华南"),
    ("2023-10-27", "手机壳", "39.90", "1", "华东"),
)
HEADER = ("Date", "Product", "Price", "Amount", "Region")


def text(header: tuple[str, ...] = HEADER, separator: str = ",", rows: tuple[tuple[str, ...], ...] = ROWS) -> str:
    return "".join(separator.join(row) + "\n" for row in (header, *rows))


def check(report: SalesReport) -> None:
    assert report.analysis_date == dt.date(2023, 10, 27)
    assert report.summary.total_sales == 99.6
    assert report.summary.total_orders == 2
    assert [product.product for product in report.top_products] == ["数据线", "手机壳"]
    assert [region.region for region in report.regions] == ["华南", "华东"]
    assert report.previous_day is not None
    assert report.previous_day.sales_change == 19.8
    assert report.previous_day.sales_change_percent == 24.81


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_text_in_every_encoding_and_with_every_separator(encoding: str, separator: str, newline: str) -> None:
    check(analyze(text(separator=separator).replace("\n", newline).encode(encoding)))


def test_lines_that_end_in_a_carriage_return_alone() -> None:
    check(analyze(text().replace("\n", "\r").encode()))


def test_a_file_without_a_last_newline_and_with_blank_lines_around() -> None:
    check(analyze(("\n\n" + text().replace("\n", "\n\n").rstrip()).encode()))


def test_a_path_is_read_as_its_bytes_are(tmp_path: Path) -> None:
    file = tmp_path / "sales.csv"
    file.write_text(text(), encoding="gb18030")
    check(analyze(file))


def test_a_url_is_read_as_its_bytes_are() -> None:
    with FileServer() as files:
        check(analyze(files.add(text().encode("gb18030"), "sales.csv")["url"]))


def test_gb18030_that_looks_like_utf_8_for_long() -> None:
    ascii_rows = (("2023-10-26", "a", "1", "1", "b"),) * 30_000
    report = analyze(text(rows=(*ascii_rows, *ROWS)).encode("gb18030"))
    assert [product.product for product in report.top_products] == ["数据线", "手机壳"]
    assert report.previous_day is not None
    assert report.previous_day.total_orders == 30_001


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_large_file_is_read_ahead_with_the_same_outcome(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    rows = tuple(
        ("2023-10-27", f"商品“{index % 60}”, {index % 7}", f"{index % 900}.5", str(index % 40 - 3), "华东")
        for index in range(220_000)
    )
    quoted = text(rows=tuple((day, f'"{name}"', *rest) for day, name, *rest in rows)).encode(encoding)
    broken = quoted + b"2023-10-27,a,1,1,b,c\n"
    assert len(quoted) > 2 * BLOCK_BYTES

    def outcomes(threads: int) -> tuple[SalesReport, str]:
        limits = Limits(parse_threads=threads)
        with pytest.raises(TableError) as refused:
            analyze(broken, limits=limits)
        return analyze(quoted, limits=limits), str(refused.value)

    monkeypatch.setattr("daybook.table.delimited._LARGE_BYTES", 0)
    in_turn = outcomes(1)
    assert outcomes(2) == in_turn
    assert "220,001" in in_turn[1]


def test_workbook_cells_are_read_as_a_person_typed_them() -> None:
    rows: list[list[Any]] = [
        [
            dt.datetime(2023, 10, 26, 8, 30),  # noqa: DTZ001  a cell has no zone
            "手机壳",
            39.9,
            2,
            "华东",
        ],
        [dt.date(2023, 10, 27), "数据线", 19.9, 3.0, "华南"],
        ["2023/10/27", "手机壳", "39.90", "1", "华东"],
        [None, None, None, None, None],
    ]
    check(analyze(workbook({"Sheet1": [list(HEADER), *rows]})))


def test_a_named_sheet_and_a_name_that_is_not_there() -> None:
    book = workbook({"说明": [["read me"]], "销售": [list(HEADER), *map(list, ROWS)]})
    check(analyze(book, AnalysisParameters(sheet="销售")))
    with pytest.raises(ParameterError) as raised:
        analyze(book, AnalysisParameters(sheet="Sheet9"))
    assert "“说明”, “销售”" in str(raised.value)


def test_numbers_in_a_text_column_of_a_workbook_stay_text() -> None:
    rows = [["2023-10-27", "001", 5, 1, "A"], ["2023-10-27", 1, 4, 1, 2.5]]
    report = analyze(workbook({"Sheet1": [list(HEADER), *rows]}))
    assert [product.product for product in report.top_products] == ["001", "1"]
    assert [region.region for region in report.regions] == ["A", "2.5"]


def test_names_stay_text() -> None:
    names = ("001", "1", "1.0", "None", "nan", "NA", "null", "True", "１")
    rows = tuple(("2023-10-27", name, "1", "1", name) for name in names)
    report = analyze(text(rows=rows).encode(), AnalysisParameters(top_n=30))
    assert [product.product for product in report.top_products] == sorted(names)
    assert [region.region for region in report.regions] == sorted(names)


ALIASES = {
    "Date": (
        "date", "order date", "order time", "order datetime", "sale date", "sales date", "sold at", "transaction date",
        "日期", "订单日期", "订单时间", "下单日期", "下单时间", "销售日期", "销售时间", "交易日期", "业务日期",
        "单据日期",
    ),
    "Product": (
        "product", "product name", "item", "item name", "goods", "goods name",
        "产品", "产品名称", "产品名", "商品", "商品名称", "商品名", "货品", "货品名称", "品名",
    ),
    "Price": (
        "price", "unit price", "sale price", "sales price", "selling price",
        "价格", "单价", "销售单价", "商品单价", "产品单价", "销售价", "销售价格", "售价", "成交价", "成交单价",
    ),
    "Amount": (
        "amount", "quantity", "qty", "units", "units sold", "quantity sold",
        "数量", "销量", "销售数量", "销售量", "购买数量", "订购数量", "商品数量", "产品数量", "件数",
    ),
    "Region": (
        "region", "area", "province", "sales region", "sales area",
        "地区", "区域", "省份", "省", "大区", "销售地区", "销售区域", "所属地区", "所属区域", "所在地区", "收货省份",
    ),
}  # fmt: skip
"""The usual names of the documented five columns."""


@pytest.mark.parametrize("alias", [(field, alias) for field, aliases in ALIASES.items() for alias in aliases])
def test_every_alias_in_any_case_and_with_blanks(alias: tuple[str, str]) -> None:
    field, name = alias
    header = tuple(f"  {name.upper()} " if column == field else column for column in HEADER)
    check(analyze(text(header).encode()))


@pytest.mark.parametrize("price", ["单价(元)", "单价（元）", "Unit_Price", "unit-price", "ＰＲＩＣＥ"])
def test_units_and_width_in_a_header_do_not_matter(price: str) -> None:
    check(analyze(text(("Date", "Product", price, "Amount", "Region")).encode()))


def test_other_columns_are_passed_over() -> None:
    header = ("订单号", "日期", "商品名称", "备注", "单价", "数量", "库位", "省份")
    rows = tuple((f"NO{i}", d, p, "", pr, a, "9", r) for i, (d, p, pr, a, r) in enumerate(ROWS))
    check(analyze(text(header, rows=rows).encode()))


def test_a_mapping_wins_over_the_usual_names() -> None:
    header = ("Date", "Product", "Price", "Amount", "Region", "实付单价")
    rows = tuple((*row[:2], "1", *row[3:], row[2]) for row in ROWS)
    check(analyze(text(header, rows=rows).encode(), AnalysisParameters(columns={"Price": "实付单价"})))
    check(analyze(text(header, rows=rows).encode(), AnalysisParameters(columns={"单价": " 实付单价 "})))


def test_trailing_separators_and_short_rows_are_no_error() -> None:
    check(analyze(text().replace("\n", ",\n").encode()))
    check(analyze((text() + "2023-10-20,x\n").encode()))


def test_a_named_date_format_is_the_only_one() -> None:
    rows = tuple((dt.date.fromisoformat(row[0]).strftime("%d.%m.%Y"), *row[1:]) for row in ROWS)
    check(analyze(text(rows=rows).encode(), AnalysisParameters(date_format="%d.%m.%Y")))
    with pytest.raises(ParameterError):
        analyze(text().encode(), AnalysisParameters(date_format="%H:%M"))


def test_a_header_without_rows_has_no_data() -> None:
    report = analyze(text(rows=()).encode())
    assert not report.has_data
    assert report.analysis_date is None
    assert report.summary.total_orders == 0
    day = dt.date(2023, 10, 27)
    assert analyze(text(rows=()).encode(), AnalysisParameters(date=day)).analysis_date == day


def test_the_key_names_the_figures() -> None:
    data = text().encode()
    key = analyze(data).report_key
    assert key.startswith("2023-10-27-")
    assert analyze(data, AnalysisParameters(language=Language.ENGLISH, top_n=1)).report_key == key
    assert analyze(data.decode().encode("utf-16")).report_key == key
    assert analyze(data.replace(b"19.90,3", b"19.90,4")).report_key != key
    assert analyze(data.replace(b"39.90,2", b"39.90,1")).report_key != key
    assert analyze(data.replace("华南".encode(), "华北".encode())).report_key != key


def archive(name: str, size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, b"\0" * size)
    return out.getvalue()


BAD: dict[str, tuple[Callable[[], bytes], type[DaybookError], str, str]] = {
    "empty": (lambda: b"", TableError, "is empty", "文件是空的"),
    "blank": (lambda: b" \n\n", TableError, "is empty", "文件是空的"),
    "byte order mark alone": (lambda: b"\xef\xbb\xbf\n", TableError, "is empty", "文件是空的"),
    "web page": (lambda: b"<!DOCTYPE html><html><body>login</body></html>", TableError, "web page", "网页"),
    "PDF": (lambda: b"%PDF-1.7 ...", TableError, "PDF", "PDF"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n\0\0\0", TableError, "picture", "图片"),
    "bytes": (lambda: bytes(range(1, 32)) * 40, TableError, "binary", "二进制"),
    "archive": (lambda: archive("readme.txt", 10), TableError, "is empty", "文件是空的"),
    "damaged archive": (lambda: archive("a.csv", 10)[:-20], TableError, "damaged", "损坏"),
    "locked": (locked_workbook, TableError, "password", "密码"),
    "zip bomb": (lambda: archive("xl/workbook.xml", 500_000_000), LimitError, "unfolds", "解压"),
    "no text": (lambda: text().encode("gb18030") + bytes(range(128, 256)) * 40 + b"\n", TableError, "UTF-8", "编码"),
    "prose": (lambda: b"Dear team,\nplease find attached\n", TableError, "no column for date, sales", "缺少"),
    "missing column": (lambda: text(("Date", "Product", "Cost", "Colour", "Region")).encode(), TableError,
                       "“Cost”", "“Cost”"),
    "two candidates": (lambda: text(("Date", "Product", "Price", "数量", "销量"),
                                     rows=(("2023-10-27", "a", "1", "2", "3"),)).encode(), TableError,
                       "“数量”, “销量”", "“数量”、“销量”"),
    "same name twice": (lambda: text(("Date", "Product", "Price", "Price", "Region")).encode(), TableError,
                        "2 columns named “Price”", "2 列都叫 “Price”"),
    "no date": (lambda: text(rows=(("today", "a", "1", "1", "b"), ("", "a", "1", "1", "b"))).encode(), TableError,
                "No row has a readable date", "没有一行的日期"),
    "ragged": ((text() + "2023-10-27,1,199.00,2,华东,华南\n").encode, TableError,
               "Row 4 below", "第 4 行"),
    "ragged beside other columns": (
        lambda: text((*HEADER, "备注"), rows=tuple((*row, "") for row in ROWS)).encode()
        + b"2023-10-27,a,1,199.00,2,c,d\n", TableError, "Row 4 below", "第 4 行"),
    "very ragged": ((text() + "2023-10-27,a,b,c,d,e,f,g,h\n").encode, TableError, "Row 4", "第 4 行"),
    "open quote": ((text() + '2023-10-27,"礼盒\n2023-10-27,手机壳\n').encode, TableError,
                   "near row 4 below", "第 4 行附近"),
    "300 columns": (lambda: ",".join([*HEADER, *(f"c{i}" for i in range(295))]).encode() + b"\n", LimitError,
                    "300 columns", "300 列"),
    "long cell": ((text() + f"2023-10-27,{'x' * 10_000_000},1,1,a\n").encode, LimitError,
                  "Row 4".lower(), "第 4 行"),
    "long cell in quotes": ((text() + '2023-10-27,"' + "x\n" * 5_000_000 + '",1,1,a\n').encode, TableError,
                            "near row 4", "第 4 行"),
    "long header": (lambda: b"Date,Product," + b"x" * 10_000_000, LimitError, "32,767", "32,767"),
    "too many bytes": (lambda: b"x" * 20_000_001, LimitError, "20 MB", "20 MB"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_file_that_cannot_be_read_is_told_in_one_sentence(case: str) -> None:
    make, kind, english, chinese = BAD[case]
    with pytest.raises(DaybookError) as raised:
        analyze(make())
    assert isinstance(raised.value, kind)
    for language, expected in ((Language.ENGLISH, english), (Language.CHINESE, chinese)):
        sentence = raised.value.sentence(language)
        assert expected.lower() in sentence.lower()
        assert sentence.endswith((".", "。"))
        assert "\n" not in sentence
        assert len(sentence) < 400
        assert "{" not in sentence


def test_too_many_rows_names_the_service() -> None:
    with pytest.raises(LimitError) as raised:
        analyze(text().encode(), limits=Limits(rows=2))
    assert "2 rows" in str(raised.value)
    assert "analysis service" in str(raised.value)
    analyze(text().encode(), limits=Limits(rows=3))


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"Price": "成交额"}, "“成交额”, which the file does not have"),
        ({"Colour": "Price"}, "“Colour”, which is no column"),
        ({"Price": "Amount", "Amount": "Amount"}, "both price and quantity"),
    ],
)
def test_a_mapping_that_has_no_sense(columns: dict[str, str], expected: str) -> None:
    with pytest.raises(ParameterError) as raised:
        analyze(text().encode(), AnalysisParameters(columns=columns))
    assert expected in str(raised.value)


def test_no_row_for_the_asked_day() -> None:
    with pytest.raises(TableError) as raised:
        analyze(text().encode(), AnalysisParameters(date=dt.date(2023, 11, 1)))
    assert "2023-11-01" in str(raised.value)
    assert "2023-10-26 to 2023-10-27" in str(raised.value)


def test_the_asked_day_and_its_day_before() -> None:
    report = analyze(text().encode(), AnalysisParameters(date=dt.date(2023, 10, 26)))
    assert report.summary.total_sales == 79.8
    assert report.previous_day is None


def test_ties_are_ordered_by_name() -> None:
    rows = tuple(("2023-10-27", name, "1", "1", name) for name in ("c", "a", "b"))
    report = analyze(text(rows=rows).encode())
    assert [product.product for product in report.top_products] == ["a", "b", "c"]
    assert [region.region for region in report.regions] == ["a", "b", "c"]


def test_a_day_of_refunds_and_a_day_of_nothing() -> None:
    refunds = analyze(text(rows=(("2023-10-27", "a", "-5", "2", "b"), ("2023-10-27", "c", "x", "1", "b"))).encode())
    assert refunds.summary.total_sales == -10
    assert refunds.quality.refunds == 1
    assert refunds.quality.refund_sales == -10
    assert {product.product: product.average_price for product in refunds.top_products} == {"a": -5, "c": None}
    nothing = analyze(text(rows=(("2023-10-27", "a", "0", "2", "b"),)).encode())
    assert nothing.summary.total_sales == 0
    assert nothing.regions[0].share is None
