"""Kinds of file beside text and workbooks: web pages, XML, JSON, archives, several files at once."""

import base64
import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from daybook.errors import LimitError, ParameterError, TableError
from daybook.limits import Limits
from tests.table.reading import HEADER, codes_of, opened, rows_of
from tests.table.workbooks import workbook

LAMP = ("2026-10-31", "台灯", "129.00", "3", "华东")
FAN = ("2026-10-31", "Fan", "50.00", "1", "South")
ROWS = [LAMP, FAN]
CSV = "".join(",".join(row) + "\n" for row in (HEADER, *ROWS))


def table_tag(rows: list[tuple[str, ...]], cell: str = "td") -> str:
    body = "".join("<tr>" + "".join(f"<{cell}>{text}</{cell}>" for text in row) + "</tr>" for row in rows)
    return f"<table border=1>{body}</table>"


def page(encoding: str = "utf-8", body: str = "") -> bytes:
    text = (
        f'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv="Content-Type"'
        f' content="text/html; charset={encoding}"><style>td {{mso-number-format:"\\@";}}</style></head><body>'
        f"<script>if (a < b) document.write('<table><tr><td>x</td></tr></table>')</script>"
        f"{body or table_tag([HEADER, *ROWS])}</body></html>"
    )
    return text.encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb2312", "gbk", "utf-16"])
def test_a_web_page_called_xls(encoding: str) -> None:
    assert rows_of(opened(page(encoding))) == ROWS


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_table_without_a_page_around_it(encoding: str) -> None:
    assert rows_of(opened(table_tag([HEADER, *ROWS]).encode(encoding))) == ROWS


def test_spans_entities_and_tables_for_layout_in_a_web_page() -> None:
    body = (
        "<table><tr><td>"
        "<table><tr><td>Home</td><td>Help</td></tr></table></td></tr></table>"
        "<table><thead><tr><th colspan=5>October&nbsp;sales</th></tr>"
        f"<tr>{''.join(f'<th>{name}<br></th>' for name in HEADER)}</tr></thead>"
        '<tr><td rowspan="2">2026-10-31</td><td>A &amp; B</td><td>129.00</td><td>3</td><td>East</td>'
        "<tr><td>Fan</td><td>50.00</td><td>1</td><td>South</td></tr></table>"
    )
    assert rows_of(opened(page(body=body))) == [("2026-10-31", "A & B", "129.00", "3", "East"), FAN]


def test_a_page_saved_as_a_single_file() -> None:
    encoded = base64.encodebytes(page("gb2312")).decode()
    text = f"""MIME-Version: 1.0
X-Document-Type: Workbook
Content-Type: multipart/related; boundary="----=_NextPart_01"

------=_NextPart_01
Content-Location: file:///C:/book.htm
Content-Transfer-Encoding: quoted-printable
Content-Type: text/html; charset="us-ascii"

<html><frameset></frameset></html>
------=_NextPart_01
Content-Location: file:///C:/book.files/sheet001.htm
Content-Transfer-Encoding: base64
Content-Type: text/html; charset="gb2312"

{encoded}
------=_NextPart_01--
"""
    table = opened(text.replace("\n", "\r\n").encode())
    assert rows_of(table) == ROWS
    assert table.layout.kind == "mhtml"


def sheet_xml(rows: str, name: str = "Sheet1", options: str = "") -> str:
    return f'<Worksheet ss:Name="{name}"><Table>{rows}</Table>{options}</Worksheet>'


def xml(sheets: str, encoding: str = "UTF-8") -> bytes:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        f' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">{sheets}</Workbook>'
    )
    return text.encode(encoding)


def row_xml(cells: tuple[tuple[str, str], ...]) -> str:
    return "<Row>" + "".join(f'<Cell><Data ss:Type="{kind}">{text}</Data></Cell>' for kind, text in cells) + "</Row>"


