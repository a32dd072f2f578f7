"""The commands that the documents name exist, and the set-up says what is missing."""

import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest
import yaml

import daybook
from daybook.cli import main as daybook_command
from difykit.cli import main as difykit_command
from tests.project_files import ROOT, documents


def read(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


NAMED = {
    (document, target)
    for document in (*documents(), ".ci/run")
    for line in read(document).splitlines()
    for target in re.findall(r"(?:^\s*|`)make ([a-z][a-z0-9-]*)(?![\w-]|<)", re.sub(r"^step (?=\w)", "make ", line))
}
MODULES = {
    (document, module)
    for document in documents()
    for module in re.findall(r"python -m ((?:daybook|bench|difykit)[\w.]*)", read(document))
}
TYPED = {
    (document, command.strip("` "))
    for document in documents()
    for line in re.findall(r"(?:^|`)((?:daybook|difykit) [a-z][^`\n]*)", read(document), re.MULTILINE)
    for command in line.split(" | ")
}
"""Commands of ours as the documents tell people to type them."""


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["make", "--dry-run", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - make, dry


@pytest.mark.parametrize(("document", "target"), sorted(NAMED))
def test_a_command_that_a_document_names_exists(document: str, target: str) -> None:
    assert make(target).returncode == 0, f"{document} names make {target}"


@pytest.mark.parametrize(("document", "module"), sorted(MODULES))
def test_a_module_that_a_document_runs_is_there(document: str, module: str) -> None:
    path = ROOT / module.replace(".", "/")
    assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file(), f"{document} runs {module}"


@pytest.mark.parametrize(("document", "line"), sorted(TYPED))
def test_a_command_of_ours_takes_what_a_document_gives_it(document: str, line: str) -> None:
    program, name, *rest = shlex.split(line, comments=True)
    group = {"daybook": daybook_command.main, "difykit": difykit_command.main}[program]
    command = group.get_command(click.Context(group), name)
    assert command, f"{document}: {program} has no {name}"
    options = list(command.params)
    if isinstance(command, click.Group) and rest:
        inner = command.get_command(click.Context(command), rest[0])
        assert inner, f"{document}: {program} {name} has no {rest[0]}"
        options += inner.params
    known = {flag for option in options for flag in option.opts}
    assert {word.partition("=")[0] for word in rest if word.startswith("-")} <= known | {"--help"}, document


def test_the_two_commands_of_the_readme() -> None:
    commands = re.findall(r"^make \w+", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert commands == ["make demo", "make test"]


def test_continuous_integration_runs_the_readmes_tests_the_linters_and_the_package() -> None:
    steps = re.findall(r"^step (.+)", (ROOT / ".ci/run").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"test", "lint", "check-package"} <= {step.split()[0] for step in steps}
    lint = make("lint").stdout
    assert all(tool in lint for tool in ("ruff check", "ruff format --check", "mypy"))


def test_help_lists_every_target() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607 - make
    phony = re.search(r"^\.PHONY: (.+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony
    for target in phony[1].split():
        assert re.search(rf"^  {target} +[A-Z]", listed, re.MULTILINE), target


def test_a_machine_without_python_312_is_told_what_to_install(tmp_path: Path) -> None:
    for name in ("python3.12", "python3", "python"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    ended = subprocess.run(  # noqa: S603 - our own script
        ["/bin/sh", str(ROOT / "scripts" / "venv.sh"), str(tmp_path / "environment"), "requirements.txt"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "Daybook needs Python 3.12" in ended.stderr
    assert "apt install python3.12 python3.12-venv" in ended.stderr
    assert not (tmp_path / "environment").exists()


def test_the_versions_agree() -> None:
    manifest = yaml.safe_load((ROOT / "manifest.yaml").read_text(encoding="utf-8"))
    assert manifest["version"] == daybook.__version__
    assert manifest["meta"]["runner"]["version"] == (ROOT / ".python-version").read_text(encoding="utf-8").strip()
    named = {document: set(re.findall(r"sales_analyst-([\d.]+)\.difypkg", read(document))) for document in documents()}
    assert named["README.md"]
    assert all(versions <= {manifest["version"]} for versions in named.values()), named
