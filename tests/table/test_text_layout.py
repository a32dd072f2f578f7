"""How text files are laid out: separators, lines beside the table, quotes, decoration."""

from collections.abc import Sequence

import pytest

from daybook.errors import LimitError, QuestionError, TableError
from tests.table.reading import HEADER, codes_of, opened, rows_of

LAMP = ("2026-10-31", "Lamp", "129.00", "3", "East")
FAN = ("2026-10-31", "Fan", "50.00", "1", "South")
PLAIN = [HEADER, LAMP, FAN]


def lines(rows: Sequence[Sequence[str]], separator: str = ",") -> str:
    return "".join(separator.join(row) + "\n" for row in rows)


WAYS = {
    "semicolons": lines(PLAIN, ";"),
    "tabs": lines(PLAIN, "\t"),
    "pipes": lines(PLAIN, "|"),
    "carets": lines(PLAIN, "^"),
    "tildes": lines(PLAIN, "~"),
    "the separator of Hive": lines(PLAIN, "\x01"),
    "a table drawn by psql": " "
    + " | ".join(HEADER)
    + "\n"
    + "-" * 12
    + "+-------+-----\n"
    + "".join(" " + " | ".join(row) + "\n" for row in PLAIN[1:])
    + "(2 rows)\n",
    "a rule below the header": lines([HEADER, ("---",) * 5, LAMP, FAN]),
    "sep line": "sep=;\r\n" + lines(PLAIN, ";"),
    "sep line in quotes": '"sep=,"\n' + lines(PLAIN),
    "sep line of a pipe": "SEP=|\n" + lines(PLAIN, "|"),
    "every cell in quotes": "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in PLAIN),
    "every cell in quotes, blanks between": "".join(", ".join(f'"{cell}"' for cell in row) + "\n" for row in PLAIN),
    "every line in quotes": "".join(f'"{",".join(row)}"\n' for row in PLAIN),
    "every line in quotes, cells within": "".join(
        '"' + ",".join(f'""{cell}""' for cell in row) + '"\n' for row in PLAIN
    ),
    "text formulas": "".join(",".join(f'"=""{cell}"""' for cell in row) + "\n" for row in PLAIN),
    "text formulas without quotes": "".join(",".join(f'="{cell}"' for cell in row) + "\n" for row in PLAIN),
    "a tab behind each cell": lines([tuple(f"{cell}\t" for cell in row) for row in PLAIN]),
    "a tab before each cell": lines([tuple(f"\t{cell}" for cell in row) for row in PLAIN]),
    "a backtick before each cell": lines([HEADER, *(tuple(f"`{cell}" for cell in row) for row in PLAIN[1:])]),
    "an apostrophe before figures": lines([HEADER, *((f"'{row[0]}", *row[1:]) for row in PLAIN[1:])]),
    "padded cells": lines([tuple(cell.ljust(14) for cell in row) for row in PLAIN]),
    "a separator at each line's end": lines([(*row, "") for row in PLAIN]),
    "a separator at each line's end but the header's": lines([HEADER, *((*row, "") for row in PLAIN[1:])]),
    "blank lines": lines(PLAIN).replace("\n", "\n\n"),
    "lines of separators": lines([HEADER, ("",) * 5, LAMP, ("",) * 5, FAN, ("",) * 5]),
    "carriage returns": lines(PLAIN).replace("\n", "\r"),
    "Windows line ends": lines(PLAIN).replace("\n", "\r\n"),
    "an old end of file": lines(PLAIN) + "\x1a",
    "runs of blanks": "".join("  ".join(cell.ljust(10) for cell in row).rstrip() + "\n" for row in PLAIN),
    "a title": "October sales\n" + lines(PLAIN),
    "a title as wide as the table": "October sales,,,,\n" + lines(PLAIN),
    "lines of key and value": "Shop:,Main St\nPeriod:,2026-10-01 - 2026-10-31\nOrders:,2\n\n" + lines(PLAIN),
    "a rule": "-" * 60 + "\nExport of orders\n" + "-" * 60 + "\n" + lines(PLAIN),
    "comments": "# exported 2026-11-01 08:00\n# by the shop\n" + lines(PLAIN),
    "the header again": lines([HEADER, LAMP, HEADER, FAN]),
    "the header again in other blanks": lines([HEADER, LAMP, tuple(f" {name} " for name in HEADER), FAN]),
    "a footnote": lines(PLAIN) + "Exported 2026-11-01 08:00\n",
    "two footnotes": lines(PLAIN) + "\nExported 2026-11-01\n2 rows\n",
    "a rule below": lines(PLAIN) + "-" * 40 + "\n",
    "a quote that is never closed": lines(PLAIN).replace("Fan", '"Fan'),
    "inch marks": lines(PLAIN).replace("Lamp", 'Lamp 27"').replace("Fan", 'Fan 24"'),
    "names in two languages": lines([("日期", "商品", "单价", "数量", "地区"), *PLAIN]),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_table_is_found_and_nothing_else(way: str, encoding: str) -> None:
    table = opened(WAYS[way].encode(encoding))
    inches = way == "inch marks"
    expected = [LAMP, FAN]
    if inches:
        expected = [(row[0], row[1] + mark, *row[2:]) for row, mark in zip(expected, (' 27"', ' 24"'), strict=True)]
    assert [tuple(cell.strip() for cell in row[:5]) for row in rows_of(table)] == expected
    if way != "names in two languages":
        assert tuple(table.header)[:5] == HEADER
    assert rows_of(table) == rows_of(table)


def test_what_was_passed_over_is_noted_with_its_row() -> None:
    text = "October\n" + lines([HEADER, LAMP, HEADER, FAN]) + "the end\n"
    assert codes_of(opened(text.encode())) == {
        "lines_above": (None, 1),
        "repeated_header": (2, 1),
        "footnote": (4, 1),
    }


def test_a_line_with_one_cell_among_the_rows_stays() -> None:
    table = opened(lines([HEADER, LAMP, ("2026-10-30", "", "", "", ""), FAN]).encode())
    assert rows_of(table) == [LAMP, ("2026-10-30", "", "", "", ""), FAN]


@pytest.mark.parametrize("rows", [1, 100_000])
def test_a_second_table_is_handed_out_by_itself(rows: int) -> None:
    refunds = [("Refund date", "Product", "Refund amount"), ("2026-10-31", "Lamp", "129.00")]
    text = lines([HEADER, *[LAMP] * rows]) + "\nRefunds\n" + lines(refunds)
    table = opened(text.encode())
    assert rows_of(table) == [LAMP] * rows
    (other,) = table.others
    assert other.layout.title == "Refunds"
    assert [tuple(other.header), *rows_of(other)] == refunds
    assert codes_of(table) == {"second_table": (rows + 2, 1)}


def test_three_tables_below_one_another() -> None:
    text = lines([HEADER, LAMP]) + "Refunds\n" + lines([HEADER, FAN]) + "Cancelled orders\n" + lines([HEADER, LAMP])
    table = opened(text.encode())
    assert rows_of(table) == [LAMP]
    assert rows_of(table.others[0]) == [FAN]
    assert rows_of(table.others[0].others[0]) == [LAMP]
    assert [table.others[0].layout.title, table.others[0].others[0].layout.title] == ["Refunds", "Cancelled orders"]


def test_a_table_a_shop_below_one_another_is_one_table() -> None:
    text = (
        "Main St\n" + lines([HEADER, LAMP]) + "\nHigh St\n" + lines([HEADER, FAN]) + "\nTotal\n" + lines([HEADER, LAMP])
    )
    table = opened(text.encode())
    assert rows_of(table) == [LAMP, FAN]
    assert codes_of(table) == {
        "lines_above": (None, 1),
        "repeated_header": (3, 1),
        "several_sheets": (None, 2),
        "second_table": (6, 1),
    }


@pytest.mark.parametrize(
    ("upper", "lower", "names"),
    [
        ("日期,商品,销售,", ",,数量,金额", ("日期", "商品", "数量", "金额")),
        ("日期,商品,销售,,退货,", ",,数量,金额,数量,金额",
         ("日期", "商品", "销售 数量", "销售 金额", "退货 数量", "退货 金额")),
        ("日期,商品,单价,数量", ",,（分）,件", ("日期", "商品", "单价(分)", "数量(件)")),
        ("Order,,Item,", "Date,Region,Product,Price", ("Date", "Region", "Product", "Price")),
    ],
)  # fmt: skip
def test_two_rows_of_names(upper: str, lower: str, names: tuple[str, ...]) -> None:
    row = ("2026-10-31", "台灯", "3", "387.00", "1", "129.00")[: len(names)]
    table = opened(f"{upper}\n{lower}\n{','.join(row)}\n".encode())
    assert tuple(table.header) == names
    assert rows_of(table) == [row]


SWALLOWED = {
    "by pairs": lines(PLAIN).replace("Lamp", '"27 inch').replace("Fan", '"24 inch'),
    "over many rows": lines([HEADER, *[LAMP] * 5, FAN, *[LAMP] * 5, FAN]).replace("Fan", '"24 inch'),
}


@pytest.mark.parametrize("case", SWALLOWED)
def test_an_open_quote_swallows_no_row(case: str) -> None:
    text = SWALLOWED[case]
    rows = rows_of(opened(text.encode()))
    assert len(rows) == text.count("\n") - 1
    assert all(len(row[2]) > 0 for row in rows)


def test_cells_of_several_lines_stay_whole() -> None:
    rows = [(*LAMP[:1], '"1 Main St, Springfield\n2026, IL, 62701, US"', *LAMP[2:]), FAN]
    table = opened(lines([HEADER, *rows]).encode())
    assert rows_of(table) == [(*LAMP[:1], rows[0][1].strip('"'), *LAMP[2:]), FAN]


def test_a_line_that_closes_a_quote_is_no_row_of_its_own() -> None:
    text = (
        'Date,Product,Price,Amount,Region\n,"two\nlines",,"1,29",East\nN/A,Lamp,,,East\n2026-10-31,Lamp,39.90,1,East\n'
    )
    assert rows_of(opened(text.encode()))[0] == ("", "two\nlines", "", "1,29", "East")


SHIFTS = {
    "thousands": ["2026-10-31,1,299.00,2,Sofa,East", "2026-10-31,129.00,3,Lamp,East", "2026-10-31,50.00,1,Fan,South"],
    "millions": ["2026-10-31,1,234,567.00,2,Villa,East", "2026-10-31,129.00,3,Lamp,East", "2026-10-31,5,1,Fan,North"],
    "a comma in a name": ["2026-10-31,129.00,3,Lamp, white,East", "2026-10-31,129.00,3,Lamp,East"],
}  # fmt: skip


@pytest.mark.parametrize("case", SHIFTS)
@pytest.mark.parametrize("before", [0, 70_000])
def test_an_unquoted_comma_is_read_right_where_one_way_fits_or_refused(case: str, before: int) -> None:
    header = "Date,Price,Amount,Product,Region"
    rows = [*[SHIFTS[case][1]] * before, *SHIFTS[case]]
    try:
        table = opened("\n".join([header, *rows, ""]).encode())
        first = rows_of(table)[before]
    except TableError as error:
        assert f"Row {before + 1:,} " in str(error)  # noqa: PT017  one of two good ends
        return
    assert (
        first
        == {
            "thousands": ("2026-10-31", "1,299.00", "2", "Sofa", "East"),
            "millions": ("2026-10-31", "1,234,567.00", "2", "Villa", "East"),
            "a comma in a name": ("2026-10-31", "129.00", "3", "Lamp, white", "East"),
        }[case]
    )


def test_a_shift_that_a_last_blank_column_takes_up_is_not_read_as_it_stands() -> None:
    text = (
        "Date,Product,Price,Amount,Region,Note\n2026-10-31,Sofa,1,299.00,2,East\n"
        + "2026-10-31,Lamp,9.00,3,East,\n" * 3
    )
    with pytest.raises(TableError, match="Row 1 "):
        rows_of(opened(text.encode()))


def test_figures_that_only_look_shifted_are_left_alone() -> None:
    rows = [("2026-10-31", "Lamp", "99", "100", "East"), ("2026-10-31", "Fan", "5", "250", "South")]
    assert rows_of(opened(lines([HEADER, *rows]).encode())) == rows


def test_the_header_that_the_caller_names_is_found_below_other_lines() -> None:
    text = "Export\nShop,Main\nTag,Ware,Summe\n2026-10-31,Lamp,387.00\n"
    table = opened(text.encode(), columns={"date": "Tag", "product": "Ware", "sales": "Summe"})
    assert tuple(table.header) == ("Tag", "Ware", "Summe")


@pytest.mark.parametrize(
    "data",
    [
        b'"' * 300_000,
        b"Date,Product,Price,Amount,Region\n" + b'"a\n' * 100_000,
        b"Date,Product,Price,Amount,Region\n" + b'2026-10-31,"x,1,1,a\n' * 20_000,
        b"Date,Product,Price,Amount,Region\n" + b",".join([b"1"] * 100_000),
        b"Date,Product,Price,Amount,Region\n" + (b"1," * 50 + b"\n") * 10_000,
        b"Date  Product  Price\n" + b" " * 3_000_000,
        b"\n" * 3_000_000,
        b"," * 3_000_000,
        b"|;\t," * 500_000,
        b'="' * 500_000,
        b"\xff" * 500_000,
    ],
)  # fmt: skip
@pytest.mark.timeout(20)
def test_text_made_to_harm_ends_soon_in_a_sentence_or_rows(data: bytes) -> None:
    try:
        rows_of(opened(data))
    except (TableError, LimitError, QuestionError) as error:
        assert str(error).endswith(".")  # noqa: PT017  one of two good ends
