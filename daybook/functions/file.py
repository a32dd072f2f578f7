"""A file that a function receives, or gives back."""

import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Self

UNKNOWN_TYPE = "application/octet-stream"

# What a bare system does not know, or knows under another name.
for _type, _ending in (
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    ("application/vnd.apache.parquet", ".parquet"),
    ("text/markdown", ".md"),
    ("text/csv", ".csv"),
):
    mimetypes.add_type(_type, _ending)


@dataclass(frozen=True, slots=True)
class File:
    """A file with a name.

    As an argument it lies at `path` while the function runs. As a result it is either content, ``File.of(data, name)``,
    or a file that the function wrote, ``File(path)``.
    """

    path: Path
    name: str = ""
    """What its sender calls it; never a path. The name at `path` where none is given."""
    data: bytes | None = None

    @classmethod
    def of(cls, data: bytes | str, name: str) -> Self:
        """A file from its content; text becomes UTF-8."""
        return cls(Path(name), name, data.encode() if isinstance(data, str) else data)

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", Path(self.path).name)

    @property
    def suffix(self) -> str:
        """The ending of its name, small: ``.csv``. Empty where it has none."""
        return Path(self.name).suffix.lower()

    @property
    def mime_type(self) -> str:
        """The media type by its name."""
        return mimetypes.guess_type(self.name)[0] or UNKNOWN_TYPE

    def read_bytes(self) -> bytes:
        """The content."""
        if self.data is not None:
            return self.data
        return Path(self.path).read_bytes()

    def read_text(self, encoding: str = "utf-8-sig") -> str:
        """The content as text, without a byte order mark."""
        return self.read_bytes().decode(encoding)
