"""The checker passes the package as it is, and fails it for each fault that it is there to find."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from difykit.package.archive import packed
from difykit.package.checklist import CHECKLIST
from difykit.package.contents import package_files
from difykit.package.results import CheckResult, Level, Package
from tests.difykit.package.faults import MANIFEST, REFUSED, WARNED, Fault, Files, without
from tests.project_files import ROOT


@pytest.fixture(scope="module")
def whole() -> Files:
    return {path: (ROOT / path).read_bytes() for path in package_files(ROOT)}


CHECKS = {check.title.split(":")[0]: check for check in CHECKLIST}


def findings(check: str, files: Files) -> Iterator[CheckResult]:
    return CHECKS[check](Package(files, sum(map(len, files.values()))))


def found(check: str, files: Files, level: Level) -> list[str]:
    return [finding.message for finding in findings(check, files) if finding.level is level]


@pytest.mark.parametrize("check", CHECKS)
def test_the_package_passes(whole: Files, check: str) -> None:
    assert found(check, whole, Level.FAIL) == []
    # the publisher's address has to be filled in, and a report on sales does speak of refunds
    if check not in {MANIFEST, "words of plugins that move money"}:
        assert found(check, whole, Level.WARN) == []


@pytest.mark.parametrize("fault", REFUSED)
def test_a_fault_is_refused(whole: Files, fault: str) -> None:
    check, message, seed = REFUSED[fault]
    files = dict(whole)
    seed(files)
    assert [said for said in found(check, files, Level.FAIL) if message in said]
    assert all(finding.advice for finding in findings(check, files) if finding.level is not Level.PASS)


@pytest.mark.parametrize("fault", WARNED)
def test_a_doubt_is_said(whole: Files, fault: str) -> None:
    check, message, seed = WARNED[fault]
    files = dict(whole)
    seed(files)
    assert [said for said in found(check, files, Level.WARN) if message in said]
    assert all(finding.advice for finding in findings(check, files) if finding.level is not Level.PASS)


def test_every_check_can_find_something() -> None:
    assert {check for check, _, _ in (*REFUSED.values(), *WARNED.values())} == set(CHECKS)


@pytest.mark.parametrize(("seed", "code"), [(None, 0), (without("PRIVACY.md"), 1)])
def test_the_command_says_it_all_and_ends_accordingly(
    whole: Files, tmp_path: Path, seed: Fault | None, code: int
) -> None:
    files = dict(whole)
    if seed:
        seed(files)
    package = tmp_path / "sales_analyst-0.1.0.difypkg"
    package.write_bytes(packed(files))
    command = [sys.executable, "-m", "difykit", "check", str(package)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own script
    assert ended.returncode == code, ended.stderr
    assert all(check.title in ended.stdout for check in CHECKLIST)
    assert ("FAIL  PRIVACY.md: PRIVACY.md is missing or empty" in ended.stdout) is bool(seed)


def test_the_command_asks_for_a_package(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "difykit", "check", str(tmp_path / "none.difypkg")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own script
    assert ended.returncode == 2
    assert "none.difypkg' does not exist" in ended.stderr
