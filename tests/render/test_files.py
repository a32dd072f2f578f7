from pathlib import Path

from daybook.render.markdown import report_markdown
from daybook.report import SalesReport
from scripts.demo_view import write_report
from tests.render import reports


def test_a_report_is_two_files_that_hold_all_of_it(tmp_path: Path) -> None:
    report = reports.report()
    markdown, data = write_report(report, tmp_path / "new" / "folder", "门店")
    assert markdown.read_text(encoding="utf-8") == report_markdown(report, "门店") + "\n"
    assert SalesReport.model_validate_json(data.read_bytes()) == report