@pytest.mark.parametrize("encoding", ["UTF-8", "GB2312", "UTF-16"])
def test_an_xml_spreadsheet(encoding: str) -> None:
    names = row_xml(tuple(("String", name) for name in HEADER))
    lamp = row_xml(
        (
            ("DateTime", "2026-10-31T00:00:00.000"),
            ("String", "台灯"),
            ("Number", "129"),
            ("Number", "3"),
            ("String", "华东"),
        )
    )
    fan = (
        '<Row ss:Index="5"><Cell><Data ss:Type="DateTime">2026-10-31T08:30:00.000</Data></Cell>'
        '<Cell ss:Index="3"><Data ss:Type="Number">50</Data></Cell><Cell><Data ss:Type="Number">1</Data></Cell></Row>'
    )
    hidden = "<WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions>"
    book = xml(sheet_xml(names + lamp, "old", hidden) + sheet_xml(names + lamp + fan), encoding)
    assert rows_of(opened(book)) == [
        ("2026-10-31", "台灯", "129", "3", "华东"),
        ("2026-10-31T08:30:00", "", "50", "1", ""),
    ]


def test_records_in_xml() -> None:
    orders = "".join(
        "<order>" + "".join(f"<{name}>{cell}</{name}>" for name, cell in zip(HEADER, row, strict=True)) + "</order>"
        for row in ROWS
    )
    assert rows_of(opened(f'<?xml version="1.0"?><export><meta/><orders>{orders}</orders></export>'.encode())) == ROWS


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>',
        b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        b'<?xml version="1.0"?>' + b"<a>" * 100_000,
        b'<?xml version="1.0"?><x>\xff\xfe</x',
        b"<html>" + b"<table>" * 300_000,
        b"<html>" + b"<!--" * 1_000_000,
        b"<html>" + b"<table><tr><td rowspan=99999 colspan=99999>x" * 2_000,
        b"<" * 1_000_000,
        b"[" * 1_000_000,
        b'{"a":' * 500_000,
        b'[{"a":' + b"9" * 1_000_000 + b"}]",
        b"MIME-Version: 1.0\r\n" + b"Content-Type: multipart/related; boundary=x\r\n\r\n" + b"--x\r\n" * 200_000,
    ],
)
@pytest.mark.timeout(30)
def test_markup_made_to_harm_ends_soon_in_a_sentence(data: bytes) -> None:
    with pytest.raises((TableError, LimitError)) as raised:
        rows_of(opened(data))
    assert str(raised.value).endswith(".")


RECORDS: list[dict[str, Any]] = [
    {"Date": "2026-10-31", "Product": "台灯", "Price": 129, "Amount": 3, "Region": "华东"},
    {"Date": "2026-10-31", "Product": "Fan", "Price": 50, "Amount": 1, "Region": "South"},
]
JSON_ROWS = [("2026-10-31", "台灯", "129", "3", "华东"), ("2026-10-31", "Fan", "50", "1", "South")]
JSON: dict[str, Any] = {
    "records": RECORDS,
    "an answer": {"code": 0, "data": {"total": 2, "list": RECORDS}},
    "rows of cells": [list(HEADER), *(list(record.values()) for record in RECORDS)],
    "columns and data": {"columns": list(HEADER), "data": [list(record.values()) for record in RECORDS]},
    "a list a column": {name: [record[name] for record in RECORDS] for name in HEADER},
    "an object a column": {name: {str(i): record[name] for i, record in enumerate(RECORDS)} for name in HEADER},
    "nested": [{"Date": r["Date"], "item": {k: r[k] for k in ("Product", "Price", "Amount")}, "Region": r["Region"]}
               for r in RECORDS],
}  # fmt: skip


@pytest.mark.parametrize("shape", JSON)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_json(shape: str, encoding: str) -> None:
    table = opened(json.dumps(JSON[shape], ensure_ascii=False).encode(encoding))
    assert tuple(table.header) == HEADER
    assert rows_of(table) == JSON_ROWS


def test_a_json_object_a_line() -> None:
    assert rows_of(opened("\n".join(json.dumps(record) for record in RECORDS).encode())) == JSON_ROWS


