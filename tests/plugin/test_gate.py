"""The node that waits: what it gives for a workflow to branch on, with a book in Dify's own storage."""

from tests.plugin.conftest import Call
from tests.plugin.test_analyze_contract import MAY_BE_ABSENT, SCHEMA, check_variables

HEADER = b"Date,Product,Price,Amount,Region\n"
FIGURES = {"total_sales", "total_orders", "total_quantity", "average_order_value"}


def day(date: str, rows: int, price: int = 5) -> bytes:
    return HEADER + f"{date},tea,{price},1,north\n".encode() * rows


def test_a_day_that_is_not_in_the_file_is_no_failure_where_somebody_waits(analyze: Call) -> None:
    asked = {"date": "2099-01-01", "deadline": "10:00", "language": "en_US"}
    found = analyze(day("2098-12-31", 3), **asked).check()
    check_variables(found.variables, SCHEMA, MAY_BE_ABSENT | FIGURES)
    assert (found.variables["ready"], found.variables["gate"]) == (False, "wait")
    assert found.variables["ready_reason"] == found.text
    late = analyze(day("2020-01-01", 3), **asked | {"date": "2020-01-02"}).check().variables
    assert (late["gate"], late["awaited_day"]) == ("tell", "2020-01-02")
    assert late["not_in_message"].startswith("## The sales data of Thu 2 Jan is not in\n\nThe file holds no row for ")
    assert analyze(day("2098-12-31", 3), date="2099-01-01").error is not None


def test_a_day_with_few_rows_waits_tells_no_correction_and_is_reported_when_whole(analyze: Call) -> None:
    asked = {"book": "gate", "deadline": "00:00", "language": "en_US"}
    for date in ("2026-07-07", "2026-07-14"):
        assert analyze(day(date, 10), **asked).check().variables["gate"] == "send"
    half = analyze(day("2026-07-21", 2), **asked).check().variables
    assert (half["ready"], half["gate"], half["has_data"]) == (False, "tell", True)
    assert half["ready_reason"] == "Tue 21 Jul has 2 rows in the data where 10 are usual on that weekday."
    whole = analyze(day("2026-07-21", 9), **asked).check().variables
    assert (whole["ready"], whole["ready_reason"], whole["gate"], whole["correction"]) == (True, "", "send", "")
    changed = analyze(day("2026-07-21", 10), **asked).check().variables
    assert changed["correction"].startswith("Correction of Tue 21 Jul")


def test_nobody_who_does_not_wait_is_held_up(analyze: Call) -> None:
    found = analyze(day("2026-07-21", 3), language="en_US").check().variables
    assert (found["ready"], found["gate"], found["not_in_message"]) == (True, "send", "")
    assert found["ready_reason"] == "Whether rows are missing was not checked: no book is named."
    refused = analyze(day("2026-07-21", 3), deadline="soon", language="en_US")
    assert refused.error is not None
    assert "not a time of day" in refused.error.message
