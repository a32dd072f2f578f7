"""Runs a Dify workflow once, from cron or a shell: ``python -m daybook.dify run --job report/2026-11-22 ...``.

``DIFY_BASE_URL`` and ``DIFY_API_KEY`` say which app, ``DIFY_HEADERS`` (a JSON object) which headers it needs beside
its key. Exit codes: 0 done, 1 failed for good, 75 failed for now (as ``sysexits.h`` has it), so that a caller knows
whether to come again.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from daybook.dify import DifyClient, DifyError, RunMemory, StartRecord, run_once, texts
from daybook.dify.client import DEADLINE
from daybook.dify.once import OnceOptions
from daybook.errors import DaybookError, SettingsError
from daybook.language import Language
from daybook.store import FileStore

TEMPORARY = 75
"""EX_TEMPFAIL: the same call may succeed later."""


class StoreMemory:
    """A job's start in a folder, so that the next call knows of it."""

    def __init__(self, store: FileStore, job: str) -> None:
        self._store = store
        self._job = job

    def load(self) -> StartRecord | None:
        """What was remembered last."""
        value = self._store.get(self._job)
        return StartRecord.loads(value.decode() if value else None)

    def save(self, record: StartRecord | None) -> None:
        """Remembers ``record``; ``None`` forgets."""
        if record is None:
            self._store.delete(self._job)
        else:
            self._store.set(self._job, record.dumps().encode())


def run(client: DifyClient, asked: argparse.Namespace) -> None:
    """Runs the workflow unless this job was run before, and prints its answer."""

    def inputs() -> dict[str, Any]:
        values: dict[str, Any] = dict(pair.split("=", 1) for pair in asked.input)
        if asked.file:
            values[asked.file_input] = client.upload(asked.file, user=asked.job).as_input()
        return values

    memory: RunMemory | None = StoreMemory(FileStore(asked.state), asked.job) if asked.state else None
    options = OnceOptions(deadline=asked.deadline, asked_again=asked.again)
    outcome = run_once(client, inputs, user=asked.job, memory=memory, options=options)
    outputs = outcome.require_success(waited=asked.deadline)
    answer = str(outputs.get("answer") or json.dumps(outputs, ensure_ascii=False))
    sys.stdout.write(f"{answer}\n")
    for name in asked.expect:
        if str(outputs.get(name, "")).lower() not in ("true", "1", "yes"):
            raise DifyError(texts.NOT_TRUE, name=name)


def info(client: DifyClient, _: argparse.Namespace) -> None:
    """Prints which app the key belongs to."""
    app = client.info()
    sys.stdout.write(f"{app.name} ({app.mode})\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Gives the exit code."""
    parser = argparse.ArgumentParser("python -m daybook.dify", description="Runs a Dify workflow once.")
    commands = parser.add_subparsers(required=True)
    commands.add_parser("info", help="show which app the key belongs to").set_defaults(action=info)
    once = commands.add_parser("run", help="run the workflow, unless this job was run before")
    once.set_defaults(action=run)
    once.add_argument("--job", required=True, help="the job's name, one for each day: report/2026-11-22")
    once.add_argument("--file", type=Path, help="the file to upload")
    once.add_argument("--file-input", default="sales_data", help="the start node's file variable")
    once.add_argument("--input", action="append", default=[], metavar="NAME=VALUE", help="another variable")
    once.add_argument(
        "--expect", action="append", default=[], metavar="OUTPUT", help="fail unless it is true: delivered"
    )
    once.add_argument("--state", type=Path, help="a folder in which starts are remembered; recommended")
    once.add_argument("--deadline", type=float, default=DEADLINE, help="seconds that the run may take")
    once.add_argument("--again", action="store_true", help="a run that failed before makes way for a new one")
    asked = parser.parse_args(arguments)
    language = Language.of_terminal(os.environ)
    try:
        asked.action(_client(), asked)
    except (DaybookError, OSError) as error:
        sentence = error.sentence(language) if isinstance(error, DaybookError) else texts.NO_FILE_HERE.to(language)
        sys.stderr.write(f"{sentence}\n")
        return TEMPORARY if isinstance(error, DifyError) and error.retryable and not error.ambiguous else 1
    return 0


def _client() -> DifyClient:
    key, headers = os.environ.get("DIFY_API_KEY", ""), os.environ.get("DIFY_HEADERS", "")
    try:
        extra = json.loads(headers or "{}")
    except ValueError:
        extra = None
    if not key or not isinstance(extra, dict):
        raise SettingsError(texts.ENVIRONMENT)
    return DifyClient(os.environ.get("DIFY_BASE_URL", ""), key, extra)


if __name__ == "__main__":
    sys.exit(main())
