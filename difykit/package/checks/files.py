"""The package's files: how large, and nothing that has no business in it."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from difykit.package.results import CheckResult, Package, fail, warn

MAX_BYTES = 50 * 1024 * 1024
"""Of the package, and of its contents together: what the daemon and the marketplace take."""
UPLOAD_BYTES = 15 * 1024 * 1024
"""What a Dify takes as a local package where PLUGIN_MAX_PACKAGE_SIZE is not set."""
MAX_FILES = 5000
NEVER_FOLDERS = {
    ".git", ".hg", ".svn", ".venv", ".venvs", "venv", "env", "__pycache__", ".pytest_cache", ".ruff_cache",
    ".mypy_cache", ".hypothesis", ".tox", ".nox", ".idea", ".vscode", "node_modules",
}  # fmt: skip
NEVER_NAMES = {".DS_Store", "Thumbs.db", "desktop.ini", ".gitconfig", "id_rsa"}
NEVER_SUFFIXES = {".key", ".pem", ".p12", ".pfx", ".pyc", ".pyo", ".log", ".tmp", ".swp", ".swo", ".bak"}
BINARY_SUFFIXES = {".so", ".dll", ".dylib", ".exe", ".pyd", ".node"}
ARCHIVE_SUFFIXES = {".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".whl"}
EXECUTABLE_STARTS = (b"\x7fELF", b"MZ", b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba")
KNOWN_SECRETS = {
    "private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "OpenAI-style key": r"\bsk-[A-Za-z0-9_-]{20,}",
    "GitHub token": r"\bgh[pousr]_[A-Za-z0-9_]{20,}",
    "Slack token": r"\bxox[baprs]-[A-Za-z0-9-]{10,}",
    "AWS access key": r"\bAKIA[0-9A-Z]{16}\b",
    "JSON web token": r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}",
    "DingTalk signing secret": r"\bSEC[0-9a-f]{60,}",
    "DingTalk robot token": r"access_token=[0-9a-f]{32,}",
}
ASSIGNED_SECRET = re.compile(
    r"""(?i)[\w.-]*(?:api[_-]?key|access[_-]?key|secret|token|password|private[_-]?key)[\w.-]*["']?\s*[:=]\s*
    (?:"(?P<double>[^"\n]{12,})"|'(?P<single>[^'\n]{12,})'|(?P<bare>[\w+/=.-]{12,}))""",
    re.VERBOSE,
)
TOKEN_LIKE = re.compile(r"[A-Za-z0-9+/=_.-]+")
HEXADECIMAL = re.compile(r"[0-9a-fA-F]+")
HEXADECIMAL_BITS, TOKEN_BITS = 3.0, 4.5
"""Bits of entropy a character from which a value looks random, for hexadecimal digits and for wider alphabets."""


def sizes(package: Package) -> Iterator[CheckResult]:
    """The package is small enough for the marketplace, and for an upload by hand."""
    total = sum(map(len, package.files.values()))
    if max(total, package.size) > MAX_BYTES:
        yield fail(f"the package has {total:,} bytes in it", f"keep it under {MAX_BYTES:,}")
    elif package.size > UPLOAD_BYTES:
        yield warn(f"the package has {package.size:,} bytes", f"many a Dify takes no upload over {UPLOAD_BYTES:,}")
    if len(package.files) > MAX_FILES:
        yield fail(f"the package has {len(package.files)} files", f"keep it under {MAX_FILES}")


def strays(package: Package) -> Iterator[CheckResult]:
    """No caches, environments, settings, keys, logs; no project file that a daemon would install from."""
    for name in package.files:
        path = PurePosixPath(name)
        if NEVER_FOLDERS & set(path.parts[:-1]) or path.name in NEVER_NAMES or path.suffix in NEVER_SUFFIXES:
            yield fail(f"{name} has no business in a package", "leave it out")
        elif re.fullmatch(r"\.env(\.(?!example|sample|template).*)?", path.name):
            yield fail(f"{name} holds settings of one machine", "leave it out")
        elif name in {"pyproject.toml", "uv.lock"}:
            yield fail(f"{name} would make some daemons install from it", "leave it out: requirements.txt counts")


def binaries(package: Package) -> Iterator[CheckResult]:
    """Nothing that runs by itself, nothing packed in the package."""
    for name, content in package.files.items():
        suffix = PurePosixPath(name).suffix.lower()
        if content.startswith(EXECUTABLE_STARTS) or suffix in BINARY_SUFFIXES:
            yield fail(f"{name} is a program or library for one machine", "leave it out")
        elif suffix in ARCHIVE_SUFFIXES or suffix in {".sh", ".bin", ".run", ".command"}:
            yield warn(f"{name} is an archive or script", "leave it out, or explain it to the reviewer")


def secrets(package: Package) -> Iterator[CheckResult]:
    """Nothing that looks like a key."""
    for name, content in package.files.items():
        for number, line in enumerate(content.decode("utf-8", "ignore").splitlines(), 1):
            kind = next((kind for kind, pattern in KNOWN_SECRETS.items() if re.search(pattern, line)), None)
            if kind:
                yield fail(f"{name}:{number}: looks like a {kind}", "take it out, and revoke it if it is real")
            elif any(_looks_random(value) for value in _assigned(name, line)):
                yield fail(f"{name}:{number}: a secret seems to be written there", "take it out")


def _assigned(name: str, line: str) -> Iterator[str]:
    for found in ASSIGNED_SECRET.finditer(line):
        if found["bare"] and name.endswith(".py"):
            continue  # an expression that reads a secret, not a secret
        yield found["double"] or found["single"] or found["bare"]


def _looks_random(value: str) -> bool:
    if value.startswith(("http://", "https://", "/", "./", "../")):
        return False
    bits = -sum(count / len(value) * math.log2(count / len(value)) for count in Counter(value).values())
    if HEXADECIMAL.fullmatch(value):
        return bits >= HEXADECIMAL_BITS
    return TOKEN_LIKE.fullmatch(value) is not None and bits >= TOKEN_BITS
