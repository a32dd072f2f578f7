"""`Package` and `CheckResult`: what a check looks at, and what it says."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from typing import Any

import yaml


class Level(StrEnum):
    """How much a finding matters."""

    PASS = "pass"  # noqa: S105 - no password
    WARN = "warn"
    """A reviewer will look at it."""
    FAIL = "FAIL"
    """The marketplace, Dify's daemon or pip refuses it."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One thing that a check found, with what to do about it."""

    level: Level
    message: str
    advice: str = ""


def passed(message: str) -> CheckResult:
    """Something that is right, and worth a word."""
    return CheckResult(Level.PASS, message)


def fail(message: str, advice: str) -> CheckResult:
    """Something that is refused."""
    return CheckResult(Level.FAIL, message, advice)


def warn(message: str, advice: str) -> CheckResult:
    """Something that a reviewer looks at."""
    return CheckResult(Level.WARN, message, advice)


class Package:
    """A package, unpacked in memory.

    Args:
        files: contents by path, with slashes.
        size: bytes of the package as a file.
    """

    def __init__(self, files: Mapping[str, bytes], size: int = 0) -> None:
        self.files = files
        self.size = size

    def __contains__(self, path: str) -> bool:
        return path in self.files

    def text(self, path: str) -> str:
        """A file's text; empty where the file is missing."""
        return self.files.get(path, b"").decode("utf-8")

    def yaml(self, path: str) -> dict[str, Any]:
        """A YAML file's content; empty where it is missing or holds no mapping."""
        data = yaml.safe_load(self.files.get(path, b""))
        return data if isinstance(data, dict) else {}

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest."""
        return self.yaml("manifest.yaml")

    @cached_property
    def providers(self) -> dict[str, dict[str, Any]]:
        """The tool providers by path."""
        paths = (self.manifest.get("plugins") or {}).get("tools") or ()
        return {str(path): self.yaml(str(path)) for path in paths}

    @cached_property
    def tools(self) -> dict[str, dict[str, Any]]:
        """The tools by path."""
        paths = [path for provider in self.providers.values() for path in provider.get("tools") or ()]
        return {str(path): self.yaml(str(path)) for path in paths}

    @cached_property
    def python(self) -> dict[str, ast.Module]:
        """The Python files by path, parsed."""
        return {path: _parsed(self.text(path), path) for path in self.files if path.endswith(".py")}


@cache  # the same file is read by several checks, and by the tests for each fault
def _parsed(source: str, path: str) -> ast.Module:
    return ast.parse(source, path)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist."""

    title: str
    run: Callable[[Package], Iterable[CheckResult]]

    def __call__(self, package: Package) -> Iterator[CheckResult]:
        """What the check finds; a single pass where it finds nothing."""
        try:
            findings = list(self.run(package))
        except (UnicodeDecodeError, SyntaxError, yaml.YAMLError) as error:
            findings = [fail(f"a file cannot be read: {' '.join(str(error).split())}", "mend the file")]
        yield from findings or [passed("")]
