"""`analyze`: the pipeline's analysis, with a workbook read in a process of its own that may die of it.

A stranger's workbook goes to parsers in other languages, which may crash, panic or take more memory than there is.
That ends the process that reads it, never the plugin's, in which other calls are under way. Text files stay here: they
are read by pandas alone, piece by piece, and need no other process.

Each process (`daybook.plugin.reader_process`) reads one workbook, so that it leaves nothing behind; the next is started
right after, and waits with pandas loaded. The two speak JSON over a pair of pipes: a line with the question and then
the files, one answer back. They are started by `posix_spawn`, because the plugin's own process has gevent and threads
in it, and must not be forked; by that of the module `posix`, because gevent's in `os` works in one thread alone.
"""

import json
import os
import posix
import signal
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import daybook
from daybook import errors
from daybook.errors import Choice, DaybookError, LimitError, QuestionError, TableError
from daybook.language import Text, literal
from daybook.limits import MIB, Limits
from daybook.parameters import AnalysisParameters
from daybook.plugin.outputs import ReaderError
from daybook.plugin.reader_process import OUT_OF_MEMORY, READ_SECONDS, WAIT_SECONDS
from daybook.report import SalesReport, Understanding
from daybook.table import texts
from daybook.table.workbook_check import is_workbook

if TYPE_CHECKING:
    from daybook.plugin.memory import DaySums

MEMORY_VARIABLE = "DAYBOOK_READER_MB"
"""Environment variable: the megabytes of memory that reading one workbook may take."""
MEMORY_BYTES = 1536 * MIB
"""Address space of the process that reads, unless the variable says otherwise; 500,000 rows of five columns take 490
MB of it, 350 MB of them real."""

OUT_OF_TIME = Text(
    en="Reading the workbook takes more than {seconds} seconds; save the sales alone as a new workbook or CSV, or"
    " {beyond}.",
    zh="读取该工作簿超过 {seconds} 秒；请只把销售数据另存为新的工作簿或 CSV，或{beyond}。",
)

_BLOCK_BYTES = 1 << 20


def analyze(
    files: bytes | Sequence[bytes], parameters: AnalysisParameters, limits: Limits
) -> "tuple[SalesReport, list[DaySums]]":
    """The report on one day of a sales file, or of several that are one table, as `daybook.pipeline.analyze`.

    Call it where waiting holds up nobody.

    Returns:
        The report, and where a book is named the sums of the file's days for it.

    Raises:
        DaybookError: as the pipeline; `LimitError` too where a workbook takes too much memory or time.
        ReaderError: reading ended for a reason that is not the file's.
    """
    files = [files] if isinstance(files, bytes) else files
    if any(is_workbook(data[:8]) for data in files):
        return _analyze_apart(files, parameters, limits)
    from daybook import pipeline  # noqa: PLC0415  pandas is loaded when first needed
    from daybook.plugin.memory import Gathered  # noqa: PLC0415

    gathered = Gathered() if parameters.book else None
    report = pipeline.analyze(files, parameters, limits, book=gathered)
    return report, gathered.days if gathered else []


def _analyze_apart(
    files: Sequence[bytes], parameters: AnalysisParameters, limits: Limits
) -> "tuple[SalesReport, list[DaySums]]":
    asked = parameters.model_dump(mode="json", include=set(AnalysisParameters.model_fields))
    question = {"parameters": asked, "limits": asdict(limits), "sizes": list(map(len, files))}
    process = _take()
    try:
        answer, status = process.ask(json.dumps(question).encode() + b"\n", files)
    finally:
        _have_one_wait()
    try:
        found = json.loads(answer)
    except ValueError:
        raise _death(status, process.memory, limits) from None
    if "error" in found:
        raise _error(found["error"])
    if "unexpected" in found:
        raise ReaderError(found["unexpected"])
    from daybook.plugin.memory import DaySums  # noqa: PLC0415

    days = [DaySums.model_validate_json(json.dumps(each)) for each in found["days"]]
    return SalesReport.model_validate_json(json.dumps(found["report"])), days


