"""Draws the pictures of docs/ from what Daybook really puts out: ``make pictures``.

    docs/images/message.png     the sample month's report, as DingTalk shows it on a phone
    docs/images/terminal.png    the same report in a terminal
    docs/images/<workflow>.svg  each workflow, as it lies on Dify's canvas

The PNG files need Chromium and a font with Chinese characters (Debian: chromium, fonts-noto-cjk).
"""

import html
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from markdown_it import MarkdownIt

from daybook.dingtalk import Message, plan_message
from daybook.language import Language
from daybook.parameters import AnalysisParameters
from daybook.pipeline import analyze
from daybook.render.markdown import report_markdown
from daybook.render.terminal import report_terminal
from difykit.workflow.document import Edge, Node, Workflow

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
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
.bubble > * + * { margin-top: 8px } .bubble ul, .bubble ol { padding-left: 20px }
h3 { font-size: 17px } h4 { font-size: 15px }"""
CHAT = """<div class="bar">销售群（12）</div><div class="chat"><div class="face">日报</div>
<div><div class="who">销售日报 · 机器人</div><div class="bubble">{message}</div></div></div>"""
TERMINAL = "pre { padding: 18px 20px; font: 14px/1.45 'Noto Sans Mono CJK SC', monospace; white-space: pre }"
COLUMN, ROW = 320, 100
"""Points between two columns of nodes, and fewer than between two rows."""
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
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        print("Chromium is missing: the PNG files stay as they are.", file=sys.stderr)
        return 1
    report = analyze(SAMPLE, AnalysisParameters(language=Language.CHINESE))
    plan = plan_message(Message(report_markdown(report)), ())
    message = CHAT.format(message=MarkdownIt().render(plan.preview))
    phone = PAGE.format(width=390, fonts=FONTS, body="background: #f3f4f6", style=PHONE, content=message)
    shoot(chromium, IMAGES / "message.png", 390, phone)
    lines = f"<pre>{html.escape(report_terminal(report, TERMINAL_COLUMNS, color=False))}</pre>"
    colours = "background: #16181d; color: #e6e6e6"
    screen = PAGE.format(width=720, fonts=FONTS, body=colours, style=TERMINAL, content=lines)
    shoot(chromium, IMAGES / "terminal.png", 720, screen)
    for path in sorted(IMAGES.iterdir()):
        print(f"{path.relative_to(ROOT).as_posix()}: {path.stat().st_size // 1024} kB")
    return 0


def shoot(chromium: str, picture: Path, width: int, page: str) -> None:
    """Take a picture of a page, as high as its content."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "page.html"
        source.write_text(page, encoding="utf-8")
        command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        command.append(f"--user-data-dir={folder}/profile")
        dom = subprocess.run([*command, "--dump-dom", source.as_uri()], capture_output=True, text=True, check=True)  # noqa: S603 - a browser of the machine's own
        found = re.search(r"<title>(\d+)</title>", dom.stdout)
        height = int(found[1]) if found else width
        size = [f"--window-size={width},{height}", "--force-device-scale-factor=1", f"--screenshot={picture}"]
        subprocess.run([*command, *size, source.as_uri()], capture_output=True, check=True)  # noqa: S603 - the same


def canvas(workflow: Workflow) -> str:
    """A workflow as Dify's canvas shows it: nodes with their titles, and the lines between them."""
    nodes = workflow.nodes.values()
    left = min(node.frame["position"]["x"] for node in nodes) - 20
    top = min(node.frame["position"]["y"] for node in nodes) - 20
    right = max(node.frame["position"]["x"] + node.frame["width"] for node in nodes) + 20
    bottom = max(node.frame["position"]["y"] for node in nodes) + 190
    lines = "".join(_line(workflow, edge) for edge in workflow.edges)
    boxes = "".join(map(_box, nodes))
    size = f'width="{right - left}" height="{bottom - top}" viewBox="{left} {top} {right - left} {bottom - top}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{html.escape(FONTS)}">\n'
        f'<rect x="{left}" y="{top}" width="100%" height="100%" fill="#f2f4f7"/>\n{boxes}{lines}</svg>\n'
    )


def _line(workflow: Workflow, edge: Edge) -> str:
    source, target = workflow.nodes[edge.source], workflow.nodes[edge.target]
    exits = [other.handle for other in workflow.edges if other.source == source.id]
    place = exits.index(edge.handle)  # one way out leaves by the middle, several one below the other
    x, y = source.frame["position"]["x"] + 244, source.frame["position"]["y"] + 38 + 18 * (place - (len(exits) > 1))
    end_x, end_y = target.frame["position"]["x"], target.frame["position"]["y"] + 38
    dip = 130 if end_x - x > COLUMN and abs(end_y - y) < ROW else 0  # below the nodes in between
    path = f"M{x} {y} C{x + 70} {y + dip}, {end_x - 70} {end_y + dip}, {end_x} {end_y}"
    colour = "#f04438" if edge.handle == "fail-branch" else "#98a2b3"
    named = edge.handle not in {"source", "fail-branch"}
    label = f'<text x="{x - 6}" y="{y + 4}" font-size="11" text-anchor="end" fill="#667085">{edge.handle}</text>\n'
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>\n{label if named else ""}'


def _box(node: Node) -> str:
    x, y = node.frame["position"]["x"], node.frame["position"]["y"]
    chinese, english = map(html.escape, _split(node.title))
    return (
        f'<rect x="{x}" y="{y}" width="244" height="76" rx="12" fill="#fff" stroke="#d0d5dd"/>\n'
        f'<rect x="{x + 12}" y="{y + 14}" width="24" height="24" rx="6" fill="{COLOURS.get(node.type, "#667085")}"/>\n'
        f'<text x="{x + 46}" y="{y + 32}" font-size="15" font-weight="600" fill="#101828">{chinese}</text>\n'
        f'<text x="{x + 46}" y="{y + 56}" font-size="13" fill="#667085">{english}</text>\n'
    )


def _split(title: str) -> tuple[str, str]:
    found = re.match(r"(.*?[\u4e00-\u9fff0-9:]) ([A-Z].*)", title)
    return (found[1], found[2]) if found else (title, "")


if __name__ == "__main__":
    sys.exit(main())
