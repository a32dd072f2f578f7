"""When a report is ready, waits, or gives way to the word that its data is not in; and what a held report leaves."""

import datetime as dt
from pathlib import Path

import pytest
from pydantic import ValidationError

import daybook
from daybook.book import Book, Shelf
from daybook.errors import DaybookError, ParameterError, SourceDownError, TableError
from daybook.gate import GateRules, gated, readiness_of
from daybook.judgement import Judgement, JudgementWords, Verdict
from daybook.language import Language, Text
from daybook.parameters import AnalysisParameters
from daybook.readiness import Gate, Readiness
from daybook.report import SalesReport
from daybook.sources import texts as source_texts

HEADER = "Date,Product,Price,Amount,Region\n"
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
MORNING = "last complete 2026-11-20"
BEFORE, AFTER = (dt.datetime(2026, 11, 20, hour, 30, tzinfo=SHANGHAI) for hour in (8, 10))


def asked(**parameters: object) -> AnalysisParameters:
    given = {"date": MORNING, "deadline": "10:00", "zone": "Asia/Shanghai", "language": "en_US", **parameters}
    return AnalysisParameters.model_validate(given)


def report(*rows: str, **parameters: object) -> SalesReport:
    return daybook.analyze((HEADER + "".join(f"{row}\n" for row in rows)).encode(), asked(**parameters))


def orders(day: str, number: int, hours: tuple[int, int] = (9, 21)) -> list[str]:
    first, last = hours
    return [f"{day} {first + (last - first) * each // number:02}:30,tea,5,1,north" for each in range(number)]


def at(moment: dt.datetime, found: SalesReport, **parameters: object) -> Readiness:
    return readiness_of(found, asked(**parameters), moment)


def test_a_whole_day_is_ready_and_what_could_not_be_checked_is_said() -> None:
    found = at(BEFORE, report("2026-11-19,tea,5,1,north"))
    assert (found.ready, found.gate, found.code, found.day) == (True, Gate.SEND, "", dt.date(2026, 11, 19))
    assert found.unchecked == "Whether rows are missing was not checked: no book is named."


def test_a_file_that_still_ends_yesterday_waits_then_is_told_and_without_a_deadline_goes_out() -> None:
    stale = report("2026-11-18,tea,5,1,north")
    waiting, late = at(BEFORE, stale), at(AFTER, stale)
    assert (waiting.ready, waiting.code, waiting.gate, waiting.message) == (False, "stale", Gate.WAIT, "")
    assert waiting.reason == "The data ends on Wed 18 Nov: Thu 19 Nov is not in it yet."
    assert waiting.deadline == dt.datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)
    assert late.gate is Gate.TELL
    assert late.message == (
        f"## The sales data of Thu 19 Nov is not in\n\n{late.reason}\n\nThe report follows when the data is complete."
    )
    assert "(shop-east)" in at(AFTER, stale, book="shop-east").message
    free = at(AFTER, stale, deadline="")
    assert (free.ready, free.gate, free.deadline) == (False, Gate.SEND, None)


def test_a_day_that_stops_at_15_waits() -> None:
    whole = [row for day in (16, 17, 18) for row in orders(f"2026-11-{day}", 12)]
    cut = at(BEFORE, report(*whole, *orders("2026-11-19", 6, (9, 15)), date="2026-11-19"), date="2026-11-19")
    assert (cut.code, cut.reason) == ("unfinished", "Thu 19 Nov is in the data only up to 14:30.")
    passed_over = at(BEFORE, report(*whole, *orders("2026-11-19", 6, (9, 15))))
    assert (passed_over.code, passed_over.reason) == ("unfinished", "Thu 19 Nov is in the data, but not complete yet.")


def test_a_file_of_nothing_but_a_header_waits() -> None:
    assert at(BEFORE, report()).code == "empty"


@pytest.mark.parametrize(
    ("parameters", "due"),
    [
        ({"date": "2026-11-20"}, "2026-11-21 10:00:00+08:00"),
        ({"date": "2026-11-20", "zone": "Europe/Berlin"}, "2026-11-21 10:00:00+01:00"),
        ({"date": "yesterday", "deadline": "9:05"}, "2026-11-20 09:05:00+08:00"),
        ({"date": ""}, "2026-11-20 10:00:00+08:00"),
    ],
)
def test_the_deadline_is_on_the_morning_after_the_day(parameters: dict[str, str], due: str) -> None:
    assert str(at(BEFORE, report("2026-11-19,tea,5,1,north", date=""), **parameters).deadline) == due


JUDGED = Judgement(
    verdict=Verdict.ALARMING,
    reason="Below.",
    language=Language.ENGLISH,
    in_other_language=JudgementWords(reason="低于预期。"),
    usual_rows=10,
)


