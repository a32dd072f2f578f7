"""`Snapshot`: the modules with the user's functions as they were when they were loaded.

Worker processes come and go, and each imports the modules anew. Had they read the files, an edit that is half done
would be served by whichever worker started last. So the sources are kept when a snapshot is made, and every worker
imports those: what is on disk counts only once a reload has gone well.
"""

import hashlib
import importlib
import importlib.util
import os
import pickle
import sys
import sysconfig
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any


@dataclass(frozen=True, slots=True)
class ModuleSource:
    """One module's file."""

    path: str
    content: bytes
    is_package: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What workers need to have the same functions."""

    modules: tuple[str, ...]
    """Modules whose functions are offered."""
    folder: str
    """Folder in which modules are looked for first; empty for none."""
    sources: Mapping[str, ModuleSource] = field(default_factory=dict)
    """Own modules by name, those that the offered ones import among them."""
    cells: bytes = b""
    """Functions from a notebook's cells, by name, as cloudpickle wrote them."""

    def save(self, folder: Path) -> Path:
        """Write it into ``folder`` under a name that says what is in it."""
        data = pickle.dumps(self)
        path = folder / f"{hashlib.sha256(data).hexdigest()[:32]}.snapshot"
        # written aside and moved: a worker may read the same snapshot meanwhile
        handle, aside = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        return Path(aside).rename(path)

    @staticmethod
    def load(path: Path) -> "Snapshot":
        """The snapshot that was written to ``path``."""
        snapshot: Snapshot = pickle.loads(path.read_bytes())  # noqa: S301 - our own file
        return snapshot


class SnapshotImporter(MetaPathFinder):
    """Imports a snapshot's modules from their kept sources, and keeps what it sees first."""

    def __init__(self, sources: Mapping[str, ModuleSource], *, keep: bool) -> None:
        """A finder with ``sources``; with ``keep`` it adds each own module that is imported."""
        self.sources = dict(sources)
        self._keep = keep

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Part of the import system."""
        if fullname not in self.sources and self._keep:
            found = PathFinder.find_spec(fullname, path, target)
            if found is not None and isinstance(found.loader, SourceFileLoader) and found.origin and _is_own(found):
                content = Path(found.origin).read_bytes()
                self.sources[fullname] = ModuleSource(
                    found.origin, content, found.submodule_search_locations is not None
                )
        source = self.sources.get(fullname)
        if source is None:
            return None
        return importlib.util.spec_from_file_location(
            fullname,
            source.path,
            loader=_KeptLoader(fullname, source),
            submodule_search_locations=[str(Path(source.path).parent)] if source.is_package else None,
        )

    def forget(self) -> None:
        """Take its modules out of this process, so that others of the same names can be imported."""
        for name in self.sources:
            sys.modules.pop(name, None)
        if self in sys.meta_path:
            sys.meta_path.remove(self)


class _KeptLoader(SourceFileLoader):
    """Loads a module from content that was read before; its file on disk may be another by now."""

    def __init__(self, name: str, source: ModuleSource) -> None:
        super().__init__(name, source.path)
        self._source = source

    def get_data(self, path: str) -> bytes:
        return self._source.content if path == self._source.path else super().get_data(path)

    def path_stats(self, path: str) -> Any:
        raise OSError(path)  # no compiled file is looked for, nor written


def installed_folders() -> tuple[str, ...]:
    """Where Python and its packages live: modules from elsewhere are the user's own."""
    paths = sysconfig.get_paths()
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    return tuple({str(Path(paths[name]).resolve()) + "/" for name in names})


def _is_own(spec: ModuleSpec) -> bool:
    if spec.name.partition(".")[0] == "daybook" or spec.origin is None:
        return False
    return not str(Path(spec.origin).resolve()).startswith(installed_folders())
