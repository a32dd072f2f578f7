"""The jobs of hosted functions: what runs in a worker process. `Snapshot`: their modules as they were when loaded.

Worker processes come and go, and each imports the modules anew. Had they read the files, an edit that is half done
would be served by whichever worker started last. So the sources are kept when a snapshot is made, and every worker
imports those: what is on disk counts only once a reload has gone well.
"""

import asyncio
import hashlib
import importlib
import importlib.util
import inspect
import os
import pickle
import sys
import sysconfig
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

from daybook.errors import DaybookError, FunctionError
from daybook.functions import File, texts
from daybook.functions.declare import Function, Signature, is_marked, listening
from daybook.functions.results import Result, save_result
from daybook.language import Text
from daybook.service.workers.worker import report_progress


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


SENTENCE_CHARACTERS = 500
TRACEBACK_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class LoadProblem:
    """Why functions cannot be offered."""

    text: Text
    values: Mapping[str, Any]
    traceback: str = ""

    @property
    def error(self) -> FunctionError:
        """As an error."""
        return FunctionError(self.text, **self.values)


@dataclass(frozen=True, slots=True)
class LoadedModules:
    """What came of loading modules."""

    snapshot: Snapshot
    signatures: tuple[Signature, ...]
    problems: tuple[LoadProblem, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The function itself said no, in a sentence of its own."""

    text: Text
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FunctionCrash:
    """The function ended with an exception that it did not mean for its caller."""

    kind: str
    traceback: str


type CallOutcome = Result | Refusal | FunctionCrash


def read_modules(snapshot: Snapshot) -> LoadedModules:
    """Import a snapshot's modules from disk; gives the snapshot with their sources, and the functions in it.

    To be called in a process that has not imported any of them.
    """
    finder = _settle(snapshot, keep=True)
    functions: dict[str, Function] = {}
    problems: list[LoadProblem] = []
    served: list[str] = []
    for module in snapshot.modules:
        try:
            found = _functions_of(vars(_imported(module)))
            if not found:
                raise FunctionError(texts.NO_FUNCTION_INSIDE, module=module)  # noqa: TRY301 - one place for problems
            _merge(functions, found)
        except DaybookError as error:
            problems.append(LoadProblem(error.text, error.values))
        except BaseException as error:  # noqa: BLE001 - a module may raise anything while it is imported
            problems.append(_broken(module, error))
        else:
            served.append(module)
    if snapshot.cells:
        try:
            _merge(functions, _functions_of(_cells(snapshot)))
        except DaybookError as error:
            problems.append(LoadProblem(error.text, error.values))
    kept = Snapshot(tuple(served), snapshot.folder, finder.sources, snapshot.cells)
    signatures = tuple(functions[name].signature for name in sorted(functions))
    return LoadedModules(kept, signatures, tuple(problems))


def call_function(
    snapshot: Path, name: str, values: Mapping[str, Any], files: Mapping[str, File], results: Path
) -> CallOutcome:
    """Call a function of the snapshot at ``snapshot``; the files of its result go into ``results``.

    Raises:
        ParameterError: an argument is wrong.
        FunctionError: the result cannot be sent.
    """
    report_progress(None)
    function = _loaded(snapshot)[name]
    arguments = function.bind(values, files)
    results.mkdir(mode=0o700)
    try:
        with listening(report_progress):
            value = function.call(**arguments)
            if inspect.iscoroutine(value):
                value = asyncio.run(value)
    except DaybookError as error:
        return Refusal(error.text, error.values)
    except ValueError as error:
        if _raised_by_function(error):
            return Refusal(texts.REFUSED, {"sentence": _one_line(str(error))})
        return _failure(error)
    except BaseException as error:  # noqa: BLE001 - the user's code may raise anything, even SystemExit
        return _failure(error)
    try:
        return save_result(value, results, name)
    except DaybookError:
        raise
    except Exception as error:  # noqa: BLE001 - a figure that cannot be drawn, say
        return _failure(error)


_loaded_path: Path | None = None
_finder: SnapshotImporter | None = None
_loaded_functions: dict[str, Function] = {}
_cell_files: set[str] = set()
"""Where the functions of cells were written: a name that IPython made up, or a script."""


def _loaded(path: Path) -> dict[str, Function]:
    global _loaded_path, _loaded_functions  # noqa: PLW0603 - a process has one snapshot at a time
    if path != _loaded_path:
        snapshot = Snapshot.load(path)
        _loaded_path, _loaded_functions = None, {}
        _settle(snapshot, keep=False)
        for module in snapshot.modules:
            _loaded_functions |= _functions_of(vars(_imported(module)))
        if snapshot.cells:
            _loaded_functions |= _functions_of(_cells(snapshot))
        _loaded_path = path
    return _loaded_functions


def _settle(snapshot: Snapshot, *, keep: bool) -> SnapshotImporter:
    global _finder  # noqa: PLW0603 - the same
    if _finder is not None:
        _finder.forget()
    os.environ.setdefault("MPLBACKEND", "Agg")  # a worker has no screen
    if snapshot.folder and snapshot.folder not in sys.path:
        sys.path.insert(0, snapshot.folder)
    _finder = SnapshotImporter(snapshot.sources, keep=keep)
    sys.meta_path.insert(0, _finder)
    return _finder


def _imported(module: str) -> Any:
    __import__(module)
    return sys.modules[module]


def _cells(snapshot: Snapshot) -> dict[str, Any]:
    try:
        cells: dict[str, Any] = pickle.loads(snapshot.cells)  # noqa: S301 - from the notebook that started the service
    except Exception as error:  # noqa: BLE001 - what is unpickled is the user's code
        raise FunctionError(texts.NOT_PORTABLE, reason=_reason(error)) from None
    _cell_files.update(value.__code__.co_filename for value in cells.values() if hasattr(value, "__code__"))
    return cells


def _functions_of(names: Mapping[str, Any]) -> dict[str, Function]:
    found: dict[str, Function] = {}
    seen: set[int] = set()
    for value in names.values():
        if is_marked(value) and id(value) not in seen:
            seen.add(id(value))
            _merge(found, {(function := Function.of(value)).signature.name: function})
    return found


def _merge(functions: dict[str, Function], more: Mapping[str, Function]) -> None:
    for name, function in more.items():
        if name in functions and functions[name].call is not function.call:
            raise FunctionError(texts.TWICE, function=name)
    functions.update(more)


def _broken(module: str, error: BaseException) -> LoadProblem:
    if isinstance(error, ModuleNotFoundError) and error.name and is_part(module, error.name):
        return LoadProblem(texts.NO_MODULE, {"module": module})
    return LoadProblem(texts.BROKEN_MODULE, {"module": module, "reason": _reason(error)}, _trace(error))


def is_part(module: str, name: str) -> bool:
    """Whether ``name`` is ``module`` or a package that it lies in."""
    return module == name or module.startswith(f"{name}.")


def _reason(error: BaseException) -> str:
    kind = type(error).__name__
    if isinstance(error, SyntaxError):
        return f"{kind}, {Path(error.filename or '').name}:{error.lineno}"
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_own_frame(frame.filename)]
    place = f", {Path(own[-1].filename).name}:{own[-1].lineno}" if own else ""
    if isinstance(error, ModuleNotFoundError):
        return f"{kind}: {error.name}{place}"
    return f"{kind}{place}"


def _failure(error: BaseException) -> FunctionCrash:
    return FunctionCrash(type(error).__name__, _trace(error))


def _trace(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))[-TRACEBACK_CHARACTERS:]


def _raised_by_function(error: BaseException) -> bool:
    # A ValueError out of a library speaks to programmers, and may quote a cell; one that the function raises
    # itself is meant for its caller.
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and bool(str(error).strip()) and _is_own_frame(frames[-1].filename)


def _is_own_frame(filename: str) -> bool:
    if _finder is not None and any(source.path == filename for source in _finder.sources.values()):
        return True
    return filename in _cell_files or "ipykernel_" in filename or filename.startswith("<ipython-input")


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SENTENCE_CHARACTERS else line[:SENTENCE_CHARACTERS] + "…"
