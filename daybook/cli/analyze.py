"""`daybook analyze FILE`: the report on a day of a sales file."""

import shutil
from pathlib import Path
from typing import Any

import click

from daybook import pipeline
from daybook.cli.options import BOOK_FOLDER_HELP, BOOK_HELP, parameter_options
from daybook.cli.terminal import language
from daybook.parameters import AnalysisParameters
from daybook.report import SalesReport


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@parameter_options(AnalysisParameters, leave_out=("columns",))
@click.option("--column", "columns", multiple=True, metavar="FIELD=NAME", help="A column's name, as Date=下单时间.")
@click.option("--book", "name", metavar="NAME", default="", help=BOOK_HELP)
@click.option(
    "--book-folder", "folder", type=click.Path(file_okay=False, path_type=Path), help=BOOK_FOLDER_HELP, metavar="FOLDER"
)
@click.option("--format", "form", type=click.Choice(["terminal", "markdown", "json"]), default="terminal")
@click.option(
    "--engine", type=click.Choice(["auto", "pandas", "polars"]), default="auto", help="What adds the rows up."
)
def analyze(
    file: Path, columns: tuple[str, ...], form: str, name: str, folder: Path | None, engine: str, **asked: Any
) -> None:
    """Report on a day of a sales FILE, such as a CSV or XLSX file."""
    asked |= {"columns": "\n".join(columns), "language": asked["language"] or language()}
    parameters = AnalysisParameters.model_validate(asked)
    book = None
    if name:
        from daybook.cli.book import open_shelf  # noqa: PLC0415 - only what is asked for is loaded

        book = open_shelf(folder).book(name)
    report = pipeline.analyze(file, parameters, book=book, source_name=file.name, engine=engine)
    # colours are taken out again where the output does not show them: `daybook.cli.main`
    click.echo(_shown(report, form), nl=False)


def _shown(report: SalesReport, form: str) -> str:
    match form:
        case "json":
            return report.model_dump_json(indent=2) + "\n"
        case "markdown":
            from daybook.render.markdown import report_markdown  # noqa: PLC0415 - only what is asked for is loaded

            return report_markdown(report) + "\n"
        case _:
            from daybook.render.terminal import report_terminal  # noqa: PLC0415 - the same

            return report_terminal(report, shutil.get_terminal_size().columns, color=True)
