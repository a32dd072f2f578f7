"""A job that ends its process, as a reader does whose allocation fails."""

import os
from pathlib import Path


def deadly(content: Path, **_: object) -> None:
    """In the place of `daybook.service.reports.jobs.make_single_day_answer`."""
    if content.read_bytes().startswith(b"deadly"):
        os.abort()
