"""Each collected file and header row gives its right answer, or the question or refusal that is as good."""

from pathlib import Path

import pytest

from tests.cases.collected import files, headers
from tests.cases.right import HERE, Case, judge

FILES, HEADERS = files(), headers()
NOT_YET: frozenset[str] = frozenset(
    {
        "01-german-decimal-comma.csv",
        "01b-german-only-thousands.csv",
        "02-indian-lakh.csv",
        "05-accounting-negative.csv",
        "07-units-in-cells.csv",
        "15-shopify.csv",
        "15b-shopify-order-date.csv",
        "16-amount-is-money.csv",
        "16b-amount-money-no-price.csv",
        "17-discounted.csv",
        "19-mixed-date-forms.csv",
        "19b-date-only-and-datetime.csv",
        "20-repeated-header.csv",
        "21e-truncated-utf8.csv",
        "21f-truncated-gbk.csv",
        "26-units-of-measure.csv",
        "31-line-total-price.csv",
        "33-supermarket.csv",
        "34-online-retail.csv",
        "35-superstore.csv",
        "36-date-forms.csv",
        "49-error-cells.xlsx",
        "54-header-decoration.xlsx",
        "58-serial-dates.csv",
        "60-order-lines.csv",
        "61-partial-today.csv",
        "62-mixed-currency.csv",
        "63-price-in-fen.csv",
        "65-footnotes.csv",
        "68-postgres-tz.csv",
        "69-taobao-headers.csv",
        "70-doudian.csv",
        "72-square.csv",
        "74-woo.csv",
        "76-kingdee.csv",
        "77-product-id-and-name.csv",
        "78-status-cancelled.csv",
        "80-portuguese.csv",
        "81-japanese.csv",
        "82-traditional.csv",
        "83-german-headers.csv",
        "88-list-and-sale-price.csv",
        "89-returns-flag.csv",
        "93-duplicate-order.csv",
        "97-revenue-only.csv",
        "99-stacked-refund-table.csv",
        "header-01",
        "header-02",
        "header-03",
        "header-04",
        "header-06",
        "header-08",
        "header-09",
        "header-10",
        "header-16",
        "header-17",
        "header-18",
        "header-19",
        "header-20",
        "header-21",
        "header-22",
        "header-23",
        "header-24",
        "header-25",
        "header-26",
    }
)
"""Cases that are not mended yet. This list only shrinks."""


def cases(names: list[str]) -> list[object]:
    return [
        pytest.param(name, marks=pytest.mark.xfail(strict=True, reason="not mended yet")) if name in NOT_YET else name
        for name in names
    ]


def assert_good(case: Case, source: bytes | Path) -> None:
    verdict = judge(case, source)
    assert verdict.good, f"{verdict.outcome}: {verdict.why}"


@pytest.mark.parametrize("name", cases(sorted(FILES)))
def test_a_file_as_people_have_it_is_read_right(name: str) -> None:
    assert_good(FILES[name], HERE / "files" / name)


@pytest.mark.parametrize("name", cases(sorted(HEADERS)))
def test_a_header_row_of_a_known_export_is_understood(name: str) -> None:
    assert_good(*HEADERS[name])


def test_every_file_has_its_right_answer() -> None:
    assert {path.name for path in (HERE / "files").iterdir()} == set(FILES)