@pytest.mark.parametrize(
    ("rows", "judgement", "percent", "code"),
    [
        (3, {}, None, ""),
        (2, {}, None, "rows"),
        (2, {}, 20, ""),
        (9, {}, 95, "rows"),
        (0, {}, 0, ""),
        (2, {"usual_rows": None}, None, ""),
        (9, {"fault": "half"}, None, "half"),
        (9, {"fault": "missing_region"}, None, "missing_region"),
        (20, {"fault": "doubled"}, None, ""),
        (9, {"fault": "refunds"}, None, ""),
    ],
)
def test_missing_rows_wait_and_bad_news_does_not(
    rows: int, judgement: dict[str, object], percent: int | None, code: str
) -> None:
    made = report(*["2026-11-19,tea,5,1,north"])
    made = made.model_copy(update={"lines": rows, "judgement": JUDGED.model_copy(update=judgement)})
    found = at(BEFORE, made, min_rows_percent=percent)
    assert (found.code, found.ready, found.gate) == (code, not code, Gate.WAIT if code else Gate.SEND)
    if code == "rows":
        assert found.reason == f"Thu 19 Nov has {rows} rows in the data where 10 are usual on that weekday."


def test_a_day_that_is_not_in_yet_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(TableError) as missing:
        report("2026-11-18,tea,5,1,north", date="2026-11-19")
    found = missing.value.readiness
    assert found is not None
    assert (found.code, found.gate, found.ready) == ("missing", Gate.TELL, False)
    assert found.reason == str(missing.value)
    with pytest.raises(TableError) as unasked:
        report("2026-11-18,tea,5,1,north", date="2026-11-19", deadline="")
    assert unasked.value.readiness is None


def test_a_source_that_is_down_is_waited_for_and_a_wrong_file_is_not() -> None:
    def note(error: DaybookError) -> Readiness | None:
        with pytest.raises(type(error)), gated(asked()):
            raise error
        return error.readiness

    down = note(SourceDownError(source_texts.DOWN, name="orders"))
    assert down is not None
    assert down.code == "source_down"
    assert note(TableError(Text(en="No column.", zh="缺少列。"))) is None


@pytest.mark.parametrize("wrong", [{"deadline": "25:00"}, {"deadline": "soon"}, {"min_rows_percent": "many"}])
def test_wrong_rules_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ParameterError):
        asked(**wrong)
    with pytest.raises(ValidationError):
        GateRules.model_validate(wrong)


def test_the_rules_of_a_book_count_where_a_request_says_nothing() -> None:
    rules = GateRules(deadline="9:30", min_rows_percent=50)
    assert rules.added_to({"book": "shop"}) == {
        "book": "shop", "deadline": "09:30", "zone": "Asia/Shanghai", "min_rows_percent": 50,
    }  # fmt: skip
    own = {"deadline": "11:00", "zone": "Europe/Berlin"}
    assert rules.added_to(own) == own
    assert rules.added_to({"zone": "Europe/Berlin"})["zone"] == "Europe/Berlin"
    assert GateRules().added_to({}) == {}


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Shelf.open(tmp_path).book("shop-east")


def kept(book: Book, day: str, rows: int, **parameters: object) -> SalesReport:
    content = HEADER + f"{day},tea,5,1,north\n" * rows
    return daybook.analyze(content.encode(), asked(date=day, **parameters), book=book)


def test_a_report_that_is_held_back_tells_nothing_and_is_no_day_that_was_reported(book: Book) -> None:
    for day in ("2026-07-07", "2026-07-14"):
        kept(book, day, 10)
    mended = HEADER + "2026-07-14,tea,6,1,north\n" * 10
    daybook.pipeline.add_to_book(mended.encode(), book)
    held = kept(book, "2026-07-21", 2)
    assert held.readiness is not None
    assert held.readiness.code == "rows"
    assert held.book is not None
    assert (held.book.corrections, held.book.correction_key) == ([], "")
    whole = kept(book, "2026-07-21", 9)
    assert whole.book is not None
    assert [sentence[:24] for sentence in whole.book.corrections] == ["Correction of Tue 14 Jul"]
    assert whole.report_key != held.report_key
    changed = kept(book, "2026-07-21", 10)  # it was reported, so that its change is told
    assert changed.book is not None
    assert [sentence[:24] for sentence in changed.book.corrections] == ["Correction of Tue 21 Jul"]


def test_nobody_who_does_not_wait_is_told_less(book: Book) -> None:
    for day in ("2026-07-07", "2026-07-14", "2026-07-21"):
        found = kept(book, day, 2 if day.endswith("21") else 10, deadline="")
    assert found.readiness is not None
    assert (found.readiness.ready, found.readiness.gate) == (False, Gate.SEND)
    corrected = kept(book, "2026-07-21", 10, deadline="").book
    assert corrected is not None
    assert corrected.corrections
