"""`forget_secrets`: takes secrets out of this process's environment, also out of what others can read of it."""

import contextlib
import ctypes
import os
from collections.abc import Collection
from pathlib import Path

_STAT = Path("/proc/self/stat")
_ENVIRONMENT_START, _ENVIRONMENT_END = 49, 50
"""Fields of a process's stat that say where its first environment lies (proc_pid_stat(5), counted from 0)."""
_PR_SET_DUMPABLE = 4


def forget_secrets(names: Collection[str]) -> None:
    """Remove the variables ``names``, and close this process's memory to others of the same user.

    To unset a variable is not enough: ``/proc/<pid>/environ`` shows the environment with which a process was started,
    to its own user's every process, and so to the functions that the service runs.
    """
    for name in names:
        os.environ.pop(name, None)
    with contextlib.suppress(OSError, ValueError, IndexError):
        _blank(names)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _blank(names: Collection[str]) -> None:
    fields = _STAT.read_text("ascii", "replace").rpartition(")")[2].split()
    # what stands before the name's end, two fields, is cut off
    start, end = (int(fields[number - 2]) for number in (_ENVIRONMENT_START, _ENVIRONMENT_END))
    place = start
    for entry in ctypes.string_at(start, end - start).split(b"\0"):
        name, sign, value = entry.partition(b"=")
        if sign and os.fsdecode(name) in names:
            ctypes.memset(place + len(name) + 1, 0, len(value))
        place += len(entry) + 1
