"""`imports_of`: which modules a Python file imports, read from its source without running it."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath


@dataclass(frozen=True, slots=True)
class Import:
    """One module that a file names in an import."""

    module: str
    """Its whole name; empty where `importlib.import_module` gets a name that is computed."""
    line: int
    lazy: bool
    """Inside a function, so that it happens when that runs, not when the file is imported."""


class ComputedImportError(ValueError):
    """A file imports a module whose name is not written in it, so that what it needs cannot be read from it."""


def imports_of(source: str, path: str) -> Iterator[Import]:
    """Every module that a file may import, `TYPE_CHECKING` blocks aside.

    ``from a import b`` gives ``a.b``: whether ``b`` is a module or a name in ``a`` is not known without running it.

    Args:
        source: the file's text.
        path: the file's place below the root, with slashes; relative imports start there.
    """
    yield from _imports(ast.parse(source, path).body, list(PurePosixPath(path).parts[:-1]), lazy=False)


def local_modules(root: Path, entries: Iterable[str], leave_out: tuple[str, ...] = ()) -> set[str]:
    """The files below ``root`` that the entry files need, themselves and their packages included, with slashes.

    Args:
        root: the folder from which Python imports (the plugin's process has it first in its path).
        entries: files below it, with slashes.
        leave_out: beginnings of paths that are not followed, although an import names them.

    Raises:
        ComputedImportError: one of them imports a module whose name is not written in it.
    """
    found: set[str] = set()
    waiting = list(entries)
    while waiting:
        path = waiting.pop()
        if path in found or path.startswith(leave_out):
            continue
        found.add(path)
        waiting.extend(_files(root, path.removesuffix(".py").replace("/", ".")))
        for needed in imports_of((root / path).read_text(encoding="utf-8"), path):
            if not needed.module:
                message = f"{path}:{needed.line} imports a module whose name is computed: write the name there"
                raise ComputedImportError(message)
            waiting.extend(_files(root, needed.module))
    return found


def _imports(nodes: Iterable[ast.AST], package: list[str], *, lazy: bool) -> Iterator[Import]:
    for node in nodes:
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
                yield from _imports(node.orelse, package, lazy=lazy)
            case ast.Import():
                yield from (Import(alias.name, node.lineno, lazy) for alias in node.names)
            case ast.ImportFrom():
                above = package[: len(package) - node.level + 1] if node.level else []
                base = [*above, *([node.module] if node.module else [])]
                yield from (Import(".".join([*base, alias.name]), node.lineno, lazy) for alias in node.names)
            case ast.Call(func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module")):
                match node.args:
                    case [ast.Constant(value=str(name)), *_]:
                        yield Import(name, node.lineno, lazy)
                    case _:
                        yield Import("", node.lineno, lazy)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                yield from _imports(ast.iter_child_nodes(node), package, lazy=True)
            case _:
                yield from _imports(ast.iter_child_nodes(node), package, lazy=lazy)


def _files(root: Path, module: str) -> Iterator[str]:
    parts = module.split(".")
    for length in range(1, len(parts) + 1):
        place = PurePosixPath(*parts[:length])
        for candidate in (place / "__init__.py", place.with_name(f"{place.name}.py")):
            if (root / candidate).is_file():
                yield str(candidate)
                break
