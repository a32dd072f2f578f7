"""Files in object storage (S3, OSS, Azure, GCS and whatever else fsspec speaks to), with the day in their paths."""

import importlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field, SecretStr, field_validator

from daybook.errors import LimitError, SourceDownError, SourceError
from daybook.limits import Limits
from daybook.sources import texts
from daybook.sources.files import Pattern, PatternSource
from daybook.sources.pattern import DayPattern
from daybook.table import texts as table_texts

PROTOCOLS = {
    "s3": "s3fs",
    "oss": "ossfs",
    "az": "adlfs",
    "abfs": "adlfs",
    "abfss": "adlfs",
    "gs": "gcsfs",
    "gcs": "gcsfs",
}
"""What an address begins with, and the package that speaks to such a store."""
PIECE_BYTES = 1 << 20
REFUSED = ("accessdenied", "forbidden", "invalidaccesskey", "signaturedoesnotmatch", "unabletolocatecredentials", "403")
"""Words of stores that refuse a login, without blanks."""


class ObjectSource(PatternSource):
    """Files in object storage."""

    kind: Literal["object"]
    needs: ClassVar[str] = "fsspec"

    url: Pattern = Field(
        description="The files' addresses, such as s3://bucket/sales/{day:%Y/%m}/sales_{day:%Y%m%d}.csv"
    )
    options: dict[str, SecretStr | dict[str, SecretStr]] = Field(
        {}, description="What fsspec takes for such a store: key, secret, endpoint_url and the like"
    )

    @field_validator("url")
    @classmethod
    def _known(cls, url: str) -> str:
        if url.partition("://")[0] not in PROTOCOLS:
            raise ValueError(f"it begins with one of {', '.join(PROTOCOLS)}, followed by ://")
        return url

    @cached_property
    def by_day(self) -> DayPattern:
        """Where the files of a day are, in a bucket of the store."""
        return DayPattern(self.url.partition("://")[2])

    def found(self, pattern: str) -> list[str]:
        """The files of a pattern."""
        try:
            return sorted(map(str, self._store.glob(pattern)))
        except Exception as error:  # noqa: BLE001  each store has its own errors
            raise self._failed(error) from None

    def fetched(self, paths: Sequence[str], folder: Path, limits: Limits) -> list[Path]:
        """Files of the store as local ones."""
        files, left = [], limits.file_bytes
        store = self._store
        for number, path in enumerate(paths):
            local = folder / f"{number}{Path(path).suffix}"
            try:
                left = _copied(store, path, local, left)
            except Exception as error:  # noqa: BLE001  each store has its own errors
                raise self._failed(error) from None
            if left < 0:
                limit = limits.file_bytes // 1_000_000
                raise LimitError(table_texts.TOO_MANY_BYTES, limit=limit, beyond=limits.beyond)
            files.append(local)
        return files

    @property
    def _store(self) -> Any:
        protocol = self.url.partition("://")[0]
        options = {"use_listings_cache": False, "skip_instance_cache": True, **plain(self.options)}
        try:
            found = importlib.import_module("fsspec").filesystem(protocol, **options)
        except ImportError:
            raise SourceError(texts.NOT_INSTALLED, name=self.name, module=PROTOCOLS[protocol]) from None
        return found

    def _failed(self, error: Exception) -> SourceError:
        """What the error of a store means; its text may quote an address or a key."""
        if isinstance(error, SourceError):
            return error
        words = f"{type(error).__name__} {error}".lower().replace(" ", "")
        if isinstance(error, PermissionError) or any(word in words for word in REFUSED):
            return SourceError(texts.LOGIN, name=self.name)
        if isinstance(error, FileNotFoundError):
            return SourceError(texts.NO_TABLE, name=self.name)
        return SourceDownError(texts.DOWN, name=self.name)


def _copied(store: Any, path: str, local: Path, left: int) -> int:
    """Copy a file of the store; gives what is left of the bytes that it may have, below 0 where it has more."""
    with store.open(path, "rb") as remote, local.open("xb") as copy:
        while left >= 0 and (piece := remote.read(PIECE_BYTES)):
            left -= len(piece)
            copy.write(piece)
    return left


def plain(options: dict[str, SecretStr | dict[str, SecretStr]]) -> dict[str, Any]:
    """Options with their secrets, for whoever needs them."""
    return {
        name: plain(dict(value)) if isinstance(value, dict) else _typed(value.get_secret_value())
        for name, value in options.items()
    }


def _typed(value: str) -> str | bool:
    return {"true": True, "false": False}.get(value.lower(), value)
