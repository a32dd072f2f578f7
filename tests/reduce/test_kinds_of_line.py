"""Columns of types: what a line is, and what became of it; a file may have both."""

import pytest

from daybook.parameters import AnalysisParameters
from daybook.pipeline import analyze
from daybook.table.blocks import BLOCK_BYTES

RETURN_BY_TYPE = """日期,商品,数量,单价,类型,是否退货
2026-10-31,灯,2,100.00,销售,否
2026-10-31,杯,1,50.00,销售,是
2026-10-31,灯,1,100.00,退货,否
"""
RETURN_BY_FLAG_FIRST = """Date,Product,Quantity,Unit price,Returned,Transaction type
2026-10-31,Lamp,2,100.00,FALSE,Order
2026-10-31,Mug,1,50.00,TRUE,Order
2026-10-31,Lamp,1,100.00,FALSE,Refund
"""


@pytest.mark.parametrize("text", [RETURN_BY_TYPE, RETURN_BY_FLAG_FIRST], ids=["type first", "flag first"])
def test_of_two_columns_of_types_each_counts(text: str) -> None:
    report = analyze(text.encode(), parameters=AnalysisParameters())
    assert report.summary.total_sales == 100.0
    assert report.understanding
    assert [(left.reason, left.rows) for left in report.understanding.left_out] == [("returned", 1)]
    assert {"kind", "second kind"} <= {column.field for column in report.understanding.columns}


def test_a_second_table_of_refunds_in_the_plural_is_taken_off() -> None:
    text = (
        "Data;Produto;Valor\n2026-10-31;Candeeiro;100,00\n2026-10-31;Caneca;50,00\n\n"
        "Devoluções\nData;Produto;Valor\n2026-10-31;Caneca;50,00\n"
    )
    assert analyze(text.encode()).summary.total_sales == 100


def test_a_total_whose_word_is_broken_is_told_by_arithmetic() -> None:
    text = "日期,商品,金额\n2026-10-31,台灯,100\n2026-10-31,杯子,50\n2026-10-31,风扇,70\n2026-10-31,合计,220\n".encode()
    broken = text.replace("合计".encode(), b"\xe5\x90" + "计".encode())
    assert analyze(broken).summary.total_sales == 220


def test_a_total_without_a_word_is_told_by_arithmetic_over_a_file_of_several_blocks() -> None:
    lines = [f"2026-10-{1 + row // 5700:02},Item {row % 37},{1 + row % 9},{row % 977}.50" for row in range(170_000)]
    cells = [line.split(",") for line in lines]
    units, money = sum(int(row[2]) for row in cells), sum(float(row[3]) for row in cells)
    text = "\n".join(["Date,Product,Quantity,Total", *lines, f"2026-10-30,,{units},{money:.2f}", ""])
    assert len(text) > BLOCK_BYTES
    report = analyze(text.encode())
    assert report.summary.total_sales == sum(float(row[3]) for row in cells if row[0] == "2026-10-30")
    assert report.understanding
    assert [(left.reason, left.rows) for left in report.understanding.left_out] == [("total", 1)]
