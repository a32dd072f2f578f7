"""The package as a file: the same contents give the same bytes, on every machine and on every day."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import yaml

from difykit.package.contents import package_files

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold: the time of every file, since a real one would differ from build to build."""
MODE = 0o100644
"""A plain file that everybody may read and nobody runs."""
UNIX = 3


def build(root: Path, folder: Path) -> Path:
    """Write the package of the plugin in ``root`` into ``folder``, under its name and version."""
    files = {path: (root / path).read_bytes() for path in package_files(root)}
    manifest = yaml.safe_load(files["manifest.yaml"])
    folder.mkdir(parents=True, exist_ok=True)
    package = folder / f"{manifest['name']}-{manifest['version']}.difypkg"
    package.write_bytes(packed(files))
    return package


def packed(files: Mapping[str, bytes]) -> bytes:
    """The package of these files, by path.

    They are stored, not deflated: what deflate makes of a file differs from one zlib to the next.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, EPOCH)
            entry.create_system = UNIX
            entry.external_attr = MODE << 16
            archive.writestr(entry, files[path])
    return buffer.getvalue()


def unpacked(package: Path) -> dict[str, bytes]:
    """The files of a package, by path."""
    with zipfile.ZipFile(package) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}
