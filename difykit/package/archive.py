"""`build`: the package as a file; the same contents give the same bytes, on every machine and on every day."""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import yaml

from difykit.package.contents import package_files

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold: the time of every file, since a real one would differ from build to build."""
MODE = 0o100644
"""A plain file: all may read it, none may run it."""
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


def checksum(files: Mapping[str, bytes]) -> str:
    """The digest under which Dify's daemon knows a package of these files: of the contents, not of the archive.

    Source: the daemon's ``pkg/plugin_packager/decoder/checksum.go``. In the order of the names' bytes, each file gives
    the SHA-256 of its name and that of its content; the digest is the SHA-256 of all these, one after the other.
    """
    whole = hashlib.sha256()
    for path in sorted(files, key=str.encode):
        whole.update(hashlib.sha256(path.encode()).digest() + hashlib.sha256(files[path]).digest())
    return whole.hexdigest()


def unpacked(package: Path) -> dict[str, bytes]:
    """The files of a package, by path."""
    with zipfile.ZipFile(package) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}
