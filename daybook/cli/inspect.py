"""`daybook inspect FILE`: what a sales file is taken for, and what would be asked."""

from pathlib import Path
from typing import Any

import click

from daybook import pipeline
from daybook.cli.options import SALES_FILE, parameter_options
from daybook.cli.terminal import language
from daybook.parameters import AnalysisParameters
from daybook.render.understanding import understanding_text


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=SALES_FILE)
@parameter_options(AnalysisParameters, leave_out=("columns", "top_n", "book"))
@click.option("--column", "columns", multiple=True, metavar="FIELD=NAME", help="A column's name, as Date=下单时间.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def inspect(files: tuple[Path, ...], columns: tuple[str, ...], form: str, **asked: Any) -> None:
    """Say what a sales FILE is taken for: its header, columns, dates and money, and what would be asked."""
    asked |= {"columns": "\n".join(columns), "language": asked["language"] or language()}
    parameters = AnalysisParameters.model_validate(asked)
    found = pipeline.inspect(files, parameters)
    click.echo(found.model_dump_json(indent=2) if form == "json" else understanding_text(found, parameters.language))
