"""A report as an Excel workbook: ``workbook(report)`` gives the bytes of an XLSX file. It needs XlsxWriter."""

from daybook.workbook.write import MIME_TYPE, workbook

__all__ = ["MIME_TYPE", "workbook"]
