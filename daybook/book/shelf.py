"""`Shelf` and `Book`: the days that a business's files held, kept under a name.

shelf = Shelf("books")                          # a folder; its index is a SQLite file in it
report = daybook.analyze(Path("sales.csv"), book=shelf.book("shop-east"))
"""

import datetime as dt
import hashlib
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Self

from daybook import tracing
from daybook.book import texts
from daybook.book.changes import Taken, book_name, correction_sentence
from daybook.book.day_file import DayCube, days_of
from daybook.book.explanations import Explanations, Said, SaidBy
from daybook.book.files import DayFiles, export_days
from daybook.book.index import BookInfo, BookState, DayEntry, Index, Revision
from daybook.book.kept_days import KeptDays, is_comparable
from daybook.book.steps import Added, Coming, Step, plan_step
from daybook.cube import Cube
from daybook.database import Database, sqlite_url
from daybook.days import COMPARED_DAYS, DayTotals, FileFacts, HeldDays, Remembered
from daybook.errors import FileError, ParameterError, SettingsError
from daybook.expect.forecast import Forecast, forecast_of
from daybook.expect.parts import DayParts
from daybook.expect.series import Others
from daybook.explanation import Because, Explanation, note_of
from daybook.language import Language
from daybook.report import BookUse
from daybook.words.figures import DAYS, ROWS, counted
from daybook.words.figures import day as said_day

ATTEMPTS = 50
"""How often a change is tried anew because another writer was quicker."""
KNOWN_DAYS = 430
"""Days before a day that it is judged by: a year, and what lies around its festivals."""
ORPHAN_SECONDS = 3600
"""Age from which a file that no day is in was left behind by a writer that was ended."""


@dataclass(frozen=True, slots=True)
class ShelfPlace:
    """Where a shelf is; may be sent to another process, which opens it there."""

    root: str
    """A folder, or an address that fsspec knows."""
    database_url: str = field(default="", repr=False)
    """The database of the index; an SQLite file in the folder where none is named."""
    keep_days: int | None = None


@cache
def opened(place: ShelfPlace) -> "Shelf":
    """The shelf of a place, opened once in a process.

    Raises:
        DatabaseError: its database cannot be used.
        SettingsError: its address cannot be right.
    """
    return Shelf.open(place.root, place.database_url, keep_days=place.keep_days)


class Shelf:
    """All books of one folder and index.

    Args:
        root: where the day files lie: a folder, or an address that fsspec knows.
        database: that of the index, opened.
        keep_days: how many days before its latest one a book keeps; all where it is None.
    """

    def __init__(self, root: Path | str, database: Database, *, keep_days: int | None = None) -> None:
        self.files = DayFiles(root)
        self.index = Index(database)
        self.explanations = Explanations(database)
        self.keep_days = keep_days

    @classmethod
    def open(cls, root: Path | str, database_url: str = "", *, keep_days: int | None = None) -> Self:
        """The shelf of a folder; its index is a SQLite file in it, unless another database is named."""
        if not database_url:
            if "://" in str(root):
                raise SettingsError(texts.NEEDS_DATABASE)
            database_url = sqlite_url(Path(root) / "index.sqlite")
        database = Database(database_url)
        database.open()
        return cls(root, database, keep_days=keep_days)

    def book(self, name: str) -> "Book":
        """The book of that name; it comes to be when something is added to it.

        Raises:
            ParameterError: no book can be called that.
        """
        return Book(self, book_name(name))

    def existing(self, name: str) -> "Book":
        """The book of that name.

        Raises:
            ParameterError: there is none.
        """
        book = self.book(name)
        if self.index.look(book.name).version == 0:
            raise ParameterError(texts.NO_SUCH_BOOK, name=book.name)
        return book

    def books(self) -> list[BookInfo]:
        """All books by name."""
        return self.index.books()

    def sweep(self) -> int:
        """Remove files that writers left behind when they were ended; gives how many."""
        known, old = self.index.files(), time.time() - ORPHAN_SECONDS
        left = [path for path, changed in self.files.listed() if path not in known and 0 < changed < old]
        for path in left:
            self.files.remove(path)
        return len(left)


