"""`daybook book` and `daybook analyze --book`."""

import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest

from tests.cli.conftest import Run

HEADER = "Date,Product,Price,Amount,Region\n"
LAST = dt.date(2026, 8, 30)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = []
    for day, amount in ((29, 2), (30, 3)):
        path = tmp_path / f"{day}.csv"
        path.write_text(f"{HEADER}2026-10-{day},tea,5,{amount},north\n")
        paths.append(path)
    return paths


def test_a_book_from_its_first_day_to_its_end(run: Run, files: list[Path], tmp_path: Path) -> None:
    environ = {"DAYBOOK_BOOK_FOLDER": str(tmp_path / "books")}
    assert run("book", "list", **environ).stdout == "There are no books yet.\n"
    for file in files:
        result = run("analyze", str(file), "--book", "shop-east", "--format", "json", **environ)
        assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["previous_day"]["sales_change_percent"] == 50.0
    assert run("book", "list", **environ).stdout == "shop-east: 2 days, 2026-10-29 to 2026-10-30\n"
    assert run("book", "show", "shop-east", "--from", "2026-10-30", **environ).stdout == (
        "2026-10-30  sales 15.00, orders 1, revision 1 (30.csv)\n"
    )
    files[0].write_text(f"{HEADER}2026-10-29,tea,5,9,north\n")
    added = run("book", "add", "Shop-East", *map(str, files), **environ)
    assert added.stdout == "2026-10-29  corrected\n2026-10-30  unchanged\n"
    assert run("book", "forget", "shop-east", stdin="n\n", **environ).exit_code == 1
    assert run("book", "forget", "shop-east", "--yes", **environ).stdout == "The book shop-east is forgotten.\n"
    gone = run("book", "show", "shop-east", **environ)
    assert (gone.exit_code, gone.stderr) == (
        1, "There is no book called shop-east; add a file to it first, or look at the list of books.\n",
    )  # fmt: skip


def test_a_month_of_a_book_and_of_a_file(run: Run, tmp_path: Path) -> None:
    environ = {"DAYBOOK_BOOK_FOLDER": str(tmp_path / "books")}
    file = tmp_path / "october.csv"
    file.write_text(HEADER + "".join(f"2026-10-{day:02},tea,5,2,north\n" for day in range(1, 32)))
    assert run("book", "add", "shop", str(file), **environ).exit_code == 0
    shown = run("book", "report", "shop", "--period", "month", **environ)
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.startswith("October 2026: sales 310.00\n")
    path = tmp_path / "week.json"
    run("book", "report", "shop", "--date", "2026-W42", "-o", str(path), **environ)
    assert json.loads(path.read_text())["period"]["name"] == "2026-W42"
    alone = run("analyze", str(file), "--period", "week", "--format", "markdown")
    assert alone.stdout.startswith("### Week 43, 19 to 25 Oct: sales 70.00\n")
    wrong = run("book", "report", "shop", **environ)
    assert (wrong.exit_code, wrong.stderr) == (
        1, "Without a file a report is on a week, a month or a range; set the period, such as week.\n",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["wide.csv", "wide.parquet"])
def test_export_writes_one_wide_table(run: Run, files: list[Path], tmp_path: Path, name: str) -> None:
    folder = str(tmp_path / "elsewhere")
    run("book", "--book-folder", folder, "add", "shop", *map(str, files))
    result = run("book", "--book-folder", folder, "export", "shop", str(tmp_path / name))
    assert result.stdout == "2 rows written.\n"
    path = tmp_path / name
    table = pl.read_csv(path, try_parse_dates=True) if name.endswith("csv") else pl.read_parquet(path)
    assert table["date"].cast(pl.String).to_list() == ["2026-10-29", "2026-10-30"]
    assert [float(sales) for sales in table["sales"]] == [10.0, 15.0]
    assert table.select("product", "region", "price_band", "orders").row(0) == ("tea", "north", "0-100", 1)


def test_a_day_is_explained_and_what_was_said_taken_back(run: Run, files: list[Path], tmp_path: Path) -> None:
    environ = {"DAYBOOK_BOOK_FOLDER": str(tmp_path / "books")}
    run("book", "add", "shop", *map(str, files), **environ)
    said = run("book", "explain", "shop", "2026-10-30", "--because", "stock_out", "--note", "no tea", **environ)
    assert said.stdout == "Kept: 2026-10-30 was a stock-out. It is not alarmed again, and not learned from.\n"
    shown = json.loads(run("book", "show", "shop", "--format", "json", **environ).stdout)
    assert [(each["explained"] or {}).get("note") for each in shown] == [None, "no tea"]
    run("book", "export", "shop", str(tmp_path / "wide.parquet"), **environ)
    assert pl.read_parquet(tmp_path / "wide.parquet")["explained"].to_list() == ["", "stock_out"]
    assert run("book", "explain", "shop", "2026-10-30", "--take-back", **environ).stdout.startswith("Taken back: ")
    for wrong, sentence in (
        (["2026-10-31", "--because", "holiday"], "The book shop holds no day from 2026-10-31 to 2026-10-31;"),
        (["2026-10-30", "--because", "other"], "For another reason a note is needed"),
        (["2026-10-30"], "Give --because with a reason, or --take-back, one of them."),
    ):
        refused = run("book", "explain", "shop", *wrong, **environ)
        assert (refused.exit_code, refused.stderr.startswith(sentence)) == (1, True), refused.stderr


