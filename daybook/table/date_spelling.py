"""Written: a date cell taken apart into its parts, before it is known which of two numbers is the month.

Understood are ISO 8601 and everything close to it, numbers between ``/``, ``-``, ``.`` and blanks, month names of nine
languages, Chinese, Japanese and Korean dates, what Java, Go, JavaScript, .NET and databases print, seconds and
milliseconds of the epoch, and the eras of Japan and Taiwan. A weekday beside is passed over. A day that is not in the
calendar is no date.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from daybook.table.cells import name

_MONTHS: tuple[str, ...] = (
    "jan january januar jänner janner janvier janv enero ene janeiro 一月 gennaio",
    "feb february februar février fevrier févr fevr fév febrero fevereiro fev 二月 febbraio",
    "mar march märz marz mär maerz mrz mars marzo março marco 三月",
    "apr april avril avr abril abr 四月 aprile",
    "may mai mayo maio 五月 maggio",
    "jun june juni juin junio junho 六月 giugno",
    "jul july juli juillet juil julio julho 七月 luglio",
    "aug august août aout aoû agosto ago 八月",
    "sep sept september septembre septiembre setiembre set setembro 九月 settembre",
    "oct october okt oktober octobre octubre outubro out 十月 ottobre",
    "nov november novembre noviembre novembro 十一月",
    "dec december dez dezember décembre decembre déc diciembre dic dezembro 十二月 dicembre",
)
MONTHS: Mapping[str, int] = {word: month for month, words in enumerate(_MONTHS, 1) for word in words.split()}
"""The month of a word in small letters, without a point behind it."""

_WEEKDAYS = """
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
    montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so
    lundi mardi mercredi jeudi vendredi samedi dimanche lun mer jeu ven sam dim
    lunes martes miércoles miercoles jueves viernes sábado sabado domingo mié mie jue vie sáb sab dom
    segunda-feira terça-feira terca-feira quarta-feira quinta-feira sexta-feira segunda terça quarta quinta sexta seg
    ter qua qui sex
