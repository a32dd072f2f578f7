"""The same plugin gives the same package, byte for byte, whatever the machine."""

import hashlib
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from difykit.package.archive import EPOCH, build, checksum, packed, unpacked
from difykit.package.contents import package_files
from tests.project_files import ROOT


def copy_of_the_plugin(folder: Path, *, backwards: bool = False) -> Path:
    """The plugin's files in another place, written in the order of their names or in the opposite one."""
    for path in sorted(package_files(ROOT), reverse=backwards):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, folder / path)
    shutil.copyfile(ROOT / "pyproject.toml", folder / "pyproject.toml")  # names the data that belong to the package
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


def test_its_checksum_is_of_the_contents_as_difys_daemon_sums_them(tmp_path: Path) -> None:
    """Worked out by hand, with `sha256sum` for each part and for the four digests as 128 bytes in a row."""
    parts = (
        "d865b06b497efc8c56c63e5bedfc86f6da6a005cdb7d30e3702286f3d918aaa6",  # of the text manifest.yaml
        "cc624066a62194526885793b2b32066d82c6a1cbf9eb523f3e80614ebbdb0dcb",  # of the text name: x
        "43b86f1112d3be9fefa26180d5c52190cf8de2c707b61e433adcc8e612591a44",  # of the text tools/é.py
        "8ff436def1451285599a1b1ad70800493b8dcafde2912e1a38345633054e4c26",  # of the text x = 1
    )
    whole = "3393e43dec86ce8f2e40d7934cb5e9d7d84fc2526eca007ae50a1862884cabf4"
    assert hashlib.sha256(bytes.fromhex("".join(parts))).hexdigest() == whole
    package = tmp_path / "a.difypkg"
    package.write_bytes(packed({"tools/é.py": b"x = 1", "manifest.yaml": b"name: x"}))
    assert checksum(unpacked(package)) == whole
    with zipfile.ZipFile(tmp_path / "b.difypkg", "w", zipfile.ZIP_DEFLATED) as other:
        for path, content in {"tools/é.py": "x = 1", "manifest.yaml": "name: x"}.items():
            other.writestr(path, content)
    assert checksum(unpacked(tmp_path / "b.difypkg")) == whole, "another archive of the same contents"
    assert checksum({"tools/é.py": b"x = 2", "manifest.yaml": b"name: x"}) != whole
