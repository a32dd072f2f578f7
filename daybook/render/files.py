"""A report as files: Markdown for people, JSON for programs."""

from pathlib import Path

from daybook.render.markdown import report_markdown
from daybook.report import SalesReport


def write_report(report: SalesReport, folder: Path, title: str | None = None) -> list[Path]:
    """Write ``report.md`` and ``report.json`` into ``folder``, which is made where it does not exist.

    Returns:
        The files written, the Markdown first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        folder / "report.md": report_markdown(report, title) + "\n",
        folder / "report.json": report.model_dump_json(indent=2) + "\n",
    }
    for path, text in files.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(files)
