"""`daybook book`: the days of a business under a name: list, show, add, explain, report, export, forget; `forecast`."""

import datetime as dt
import importlib.util
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from daybook import pipeline
from daybook.cli.analyze import form_option, give_out, output_option, wanted_form, written
from daybook.cli.bar import shown
from daybook.cli.main import BOOK_FOLDER_HELP, CommandError, SentenceGroup, language, parameter_options
from daybook.errors import ParameterError, SettingsError
from daybook.explanation import NAMES, Because
from daybook.language import Text
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.stages import READING, REPORTING
from daybook.words.figures import DASH, DAYS, amount, counted, number
from daybook.words.figures import weekday as said_weekday

if TYPE_CHECKING:
    from daybook.book import Shelf
    from daybook.expect.forecast import Forecast

OF_A_FILE = ("columns", "sheet", "date_format", "decimal", "currency", "dimensions", "book")
"""Parameters that say how a file is read."""
FOLDER = "DAYBOOK_BOOK_FOLDER"
DATABASE = "DAYBOOK_DATABASE_URL"
KEEP_DAYS = "DAYBOOK_BOOK_DAYS"

NEEDS = Text(
    en="Books need {package}, which is not installed: run `pip install '.[book]'` in Daybook's folder.",
    zh="使用账本需要 {package}，但尚未安装：请在 Daybook 目录下运行 `pip install '.[book]'`。",
    code="needs_extra",
)
NO_BOOKS = Text(en="There are no books yet.", zh="还没有账本。")
LISTED = Text(en="{name}: {days}, {first} to {last}", zh="{name}：{days}，{first} 至 {last}")
EMPTY = Text(en="{name}: no days", zh="{name}：没有数据")
SHOWN = Text(
    en="{day}  sales {sales}, orders {orders}, revision {revision} ({source})",
    zh="{day}  销售额 {sales}，订单数 {orders}，第 {revision} 版（{source}）",
)
TAKEN = {
    "new": Text(en="new", zh="新增"),
    "same": Text(en="unchanged", zh="未变"),
    "addition": Text(en="added up with what was there", zh="与已有数据合并"),
    "part": Text(en="a part of the day; the book's day stays", zh="只是当天的一部分，账本保持不变"),
    "completion": Text(en="completed", zh="已补全"),
    "correction": Text(en="corrected", zh="已更正"),
}
SURE = Text(en="Forget the book {name} and all its days?", zh="确定删除账本 {name} 及其全部数据吗？")
FORGOTTEN = Text(en="The book {name} is forgotten.", zh="账本 {name} 已删除。")
FORECAST_DAY = Text(en="{sales} ({low} to {high})", zh="{sales}（{low} 至 {high}）")
NOT_DRAWN = Text(
    en="{file} cannot be written ({reason}); name another file with --picture.",
    zh="无法写入 {file}（{reason}）；请用 --picture 指定其他文件。",
)
METHOD = Text(en="Method: {method}.", zh="方法：{method}。")
FORECASTING = Text(en="Forecasting", zh="正在预测")
KEPT = Text(
    en="Kept: {day} was {because}. It is not alarmed again, and not learned from.",
    zh="已保存：{day} 的原因是{because}。当日不再告警，也不用于推算预期。",
)
WITHDRAWN = Text(en="Taken back: {day} is a day like others.", zh="已撤回：{day} 恢复为普通日期。")
REASON_OR_BACK = Text(
    en="Give --because with a reason, or --take-back, one of them.",
    zh="请填写 --because 或 --take-back 其中之一。",
    code="reason_or_take_back",
)
EXPORTED = Text(en="{rows} rows written.", zh="已写入 {rows} 行。")


