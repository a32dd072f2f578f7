"""How much a mode may hold. One place for every limit on the data that comes in."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from daybook.language import Text

MIB = 1024 * 1024

MAX_FILES = 50
"""Files that are read as one table."""

DIFY_TOOL_SECONDS = 600.0
"""After this time Dify ends a tool's call, whatever it does (PLUGIN_MAX_EXECUTION_TIMEOUT's default)."""

USE_THE_SERVICE = Text(
    en="set the analysis service's URL in the plugin's settings",
    zh="请在插件设置中填写分析服务地址",
)
"""What helps where the plugin's own process is too small for a file."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one sales file; a file past one of them is refused with a `LimitError` that names it."""

    file_bytes: int = 20_000_000
    """Bytes of the file as it arrives; enforced while reading."""
    rows: int = 500_000
    """Data rows below the header."""
    columns: int = 256
    """Columns in the header."""
    cell_characters: int = 32_767
    """Characters in one cell: what a spreadsheet can hold."""
    expanded_bytes: int = 400 * MIB
    """Bytes that a zipped workbook may unfold to."""
    parse_threads: int = 1
    """Threads that parse a large text file ahead. One in the plugin, whose threads are not real ones; more than two
    do not help: pandas holds Python's lock for part of a parse."""
    beyond: Text = USE_THE_SERVICE
    """What a person can do who is past the limit, said in the middle of a sentence."""

    @property
    def sheet_cells(self) -> int:
        """Cells of the rectangle that a workbook's sheet may span: 32 columns as far as rows go.

        A file within ``expanded_bytes`` that fills its rectangle stays below it.
        """
        return 32 * self.rows

    @classmethod
    def on_cluster(cls) -> Self:
        """The limits of a table whose rows stay on a cluster: none that a table would reach."""
        return cls(file_bytes=10**18, rows=10**15)

    @classmethod
    def of_own_machine(cls) -> Self:
        """The limits where a person reads a file of their own on a machine of their own: what that holds."""
        return cls(file_bytes=10**10, rows=10**9)

    @classmethod
    def embedded(cls, environ: Mapping[str, str] | None = None) -> Self:
        """The limits inside the plugin's process: 20 MB and 500,000 rows unless the environment says otherwise.

        ``DAYBOOK_MAX_FILE_MB`` (megabytes) and ``DAYBOOK_MAX_ROWS`` are read; a value that is no positive
        whole number is passed over.
        """
        environ = os.environ if environ is None else environ

        def number(name: str, default: int) -> int:
            value = environ.get(name, "").strip()
            return int(value) if value.isdecimal() and int(value) > 0 else default

        return cls(
            file_bytes=number("DAYBOOK_MAX_FILE_MB", 20) * 1_000_000,
            rows=number("DAYBOOK_MAX_ROWS", 500_000),
        )
