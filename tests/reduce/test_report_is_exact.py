"""The report equals decimal arithmetic, on files with every odd cell."""

import csv
import io
import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from daybook.parameters import AnalysisParameters
from daybook.pipeline import analyze
from daybook.report import SalesReport
from tests.reduce.oracle import figures

ODD_NUMBERS = (
    "", " ", "　", "N/A", "待定", "abc", "-", "nan", "None", "inf", "-inf", "1e400", "1_0", "0x10", "1,29",
    "1,299.00", "￥1,299.00", "¥-5", "-¥5", "¥3.5", "37.90元", "RMB 20", "５", "１２．５", "１，２９９", "－3", "−3",
    " 5 ", "+5", "5.", ".5", "1e3", "1E+05", "1e-7", "5e-7", "2.6750005", "0", "-0", "-899.00", "0.1", "0.01",
    "2.675", "2.665", "1.005", "100", "100.01", "500", "500.01", "1000", "5000", "5000.01", "999999999999",
    "1000000000000", "123456789.123456", "0.333333", "00012", "1.50", "6901234567890", "1.2.3", "--5", "٣",
)  # fmt: skip
ODD_DATES = (
    "", " ", "N/A", "2023-13-01", "2023-02-30", "2023-10-27abc",
    "2023-10-27", "2023-10-26", "2023-10-20", "2023/10/27", "2023/10/7", "2023年10月27日", "2023年10月26日",
    "２０２３－１０－２７", "20231027", "2023-10-27 08:30", "2023-10-27T08:30:22", "2023-10-26 23:59:59",
    " 2023-10-27 ",
)  # fmt: skip
NAMES = (
    "手机壳",
    "数据线",
    "001",
    "1",
    "None",
    "nan",
    "NA",
    "",
    " ",
    "a,b",
    'say "hi"',
    "two\nlines",
    "　宽　",
    "é",
    "True",
)

numbers = st.one_of(
    st.sampled_from(ODD_NUMBERS),
    st.decimals(min_value=-10_000, max_value=100_000, places=2, allow_nan=False).map(str),
    st.integers(min_value=-5, max_value=20).map(str),
)
rows = st.lists(
    st.tuples(st.sampled_from(ODD_DATES), st.sampled_from(NAMES), numbers, numbers, st.sampled_from(NAMES)),
    min_size=1,
    max_size=40,
).map(lambda found: [*found, ("2023-10-27", "手机壳", "39.90", "1", "华东")])


def csv_text(found: list[tuple[str, ...]], delimiter: str = ",") -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["Date", "Product", "Price", "Amount", "Region"])
    writer.writerows(found)
    return out.getvalue()


def said(report: SalesReport) -> dict[str, Any]:
    """The report in the shape of the oracle."""
    comparisons = {
        name: (c.date, c.total_sales, c.total_orders, c.sales_change, c.sales_change_percent) if c else None
        for name, c in (("previous_day", report.previous_day), ("week_before", report.week_before))
    }
    quality = report.quality.model_dump(
        exclude={"rows_left_out", "blank_products", "blank_regions", "blank_sales", "bad_sales"}
    )
    info = report.data_info
    return {
        "analysis_date": report.analysis_date,
        "days": info.days,
        "first_date": info.first_date,
        "unique_products": info.unique_products,
        "unique_regions": info.unique_regions,
        **report.summary.model_dump(),
        **quality,
        **comparisons,
        "products": [(p.product, p.sales, p.orders, p.quantity, p.average_price, p.share) for p in report.top_products],
        "regions": [(r.region, r.sales, r.orders, r.quantity, None, r.share) for r in report.regions],
        "bands": [(b.band, b.sales, b.orders, b.quantity, b.share) for b in report.price_bands],
    }


def check(found: list[tuple[str, ...]]) -> None:
    text = csv_text(found)
    expected = figures(text)
    expected["regions"] = [(*region[:4], None, region[5]) for region in expected["regions"]]
    report = analyze(text.encode(), AnalysisParameters.model_construct(top_n=1_000, decimal="."), every_region=True)
    assert said(report) == expected
    shown = report.model_dump_json()
    assert "NaN" not in shown
    assert "Infinity" not in shown


@given(rows)
def test_any_file_gives_what_decimal_arithmetic_gives(found: list[tuple[str, ...]]) -> None:
    check(found)


def test_a_large_file_in_several_blocks_gives_what_decimal_arithmetic_gives() -> None:
    chance = random.Random(20231027)  # noqa: S311  no secret
    found: list[tuple[str, ...]] = []
    for _ in range(150_000):
        odd = chance.random() < 0.05
        found.append(
            (
                chance.choice(ODD_DATES) if odd else f"2023-10-{chance.randint(14, 27)}",
                chance.choice(NAMES) + "x" * chance.randint(0, 20),
                chance.choice(ODD_NUMBERS) if odd else f"{chance.randint(1, 500_000) / 100:.2f}",
                chance.choice(ODD_NUMBERS) if odd else str(chance.randint(1, 9)),
                chance.choice(NAMES),
            )
        )
    check(found)
