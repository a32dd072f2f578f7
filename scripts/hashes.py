"""Writes the hashes of the plugin's requirements into requirements.txt, so that an index cannot slip in another file.

    make hashes

Asks the index, through uv, for what it has of each version that is pinned there; kept are the files that Dify's
Python, or a developer's, could install: source archives, pure wheels, and wheels of CPython 3.12 or its stable ABI.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements.txt"
USABLE = re.compile(r"\.tar\.gz$|\.zip$|-py(2\.py)?3-none-any\.whl$|-cp312-cp312-|-cp3\d+-abi3-", re.IGNORECASE)
PLATFORMS = re.compile(r"none-any|manylinux|musllinux|macosx|win_amd64|\.tar\.gz$|\.zip$")
PINNED = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s\\]+)")


def hashes() -> dict[str, list[str]]:
    """The sha256 sums of the usable files of each pinned package, by its normal name."""
    with tempfile.TemporaryDirectory() as folder:
        lock = Path(folder) / "pylock.toml"
        uv = [str(Path(sys.executable).with_name("uv")), "pip", "compile", "--quiet", "--universal"]
        subprocess.run(  # noqa: S603 (uv)
            [*uv, "--python-version", "3.12", "--format", "pylock.toml", "-o", str(lock), str(REQUIREMENTS)], check=True
        )
        packages = tomllib.loads(lock.read_text(encoding="utf-8"))["packages"]
    found = {}
    for package in packages:
        files = [*package.get("wheels", []), *filter(None, [package.get("sdist")])]
        names = {file.get("name") or file["url"].rpartition("/")[2]: file["hashes"]["sha256"] for file in files}
        usable = [digest for name, digest in names.items() if USABLE.search(name) and PLATFORMS.search(name)]
        found[_normal(package["name"])] = sorted(usable)
    return found


def main() -> None:
    """Rewrite the file; its pins, order and comments stay."""
    known = hashes()
    lines = []
    for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines():
        if line.lstrip().startswith("--hash="):
            continue
        pinned = PINNED.match(line)
        if not pinned:
            lines.append(line)
            continue
        sums = [f"    --hash=sha256:{digest}" for digest in known[_normal(pinned["name"])]]
        lines.append(" \\\n".join([pinned[0], *sums]))
    REQUIREMENTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    main()
