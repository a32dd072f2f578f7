"""What goes into the package: what Dify reads, what its process runs, and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from difypkg.imports import local_modules

READ_BY_DIFY = ("manifest.yaml", "requirements.txt", "README.md", "PRIVACY.md")
FOLDERS_READ_BY_DIFY = ("_assets", "readme")
NEVER_REACHED = ("daybook/functions/",)
"""What a packaged module imports only when it is asked for something that the plugin never asks for: `daybook.function`
is there for modules of the analysis service."""


def package_files(root: Path) -> list[str]:
    """The files of the plugin whose folder is ``root``, with slashes, in the order of the package.

    The Python among them is what `main.py` and the sources that the declarations name import, wherever they do it.
    """
    declarations = list(_declarations(root))
    sources = [_source(root, path) for path in declarations]
    modules = local_modules(root, [_entry(root), *(source for source in sources if source)], NEVER_REACHED)
    assets = [
        f"{folder}/{file.name}"
        for folder in FOLDERS_READ_BY_DIFY
        for file in (root / folder).iterdir()
        if not file.name.startswith(".")
    ]
    return sorted({*READ_BY_DIFY, *declarations, *modules, *assets})


def _declarations(root: Path) -> Iterator[str]:
    for provider in _yaml(root, "manifest.yaml")["plugins"]["tools"]:
        yield provider
        yield from _yaml(root, provider)["tools"]


def _source(root: Path, declaration: str) -> str | None:
    source = _yaml(root, declaration).get("extra", {}).get("python", {}).get("source")
    return str(source) if source else None


def _entry(root: Path) -> str:
    return f"{_yaml(root, 'manifest.yaml')['meta']['runner']['entrypoint']}.py"


def _yaml(root: Path, path: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((root / path).read_text(encoding="utf-8"))
    return data
