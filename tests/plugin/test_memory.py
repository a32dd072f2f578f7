"""The book in Dify's storage: comparisons and corrections without a service, within the size that is declared."""

import datetime as dt
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from daybook.errors import ParameterError, SettingsError
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.plugin import memory, reader
from daybook.plugin.memory import KEEP_DAYS, MOST_BYTES, StorageBook
from daybook.report import SalesReport
from daybook.store import MemoryStore, Store
from tests.project_files import ROOT

HEADER = "Date,Product,Price,Amount,Region\n"

type Report = Callable[..., SalesReport]


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def report(store: MemoryStore) -> Report:
    return lambda *rows, **asked: made(store, "shop-east", *rows, **asked)


def made(store: Store, name: str, *rows: str, **asked: str) -> SalesReport:
    parameters = AnalysisParameters.model_validate({"language": "en_US", "book": name, **asked})
    text = HEADER + "".join(f"{row}\n" for row in rows)
    return StorageBook(store, name).complete(*reader.analyze(text.encode(), parameters, Limits.embedded()), parameters)


def test_a_file_of_one_day_is_compared_with_days_of_the_book(report: Report) -> None:
    report("2026-10-23,tea,5,4,north")
    report("2026-10-29,tea,5,2,north")
    found = report("2026-10-30,tea,5,3,north")
    assert found.previous_day is not None
    assert found.week_before is not None
    assert (found.previous_day.sales_change_percent, found.week_before.sales_change_percent) == (50.0, -25.0)
    assert found.book is not None
    assert [str(day) for day in found.book.compared] == ["2026-10-29", "2026-10-23"]
    assert "up 50.0% on the day before" in found.insights[0]


def test_what_changed_since_a_day_of_the_book_is_known_product_by_product(report: Report) -> None:
    report("2026-10-23,tea,5,4,north", "2026-10-23,cake,3,1,south")
    report("2026-10-29,tea,5,2,north")
    found = report("2026-10-30,tea,5,3,north", "2026-10-30,milk,2,1,north")
    assert [(str(day.date), day.sales) for day in found.days] == [
        ("2026-10-23", 23.0), ("2026-10-29", 10.0), ("2026-10-30", 17.0),
    ]  # fmt: skip
    assert found.moved is not None
    told = [(part.name, part.change, part.status) for part in found.moved.parts]
    assert (str(found.moved.date), told) == (
        "2026-10-23", [("tea", -5.0, ""), ("cake", -3.0, "vanished"), ("milk", 2.0, "new")],
    )  # fmt: skip
    assert found.moved.others == 0
    assert {each.product: each.before for each in found.top_products} == {"tea": 20.0, "milk": 0.0}
    assert {each.region: each.before for each in found.regions} == {"north": 20.0}


def test_it_says_what_the_book_of_the_library_says(report: Report, tmp_path: Path) -> None:
    import daybook  # noqa: PLC0415
    from daybook.book import Shelf  # noqa: PLC0415

    book = Shelf.open(tmp_path).book("shop-east")
    files = (
        ["2026-10-29,tea,5,2,north", "2026-10-29,cake,3,1,north"],
        ["2026-10-30,tea,5,3,north"],
        ["2026-10-30,tea,5,4.25,north"],
        ["2026-10-29,tea,5,2,north", "2026-10-30,tea,5,5,north", "2026-10-31,tea,5,3,north"],
    )
    for rows in (*files, files[-1]):
        small = report(*rows)
        text = HEADER + "".join(f"{row}\n" for row in rows)
        full = daybook.analyze(text.encode(), AnalysisParameters.model_validate({"language": "en_US"}), book=book)
        assert small.book is not None
        assert full.book is not None
        differing = {"book", "report_key", "warnings"}
        assert small.model_dump(exclude=differing) == full.model_dump(exclude=differing)
        assert small.book.model_dump(exclude={"notes"}) == full.book.model_dump(exclude={"notes"})
        assert len(small.book.notes) == len(full.book.notes)


def test_a_corrected_file_is_told_once_with_its_differences(report: Report) -> None:
    first = report("2026-10-30,tea,5,3,north")
    second = report("2026-10-30,tea,5,4,north")
    assert second.book is not None
    assert second.book.corrections == [
        "Correction of Fri 30 Oct: sales 15.00 → 20.00, units 3 → 4; “tea” 15.00 → 20.00."
    ]
    assert (second.book.correction_key, second.book.revision) == ("shop-east 2026-10-30 r2", 2)
    assert second.report_key != first.report_key
    assert report("2026-10-30,tea,5,4,north") == second
    later = report("2026-10-31,tea,5,4,north")
    assert later.book is not None
    assert not later.book.corrections


def test_a_week_is_of_the_file_alone_and_that_is_said(report: Report) -> None:
    before = [f"2026-10-{day},tea,5,2,north" for day in range(19, 26)]
    report(*before)
    week = [f"2026-10-{day},tea,5,4,north" for day in range(26, 32)]
    found = report(*week, period="week", date="2026-W44")
    assert found.period is not None
    assert found.period.former is not None
    assert (found.period.held, found.period.former.held, found.judgement) == (6, 0, None)
    assert any("from the file alone" in sentence for sentence in found.warnings)
    assert report(*week).book is not None
    day = report("2026-10-31,tea,5,4,north", "2026-11-01,tea,5,5,north")
    assert day.week_before is not None  # the days of both files are in the book


