"""Files by pattern: a folder's, with the day in their names. `PatternSource` is also what object storage stands on."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from daybook.errors import SourceDownError, SourceError
from daybook.limits import Limits
from daybook.sources import texts
from daybook.sources.base import SourcePart, SourceSettings, Window
from daybook.sources.pattern import DayPattern
from daybook.table import open_table


def checked_pattern(pattern: str) -> str:
    """The pattern, if it is one.

    Raises:
        ValueError: it is none.
    """
    DayPattern(pattern)
    return pattern


type Pattern = Annotated[str, Field(min_length=1), AfterValidator(checked_pattern)]
"""A path with ``{day}`` or ``{day:%Y%m%d}`` in it, and ``*`` for what is not known."""


class PatternSource(SourceSettings):
    """Files whose paths have the day in them: each speaks for the days that its path names, and for no other.

    An export of a day may hold orders of other days too. They stand in the files of those days as well, and would be
    counted twice.
    """

    @property
    def by_day(self) -> DayPattern:
        """Where the files of a day are."""
        raise NotImplementedError

    def found(self, pattern: str) -> list[str]:
        """The files of a pattern without days, by path, in order."""
        raise NotImplementedError

    def fetched(self, paths: Sequence[str], folder: Path, limits: Limits) -> list[Path]:
        """Files as local ones, which may lie in ``folder``."""
        raise NotImplementedError

    def latest_day(self, today: dt.date) -> dt.date | None:
        """The latest day not after ``today`` that has a file; ``today`` where files are of no day."""
        if not self.by_day.has_day:
            return today
        return max((day for day in self.by_day.days(self.found(self.by_day.any_day)) if day <= today), default=None)

    @contextmanager
    def opened(self, window: Window, folder: Path, limits: Limits) -> Iterator[Iterator[SourcePart]]:
        """The tables of the files of the reported day and of those it is compared with."""
        yield self._parts(window, folder, limits)

    def _parts(self, window: Window, folder: Path, limits: Limits) -> Iterator[SourcePart]:
        days: dict[str, set[dt.date]] = {}
        for day in reversed(window.days):
            days.setdefault(self.by_day.at(day), set()).add(day)
        for number, (pattern, own) in enumerate(days.items()):
            paths = self.found(pattern) if own & window.compared else []
            if paths:
                below = folder / str(number)
                below.mkdir()
                files = self.fetched(paths, below, limits)
                if not files:
                    continue
                table = open_table(files, columns=self.columns, sheet=self.sheet, limits=limits)
                yield SourcePart(table, frozenset(own) if self.by_day.has_day else None)


class FolderSource(PatternSource):
    """Files in a folder of this machine."""

    kind: Literal["folder"]
    folder: Path = Field(description="The folder, by its path from that of the settings file")
    pattern: Pattern = Field(description="The files' paths below the folder, such as sales_{day:%Y%m%d}.csv")

    @cached_property
    def by_day(self) -> DayPattern:
        """Where the files of a day are, below the folder."""
        return DayPattern(self.pattern)

    def found(self, pattern: str) -> list[str]:
        """The files below the folder."""
        try:
            if not self.folder.is_dir():
                raise SourceError(texts.NO_TABLE, name=self.name)
            root = self.folder.resolve()
            return sorted(
                str(path)
                for path in self.folder.glob(pattern)
                if path.is_file() and path.resolve().is_relative_to(root)
            )
        except (NotImplementedError, ValueError):  # an absolute pattern
            raise SourceError(texts.NO_TABLE, name=self.name) from None
        except PermissionError:
            raise SourceError(texts.RIGHTS, name=self.name) from None
        except OSError:  # a network drive, say
            raise SourceDownError(texts.DOWN, name=self.name) from None

    def fetched(self, paths: Sequence[str], folder: Path, limits: Limits) -> list[Path]:  # noqa: ARG002  they are here
        """The files themselves."""
        return list(map(Path, paths))
