"""`difykit check`: workflow files against the plugin and Dify's import, packages against the marketplace's list."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from difykit.cli.options import FILE, root_option
from difykit.package.archive import unpacked
from difykit.package.checklist import CHECKLIST, NOT_CHECKED_HERE
from difykit.package.results import CheckResult, Level, Package
from difykit.package.start import start_checks
from difykit.runner.declaration import Declaration
from difykit.workflow.checks import Context, findings
from difykit.workflow.document import Workflow

COLORS = {Level.PASS: "green", Level.WARN: "yellow", Level.FAIL: "red"}


@click.command()
@click.argument("files", type=FILE, nargs=-1)
@click.option("--start", is_flag=True, help="Also install a package's requirements and start the plugin; a minute.")
@root_option
def check(files: tuple[Path, ...], start: bool, root: Path) -> None:
    """Check FILES: workflow files (.yml) and packages (.difypkg); all of workflows/ where none is named.

    Ends with 1 where something is wrong or would be refused.
    """
    paths = files or sorted((root / "workflows").glob("*.yml"))
    good = [_package(path, start) if path.suffix == ".difypkg" else _workflow(path, root) for path in paths]
    sys.exit(0 if good and all(good) else 1)


def _workflow(path: Path, root: Path) -> bool:
    """Check a workflow file and say what is wrong, each with its file and node."""
    try:
        workflow = Workflow.load(path)
    except (OSError, ValueError) as error:
        click.echo(error, err=True)
        return False
    found = list(findings(Context(workflow, Declaration.load(root))))
    for finding in found:
        click.echo(finding, err=True)
    if not found:
        click.echo(f"{path.name}: {len(workflow.nodes)} nodes, {len(workflow.edges)} edges, nothing wrong")
    return not found


def _package(path: Path, start: bool) -> bool:
    """Check a package, and say what was found and what is left to its author."""
    levels: Counter[Level] = Counter()
    for title, finding in _package_findings(path, start):
        levels[finding.level] += 1
        click.echo(f"{click.style(finding.level, fg=COLORS[finding.level])}  {title}", nl=False)
        click.echo(f": {finding.message}" if finding.message else "")
        if finding.advice:
            click.echo(f"      {finding.advice}")
    lines = ["", "Left to the one who submits:", *(f"  - {line}" for line in NOT_CHECKED_HERE), ""]
    click.echo("\n".join(lines))
    click.echo(
        f"{path.name}: {levels[Level.PASS]} passed, {levels[Level.WARN]} warnings, {levels[Level.FAIL]} failures"
    )
    return not levels[Level.FAIL]


def _package_findings(path: Path, start: bool) -> Iterator[tuple[str, CheckResult]]:
    package = Package(unpacked(path), path.stat().st_size)
    for line in CHECKLIST:
        for finding in line(package):
            yield line.title, finding
    if start:
        yield from start_checks(path)
