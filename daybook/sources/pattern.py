"""`DayPattern`: a path or address with the day in it, such as ``sales_{day:%Y%m%d}.csv``."""

import datetime as dt
import re
from collections.abc import Iterable
from functools import cached_property
from string import Formatter

_ISO = "%Y-%m-%d"
_WILD = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
_BETWEEN = "\0"


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
        return "".join(text + ("*" if form else "") for text, form in self._parts)

    def days(self, paths: Iterable[str]) -> list[dt.date]:
        """The days that paths are of, by their ends; a path that is of no day is passed over."""
        forms = _BETWEEN.join(form for _, form in self._parts if form)
        found = []
        for path in paths:
            match = self._expression.search(path)
            if match:
                try:
                    found.append(dt.datetime.strptime(_BETWEEN.join(match.groups()), forms).date())  # noqa: DTZ007
                except ValueError:
                    continue
        return sorted(found)

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        parts = [_literal(text) + (f"({_steps(form)})" if form else "") for text, form in self._parts]
        return re.compile("(?:^|/)" + "".join(parts) + "$", re.DOTALL)


def _steps(form: str) -> str:
    """What a day's text in a path looks like: it has as many steps as its form."""
    return "/".join(["[^/]+?"] * (form.count("/") + 1))


def _parsed(pattern: str) -> Iterable[tuple[str, str | None, str | None, str | None]]:
    parts = list(Formatter().parse(pattern))
    for _, name, form, conversion in parts:
        if name is not None and (name != "day" or conversion or (form and "%" not in form)):
            raise ValueError("{day} or {day:%Y%m%d} is wanted")
    return parts


def _literal(text: str) -> str:
    return "".join(_WILD.get(piece) or re.escape(piece) for piece in re.split(r"(\*\*|\*|\?)", text))
