"""Files in a folder as a source: which files are a day's, and which of their rows count."""

import datetime as dt
from pathlib import Path

import pytest

from daybook.errors import ParameterError, SettingsError, SourceEmptyError, SourceError
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.sources import ConfiguredSource, load_sources
from daybook.sources.files import DayPattern
from daybook.sources.report import source_report

DAY = dt.date(2026, 11, 28)
HEADER = "Date,Product,Price,Amount,Region\n"


def folder_source(folder: Path, pattern: str = "sales_{day:%Y%m%d}.csv", more: str = "") -> ConfiguredSource:
    path = folder / "sources.toml"
    settings = f"[sources.shop]\nkind = 'folder'\nfolder = 'exports'\npattern = '{pattern}'\n{more}"
    path.write_text(settings, encoding="utf-8")
    (folder / "exports").mkdir(exist_ok=True)
    return load_sources(path, {}).get("shop")


def export(folder: Path, name: str, *rows: str) -> None:
    path = folder / "exports" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")


def test_a_day_is_compared_with_the_files_before(tmp_path: Path) -> None:
    source = folder_source(tmp_path)
    export(tmp_path, "sales_20261128.csv", "2026-11-28,tea,3,2,East")
    export(tmp_path, "sales_20261127.csv", "2026-11-27,tea,3,1,East")
    export(tmp_path, "sales_20261121.csv", "2026-11-21,tea,3,4,East")
    report = source_report(source, AnalysisParameters(), Limits())
    assert report.analysis_date == DAY
    assert report.summary.total_sales == 6
    assert report.previous_day is not None
    assert report.previous_day.sales_change_percent == 100
    assert report.week_before is not None
    assert report.week_before.sales_change_percent == -50


def test_rows_that_stand_in_several_exports_count_once(tmp_path: Path) -> None:
    source = folder_source(tmp_path)
    export(tmp_path, "sales_20261128.csv", "2026-11-28,tea,3,2,East", "2026-11-27,tea,3,1,East")
    export(tmp_path, "sales_20261127.csv", "2026-11-27,tea,3,1,East", "2026-11-26,tea,3,1,East")
    report = source_report(source, AnalysisParameters(date=DAY), Limits())
    assert report.summary.total_sales == 6
    assert report.previous_day is not None
    assert report.previous_day.total_sales == 3


def test_the_end_of_a_day_is_what_its_own_export_says(tmp_path: Path) -> None:
    """Not an early order of the day in the export of the day before: the day would pass for one that is not over."""
    source = folder_source(tmp_path)
    export(tmp_path, "sales_20261128.csv", *(f"2026-11-28 {hour}:50,tea,3,1,East" for hour in ("08", "13", "23")))
    early = "2026-11-28 00:05,tea,3,1,East"
    export(tmp_path, "sales_20261127.csv", *(f"2026-11-27 {hour}:50,tea,3,1,East" for hour in ("09", "23")), early)
    report = source_report(source, AnalysisParameters(), Limits())
    assert (report.analysis_date, report.summary.total_sales) == (DAY, 9)
    assert report.understanding is not None
    assert not report.understanding.dates.unfinished


def test_several_files_are_one_day(tmp_path: Path) -> None:
    source = folder_source(tmp_path, "{day:%Y-%m/%d}/*.csv")
    export(tmp_path, "2026-11/28/east.csv", "2026-11-28,tea,3,2,East")
    export(tmp_path, "2026-11/28/west.csv", "2026-11-28,tea,3,1,West")
    report = source_report(source, AnalysisParameters(), Limits())
    assert report.summary.total_sales == 9
    assert [region.region for region in report.regions] == ["East", "West"]


def test_a_file_of_a_month_speaks_for_its_days(tmp_path: Path) -> None:
    source = folder_source(tmp_path, "{day:%Y-%m}.csv")
    export(tmp_path, "2026-12.csv", "2026-12-01,tea,3,2,East", "2026-11-30,tea,3,9,East")
    export(tmp_path, "2026-11.csv", "2026-11-30,tea,3,1,East", "2026-11-24,tea,3,3,East")
    report = source_report(source, AnalysisParameters(date=dt.date(2026, 12, 1)), Limits())
    assert report.previous_day is not None
    assert report.previous_day.total_sales == 3
    assert report.week_before is not None
    assert report.week_before.total_sales == 9


def test_a_day_that_has_no_file_is_late(tmp_path: Path) -> None:
    source = folder_source(tmp_path)
    export(tmp_path, "sales_20261127.csv", "2026-11-27,tea,3,1,East")
    with pytest.raises(SourceEmptyError, match="no row for 2026-11-28"):
        source_report(source, AnalysisParameters(date=DAY), Limits())


