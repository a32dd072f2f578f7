"""Pictures of a report: declared once, drawn as SVG for pages, as PNG for messages, and as options for ECharts.

charts = charts_of(report, language=report.language)
data = png(charts[0])               # native code of some 40 ms: off an event loop
"""

from daybook.charts.choose import charts_of
from daybook.charts.draw import Chart, stylesheet
from daybook.charts.echarts import echarts
from daybook.charts.picture import png

__all__ = ["Chart", "charts_of", "echarts", "png", "stylesheet"]
