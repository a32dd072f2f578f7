"""`plan_step`: what a file that is added does to one day of a book, before anything is written."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from daybook.book.changes import Held, Taken, changes_between, decide, products_of, totals_of
from daybook.book.day_file import DayCube
from daybook.book.index import DayEntry, Revision
from daybook.cube import Cube
from daybook.days import FileFacts
from daybook.expect.parts import DayParts


@dataclass(frozen=True, slots=True)
class Coming:
    """A file that is added."""

    file: FileFacts
    digest: str
    ends: tuple[dt.date, dt.date] | None
    """Its first and its last day."""

    def has_at_edge(self, date: dt.date) -> bool:
        """Whether a day is the first or the last of several."""
        return self.ends is not None and date in self.ends and self.ends[0] != self.ends[1]

    def unfinished(self, date: dt.date) -> bool:
        """Whether a day was not over when the file was made."""
        return date == self.file.unfinished

    def entry(self, date: dt.date, cube: DayCube, taken: Taken) -> DayEntry:
        """A day of the file as it goes into the index."""
        return DayEntry(
            totals=totals_of(date, cube.cube, currency=self.file.currency, money=self.file.money),
            revision=1,
            digest=cube.digest,
            given=(cube.digest,),
            file="",
            dimensions=self.file.dimensions,
            unfinished=self.unfinished(date),
            source=self.file.source,
            reported=0,
            taken=taken,
            brought_by=self.digest,
            parts=DayParts.of(date, cube.cube).written(),
        )


@dataclass(slots=True)
class Step:
    """What happens to one day."""

    taken: Taken
    entry: DayEntry
    cube: DayCube | None
    """To be written; None where the day stays."""
    known: Cube | None = None
    """The book's cube, where the report is made of it and not of the file's."""
    changes: Mapping[str, Any] | None = None
    to_tell: bool = False
    old_file: str = ""
    is_repair: bool = False
    """The day itself stays as it is."""

    def revision(self, file: FileFacts) -> Revision:
        """The change, as it is kept."""
        return Revision(
            self.entry.totals.date, self.entry.revision, self.taken, file.source, self.entry.digest,
            self.changes or {}, self.to_tell,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Added:
    """What adding a file did, day by day."""

    taken: Mapping[dt.date, Taken]
    entries: Mapping[dt.date, DayEntry]
    """The days as the book has them now."""
    replaced: Mapping[dt.date, Cube]
    """The book's cubes of days of which it knows more than the file."""
    rows: Mapping[dt.date, int]
    """Rows that are sales in the file."""
    too_old: int
    """Days of the file that are older than the book keeps."""
    file: str
    """The digest of all days of the file."""

    def brought(self, date: dt.date) -> Taken:
        """What the file's day was taken for when it came first: one report of a file is as another."""
        taken, entry = self.taken[date], self.entries[date]
        return Taken(entry.taken) if taken is Taken.SAME and entry.brought_by == self.file else taken


def plan_step(date: dt.date, given: DayCube, entry: DayEntry | None, held: Cube | None, coming: Coming) -> Step:
    """What happens to one day of a file.

    Args:
    date: the day.
    given: as the file has it.
    entry: as the index has it.
    held: its cube; None where that is lost.
    coming: the file.
    """
    if entry is None:
        return Step(Taken.NEW, coming.entry(date, given, Taken.NEW), given)
    if given.digest == entry.digest:
        if held is not None and (not given.cube.hours or given.cube.hours.rows() == held.hours.rows()):
            return Step(Taken.SAME, entry, None)
        # a file that was lost is written again, and one of a version that kept no hours
        entry = replace(entry, parts=DayParts.of(date, given.cube).written())
        return Step(Taken.SAME, entry, given, old_file=entry.file, is_repair=True)
    if held is not None and given.digest in entry.given:
        return Step(Taken.SAME, entry, None, known=held)
    taken, cube, sources = Taken.CORRECTION, given, [given.digest]
    if held is not None:
        taken = decide(
            given.cube,
            Held(held, entry.unfinished),
            at_edge=coming.has_at_edge(date),
            unfinished=coming.unfinished(date),
        )
        if not taken.changes:
            return Step(taken, entry, None, known=held)
        if taken is Taken.ADDITION:
            cube, sources = DayCube.of(held + given.cube), [*entry.given, given.digest]
    new = replace(
        coming.entry(date, cube, taken),
        given=tuple(sources),
        revision=entry.revision + 1,
        reported=entry.reported,
    )
    is_news = date == coming.file.day.day and entry.unfinished  # then the report itself says it
    return Step(
        taken,
        new,
        cube,
        known=cube.cube if taken is Taken.ADDITION else None,
        changes=changes_between(entry.totals, new.totals, *_products(held, cube.cube)),
        to_tell=bool(entry.reported) and not is_news,
        old_file=entry.file,
    )


def _products(old: Cube | None, new: Cube) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Sales by product before and after; of none where the old ones are not known."""
    return ({}, {}) if old is None else (products_of(old), products_of(new))
