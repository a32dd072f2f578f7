"""Where Daybook keeps its few small records: the delivery ledger, the rate window.

The plugin keeps them in Dify's plugin storage, the service and the command line in a folder, a test in memory.
"""

import hashlib
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol, runtime_checkable
from weakref import WeakValueDictionary

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class Store(Protocol):
    """Bytes under short names. Whatever goes wrong is raised, as any exception."""

    def get(self, key: str) -> bytes | None:
        """The value under ``key``; ``None`` where there is none."""

    def set(self, key: str, value: bytes) -> None:
        """Put ``value`` under ``key``, in place of what was there."""

    def delete(self, key: str) -> None:
        """Remove what is under ``key``, if anything is."""


@runtime_checkable
class LockingStore(Store, Protocol):
    """A store that several processes share and that can keep them apart."""

    def lock(self, key: str) -> AbstractContextManager[None]:
        """Hold ``key`` against every other process while the context lasts."""


class StoreError(Exception):
    """The store did not do what it was asked; the cause is not kept, because its text may name paths."""


class MemoryStore:
    """A store that lasts as long as the process."""

    def __init__(self) -> None:
        self._values: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """The value under ``key``; ``None`` where there is none."""
        return self._values.get(key)

    def set(self, key: str, value: bytes) -> None:
        """Put ``value`` under ``key``."""
        self._values[key] = value

    def delete(self, key: str) -> None:
        """Remove what is under ``key``, if anything is."""
        self._values.pop(key, None)


class FileStore:
    """A store in a folder, one file a key, shared safely by several processes on one machine.

    A file's name is a digest of its key, so that no key can lead out of the folder; a value is replaced in one
    step, so that a reader never sees half of it.
    """

    def __init__(self, folder: Path | str) -> None:
        self._folder = Path(folder)
        self._folder.mkdir(parents=True, exist_ok=True)

    def get(self, key: str) -> bytes | None:
        """The value under ``key``; ``None`` where there is none."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            return None

    def set(self, key: str, value: bytes) -> None:
        """Put ``value`` under ``key``; on return it is on the disk."""
        handle, name = tempfile.mkstemp(prefix="new-", dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(value)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self._path(key))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def delete(self, key: str) -> None:
        """Remove what is under ``key``, its lock file too."""
        self._path(key).unlink(missing_ok=True)
        with suppress(PermissionError):  # Windows keeps a lock file that is in use
            self._path(key, ".lock").unlink(missing_ok=True)

    @contextmanager
    def lock(self, key: str) -> Iterator[None]:
        """Hold ``key`` against every other process while the context lasts."""
        with self._locked(self._path(key, ".lock")) as file:
            try:
                yield
            finally:
                _unlock(file)

    @staticmethod
    def _locked(path: Path) -> IO[bytes]:
        while True:
            file = path.open("ab")
            _lock(file)
            with suppress(FileNotFoundError):
                if os.path.samestat(path.stat(), os.fstat(file.fileno())):
                    return file
            file.close()  # deleted by another process meanwhile: what we hold, nobody else will look at

    def _path(self, key: str, suffix: str = ".value") -> Path:
        return self._folder / (hashlib.sha256(key.encode()).hexdigest()[:40] + suffix)


class GuardedStore:
    """A store whose every failure is a `StoreError`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, key: str) -> bytes | None:
        """The value under ``key``; ``None`` where there is none.

        Raises:
            StoreError: it cannot be read.
        """
        try:
            return self._store.get(key)
        except Exception:  # noqa: BLE001 (a host's storage raises what it likes: sockets, its own protocol, files)
            raise StoreError from None

    def set(self, key: str, value: bytes) -> None:
        """Put ``value`` under ``key``.

        Raises:
            StoreError: it cannot be written.
        """
        try:
            self._store.set(key, value)
        except Exception:  # noqa: BLE001 (as in get)
            raise StoreError from None

    def delete(self, key: str) -> None:
        """Remove what is under ``key``, if anything is.

        Raises:
            StoreError: it cannot be removed.
        """
        try:
            self._store.delete(key)
        except Exception:  # noqa: BLE001 (as in get)
            raise StoreError from None

    @contextmanager
    def exclusive(self, key: str) -> Iterator[None]:
        """Hold ``key`` against the other threads of this process and, where the store can, other processes.

        Not reentrant. Keys of two stores are not told apart, which costs a wait and nothing else.

        Raises:
            StoreError: the store's own lock is not available.
        """
        with ExitStack() as stack:
            stack.enter_context(thread_lock(key))
            if isinstance(self._store, LockingStore):
                try:
                    stack.enter_context(self._store.lock(key))
                except Exception:  # noqa: BLE001 (as in get)
                    raise StoreError from None
            yield


_thread_locks: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()
_thread_locks_guard = threading.Lock()


def thread_lock(key: str) -> threading.Lock:
    """The lock of ``key`` in this process; the same for every caller while one holds or waits for it."""
    with _thread_locks_guard:
        return _thread_locks.setdefault(key, threading.Lock())


def _lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX)


def _unlock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_UN)
