"""Reports that were made, kept in a folder for a while."""

import contextlib
import os
import re
import secrets
import tempfile
import time
from pathlib import Path

from daybook.report import SalesReport
from daybook.service import texts
from daybook.service.errors import ResourceNotFoundError

_ID = re.compile(r"[0-9a-f]{32}")
_SUFFIX = ".report.json"


class ReportStore:
    """One JSON file a report. An id is 128 random bits and is checked before it becomes a file's name."""

    def __init__(self, folder: Path, keep_seconds: float) -> None:
        self._folder = folder
        self._keep_seconds = keep_seconds

    def open(self) -> None:
        """Make the folder where it is not there yet."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def add(self, report_json: bytes) -> str:
        """Keep a report; gives its id."""
        report_id = secrets.token_hex(16)
        handle, name = tempfile.mkstemp(prefix="new-", dir=self._folder)
        with os.fdopen(handle, "wb") as file:
            file.write(report_json)
        Path(name).rename(self._path(report_id))
        return report_id

    def get(self, report_id: str) -> SalesReport:
        """The report of that id.

        Raises:
            NotFoundError: there is none, or its time is over.
        """
        return SalesReport.model_validate_json(self.get_json(report_id))

    def get_json(self, report_id: str) -> bytes:
        """The report of that id, as it was kept.

        Raises:
            NotFoundError: there is none, or its time is over.
        """
        if _ID.fullmatch(report_id):
            with contextlib.suppress(FileNotFoundError):
                path = self._path(report_id)
                if not self._is_old(path):
                    return path.read_bytes()
        raise ResourceNotFoundError(texts.NO_REPORT)

    def remove_old(self) -> int:
        """Remove the reports whose time is over; gives their number."""
        removed = 0
        for path in self._folder.glob("*"):
            if path.name.endswith(_SUFFIX) or path.name.startswith("new-"):
                with contextlib.suppress(FileNotFoundError):
                    if self._is_old(path):
                        path.unlink()
                        removed += 1
        return removed

    def _path(self, report_id: str) -> Path:
        return self._folder / (report_id + _SUFFIX)

    def _is_old(self, path: Path) -> bool:
        return time.time() - path.stat().st_mtime > self._keep_seconds
