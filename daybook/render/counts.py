"""What a report's counts and shares say: distinct counts there take an empty name for one."""

from daybook.report import SalesReport

WHOLE = 100.0
"""Percent."""


def named_products(report: SalesReport) -> int:
    """Distinct products of the day that have a name."""
    return report.data_info.unique_products - bool(report.quality.blank_products)


def named_regions(report: SalesReport) -> int:
    """Distinct regions of the day that have a name."""
    return report.data_info.unique_regions - bool(report.quality.blank_regions)


def share_or_none(share: float | None, report: SalesReport) -> float | None:
    """``share`` where a person would understand it: a net figure can be below zero, or above the whole."""
    if share is None or not shares_mean_something(report) or not 0 <= share <= WHOLE:
        return None
    return share


def shares_mean_something(report: SalesReport) -> bool:
    """Whether there are sales to take a share of: not on a day of refunds, gifts or unreadable prices."""
    return report.summary.total_sales > 0
