"""`document`: rows as a web page, as XML or a mail named .xls, as an open document, as JSON."""

import datetime as dt
import html
import io
import json
import quopri
import zipfile
from random import Random

from tests.cases.generated.layout import Laid
from tests.cases.generated.rows import Count, Money, Rows, Value
from tests.cases.generated.style import UNTYPED, DateStyle, NumberStyle
from tests.cases.generated.texts import Written
from tests.cases.generated.workbooks import text_of


def document(random: Random, laid: Laid, numbers: NumberStyle, dates: DateStyle) -> Written:
    """The table in one of the kinds of file that are neither CSV nor XLSX."""
    kind = random.choice(("html", "html", "mhtml", "xml 2003", "ods", "json", "json"))
    if kind in ("html", "mhtml"):
        return web_page([[text_of(cell, numbers, dates) for cell in row] for row in laid.rows], mail=kind == "mhtml")
    if kind == "xml 2003":
        return xml_2003(laid.rows, numbers, dates)
    if kind == "ods" or laid.features:
        return open_document(laid.rows, numbers, dates)
    return json_records(random, laid, numbers, dates)


def web_page(rows: list[list[str]], *, mail: bool) -> Written:
    """A table of a web page, which many a program calls a workbook."""
    lines = ["".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows]
    table = "".join(f"<tr>{line}</tr>\n" for line in lines)
    head = '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="utf-8"></head><body>'
    page = f"{head}<table border=1>{table}</table></body></html>".encode()
    if not mail:
        return Written(page, ("html",))
    return Written(
        b'MIME-Version: 1.0\nX-Document-Type: Workbook\nContent-Type: multipart/related; boundary="--x"\n\n----x\n'
        b"Content-Location: file:///C:/x.htm\nContent-Transfer-Encoding: quoted-printable\n"
        b'Content-Type: text/html; charset="utf-8"\n\n' + quopri.encodestring(page) + b"\n----x--\n",
        ("mhtml",),
    )


def open_document(rows: Rows, numbers: NumberStyle, dates: DateStyle) -> Written:
    """A sheet as LibreOffice saves it."""
    lines = []
    for row in rows:
        cells = [_open_cell(value, numbers, dates) for value in row]
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    spaces = "".join(f' xmlns:{short}="{names}{short}:1.0"' for short in ("office", "table", "text"))
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Sheet1">{"".join(lines)}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"></manifest:manifest>'
    )
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return Written(into.getvalue(), ("ods",))


def _open_cell(value: Value, numbers: NumberStyle, dates: DateStyle) -> str:
    text = html.escape(text_of(value, numbers, dates))
    if not text:
        return "<table:table-cell/>"
    kind = 'office:value-type="string"'
    if isinstance(value, Money | Count):
        figure = value.value * (numbers.factor if isinstance(value, Money) else 1)
        kind = f'office:value-type="float" office:value="{figure:f}"'
    elif isinstance(value, dt.datetime) and dates.name not in UNTYPED:
        kind = f'office:value-type="date" office:date-value="{value:%Y-%m-%dT%H:%M:%S}"'
    return f"<table:table-cell {kind}><text:p>{text}</text:p></table:table-cell>"


def xml_2003(rows: Rows, numbers: NumberStyle, dates: DateStyle) -> Written:
    """The XML that Excel wrote before XLSX."""
    lines = []
    for row in rows:
        cells = []
        for value in row:
            kind, text = "String", text_of(value, numbers, dates)
            if isinstance(value, Money):
                kind, text = "Number", f"{value.value * numbers.factor:f}"
            elif isinstance(value, Count):
                kind, text = "Number", f"{value.value:f}"
            elif isinstance(value, dt.datetime) and dates.name not in UNTYPED:
                kind, text = "DateTime", f"{value:%Y-%m-%dT%H:%M:%S.000}"
            cells.append(f'<Cell><Data ss:Type="{kind}">{html.escape(text)}</Data></Cell>')
        lines.append(f"<Row>{''.join(cells)}</Row>")
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return Written(
        '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        f'<Workbook xmlns="{space}" xmlns:ss="{space}">'
        f'<Worksheet ss:Name="Sheet1"><Table>{"".join(lines)}</Table></Worksheet></Workbook>'.encode(),
        ("xml 2003",),
    )


def json_records(random: Random, laid: Laid, numbers: NumberStyle, dates: DateStyle) -> Written:
    """Records as an API gives them."""
    header = [str(name) for name in laid.rows[laid.header_at]]
    records = [
        {
            name: float(cell.value * (numbers.factor if isinstance(cell, Money) else 1))
            if isinstance(cell, Money | Count)
            else text_of(cell, numbers, dates)
            for name, cell in zip(header, row, strict=True)
        }
        for row in laid.rows[laid.header_at + 1 :]
    ]
    draw = random.random()
    if draw < 0.2:
        lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        return Written(lines.encode(), ("json lines",))
    whole = {"code": 0, "data": records} if draw < 0.4 else records
    return Written(json.dumps(whole, ensure_ascii=False).encode(), ("json",))
