"""`PluginStorage`: answers the storage calls that a plugin makes back to Dify, from a `Store`."""

import contextlib
import hashlib
import posixpath
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

MAX_KEY_BYTES = 256
DEFAULT_SIZE = 1024 * 1024


class Store(Protocol):
    """Bytes under keys."""

    def get(self, key: str) -> bytes | None:
        """The value under ``key``; None where there is none."""

    def set(self, key: str, value: bytes) -> None:
        """Put ``value`` under ``key``."""

    def delete(self, key: str) -> None:
        """Remove what is under ``key``, if anything is."""


class MemoryStore:
    """A store that lasts as long as the process."""

    def __init__(self) -> None:
        self._values: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """The value under ``key``; None where there is none."""
        return self._values.get(key)

    def set(self, key: str, value: bytes) -> None:
        """Put ``value`` under ``key``."""
        self._values[key] = value

    def delete(self, key: str) -> None:
        """Remove what is under ``key``, if anything is."""
        self._values.pop(key, None)


class FolderStore:
    """A store in a folder, one file a key, named by the key's digest so that no key leads out of the folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def get(self, key: str) -> bytes | None:
        """The value under ``key``; None where there is none."""
        path = self._path(key)
        return path.read_bytes() if path.is_file() else None

    def set(self, key: str, value: bytes) -> None:
        """Put ``value`` under ``key``."""
        self._path(key).write_bytes(value)

    def delete(self, key: str) -> None:
        """Remove what is under ``key``, if anything is."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / hashlib.sha256(key.encode()).hexdigest()


class StorageRefusedError(Exception):
    """The daemon refuses the call; the text is what the plugin gets to read."""


class PluginStorage:
    """The storage of one plugin, with the rules and the error texts of Dify's daemon."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._sizes: dict[str, int] = {}
        self._lock = threading.Lock()

    def answer(self, request: Mapping[str, Any], manifest: Mapping[str, Any]) -> dict[str, Any]:
        """The daemon's answer to one ``storage`` call.

        Raises:
            StorageRefusedError: the daemon would answer with this error.
        """
        permission = ((manifest.get("resource") or {}).get("permission") or {}).get("storage") or {}
        if not permission.get("enabled"):
            raise StorageRefusedError("permission denied, you need to enable storage access in plugin manifest")
        key = str(request.get("key", ""))
        match request.get("opt"):
            case "get":
                return {"data": self._get(key).hex()}
            case "set":
                with _failing("save"):
                    self._set(key, str(request.get("value", "")), int(permission.get("size") or DEFAULT_SIZE))
                return {"data": "ok"}
            case "del":
                with _failing("delete"):
                    self._delete(key)
                return {"data": "ok", "deleted_num": 1}
            case "exist":
                with _failing("exist"):
                    there = self._value(key) is not None
                return {"data": there, "exist_num": int(there)}
            case other:
                raise StorageRefusedError(f"unknown storage operation: {other}")

    def _value(self, key: str) -> bytes | None:
        # the daemon's rule: a path that still climbs once it is cleaned, or holds a backslash, is none
        if ".." in posixpath.normpath(key) or "\\" in key:
            raise ValueError("invalid key: path traversal attempt detected")
        return self.store.get(key)

    def _get(self, key: str) -> bytes:
        with contextlib.suppress(Exception):  # the daemon says the same, whatever went wrong
            value = self._value(key)
            if value is not None:
                return value
        raise StorageRefusedError("load data failed, please check if the key is correct or you have not set it")

    def _set(self, key: str, value: str, limit: int) -> None:
        try:
            data = bytes.fromhex(value)
        except ValueError as error:
            raise StorageRefusedError(f"decode data failed: {error}") from None
        self._value(key)
        if len(key.encode()) > MAX_KEY_BYTES:
            raise ValueError("key length must be less than 256 characters")
        with self._lock:
            if sum(self._sizes.values()) - self._sizes.get(key, 0) + len(data) > limit:
                raise ValueError("allocated size is greater than max storage size")
            self.store.set(key, data)
            self._sizes[key] = len(data)

    def _delete(self, key: str) -> None:
        if self._value(key) is None:
            raise KeyError("record not found")
        self.store.delete(key)
        with self._lock:
            self._sizes.pop(key, None)


@contextlib.contextmanager
def _failing(operation: str) -> Iterator[None]:
    """Whatever goes wrong is the daemon's answer, as it is there."""
    try:
        yield
    except StorageRefusedError:
        raise
    except Exception as error:
        raise StorageRefusedError(f"{operation} data failed: {error}") from error
