"""`package_files`: what Dify reads and what its process runs, and nothing else."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from difykit.package.imports import local_modules

READ_BY_DIFY = ("manifest.yaml", "requirements.txt", "README.md", "LICENSE", "PRIVACY.md")
FOLDERS_READ_BY_DIFY = ("_assets", "readme")


def package_files(root: Path) -> list[str]:
    """The files of the plugin whose folder is ``root``, with slashes, in the order of the package.

    The Python among them is what `main.py` and the sources that the declarations name import, wherever they do it.
    """
    declarations = list(_declarations(root))
    sources = [_source(root, path) for path in declarations]
    modules = local_modules(root, [_entry(root), *(source for source in sources if source)], _never_reached(root))
    assets = [
        f"{folder}/{file.name}"
        for folder in FOLDERS_READ_BY_DIFY
        for file in (root / folder).iterdir()
        if not file.name.startswith(".")
    ]
    return sorted({*READ_BY_DIFY, *declarations, *modules, *assets, *_data(root, modules)})


def _never_reached(root: Path) -> tuple[str, ...]:
    """Paths that a module of the plugin imports only for something that the plugin never asks of it.

    They stand in ``pyproject.toml``: ``[tool.difykit] never-reached = ["library/extra/"]``.
    """
    return _settings(root, "never-reached")


def _data(root: Path, modules: set[str]) -> Iterator[str]:
    """The files that modules of the plugin open: folders in ``[tool.difykit] data``, each inside a package."""
    for folder in _settings(root, "data"):
        if f"{folder.rpartition('/')[0]}/__init__.py" in modules:
            yield from (f"{folder}/{file.name}" for file in (root / folder).iterdir() if file.is_file())


def _settings(root: Path, name: str) -> tuple[str, ...]:
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    return tuple(project.get("tool", {}).get("difykit", {}).get(name, ()))


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