def open_shelf(folder: Path | None = None) -> "Shelf":
    """The shelf that this command line uses.

    Raises:
        SettingsError: a library is missing.
    """
    for package, module in (("Polars", "polars"), ("SQLAlchemy", "sqlalchemy")):
        if importlib.util.find_spec(module) is None:
            raise SettingsError(NEEDS, package=package)
    from daybook.book import Shelf  # noqa: PLC0415 - it takes half a second, and is an extra

    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    place: str | Path = folder or os.environ.get(FOLDER, "") or Path(state) / "daybook" / "books"
    days = os.environ.get(KEEP_DAYS, "")
    return Shelf.open(place, os.environ.get(DATABASE, ""), keep_days=int(days) if days.isdecimal() else None)


@click.group(cls=SentenceGroup)
@click.option("--book-folder", "folder", type=click.Path(file_okay=False, path_type=Path), help=BOOK_FOLDER_HELP)
@click.pass_context
def book(ctx: click.Context, folder: Path | None) -> None:
    """Keep the days of a business under a name."""
    ctx.obj = folder


@book.command("list")
@click.pass_obj
def list_books(folder: Path | None) -> None:
    """List all books, with their days."""
    books = open_shelf(folder).books()
    for info in books:
        text = LISTED if info.days else EMPTY
        days = counted(info.days, DAYS, language())
        click.echo(text.to(language(), name=info.name, days=days, first=info.first, last=info.last))
    if not books:
        click.echo(NO_BOOKS.to(language()))


@book.command()
@click.argument("name")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="The first day to show.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="The last day to show.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.pass_obj
def show(folder: Path | None, name: str, first: dt.datetime | None, last: dt.datetime | None, form: str) -> None:
    """Show the days of the book NAME: their sales, orders, revision and source."""
    entries = open_shelf(folder).existing(name).days(_date(first), _date(last))
    if form == "json":
        click.echo(json.dumps([entry.shown() for entry in entries], ensure_ascii=False, indent=2))
        return
    for entry in entries:
        totals = entry.totals
        click.echo(
            SHOWN.to(
                language(),
                day=totals.date,
                sales=amount(float(totals.sales), language()),
                orders=number(totals.orders),
                revision=entry.revision,
                source=entry.source or "–",
            )
        )


@book.command()
@click.argument("name")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@parameter_options(AnalysisParameters, leave_out=("columns", "top_n", "date", "period", "book"))
@click.option("--column", "columns", multiple=True, metavar="FIELD=NAME", help="A column's name, as Date=下单时间.")
@click.pass_obj
def add(folder: Path | None, /, name: str, files: tuple[Path, ...], columns: tuple[str, ...], **asked: Any) -> None:
    """Add the days of sales FILES to the book NAME, which comes to be with the first."""
    asked |= {"columns": "\n".join(columns), "language": asked["language"] or language()}
    parameters = AnalysisParameters.model_validate(asked)
    shelf = open_shelf(folder)
    for file in files:
        with shown(READING):
            own = Limits.of_own_machine()
            added = pipeline.add_to_book(file, shelf.book(name), parameters, own, source_name=file.name)
        for date, taken in sorted(added.taken.items()):
            click.echo(f"{date}  {TAKEN[taken].to(language())}")


@book.command()
@click.argument("name")
@parameter_options(AnalysisParameters, leave_out=OF_A_FILE)
@form_option
@output_option
@click.pass_obj
def report(folder: Path | None, /, name: str, form: str | None, output: Path | None, **asked: Any) -> None:
    """Report on a week, a month or a range of days of the book NAME, without a file."""
    from daybook.period_report import report_of_book  # noqa: PLC0415 - only what is asked for is loaded

    form = wanted_form(form, output)
    parameters = AnalysisParameters.model_validate(asked | {"language": asked["language"] or language()})
    with shown(REPORTING):
        made = report_of_book(open_shelf(folder).existing(name), parameters)
        content = written(made, form)
    give_out(content, output)


