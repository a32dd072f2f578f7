"""`StorageBook`: a small book in Dify's storage, for a plugin without the analysis service.

It keeps the totals of 400 days, and the sums of their regions and largest products; a month of a book is one record. It
keeps no order numbers and price bands: a second file with other orders of a day cannot be told from a correction, and
a day of which the file holds a part is reported as the file has it. Both are said.
"""

import datetime as dt
import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pydantic import Field

from daybook.book.changes import book_name, changes_between, correction_sentence, totals_of
from daybook.days import COMPARED_DAYS, DayTotals, FileFacts, Remembered, decimal_of
from daybook.errors import SettingsError
from daybook.gate import readiness_of
from daybook.language import Language, Text
from daybook.parameters import AnalysisParameters
from daybook.readiness import Gate
from daybook.report import BookUse, SalesReport
from daybook.store import GuardedStore, Store, StoreError
from daybook.words.figures import ROWS, counted
from daybook.words.figures import day as said_day

if TYPE_CHECKING:
    from daybook.expect.parts import DayParts
    from daybook.judgement import Judgement

KEEP_DAYS = 400
PRODUCTS = 100
"""Products of a day that are kept, those with the largest sales; the others are one sum."""
MOST_BYTES = 3 * 1024 * 1024
"""Of all books together: what the manifest declares, less the delivery ledger and some room."""

_INDEX = "books-index"
_ASIDE = "-damaged"
"""Ends the name of a month's record that could not be read and was put aside; it goes with its month."""
_MOST_ASIDE = 128 * 1024
"""Bytes that are kept of it: more than a full month has."""

UNREADABLE = Text(
    en="Dify's storage does not give or take the book's days; run the node again, and if it lasts, leave the book empty"
    " or set the analysis service's URL in the plugin's settings.",
    zh="Dify 的存储无法读写账本数据；请重新运行本节点，如一直如此，请留空“账本”，或在插件设置中填写分析服务地址。",
    code="book_storage",
)
PART = Text(
    en="The file holds a part of {day} ({given}, the book {book} has {held}): the day in the book stays, the figures"
    " are the file's.",
    zh="文件只包含 {day} 的一部分（{given}，账本 {book} 中有 {held}）：账本保持不变，此处为文件中的数字。",
)
REPLACED = Text(
    en="The file replaces what the book {book} held of {day} (revision {revision}); without the analysis service a"
    " second file of a day cannot be added to the first.",
    zh="文件已替换账本 {book} 中 {day} 的数据（第 {revision} 版）；"
    "未使用分析服务时，同一天的第二个文件无法与第一个合并。",
)
OTHER_CURRENCY = Text(
    en="{day} in the book {book} is in {other}, the file in {own}: they are not compared.",
    zh="账本 {book} 中 {day} 的币种为 {other}，文件为 {own}：不作比较。",
)
ONLY_TOTALS = Text(
    en="The plugin's own book {book} keeps no more than totals, of which no week or month can be made: this report and"
    " its comparisons are from the file alone. An analysis service makes them from the book.",
    zh="插件自带的账本 {book} 只保存每日合计，无法据此生成周报或月报：本报告及其对比仅取自文件。"
    "使用分析服务即可由账本生成。",
)
FULL = Text(
    en="The plugin's storage for books is full: of the days before {day} the book {book} keeps none.",
    zh="插件的账本存储空间已满：账本 {book} 不再保留 {day} 之前的数据。",
)

DAMAGED = Text(
    en="What the book {book} kept of {month} is damaged and was not read: nothing is compared with those days, and"
    " changes of their figures are not noticed. The damaged record is kept aside.",
    zh="账本 {book} 中 {month} 的记录已损坏，未能读取：不与这些日期作比较，也无法发现其数字的变化。"
    "损坏的记录已另行保留。",
)


