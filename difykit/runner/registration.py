"""`Registration`: what a plugin says of itself at a debug port, checked as Dify's daemon checks it."""

import base64
import hmac
import json
from typing import Any

MAX_ASSET_BYTES = 50 * 2**20
"""Bytes of all assets that the daemon takes."""


class RegistrationRefusedError(Exception):
    """The daemon refuses what a plugin says of itself; the text is the line that it answers."""


class Registration:
    """What a plugin tells of itself after it connected, message by message, up to ``end``."""

    def __init__(self, key: str) -> None:
        self.manifest: dict[str, Any] = {}
        self.providers: list[dict[str, Any]] = []
        self.assets: dict[str, bytes] = {}
        self.shaken = False
        self._key = key
        self._others: set[str] = set()

    def take(self, line: bytes) -> bool:
        """Take one message; true for the last one.

        Raises:
            RegistrationRefusedError: the daemon would close the connection with this text.
        """
        try:
            message = json.loads(line)
            return self._take(message["type"], message["data"])
        except (AttributeError, KeyError, TypeError, ValueError):
            raise RegistrationRefusedError("handshake failed, invalid handshake message") from None

    def _take(self, kind: str, data: Any) -> bool:
        if not self.shaken and kind != "handshake":
            raise RegistrationRefusedError("handshake failed, registration message before handshake")
        match kind:
            case "handshake":
                self._shake(data)
            case "manifest_declaration":
                self.manifest = data
            case "tool_declaration":
                self.providers = data
            case "asset_chunk":
                self._keep(data)
            case "end":
                if not self.providers and not self._others:
                    raise RegistrationRefusedError("no registration transferred, cannot initialize")
                return True
            case other:
                self._others.add(other)
        return False

    def _shake(self, data: dict[str, Any]) -> None:
        if self.shaken:
            raise RegistrationRefusedError("handshake already completed")
        if not hmac.compare_digest(str(data.get("key", "")).encode(), self._key.encode()):
            raise RegistrationRefusedError("handshake failed, invalid key")
        self.shaken = True

    def _keep(self, data: dict[str, Any]) -> None:
        chunk = base64.b64decode(data["data"])
        if sum(map(len, self.assets.values())) + len(chunk) > MAX_ASSET_BYTES:
            raise RegistrationRefusedError("assets too large, at most 50MB")
        self.assets[data["filename"]] = self.assets.get(data["filename"], b"") + chunk
