"""Workbooks made by hand, byte by byte: honest small ones of all four kinds, and hostile ones."""

import io
import random
import struct
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from daybook.limits import MIB

CASES = Path(__file__).parents[1] / "cases" / "files"
HEADER = ("Date", "Product", "Price", "Amount", "Region")
ROW = ("2023-10-27", "键盘", 100.0, 2.0, "华东")

type Cell = str | float


def zipped(parts: Mapping[str, str | bytes], padding: int = 0) -> bytes:
    """A ZIP file with these parts, the last with so many mebibytes of blanks behind it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            with archive.open(name, "w") as part:
                part.write(content.encode() if isinstance(content, str) else content)
                for _ in range(padding if name == list(parts)[-1] else 0):
                    part.write(b" " * MIB)
    return buffer.getvalue()


def mutated(data: bytes, seed: int) -> bytes:
    """The same with a few bytes or stretches of it otherwise: of a ZIP file, mostly within one of its parts."""
    chance = random.Random(seed)  # noqa: S311  the same at every run
    if not data.startswith(b"PK") or not chance.randrange(4):
        return _altered(data, chance)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(list(parts))
    return zipped({**parts, name: _altered(parts[name], chance)})


def _altered(data: bytes, chance: random.Random) -> bytes:
    altered = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        place = chance.randrange(len(altered) + 1)
        other = chance.randrange(len(altered) + 1)
        match chance.randrange(5):
            case 0:
                altered[place : place + 1] = chance.randbytes(1)
            case 1:
                altered[place : place + 4] = chance.choice([b"\xff\xff\xff\xff", bytes(4), b"\xff\xff\xff\x7f"])
            case 2:
                del altered[place : place + chance.randrange(64)]
            case 3:
                altered[place:place] = altered[other : other + chance.randrange(64)]
            case _:
                altered[place : place + 1] = chance.choice([b"9999999999", b"-1", b'"', b"<", b"ZZZ", b"\xf0\x9f"])
    return bytes(altered)


# --- XLSX ---------------------------------------------------------------------------------------------------------


def xlsx(cells: str, strings: str = "", padding: int = 0) -> bytes:
    """An XLSX whose only sheet holds ``cells`` and whose shared texts are ``strings``, both as XML."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "_rels/.rels": "<Relationships"
            ' xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": "<Relationships"
            ' xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
            "xl/sharedStrings.xml": f'<sst xmlns="{main}">{strings}</sst>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
        },
        padding,
    )


