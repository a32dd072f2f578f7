"""Holds a built package against the marketplace's list: ``python scripts/check_package.py [--start] [PACKAGE]``.

Ends with 1 where something would be refused. With ``--start`` the requirements are installed into a fresh
environment and the plugin is started from the unpacked package, as Dify and the marketplace do; that takes a minute.
"""

import argparse
import os
import sys
from collections import Counter
from pathlib import Path

from daybook.render.terminal import color_wanted
from difypkg.archive import unpacked
from difypkg.checklist import CHECKLIST, NOT_CHECKED_HERE
from difypkg.findings import Finding, Level, Package
from difypkg.start import start_checks

ROOT = Path(__file__).resolve().parents[1]
COLOURS = {Level.PASS: "\033[32m", Level.WARN: "\033[33m", Level.FAIL: "\033[31m"}


def main() -> int:
    """Run the checks, print what they find, and give the exit code."""
    parser = argparse.ArgumentParser(description="Hold a built package against the marketplace's list.")
    parser.add_argument("package", type=Path, nargs="?", help="the .difypkg; the newest in dist/ by default")
    parser.add_argument("--start", action="store_true", help="also install the requirements and start the plugin")
    options = parser.parse_args()
    built = sorted((ROOT / "dist").glob("*.difypkg"), key=lambda file: file.stat().st_mtime)
    path = options.package or (built[-1] if built else None)
    if not path or not path.is_file():
        print("There is no package: build one with `make package`.", file=sys.stderr)
        return 2
    package = Package(unpacked(path), path.stat().st_size)
    levels: Counter[Level] = Counter()
    for check in CHECKLIST:
        for finding in check(package):
            levels[finding.level] += 1
            show(check.title, finding)
    for title, finding in start_checks(path) if options.start else ():
        levels[finding.level] += 1
        show(title, finding)
    print("", "Left to the one who submits:", *(f"  - {line}" for line in NOT_CHECKED_HERE), "", sep="\n")
    print(f"{path.name}: {levels[Level.PASS]} passed, {levels[Level.WARN]} warnings, {levels[Level.FAIL]} failures")
    return 1 if levels[Level.FAIL] else 0


def show(title: str, finding: Finding) -> None:
    """Print one finding, with what to do about it."""
    colored = sys.stdout.isatty() and color_wanted(os.environ)
    level = f"{COLOURS[finding.level]}{finding.level}\033[0m" if colored else str(finding.level)
    print(f"{level}  {title}{': ' if finding.message else ''}{finding.message}", flush=True)
    if finding.advice:
        print(f"      {finding.advice}")


if __name__ == "__main__":
    raise SystemExit(main())
