"""`plugin_folder`: where a plugin's files are, unpacked while they are used where it is a package (.difypkg)."""

import contextlib
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from difykit.runner.errors import BIG_PACKAGE, NO_PACKAGE, StartError

MAX_PACKAGE_MIB = 50
"""MiB of all files in a package (the daemon's MAX_PLUGIN_PACKAGE_SIZE)."""


@contextlib.contextmanager
def plugin_folder(path: Path) -> Iterator[Path]:
    """The folder of the plugin at ``path``, for as long as the context lasts.

    Raises:
        StartError: a file that is no package, or a larger one than Dify takes.
    """
    if path.is_dir():
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="plugin-") as folder:
        try:
            with zipfile.ZipFile(path) as package:
                if sum(member.file_size for member in package.infolist()) > MAX_PACKAGE_MIB * 2**20:
                    raise StartError(BIG_PACKAGE, limit=MAX_PACKAGE_MIB)
                package.extractall(folder)
        except (OSError, zipfile.BadZipFile):
            raise StartError(NO_PACKAGE, name=path.name or str(path)) from None
        yield Path(folder)
