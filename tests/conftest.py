"""Leaves out the parts whose tests run in an environment of their own, by `make test-<part>`."""

import sys
from pathlib import Path

APART = {"airflow", "engines", "forecast", "graphon", "notebook"}

_HERE = Path(sys.prefix).name
collect_ignore = [part for part in APART if not _HERE.startswith(part)]
