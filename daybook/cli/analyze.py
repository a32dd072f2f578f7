"""`daybook analyze FILE...`: the report in the terminal, or as a file. `daybook inspect FILE`: what it is taken for."""

import shutil
import sys
from pathlib import Path
from typing import Any

import click

from daybook import pipeline
from daybook.cli.bar import shown
from daybook.cli.main import BOOK_FOLDER_HELP, SALES_FILE, CommandError, language, parameter_options
from daybook.cli.source import sources_option
from daybook.language import Text
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.render.markdown import understanding_text
from daybook.report import SalesReport
from daybook.sources import load_sources
from daybook.stages import READING, WRITING, tell

FORMATS = {"page": ".html", "png": ".png", "xlsx": ".xlsx", "markdown": ".md", "json": ".json"}
"""What a report is written as beside the terminal's own form, and what such a file's name ends with."""
BINARY = frozenset({"png", "xlsx"})
NO_TEXT = Text(
    en="A file of the format {form} is nothing to show in a terminal: name one to write with -o.",
    zh="{form} 格式的文件无法显示在终端中：请用 -o 指定要写入的文件。",
)
NOTHING_TO_DRAW = Text(
    en="There is nothing to draw: the day has no sales, or one single figure of each kind.",
    zh="没有可绘制的图表：当日没有销售，或每类只有一个数据项。",
)
NOT_WRITTEN = Text(
    en="{file} cannot be written ({reason}); name another file with -o.",
    zh="无法写入 {file}（{reason}）；请用 -o 指定其他文件。",
)


def _files(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> tuple[str | Path, ...]:
    """The files; what Spark is to read need not be on this machine."""
    if ctx.params.get("engine") == "spark":
        return tuple(path if "://" in path else Path(path) for path in given)
    return tuple(SALES_FILE(path, param, ctx) for path in given)


form_option = click.option(
    "--format",
    "form",
    type=click.Choice(["terminal", *FORMATS]),
    help="What to write; by the ending of the -o file, or else for the terminal.",
)
output_option = click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write."
)


@click.command()
@click.argument("files", metavar="[FILE]...", nargs=-1, callback=_files)
@click.option("--source", metavar="NAME", help="A named source to read instead of a file.")
@sources_option
@parameter_options(AnalysisParameters, leave_out=("columns",))
@click.option("--column", "columns", multiple=True, metavar="FIELD=NAME", help="A column's name, as Date=下单时间.")
@click.option(
    "--book-folder", "folder", type=click.Path(file_okay=False, path_type=Path), help=BOOK_FOLDER_HELP, metavar="FOLDER"
)
@form_option
@output_option
@click.option(
    "--engine",
    type=click.Choice(["auto", "pandas", "polars", "spark"]),
    default="auto",
    is_eager=True,
    help="What adds the rows up; spark for a path, or a source, that the cluster of DAYBOOK_SPARK sees.",
)
def analyze(
    *,
    files: tuple[str | Path, ...],
    source: str | None,
    settings: Path | None,
    columns: tuple[str, ...],
    form: str | None,
    output: Path | None,
    folder: Path | None,
    engine: str,
    **asked: Any,
) -> None:
    """Report on a day (or a week, month or range) of a sales FILE, such as a CSV or XLSX file, or of a named source.

    Several files with the same columns are read as one table.
    """
    if bool(files) == bool(source):
        raise click.UsageError("Give either a FILE or a --source.")
    form = wanted_form(form, output)
    asked |= {"columns": "\n".join(columns), "language": asked["language"] or language()}
    parameters = AnalysisParameters.model_validate(asked)
    book = None
    if parameters.book:
        from daybook.cli.book import open_shelf  # noqa: PLC0415 - only what is asked for is loaded

        book = open_shelf(folder).book(parameters.book)
    with shown(READING):
        if files:
            names = ", ".join(Path(file).name for file in files)
            limits = None if engine == "spark" else Limits.of_own_machine()
            report = pipeline.analyze(files, parameters, limits, book=book, source_name=names, engine=engine)
        else:
            from daybook.sources.report import source_report  # noqa: PLC0415 - only what is asked for is loaded

            named = load_sources(settings).get(source or "")
            if engine == "spark":
                from daybook.sources.lake_on_spark import on_spark  # noqa: PLC0415 - the same

                named = on_spark(named)
            report = source_report(named, parameters, Limits.of_own_machine(), book=book)
        tell(WRITING)
        content = written(report, form)
    give_out(content, output)


def give_out(content: str | bytes, output: Path | None) -> None:
    """Show a report as it is written in the terminal, or put it into a file.

    Raises:
        CommandError: the file cannot be written.
    """
    if output is None:
        # colours are taken out again where the output does not show them: `daybook.cli.main`
        click.echo(content, nl=False)
        return
    try:
        output.write_bytes(content if isinstance(content, bytes) else click.unstyle(content).encode())
    except OSError as error:
        raise CommandError(NOT_WRITTEN.to(language(), file=output, reason=error.strerror)) from None


def wanted_form(form: str | None, output: Path | None) -> str:
    """What to write: as it is said, or as the file's name says.

    Raises:
        CommandError: it is nothing for a terminal, and no file is named.
    """
    form = form or _form_of(output)
    if form in BINARY and output is None and is_terminal():
        raise CommandError(NO_TEXT.to(language(), form=form))
    return form


def is_terminal() -> bool:
    """Whether the output is shown rather than kept."""
    return sys.stdout.isatty()


def _form_of(output: Path | None) -> str:
    """The format that a file's name says."""
    suffix = output.suffix.lower() if output else ""
    return next((form for form, ending in FORMATS.items() if ending == suffix), "terminal")


def written(report: SalesReport, form: str) -> str | bytes:
    """A report in one of `FORMATS`, or for the terminal.

    Raises:
        CommandError: there is nothing to draw.
    """
    match form:
        case "xlsx":
            from daybook.workbook import workbook  # noqa: PLC0415 - only what is asked for is loaded

            return workbook(report)
        case "png":
            from daybook.charts import charts_of, png  # noqa: PLC0415 - the same

            charts = charts_of(report, language=report.language)
            if not charts:
                raise CommandError(NOTHING_TO_DRAW.to(language()))
            return png(charts[0])
        case "page":
            from daybook.page.day import page  # noqa: PLC0415 - the same

            return page(report)
        case "json":
            return report.model_dump_json(indent=2) + "\n"
        case "markdown":
            from daybook.render.markdown import report_markdown  # noqa: PLC0415 - the same

            return report_markdown(report) + "\n"
        case _:
            from daybook.render.terminal import report_terminal  # noqa: PLC0415 - the same

            return report_terminal(report, shutil.get_terminal_size().columns, color=True)


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=SALES_FILE)
@parameter_options(AnalysisParameters, leave_out=("columns", "top_n", "book"))
@click.option("--column", "columns", multiple=True, metavar="FIELD=NAME", help="A column's name, as Date=下单时间.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def inspect(files: tuple[Path, ...], columns: tuple[str, ...], form: str, **asked: Any) -> None:
    """Say what a sales FILE is taken for: its header, columns, dates and money, and what would be asked."""
    asked |= {"columns": "\n".join(columns), "language": asked["language"] or language()}
    parameters = AnalysisParameters.model_validate(asked)
    with shown(READING):
        found = pipeline.inspect(files, parameters, Limits.of_own_machine())
    click.echo(found.model_dump_json(indent=2) if form == "json" else understanding_text(found, parameters.language))
