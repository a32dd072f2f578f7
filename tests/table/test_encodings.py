"""In which encoding a text file is, judged by its bytes alone."""

import pytest

from daybook.errors import TableError
from daybook.table.encoding import LABELS
from tests.table.reading import codes_of, opened, rows_of

ROWS = {
    "chinese": ("日期,商品名称,单价,数量,地区", "2026-10-31,台灯,129.00,3,华东", "2026-10-31,充电宝,99.00,1,华南"),
    "traditional": ("訂單日期,商品名稱,單價,數量,地區", "2026-10-31,檯燈,129.00,3,臺北",
                    "2026-10-31,行動電源,99.00,1,高雄"),
    "japanese": ("日付,商品名,単価,数量,地域", "2026-10-31,デスクランプ,129,3,東京",
                 "2026-10-31,モバイル充電器,99,1,大阪"),
    "korean": ("날짜,상품명,단가,수량,지역", "2026-10-31,탁상 램프,129,3,서울", "2026-10-31,보조 배터리,99,1,부산"),
    "german": ("Datum;Artikel;Preis;Menge;Region", "31.10.2026;Schreibtischlampe, weiß;129,00;3;Thüringen",
               "31.10.2026;Müsli;4,50;1;Baden-Württemberg"),
    "french": ("Date;Produit;Prix;Quantité;Région", "31/10/2026;Crème brûlée;12,50;3;Île-de-France"),
    "spanish": ("Fecha;Producto;Precio;Cantidad;Región", "31/10/2026;Lámpara pequeña;129,00;3;Cataluña"),
    "portuguese": ("Data;Produto;Preço;Quantidade;Região", "31/10/2026;Lâmpada;129,00;3;São Paulo"),
}  # fmt: skip
FAMILY = {"big5": "big5hkscs", "cp950": "big5hkscs", "shift_jis": "cp932", "latin-1": "cp1252", "euc_kr": "cp949",
          "gbk": "gb18030"}  # fmt: skip
ENCODINGS = [
    *[("chinese", codec) for codec in ("utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be")],
    *[("traditional", codec) for codec in ("utf-8", "big5", "cp950", "utf-16")],
    *[("japanese", codec) for codec in ("utf-8", "shift_jis", "cp932", "euc_jp", "utf-16-le")],
    *[("korean", codec) for codec in ("utf-8", "euc_kr", "cp949", "utf-16")],
    *[(name, codec) for name in ("german", "french", "spanish", "portuguese")
      for codec in ("utf-8", "cp1252", "latin-1", "utf-16")],
]  # fmt: skip


@pytest.mark.parametrize(("language", "codec"), ENCODINGS)
def test_names_come_out_as_they_were_written(language: str, codec: str) -> None:
    text = "\r\n".join([*ROWS[language], ""])
    table = opened(text.encode(codec))
    separator = ";" if ";" in text else ","
    expected = [tuple(row.split(separator)) for row in ROWS[language]]
    assert [tuple(table.header), *rows_of(table)] == expected


@pytest.mark.parametrize(("language", "codec"), ENCODINGS)
def test_names_are_told_also_where_the_header_is_english(language: str, codec: str) -> None:
    """The header gives no hint: only the names in the rows do."""
    separator = ";" if ";" in ROWS[language][0] else ","
    rows = [
        row.replace(",", " ").split(separator) if separator == ";" else row.split(",") for row in ROWS[language][1:]
    ]
    rows += [[row[0], f"{row[4]} {row[1]}", *row[2:]] for row in rows]
    text = "\n".join([separator.join(("Date", "Product", "Price", "Amount", "Region")), *map(separator.join, rows), ""])
    read, asked = read_or_asked(text.encode(codec))
    assert read == [tuple(row) for row in rows] or FAMILY.get(codec, codec) in asked


def read_or_asked(data: bytes) -> tuple[list[tuple[str, ...]], set[str]]:
    """The rows of a file, or the encodings for whose likeness it is refused."""
    try:
        return rows_of(opened(data)), set()
    except TableError as error:
        return [], {codec for codec, label in LABELS.items() if label in error.values.values()}


@pytest.mark.parametrize(("codec", "cut"), [("utf-8", 1), ("utf-8", 2), ("gb18030", 1), ("cp932", 1), ("cp949", 1)])
def test_one_cut_name_is_one_broken_name(codec: str, cut: int) -> None:
    """A database that cuts names at a number of bytes breaks one character, not the file."""
    language = {"cp932": "japanese", "cp949": "korean"}.get(codec, "chinese")
    header, first, second = (row.encode(codec) for row in ROWS[language])
    name = ROWS[language][2].split(",")[1].encode(codec)
    rows = [header, first, second.replace(name, name[:-cut])]
    table = opened(b"\n".join(rows))
    read = rows_of(table)
    assert read[0] == tuple(ROWS[language][1].split(","))
    assert read[1][1].startswith(ROWS[language][2].split(",")[1][:-1])
    assert "\ufffd" in read[1][1]
    assert read[1][2:] == tuple(ROWS[language][2].split(",")[2:])
    assert codes_of(table)["broken_character"] == (2, 1)


def test_a_broken_byte_far_down_in_a_large_file_changes_nothing_else() -> None:
    plain = "Date,Product,Price,Amount,Region\n" + "2026-10-30,Lamp,1.00,1,East\n" * 200_000
    data = plain.encode() + "2026-10-31,台灯,129.00,3,华东\n".encode() * 3 + b"2026-10-31,\xe5\x8f,99.00,1,East\n"
    table = opened(data)
    rows = rows_of(table)
    assert len(rows) == 200_004
    assert rows[-2] == ("2026-10-31", "台灯", "129.00", "3", "华东")
    assert rows[-1] == ("2026-10-31", "\ufffd", "99.00", "1", "East")
    assert codes_of(table) == {"broken_character": (200_004, 1)}


@pytest.mark.parametrize("codec", ["gb18030", "big5", "cp932"])
def test_an_encoding_that_shows_only_far_down_is_found_there(codec: str) -> None:
    name = {"gb18030": "台灯，充电宝和数据线", "big5": "檯燈，行動電源", "cp932": "デスクランプ"}[codec]
    data = b"Date,Product,Price,Amount,Region\n" + b"2026-10-30,Lamp,1.00,1,East\n" * 200_000
    table = opened(data + f"2026-10-31,{name},129.00,3,East\n".encode(codec))
    rows = rows_of(table)
    assert len(rows) == 200_001
    assert rows[-1][1] == name
    assert rows_of(table) == rows


def test_nul_padding_is_no_utf_16() -> None:
    rows = b"Date,Product,Price,Amount,Region\n" + b"2026-10-31,Lamp\0\0\0,129.00,3,East\0\n" * 3
    assert rows_of(opened(rows)) == [("2026-10-31", "Lamp", "129.00", "3", "East")] * 3


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(TableError):
        opened(b"Date,Product,Price,Amount,Region\n" + bytes(range(128, 256)) * 40)


@pytest.mark.parametrize(("language", "codec", "sign"), [("japanese", "cp932", "¥"), ("korean", "cp949", "₩")])
def test_the_backslash_of_an_amount_is_the_sign_of_its_money(language: str, codec: str, sign: str) -> None:
    header, *rows = ROWS[language]
    text = "\n".join([header, *(row.replace(",129,", ",\\129,").replace(",99,", ",-\\99,") for row in rows)])
    assert [row[2] for row in rows_of(opened(text.encode(codec)))] == [f"{sign}129", f"-{sign}99"]
