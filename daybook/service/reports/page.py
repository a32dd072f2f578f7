"""A report as a page that a phone's browser shows as it is meant to be read."""

import html

from markdown_it import MarkdownIt

from daybook.language import Text
from daybook.render.markdown import report_markdown
from daybook.render.parts import report_title
from daybook.report import SalesReport

HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}
"""To be sent with a page: whatever stands in a sales file, nothing of it runs or is fetched."""
_STYLE = """
:root { color-scheme: light dark }
body { max-width: 40rem; margin: 0 auto; padding: 1rem 1.25rem 3rem; overflow-wrap: anywhere;
  font: 1rem/1.6 system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif }
h3 { font-size: 1.35rem; line-height: 1.3; margin: 0.5rem 0 1rem }
h4 { font-size: 1.05rem; margin: 1.75rem 0 0.5rem }
ul, ol { padding-left: 1.4rem; margin: 0.5rem 0 }
li { margin: 0.2rem 0 }
blockquote { margin: 1.5rem 0 0; padding-left: 0.8rem; border-left: 3px solid #8886; opacity: 0.75; font-size: 0.9rem }
"""
_CODE = Text(en="en", zh="zh-Hans")
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["image", "link", "autolink"])


def report_page(report: SalesReport) -> str:
    """The report in its own language as one page of HTML, which needs nothing from anywhere else."""
    return (
        f'<!doctype html>\n<html lang="{_CODE.to(report.language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(report_title(report))}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{_MARKDOWN.render(report_markdown(report))}</body>\n</html>\n"
    )
