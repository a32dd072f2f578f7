"""Cells that an engine cannot read natively, through the one rule, each distinct text once: to be joined back.

An engine or a database reads what is plain by itself: texts that match `SURE_NUMBER` or `SURE_DATE`, in columns whose
form allows it (`reads_plain_numbers`, `reads_plain_dates`). All other distinct texts, mostly few or none, come here.
"""

from collections.abc import Sequence

from daybook.table.dates import DateForm, Dates
from daybook.table.decoration import clean, is_decorated
from daybook.table.numbers import NumberForm, Numbers

SURE_NUMBER = (
    r"^(?:-?(?:[0-9]{1,9}|[0-9]{1,9}\.[0-9]{1,2}|[0-9]{1,9}\.[0-9]{4,6}|0[0-9]{0,8}\.[0-9]{3}|[0-9]{4,9}\.[0-9]{3}))?$"
)
"""A number that every form with decimal points reads as it stands, and that says itself that its point is one, or
nothing. ``[0-9]`` and not ``\\d``: engines differ in which digits that means."""
SURE_DATE = (
    r"^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}/[0-9]{2}/[0-9]{2})"
    r"(?:[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?)?$"
)
"""A year first, each part with all its digits, and a time behind it or none: its first ten characters are the day."""
DAY_CHARACTERS = 10


def reads_plain_numbers(form: NumberForm) -> bool:
    """Whether a column's form reads each `SURE_NUMBER` as it stands."""
    unit = form.unit
    return form.decimal != "," and unit.factor == 1 and not unit.percent and not unit.paid_of


def reads_plain_dates(form: DateForm) -> bool:
    """Whether a column's form reads each `SURE_DATE` as it stands."""
    return form.date_format is None and not form.buddhist


def numbers(texts: Sequence[str], form: NumberForm) -> Numbers:
    """Distinct texts of a column as numbers, in their order."""
    return form.read(tidy(texts))


def dates(texts: Sequence[str], form: DateForm) -> Dates:
    """Distinct texts of a column as days, in their order."""
    return form.read(tidy(texts))


def tidy(texts: Sequence[str]) -> list[str]:
    """The texts as a reader hands them out: without what a program put around them."""
    return [clean(text) for text in texts] if is_decorated(texts) else list(texts)