"""
_SPELLED = "|".join(sorted(_WEEKDAYS.split(), key=len, reverse=True))
WEEKDAY = re.compile(
    rf"\b(?:{_SPELLED})\b[.,]?|(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]|[月火水木金土日]曜日?|[월화수목금토일]요일"
    r"|[(（\[]\s*(?:[月火水木金土日一二三四五六월화수목금토일])\s*[)）\]]"
)
"""A weekday, which says nothing that the date does not."""

MORNINGS = frozenset(("am", "上午", "早上", "凌晨", "清晨", "오전", "午前"))
AFTERNOONS = frozenset(("pm", "下午", "晚上", "傍晚", "중오", "오후", "午後"))
NOONS = frozenset(("中午", "正午"))

ERAS: Mapping[str, int] = {
    "民国": 1911,
    "民國": 1911,
    "中華民國": 1911,
    "令和": 2018,
    "平成": 1988,
    "昭和": 1925,
    "reiwa": 2018,
}
"""What is added to a year of the era."""
BUDDHIST = 543
"""What is taken from a Thai year."""


NO_TIME = -1
_DAY_SECONDS = 86_400

_HALF = "|".join(sorted((*MORNINGS - {"am"}, *AFTERNOONS - {"pm"}, *NOONS), key=len, reverse=True))
_TIME = re.compile(
    rf"(?:(?<=[\s日号號일.,)])|^|(?<=\d)\s*(?=上|下|早|晚|中|凌|오|午)|(?<=\d)t)\s*(?P<half>{_HALF})?\s*"
    r"(?P<hour>\d{1,2})\s*(?:(?:[:时時시點点]|(?<=\d)h(?=\d|\b))\s*"
    r"(?:(?P<minute>\d{1,2})\s*(?:[:分분]\s*(?:(?P<second>\d{1,2})(?:[.,:]\d+)?\s*[秒초]?)?)?)?\s*(?P<mark>[ap]\.?\s?m\b\.?)?"
    r"|\s*(?P<mark2>[ap]\.?m\b\.?))",
    re.IGNORECASE,
)
_ZONE = re.compile(
    r"^\s*(?:(?P<utc>z|utc|gmt)\b)?\s*(?:(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?)?\s*(?:[a-z]{2,5})?"
    r"\s*(?:m=[+-][\d.]+)?$"
)
_FAST = re.compile(r"(\d\d?)([-/.])(\d\d?)\2(\d{4}|\d\d)(?:[T ](\d\d?):([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?)?", re.ASCII)
"""What most files with the year behind have, read without taking it apart."""
_YEAR_FIRST = re.compile(r"(\d{4})\s*([-/._]|年|년)\s*(\d{1,2})\s*(?:\2|月|월)\s*(\d{1,2})\s*(?:[日号號일.])?")
_THREE = re.compile(r"(\d{1,2})\s*([-/. ])\s*(\d{1,2})\s*\2\s*('?\d{2}|\d{4})\.?")
_MINGUO = re.compile(r"(1[0-4]\d)([-/.]|年)(\d{1,2})(?:\2|月)(\d{1,2})日?")
_ERA = re.compile(rf"({'|'.join(ERAS)})\s*(\d{{1,3}}|元)\s*[-/.年]\s*(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})\s*日?")
_COMPACT = re.compile(r"((?:19|20|21|25)\d\d)(\d\d)(\d\d)(?:[\s_t]?(\d\d)(\d\d)?(\d\d)?)?(?:\.0+|z)?")
_EPOCH = re.compile(r"(?:/date\()?(1[0-8]\d{8})(\d{3})?(?:\d{3})?(?:\.\d+)?(?:[+-]\d{4})?(?:\)/)?")
_SERIAL = re.compile(r"([2-7]\d{4})(?:[.,](\d+))?")
_ZONE_NAME = re.compile(r"\[[a-z_]+(?:/[a-z_]+)*\]$")
_WEEK = re.compile(r"(\d{4})-?w(\d\d)-?([1-7])")
_YEAR_LAST = re.compile(r"\s*(?:[a-z]{2,5}|[+-]\d{4})?\s*(\d{4})")
_WORDED = re.compile(r"[^\W\d_]+|\d+")
_DAY_ENDS = frozenset(("st", "nd", "rd", "th", "er", "º", "ª", "de", "del", "of", "the", "den", "o", "le", "el", "a"))
_NO_DIGITS = re.compile(r"[\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2089\u2460-\u249b]")
_EXTRAS = re.compile(r"\b(?:at|um|uhr|às|as|à|a las|a la|le|kl)\b|[（(][^（()）]*[)）]|,", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Written:
    """A date cell taken apart.

    Attributes:
        day: the day, where the cell alone says it.
        numbers: two numbers of which one is the day and one the month, and the year, where it does not say which.
        sign: what stands between the numbers.
        short: the year has two digits, and may be the first of the numbers.
        zeros: the numbers below ten have leading zeros, or have none; None where there are no such numbers.
        second: the second of the day, `NO_TIME` where there is no time.
        offset: seconds that the written clock is ahead of UTC, None where no zone is written.
        serial: the day is a number as Excel counts days.
        epoch: the moment is counted from 1970 in UTC.
        era: the year was counted from another beginning.
    """

    day: dt.date | None = None
    numbers: tuple[int, int, int] | None = None
    sign: str = ""
    short: bool = False
    zeros: bool | None = None
    second: int = NO_TIME
    offset: int | None = None
    serial: bool = False
    epoch: bool = False
    era: str = ""


@lru_cache(maxsize=2**16)
def written(text: str) -> Written | None:
    """A cell taken apart; None where it is no date."""
    fast = _FAST.fullmatch(text)
    if fast and int(fast[5] or 0) < 24:  # noqa: PLR2004
        second = int(fast[5]) * 3600 + int(fast[6]) * 60 + int(fast[7] or 0) if fast[5] else NO_TIME
        numbers = (int(fast[1]), int(fast[3]), int(fast[4]))
        zeros = _zeros(fast[1], fast[3])
        return Written(None, numbers, fast[2], len(fast[4]) == 2, zeros, second)  # noqa: PLR2004
    if _NO_DIGITS.search(text):
        return None
    plain = name(unicodedata.normalize("NFKC", text)).casefold().removeprefix("'")
    counted = _counted(plain)
    if counted:
        return counted
    plain = _ZONE_NAME.sub("", WEEKDAY.sub(" ", plain))
    plain = " ".join(_EXTRAS.sub(" ", plain).split()).strip(" -")
    time = _TIME.search(plain)
    return _timed(plain, time) if time else _dated(plain, NO_TIME, None)


def _zeros(*numbers: str) -> bool | None:
    if any(number.startswith("0") for number in numbers):
        return True
    return False if any(len(number) == 1 for number in numbers) else None


def _timed(plain: str, time: re.Match[str]) -> Written | None:
    """A date and a time of day in either order, with a zone behind them or none."""
    second = _second(time)
    if second is None:
        return None
    head, tail = plain[: time.start()].rstrip(" t-"), plain[time.end() :]
    if not head:  # 08:00 31/10/2026
        return _dated(tail, second, None)
    year = _YEAR_LAST.fullmatch(tail)
    if year:  # Sat Oct 31 08:00:00 CST 2026
        return _dated(f"{head} {year[1]}", second, None)
    zone = _ZONE.match(tail)
    return _dated(head, second, _offset(zone)) if zone else None


def _counted(plain: str) -> Written | None:
    """A moment counted from 1970, or a day as Excel counts days."""
    epoch = _EPOCH.fullmatch(plain)
    if epoch:
        moment = int(epoch[1])
        day = dt.date(1970, 1, 1) + dt.timedelta(seconds=moment)
        return Written(day, second=moment % _DAY_SECONDS, offset=0, epoch=True)
    serial = _SERIAL.fullmatch(plain)
    if serial:
        part = float(f"0.{serial[2]}") if serial[2] else 0.0
        second = min(round(part * _DAY_SECONDS), _DAY_SECONDS - 1) if part else NO_TIME
        return Written(dt.date(1899, 12, 30) + dt.timedelta(days=int(serial[1])), second=second, serial=True)
    return None


def _second(time: re.Match[str]) -> int | None:
    hour, minute, second = (int(time[part] or 0) for part in ("hour", "minute", "second"))
    mark = re.sub(r"[.\s]", "", time["mark"] or time["mark2"] or time["half"] or "").casefold()
    if mark in AFTERNOONS or (mark in NOONS and hour < 11):  # noqa: PLR2004  中午1点 is 13:00
        hour += 12 if hour < 12 else 0  # noqa: PLR2004
    elif mark in MORNINGS and hour == 12:  # noqa: PLR2004
        hour = 0
    if hour > 24 or minute > 59 or second > 60:  # noqa: PLR2004
        return None
    return min(hour * 3600 + minute * 60 + second, _DAY_SECONDS - 1)


def _offset(zone: re.Match[str]) -> int | None:
    if zone["sign"]:
        seconds = int(zone["hours"]) * 3600 + int(zone["minutes"] or 0) * 60
        return -seconds if zone["sign"] == "-" else seconds
    return 0 if zone["utc"] else None


def _dated(head: str, second: int, offset: int | None) -> Written | None:
    """What is left of a cell without its time, as a date."""
    head = head.strip(" ,")
    compact = _COMPACT.fullmatch(head)
    if compact:
        if second == NO_TIME and compact[4]:
            hour, minute, seconds = (int(part or 0) for part in compact.groups()[3:])
            second = hour * 3600 + minute * 60 + seconds if hour < 24 and minute < 60 and seconds < 61 else NO_TIME  # noqa: PLR2004
        return _whole(compact[1], compact[2], compact[3], second, offset)
    for form in (_YEAR_FIRST, _ERA, _MINGUO):
        match = form.fullmatch(head)
        if match:
            return _year_first(form, match, second, offset)
    three = _THREE.fullmatch(head)
    if three:
        last = three[4].removeprefix("'")
        numbers = (int(three[1]), int(three[3]), int(last))
        zeros = _zeros(three[1], three[3])
        return Written(None, numbers, three[2], len(last) == 2, zeros, second, offset)  # noqa: PLR2004  a short year
    week = _WEEK.fullmatch(head)
    if week:
        try:
            return Written(dt.date.fromisocalendar(*map(int, week.groups())), second=second, offset=offset)
        except ValueError:
            return None
    return _worded(head, second, offset)


def _year_first(form: re.Pattern[str], match: re.Match[str], second: int, offset: int | None) -> Written | None:
    if form is _YEAR_FIRST:
        return _whole(match[1], match[3], match[4], second, offset)
    if form is _ERA:
        year = ERAS[match[1]] + (1 if match[2] == "元" else int(match[2]))
        return _whole(year, match[3], match[4], second, offset, match[1])
    return _whole(int(match[1]) + 1911, match[3], match[4], second, offset, "民國")


def _whole(
    year: str | int, month: str | int, day: str | int, second: int, offset: int | None, era: str = ""
) -> Written | None:
    try:
        return Written(dt.date(int(year), int(month), int(day)), second=second, offset=offset, era=era)
    except ValueError:
        return None


def _worded(head: str, second: int, offset: int | None) -> Written | None:
    """``31-Oct-26``, ``October 31st 2026``, ``31 de octubre de 2026``, ``2026 Oct 31``."""
    words = [word for word in _WORDED.findall(head) if word not in _DAY_ENDS]
    months = [place for place, word in enumerate(words) if word in MONTHS]
    if len(words) != 3 or len(months) != 1:  # noqa: PLR2004  day, month, year
        return None
    first, last = (word for place, word in enumerate(words) if place != months[0])
    if not (first.isdecimal() and last.isdecimal()):
        return None
    year, day = (first, last) if len(first) == 4 else (last, first)  # noqa: PLR2004
    if len(year) not in {2, 4} or len(day) > 2:  # noqa: PLR2004
        return None
    return _whole(full_year(int(year)) if len(year) == 2 else year, MONTHS[words[months[0]]], day, second, offset)  # noqa: PLR2004


def full_year(year: int) -> int:
    """A year of two digits: 1970 to 2069."""
    return year + (2000 if year < 70 else 1900)  # noqa: PLR2004
