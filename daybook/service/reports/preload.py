"""Loads all that an analysis needs, by making one. To be imported where workers are forked from, and nowhere else.

Importing pandas is not enough: much of it, and of the analysis, is loaded by the first file that is read. A worker that
is forked afterwards answers its first request as quickly as its hundredth. Polars is loaded but not used: it would
start threads, which a fork loses.
"""

import contextlib

from daybook.pipeline import analyze
from daybook.service.reports import jobs

_CSV = b"Date,Product,Price,Amount,Region\n2023-10-27,a,1.00,1,b\n"

__all__ = ["jobs"]

analyze(_CSV, engine="pandas")
with contextlib.suppress(ImportError):  # without Polars, pandas reads everything
    import daybook.reduce.polars  # noqa: F401
