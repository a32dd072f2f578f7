"""The project's own files, for tests that look at the whole tree."""

import subprocess
from functools import cache
from pathlib import Path

import pathspec

ROOT = Path(__file__).resolve().parents[1]


@cache
def project_files() -> tuple[str, ...]:
    """The files of the project, by path below `ROOT`: those in git; where there is none, all that are not ignored."""
    try:
        git = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607 - whichever git there is
        listed = git.stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        ignored = pathspec.GitIgnoreSpec.from_lines([".git/", *(ROOT / ".gitignore").read_text().splitlines()])
        listed = list(ignored.match_tree_files(ROOT, negate=True))
    return tuple(sorted(path for path in listed if (ROOT / path).is_file()))


def documents() -> tuple[str, ...]:
    """What is written for people, but for the changelog, which speaks of what once was."""
    return tuple(path for path in project_files() if path.endswith(".md") and path != "CHANGELOG.md")


def python_files() -> tuple[str, ...]:
    """The Python files of the project."""
    return tuple(path for path in project_files() if path.endswith(".py"))
