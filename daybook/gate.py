"""`readiness_of`: whether a day's data is there and whole; `gated`: the same of a day of which there is no report.

A report waits where a deadline is set, and the day is not in the data, is not over, has far fewer rows than that
weekday has in the book, or lacks rows as `daybook.expect` judges it. Bad news waits for nothing: sales that fall while
the rows are whole go out. After the deadline the group is told that the data is not in; the report follows when it is.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from daybook.days import NO_COMPLETE_DAY, NO_ROWS_FOR_DAY, LastCompleteOn, Wish, WishedDay, today, zone_of
from daybook.errors import DaybookError, ParameterError, SourceDownError, SourceEmptyError
from daybook.language import Language, Text
from daybook.parameters import AnalysisParameters, checked_deadline, checked_percent
from daybook.readiness import Gate, Readiness
from daybook.values import Model
from daybook.words.figures import ROWS, counted
from daybook.words.figures import day as said_day

if TYPE_CHECKING:
    from daybook.report import SalesReport

ZONE = "Asia/Shanghai"
"""Of a deadline, where no other is named."""
MIN_ROWS_PERCENT = 30
"""Of the rows that the weekday usually has: what an ordinary day never falls below (docs/gate.md has the figures)."""
_INCOMPLETE = frozenset({"half", "missing_region"})
"""Faults that a later file mends: what is doubled or misplaced stays so, and the report says it."""
NO_FILE_GIVEN = "no_file_given"
_LATE = {NO_ROWS_FOR_DAY.code: "missing", NO_COMPLETE_DAY.code: "unfinished", "unsettled": "unsettled"}
_LATE |= dict.fromkeys((NO_FILE_GIVEN, "no_such_source", "source_refused", "source_unreachable"), "missing")

STALE = Text(
    en="The data ends on {last}: {day} is not in it yet.",
    zh="数据只到{last}，还没有{day}的数据。",
)
CUT = Text(en="{day} is in the data, but not complete yet.", zh="{day}的数据尚不完整。")
CUT_AT = Text(en="{day} is in the data only up to {time}.", zh="{day}的数据只到 {time}。")
NO_FILE = Text(en="The day's file has not come yet.", zh="当天的销售文件还没有到。")
EMPTY = Text(en="There is no row in the data yet.", zh="数据中还没有任何行。")
FEW_ROWS = Text(
    en="{day} has {rows} in the data where {usual} are usual on that weekday.",
    zh="{day}的数据只有 {rows}，同一星期几通常约 {usual} 行。",
)
NO_BOOK = Text(
    en="Whether rows are missing was not checked: no book is named.",
    zh="未使用账本，无法检查是否缺少数据行。",
)
TOO_FEW_DAYS = Text(
    en="Whether rows are missing was not checked: the book knows too few days like this one.",
    zh="账本中同类日期太少，无法检查是否缺少数据行。",
)
NOT_IN = Text(
    en="## The sales data of {day} is not in{book}\n\n{reason}\n\nThe report follows when the data is complete.",
    zh="## {day}的销售数据尚未就绪{book}\n\n{reason}\n\n数据完整后会补发日报。",
)
OF_BOOK = Text(en=" ({name})", zh="（{name}）")
THE_DAY = Text(en="the day", zh="当天")


def _checked[T](check: Callable[[Any], T]) -> AfterValidator:
    """A check of a parameter as one of a setting, of which pydantic says what is wrong."""

    def checked(value: object) -> T:
        try:
            return check(value)
        except ParameterError as error:
            raise ValueError(error.sentence(Language.ENGLISH)) from None

    return AfterValidator(checked)


class GateRules(Model):
    """When the reports of a book wait, and for how long."""

    deadline: Annotated[str, _checked(checked_deadline)] = Field(
        default="",
        description="Time at which the group is told that the data is not in, such as 10:00; none waits"
        " where it is empty",
    )
    zone: Annotated[str, _checked(lambda name: zone_of(name).key)] = Field(
        default=ZONE, description="The deadline's time zone"
    )
    min_rows_percent: Annotated[int, _checked(checked_percent)] = Field(
        default=MIN_ROWS_PERCENT,
        description="Percent of the rows that the weekday usually has in the book, below which a day is incomplete",
    )

    def added_to(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of an analysis with these rules; what a request says itself counts before them."""
        asked = dict(parameters)
        rules = {"deadline": self.deadline, "zone": self.zone, "min_rows_percent": self.min_rows_percent}
        if not self.deadline or str(asked.get("deadline") or "").strip():
            return asked
        return asked | {name: value for name, value in rules.items() if not str(asked.get(name) or "").strip()}


class _Lack(NamedTuple):
    """What is wrong."""

    code: str
    reason: str