class DaySums(DayTotals):
    """A day of a file, in the sums that are kept of it."""

    digest: str
    unfinished: bool = False
    products: list[tuple[str, Decimal]] = Field(default=[], description="As an older version kept them")
    parts: str = Field(default="", description="Sums of the `PRODUCTS` largest products, and of regions")

    def known(self) -> "DayParts":
        """The day in what judging needs."""
        from daybook.expect.parts import DayParts  # noqa: PLC0415  pandas

        if self.parts:
            return DayParts.read(self.date, self.parts, is_finished=not self.unfinished)
        return DayParts.of_totals(self, is_finished=not self.unfinished)

    def ranked(self) -> list[tuple[str, Decimal]]:
        """The sales of its largest products."""
        if not self.parts:
            return self.products
        day = self.known()
        return [(name, decimal_of(part.sales, day.decimals[0])) for name, part in (day.products or {}).items()]


class KeptDay(DaySums):
    """A day in the book."""

    revision: int = 1
    taken: str = "new"
    reported: bool = False
    brought_by: str = ""
    changes: dict[str, Any] = Field(default={})
    to_tell: bool = False
    told_in: str = ""


@dataclass(slots=True)
class Gathered:
    """A `daybook.days.Memory` that keeps nothing: it gathers the sums of a file's days while the file is read."""

    days: list[DaySums] = field(default_factory=list)

    def remember(self, cube: Any, file: FileFacts) -> Remembered:
        """Note the sums of the file's plausible days."""
        from daybook.book.day_file import DayCube, days_of  # noqa: PLC0415  pandas
        from daybook.expect.parts import DayParts  # noqa: PLC0415

        dates = file.day.dates
        for date, part in sorted(days_of(cube).items())[-KEEP_DAYS:]:
            if dates and date not in file.day.strays and dates[0] <= date <= dates[-1]:
                totals = totals_of(date, part, currency=file.currency, money=file.money)
                sums = DaySums(
                    **totals.model_dump(),
                    digest=DayCube.of(part).digest,
                    unfinished=date == file.unfinished,
                    parts=DayParts.of(date, part).smaller(PRODUCTS).written(),
                )
                self.days.append(sums)
        return Remembered(BookUse(name=""))


