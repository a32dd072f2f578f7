"""How a column of dates is read: every form of one day, and what the column decides."""

# ruff: noqa: E501  columns and what they are read as, a row each

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybook.errors import ParameterError, QuestionError
from daybook.table.cells import State
from daybook.table.dates import date_form


def read(*texts: str, **options: object) -> list[str]:
    """Each text's day, with its time where it has one, or the word for its state."""
    dates = date_form(texts, **options).read(texts)  # type: ignore[arg-type]
    found = []
    for day, second, state in zip(dates.days, dates.seconds, dates.states, strict=True):
        if state != State.VALUE:
            found.append(State(state).name)
            continue
        text = (dt.date(1970, 1, 1) + dt.timedelta(days=int(day))).isoformat()
        found.append(text if second < 0 else f"{text} {dt.timedelta(seconds=int(second))}")
    return found


DAY = """2026-10-31|2026.10.31|2026/10/31|2026/10/31（周六）|2026-10-31 星期六|2026年10月31日|2026年10月31日 星期六|2026年10月31日（土）
2026年10月31號|20261031|20261031.0|２０２６－１０－３１|2026. 10. 31.|2026년 10월 31일|2026년 10월 31일 토요일|2026-10-31 (Sat)|2026-W44-6
31.10.2026|31. 10. 2026|31-Oct-26|31-Oct-2026|31Oct2026|Oct 31, 2026|October 31st, 2026|31 October 2026|Sat Oct 31 2026|Saturday, October 31, 2026
31. Oktober 2026|Samstag, 31. Oktober 2026|31-OKT-2026|31 octobre 2026|samedi 31 octobre 2026|31 oct. 2026|31 de octubre de 2026|sábado, 31 de outubro de 2026
31 de out de 2026|2026 Oct 31|令和8年10月31日|平成38年10月31日|民國115年10月31日|民国115/10/31|115/10/31|十月 31, 2026|'2026-10-31""".replace(
    "\n", "|"
).split("|")

MORNING = """2026-10-31 08:00|2026-10-31T08:00:00|2026-10-31 8:00:00|2026/10/31 8:00|2026-10-31 08:00:00+08|2026-10-31 08:00:00.123456+08
2026-10-31T08:00:00.000Z|2026-10-31 08:00:00 +0800 CST|2026-10-31 08:00:00 +0800 CST m=+0.12|2026-10-31T08:00:00+08:00[Asia/Shanghai]|2026-10-31 08:00:00 -0400
20261031080000|202610310800|20261031T080000Z|20261031 080000|2026年10月31日8时|2026年10月31日 上午8时00分|2026/10/31 上午8:00|2026. 10. 31. 오전 8:00:00
Sat, 31 Oct 2026 08:00:00 +0800|Sat Oct 31 08:00:00 CST 2026|Sat Oct 31 2026 08:00:00 GMT+0800 (China Standard Time)|10/31/2026 8:00 AM|10/31/2026 08:00:00 a.m.
31-Oct-2026 08:00|Oct 31, 2026 at 8:00 AM|31 de outubro de 2026 às 08:00|31.10.2026, 08:00 Uhr|2026-10-31 08h00|08:00 2026-10-31|/Date(1793433600000)/|1793433600|1793433600000""".replace(
    "\n", "|"
).split("|")


@pytest.mark.parametrize("text", DAY)
def test_a_day_is_read(text: str) -> None:
    assert read(text) == ["2026-10-31"]


@pytest.mark.parametrize("text", MORNING)
def test_a_time_of_day_is_read_as_it_is_written(text: str) -> None:
    assert read(text) == ["2026-10-31 8:00:00"]


def test_all_forms_in_one_column() -> None:
    assert read(*DAY, *MORNING) == ["2026-10-31"] * len(DAY) + ["2026-10-31 8:00:00"] * len(MORNING)


NONE = "abc|08:30|2026-10|10月31日|Oct 31|0000-00-00|2026-02-30|2026-13-01|2026-10-31 25:00|129.00|3|A1001|１２|2026-10-3¹|Date|31/31/2026|6923450657713|#N/A"


@pytest.mark.parametrize("text", NONE.split("|"))
def test_what_is_no_day_is_none(text: str) -> None:
    assert read("2026-10-31", text) == ["2026-10-31", "BAD"]


