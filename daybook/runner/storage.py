"""Plays Dify's plugin storage: answers the storage calls that a plugin makes back, from a `Store`."""

import posixpath
import threading
from collections.abc import Mapping
from typing import Any

from daybook.store import Store

MAX_KEY_CHARACTERS = 256
DEFAULT_SIZE = 1024 * 1024


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
        # the rule of the daemon: the path must still climb, or hold a backslash, once it is cleaned
        legal = ".." not in posixpath.normpath(key) and "\\" not in key
        match request.get("opt"):
            case "get":
                return {"data": self._get(key, legal=legal).hex()}
            case "set" if not legal:
                raise StorageRefusedError("save data failed: invalid key: path traversal attempt detected")
            case "set":
                self._set(key, str(request.get("value", "")), int(permission.get("size") or DEFAULT_SIZE))
                return {"data": "ok"}
            case "del":
                if not legal or self.store.get(key) is None:
                    raise StorageRefusedError("delete data failed: record not found")
                self.store.delete(key)
                self._sizes.pop(key, None)
                return {"data": "ok", "deleted_num": 1}
            case "exist":
                there = legal and self.store.get(key) is not None
                return {"data": there, "exist_num": int(there)}
            case other:
                raise StorageRefusedError(f"unknown storage operation: {other}")

    def _get(self, key: str, *, legal: bool) -> bytes:
        value = self.store.get(key) if legal else None
        if value is None:
            raise StorageRefusedError("load data failed, please check if the key is correct or you have not set it")
        return value

    def _set(self, key: str, value: str, limit: int) -> None:
        if len(key) > MAX_KEY_CHARACTERS:
            raise StorageRefusedError("save data failed: key length must be less than 256 characters")
        try:
            data = bytes.fromhex(value)
        except ValueError as error:
            raise StorageRefusedError(f"decode data failed: {error}") from None
        with self._lock:
            if sum(self._sizes.values()) - self._sizes.get(key, 0) + len(data) > limit:
                raise StorageRefusedError("save data failed: allocated size is greater than max storage size")
            self.store.set(key, data)
            self._sizes[key] = len(data)