def test_orders_with_their_lines_in_json() -> None:
    order = {
        "id": 1001,
        "created_at": "2026-10-31T08:00:00Z",
        "total_price": "228.00",
        "region": "East",
        "items": [{"name": "Lamp", "quantity": 1, "price": "129.00"}, {"name": "Fan", "quantity": 1, "price": "99.00"}],
    }
    table = opened(json.dumps([order]).encode())
    rows = [dict(zip(table.header, row, strict=True)) for row in rows_of(table)]
    assert [row["total_price"] for row in rows] == ["228.00", ""]
    assert [row["price"] for row in rows] == ["129.00", "99.00"]
    assert [row["created_at"] for row in rows] == ["2026-10-31T08:00:00Z"] * 2
    assert [row["order id"] for row in rows] == ["1001"] * 2


@pytest.mark.parametrize("text", ['{"message": "not found"}', "[1, 2, 3]", "[]", "{}"])
def test_json_without_records_is_called_that(text: str) -> None:
    with pytest.raises(TableError):
        opened(text.encode())


def archive(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


def test_what_archives_hold_is_read() -> None:
    header = ",".join(HEADER).encode() + b"\n"
    for content in (CSV.encode(), CSV.encode("gb18030"), workbook({"S": [list(HEADER), *map(list, ROWS)]})):
        assert rows_of(opened(archive({"订单/a.csv": content, "__MACOSX/._a.csv": b"\0\1", ".DS_Store": b"x"}))) == ROWS
        assert rows_of(opened(gzip.compress(content, mtime=0))) == ROWS
    two = archive(
        {"a.csv": header + ",".join(LAMP).encode(), "b.csv": header + ",".join(FAN).encode(), "readme.md": b"x"}
    )
    table = opened(two)
    assert rows_of(table) == ROWS
    assert codes_of(table) == {"several_sheets": (None, 2), "other_sheets": (None, 1)}


def test_what_stands_beside_the_sales_in_an_archive_is_passed_over_and_said() -> None:
    prose = "导出于 2026-11-01\n请勿修改\n".encode("gb18030")
    beside = {"说明.txt": prose, "customers.csv": b"Customer,Email\nA,a@b.c\n",
              "empty.csv": b"", "picture.xls": b"\x89PNG\r\n"}  # fmt: skip
    table = opened(archive({**beside, "orders.csv": CSV.encode()}))
    assert rows_of(table) == ROWS
    assert codes_of(table) == {"several_sheets": (None, 1), "other_sheets": (None, 3)}


def locked() -> bytes:
    data = bytearray(archive({"a.csv": CSV.encode()}))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        data[data.index(mark) + (6 if mark[2] == 3 else 8)] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (archive({"a.zip": archive({"b.csv": CSV.encode()})}), "archive"),
        (archive({"a.csv": b"1" * 30_000_000}), "20 MB"),
        (gzip.compress(b"1" * 30_000_000, mtime=0), "20 MB"),
        (gzip.compress(CSV.encode(), mtime=0)[:-12], "damaged"),
        (archive({f"{i}.csv": b"a" for i in range(1_500)}), "1,000 files"),
        (archive({}), "archive"),
        (locked(), "password"),
    ],
)
def test_archives_that_are_not_read_are_told_why(data: bytes, said: str) -> None:
    with pytest.raises((TableError, LimitError), match=said):
        opened(data)


def test_several_files_are_one_table(tmp_path: Path) -> None:
    lamp, fan = (tmp_path / name for name in ("lamp.csv", "fan.xlsx"))
    lamp.write_text("".join(",".join(row) + "\n" for row in (HEADER, LAMP)), "gb18030")
    fan.write_bytes(workbook({"S": [[*HEADER[::-1], "Note"], [*FAN[::-1], "x"]]}))
    table = opened([lamp, fan])
    assert rows_of(table) == ROWS
    assert codes_of(table) == {"several_files": (None, 2)}
    assert rows_of(opened([lamp, lamp.read_bytes()])) == [LAMP]
    with pytest.raises(TableError, match="other columns"):
        opened([lamp, b"Date,Product,Sales\n2026-10-31,x,1\n"])
    with pytest.raises(LimitError):
        opened([lamp, fan], limits=Limits(file_bytes=1_000))
    with pytest.raises(ParameterError):
        opened([])
