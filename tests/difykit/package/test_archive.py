"""The same plugin gives the same package, byte for byte, whatever the machine."""

import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from difykit.package.archive import EPOCH, build, packed, unpacked
from difykit.package.contents import package_files
from tests.tree import ROOT


def copy_of_the_plugin(folder: Path, *, backwards: bool = False) -> Path:
    """The plugin's files in another place, written in the order of their names or in the opposite one."""
    for path in sorted(package_files(ROOT), reverse=backwards):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, folder / path)
    return folder


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return build(ROOT, tmp_path / "dist")


def test_is_named_for_plugin_and_version(package: Path) -> None:
    assert package.name == "sales_analyst-0.1.0.difypkg"


def test_is_the_same_from_another_place_order_zone_and_umask(package: Path, tmp_path: Path) -> None:
    elsewhere = copy_of_the_plugin(tmp_path / "elsewhere", backwards=True)
    for path in elsewhere.rglob("*.py"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o700)
    command = [sys.executable, "-m", "difykit", "package", "--root", str(elsewhere), "--out", str(tmp_path / "again")]
    environ = {**os.environ, "TZ": "Asia/Kolkata", "PYTHONHASHSEED": "7", "LC_ALL": "C"}
    subprocess.run(command, check=True, env=environ, umask=0o077, capture_output=True)  # noqa: S603 - our own script
    assert (tmp_path / "again" / package.name).read_bytes() == package.read_bytes()


def test_does_not_depend_on_the_order_in_which_files_come() -> None:
    files = {"b.py": b"b", "a.py": b"a", "c/d.py": b"d"}
    assert packed(files) == packed(dict(reversed(files.items())))


def test_changes_with_its_contents() -> None:
    assert packed({"a.py": b"1"}) != packed({"a.py": b"2"})


def test_gives_back_what_went_in(package: Path) -> None:
    assert unpacked(package) == {path: (ROOT / path).read_bytes() for path in package_files(ROOT)}


def test_holds_plain_readable_files_of_no_particular_time(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        assert archive.testzip() is None
        for entry in archive.infolist():
            assert entry.date_time == EPOCH
            assert stat.S_ISREG(entry.external_attr >> 16)
            assert stat.S_IMODE(entry.external_attr >> 16) == 0o644
            assert entry.compress_type == zipfile.ZIP_STORED
