"""Whoever follows an analysis hears how far it is, whatever reads the file."""

import random
import threading
from pathlib import Path
from typing import cast

import pandas as pd
import pytest

from daybook import pipeline, stages
from daybook.days import Memory
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.pipeline import AnySources
from daybook.stages import COMPARING, MATCHING, READING, REPORTING, Step

HEADER = "Date,Product,Price,Amount,Region\n"


def sales(rows: int) -> bytes:
    chosen = random.Random(1)  # noqa: S311 - sales
    lines = (
        f"2026-10-{chosen.randint(1, 30):02},Product {chosen.randint(1, 99)},{chosen.randint(100, 999)}.50,2,North"
        for _ in range(rows)
    )
    return (HEADER + "\n".join(lines)).encode()


@pytest.fixture(scope="module")
def large() -> bytes:
    """Of more than two blocks."""
    return sales(250_000)


def heard(source: AnySources, engine: str = "pandas") -> list[Step]:
    steps: list[Step] = []
    with stages.following(steps.append):
        pipeline.analyze(source, AnalysisParameters(), Limits.of_own_machine(), engine=engine)
    return steps


@pytest.mark.parametrize("engine", ["pandas", "polars"])
def test_reading_is_told_in_shares_of_the_file(large: bytes, engine: str) -> None:
    steps = heard(large, engine)
    shares = [step.share for step in steps if step.stage == READING and step.total]
    assert len(shares) > 1
    assert shares == sorted(shares)  # type: ignore[type-var]  # none is unknown
    assert shares[-1] == 1
    assert steps[-1].stage == REPORTING


def test_a_workbook_is_told_in_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = [["2026-10-01", "tea", 2.5, 4, "North"]] * 500
    pd.DataFrame(rows, columns=["Date", "Product", "Price", "Amount", "Region"]).to_excel(path, index=False)
    assert Step(READING, 500, 500) in heard(path)


def test_several_files_are_parts_of_one_whole() -> None:
    """Each a quarter; then they are looked through for rows that stand in two."""
    steps = heard([sales(3), sales(4), sales(5), sales(6)])
    shares = [step.share for step in steps if step.stage == READING and step.total]
    assert shares == [0.25, 0.5, 0.75, 1]
    assert [step.share for step in steps if step.stage == MATCHING] == [0, 0.25, 0.5, 0.75]


class NewBook:
    """A book that knows no day yet."""

    def remember(self, *_: object) -> None:
        """Nothing."""


def test_a_book_is_a_stage_of_its_own() -> None:
    steps: list[Step] = []
    with stages.following(steps.append):
        pipeline.analyze(sales(5), book=cast("Memory", NewBook()))
    assert list(dict.fromkeys(step.stage for step in steps)) == [READING, COMPARING, REPORTING]


def test_each_thread_hears_its_own_work_alone() -> None:
    found: dict[int, list[Step]] = {}
    both = threading.Barrier(2)

    def work(number: int) -> None:
        steps = found[number] = []
        with stages.following(steps.append):
            both.wait()
            stages.tell(READING, number)
            both.wait()
        stages.tell(READING, 99)

    threads = [threading.Thread(target=work, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {1: [Step(READING, 1)], 2: [Step(READING, 2)]}
