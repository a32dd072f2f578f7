"""Whatever stands in the cells of a file, Polars gives the cube that pandas gives, or leaves the file to pandas."""

import csv
import io
from typing import NamedTuple

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.test_same_cube import assert_same

SEPARATORS = (",", "\t", ";", "|")
DATES = ("2023-10-26", "2023-10-27", "2023-10-27 08:15", "2023-10-27T23:59:59", "2023/10/27")
ODD_DATES = ("2023年10月27日", "20231027", "27.10.2023", "2023-02-30", "", "  ", "nope", "45226", "合计", "Date")
NAMES = (
    "手机壳",
    "数据线",
    "Case 12",
    "East",
    "west ",
    " west",
    "None",
    "nan",
    "001",
    "a'b",
    "=b",
    "x`",
    "Case, red",
    "a;b",
    "15 | 20",
)
ODD_NAMES = (
    "",
    "合计",
    "Total",
    "East total",
    "Price",
    "12",
    "----",
    "'007",
    '="08"',
    "\u3000",
    "说明",
    "é",
    "5\u00a0",
)
PRICES = ("19.90", "5", "0.5", "1299.00", "-3.20", "100", "500.00", "0", "123456789.123456")
ODD_PRICES = (
    "", " 7 ", "¥19.9", "1,299.00", "１２", "−5", "1_0", "inf", "٣٤", "12345678901234", "1.299", "3.000", "1e3", "5元",
    "999999999999", "abc", "#N/A", "(5.00)", "+4", ".5", "5.", "1.1234567", "12,5", "50%", "10 kg",
)  # fmt: skip
QUANTITIES = ("1", "2", "10", "-1", "3")
ODD_QUANTITIES = ("", "1.5", "0", "x", "1.250", "２", "1,000", "-")
STATUSES = ("已完成", "paid", "交易关闭", "已退款", "Refunded", "cancelled", "")
KINDS = ("销售", "退货", "Return", "sale")
ORDERS = ("A-1", "A-2", "1001", "1002", "1003", "'1004")


class File(NamedTuple):
    """A sales file."""

    header: list[str]
    rows: list[list[str]]
    separator: str
    end: str
    head: str
    quoting: bool

    @property
    def text(self) -> bytes:
        out = io.StringIO(newline="")
        out.write(self.head)
        writer = csv.writer(
            out,
            delimiter=self.separator,
            lineterminator=self.end,
            quoting=csv.QUOTE_ALL if self.quoting else csv.QUOTE_MINIMAL,
        )
        writer.writerows([self.header, *self.rows])
        return out.getvalue().encode()

    @property
    def parquet(self) -> bytes:
        out = io.BytesIO()
        columns = dict(zip(self.header, map(list, zip(*self.rows, strict=True)), strict=True))
        pl.DataFrame(columns, schema=dict.fromkeys(self.header, pl.String)).write_parquet(out)
        return out.getvalue()


def cells(usual: tuple[str, ...], odd: tuple[str, ...], *, at_all: bool) -> st.SearchStrategy[str]:
    common = st.sampled_from(usual)
    return st.one_of(common, common, common, st.sampled_from(odd)) if at_all else common


@st.composite
def sales_files(draw: st.DrawFn) -> File:
    """A file with some odd columns."""
    odd = draw(st.sets(st.sampled_from(["date", "product", "price", "quantity", "region"]), max_size=2))
    columns = {
        "Date": cells(draw(st.sampled_from([DATES[:2], DATES])), ODD_DATES, at_all="date" in odd),
        "Product": cells(NAMES, ODD_NAMES, at_all="product" in odd),
        "Price": cells(PRICES, ODD_PRICES, at_all="price" in odd),
        draw(st.sampled_from(["Amount", "Quantity"])): cells(QUANTITIES, ODD_QUANTITIES, at_all="quantity" in odd),
        "Region": cells(NAMES[:5], ODD_NAMES, at_all="region" in odd),
    }
    more = {
        "订单状态": st.sampled_from(STATUSES),
        "单据类型": st.sampled_from(KINDS),
        "订单编号": st.sampled_from(ORDERS),
        "备注": st.sampled_from(["", "x", "1"]),
        "实付金额": cells(PRICES, ODD_PRICES, at_all="price" in odd),
    }
    columns |= {name: more[name] for name in sorted(draw(st.sets(st.sampled_from(sorted(more)), max_size=2)))}
    rows = draw(st.lists(st.tuples(*columns.values()).map(list), min_size=1, max_size=12))
    separator = draw(st.sampled_from(SEPARATORS))
    end, head = draw(st.sampled_from(["\n", "\r\n"])), draw(st.sampled_from(["", "\ufeff"]))
    return File(list(columns), rows, separator, end, head, draw(st.booleans()))


@given(sales_files())
def test_a_text_file_gives_the_same_cube(file: File) -> None:
    assert_same(file.text)


@given(sales_files())
def test_a_parquet_file_gives_the_same_cube(file: File) -> None:
    assert_same(file.parquet)


def test_plain_rows_with_odd_cells_are_read_by_polars() -> None:
    """The property says something only if Polars reads such files."""
    prices = [*PRICES, *(price for price in ODD_PRICES if price not in {"999999999999", "12,5", "3.000"})]
    rows = [[day, "a", price, "1", "East"] for day in ("2023-10-27", "2023年10月26日") for price in prices]
    file = File(["Date", "Product", "Price", "Amount", "Region"], rows, "\t", "\n", "", quoting=True)
    assert assert_same(file.text)
    assert assert_same(file.parquet)