def test_the_settings_name_the_columns(tmp_path: Path) -> None:
    source = folder_source(tmp_path, more="columns = { date = 'when', price = 'each', quantity = 'n' }")
    path = tmp_path / "exports" / "sales_20261128.csv"
    path.write_text("when,each,n\n2026-11-28,2.5,4\n", encoding="utf-8")
    assert source_report(source, AnalysisParameters(date=DAY), Limits()).summary.total_sales == 10


def test_a_link_out_of_the_folder_is_no_file_of_it(tmp_path: Path) -> None:
    source = folder_source(tmp_path, "*.csv")
    (tmp_path / "elsewhere.csv").write_text(HEADER + "2026-11-28,tea,3,2,East\n", encoding="utf-8")
    (tmp_path / "exports" / "link.csv").symlink_to(tmp_path / "elsewhere.csv")
    with pytest.raises(SourceEmptyError):
        source_report(source, AnalysisParameters(date=DAY), Limits())


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    source = folder_source(tmp_path)
    (tmp_path / "exports").rmdir()
    with pytest.raises(SourceError, match="no table or file of the name"):
        source_report(source, AnalysisParameters(date=DAY), Limits())


def test_an_unknown_source_is_told_the_known_ones(tmp_path: Path) -> None:
    folder_source(tmp_path)
    sources = load_sources(tmp_path / "sources.toml", {})
    with pytest.raises(ParameterError, match="There is no source “shpo”; the known ones are shop"):
        sources.get("shpo")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("nonsense", "is no TOML"),
        ("[other]", "something beside"),
        ("[sources.Shop]\nkind = 'folder'", "A source is called “Shop”"),
        ("[sources.shop]\nkind = 'shelf'", "The setting kind of the source shop is wrong"),
        ("[sources.shop]\nkind = 'folder'\nfolder = 'x'\npattern = '{date}.csv'", "The setting pattern of the source"),
        ("[sources.shop]\nkind = 'folder'\nfolder = 'x'\npattern = 'x.csv'\nsecret = 'y'", "The setting secret"),
        ("[sources.shop]\nkind = 'sql'\nurl = '${NO_SUCH}'\ntable = 'x'", "variable NO_SUCH, which is not set"),
        ("[sources.shop]\nkind = 'sql'\nurl = 'mysql://me:hunter2@db/x'\ntable = 'x'", "hold a password"),
        ("[sources.shop]\nkind = 'sql'\nurl = 'sqlite:///x'\ntable = 'x'", "has to name the column of dates"),
        ("[sources.shop]\nkind = 'sql'\nurl = 'sqlite:///x'\nquery = 'SELECT 1'", "has to have :day in it"),
        ("[sources.shop]\nkind = 'sql'\nurl = 'mssql://x'\nquery = 'SELECT :day'", "begins with one of"),
    ],
)
def test_wrong_settings_are_said_and_never_quoted(tmp_path: Path, settings: str, said: str) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(settings, encoding="utf-8")
    with pytest.raises(SettingsError, match=said) as error:
        load_sources(path, {})
    assert "hunter2" not in str(error.value)


def test_a_password_may_hold_any_character(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(
        "[sources.shop]\nkind = 'sql'\nurl = 'mysql://me:${PW}@db/x'\ntable = 'x'\ncolumns = { date = 'd' }\n", "utf-8"
    )
    found = load_sources(path, {"PW": "a@b/c:d"})
    assert found.variables == {"PW"}
    assert "a@b" not in repr(found)
    assert found.get("shop").model_dump()["url"].get_secret_value() == "mysql://me:a%40b%2Fc%3Ad@db/x"


@pytest.mark.parametrize(
    ("pattern", "path", "days"),
    [
        ("sales_{day:%Y%m%d}.csv", "/x/sales_20261128.csv", [DAY]),
        ("{day}/*.csv", "/x/2026-11-28/east.csv", [DAY]),
        ("{day:%Y/%m}/{day:%d}-*.csv", "/x/2026/11/28-east.csv", [DAY]),
        ("{day:%Y/%m}/{day:%Y%m%d}.csv", "/x/2026/11/20261128.csv", [DAY]),
        ("{day:%Y/%m}/{day:%Y%m%d}.csv", "/x/2026/10/20261128.csv", []),
        ("sales_{day:%Y%m%d}.csv", "/x/sales_20261199.csv", []),
        ("sales_{day:%Y%m%d}.csv", "/x/sales_20261128.csv.bak", []),
    ],
)
def test_the_day_in_a_path(pattern: str, path: str, days: list[dt.date]) -> None:
    assert DayPattern(pattern).days([path]) == days