COLUMNS = [
    (("13/10/2026", "10/11/2026"), ("2026-10-13", "2026-11-10")),
    (("10/13/2026", "10/11/2026"), ("2026-10-13", "2026-10-11")),
    (("10-13-2026", "10/11/2026"), ("2026-10-13", "2026-10-11")),
    (("10.11.2026",), ("2026-11-10",)),
    (("10.31.2026", "10.11.2026"), ("2026-10-31", "2026-10-11")),
    (("13/10/2026", "10/14/2026"), ("2026-10-13", "2026-10-14")),
    (("11/11/2026", "12/12/2026"), ("2026-11-11", "2026-12-12")),
    (("04/19/19 08:46", "04/01/19"), ("2019-04-19 8:46:00", "2019-04-01")),
    (("31/10/26",), ("2026-10-31",)),
    (("31.10.26", "01.11.26"), ("2026-10-31", "2026-11-01")),
    (
        ("26.10.01", "26.10.05", "26.10.09", "26.10.20", "26.10.25"),
        ("2026-10-01", "2026-10-05", "2026-10-09", "2026-10-20", "2026-10-25"),
    ),
    (
        ("01-10-26", "05-10-26", "09-10-26", "20-10-26", "25-10-26"),
        ("2026-10-01", "2026-10-05", "2026-10-09", "2026-10-20", "2026-10-25"),
    ),
    (("46325", "46326.5"), ("2026-10-30", "2026-10-31 12:00:00")),
    (("46325", "2026-10-30"), ("2026-10-30", "2026-10-30")),
    (("46325", "2016-10-30"), ("BAD", "2016-10-30")),
    (("2569-10-31", "2569-11-01"), ("2026-10-31", "2026-11-01")),
    (("31/10/2569",), ("2026-10-31",)),
    (("2569-10-31", "2026-11-01"), ("2569-10-31", "2026-11-01")),
    (("9999-12-31", "2026-10-31"), ("9999-12-31", "2026-10-31")),
    (
        ("2026-10-31 24:00:00", "2026-10-31 12:30 PM", "2026-10-31 12:30 AM"),
        ("2026-10-31 23:59:59", "2026-10-31 12:30:00", "2026-10-31 0:30:00"),
    ),
    (("", "\u3000", "2026-10-31"), ("BLANK", "BLANK", "2026-10-31")),
]


@pytest.mark.parametrize(("texts", "expected"), COLUMNS, ids=[texts[0] or "blank" for texts, _ in COLUMNS])
def test_the_column_decides(texts: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert read(*texts, this_year=2026) == list(expected)


@pytest.mark.parametrize(
    ("texts", "choices"),
    [
        (("10/11/2026", "12/11/2026"), ["%d/%m/%Y", "%m/%d/%Y"]),
        (("13/10/2026", "10/14/2026", "01/02/2026"), ["%d/%m/%Y", "%m/%d/%Y"]),
        (("26-10-25",), ["%d-%m-%y", "%y-%m-%d"]),
        (("01/02/03",), ["%d/%m/%y", "%m/%d/%y", "%y/%m/%d"]),
    ],
)
def test_what_no_date_decides_is_asked(texts: tuple[str, ...], choices: list[str]) -> None:
    with pytest.raises(QuestionError) as asked:
        date_form(texts, this_year=2026)
    assert asked.value.parameter == "date_format"
    assert [choice.value for choice in asked.value.choices] == choices
    for choice in choices:
        assert "BAD" not in read(*texts[-1:], date_format=choice)


def test_a_named_format_orders_what_has_a_time_behind_it() -> None:
    assert read("10/11/2026", "10/12/2026 08:00", date_format="%m/%d/%Y") == ["2026-10-11", "2026-10-12 8:00:00"]
    assert read("2026-31-10", "2026-10-31", date_format="%Y-%d-%m") == ["2026-10-31", "BAD"]


def test_a_format_that_is_none_is_refused() -> None:
    with pytest.raises(ParameterError):
        date_form(["2026-10-31"], date_format="%d/%m")


def test_a_zone_gives_the_day_of_the_report() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    texts = ("2026-10-31T22:00:00-0400", "2026-10-31T02:00:00Z", "1793433600", "2026-10-31 23:00", "2026-10-31")
    days = ["2026-11-01 10:00:00", "2026-10-31 10:00:00", "2026-10-31 16:00:00", "2026-10-31 23:00:00", "2026-10-31"]
    assert read(*texts, zone=shanghai) == days


_FORMATS = [
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%y",
    "%y-%m-%d",
    "%d-%b-%y",
    "%B %d, %Y",
    "%Y%m%d",
    "%Y年%m月%d日",
    "%m/%d/%y %H:%M",
    "%d.%m.%Y %H:%M:%S",
]


@given(
    days=st.lists(st.dates(dt.date(2001, 1, 1), dt.date(2026, 12, 31)), min_size=1, max_size=8),
    form=st.sampled_from(_FORMATS),
)
def test_what_a_format_writes_is_read_back_or_asked_about(days: list[dt.date], form: str) -> None:
    texts = [day.strftime(form) for day in days]
    try:
        got = read(*texts, this_year=2026)
    except QuestionError:
        return
    assert [day[:10] for day in got] == [day.isoformat() for day in days]


@given(st.lists(st.text(alphabet="0123456789-/.: 年月日时TZ+octpmав", max_size=14), min_size=1, max_size=5))
def test_any_text_has_a_state(texts: list[str]) -> None:
    try:
        assert len(read(*texts)) == len(texts)
    except QuestionError:
        return
