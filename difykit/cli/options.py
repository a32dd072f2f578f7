"""`Launch` and `Call`: how a plugin is started and one call of it is described, as options that commands share."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from difykit.cli import show
from difykit.cli.terminal import language
from difykit.runner import CallResult, FileServer, PluginProcess
from difykit.runner.conversation import Conversation
from difykit.runner.declaration import Declaration
from difykit.runner.parameters import credentials_from, tool_parameters, without_credentials
from difykit.runner.protocol import CALL_TIMEOUT
from difykit.runner.storage import FolderStore, MemoryStore, Store

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
root_option = click.option(
    "--root",
    type=click.Path(exists=True, path_type=Path),
    default=Path(),
    help="The plugin's folder, or its package (.difypkg); this folder if not given.",
)
storage_option = click.option(
    "--storage", type=FOLDER, help="Keep the plugin's storage in this folder; forgotten at the end if not given."
)
credentials_option = click.option(
    "--credentials-from-env",
    is_flag=True,
    help="Take the provider's credentials from DIFYKIT_CREDENTIAL_<NAME>.",
)
CALL_OPTIONS = [
    click.argument("tool"),
    click.option("--file", "files", multiple=True, metavar="[NAME=]PATH", help="A file, for the parameter NAME."),
    click.option("--param", "-p", "pairs", multiple=True, metavar="NAME=VALUE", help="Any other parameter."),
    click.option("--json", "base", default="", metavar="OBJECT", help="Parameters as a JSON object."),
    credentials_option,
    click.option("--out", type=FOLDER, help="Write text, result and files into this folder."),
    click.option("--timeout", type=float, default=CALL_TIMEOUT, show_default=True, help="Seconds the call may take."),
    click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to show it."),
    click.option("--traceback", "with_traceback", is_flag=True, help="Show where the tool failed."),
]


@dataclass(frozen=True, slots=True)
class Launch:
    """How the plugin is started."""

    root: Path
    python: Path | None
    install: bool
    storage: Path | None

    def process(self, folder: Path) -> PluginProcess:
        """The plugin in ``folder``, to be started. It sees no credential but those that a call hands over."""
        environ = without_credentials(os.environ)
        return PluginProcess(folder, self.python, environ, store(self.storage), install=self.install)


@dataclass(frozen=True, slots=True)
class Call:
    """One call, as the options of a command line describe it."""

    tool: str
    files: tuple[str, ...]
    pairs: tuple[str, ...]
    base: str
    credentials_from_env: bool
    out: Path | None
    timeout: float
    form: str
    with_traceback: bool

    def prepare(self, declaration: Declaration, server: FileServer) -> dict[str, Any]:
        """The call's parameters, its files served.

        Raises:
            RunnerError: there is no such tool.
            ArgumentError: a parameter does not fit the tool.
        """
        tool = declaration.tool(self.tool)
        return tool_parameters(tool, server, pairs=self.pairs, files=self.files, base=self.base)

    def run(self, plugin: Conversation, parameters: dict[str, Any]) -> None:
        """Make the call, and show what it gave.

        Raises:
            ToolError: the tool failed.
        """
        printed = len(plugin.prints)
        result = plugin.call(self.tool, parameters, credentials(plugin, self.credentials_from_env), self.timeout)
        tool = plugin.declaration.tool(self.tool)
        self._show(result, [] if result.error else show.notes(result, tool, plugin.prints[printed:], language()))
        if result.error and self.with_traceback:
            click.echo(result.error.traceback, err=True)
        result.check()

    def _show(self, result: CallResult, notes: list[str]) -> None:
        written = show.write_result(result, self.out) if self.out and not result.error else None
        if self.form == "json":
            click.echo(json.dumps(show.result_json(result), ensure_ascii=False, indent=2))
        elif not result.error:
            click.echo("\n".join(show.result_lines(result, written, language())))
        for note in notes:
            click.echo(note, err=True)


def store(folder: Path | None) -> Store:
    """Where the plugin's storage lives: a folder, or memory."""
    return FolderStore(folder) if folder else MemoryStore()


def credentials(plugin: Conversation, wanted: bool) -> dict[str, Any]:
    """The provider's credentials from the environment, if they are wanted."""
    return credentials_from(os.environ, plugin.declaration.credentials) if wanted else {}


def launch_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say which plugin is to run, and how; the command gets a `Launch`."""

    @wraps(command)
    def wrapped(root: Path, python: Path | None, install: bool, storage: Path | None, **rest: Any) -> None:
        command(launch=Launch(root, python, install, storage), **rest)

    for option in (
        storage_option,
        click.option("--install", is_flag=True, help="Install its requirements.txt anew, as Dify does, and use that."),
        click.option("--python", type=FILE, help="The Python that runs it; the plugin environment of `make setup`."),
        root_option,
    ):
        wrapped = option(wrapped)
    return wrapped


def call_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that describe one call; the command gets a `Call`."""

    @wraps(command)
    def wrapped(*leading: Any, **values: Any) -> None:
        names = Call.__dataclass_fields__
        call = Call(**{name: values.pop(name) for name in names})
        command(*leading, call=call, **values)

    for option in reversed(CALL_OPTIONS):
        wrapped = option(wrapped)
    return wrapped
