"""`daybook`: the list of its commands, the help of each, the language and the colours of the terminal."""

import contextlib
import os
import pty
import subprocess
import sys

import click
import pytest
from pydantic import BaseModel

from daybook import __version__
from daybook.cli import main as cli
from daybook.cli.main import language
from daybook.parameters import AnalysisParameters, PushParameters
from tests.cli.conftest import SALES, Run


def test_help_lists_the_commands_without_loading_them() -> None:
    script = (
        "import sys; from daybook.cli.main import main; main(['--help'], standalone_mode=False); print(*sys.modules)"
    )
    output = subprocess.run(  # noqa: S603 - our own Python
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    listed, modules = output.split("\n")[:-2], output.split("\n")[-2].split()
    assert any(line.strip().startswith("analyze ") for line in listed)
    assert not {"daybook.cli.analyze", "requests", "pandas", "yaml"} & set(modules)


def test_every_command_in_the_list_can_be_loaded() -> None:
    context = click.Context(cli.main)
    group = cli.main
    assert isinstance(group, cli.LazyGroup)
    for name in cli.COMMANDS:
        assert isinstance(group.get_command(context, name), click.Command), name


@pytest.mark.parametrize("command", sorted(cli.COMMANDS))
def test_every_command_has_a_help(command: str, run: Run) -> None:
    listed = run("--help").stdout
    assert f"  {command} " in listed
    result = run(command, "--help")
    assert result.exit_code == 0
    usage, *rest = result.stdout.splitlines()
    assert usage.startswith(f"Usage: main {command} [OPTIONS]")
    options = [line for line in rest if line.startswith("  -")]
    assert options[-1].endswith("Show this message and exit.")
    assert all(len(line.split()) > 1 for line in options)


def test_the_version_is_the_packages(run: Run) -> None:
    assert run("--version").stdout == f"daybook, version {__version__}\n"


def test_a_command_whose_needs_are_not_installed_says_so(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.setitem(cli.COMMANDS, "fly", cli.Command("no_such_wings.birds:fly", "Fly.", "wings"))
    result = run("fly")
    assert result.exit_code == 1
    assert result.stderr == (
        "This command needs no_such_wings, which is not installed: run `pip install '.[wings]'` in Daybook's folder.\n"
    )


@pytest.mark.parametrize(("command", "model"), [("analyze", AnalysisParameters), ("push", PushParameters)])
def test_a_command_asks_what_the_model_asks(command: str, model: type[BaseModel], run: Run) -> None:
    told = run(command, "--help").stdout
    asked = {"columns": "column", "delivery_key": "key"}
    for name in model.model_fields.keys() - {"content"}:
        assert f"--{asked.get(name, name).replace('_', '-')} " in told


def test_the_language_is_that_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DAYBOOK_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert language() == "en_US"
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert language() == "zh_Hans"
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert language() == "en_US"
    monkeypatch.setenv("DAYBOOK_LANGUAGE", "zh")
    assert language() == "zh_Hans"


def seen_in_a_terminal(*arguments: str, **environ: str) -> str:
    """What `daybook` writes to a terminal of its own."""
    ours, theirs = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    command = [sys.executable, "-m", "daybook.cli", *arguments]
    with subprocess.Popen(command, stdout=theirs, env={**kept, "TERM": "xterm", **environ}) as process:  # noqa: S603 - the same
        os.close(theirs)
        shown = bytearray()
        with contextlib.suppress(OSError):  # how a terminal says that nobody writes to it any more
            while part := os.read(ours, 4096):
                shown += part
        os.close(ours)
    assert process.returncode == 0
    return shown.decode()


def test_a_terminal_is_shown_colours_unless_it_wants_none(run: Run) -> None:
    asked = ("analyze", str(SALES), "--language", "en")
    colored = seen_in_a_terminal(*asked)
    assert "\x1b[1mSat 31 Oct" in colored
    for environ in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        plain = seen_in_a_terminal(*asked, **environ)
        assert plain == click.unstyle(colored)
    assert "\x1b" not in run(*asked).stdout