def test_without_the_libraries_it_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util  # noqa: PLC0415

    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "polars" else found(name))
    result = run("book", "list")
    assert result.exit_code == 1
    assert (
        result.stderr == "Books need Polars, which is not installed: run `pip install '.[book]'` in Daybook's folder.\n"
    )


@pytest.fixture
def month(tmp_path: Path, run: Run) -> dict[str, str]:
    """Where a book of 42 days is kept, a week of which repeats."""
    rows = "".join(f"{LAST - dt.timedelta(days=back)},tea,{100 + back % 7},10,north\n" for back in range(42))
    path = tmp_path / "weeks.csv"
    path.write_text(HEADER + rows)
    environ = {"DAYBOOK_BOOK_FOLDER": str(tmp_path / "books")}
    assert run("book", "add", "shop", str(path), **environ).exit_code == 0
    return environ


def test_the_coming_days_are_told_with_their_error(run: Run, month: dict[str, str]) -> None:
    lines = run("forecast", "shop", "--days", "3", **month).stdout.splitlines()
    assert lines[0] == "Next 3 days: about 3,150"
    assert [line.partition(" (")[0] for line in lines[1:4]] == [
        "2026-08-31  Monday  1,060.00", "2026-09-01  Tuesday  1,050.00", "2026-09-02  Wednesday  1,040.00",
    ]  # fmt: skip
    assert lines[4].startswith("Measured over 3 weeks: such forecasts were off by 0% of sales, ")
    assert lines[5].startswith("Method: ")
    assert len(lines) == 6


def test_they_are_told_in_chinese_and_as_json(run: Run, month: dict[str, str]) -> None:
    chinese = run("forecast", "shop", DAYBOOK_LANGUAGE="zh_Hans", **month).stdout.splitlines()
    assert chinese[0] == "未来 7 天：预计 7,210 元，与过去 7 天基本持平"
    assert chinese[1].startswith("2026-08-31  周一  1,060.00 元")
    assert chinese[8].startswith("按最近 3 周检验，")
    found = json.loads(run("forecast", "shop", "--format", "json", **month).stdout)
    assert (found["last_day"], found["known_days"], found["error_weeks"]) == ("2026-08-30", 42, 3)
    assert [day["expected_sales"] for day in found["days"]] == pytest.approx(
        [1060, 1050, 1040, 1030, 1020, 1010, 1000], abs=0.1
    )
    assert all(day["low"] < day["expected_sales"] < day["high"] for day in found["days"])
    assert len(found["recent"]) == 28


def test_they_are_drawn(run: Run, month: dict[str, str], tmp_path: Path) -> None:
    picture = tmp_path / "ahead.png"
    assert run("forecast", "shop", "--picture", str(picture), **month).exit_code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    refused = run("forecast", "shop", "--picture", str(tmp_path / "nowhere" / "ahead.png"), **month)
    assert refused.exit_code == 1
    assert refused.stderr.endswith("(No such file or directory); name another file with --picture.\n")


def test_what_cannot_be_forecast_is_said(run: Run, files: list[Path], month: dict[str, str], tmp_path: Path) -> None:
    run("book", "add", "young", *map(str, files), **month)
    picture = tmp_path / "none.png"
    found = run("forecast", "young", "--picture", str(picture), **month)
    assert (found.exit_code, found.stdout) == (0, "No forecast yet: 2 days of sales are known, and 21 are needed.\n")
    assert not picture.exists()
    for ahead in ("0", "61"):
        refused = run("forecast", "shop", "--days", ahead, **month)
        assert refused.exit_code == 1
        assert refused.stderr == "The number of days to look ahead is invalid; choose 1 to 60.\n"
    absent = run("forecast", "shop", "--candidate", "prophet", **month)
    assert absent.exit_code == 1
    assert absent.stderr.startswith("prophet is not installed here; ")
    unknown = run("forecast", "nobody", **month)
    assert unknown.exit_code == 1
    assert unknown.stderr.startswith("There is no book called nobody; ")
