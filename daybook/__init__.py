"""Daybook: a day's sales in, a report out, delivered once."""

__version__ = "0.1.0"
