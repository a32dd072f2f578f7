"""Several writers at once, and a kill at any moment: a day is wholly old or wholly new."""

import multiprocessing
import os
import random
import time
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from daybook.book import Shelf
from daybook.pipeline import add_to_book

_DAYS = [f"2026-10-{day:02}" for day in range(1, 11)]
_HEADER = "Date,Product,Price,Amount,Region\n"
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["daybook.book", "daybook.analysis", "daybook.reduce.pandas"])


def write(folder: Path, numbers: range, told: Connection) -> None:
    """Add a file of ten days again and again, each with another amount; tells each amount before it."""
    book = Shelf.open(folder).book("shop")
    for amount in numbers:
        told.send(amount)
        rows = "".join(f"{day},{product},1,{amount},north\n" for day in _DAYS for product in "abc")
        add_to_book((_HEADER + rows).encode(), book)


def writer(folder: Path, numbers: range) -> tuple[BaseProcess, Connection]:
    here, there = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=write, args=(folder, numbers, there))
    process.start()
    there.close()
    return process, here


def read_all(told: Connection) -> list[int]:
    """What a writer told before its end."""
    found = []
    try:
        while True:
            found.append(told.recv())
    except EOFError:
        told.close()
    return found


def amounts(shelf: Shelf) -> set[int]:
    """The amount that each of the days is of; three products of one file have the same."""
    book = shelf.book("shop")
    found = set()
    for entry in book.days():
        cube = book.day(entry.totals.date)
        assert cube is not None
        _, sums = cube.totals("product")
        assert len(set(sums["quantity"])) == 1, "half of one file, half of another"
        found.add(sums["quantity"][0])
    return found


def test_writers_at_once_leave_the_days_of_one_of_them(tmp_path: Path) -> None:
    shelf = Shelf.open(tmp_path)
    writers = [writer(tmp_path, range(start, 16, 3)) for start in (1, 2, 3)]
    for process, told in writers:
        assert len(read_all(told)) == 5
        process.join()
        assert process.exitcode == 0
    (amount,) = amounts(shelf)
    days = shelf.book("shop").days()
    assert [str(entry.totals.date) for entry in days] == _DAYS
    assert {entry.totals.sales for entry in days} == {3 * amount}
    # every change of a day is remembered: none was lost between two writers
    assert {entry.revision for entry in days} == {15}
    assert len(shelf.book("shop").revisions()) == 15 * len(_DAYS)
    assert len(shelf.files.listed()) == len(_DAYS)


def test_a_kill_at_any_moment_leaves_each_day_whole(tmp_path: Path) -> None:
    shelf = Shelf.open(tmp_path)
    chance = random.Random(13)  # noqa: S311  no secret
    add_to_book(
        (_HEADER + "".join(f"{day},{name},1,1,north\n" for day in _DAYS for name in "abc")).encode(), shelf.book("shop")
    )
    before, first = 1, 2
    for _ in range(8):
        process, told = writer(tmp_path, range(first, 10_000))
        last = [told.recv() for _ in range(chance.randrange(1, 4))][-1]
        deadline = time.monotonic() + chance.random() / 25
        while time.monotonic() < deadline:  # anywhere within a change
            pass
        process.kill()
        process.join()
        last = max([last, *read_all(told)])
        found = amounts(shelf)
        # a file's days come together; and what was done before it stays
        assert found in ({last}, {last - 1 if last > first else before}), "neither old nor new"
        (before,) = found
        assert {int(entry.totals.sales) for entry in shelf.book("shop").days()} == {3 * each for each in found}
        first = last + 1
    # what the killed ones left behind goes with the next look, once it is old
    for path, _ in shelf.files.listed():
        os.utime(tmp_path / path, (time.time() - 7200,) * 2)
    left = len(shelf.files.listed()) - len(_DAYS)
    assert shelf.sweep() == left
    assert len(amounts(shelf)) == 1


def test_forgetting_while_others_write_leaves_nothing_of_what_was(tmp_path: Path) -> None:
    shelf = Shelf.open(tmp_path)
    process, told = writer(tmp_path, range(1, 16))
    forgotten = 0
    while process.is_alive():
        forgotten += shelf.book("shop").forget()
    read_all(told)
    assert (process.exitcode, forgotten > 0) == (0, True)
    amounts(shelf)  # whatever was written last is whole
    shelf.book("shop").forget()
    assert (shelf.files.listed(), shelf.books()) == ([], [])
    assert [path.name for path in tmp_path.iterdir() if path.is_dir() and not path.name.endswith("-locks")] == []


def test_readers_beside_a_writer_see_whole_days(tmp_path: Path) -> None:
    shelf = Shelf.open(tmp_path)
    process, told = writer(tmp_path, range(1, 13))
    while process.is_alive():
        amounts(shelf)
    read_all(told)
    assert process.exitcode == 0
    assert amounts(shelf) == {12}
