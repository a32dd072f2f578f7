"""`main`: the process that reads one workbook for the plugin (`daybook.plugin.reader`), and may die of it."""

import json
import os
import resource
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from daybook import errors, pipeline
from daybook.errors import DaybookError, LimitError, QuestionError
from daybook.language import Language, Text
from daybook.limits import MIB, Limits
from daybook.parameters import AnalysisParameters
from daybook.plugin.memory import Gathered
from daybook.transport import class_and_places

READ_SECONDS = 300
"""After which the reading ends, whatever it does."""
WAIT_SECONDS = 1800
"""After which a process that was asked nothing ends."""

OUT_OF_MEMORY = Text(
    en="Reading the workbook takes more than the {limit} MB of memory that there are for it; save the sales alone as a"
    " new workbook or CSV, or {beyond}.",
    zh="读取该工作簿所需的内存超过上限 {limit} MB；请只把销售数据另存为新的工作簿或 CSV，或{beyond}。",
)

_SAMPLE = b"Date,Product,Price,Amount,Region\n2023-10-27,tea,1,1,north\n"


def main() -> None:
    """Read one question and its file from the standard input, and write the answer to the standard output."""
    memory = int(sys.argv[1])
    _confine(memory)
    with suppress(DaybookError):
        pipeline.analyze(_SAMPLE)  # loads all that an analysis needs
    asked = sys.stdin.buffer.readline()
    if not asked:
        return
    signal.alarm(READ_SECONDS)
    question = json.loads(asked)
    limits = Limits(**{**question["limits"], "beyond": Text(*question["limits"]["beyond"])})
    parameters = AnalysisParameters.model_validate(question["parameters"])
    answer = _answer(parameters, question["sizes"], limits, memory)
    sys.stdout.buffer.write(json.dumps(answer).encode())
    sys.stdout.buffer.flush()
    os._exit(0)  # what was read need not be taken apart again


def _confine(memory: int) -> None:
    """Let this process end before it harms another: by memory, by time, and first where the machine runs out."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(WAIT_SECONDS)
    with suppress(OSError):  # there is no such thing on every system
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")


def _answer(parameters: AnalysisParameters, sizes: Sequence[int], limits: Limits, memory: int) -> dict[str, Any]:
    try:
        files = [sys.stdin.buffer.read(size) for size in sizes]
        gathered = Gathered() if parameters.book else None
        report = pipeline.analyze(files, parameters, limits, book=gathered)
        days = gathered.days if gathered else []
        return {"report": report.model_dump(mode="json"), "days": [each.model_dump(mode="json") for each in days]}
    except DaybookError as error:
        return {"error": _told(error)}
    except MemoryError:
        return {"error": _told(LimitError(OUT_OF_MEMORY, limit=memory // MIB, beyond=limits.beyond))}
    except BaseException as error:  # noqa: BLE001  whatever it is, the call gets an answer
        return {"unexpected": class_and_places(error)}


def _told(error: DaybookError) -> dict[str, Any]:
    """An error as JSON: its class, its code and its sentence in both languages."""
    kind = next(each for each in type(error).__mro__ if hasattr(errors, each.__name__))
    told: dict[str, Any] = {"kind": kind.__name__, "code": error.code, "sentence": _in_both(error.text, **error.values)}
    if isinstance(error, QuestionError):
        choices = [(choice.value, _in_both(choice.meaning)) for choice in error.choices]
        found = error.found and error.found.model_dump(mode="json")
        told |= {"parameter": error.parameter, "choices": choices, "found": found}
    return told


def _in_both(text: Text, **values: Any) -> list[str]:
    return [text.to(language, **values) for language in (Language.ENGLISH, Language.CHINESE)]


if __name__ == "__main__":
    main()
