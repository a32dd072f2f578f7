"""No workbook ends a process, whatever is in it: neither the one that calls the library, nor the plugin's."""

import io
import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest

from daybook.limits import Limits
from daybook.pipeline import analyze
from daybook.table.workbook_check import check
from difykit.runner import FileServer, PluginProcess
from tests.plugin.conftest import ROOT, Altered
from tests.siege.workbooks import CASES, HONEST, HOSTILE, mutated

MOST_MEGABYTES = 200
"""What looking through a hostile file may take; a process that has analysed something has 150 already."""
READ_EACH = """
import json, resource, sys
from pathlib import Path
from daybook.errors import DaybookError
from daybook.pipeline import analyze
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
for path in sorted(Path(sys.argv[1]).iterdir()):
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    try:
        answer = f"orders {analyze(path).summary.total_orders}"
    except DaybookError as error:
        answer = f"{error.code} {error}"
    [peak] = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
    print(json.dumps([path.name, answer, int(peak) // 1024]), flush=True)
"""


class Answer(NamedTuple):
    """What came of a file."""

    sentence: str
    peak: int
    """Megabytes."""


def read_each(files: Mapping[str, bytes], folder: Path, seconds: float = 250) -> dict[str, Answer]:
    """Have each file analysed, one after the other in a process that is not ours; it says where it ended."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    done = subprocess.run(  # noqa: S603  our own code in our own Python
        [sys.executable, "-c", READ_EACH, folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )
    answers = {name: Answer(sentence, peak) for name, sentence, peak in map(json.loads, done.stdout.splitlines())}
    assert list(answers) == sorted(files), f"ended with {done.returncode} at {sorted(files)[len(answers)]}"
    return answers


@pytest.mark.parametrize("kind", HONEST)
def test_an_honest_workbook_of_each_kind_is_read(kind: str) -> None:
    check(HONEST[kind], Limits())
    assert analyze(HONEST[kind]).summary.total_sales == 200


@pytest.mark.parametrize("path", sorted(CASES.glob("*.xls*")) + sorted(CASES.glob("*.ods")), ids=lambda path: path.name)
def test_no_collected_workbook_is_refused(path: Path) -> None:
    check(path, Limits())


def test_a_hostile_workbook_is_refused_before_it_is_unfolded(tmp_path: Path) -> None:
    for name, answer in read_each(HOSTILE, tmp_path).items():
        assert answer.sentence.startswith(("table ", "too_large ")), (name, answer)
        assert answer.peak <= MOST_MEGABYTES, (name, answer)


def test_damaged_workbooks_end_no_process(tmp_path: Path) -> None:
    read_each({f"{seed:02} {kind}": mutated(HONEST[kind], seed) for kind in HONEST for seed in range(15)}, tmp_path)


@pytest.mark.nightly
def test_two_thousand_damaged_workbooks_end_no_process(tmp_path: Path) -> None:
    files = {f"{seed:04} {kind}": mutated(HONEST[kind], seed) for kind in HONEST for seed in range(100, 600)}
    peak = max(answer.peak for answer in read_each(files, tmp_path, seconds=3000).values())
    assert peak <= 700  # the 16 million cells that a sheet may span take 500 of them


ENDS = {
    "import os; os.abort()": ("LimitError", "memory"),
    "import os, signal; os.kill(os.getpid(), signal.SIGKILL)": ("LimitError", "memory"),
    "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)": ("TableError", "damaged"),
    "bytearray(1 << 40)": ("LimitError", "1536 MB"),
    "raise KeyError('SECRET-OF-A-CUSTOMER')": ("UnexpectedError", "number"),
    "raise BaseException('SECRET-OF-A-CUSTOMER')": ("UnexpectedError", "number"),
    "import sys; sys.exit(0)": ("UnexpectedError", "number"),
}
"""What may happen while a workbook is read: the class of the error that Dify shows, and a word of its sentence."""


def test_what_ends_the_reading_of_a_workbook_ends_nothing_else(altered: Altered) -> None:
    code = "\n\ndef check(source, limits):\n    exec(source.rpartition(b'#')[2])\n"
    with PluginProcess(altered("table/workbook.py", code)) as plugin, FileServer() as files:
        for does, (kind, word) in ENDS.items():
            file = files.add(HONEST["xlsx"] + b"#" + does.encode(), "a.xlsx")
            failed = plugin.call("analyze_sales", {"file": file, "language": "en_US"})
            assert failed.error is not None
            assert (failed.error.kind, word in failed.error.message) == (kind, True), failed.error.message
        assert "SECRET" not in plugin.transcript
        text = files.add(b"Date,Product,Price,Amount,Region\n2023-10-27,a,1,1,b\n", "a.csv")
        assert plugin.call("analyze_sales", {"file": text}).check().variables["total_orders"] == 1


@pytest.mark.parametrize("code", ["raise BaseException('SECRET-OF-A-CUSTOMER')", "import sys; sys.exit(1)"])
def test_every_call_ends_whatever_is_raised_in_the_plugin_itself(altered: Altered, code: str) -> None:
    with PluginProcess(altered("pipeline.py", f"\n\ndef analyze(*_):\n    {code}\n")) as plugin, FileServer() as files:
        text = files.add(b"Date,Product\n", "a.csv")
        failed = plugin.call("analyze_sales", {"file": text, "language": "en_US"})
        assert failed.error is not None
        assert failed.error.kind == "UnexpectedError"
        assert "SECRET" not in plugin.transcript
        assert plugin.call("push_dingtalk", {"content": "hello", "dry_run": True}).check()


def test_calls_beside_hostile_workbooks_are_answered(plugin: PluginProcess, files: FileServer) -> None:
    """Each hostile file at once with an honest one: nobody waits for, or loses, another's call."""
    names = ("xlsx: a cell far away", "xls: a cell far away", "ods: spaces without end", "xlsb: a cell far away")
    answers: dict[str, str] = {}

    def call(name: str, data: bytes) -> None:
        result = plugin.call("analyze_sales", {"file": files.add(data, "a.xlsx")})
        answers[name] = result.error.kind if result.error else str(result.variables["total_orders"])

    hostile = [threading.Thread(target=call, args=(name, HOSTILE[name])) for name in names]
    honest = [threading.Thread(target=call, args=(kind, HONEST[kind])) for kind in HONEST]
    for thread in (*hostile, *honest):
        thread.start()
    for thread in (*hostile, *honest):
        thread.join()
    assert {answers[kind] for kind in HONEST} == {"1"}
    assert {answers[name] for name in names} <= {"LimitError", "TableError"}


@pytest.mark.parametrize(("cell", "expected"), [(3, False), ("=1+2", True), ("#DIV/0!", True)])
def test_a_workbook_is_looked_at_again_for_formulas_and_errors_where_a_cell_may_hold_one(
    cell: object, *, expected: bool
) -> None:
    book = openpyxl.Workbook()  # its theme names fonts, which is no formula
    sheet = book.worksheets[0]
    sheet.append(["Date", "Product", "Price"])
    sheet.append(["2026-11-28", "Lamp", cell])
    into = io.BytesIO()
    book.save(into)
    assert check(into.getvalue(), Limits()) is expected
