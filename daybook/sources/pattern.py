"""`DayPattern`: a path or address with the day in it, such as ``sales_{day:%Y%m%d}.csv``."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from string import Formatter

_ISO = "%Y-%m-%d"
_WILD = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
_BETWEEN = "\0"
_WHOLE = ("%Y", "%m", "%d")


class DayPattern:
    """A pattern; ``{day}`` in it stands for the day as 2023-10-27, ``{day:%Y%m%d}`` for it in another form.

    Raises:
        ValueError: braces stand for something else, or a form has nothing of a day in it.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._parts = [(text, (form or _ISO) if name == "day" else None) for text, name, form, _ in _parsed(pattern)]

    def at(self, day: dt.date) -> str:
        """The path of one day."""
        return "".join(text + (day.strftime(form) if form else "") for text, form in self._parts)

    @property
    def has_day(self) -> bool:
        """Whether different days have different paths."""
        return any(form for _, form in self._parts)

    @property
    def any_day(self) -> str:
        """A pattern for the paths of all days, with ``*`` for each day."""
        return "".join(text + (_steps(form, "*") if form else "") for text, form in self._parts)

    def days(self, paths: Iterable[str]) -> list[dt.date]:
        """The days that paths are of, by their ends; a path that is of no day is passed over."""
        matches = filter(None, map(self._expression.search, paths))
        return sorted(filter(None, (self._day(match.groups()) for match in matches)))

    def _day(self, said: Sequence[str]) -> dt.date | None:
        """The day that a path's parts say together; None where they say none, or several."""
        forms = [form for _, form in self._parts if form]
        whole = next((place for place, form in enumerate(forms) if all(part in form for part in _WHOLE)), None)
        try:
            if whole is None:
                day = dt.datetime.strptime(_BETWEEN.join(said), _BETWEEN.join(forms)).date()  # noqa: DTZ007
            else:
                day = dt.datetime.strptime(said[whole], forms[whole]).date()  # noqa: DTZ007
        except (ValueError, re.error):
            return None
        return day if [day.strftime(form) for form in forms] == list(said) else None

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        parts = [_literal(text) + (f"({_steps(form, '[^/]+?')})" if form else "") for text, form in self._parts]
        return re.compile("(?:^|/)" + "".join(parts) + "$", re.DOTALL)


def _steps(form: str, step: str) -> str:
    """What a day's text in a path looks like: it has as many steps as its form."""
    return "/".join([step] * (form.count("/") + 1))


def _parsed(pattern: str) -> Iterable[tuple[str, str | None, str | None, str | None]]:
    parts = list(Formatter().parse(pattern))
    for _, name, form, conversion in parts:
        if name is not None and (name != "day" or conversion or (form and "%" not in form)):
            raise ValueError("{day} or {day:%Y%m%d} is wanted")
    return parts


def _literal(text: str) -> str:
    return "".join(_WILD.get(piece) or re.escape(piece) for piece in re.split(r"(\*\*|\*|\?)", text))
