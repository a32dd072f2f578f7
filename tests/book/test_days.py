"""A day's file gives back every cell; its digest is that of the figures, not of how they were written."""

import datetime as dt
import random
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import daybook
from daybook.book import Book, Shelf
from daybook.book.changes import book_name
from daybook.book.day_file import DayCube, days_of
from daybook.cube import AMOUNTS, KEYS, MEASURES, Cube
from daybook.database import sqlite_url
from daybook.errors import FileError, ParameterError, SettingsError
from daybook.hours import HourSums
from daybook.judge import Judge
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.reduce.pandas import read_cube
from daybook.table import open_table

_FINEST = {"sales": 18, "price": 6, "quantity": 6, "profit": 18}
_HEADER = "Order No,Date,Product,Price,Amount,Region,Channel,Status,Cost\n"
_NUMBERS = st.one_of(
    st.integers(-3, 2000).map(str),
    st.decimals(-5, 10**11, places=6).map(str),
    st.sampled_from(["", "¥1,234.50", "１２", "n/a", "0.000001", "999999999999.999999"]),
)
_NAMES = st.one_of(
    st.sampled_from(["tea", " tea ", "茶", "", "=1+1", "a\x1fb", "\u202etea", "Ä", "😀"]), st.text("abc ", max_size=5)
)
_ROWS = st.lists(
    st.tuples(
        st.one_of(st.just(""), st.integers(1, 8).map(lambda number: f"N{number}")),
        st.sampled_from(
            ["2026-10-29", "2026-10-30", "2026/10/31", "2026-10-30 14:05", "2026-10-31 23:59:59", "", "31 Feb"]
        ),
        _NAMES,
        _NUMBERS,
        _NUMBERS,
        _NAMES,
        st.sampled_from(["web", "shop", ""]),
        st.sampled_from(["paid", "cancelled", "refunded", ""]),
        _NUMBERS,
    ),
    min_size=1,
    max_size=25,
)


def cells(cube: Cube) -> list[tuple[object, ...]]:
    """Every cell and order number of a cube, in one order and unit."""
    numbers: list[list[int]] = [[] for _ in range(len(cube))]
    for place, digest in zip(cube.numbers.places.tolist(), cube.numbers.digests.tolist(), strict=True):
        numbers[place].append(digest)
    keys = [cube.columns[key].tolist() for key in KEYS]
    measures = [[int(value) for value in cube.measure(name, _FINEST).tolist()] for name in MEASURES]
    return sorted(zip(*keys, *measures, (tuple(sorted(held)) for held in numbers), strict=True), key=str)


def hours(cube: Cube) -> list[tuple[str, int, int, int]]:
    """What the cube holds of the hours of its dates, in the finest unit."""
    return cube.hours.finer(_FINEST["sales"] - cube.decimals["sales"]).rows()


def quoted(row: Iterable[str]) -> str:
    return ",".join('"{}"'.format(cell.replace('"', '""')) for cell in row) + "\n"


def cube_of(rows: Iterable[Iterable[str]]) -> Cube:
    data = (_HEADER + "".join(map(quoted, rows))).encode()
    table = open_table(data, limits=Limits())
    columns = {"quantity": "Amount", "order": "Order No", "region": "Region", "status": "Status", "cost": "Cost"}
    parameters = AnalysisParameters.model_validate({"decimal": ".", "columns": columns})
    return read_cube(table, Judge(table, parameters)).cube


@given(_ROWS)
@settings(deadline=None, max_examples=60)
def test_a_day_comes_back_from_its_file_cell_for_cell(rows: list[tuple[str, ...]]) -> None:
    for cube in days_of(cube_of([("N0", "2026-10-28", "tea", "1", "1", "north", "web", "paid", "1"), *rows])).values():
        day = DayCube.of(cube)
        assert cells(day.cube) == cells(cube)
        back = DayCube.from_parquet(day.to_parquet())
        assert cells(back.cube) == cells(cube)
        assert hours(back.cube) == hours(cube)
        assert back.digest == day.digest


@given(_ROWS, st.integers(0, 1000))
@settings(deadline=None, max_examples=40)
def test_the_digest_is_that_of_the_figures(rows: list[tuple[str, ...]], seed: int) -> None:
    whole = [("N0", "2026-10-28", "tea", "1", "1", "north", "web", "paid", "1"), *rows]
    cube = cube_of(whole)
    order = list(range(len(cube)))
    random.Random(seed).shuffle(order)  # noqa: S311  no secret
    parts = [cube.at(np.sort(np.array(order[start::3], np.intp))) for start in range(3)]
    assert DayCube.of(Cube.sum(reversed(parts))).digest == DayCube.of(cube).digest


def test_the_digest_tells_every_cell() -> None:
    cube = cube_of([("N1", "2026-10-30", "tea", "1.5", "2", "north", "web", "paid", "1")])
    digest = DayCube.of(cube).digest
    for name in (*KEYS, *MEASURES):
        columns = dict(cube.columns)
        values = columns[name].copy()
        values[0] = (
            np.datetime64("2026-10-29", "s") if name == "date" else values[0] + ("x" if values.dtype == object else 1)
        )
        columns[name] = values
        assert DayCube.of(Cube(columns, cube.decimals, cube.numbers)).digest != digest, name
    other = cube.numbers._replace(digests=cube.numbers.digests + np.uint64(1))
    assert DayCube.of(Cube(cube.columns, cube.decimals, other)).digest != digest