def readiness_of(report: "SalesReport", asked: AnalysisParameters, now: dt.datetime | None = None) -> Readiness:
    """Whether the day of a report is there and whole.

    Args:
        report: with its judgement, where a book is named.
        asked: what was asked for: the day, and how long to wait.
        now: the time; the clock's where none is given.
    """
    wanted = wanted_day(asked.wished_day, today(now or dt.datetime.now(dt.UTC), asked.zone))
    lack = _lack(report, wanted, asked)
    found = _decided(lack, asked, now, report.language, day=report.analysis_date)
    return found if lack else found.model_copy(update={"unchecked": _unchecked(report)})


@contextmanager
def gated(asked: AnalysisParameters) -> Iterator[None]:
    """Notes on an error whether it only says that the day is not in yet, where somebody waits for it.

    The error goes on; its `readiness` is what `readiness_of` would say.
    """
    try:
        yield
    except DaybookError as error:
        code = _LATE.get(error.code, "")
        if not code and isinstance(error, SourceEmptyError | SourceDownError):
            code = "source_down" if isinstance(error, SourceDownError) else "missing"
        if code and asked.deadline and error.readiness is None:
            reason = NO_FILE.to(asked.language) if error.code == NO_FILE_GIVEN else error.sentence(asked.language)
            lack = _Lack(code, reason)
            error.readiness = _decided(lack, asked, None, asked.language)
        raise


def wanted_day(wish: WishedDay | None, today: dt.date) -> dt.date | None:
    """The day that is to be reported; None where the latest one is, whichever that is."""
    match wish:
        case dt.date():
            return wish
        case LastCompleteOn(day):
            return day - dt.timedelta(days=1)
        case Wish.LAST_COMPLETE | Wish.YESTERDAY:
            return today - dt.timedelta(days=1)
    return None


def _decided(
    lack: _Lack | None,
    asked: AnalysisParameters,
    now: dt.datetime | None,
    language: Language,
    day: dt.date | None = None,
) -> Readiness:
    now = now or dt.datetime.now(dt.UTC)
    wanted = wanted_day(asked.wished_day, today(now, asked.zone))
    deadline = _deadline(wanted, asked, now)
    if day and (wanted is None or day > wanted):
        wanted = day
    gate, message = Gate.SEND, ""
    if lack and deadline:
        gate = Gate.WAIT if now < deadline else Gate.TELL
    if lack and gate is Gate.TELL:
        name = said_day(wanted, language) if wanted else THE_DAY.to(language)
        book = OF_BOOK.to(language, name=asked.book) if asked.book else ""
        message = NOT_IN.to(language, day=name, book=book, reason=lack.reason)
    return Readiness(
        ready=lack is None,
        code=lack.code if lack else "",
        reason=lack.reason if lack else "",
        day=wanted,
        deadline=deadline,
        gate=gate,
        message=message,
    )


def _deadline(wanted: dt.date | None, asked: AnalysisParameters, now: dt.datetime) -> dt.datetime | None:
    """On the day after the wanted one, whenever the run is; today's where the latest day is wanted."""
    if not asked.deadline:
        return None
    zone = ZoneInfo(asked.zone or ZONE)
    due = wanted + dt.timedelta(days=1) if wanted else now.astimezone(zone).date()
    return dt.datetime.combine(due, dt.time.fromisoformat(asked.deadline), zone)


def _lack(report: "SalesReport", wanted: dt.date | None, asked: AnalysisParameters) -> _Lack | None:
    language, day = report.language, report.analysis_date
    if not report.has_data or day is None:
        return _Lack("empty", EMPTY.to(language))
    dates = report.understanding.dates if report.understanding else None
    if wanted and day < wanted:
        if dates and dates.passed_over == wanted:
            return _Lack("unfinished", CUT.to(language, day=said_day(wanted, language)))
        return _Lack("stale", STALE.to(language, last=said_day(day, language), day=said_day(wanted, language)))
    if dates and dates.unfinished:
        text = CUT_AT if dates.ends_at else CUT
        return _Lack("unfinished", text.to(language, day=said_day(day, language), time=dates.ends_at))
    return _lack_of_rows(report, day, asked)


def _lack_of_rows(report: "SalesReport", day: dt.date, asked: AnalysisParameters) -> _Lack | None:
    judgement, language = report.judgement, report.language
    if judgement is None:
        return None
    if judgement.fault in _INCOMPLETE:
        return _Lack(judgement.fault, judgement.to(language).reason)
    percent = MIN_ROWS_PERCENT if asked.min_rows_percent is None else asked.min_rows_percent
    usual = judgement.usual_rows
    if usual is None or 100 * report.lines >= percent * usual:
        return None
    rows = counted(report.lines, ROWS, language)
    return _Lack("rows", FEW_ROWS.to(language, day=said_day(day, language), rows=rows, usual=round(usual)))


def _unchecked(report: "SalesReport") -> str:
    if report.judgement is None:
        return NO_BOOK.to(report.language)
    return TOO_FEW_DAYS.to(report.language) if report.judgement.usual_rows is None else ""
