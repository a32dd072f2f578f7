"""`alert_of`, `mended_alert`: the words of the watch's messages."""

import datetime as dt
from dataclasses import dataclass

from daybook.language import Language
from daybook.mornings import texts
from daybook.mornings.morning import Morning
from daybook.mornings.settings import BookMorning
from daybook.words.figures import day as said_day

_MINUTES_OF_HOUR, _SECONDS_OF_MINUTE = 60, 60


@dataclass(frozen=True, slots=True)
class Alert:
    """A message to the group for alerts."""

    key: str
    """Its delivery key: the same for a day and cause."""
    cause: str
    title: str
    text: str
    is_good: bool = False
    """Whether it says that the report came after all."""


def alert_of(book: BookMorning, morning: Morning, language: Language, *, page: str = "", drill: str = "") -> Alert:
    """That a report is missing, and why; its words do not depend on when it is sent."""
    cause, due = morning.cause, morning.due
    if cause is None or due is None:
        raise ValueError("nothing is missing")
    about = _about(morning, language, drill)
    text = texts.ALERT_TEXT.to(
        language,
        due=_moment(due.at, language),
        zone=book.zone.key,
        grace=book.grace_minutes,
        cause=cause.text.to(language),
        remedy=cause.remedy.to(language),
        **about,
    )
    title = texts.ALERT_TITLE.to(language, **about)
    return Alert(_key(morning, cause.code, drill), cause.code, title, _whole(text, language, page, drill))


def mended_alert(book: BookMorning, morning: Morning, language: Language, *, page: str = "", drill: str = "") -> Alert:
    """That a report of which somebody was told came after all."""
    if morning.delivered_at is None:
        raise ValueError("nothing is mended")
    about = _about(morning, language, drill)
    at = morning.delivered_at.astimezone(book.zone)
    late = duration(morning.late_by.total_seconds(), language)
    text = texts.MENDED_TEXT.to(language, at=_moment(at, language), zone=book.zone.key, late=late, **about)
    title = texts.MENDED_TITLE.to(language, **about)
    key = _key(morning, "mended", drill)
    return Alert(key, "mended", title, _whole(text, language, page, drill), is_good=True)


def duration(seconds: float, language: Language) -> str:
    """A span of time: ``12 s``, ``72 min``, ``3 h 5 min``."""
    if seconds < 2 * _SECONDS_OF_MINUTE:
        return texts.SECONDS.to(language, seconds=f"{seconds:.0f}" if seconds >= 10 else f"{seconds:.1f}")  # noqa: PLR2004
    minutes = round(seconds / _SECONDS_OF_MINUTE)
    if minutes < 2 * _MINUTES_OF_HOUR:
        return texts.MINUTES.to(language, minutes=minutes)
    return texts.HOURS.to(language, hours=minutes // _MINUTES_OF_HOUR, minutes=minutes % _MINUTES_OF_HOUR)


def _about(morning: Morning, language: Language, drill: str) -> dict[str, str]:
    mark = texts.DRILL.to(language) if drill else ""
    return {"book": morning.book, "day": said_day(morning.day, language), "mark": mark}


def _moment(at: dt.datetime, language: Language) -> str:
    return f"{said_day(at.date(), language)} {at:%H:%M}"


def _key(morning: Morning, cause: str, drill: str) -> str:
    return " ".join(filter(None, ("watch", drill, morning.book, str(morning.day), cause)))


def _whole(text: str, language: Language, page: str, drill: str) -> str:
    text += texts.PAGE_LINK.to(language, page=page) if page else ""
    return text + (texts.IS_A_DRILL.to(language) if drill else "")
