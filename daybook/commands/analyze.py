"""`daybook analyze FILE`: the report on a day of a sales file."""

import datetime as dt
import shutil
from pathlib import Path

import click

from daybook import cli, pipeline
from daybook.language import Language
from daybook.parameters import DEFAULT_TOP_N, MAX_TOP_N, AnalysisParameters
from daybook.report import SalesReport

DATES = ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d"]


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--date",
    type=click.DateTime(DATES),
    metavar="YYYY-MM-DD",
    help="The day to report; the latest in the file if not given.",
)
@click.option(
    "--top-n",
    type=click.IntRange(1, MAX_TOP_N),
    default=DEFAULT_TOP_N,
    show_default=True,
    help="Products in the ranking.",
)
@click.option("--column", "columns", multiple=True, metavar="FIELD=NAME", help="A column's name, as Date=下单时间.")
@click.option("--sheet", help="Sheet of a workbook; the first if not given.")
@click.option("--language", help="zh or en; that of your terminal if not given.")
@click.option("--format", "form", type=click.Choice(["terminal", "markdown", "json"]), default="terminal")
def analyze(
    file: Path,
    date: dt.datetime | None,
    top_n: int,
    columns: tuple[str, ...],
    sheet: str | None,
    language: str | None,
    form: str,
) -> None:
    """Report on a day of a sales FILE (CSV or XLSX)."""
    parameters = AnalysisParameters.model_validate(
        {
            "date": date.date() if date else None,
            "top_n": top_n,
            "columns": "\n".join(columns),
            "sheet": sheet,
            "language": Language.of(language, cli.language()),
        }
    )
    # colours are taken out again where the output does not show them: `daybook.cli`
    click.echo(_shown(pipeline.analyze(file, parameters), form), nl=False)


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
