"""`mornings_page`, `morning_page`: which reports came in time, at a look; and what happened to one, step by step."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from daybook.language import Language
from daybook.mornings import texts as mornings
from daybook.mornings.alerts import duration
from daybook.mornings.morning import Morning, MorningState
from daybook.mornings.settings import BookMorning
from daybook.mornings.steps import Step, StepName, StepOutcome
from daybook.page import texts
from daybook.page.day import Link
from daybook.page.frame import render
from daybook.words.figures import day as said_day

COLOURS = {
    MorningState.DELIVERED: "good",
    MorningState.LATE: "amber",
    MorningState.OPEN: "amber",
    MorningState.MISSING: "red",
}
"""Of a state; the others are grey. The words say the same."""
_OF_OUTCOME = {
    StepOutcome.GOOD: "good",
    StepOutcome.GOING: "amber",
    StepOutcome.UNKNOWN: "amber",
    StepOutcome.FAILED: "red",
}


@dataclass(frozen=True, slots=True)
class MorningCell:
    """A day of a book."""

    day: str
    word: str
    time: str
    """When it was delivered; empty where it was not."""
    colour: str
    href: str


@dataclass(frozen=True, slots=True)
class BookRow:
    """A book with its days, the newest first."""

    name: str
    due: str
    cells: Sequence[MorningCell]


@dataclass(frozen=True, slots=True)
class Missing:
    """A report that is not there, and why."""

    title: str
    cause: str
    remedy: str
    href: str


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step of a morning."""

    name: str
    outcome: str
    colour: str
    at: str
    took: str
    tries: str
    told_by: str
    links: Sequence[Link]


def mornings_page(
    found: Mapping[str, Sequence[Morning]],
    books: Mapping[str, BookMorning],
    language: Language,
    places: Mapping[tuple[str, dt.date], str],
    other_language: str,
) -> str:
    """The page of all books.

    Args:
        found: the mornings of each book, the newest first.
        books: when they are due.
        language: of the page.
        places: the address of each morning's page.
        other_language: this page in the other language.
    """
    rows = [
        BookRow(
            name,
            _due(books[name], language),
            [_cell(each, books[name].zone, language, places[name, each.day]) for each in days],
        )
        for name, days in found.items()
    ]
    missing = [
        Missing(
            texts.MORNING_OF.to(language, book=each.book, day=said_day(each.day, language)),
            _sentence(each.cause.text.to(language), language),
            _sentence(each.cause.remedy.to(language), language),
            places[each.book, each.day],
        )
        for days in found.values()
        for each in days
        if each.cause is not None
    ]
    values = {"rows": rows, "missing": missing, "other_language": other_language}
    return render("mornings.html", language, values)


def morning_page(
    morning: Morning,
    book: BookMorning,
    language: Language,
    links: Mapping[Step, Sequence[Link]],
    around: Sequence[Link],
    other_language: str,
) -> str:
    """The page of one day.

    Args:
        morning: the day.
        book: when it is due.
        language: of the page.
        links: where each step is shown by the system that made it.
        around: ways to other pages.
        other_language: this page in the other language.
    """
    facts = [(texts.MORNING_DUE.to(language), _moment(morning.due.at, book.zone, language) if morning.due else "–")]
    if morning.delivered_at:
        said = _moment(morning.delivered_at, book.zone, language)
        if morning.state is MorningState.LATE:
            late = duration(morning.late_by.total_seconds(), language)
            said = texts.MORNING_LATE_BY.to(language, at=said, late=late)
        facts.append((texts.MORNING_DELIVERED.to(language), said))
    if morning.cause:
        facts.append((texts.MORNING_WHY.to(language), _sentence(morning.cause.text.to(language), language)))
        facts.append((texts.MORNING_DO.to(language), _sentence(morning.cause.remedy.to(language), language)))
    steps = [
        _shown(step, book.zone, language, links.get(step, ()))
        for step in morning.steps
        if step.name is not StepName.DUE
    ]
    values = {
        "title": texts.MORNING_OF.to(language, book=morning.book, day=said_day(morning.day, language)),
        "word": mornings.STATES[morning.state].to(language),
        "colour": COLOURS.get(morning.state, "grey"),
        "facts": facts,
        "steps": steps,
        "around": around,
        "other_language": other_language,
    }
    return render("morning.html", language, values)


def step_outcome(step: Step, language: Language) -> str:
    """What became of a step, with the code of why."""
    if step.name in (StepName.ALERTED, StepName.MENDED):
        return mornings.OUTCOMES["good"].to(language) if step.name is StepName.MENDED else step.cause
    said = mornings.OUTCOMES[step.outcome].to(language)
    return f"{said} ({step.cause})" if step.cause else said


def _cell(morning: Morning, zone: ZoneInfo, language: Language, href: str) -> MorningCell:
    at = morning.delivered_at
    return MorningCell(
        said_day(morning.day, language),
        mornings.STATES[morning.state].to(language),
        f"{at.astimezone(zone):%H:%M}" if at else "",
        COLOURS.get(morning.state, "grey"),
        href,
    )


def _shown(step: Step, zone: ZoneInfo, language: Language, links: Sequence[Link]) -> ShownStep:
    took = step.took
    return ShownStep(
        mornings.STEPS[step.name].to(language),
        step_outcome(step, language),
        "grey" if step.name in (StepName.ALERTED, StepName.MENDED) else _OF_OUTCOME[step.outcome],
        _moment(step.at, zone, language, seconds=True),
        duration(took, language) if took is not None else "",
        texts.TRIES.to(language, count=step.attempt) if step.attempt > 1 else "",
        step.told_by,
        links,
    )


def _due(book: BookMorning, language: Language) -> str:
    return texts.DUE_AT.to(language, due=f"{book.due:%H:%M}", zone=book.zone.key, grace=book.grace_minutes)


def _moment(at: dt.datetime, zone: ZoneInfo, language: Language, *, seconds: bool = False) -> str:
    local = at.astimezone(zone)
    return f"{said_day(local.date(), language)} {local:{'%H:%M:%S' if seconds else '%H:%M'}}"


def _sentence(clause: str, language: Language) -> str:
    """A clause as a sentence of its own."""
    if language is Language.CHINESE:
        return clause.rstrip("。") + "。"
    return clause[:1].upper() + clause[1:].rstrip(".") + "."
