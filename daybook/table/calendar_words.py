"""MONTHS and the other words that stand in dates: weekdays, halves of the day, eras, in nine languages."""

import re
from collections.abc import Mapping

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