@dataclass(frozen=True, slots=True)
class _Process:
    """A process that reads one workbook."""

    pid: int
    input: FileIO
    output: FileIO
    memory: int
    """Bytes that it may take."""
    started: float

    @classmethod
    def start(cls) -> Self:
        wanted = os.environ.get(MEMORY_VARIABLE, "").strip()
        memory = int(wanted) * MIB if wanted.isdecimal() and int(wanted) else MEMORY_BYTES
        their_input, to_them = os.pipe()
        from_them, their_output = os.pipe()
        given, taken = FileIO(to_them, "wb"), FileIO(from_them, "rb")
        try:
            pid = posix.posix_spawn(
                sys.executable,
                [sys.executable, "-P", "-m", "daybook.plugin.reader_process", str(memory)],
                _environment(),
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, their_input, 0),
                    (os.POSIX_SPAWN_DUP2, their_output, 1),
                    (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),  # a panic's words may quote the file
                ],
            )
        except BaseException:
            given.close()
            taken.close()
            raise
        finally:
            os.close(their_input)
            os.close(their_output)
        return cls(pid, given, taken, memory, time.monotonic())

    def ask(self, question: bytes, files: Sequence[bytes]) -> tuple[bytes, int]:
        """Its answer, and its exit code."""
        try:
            with suppress(BrokenPipeError):  # it died; of what, its exit code says
                for block in (question, *files):
                    view = memoryview(block)
                    while view:
                        view = view[self.input.write(view[:_BLOCK_BYTES]) :]
            self.input.close()
            answer = self.output.read()
        finally:
            status = self.end()
        return answer, status

    def end(self) -> int:
        """Have it end, which it does with its input, and take its exit code."""
        self.input.close()
        self.output.close()
        try:
            return os.waitstatus_to_exitcode(posix.waitpid(self.pid, 0)[1])
        except ChildProcessError:
            return -signal.SIGKILL  # gevent waits for all children, where it waits for one


_waiting: deque[_Process] = deque()
"""Processes that wait for the next workbook: loading pandas takes longer than reading most of them."""


def _take() -> _Process:
    """One that waits, or a new one."""
    with suppress(IndexError):
        process = _waiting.pop()
        if time.monotonic() - process.started < WAIT_SECONDS / 2:
            return process
        process.end()
    return _Process.start()


def _have_one_wait() -> None:
    if not _waiting:
        _waiting.append(_Process.start())


def _environment() -> dict[str, str]:
    place = str(Path(daybook.__file__).parents[1])
    path = os.pathsep.join(filter(None, (place, os.environ.get("PYTHONPATH"))))
    # numpy would set memory aside for a thread on every core
    return {**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _death(status: int, memory: int, limits: Limits) -> DaybookError | ReaderError:
    match -status:
        case signal.SIGALRM:
            return LimitError(OUT_OF_TIME, seconds=READ_SECONDS, beyond=limits.beyond)
        case signal.SIGABRT | signal.SIGKILL:  # Rust's end where memory is refused; the kernel's where there is none
            return LimitError(OUT_OF_MEMORY, limit=memory // MIB, beyond=limits.beyond)
        case signal.SIGSEGV | signal.SIGBUS | signal.SIGILL | signal.SIGTRAP:
            return TableError(texts.BROKEN_WORKBOOK)
        case _:
            return ReaderError(f"the reading process ended with status {status}")


def _error(told: Mapping[str, Any]) -> DaybookError:
    kind: type[DaybookError] = getattr(errors, told["kind"])
    text = _text(told["sentence"])._replace(code=told["code"])
    if kind is not QuestionError:
        return kind(text)
    choices = [Choice(value, _text(meaning)) for value, meaning in told["choices"]]
    question = QuestionError(text, parameter=told["parameter"], choices=choices)
    question.found = told["found"] and Understanding.model_validate_json(json.dumps(told["found"]))
    return question


def _text(sentences: list[str]) -> Text:
    return Text(*map(literal, sentences))
