"""What people upload by mistake, and what they have to be told: the key words of the sentences.

Of the two workbooks, ``two_sheets.xlsx`` has the sheets 说明 (one cell) and 销售 (three orders of two days), and
``locked.xlsx`` is encrypted with a password to open it.
"""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

WORKBOOKS = Path(__file__).parent / "workbooks"

HEADER = "Date,Product,Price,Amount,Region\n"
ROW = "2023-10-27,键盘,100.00,2,华东\n"
GOOD = (HEADER + ROW + "2023-10-26,鼠标,50.50,1,华南\n").encode()


@dataclass(frozen=True)
class Bad:
    """One mistake."""

    name: str
    data: Callable[[], bytes] | bytes
    kind: str
    """The class of the error, which Dify shows as its type."""
    en: tuple[str, ...]
    """What the English sentence names."""
    zh: tuple[str, ...]
    """What the Chinese sentence names."""
    parameters: dict[str, Any] = field(default_factory=dict)
    filename: str = "sales.csv"

    def make(self) -> bytes:
        """The file's bytes."""
        return self.data if isinstance(self.data, bytes) else self.data()


def _zip(**members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def _table(header: str, *rows: str) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


BAD_FILES = (
    Bad("empty", b"", "TableError", ("empty", "header row"), ("空的", "表头")),
    Bad("blanks", b" \n\n \n", "TableError", ("empty",), ("空的",)),
    Bad(
        "a web page with a .csv name",
        b"<!DOCTYPE html>\n<html><body>Please log in</body></html>",
        "TableError",
        ("web page", "CSV or XLSX"),
        ("网页", "CSV 或 XLSX"),
    ),
    Bad("a PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "TableError", ("PDF", "CSV"), ("PDF", "CSV")),
    Bad("a picture", b"\x89PNG\r\n\x1a\n" + bytes(200), "TableError", ("picture",), ("图片",)),
    Bad("binary data", bytes(range(1, 32)) * 40, "TableError", ("binary", "CSV"), ("二进制", "CSV")),
    Bad("a sentence", "今天的销售额是一百万元。\n".encode(), "TableError", ("date", "columns"), ("date", "列")),
    Bad(
        "a workbook with a password",
        (WORKBOOKS / "locked.xlsx").read_bytes(),
        "TableError",
        ("password", "remove"),
        ("密码", "取消"),
        filename="sales.xlsx",
    ),
    Bad(
        "a damaged workbook",
        (WORKBOOKS / "two_sheets.xlsx").read_bytes()[:3000],
        "TableError",
        ("damaged", "XLSX"),
        ("损坏", "XLSX"),
        filename="sales.xlsx",
    ),
    Bad(
        "an archive without a table",
        _zip(a="1"),
        "TableError",
        ("date", "columns"),
        ("date", "列"),
        filename="sales.xlsx",
    ),
    Bad(
        "a sheet without a table",
        (WORKBOOKS / "two_sheets.xlsx").read_bytes(),
        "TableError",
        ("date", "“这里没有数据”"),
        ("date", "“这里没有数据”"),
        {"sheet": "说明"},
        "sales.xlsx",
    ),
    Bad(
        "no such sheet",
        (WORKBOOKS / "two_sheets.xlsx").read_bytes(),
        "ParameterError",
        ("Sheet9", "“说明”, “销售”"),
        ("Sheet9", "“说明”、“销售”"),
        {"sheet": "Sheet9"},
        "sales.xlsx",
    ),
    Bad("a sheet of a CSV file", GOOD, "ParameterError", ("sheet", "XLSX"), ("工作表", "XLSX"), {"sheet": "销售"}),
    Bad(
        "a column missing",
        _table("Date,Product,Region", "2023-10-27,键盘,华东"),
        "TableError",
        ("no column for sales", "“Date”, “Product”", "columns parameter"),
        ("缺少销售额（sales）列", "“Date”、“Product”", "列映射"),
    ),
    Bad(
        "days and months that cannot be told apart",
        _table("Date,Product,Price,Amount", "01/02/2023,键盘,100,1", "03/04/2023,鼠标,50,3"),
        "QuestionError",
        ("date format", "%d/%m/%Y"),
        ("日期格式", "%d/%m/%Y"),
    ),
    Bad(
        "one name twice",
        _table("Date,Product,Price,Price,Amount,Region", "2023-10-27,键盘,1,2,1,华东", "2023-10-27,鼠标,3,7,1,华东"),
        "QuestionError",
        ("2 columns named “Price”", "rename"),
        ("2 列都叫 “Price”", "只保留一列"),
    ),
    Bad(
        "a mapping to a column that is not there",
        GOOD,
        "ParameterError",
        ("Date", "“下单时间”", "“Region”"),
        ("Date", "“下单时间”", "“Region”"),
        {"columns": "Date=下单时间"},
    ),
    Bad(
        "a mapping of a field that is none",
        GOOD,
        "ParameterError",
        ("“Weather”", "date, time, product"),
        ("“Weather”", "日期（date）、时间（time）"),
        {"columns": {"Weather": "Region"}},
    ),
    Bad(
        "a mapping that is none",
        GOOD,
        "ParameterError",
        ("columns parameter", "Date=Order time"),
        ("列映射", "Date=下单时间"),
        {"columns": "please use the usual names"},
    ),
    Bad(
        "no date in any row",
        _table(HEADER.strip(), "tomorrow,键盘,1,1,华东", "13/45/2023,鼠标,1,1,华东"),
        "TableError",
        ("No row", "date", "2023-10-27", "format"),
        ("没有一行", "日期", "2023-10-27", "格式"),
    ),
    Bad(
        "no row for the day asked",
        GOOD,
        "TableError",
        ("2023-11-01", "2023-10-26 to 2023-10-27"),
        ("2023-11-01", "2023-10-26 至 2023-10-27"),
        {"date": "2023年11月1日"},
    ),
    Bad(
        "a date that is none",
        GOOD,
        "ParameterError",
        ("2023-02-30", "2023-10-27"),
        ("2023-02-30", "日期"),
        {"date": "2023-02-30"},
    ),
    Bad("a date in words", GOOD, "ParameterError", ("someday",), ("someday",), {"date": "someday"}),
    Bad("no date format", GOOD, "ParameterError", ("%d/%m/%Y",), ("%d/%m/%Y",), {"date_format": "DD.MM.YYYY"}),
    Bad("a top_n of 0", GOOD, "ParameterError", ("Top N", "1 to 30"), ("排行条数", "1 到 30"), {"top_n": 0}),
    Bad("a top_n of 31", GOOD, "ParameterError", ("Top N is “31”",), ("31",), {"top_n": "31"}),
    Bad("half a top_n", GOOD, "ParameterError", ("Top N is “2.5”",), ("2.5",), {"top_n": 2.5}),
    Bad("a top_n in words", GOOD, "ParameterError", ("many",), ("many",), {"top_n": "many"}),
    Bad(
        "a ragged file",
        _table(HEADER.strip(), ROW.strip(), "2023-10-27,键盘,黑色,100.00,2,华东,新"),
        "TableError",
        ("Row 2", "more cells", "double quotes"),
        ("第 2 行", "单元格数", "双引号"),
    ),
    Bad(
        "a quote that is never closed",
        _table(HEADER.strip(), '2023-10-27,"键盘,100.00,2,华东', *[ROW.strip()] * 50),
        "TableError",
        ("quote", "closed"),
        ("引号",),
    ),
    Bad(
        "an unknown encoding",
        HEADER.encode() + b"2023-10-27,\xff\xfe\x80\x81,1,1,\x80\n",
        "TableError",
        ("UTF-8", "GB18030"),
        ("UTF-8", "GB18030"),
    ),
    Bad(
        "a cell of ten million characters",
        (HEADER + f"2023-10-27,{'k' * 10_000_000},1,1,华东\n").encode,
        "LimitError",
        ("32,767",),
        ("32,767",),
    ),
    Bad(
        "300 columns",
        _table(HEADER.strip() + "," + ",".join(f"extra {n}" for n in range(295)), ROW.strip() + "," * 295),
        "LimitError",
        ("300 columns", "256"),
        ("300 列", "256"),
    ),
    Bad(
        "more bytes than are read here",
        lambda: GOOD + b"\n" * 20_000_000,
        "LimitError",
        ("20 MB", "analysis service"),
        ("20 MB", "分析服务"),
    ),
    Bad(
        "more rows than are read here",
        (HEADER + "2023-10-27,a,1,1,b\n" * 500_001).encode,
        "LimitError",
        ("500,000 rows", "analysis service"),
        ("500,000 行", "分析服务"),
    ),
)
