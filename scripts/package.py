"""Builds the plugin's package: ``python scripts/package.py [--out FOLDER]``, in short ``make package``."""

import argparse
import hashlib
from pathlib import Path

from difypkg.archive import build, unpacked

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Build the package and say where it is."""
    parser = argparse.ArgumentParser(description="Build the plugin's package.")
    parser.add_argument("--root", type=Path, default=ROOT, help="the plugin's folder; this repository by default")
    parser.add_argument("--out", type=Path, help="where the package goes; dist/ below the plugin's folder by default")
    options = parser.parse_args()
    package = build(options.root, options.out or options.root / "dist")
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    print(f"{package.name}: {len(unpacked(package))} files, {package.stat().st_size:,} bytes, sha256 {digest}")


if __name__ == "__main__":
    main()
