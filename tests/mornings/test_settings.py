"""The settings file of the mornings, and which reports it makes due."""

import datetime as dt
from pathlib import Path

import pytest

from daybook.errors import SettingsError
from daybook.mornings.schedule import due_for, dues
from daybook.mornings.settings import BookMorning, load_mornings

FILE = """
[alert]
robot = "ops"
heartbeat_url = "https://hc.example.com/secret-word"
[links]
airflow = "https://airflow.example.com/dags/{dag}/runs/{run}"
[books.Shop-East]
due = "8:00"
grace_minutes = 45
days = "workdays"
[books.web]
due = "09:30"
zone = "Europe/Berlin"
days = ["mon", "sat"]
day_offset = 0
robot = "sales"
"""


def load(folder: Path, text: str) -> object:
    path = folder / "mornings.toml"
    path.write_text(text, encoding="utf-8")
    return load_mornings(path)


def test_the_file_says_what_is_due(tmp_path: Path) -> None:
    (tmp_path / "mornings.toml").write_text(FILE, encoding="utf-8")
    found = load_mornings(tmp_path / "mornings.toml")
    assert found.alert.robot == "ops"
    assert "secret-word" not in repr(found)
    assert list(found.books) == ["shop-east", "web"]
    east = found.books["shop-east"]
    assert (east.due, east.zone.key, east.day_offset) == (dt.time(8), "Asia/Shanghai", -1)
    assert load_mornings(None).books == {}


@pytest.mark.parametrize(
    "text",
    [
        '[books.a]\ndue = "secret"',
        '[books.a]\ndue = "25:00"',
        '[books.a]\ndue = "08:00"\nzone = "secret"',
        '[books.a]\ndue = "08:00"\nzone = "../secret"',
        '[books.a]\ndue = "08:00"\nsecret = 1',
        '[books."a secret/x"]\ndue = "08:00"',
        "[books.a]\ngrace_minutes = 5",
        '[alert]\nheartbeat_url = "secret"',
        '[links]\ndify = "https://dify.example.com/{secret}"',
        "secret",
        'books = "secret"',
    ],
)
def test_what_is_wrong_is_named_and_not_quoted(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, text)
    assert "DAYBOOK_MORNINGS" in str(caught.value)
    assert "\n" not in str(caught.value)
    if "secret =" not in text and "a secret" not in text:
        assert "secret" not in str(caught.value)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="DAYBOOK_MORNINGS"):
        load_mornings(tmp_path / "none.toml")


def book(**values: object) -> BookMorning:
    return BookMorning.model_validate({"due": "08:00", **values})


def mornings(settings: BookMorning, first: dt.date, days: int) -> list[dt.date]:
    since = dt.datetime.combine(first, dt.time(), settings.zone)
    return [due.at.date() for due in dues(settings, since, since + dt.timedelta(days=days, seconds=-1))]


def test_yesterday_is_due_at_eight_in_shanghai() -> None:
    noon = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)
    [due] = dues(book(), noon - dt.timedelta(days=1), noon)
    assert due.day == dt.date(2026, 11, 27)
    assert due.at.astimezone(dt.UTC) == dt.datetime(2026, 11, 28, 0, 0, tzinfo=dt.UTC)
    assert due.late - due.at == dt.timedelta(minutes=30)
    assert due_for(book(), due.day) == due


def test_workdays_are_those_of_the_calendar_with_holidays_and_make_up_days() -> None:
    first = dt.date(2026, 9, 28)  # a Monday; the holiday is 1 to 7 October, and Saturday the 10th is worked on
    found = mornings(book(days="workdays"), first, 14)
    assert [day.isoformat() for day in found] == [
        "2026-09-28", "2026-09-29", "2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10",
    ]  # fmt: skip


def test_named_weekdays_and_a_zone_that_moves_its_clocks() -> None:
    settings = book(days=["sun"], zone="Europe/Berlin", due="02:30")
    spring = dt.date(2026, 3, 29)  # there is no 02:30
    assert mornings(settings, spring - dt.timedelta(days=3), 8) == [spring]
    due = due_for(settings, spring - dt.timedelta(days=1))
    assert due is not None
    assert due.late - due.at.astimezone(dt.UTC) == dt.timedelta(minutes=30)
    assert due_for(settings, spring) is None
