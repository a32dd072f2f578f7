"""Each collected file and header row gives its right answer, or the question or refusal that is as good."""

from pathlib import Path

import pytest

from tests.cases.collected import files, headers
from tests.cases.right import HERE, Case, judge

FILES, HEADERS = files(), headers()
NOT_YET: frozenset[str] = frozenset()
"""Cases that are not mended yet. This list only shrinks."""


def cases(names: list[str]) -> list[object]:
    return [
        pytest.param(name, marks=pytest.mark.xfail(strict=True, reason="not mended yet")) if name in NOT_YET else name
        for name in names
    ]


def assert_good(case: Case, source: bytes | Path) -> None:
    verdict = judge(case, source)
    assert verdict.good, f"{verdict.outcome}: {verdict.why}"


@pytest.mark.parametrize("name", cases(sorted(FILES)))
def test_a_file_as_people_have_it_is_read_right(name: str) -> None:
    assert_good(FILES[name], HERE / "files" / name)


@pytest.mark.parametrize("name", cases(sorted(HEADERS)))
def test_a_header_row_of_a_known_export_is_understood(name: str) -> None:
    assert_good(*HEADERS[name])


def test_every_file_has_its_right_answer() -> None:
    assert {path.name for path in (HERE / "files").iterdir()} == set(FILES)
