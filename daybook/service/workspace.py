"""Temporary files of requests: a folder for each, gone with it, and swept at the next start after a crash.

Each running service has a folder of its own under the temporary folder and holds a lock on it. The system drops the
lock with the process, however that ends, so a folder without a lock belongs to no running service.
"""

import asyncio
import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

_PREFIX = "service-"
_LOCK = ".lock"


class ForeignFolderError(OSError):
    """The folder belongs to another user, or others can write to it."""


class Workspace:
    """The temporary folder of one running service."""

    def __init__(self, root: Path) -> None:
        """A workspace under ``root``, which other services may use as well."""
        self._root = root
        self._folder: Path | None = None
        self._lock: IO[bytes] | None = None

    def open(self) -> None:
        """Take a folder, and remove those of services that are no more; one that is open stays.

        Raises:
            ForeignFolderError: another user could put things into it, or take them away.
        """
        if self._folder is not None:
            return
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_owner(self._root)
        for left in self._root.glob(_PREFIX + "*"):
            _remove_if_dead(left)
        # The folder gets its name once its lock is held: another service that starts now never sees it without.
        made = Path(tempfile.mkdtemp(prefix="new-", dir=self._root))
        self._lock = (made / _LOCK).open("wb")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._folder = made.rename(self._root / made.name.replace("new-", _PREFIX, 1))

    def close(self) -> None:
        """Remove the folder with all that is in it."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()
        self._folder = self._lock = None

    @contextlib.asynccontextmanager
    async def request_folder(self) -> AsyncIterator[Path]:
        """An empty folder for one request; it is gone at the end, whatever happens."""
        if self._folder is None:
            raise RuntimeError("the workspace is not open")
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        try:
            yield folder
        finally:
            # Shielded: to remove a large file takes a moment, in which the request may be cancelled.
            await asyncio.shield(asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True))


def _check_owner(folder: Path) -> None:
    # Workers unpickle what lies below. Where others made the folder first, or can rename what is in it, they could put
    # something else there. In a sticky folder such as /tmp they cannot.
    found = folder.lstat()
    is_ours = found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if not stat.S_ISDIR(found.st_mode) or not (is_ours or found.st_mode & stat.S_ISVTX):
        raise ForeignFolderError(folder)


def _remove_if_dead(folder: Path) -> None:
    if folder.is_symlink() or folder.lstat().st_uid != os.geteuid():
        return
    with contextlib.suppress(OSError), (folder / _LOCK).open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
