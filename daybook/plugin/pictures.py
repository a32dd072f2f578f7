"""`extras_of`: what a node hands on beside a report: its pictures as PNG, and the workbook."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from daybook.language import Text
from daybook.plugin.outputs import OutputFile
from daybook.report import SalesReport
from daybook.transport import class_and_places

if TYPE_CHECKING:
    from daybook.charts import Chart

NOT_DRAWN = Text(
    en="The pictures of the report could not be drawn; its figures are not affected. The plugin daemon's log says why.",
    zh="日报的图表未能生成，数字不受影响；原因请查看插件守护进程（plugin daemon）的日志。",
)
NOT_WRITTEN = Text(
    en="The workbook of the report could not be written; its figures are not affected. The plugin daemon's log says"
    " why.",
    zh="日报的 Excel 工作簿未能生成，数字不受影响；原因请查看插件守护进程（plugin daemon）的日志。",
)
PNG = "image/png"

_log = logging.getLogger("daybook.plugin")


class Extras(NamedTuple):
    """What is handed on beside a report."""

    files: list[OutputFile]
    echarts: str
    """The main picture as a block that Dify's chat draws itself; empty where there is nothing to draw."""
    notes: list[str]
    """A sentence on what could not be made."""
    has_picture: bool
    """Whether the report has anything to draw."""


def extras_of(report: SalesReport, *, charts: bool, workbook: bool) -> Extras:
    """The files of a report; what cannot be made is said and left out, for no picture is worth a report.

    It takes some 100 ms a picture, most of them native code: call it where waiting holds up nobody.
    """
    files: list[OutputFile] = []
    blocks: list[str] = []
    pictures: list[Chart] = []
    notes: list[str] = []

    def attempt(make: Callable[[], None], sentence: Text) -> None:
        try:
            make()
        except Exception as error:  # noqa: BLE001  whatever it is, the report is there
            _log.error("not made: %s", class_and_places(error))
            if (said := sentence.to(report.language)) not in notes:
                notes.append(said)

    attempt(lambda: blocks.append(_echarts(report)), NOT_DRAWN)
    attempt(lambda: pictures.extend(_charts(report)), NOT_DRAWN)
    if charts:
        attempt(lambda: files.extend(_drawn(report, chart) for chart in pictures), NOT_DRAWN)
    if workbook:
        attempt(lambda: files.append(_workbook(report)), NOT_WRITTEN)
    return Extras(files, "".join(blocks), notes, has_picture=bool(pictures))


def _echarts(report: SalesReport) -> str:
    from daybook.charts import echarts  # noqa: PLC0415  keeps the plugin's start short

    return echarts(report, language=report.language)


def _charts(report: SalesReport) -> "list[Chart]":
    from daybook.charts import charts_of  # noqa: PLC0415  keeps the plugin's start short

    return charts_of(report, language=report.language)


def _drawn(report: SalesReport, chart: "Chart") -> OutputFile:
    from daybook.charts import png  # noqa: PLC0415  keeps the plugin's start short

    return OutputFile(png(chart), f"{report.analysis_date}_{chart.key}.png", PNG)


def _workbook(report: SalesReport) -> OutputFile:
    from daybook.workbook import MIME_TYPE, workbook  # noqa: PLC0415  keeps the plugin's start short

    return OutputFile(workbook(report), f"sales_{report.analysis_date or 'report'}.xlsx", MIME_TYPE)
