"""`difykit`: its commands, each with a help, and what it says where something is missing."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner

from difykit.cli.main import main
from tests.project_files import ROOT

COMMANDS = {"call", "check", "listen", "options", "package", "release", "run", "tools", "validate"}


def test_the_commands_are_listed() -> None:
    assert set(main.commands) == COMMANDS
    listed = CliRunner().invoke(main, ["--help"]).stdout
    assert all(f"\n  {name} " in listed for name in COMMANDS)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_a_help(command: str) -> None:
    told = CliRunner().invoke(main, [command, "--help"])
    assert told.exit_code == 0
    assert told.stdout.startswith(f"Usage: main {command} [OPTIONS]")
    assert (main.commands[command].help or "").split("\n")[0].endswith(".")


@pytest.mark.skipif(find_spec("graphon") is not None, reason="the engine is here")
@pytest.mark.parametrize(("language", "sentence"), [("en", "is not installed"), ("zh", "当前 Python 环境未安装")])
def test_without_the_engine_a_run_is_one_sentence(language: str, sentence: str) -> None:
    workflow = str(ROOT / "workflows" / "daily_sales_report.yml")
    told = CliRunner().invoke(main, ["run", workflow], env={"DIFYKIT_LANGUAGE": language})
    assert (told.exit_code, told.stdout, told.stderr.count("\n")) == (1, "", 1)
    assert sentence in told.stderr


def test_a_release_needs_a_package(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    for name in ("manifest.yaml", "provider", "tools"):
        (tmp_path / name).symlink_to(ROOT / name)
    told = CliRunner().invoke(main, ["release", "--root", str(tmp_path)])
    assert (told.exit_code, told.stderr) == (1, "There is no package: build one with `difykit package`.\n")


def test_nothing_to_check_is_no_success(tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["check", "--root", str(tmp_path)]).exit_code == 1


def test_the_command_starts_without_the_engine_and_the_plugins_sdk() -> None:
    script = "import sys, difykit.cli.main; print(*{'graphon', 'dify_plugin', 'gevent', 'daybook'} & set(sys.modules))"
    started = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own Python
    assert started.stdout.split() == []