def test_the_hours_are_kept_and_are_not_what_a_day_is_told_by() -> None:
    rows = [
        ("N1", "2026-10-30 09:15", "tea", "0.5", "1", "b", "", "", ""),
        ("N2", "2026-10-30 23:59", "tea", "0.5", "1", "b", "", "", ""),
    ]
    timed = cube_of(rows)
    untimed = cube_of([(number, day[:10], *rest) for number, day, *rest in rows])
    day, date = DayCube.of(timed), dt.date(2026, 10, 30)
    assert day.digest == DayCube.of(untimed).digest
    back = DayCube.from_parquet(day.to_parquet()).cube
    assert back.decimals["sales"] == 1
    assert back.by_hour() == {date: {9: (5, 1), 23: (5, 1)}}
    assert not untimed.by_hour()
    both = timed + cube_of([("N3", "2026-10-30", "tea", "1", "1", "b", "", "", "")])
    assert both.hours
    assert not both.by_hour()  # they are not the whole day


def test_a_day_that_was_kept_without_hours_gets_them_when_its_file_comes_again(book: Book) -> None:
    file = b"Date,Product,Price,Amount,Region\n2026-10-30 09:15,tea,5,3,north\n2026-10-30 10:15,tea,5,3,north\n"
    date = dt.date(2026, 10, 30)
    written = HourSums.rows
    with pytest.MonkeyPatch.context() as patch:  # as an older version wrote it
        patch.setattr(HourSums, "rows", lambda self: [] if len(self) == 2 else written(self))
        daybook.analyze(file, book=book)
    kept = book.day(date)
    assert kept is not None
    assert not kept.hours
    again = daybook.analyze(file, book=book)
    assert again.book is not None
    assert (again.book.taken, again.book.revision) == ("new", 1)
    kept = book.day(date)
    assert kept is not None
    assert kept.by_hour() == {date: {9: (15, 1), 10: (15, 1)}}
    known = book.known_before(dt.date(2026, 10, 31))
    assert known[0].up_to(10) == 15
    assert not book.revisions()[1:]


def test_sums_past_64_bits_come_back() -> None:
    cube = cube_of([("N1", "2026-10-30", "tea", "999999999999.999999", "999999999999.999999", "b", "", "", "1")])
    big = Cube({**cube.columns, "sales": np.array([10**45 + 1], object)}, {**cube.decimals, "sales": 18}, cube.numbers)
    back = DayCube.from_parquet(DayCube.of(big).to_parquet())
    assert back.cube.total("sales") == 10**45 + 1
    assert set(AMOUNTS.values()) == set(back.cube.decimals)


def test_half_of_a_pair_of_surrogates_comes_back() -> None:
    cube = cube_of([("N1", "2026-10-30", "tea", "1", "1", "b", "", "", "1")])
    odd = Cube({**cube.columns, "product": np.array(["\ud800"], object)}, cube.decimals, cube.numbers)
    assert cells(DayCube.from_parquet(DayCube.of(odd).to_parquet()).cube) == cells(odd)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no parquet at all"])
def test_what_is_no_day_file_is_refused(content: bytes) -> None:
    with pytest.raises(FileError):
        DayCube.from_parquet(content)


def test_a_damaged_or_lost_day_is_said_and_mended_by_its_file(shelf: Shelf) -> None:
    book = shelf.book("mended")
    file = b"Date,Product,Price,Amount,Region\n2026-10-30,tea,5,3,north\n"
    daybook.analyze(file, book=book)
    before = book.cube()
    for harm in ("damaged", "lost"):
        ((path, _),) = shelf.files.listed()
        place = shelf.files._local / path  # noqa: SLF001
        if harm == "damaged":
            place.write_bytes(place.read_bytes()[:-7] + b"harmful")
        else:
            place.unlink()
        with pytest.raises(FileError, match="damaged"):
            book.day(dt.date(2026, 10, 30))
        daybook.analyze(file, book=book)
        assert cells(book.cube()) == cells(before)
        assert [entry.revision for entry in book.days()] == [1]


@pytest.mark.parametrize("name", ["", " ", "../x", "a/b", "a b", ".hidden", "-x", "x" * 65, "a\0b", "a\nb", "%2e"])
def test_a_name_that_no_book_can_have_is_refused(name: str) -> None:
    with pytest.raises(ParameterError, match="invalid"):
        book_name(name)


@pytest.mark.parametrize(("name", "kept"), [("Shop-East", "shop-east"), ("ＡＢ", "ab"), ("华东店", "华东店")])
def test_names_are_kept_in_one_form(name: str, kept: str) -> None:
    assert book_name(name) == kept


def test_days_lie_in_an_object_store_too(tmp_path: Path) -> None:
    shelf = Shelf.open("memory://bucket/books", sqlite_url(tmp_path / "index.sqlite"))
    book = shelf.book("afar")
    for amount in (3, 4):
        daybook.analyze(f"Date,Product,Price,Amount,Region\n2026-10-30,tea,5,{amount},north\n".encode(), book=book)
    assert book.cube().total("quantity") == 4
    assert len(shelf.files.listed()) == 1
    book.forget()
    assert shelf.files.listed() == []


def test_an_object_store_needs_a_database_and_a_driver(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="DAYBOOK_DATABASE_URL"):
        Shelf.open("s3://bucket/books")
    with pytest.raises(SettingsError, match="driver"):
        Shelf.open("s3://bucket/books", sqlite_url(tmp_path / "index.sqlite"))
