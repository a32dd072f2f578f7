"""The header of a trace, and the steps that a process writes down for another."""

import pytest

from daybook import tracing
from daybook.errors import TableError
from daybook.table.texts import NO_DATES

GOOD = f"00-{1:032x}-{2:016x}-01"


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (GOOD, GOOD),
        (f"  {GOOD.upper()} ", GOOD),
        (f"cc-{1:032x}-{2:016x}-00-what-comes-later", f"00-{1:032x}-{2:016x}-00"),
        (f"ff-{1:032x}-{2:016x}-01", ""),
        (f"00-{0:032x}-{2:016x}-01", ""),
        (f"00-{1:032x}-{0:016x}-01", ""),
        (f"00-{1:032x}-{2:016x}", ""),
        ("00-" + "１" * 32 + f"-{2:016x}-01", ""),
        ("{{#start.traceparent#}}", ""),
        (None, ""),
        (["x"], ""),
    ],
)
def test_a_traceparent_is_taken_or_passed_over(given: object, taken: str) -> None:
    assert tracing.valid(given) == taken
    with tracing.carried(given):
        assert tracing.traceparent() == taken
    assert tracing.headers() == {}


def test_who_begins_a_trace_decides_which() -> None:
    begun = tracing.begun_by("airflow", "daily", "run 1")
    assert tracing.valid(begun) == begun == tracing.begun_by("airflow", "daily", "run 1")
    assert begun.endswith("-01")
    assert begun != tracing.begun_by("airflow", "daily", "run 2")


def test_a_server_takes_nothing_over_from_the_request_before() -> None:
    with tracing.carried(GOOD), tracing.carried("", alone=True):
        assert tracing.trace_id() == ""
    with tracing.carried(GOOD), tracing.carried(""):
        assert tracing.trace_id() == f"{1:032x}"


def fails() -> None:
    with tracing.span("outer", {"daybook.rows": 3}):
        with tracing.span("first") as span:
            span.note({"daybook.engine": "pandas", "left.out": ""})
            tracing.current().note({"more": 1})
        with tracing.span("second"):
            raise TableError(NO_DATES, column="a-secret-cell")


def test_steps_are_written_down_with_what_they_are_parts_of_and_no_words_of_an_error() -> None:
    with tracing.written_down() as steps, pytest.raises(TableError) as caught:
        fails()
    code = caught.value.code
    assert [(step.name, step.within, step.error) for step in steps] == [
        ("outer", None, code),
        ("first", 0, ""),
        ("second", 0, code),
    ]
    assert steps[1].attributes == {"daybook.engine": "pandas", "more": 1}
    assert steps[0].start <= steps[1].start <= steps[1].end <= steps[2].start <= steps[2].end <= steps[0].end
    assert "a-secret-cell" not in repr(steps)


def test_without_anybody_who_records_nothing_is_kept() -> None:
    with tracing.span("work") as span:
        span.note({"daybook.rows": 1})
        assert not tracing.recording()
        assert tracing.traceparent() == ""
