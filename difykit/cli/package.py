"""`difykit package` and `difykit release`: the plugin's package, and the workflow files that ask for it."""

from pathlib import Path

import click

from difykit.cli.options import FILE, FOLDER, root_option
from difykit.cli.terminal import Failure
from difykit.package.archive import build, checksum, unpacked
from difykit.runner.declaration import Declaration
from difykit.workflow.document import Workflow
from difykit.workflow.release import KINDS, identifier_of, released


@click.command()
@root_option
@click.option("--out", type=FOLDER, help="Where the package goes; dist/ in the plugin's folder if not given.")
def package(root: Path, out: Path | None) -> None:
    """Build the plugin's package, the same bytes every time."""
    built = build(root, out or root / "dist")
    files = unpacked(built)
    click.echo(f"{built.name}: {len(files)} files, {built.stat().st_size:,} bytes, checksum {checksum(files)}")


@click.command()
@root_option
@click.option("--package", type=FILE, help="The package; that of this version in dist/ if not given.")
@click.option("--kind", type=click.Choice(KINDS), default="package", help="Where people get the plugin.")
@click.option("--out", type=FOLDER, help="Where the files go; dist/workflows if not given.")
def release(root: Path, package: Path | None, kind: str, out: Path | None) -> None:
    """Write workflow files that ask for a package: each names one build of the plugin by its identifier.

    Dify compares the identifier exactly. So the files of workflows/ ask for none, and these are written beside the
    package that they belong to.
    """
    manifest = Declaration.load(root).manifest
    built = package or root / "dist" / f"{manifest['name']}-{manifest['version']}.difypkg"
    if not built.is_file():
        raise Failure("There is no package: build one with `difykit package`.")
    identifier = identifier_of(manifest, built)
    folder = out or root / "dist" / "workflows"
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted((root / "workflows").glob("*.yml")):
        text = released(path.read_text(encoding="utf-8"), identifier, kind)
        (folder / path.name).write_text(text, encoding="utf-8")
        tools = sum(node.type == "tool" for node in Workflow.load(path).nodes.values())
        click.echo(f"{path.name}: {f'{tools} tool nodes ask for {identifier}' if tools else 'asks for no plugin'}")