def test_a_part_of_a_day_stays_out_and_is_said(report: Report) -> None:
    report("2026-10-30,tea,5,3,north", "2026-10-30,cake,4,1,north")
    found = report("2026-10-30,tea,5,3,north", "2026-10-31,tea,5,4,north")
    assert found.previous_day is not None
    assert found.previous_day.total_sales == 19.0
    assert any("holds a part of Fri 30 Oct (1 row, the book shop-east has 2 rows)" in each for each in found.warnings)


def test_only_what_is_known_of_both_days_is_called_changed(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "PRODUCTS", 2)
    report("2026-10-30,a,9,1,n", "2026-10-30,b,8,1,n", "2026-10-30,c,7,1,n")
    found = report("2026-10-30,a,9,1,n", "2026-10-30,b,1,1,n", "2026-10-30,c,7,1,n")
    assert found.book is not None
    # of b it is not known what it is now, of c not what it was
    assert found.book.corrections == ["Correction of Fri 30 Oct: sales 24.00 → 17.00."]


def test_old_months_go(store: MemoryStore) -> None:
    day = dt.date(2024, 1, 31)
    while day < dt.date(2026, 10, 31):
        made(store, "old", f"{day},tea,5,3,north")
        day += dt.timedelta(days=59)
    months = sorted(key.rpartition("-2")[2] for key in store._values if key.startswith("book-"))  # noqa: SLF001
    assert len(months) <= KEEP_DAYS // 28 + 2
    assert months[0] >= "025-08"


def test_all_books_together_stay_within_what_is_declared(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    declared = yaml.safe_load((ROOT / "manifest.yaml").read_text())["resource"]["permission"]["storage"]["size"]
    assert declared >= MOST_BYTES + 1024 * 1024
    monkeypatch.setattr(memory, "MOST_BYTES", 8_000)
    said = []
    for month in range(1, 13):
        rows = [f"2026-{month:02}-{day:02},product {day * month % 97},{day}.{month},3,n" for day in range(1, 29)]
        for name in ("one", "two"):
            found = made(store, name, *rows)
            said += [warning for warning in found.warnings if "is full" in warning]
    held = sum(len(value) for key, value in store._values.items() if key.startswith("book-"))  # noqa: SLF001
    assert held <= 8_000
    assert said


def test_a_full_book_of_400_days_fits_several_times() -> None:
    store = MemoryStore()
    day = dt.date(2025, 9, 1)
    for _ in range(13):
        rows: list[str] = []
        while day.day != 1 or not rows:
            rows += [f"{day},Product number {number},{number}.{day.day},{day.month},north" for number in range(120)]
            day += dt.timedelta(days=1)
        made(store, "large", *rows)
    held = sum(map(len, store._values.values()))  # noqa: SLF001
    assert 50_000 < held < MOST_BYTES / 4


@pytest.mark.parametrize("damaged", [b"no zlib", zlib.compress(b"[1]"), zlib.compress(b"7")])
def test_a_damaged_month_is_said_and_put_aside(store: MemoryStore, report: Report, damaged: bytes) -> None:
    report("2026-10-29,tea,5,2,north")
    [key] = [key for key in store._values if key.endswith("2026-10")]  # noqa: SLF001
    store.set(key, damaged)
    found = report("2026-10-30,tea,5,3,north")
    assert "What the book shop-east kept of 2026-10 is damaged and was not read" in " ".join(found.warnings)
    assert found.previous_day is None
    assert store.get(f"{key}-damaged") == damaged
    again = report("2026-10-31,tea,5,3,north")
    assert "damaged" not in " ".join(again.warnings)
    assert again.previous_day is not None


def test_a_storage_that_does_not_work_is_said() -> None:
    class Broken(MemoryStore):
        def get(self, key: str) -> bytes | None:
            raise RuntimeError(key)

    with pytest.raises(SettingsError, match="storage"):
        made(Broken(), "shop", "2026-10-30,tea,5,3,north")
    with pytest.raises(ParameterError, match="invalid"):
        StorageBook(MemoryStore(), "../x")


def test_a_day_that_is_cut_is_judged_up_to_its_last_whole_hour(report: Report) -> None:
    first = dt.date(2026, 6, 1)  # no holiday in the weeks after it
    header = [f"{9 + number % 12}:{number * 7 % 60:02}" for number in range(48)]

    def rows(day: dt.date, last_hour: int = 24) -> list[str]:
        amount = 5 + day.toordinal() % 3
        return [f"{day} {time:0>5},tea,{amount},1,north" for time in header if int(time.partition(":")[0]) < last_hour]

    days = [first + dt.timedelta(days=number) for number in range(28)]
    cut = days[-1] + dt.timedelta(days=1)
    whole = [row for day in days for row in rows(day)]
    report(*whole[: len(whole) // 2])
    found = report(*whole[len(whole) // 2 :], *rows(cut, 15))
    assert found.analysis_date == cut
    assert found.judgement is not None
    assert (found.judgement.verdict, found.judgement.until) == ("normal", "15:00")
    assert found.judgement.reason.startswith("As expected up to 15:00: ")
    assert found.judgement.sales_until == sum(each.sales for each in found.hours if each.hour < 15)
    assert [each.usual is None for each in found.hours] == [False] * 12
    judged = report(*rows(days[-1]), *[row.replace("tea,", "tea,0.") for row in rows(cut, 15)])
    assert judged.judgement is not None
    assert judged.judgement.verdict == "alarming"