class StorageBook:
    """A book in a store that keeps bytes under names.

    Raises:
        ParameterError: no book can be called that.
    """

    def __init__(self, store: Store, name: str) -> None:
        self.name = book_name(name)
        self._store = GuardedStore(store)
        self._key = "book-" + hashlib.sha256(self.name.encode()).hexdigest()[:16]

    def complete(self, report: SalesReport, given: Sequence[DaySums], asked: AnalysisParameters) -> SalesReport:
        """Keep the days of a file, and compare its report with the days before.

        Of a report that is held back nothing is noted as reported, and it tells no correction.

        Raises:
            SettingsError: Dify's storage does not work.
        """
        if report.period:
            return self._of_file_alone(report, given, asked)
        try:
            with self._store.exclusive(self._key):
                return self._complete(report, given, asked)
        except StoreError:
            raise SettingsError(UNREADABLE) from None

    def _of_file_alone(self, report: SalesReport, given: Sequence[DaySums], asked: AnalysisParameters) -> SalesReport:
        """A report on a week, month or range, with the words that it is of the file alone; its days are kept."""
        of_no_day = report.model_copy(update={"analysis_date": None, "period": None, "readiness": None})
        kept = self.complete(of_no_day, given, AnalysisParameters(language=asked.language))
        use = kept.book or BookUse(name="")
        notes = [*use.notes, ONLY_TOTALS.to(report.language, book=self.name)]
        told = use.model_copy(update={"name": "", "notes": notes})
        from daybook.analysis import with_sentences  # noqa: PLC0415  pandas

        return with_sentences(report.model_copy(update={"book": told, "report_key": kept.report_key}))

    def _complete(self, report: SalesReport, given: Sequence[DaySums], asked: AnalysisParameters) -> SalesReport:
        day, language = report.analysis_date, report.language
        file = hashlib.sha256("".join(f"{each.date}{each.digest}" for each in given).encode()).hexdigest()
        own = {each.date: each for each in given}
        earlier = [day - dt.timedelta(days=days) for days in COMPARED_DAYS] if day else []
        before = {_month(date) for date in (*own, *earlier)} | (self._months_before(day) if day else set())
        months, damaged, notes = self._read(before, language)
        held = {date: kept for days in months.values() for date, kept in days.items()}
        ends = (min(own), max(own)) if own else None
        taken: dict[dt.date, KeptDay] = {}
        for date, sums in own.items():
            kept, note = _kept(self.name, sums, held.get(date), ends, file, day, language)
            taken[date] = kept
            notes += [note] if note else []
        judgement, parts = _judged(report, own, held | taken)
        readiness = readiness_of(report.model_copy(update={"judgement": judgement}), asked)
        is_sent = readiness.gate is Gate.SEND
        report = report.model_copy(update={"readiness": readiness})
        for date, kept in taken.items() if is_sent else ():
            tells = kept.to_tell and not kept.told_in
            taken[date] = kept.model_copy(
                update={"reported": kept.reported or date == day, "told_in": file if tells else kept.told_in}
            )
        for kept in taken.values():
            months.setdefault(_month(kept.date), {})[kept.date] = kept
        notes += self._write(months, damaged | {_month(date) for date in own}, language)
        told = sorted(
            (kept for kept in taken.values() if is_sent and kept.to_tell and kept.told_in == file),
            key=lambda kept: kept.date,
        )
        totals: dict[dt.date, DayTotals] = {}
        for date in earlier:
            known = held.get(date)
            if known is None or (date in own and taken[date].digest == own[date].digest):
                continue
            currency = own[day].currency if day in own else ""
            if known.currency and currency and known.currency != currency:
                notes.append(
                    OTHER_CURRENCY.to(
                        language, day=said_day(date, language), book=self.name, other=known.currency, own=currency
                    )
                )
            else:
                totals[date] = known
        use = BookUse(
            name=self.name,
            revision=taken[day].revision if day in taken else 0,
            taken=_brought(taken[day], own[day], file) if day in taken else "",
            compared=sorted(totals, reverse=True),
            corrections=[correction_sentence(kept.date, kept.changes, language) for kept in told],
            correction_key=f"{self.name} {', '.join(f'{kept.date} r{kept.revision}' for kept in told)}" if told else "",
            notes=notes,
        )
        from daybook.analysis import compared_with  # noqa: PLC0415  pandas

        return compared_with(report, own.get(day) if day else None, totals, use, judgement, parts)

    def _months_before(self, day: dt.date) -> set[str]:
        """The months that hold the days by which a day is judged."""
        first = _month(day - dt.timedelta(days=min(KEEP_DAYS, day.toordinal() - 1)))
        kept = self._index().get(self._key, {})
        return {month for month in kept if first <= month <= _month(day) and not month.endswith(_ASIDE)}

    def _read(
        self, months: Iterable[str], language: Language
    ) -> tuple[dict[str, dict[dt.date, KeptDay]], set[str], list[str]]:
        """The days of some months, those whose record nobody can read, which is put aside, and what is said of it."""
        found: dict[str, dict[dt.date, KeptDay]] = {}
        damaged, notes = set(), []
        for month in sorted(months):
            content = self._store.get(f"{self._key}-{month}")
            found[month] = {}
            if content is not None:
                try:
                    days = [KeptDay.model_validate(each) for each in json.loads(zlib.decompress(content))]
                except (ValueError, TypeError, zlib.error):
                    self._store.set(f"{self._key}-{month}{_ASIDE}", content[:_MOST_ASIDE])
                    damaged.add(month)
                    notes.append(DAMAGED.to(language, book=self.name, month=month))
                    continue
                found[month] = {kept.date: kept for kept in days}
        return found, damaged, notes

    def _write(
        self, months: Mapping[str, Mapping[dt.date, KeptDay]], changed: Iterable[str], language: Language
    ) -> list[str]:
        """Put the changed months into the storage; gives what has to be said of it."""
        sizes = {}
        for month in sorted(changed):
            days = [kept.model_dump(mode="json") for _, kept in sorted(months[month].items())]
            content = zlib.compress(json.dumps(days, ensure_ascii=False, separators=(",", ":")).encode(), 9)
            sizes[month] = len(content)
            self._store.set(f"{self._key}-{month}", content)
        with self._store.exclusive(_INDEX):
            index = self._index()
            own = index.setdefault(self._key, {}) | sizes
            latest = max((date for days in months.values() for date in days), default=dt.date.min)
            first = _month(latest - dt.timedelta(days=min(KEEP_DAYS, latest.toordinal() - 1)))
            for month in sizes:
                if aside := self._store.get(f"{self._key}-{month}{_ASIDE}"):
                    own[f"{month}{_ASIDE}"] = len(aside)
            old = [month for month in own if month < first]
            index[self._key] = own
            full = []
            while sum(sum(each.values()) for each in index.values()) - sum(own[month] for month in old) > MOST_BYTES:
                left = sorted(set(own) - set(old))
                if len(left) <= 1:
                    break
                full.append(left[0])
                old.append(left[0])
            for month in old:
                with suppress(StoreError):
                    self._store.delete(f"{self._key}-{month}")
                own.pop(month)
            self._store.set(_INDEX, json.dumps(index).encode())
        if not full:
            return []
        year, number = divmod(int(full[-1][:4]) * 12 + int(full[-1][5:7]), 12)
        return [FULL.to(language, day=dt.date(year, number + 1, 1), book=self.name)]

    def _index(self) -> dict[str, dict[str, int]]:
        try:
            found: dict[str, dict[str, int]] = json.loads(self._store.get(_INDEX) or b"{}")
        except ValueError:
            return {}
        return found


