"""`daybook book` and `daybook analyze --book`."""

import json
from pathlib import Path

import polars as pl
import pytest

from tests.cli.conftest import Run

HEADER = "Date,Product,Price,Amount,Region\n"


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


def test_without_the_libraries_it_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util  # noqa: PLC0415

    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "polars" else found(name))
    result = run("book", "list")
    assert result.exit_code == 1
    assert (
        result.stderr == "Books need Polars, which is not installed: run `pip install '.[book]'` in Daybook's folder.\n"
    )
