"""`daybook run`: a Dify workflow once, from cron or a shell; also as ``python -m daybook.dify run``.

``DIFY_BASE_URL`` and ``DIFY_API_KEY`` say which app, ``DIFY_HEADERS`` (a JSON object) which headers it needs beside
its key, ``DIFY_LONGEST_RUN`` the seconds that a run can last, where that is more than half an hour. Exit codes: 0 done,
1 failed for good, 75 failed for now (as ``sysexits.h`` has it), so that a caller knows whether to come again.
"""

import json
import os
from pathlib import Path
from typing import Any

import click

from daybook.cli.bar import shown
from daybook.cli.main import CommandError, SentenceGroup, language
from daybook.dify import DifyClient, DifyError, RunMemory, StartRecord, Timeouts, run_once, texts
from daybook.dify.client import DEADLINE
from daybook.dify.once import OnceOptions
from daybook.dify.outcome import is_true
from daybook.errors import SettingsError
from daybook.language import Text
from daybook.store import FileStore

TEMPORARY = 75
"""EX_TEMPFAIL: the same call may succeed later."""
WAITING = Text(en="Waiting for Dify", zh="正在等待 Dify")


class TemporaryError(CommandError):
    """Dify failed for now."""

    exit_code = TEMPORARY


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


def _pairs(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, Any]:
    for value in values:
        if "=" not in value:
            raise click.BadParameter(f"write {value!r} as NAME=VALUE")
    return dict(value.split("=", 1) for value in values)


@click.command()
@click.option("--job", required=True, help="The job's name, one for each day, such as report/2026-11-22.")
@click.option("--file", type=click.Path(path_type=Path), help="The file to upload.")
@click.option("--file-input", default="sales_data", show_default=True, help="The start node's file variable.")
@click.option(
    "--input",
    "inputs",
    multiple=True,
    callback=_pairs,
    metavar="NAME=VALUE",
    help="Another variable of the start node.",
)
@click.option("--expect", multiple=True, metavar="OUTPUT", help="Fail unless this output is true, such as delivered.")
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder in which starts are remembered; recommended.",
)
@click.option("--deadline", type=float, default=DEADLINE, show_default=True, help="Seconds that the run may take.")
@click.option("--again", is_flag=True, help="Start anew where the run before failed.")
def run(
    job: str,
    file: Path | None,
    file_input: str,
    inputs: dict[str, Any],
    expect: tuple[str, ...],
    state: Path | None,
    deadline: float,
    again: bool,
) -> None:
    """Run a Dify workflow, unless this job was run before, and print its answer.

    DIFY_BASE_URL and DIFY_API_KEY in the environment say which app, DIFY_HEADERS (a JSON object) which headers it
    needs beside its key. Ends with 75 where the same call may succeed later.
    """
    client = _client()

    def values() -> dict[str, Any]:
        return inputs | ({file_input: client.upload(file, user=job).as_input()} if file else {})

    try:
        memory: RunMemory | None = StoreMemory(FileStore(state), job) if state else None
        options = OnceOptions(deadline=deadline, asked_again=again)
        with shown(WAITING):
            outcome = run_once(client, values, user=job, memory=memory, options=options)
        outputs = outcome.require_success(waited=deadline)
    except DifyError as error:
        raise (TemporaryError if error.retryable and not error.ambiguous else CommandError)(error) from None
    except OSError:
        raise CommandError(texts.NO_FILE_HERE.to(language())) from None
    click.echo(str(outputs.get("answer") or json.dumps(outputs, ensure_ascii=False)))
    for name in expect:
        if not is_true(outputs.get(name)):
            raise DifyError(texts.NOT_TRUE, name=name, detail=outcome.reason.rstrip(".。") or texts.NO_DETAIL)


@click.command()
def info() -> None:
    """Show which app the key belongs to."""
    app = _client().info()
    click.echo(f"{app.name} ({app.mode})")


@click.group(cls=SentenceGroup)
def dify() -> None:
    """Run a Dify workflow once."""


dify.add_command(run)
dify.add_command(info)


def _client() -> DifyClient:
    key, headers = os.environ.get("DIFY_API_KEY", ""), os.environ.get("DIFY_HEADERS", "")
    longest = os.environ.get("DIFY_LONGEST_RUN")
    try:
        extra = json.loads(headers or "{}")
        timeouts = Timeouts(longest_run=float(longest)) if longest else Timeouts()
    except ValueError:
        extra, timeouts = None, Timeouts()
    if not key or not isinstance(extra, dict):
        raise SettingsError(texts.ENVIRONMENT)
    return DifyClient(os.environ.get("DIFY_BASE_URL", ""), key, extra, timeouts=timeouts)