def xlsx_row(number: int, values: Iterable[Cell]) -> str:
    """A row of cells, as XML."""
    cells = (
        f'<c r="{chr(65 + column)}{number}" t="inlineStr"><is><t>{value}</t></is></c>'
        if isinstance(value, str)
        else f'<c r="{chr(65 + column)}{number}"><v>{value}</v></c>'
        for column, value in enumerate(values)
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


XLSX_TABLE = xlsx_row(1, HEADER) + xlsx_row(2, ROW)

# --- XLSB ---------------------------------------------------------------------------------------------------------


def _record(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([(kind & 0x7F) | 0x80, kind >> 7])
    size, left = b"", len(body)
    while True:
        size += bytes([left & 0x7F | (0x80 if left > 0x7F else 0)])
        left >>= 7
        if not left:
            return head + size + body


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb_row(row: int, values: Mapping[int, Cell | int]) -> bytes:
    """A row of cells by column; an ``int`` refers to a shared text."""
    cells = [_record(0, struct.pack("<I", row) + bytes(13))]
    for column, value in values.items():
        head = struct.pack("<II", column, 0)
        match value:
            case str():
                cells.append(_record(6, head + _wide(value)))
            case int():
                cells.append(_record(7, head + struct.pack("<I", value)))
            case _:
                cells.append(_record(5, head + struct.pack("<d", value)))
    return b"".join(cells)


def xlsb(rows: bytes, texts: Iterable[str] = ()) -> bytes:
    """An XLSB whose only sheet holds ``rows``."""
    texts = list(texts)
    sheet = [_record(129), _record(148, struct.pack("<IIII", 0, 1, 0, 4)), _record(145), rows, _record(146)]
    shared = [_record(159, struct.pack("<II", len(texts), len(texts)))]
    shared += [_record(19, b"\x00" + _wide(text)) for text in texts]
    bundle = struct.pack("<II", 0, 1) + _wide("rId1") + _wide("S")
    return zipped(
        {
            "xl/workbook.bin": b"".join([_record(156, bundle), _record(144), _record(157)]),
            "xl/_rels/workbook.bin.rels": '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.bin"/>'
            "</Relationships>",
            "xl/sharedStrings.bin": b"".join([*shared, _record(160)]),
            "xl/worksheets/sheet1.bin": b"".join([*sheet, _record(130)]),
        }
    )


XLSB_TABLE = xlsb_row(0, dict(enumerate(HEADER))) + xlsb_row(1, dict(enumerate(ROW)))

# --- XLS ----------------------------------------------------------------------------------------------------------


def _biff(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def xls_text(row: int, column: int, text: str) -> bytes:
    """A cell with a text of its own."""
    return _biff(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))


def xls_number(row: int, column: int, value: float) -> bytes:
    """A cell with a number."""
    return _biff(0x0203, struct.pack("<HHHd", row, column, 0, value))


def xls_shared(row: int, column: int, index: int) -> bytes:
    """A cell that refers to a shared text."""
    return _biff(0x00FD, struct.pack("<HHHI", row, column, 0, index))


def xls(cells: bytes, shared: Iterable[str] = (), dimensions: bytes = b"") -> bytes:
    """An XLS whose only sheet holds ``cells``; each shared text must fit into one record."""
    texts = [struct.pack("<HB", len(text), 1) + text.encode("utf-16-le") for text in shared]
    table = _biff(0x00FC, struct.pack("<II", len(texts), len(texts)) + b"".join(texts)) if texts else b""
    begin = _biff(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    name = struct.pack("<IBBBB", 0, 0, 0, 1, 0) + b"S"
    globals_size = len(begin) + len(_biff(0x0085, name)) + len(table) + len(_biff(0x000A))
    head = begin + _biff(0x0085, struct.pack("<I", globals_size) + name[4:]) + table + _biff(0x000A)
    return _compound(head + begin + dimensions + cells + _biff(0x000A))


def _compound(stream: bytes) -> bytes:
    """A compound file with ``stream`` as its Workbook (MS-CFB): header, FAT, directory, data."""
    stream += bytes(max(0, 4096 - len(stream)))
    sectors = -(-len(stream) // 512)
    tables = -(-(sectors + 2) // 127)
    chain = [0xFFFFFFFD] * tables + [0xFFFFFFFE] + list(range(tables + 2, tables + 1 + sectors)) + [0xFFFFFFFE]
    chain += [0xFFFFFFFF] * (tables * 128 - len(chain))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, tables, tables, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", *(list(range(tables)) + [0xFFFFFFFF] * (109 - tables)))

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        title = name.encode("utf-16-le")
        body = title + bytes(64 - len(title)) + struct.pack("<HBB", len(title) + 2 if name else 0, kind, 1)
        return body + struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36) + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, tables + 1, len(stream))
    directory += entry("", 0, 0xFFFFFFFF, 0, 0) * 2
    return header + struct.pack(f"<{len(chain)}I", *chain) + directory + stream + bytes(-len(stream) % 512)


XLS_TABLE = b"".join(
    xls_text(row, column, value) if isinstance(value, str) else xls_number(row, column, float(str(value)))
    for row, values in enumerate((HEADER, ROW))
    for column, value in enumerate(values)
)

# --- ODS ----------------------------------------------------------------------------------------------------------


def ods(rows: str) -> bytes:
    """An ODS whose only sheet holds ``rows``, as XML."""
    spaces = "".join(
        f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in {"office": "office", "table": "table", "text": "text"}.items()
    )
    body = f'<office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet>'
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"<office:document-content{spaces}><office:body>{body}</office:body>"
            "</office:document-content>",
            "META-INF/manifest.xml": "<manifest:manifest/>",
        }
    )


def ods_row(values: Iterable[Cell], times: int = 1) -> str:
    """A row of cells, as XML."""
    cells = (
        f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
        if isinstance(value, str)
        else f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        for value in values
    )
    repeated = f' table:number-rows-repeated="{times}"' if times > 1 else ""
    return f"<table:table-row{repeated}>{''.join(cells)}</table:table-row>"


ODS_TABLE = ods_row(HEADER) + ods_row(ROW)

HONEST = {"xlsx": xlsx(XLSX_TABLE), "xlsb": xlsb(XLSB_TABLE), "xls": xls(XLS_TABLE), "ods": ods(ODS_TABLE)}
"""One order in each of the four."""

_LONG = "x" * 32_000
_FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'

HOSTILE = {
    "xlsx: a cell far away": xlsx(XLSX_TABLE + _FAR),
    "xlsx: two cells in the corners": xlsx('<row r="1"><c r="A1"><v>1</v></c></row>' + _FAR),
    "xlsx: a row that contradicts its cells": xlsx(XLSX_TABLE + '<row r="3"><c r="XFD1048576"><v>1</v></c></row>'),
    "xlsx: prefixed names": xlsx(
        XLSX_TABLE + '<x:row r="1048576" xmlns:x="x"><x:c t="n" r = \'XFD1048576\'><x:v>1</x:v></x:c></x:row>'
    ),
    "xlsx: a column that overflows": xlsx(XLSX_TABLE + '<row r="3"><c r="ZZZZZZZZZZ3"><v>1</v></c></row>'),
    "xlsx: a row that overflows": xlsx(XLSX_TABLE + '<row r="3"><c r="A99999999999"><v>1</v></c></row>'),
    "xlsx: a row number that overflows": xlsx(XLSX_TABLE + '<row r="4294967296999"><c><v>1</v></c></row>'),
    "xlsx: a row without a reference": xlsx(
        XLSX_TABLE + "<row>" + "<c><v>1</v></c>" * 16_000 + "</row>" + "<row><c><v>1</v></c></row>" * 20_000
    ),
    "xlsx: row zero": xlsx('<row r="0"><c r="A0"><v>1</v></c></row>' + XLSX_TABLE),
    "xlsx: a long text that many cells share": xlsx(
        XLSX_TABLE
        + "".join(
            f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c><c r="B{row}" t="s"><v>0</v></c></row>'
            for row in range(3, 50_003)
        ),
        f"<si><t>{_LONG}</t></si>",
    ),
    "xlsx: an index past the shared texts": xlsx(XLSX_TABLE + '<row r="3"><c r="A3" t="s"><v>999</v></c></row>'),
    "xlsx: a sheet that unfolds without end": xlsx(XLSX_TABLE, padding=450),
    "xlsb: a cell far away": xlsb(XLSB_TABLE + xlsb_row(1_048_575, {16_383: 1.0})),
    "xlsb: a column that overflows": xlsb(XLSB_TABLE + xlsb_row(3, {0xFFFFFFFF: 1.0})),
    "xlsb: a long text that many cells share": xlsb(
        XLSB_TABLE + b"".join(xlsb_row(row, {0: 0, 1: 0}) for row in range(2, 50_000)), [_LONG]
    ),
    "xlsb: an index past the shared texts": xlsb(XLSB_TABLE + xlsb_row(3, {0: 999})),
    "xls: a cell far away": xls(XLS_TABLE + xls_number(65_535, 65_535, 1.0)),
    "xls: room for more cells than there are": xls(
        XLS_TABLE, dimensions=_biff(0x0200, struct.pack("<IIHHH", 0, 0x7FFFFFFF, 0, 0xFFFF, 0))
    ),
    "xls: dimensions that end before they begin": xls(
        XLS_TABLE, dimensions=_biff(0x0200, struct.pack("<IIHHH", 9, 1, 9, 1, 0))
    ),
    "xls: a long text that many cells share": xls(
        XLS_TABLE + b"".join(xls_shared(row, 0, 0) + xls_shared(row, 1, 0) for row in range(2, 40_000)), ["x" * 4000]
    ),
    "ods: cells that stand for many": ods(
        ODS_TABLE + '<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
        ' table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row>'
    ),
    "ods: a text that many cells show": ods(ODS_TABLE + ods_row([_LONG], 500_000)),
    "ods: spaces without end": ods(
        ODS_TABLE + '<table:table-row><table:table-cell office:value-type="string"><text:p><text:s'
        ' text:c="4000000000"/></text:p></table:table-cell></table:table-row>'
    ),
    "zip: an empty archive": zipped({}),
    "zip: a directory that is cut off": HONEST["xlsx"][:-30],
    "zip: a directory that points nowhere": HONEST["xlsx"][:-6] + b"\xff\xff\xff\x7f" + HONEST["xlsx"][-2:],
    "zip: a size that is a lie": HONEST["xlsx"].replace(
        struct.pack("<I", len(zipfile.ZipFile(io.BytesIO(HONEST["xlsx"])).read("xl/worksheets/sheet1.xml"))),
        struct.pack("<I", 100),
    ),
    "zip: a deflated stream that is none": HONEST["xlsx"].replace(b"PK\x03\x04", b"PK\x03\x04", 1)[:60]
    + bytes(200)
    + HONEST["xlsx"][260:],
}
"""Files of a few kilobytes to two megabytes, each made to take what it does not show."""