@book.command()
@click.argument("name")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="The first day to export.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="The last day to export.")
@click.pass_obj
def export(folder: Path | None, name: str, file: Path, first: dt.datetime | None, last: dt.datetime | None) -> None:
    """Write the book NAME to one FILE: Parquet, or CSV where its name ends so."""
    rows = open_shelf(folder).existing(name).export(file, _date(first), _date(last))
    click.echo(EXPORTED.to(language(), rows=number(rows)))


@book.command()
@click.argument("name")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--because", type=click.Choice([each.value for each in Because]), help="Why the day was as it was.")
@click.option("--note", default="", help="A few words on it; needed for other.")
@click.option("--take-back", is_flag=True, help="Take back what was said.")
@click.pass_obj
def explain(
    folder: Path | None, name: str, day: dt.datetime, because: str | None, note: str, *, take_back: bool
) -> None:
    """Say why a DAY of the book NAME was no ordinary one: it is not alarmed again, and not learned from."""
    if (because is None) is not take_back:
        raise ParameterError(REASON_OR_BACK)
    reason = Because(because) if because else None
    open_shelf(folder).existing(name).explain(day.date(), reason, note, by="command")
    if reason:
        click.echo(KEPT.to(language(), day=day.date(), because=NAMES[reason]))
    else:
        click.echo(WITHDRAWN.to(language(), day=day.date()))


@book.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def forget(folder: Path | None, name: str, *, yes: bool) -> None:
    """Remove the book NAME everywhere: its days, their files, and what changed."""
    found = open_shelf(folder).existing(name)
    if not yes:
        click.confirm(SURE.to(language(), name=found.name), abort=True)
    found.forget()
    click.echo(FORGOTTEN.to(language(), name=found.name))


@click.command()
@click.argument("name", metavar="BOOK")
@click.option("--days", "ahead", type=int, default=7, show_default=True, help="How many days to look ahead, 1 to 60.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--book-folder", "folder", type=click.Path(file_okay=False, path_type=Path), help=BOOK_FOLDER_HELP)
@click.option(
    "--picture", type=click.Path(dir_okay=False, path_type=Path), help="Draw the days ahead, too, into this PNG file."
)
@click.option(
    "--candidate", "candidates", multiple=True, metavar="NAME", help="A forecaster that competes, too: prophet."
)
def forecast(
    name: str, ahead: int, form: str, folder: Path | None, picture: Path | None, candidates: tuple[str, ...]
) -> None:
    """Forecast the days after the last one of BOOK, and say how far such forecasts were off."""
    from daybook.expect.others import named_others  # noqa: PLC0415 - only what is asked for is loaded

    others = named_others(candidates)
    with shown(FORECASTING):
        found = open_shelf(folder).existing(name).forecast(ahead, language(), others)
    if picture and (chart := _picture(found)):
        try:
            picture.write_bytes(chart)
        except OSError as error:
            raise CommandError(NOT_DRAWN.to(language(), file=picture, reason=error.strerror)) from None
    if form == "json":
        click.echo(found.model_dump_json(indent=2))
        return
    if found.finding:
        click.echo(found.finding)
    for day in found.days:
        known = None not in {day.expected_sales, day.low, day.high}
        money = [amount(value or 0.0, language()) for value in (day.expected_sales, day.low, day.high)]
        text = FORECAST_DAY.to(language(), sales=money[0], low=money[1], high=money[2]) if known else DASH
        click.echo("  ".join(filter(None, (str(day.date), said_weekday(day.date, language()), text, day.special))))
    method = METHOD.to(language(), method=found.method) if found.method else ""
    for note in filter(None, (found.error, method, *found.notes)):
        click.echo(note)


def _picture(found: "Forecast") -> bytes | None:
    from daybook.charts import png  # noqa: PLC0415 - only what is asked for is loaded
    from daybook.charts.ahead import ahead_chart  # noqa: PLC0415 - the same

    chart = ahead_chart(found, language=language())
    return png(chart) if chart else None


def _date(value: dt.datetime | None) -> dt.date | None:
    return value.date() if value else None