class Book:
    """A business's days under a name: `daybook.days.KeepsDays` for reports."""

    def __init__(self, shelf: Shelf, name: str) -> None:
        self.name = name
        self._shelf = shelf

    @tracing.span("keep in book")
    def remember(self, cube: Cube, file: FileFacts) -> Remembered:
        """Keep the days of a file, and give the earlier days that its report is compared with."""
        added = self.add(cube, file)
        day = file.day.day if file.day.day in added.entries else None
        totals, notes = self._compared(day, added, file)
        use = BookUse(
            name=self.name,
            revision=added.entries[day].revision if day else 0,
            taken=added.brought(day) if day else "",
            compared=sorted(totals, reverse=True),
            notes=[*self._said(added, file), *notes],
        )

        def tell() -> BookUse:
            told = self._shelf.index.tell(self.name, added.file, day)
            said = [correction_sentence(each.day, each.changes, file.language) for each in told]
            return use.model_copy(update={"corrections": said, "correction_key": _key(self.name, told)})

        known = self.known_before(day, file) if day else ()
        return Remembered(use, totals, added.replaced, known, tell, self.explained(day) if day else None)

    def add(self, cube: Cube, file: FileFacts) -> Added:
        """Add the days of a file, or replace them: all of them, or none where this is ended on the way."""
        given = {date: DayCube.of(part) for date, part in days_of(cube).items() if _is_plausible(date, file)}
        digest = hashlib.sha256("".join(f"{date}{given[date].digest}" for date in sorted(given)).encode()).hexdigest()
        for _ in range(ATTEMPTS):
            seen = self._shelf.index.look(self.name, given)
            kept = self._kept(given)
            coming = Coming(file, digest, (min(given), max(given)) if given else None)
            plan = []
            for date in sorted(kept):
                entry = seen.days.get(date)
                held = self._cube_or_none(entry) if entry else None
                plan.append(plan_step(date, given[date], entry, held, coming))
            if self._carry_out(seen, [step for step in plan if step.cube is not None], file):
                self._remove_old()
                return Added(
                    taken={step.entry.totals.date: step.taken for step in plan},
                    entries={step.entry.totals.date: step.entry for step in plan},
                    replaced={step.entry.totals.date: step.known for step in plan if step.known is not None},
                    rows={date: given[date].cube.sold.total("lines") for date in kept},
                    too_old=len(given) - len(kept),
                    file=digest,
                )
        raise FileError(texts.BUSY)

    def days(self, first: dt.date | None = None, last: dt.date | None = None) -> list[DayEntry]:
        """The days in the index, in order; no file is read."""
        return self._shelf.index.between(self.name, first, last)

    def known_before(self, day: dt.date, file: FileFacts | None = None) -> list[DayParts]:
        """The days before one, by which it is judged: those of a file's currency and money, if one is given.

        They come from the index; no file is read.
        """
        last = day - dt.timedelta(days=1)
        entries = self._shelf.index.between(self.name, day - dt.timedelta(days=KNOWN_DAYS), last, with_parts=True)
        return [entry.day_parts for entry in entries if file is None or is_comparable(entry.totals, file)]

    def forecast(self, ahead: int = 7, language: Language = Language.CHINESE, others: Others = ()) -> Forecast:
        """What the days after the last finished one should be, by those of its currency and money.

        Raises:
            ParameterError: so many days cannot be forecast.
        """
        entries = self.days()
        alike = [each for each in entries[-KNOWN_DAYS:] if is_comparable(each.totals, entries[-1].totals)]
        return forecast_of([entry.day_parts for entry in alike], ahead, language, others)

    def day(self, date: dt.date) -> Cube | None:
        """The cube of one day; ``None`` where the book has none.

        Raises:
            FileError: its file is damaged.
        """
        for _ in range(ATTEMPTS):
            entry = self._shelf.index.look(self.name, [date]).days.get(date)
            if entry is None:
                return None
            cube = self._cube_or_none(entry)
            if cube is not None:
                return cube
            if self._shelf.index.look(self.name, [date]).days.get(date) == entry:
                break
        raise FileError(texts.BROKEN_DAY)

    def cube(self, first: dt.date | None = None, last: dt.date | None = None) -> Cube:
        """The cube of some days, of all where none are named.

        Raises:
            FileError: a day's file is damaged.
        """
        days = (self.day(entry.totals.date) for entry in self.days(first, last))
        return Cube.sum(day for day in days if day is not None)

    def kept_days(self) -> HeldDays:
        """All its days, for periods."""
        return KeptDays(self)

    def export(self, file: Path, first: dt.date | None = None, last: dt.date | None = None) -> int:
        """Write some days, or all, to one wide Parquet or CSV file; gives its rows.

        Raises:
            ParameterError: the book holds none of those days.
            FileError: a day's file is damaged.
        """
        entries = self.days(first, last)
        if not entries:
            raise ParameterError(texts.NO_DAYS, name=self.name, first=first or "–", last=last or "–")
        return export_days(file, ((entry, self.day(entry.totals.date)) for entry in entries))

    def revisions(self) -> list[Revision]:
        """All changes of the book's days, the latest last."""
        return self._shelf.index.revisions(self.name)

    def explain(self, day: dt.date, because: Because | None, note: str = "", *, by: SaidBy) -> None:
        """Keep why a day was as it was; it holds from now on, and what was said before is kept beside it.

        Args:
            day: a day of the book.
            because: the reason; None takes back what was said.
            note: a few words on it.
            by: what lets one say it.

        Raises:
            ParameterError: the book has no such day, the note is too long, or missing for another reason; or the day
                was answered too often through a link.
        """
        if day not in self._shelf.index.look(self.name, [day]).days:
            raise ParameterError(texts.NO_DAYS, name=self.name, first=day, last=day)
        note = note_of(note, because) if because else ""
        self._shelf.explanations.say(self.name, day, because, note, by)

    def said(self, day: dt.date) -> list[Said]:
        """All that was said of a day, the latest last."""
        return self._shelf.explanations.said(self.name, day)

    def explained(self, day: dt.date) -> Explanation | None:
        """Why a day was as it was, as was said last; ``None`` where nothing holds."""
        found = self.said(day)
        return found[-1].explanation if found else None

    def forget(self) -> bool:
        """Remove the book everywhere; False where there is none."""
        folder = self._shelf.index.forget(self.name)
        if folder:
            self._shelf.files.remove_folder(folder)
        return folder is not None

    def _kept(self, given: Mapping[dt.date, DayCube]) -> list[dt.date]:
        """The days that are not older than the book keeps."""
        if self._shelf.keep_days is None or not given:
            return list(given)
        latest = max([max(given), *(entry.totals.date for entry in self.days(first=max(given)))])
        return [date for date in given if (latest - date).days < self._shelf.keep_days]

    def _remove_old(self) -> None:
        if self._shelf.keep_days is not None and (days := self.days()):
            first = days[-1].totals.date - dt.timedelta(days=self._shelf.keep_days - 1)
            if days[0].totals.date < first:
                for path in self._shelf.index.remove_before(self.name, first):
                    self._shelf.files.remove(path)

    def _carry_out(self, seen: BookState, steps: list[Step], file: FileFacts) -> bool:
        """Write the files, then have the index say so: before that they are not looked at."""
        if not steps and seen.version:
            return True
        written: list[str] = []
        try:
            for step in steps:
                if step.cube is not None:
                    name = f"{step.entry.totals.date}-r{step.entry.revision}"
                    written.append(self._shelf.files.write(seen.id, name, step.cube.to_parquet()))
            self._shelf.files.settle(seen.id)
            for step, path in zip(steps, written, strict=True):
                step.entry = replace(step.entry, file=path)
            revisions = [step.revision(file) for step in steps if not step.is_repair]
            done = self._shelf.index.change(self.name, seen, [step.entry for step in steps], revisions)
        except BaseException:
            self._undo(seen, written)
            raise
        if not done:
            self._undo(seen, written)
            return False
        for step in steps:
            if step.old_file:
                self._shelf.files.remove(step.old_file)
        return True

    def _undo(self, seen: BookState, written: list[str]) -> None:
        for path in written:
            with suppress(FileError, OSError):
                self._shelf.files.remove(path)
        if seen.id not in self._shelf.index.folders():
            self._shelf.files.remove_folder(seen.id)

    def _cube_or_none(self, entry: DayEntry) -> Cube | None:
        """A day's cube; ``None`` where its file is damaged, lost, or was replaced a moment ago."""
        try:
            content = self._shelf.files.read(entry.file)
            return None if content is None else DayCube.from_parquet(content).cube
        except FileError as error:
            if error.text != texts.BROKEN_DAY:
                raise
            return None

    def _compared(
        self, day: dt.date | None, added: Added, file: FileFacts
    ) -> tuple[dict[dt.date, DayTotals], list[str]]:
        """The days of the book that the report is compared with, and what has to be said of them."""
        if day is None:
            return {}, []
        wanted = [day - dt.timedelta(days=days) for days in COMPARED_DAYS if day.toordinal() > days]
        wanted = [date for date in wanted if date not in added.taken or date in added.replaced]
        found, notes = {}, []
        for date, entry in sorted(self._shelf.index.look(self.name, wanted).days.items()):
            other, own, language = entry.totals, file, file.language
            said = {"book": self.name, "day": said_day(date, language)}
            if other.currency and own.currency and other.currency != own.currency:
                notes.append(texts.OTHER_CURRENCY.to(language, other=other.currency, own=own.currency, **said))
                continue
            if other.money and own.money and other.money != own.money:
                notes.append(texts.OTHER_MONEY.to(language, other=other.money, own=own.money, **said))
            found[date] = other
        return found, notes

    def _said(self, added: Added, file: FileFacts) -> list[str]:
        """What the file's days were taken for, where it is not plain."""
        language, found = file.language, []
        for date in sorted(added.taken):
            text = _TEXTS.get(added.brought(date))
            if text is None and date in added.replaced:
                text = texts.ADDITION
            if text:
                held, rows = added.entries[date].totals.lines, added.rows[date]
                found.append(
                    text.to(
                        language,
                        book=self.name,
                        day=said_day(date, language),
                        revision=added.entries[date].revision,
                        held=counted(held, ROWS, language),
                        given=counted(rows, ROWS, language),
                    )
                )
        if added.too_old:
            found.append(texts.TOO_OLD.to(language, days=counted(added.too_old, DAYS, language), book=self.name))
        return found


_TEXTS = {
    Taken.ADDITION: texts.ADDITION,
    Taken.PART: texts.PART,
    Taken.COMPLETION: texts.COMPLETION,
    Taken.CORRECTION: texts.CORRECTION,
}


def _is_plausible(date: dt.date, file: FileFacts) -> bool:
    """Whether a day belongs into the book: not a stray; and within the file's days where all of it is left out."""
    dates = file.day.dates
    return bool(dates) and date not in file.day.strays and dates[0] <= date <= dates[-1]


def _key(name: str, told: list[Revision]) -> str:
    return f"{name} {', '.join(f'{each.day} r{each.revision}' for each in told)}" if told else ""
