"""`daybook source`: the named sources of a settings file: list them, test them, look at their rows."""

import itertools
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from daybook.cli.main import language
from daybook.errors import DaybookError
from daybook.language import Text
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.sources import Sources, load_sources
from daybook.sources.settings import VARIABLE

ANSWERS = Text(en="{name} answers: {rows} rows of {day}", zh="{name} 可以读取：{day} 共 {rows} 行")
FAILED = Text(en="{name}: {sentence}", zh="{name}：{sentence}")
NONE = Text(en="{name} has no rows of {day}", zh="{name} 中没有 {day} 的数据")
_WIDEST = 24
SOURCES_HELP = "The settings file of the sources."


def sources_option[**P, R](command: Callable[P, R]) -> Callable[P, R]:
    """The option that names the settings file."""
    kind = click.Path(exists=True, dir_okay=False, path_type=Path)
    option = click.option("--sources", "settings", type=kind, envvar=VARIABLE, help=SOURCES_HELP, metavar="FILE")
    return option(command)


@click.group()
@sources_option
@click.pass_context
def source(ctx: click.Context, settings: Path | None) -> None:
    """List, test and preview the named sources of a settings file."""
    ctx.obj = load_sources(settings)


@source.command("list")
@click.pass_obj
def list_(sources: Sources) -> None:
    """List the sources by name, with their kinds and titles."""
    found = sources.listed()
    width = max((len(each["name"]) for each in found), default=0)
    for each in found:
        click.echo(f"{each['name']:<{width}}  {each['kind']:<6}  {each['title']}".rstrip())


@source.command()
@click.argument("names", nargs=-1)
@click.option("--date", metavar="TEXT", help="The day to look for; the latest where none is given.")
@click.pass_context
def test(ctx: click.Context, names: tuple[str, ...], date: str | None) -> None:
    """Say of each source whether it can be read, or what is wrong; of those with NAMES, or of all."""
    from daybook.sources.report import source_report  # noqa: PLC0415 - pandas takes half a second to load

    sources: Sources = ctx.obj
    failed = False
    for name in names or sorted(sources.by_name):
        found = sources.get(name)
        try:
            report = source_report(found, _asked(date), Limits.of_own_machine())
            said = ANSWERS.to(language(), name=name, rows=f"{report.lines:,}", day=report.analysis_date)
        except DaybookError as error:
            failed = True
            said = FAILED.to(language(), name=name, sentence=error.sentence(language()))
        click.echo(said)
    if failed:
        ctx.exit(1)


@source.command()
@click.argument("name")
@click.option("--date", metavar="TEXT", help="The day to look at; the latest where none is given.")
@click.option("--rows", type=click.IntRange(1, 100), default=5, show_default=True, help="Rows to show.")
@click.pass_obj
def preview(sources: Sources, name: str, date: str | None, rows: int) -> None:
    """Show some rows of the source NAME as they stand: to see whether the right columns are named."""
    from daybook.sources.report import window_of  # noqa: PLC0415 - the same

    found = sources.get(name)
    asked = _asked(date)
    window = window_of(found, found.asked(asked))
    shown = False
    with tempfile.TemporaryDirectory() as folder, found.opened(window, Path(folder), Limits.of_own_machine()) as parts:
        for part in itertools.islice(parts, 1):
            shown = True
            _print([list(part.table.header), *map(list, itertools.islice(part.table.sample, rows))])
    if not shown:
        click.echo(NONE.to(language(), name=name, day=window.last))


def _asked(date: str | None) -> AnalysisParameters:
    return AnalysisParameters.model_validate({"date": date, "language": language()})


def _print(rows: list[list[Any]]) -> None:
    cells = [[" ".join(str(cell).split())[:_WIDEST] for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        click.echo("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
