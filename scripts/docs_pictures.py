"""Draws the pictures of docs/ from what Daybook really puts out: ``make pictures``.

    docs/images/message.png     the sample month's report, as DingTalk shows it on a phone
    docs/images/terminal.png    the same report in a terminal
    docs/images/<chart>_<language>.png  the sample month's charts; the days ahead of a made-up year
    docs/images/page_*.png      the page of its last day, wide and on a phone; book_*.png the page of its book
    docs/images/mornings_*.png  the page of the mornings; morning_*.png one that was late
    docs/images/<workflow>.svg  each workflow, as it lies on Dify's canvas
    _assets/report_<language>.png  the day's picture and both pages beside each other, for the READMEs

All but charts and workflows need Chromium and a font with Chinese characters (Debian: chromium, fonts-noto-cjk).
"""

import datetime as dt
import html
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from markdown_it import MarkdownIt

import daybook
from daybook.book import Shelf
from daybook.charts import Chart, charts_of, png
from daybook.charts.ahead import ahead_chart
from daybook.dingtalk import Message, plan_message
from daybook.language import Language
from daybook.page.book import book_page
from daybook.page.day import Around, page
from daybook.parameters import AnalysisParameters
from daybook.pipeline import analyze
from daybook.render.markdown import Addresses, report_markdown
from daybook.render.terminal import report_terminal
from daybook.words.names import shorten, wrap
from difykit.workflow.canvas import ENTRY_LABEL, box, curve, rows
from difykit.workflow.document import Edge, Node, Workflow
from scripts.sample_mornings import sample_mornings
from scripts.small_png import small

ROOT = Path(__file__).resolve().parents[1]
IMAGES, ASSETS = ROOT / "docs" / "images", ROOT / "_assets"
SAMPLE = ROOT / "examples" / "sales_month.csv"
TERMINAL_COLUMNS = 76
FONTS = "'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
PAGE = """<!doctype html><meta charset="utf-8"><style>
* {{ box-sizing: border-box; margin: 0; overflow-wrap: anywhere }}
body {{ width: {width}px; font: 15px/1.5 {fonts}; {body} }}
{style}
</style><body>{content}</body>
<script>document.title = Math.ceil(document.body.getBoundingClientRect().height)</script>"""
PHONE = """
.bar { background: #ededed; padding: 12px 16px; font-weight: 600; text-align: center }
.chat { padding: 16px 12px 20px; display: flex; gap: 8px }
.face { flex: none; width: 36px; height: 36px; border-radius: 8px; background: #3296fa; color: #fff;
  display: grid; place-items: center; font-size: 13px }
.who { font-size: 12px; color: #8a8a8a; margin-bottom: 4px }
.bubble { background: #fff; border-radius: 10px; padding: 12px 14px; font-size: 15px }
.bubble > * + * { margin-top: 8px } .bubble ul, .bubble ol { padding-left: 20px } .bubble img { width: 100% }
h3 { font-size: 17px } h4 { font-size: 15px }"""
CHAT = """<div class="bar">销售群（12）</div><div class="chat"><div class="face">日报</div>
<div><div class="who">销售日报 · 机器人</div><div class="bubble">{message}</div></div></div>"""
PICTURE = "https://reports.example.com/picture.png"
"""Where the picture of a message is said to be."""
SIDE_BY_SIDE = """
body { display: flex; gap: 20px; align-items: flex-start; padding: 20px }
figure { background: #fff; border: 1px solid #d5dce4; border-radius: 14px; overflow: hidden; height: 600px }
figure img { display: block; width: 100% }"""
TERMINAL = "pre { padding: 18px 20px; font: 14px/1.45 'Noto Sans Mono CJK SC', monospace; white-space: pre }"
DESCRIPTION_CELLS = 34
"""Columns of a line of a description, a Chinese character taking two."""
COLOURS = {
    "start": "#2970ff",
    "trigger-schedule": "#7839ee",
    "tool": "#0e9384",
    "if-else": "#06aed4",
    "code": "#2e90fa",
    "http-request": "#875bf7",
    "template-transform": "#2e90fa",
    "end": "#f79009",
}


