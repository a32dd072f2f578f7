"""`festivals`: that holidays or shopping festivals fall into a period and not into the one that it is compared with."""

import datetime as dt
from collections import Counter

from daybook.expect.calendar import is_known, kind_of
from daybook.insights import texts
from daybook.language import Language, Text
from daybook.report import PeriodUse
from daybook.words import texts as words
from daybook.words.figures import DAYS, counted, period_bases


def festivals(period: PeriodUse, language: Language) -> list[str]:
    """One sentence where a holiday or sale has other days in the periods that are compared; none where all are alike.

    Years whose holidays are not known are not spoken of.
    """
    stretches = [(words.SPANS[period.kind], period.first, period.last)]
    stretches += [
        (base, earlier.first, earlier.last)
        for earlier, base in zip((period.former, period.year_before), period_bases(period), strict=True)
        if earlier and earlier.comparison
    ]
    found = {base: _within(first, last) for base, first, last in stretches if _known(first, last)}
    own = found.get(words.SPANS[period.kind])
    others = {base: names for base, names in found.items() if names != own}
    if own is None or not others:
        return []
    told = {words.SPANS[period.kind]: own} | others
    parts = texts.SEMICOLON.to(language).join(
        texts.FESTIVALS_OF.to(language, span=base, names=_said(names, language)) for base, names in told.items()
    )
    return [texts.FESTIVALS_DIFFER.to(language, parts=parts)]


def _known(first: dt.date, last: dt.date) -> bool:
    return is_known(first.year) and is_known(last.year)


def _within(first: dt.date, last: dt.date) -> Counter[Text]:
    """Days of each holiday and sale."""
    days = (dt.date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))
    kinds = (kind_of(day) for day in days)
    return Counter(kind.name for kind in kinds if kind and kind.group != "make_up")


def _said(names: Counter[Text], language: Language) -> str:
    said = [texts.FESTIVAL.to(language, name=name, days=counted(days, DAYS, language)) for name, days in names.items()]
    return texts.COMMA.to(language).join(said) if said else texts.NO_FESTIVAL.to(language)
