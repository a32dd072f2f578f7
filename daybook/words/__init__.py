"""The words of a report: figures, names, widths and sentences that insights and renderings share."""