def _judged(
    report: SalesReport, own: Mapping[dt.date, DaySums], known: Mapping[dt.date, KeptDay]
) -> "tuple[Judgement | None, dict[dt.date, DayParts]]":
    """What the days of the book say of the reported one, and those days with it; nothing where the file lacks it."""
    from daybook.analysis import facts_of  # noqa: PLC0415  pandas
    from daybook.expect.judge import judged  # noqa: PLC0415

    day = report.analysis_date
    if not day or day not in own:
        return None, {}
    comparable = [each for each in known.values() if each.date < day and _is_like(each, own[day])]
    parts = {each.date: each.known() for each in (*comparable, own[day])}
    return judged(parts[day], [parts[each.date] for each in comparable], facts_of(report)), parts


def _month(date: dt.date) -> str:
    return f"{date:%Y-%m}"


def _kept(
    name: str,
    given: DaySums,
    held: KeptDay | None,
    ends: tuple[dt.date, dt.date] | None,
    file: str,
    day: dt.date | None,
    language: Language,
) -> tuple[KeptDay, str]:
    """A day as the book has it from now on, and what has to be said of it."""
    if held is None:
        return KeptDay(**given.model_dump(), brought_by=file), ""
    said = {"book": name, "day": said_day(given.date, language)}
    if held.digest == given.digest:
        replaced = held.taken != "new" and held.brought_by == file
        held = held.model_copy(update={"parts": given.parts})  # an older version kept no hours
        return held, REPLACED.to(language, revision=held.revision, **said) if replaced else ""
    at_edge = ends is not None and given.date in ends and ends[0] != ends[1]
    if (at_edge or given.unfinished) and given.lines < held.lines:
        lines = {"given": counted(given.lines, ROWS, language), "held": counted(held.lines, ROWS, language)}
        return held, PART.to(language, **lines, **said)
    kept = KeptDay(
        **given.model_dump(),
        revision=held.revision + 1,
        taken="completion" if held.unfinished else "correction",
        reported=held.reported,
        brought_by=file,
        changes=changes_between(held, given, _products(held, given), _products(given, held)),
        to_tell=held.reported and not (given.date == day and held.unfinished),
    )
    return kept, REPLACED.to(language, revision=kept.revision, **said)


def _brought(kept: KeptDay, given: DaySums, file: str) -> str:
    if kept.digest != given.digest:
        return "part"
    return kept.taken if kept.brought_by == file else "same"


def _products(sums: DaySums, other: DaySums) -> dict[str, Decimal]:
    """Sales by product; without those of which it is not known what they are in the other."""
    theirs = other.ranked()
    known = {name for name, _ in theirs}
    return {name: sales for name, sales in sums.ranked() if name in known or len(theirs) < PRODUCTS}


def _is_like(day: DayTotals, own: DayTotals) -> bool:
    """Whether a day's sales are of the same currency and column, where both say which."""
    pairs = ((day.currency, own.currency), (day.money, own.money))
    return all(not first or not second or first == second for first, second in pairs)