def main() -> int:
    """Draw everything; 1 where there is no Chromium."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for path in sorted((ROOT / "workflows").glob("*.yml")):
        (IMAGES / f"{path.stem}.svg").write_text(canvas(Workflow.load(path)), encoding="utf-8")
    for language in Language:
        for chart in charts_of(analyze(SAMPLE, AnalysisParameters(language=language)), language=language):
            picture_of(chart, language).write_bytes(small(png(chart)))
        if ahead := ahead_chart(daybook.forecast(a_year(), 7, language), language=language):
            picture_of(ahead, language).write_bytes(small(png(ahead)))
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        print("Chromium is missing: message.png, terminal.png and the pages stay as they are.", file=sys.stderr)
        return 1
    report = analyze(SAMPLE, AnalysisParameters(language=Language.CHINESE))
    addresses = Addresses(PICTURE, PICTURE.replace("picture.png", "report.html"))
    plan = plan_message(Message(report_markdown(report, addresses=addresses)), ())
    main = picture_of(charts_of(report, language=report.language)[0], report.language)
    message = CHAT.format(message=MarkdownIt().render(plan.preview).replace(PICTURE, main.as_uri()))
    phone = PAGE.format(width=390, fonts=FONTS, body="background: #f3f4f6", style=PHONE, content=message)
    shoot(chromium, IMAGES / "message.png", 390, phone)
    lines = f"<pre>{html.escape(report_terminal(report, TERMINAL_COLUMNS, color=False))}</pre>"
    colours = "background: #16181d; color: #e6e6e6"
    screen = PAGE.format(width=720, fonts=FONTS, body=colours, style=TERMINAL, content=lines)
    shoot(chromium, IMAGES / "terminal.png", 720, screen)
    for language in Language:
        draw_pages(chromium, language)
        draw_mornings(chromium, language)
    for path in sorted([*IMAGES.iterdir(), *ASSETS.iterdir()]):
        print(f"{path.relative_to(ROOT).as_posix()}: {path.stat().st_size // 1024} kB")
    return 0


def draw_pages(chromium: str, language: Language) -> None:
    """The page of the sample month's last day, and of a book that holds the month."""
    name = language.value[:2]
    with tempfile.TemporaryDirectory() as folder:
        book = Shelf.open(folder).book("shop-east")
        report = analyze(SAMPLE, AnalysisParameters(language=language, top_n=20), book=book, source_name=SAMPLE.name)
        forecast = book.forecast(language=language)
        days = page(report, [entry.totals for entry in book.days()], around=Around(forecast=forecast))
        shoot(chromium, IMAGES / f"page_{name}.png", 1100, days, 1240)
        shoot(chromium, IMAGES / f"page_phone_{name}.png", 500, days, 1000, "--blink-settings=preferredColorScheme=0")
        shown = book_page(book.name, book.days(), book.revisions(), language, Nowhere(), forecast=forecast)
        shoot(chromium, IMAGES / f"book_{name}.png", 1100, shown, 1300)
    columns = {("sales_by_day", "changes"): 300, ("page_phone",): 300, ("page",): 520}
    panels = "".join(
        f'<figure style="width: {width}px">'
        + "".join(f'<img src="{(IMAGES / f"{each}_{name}.png").as_uri()}">' for each in pictures)
        + "</figure>"
        for pictures, width in columns.items()
    )
    three = PAGE.format(width=1210, fonts=FONTS, body="background: #f4f6f9", style=SIDE_BY_SIDE, content=panels)
    shoot(chromium, ASSETS / f"report_{name}.png", 1210, three, 640)


def a_year() -> dict[dt.date, float]:
    """The sales of a shop that is no one's, for the days ahead: a month says too little of them."""
    last, chance = dt.date(2026, 10, 21), random.Random(7)  # noqa: S311 - no secret
    dates = [last - dt.timedelta(days=back) for back in range(400)]
    return {date: 52_000 * (1.0, 0.95, 0.97, 1.0, 1.2, 1.55, 1.4)[date.weekday()] * chance.uniform(0.9, 1.1)
            for date in dates}  # fmt: skip


def picture_of(chart: Chart, language: Language) -> Path:
    """Where a chart's picture lies."""
    return IMAGES / f"{chart.key}_{language.value[:2]}.png"


def draw_mornings(chromium: str, language: Language) -> None:
    """The page of the mornings, and of one that was late."""
    name = language.value[:2]
    every, one = sample_mornings(language)
    shoot(chromium, IMAGES / f"mornings_{name}.png", 1100, every, 900)
    shoot(chromium, IMAGES / f"morning_{name}.png", 500, one, 860)


