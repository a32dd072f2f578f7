"""`daybook`, as a person at a terminal sees it."""

import contextlib
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from daybook import cli

SALES = Path(__file__).parents[2] / "examples" / "sales_2026-10-31.csv"

type Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `daybook ...`."""
    for name in ("DAYBOOK_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, **environ: str) -> Result:
        return CliRunner().invoke(cli.main, list(arguments), env=environ, catch_exceptions=False)

    return run


def test_help_lists_the_commands_without_loading_them() -> None:
    script = "import sys; from daybook.cli import main; main(['--help'], standalone_mode=False); print(*sys.modules)"
    output = subprocess.run(  # noqa: S603 - our own Python
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    listed, modules = output.split("\n")[:-2], output.split("\n")[-2].split()
    assert any(line.strip().startswith("analyze ") for line in listed)
    assert not {"difykit.cli.plugin", "requests", "pandas", "yaml"} & set(modules)


def test_every_command_in_the_list_can_be_loaded() -> None:
    context = click.Context(cli.main)
    group = cli.main
    assert isinstance(group, cli.LazyGroup)
    for name in cli.COMMANDS:
        assert isinstance(group.get_command(context, name), click.Command), name


def test_a_command_whose_needs_are_not_installed_says_so(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.setitem(cli.COMMANDS, "fly", cli.Command("no_such_wings.birds:fly", "Fly.", "wings"))
    result = run("fly")
    assert result.exit_code == 1
    assert result.stderr == (
        "This command needs no_such_wings, which is not installed: run `pip install '.[wings]'` in Daybook's folder.\n"
    )


def test_the_language_is_that_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DAYBOOK_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert cli.language() == "en_US"
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert cli.language() == "zh_Hans"
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert cli.language() == "en_US"
    monkeypatch.setenv("DAYBOOK_LANGUAGE", "zh")
    assert cli.language() == "zh_Hans"


@pytest.mark.parametrize(("form", "mark"), [("terminal", "Sat 31 Oct"), ("markdown", "#"), ("json", '"version": 1')])
def test_analyze_reports_on_a_file(run: Run, form: str, mark: str) -> None:
    result = run("analyze", str(SALES), "--format", form, "--top-n", "3")
    assert result.exit_code == 0
    assert mark in result.stdout


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


def test_analyze_speaks_chinese_and_takes_column_names(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("天,货,价,量,区\n2026-01-02,茶,2.5,4,北京\n", encoding="utf-8")
    columns = [f"--column={pair}" for pair in ("Date=天", "Product=货", "Price=价", "Amount=量", "Region=区")]
    result = run("analyze", str(path), "--date", "2026-01-02", "--language", "zh", "--format", "json", *columns)
    report = json.loads(result.stdout)
    assert (report["language"], report["summary"]["total_sales"]) == ("zh_Hans", 10.0)


def test_analyze_of_what_is_no_sales_table_is_one_sentence(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    result = run("analyze", str(path))
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