class Nowhere:
    """The addresses of a picture's links."""

    def day(self, day: dt.date) -> str:
        """Part of `Addresses`."""
        return f"#{day}"

    def week(self, day: dt.date) -> str:
        """Part of `Addresses`."""
        return f"#{day}"

    def page_of_book(self, **more: object) -> str:
        """Part of `Addresses`."""
        return f"#{more}"


def shoot(chromium: str, picture: Path, width: int, page: str, height: int | None = None, *flags: str) -> None:
    """Take a picture of a page: so high, or as high as its content."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "page.html"
        source.write_text(page, encoding="utf-8")
        command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        command.append(f"--user-data-dir={folder}/profile")
        if height is None:
            dom = subprocess.run([*command, "--dump-dom", source.as_uri()], capture_output=True, text=True, check=True)  # noqa: S603 - a browser of the machine's own
            found = re.search(r"<title>(\d+)</title>", dom.stdout)
            height = int(found[1]) if found else width
        size = [f"--window-size={width},{height}", "--force-device-scale-factor=1", f"--screenshot={picture}", *flags]
        subprocess.run([*command, *size, source.as_uri()], capture_output=True, check=True)  # noqa: S603 - the same
        picture.write_bytes(small(picture.read_bytes()))


def canvas(workflow: Workflow) -> str:
    """A workflow as Dify's canvas shows it: nodes with their rows, and the lines between them."""
    boxes = [box(node) for node in workflow.nodes.values()]
    left, top = min(one.left for one in boxes) - 20, min(one.top for one in boxes) - 20
    width = max(one.left + one.width for one in boxes) + 20 - left
    height = max(one.top + one.height for one in boxes) + 20 - top
    size = f'width="{width:g}" height="{height:g}" viewBox="{left:g} {top:g} {width:g} {height:g}"'
    parts = [*(_line(workflow, edge) for edge in workflow.edges), *map(_box, workflow.nodes.values())]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{html.escape(FONTS)}">\n'
        f'<rect x="{left:g}" y="{top:g}" width="100%" height="100%" fill="#f2f4f7"/>\n{"".join(parts)}</svg>\n'
    )


def _line(workflow: Workflow, edge: Edge) -> str:
    (x, y), *_, (end_x, end_y) = curve(workflow.nodes[edge.source], edge.handle, workflow.nodes[edge.target])
    middle = (x + end_x) / 2
    path = f"M{x:g} {y:g} C{middle:g} {y:g}, {middle:g} {end_y:g}, {end_x:g} {end_y:g}"
    colour = "#f79009" if edge.handle == "fail-branch" else "#98a2b3"
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>\n'


def _box(node: Node) -> str:
    place = box(node)
    x, y, middle = place.left, place.top, place.top + (ENTRY_LABEL if node.is_root else 0) + 32
    chinese, _, english = str(node.data["desc"]).partition("\n")
    colour = COLOURS.get(node.type, "#667085")
    shown = [
        _rectangle(x, y, place.width, place.height, 14, '#fff" stroke="#d0d5dd'),
        _rectangle(x + 12, middle - 20, 24, 24, 6, colour),
        _text(x + 44, middle - 3, 15, "#101828", node.title, "600"),
    ]
    for row in rows(node):
        shown.append(_rectangle(x + 12, y + row.top, place.width - 24, 24, 6, "#f2f4f7"))
        shown.append(_text(x + 20, y + row.top + 16, 12, "#475467", shorten(row.text, DESCRIPTION_CELLS - 2)))
    lines = [*wrap(chinese, DESCRIPTION_CELLS), *wrap(english, DESCRIPTION_CELLS)]
    bottom = y + place.height - 14
    for number, line in enumerate(reversed(lines)):
        shown.append(_text(x + 12, bottom - 16 * number, 12, "#667085", line))
    return "\n".join(shown) + "\n"


def _rectangle(x: float, y: float, width: float, height: float, round_by: int, colour: str) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{round_by}" fill="{colour}"/>'


def _text(x: float, y: float, size: int, colour: str, text: str, weight: str = "400") -> str:
    style = f'font-size="{size}" font-weight="{weight}" fill="{colour}"'
    return f'<text x="{x:g}" y="{y:g}" {style}>{html.escape(text)}</text>'


if __name__ == "__main__":
    sys.exit(main())
