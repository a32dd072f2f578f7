"""The mornings as they are shown: as JSON for programs, as pages with links for people."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from pydantic import BaseModel

from daybook.functions.schemas import inlined
from daybook.language import Language
from daybook.mornings.morning import Morning
from daybook.mornings.settings import BookMorning
from daybook.mornings.steps import Step
from daybook.page import texts
from daybook.page.day import Link
from daybook.page.mornings import morning_page, mornings_page
from daybook.service.http.authenticator import MORNINGS, PARAMETER
from daybook.service.reports.pages import Reader
from daybook.service.state import DAY_SECONDS
from daybook.words.figures import day as said_day


def body_of(model: type[BaseModel]) -> dict[str, Any]:
    """A JSON body of a model, as an addition to an operation."""
    content = {"application/json": {"schema": inlined(model.model_json_schema())}}
    return {"requestBody": {"required": True, "content": content}}


def all_shown(
    reader: Reader, found: Mapping[str, Sequence[Morning]], now: dt.datetime, language: Language
) -> dict[str, Any]:
    """All mornings, for programs."""
    settings = reader.service.mornings.mornings.books
    base = reader.service.settings.public_url
    books = [
        {
            "book": name,
            "due": f"{settings[name].due:%H:%M}",
            "zone": settings[name].zone.key,
            "grace_minutes": settings[name].grace_minutes,
            "mornings": [shown(reader, morning, language) for morning in mornings],
        }
        for name, mornings in found.items()
    ]
    overdue = sum(morning.is_overdue for mornings in found.values() for morning in mornings)
    page = f"{base}/v1/mornings?{urlencode({PARAMETER: reader.token_for(MORNINGS)})}"
    return {"now": now.isoformat(), "overdue": overdue, "books": books, "links": {"page": page}}


def shown(reader: Reader, morning: Morning, language: Language) -> dict[str, Any]:
    """One morning, for programs."""
    due, cause = morning.due, morning.cause
    return {
        "book": morning.book,
        "day": str(morning.day),
        "state": str(morning.state),
        "due_at": due.at.isoformat() if due else None,
        "late_at": due.late.isoformat() if due else None,
        "delivered_at": morning.delivered_at.isoformat() if morning.delivered_at else None,
        "cause": {"code": cause.code, "text": cause.text.to(language), "remedy": cause.remedy.to(language)}
        if cause
        else None,
        "steps": [
            {
                "step": str(step.name),
                "outcome": str(step.outcome),
                "cause": step.cause,
                "at": step.at.isoformat(),
                "last_at": step.last_at.isoformat(),
                "seconds": step.took,
                "attempt": step.attempt,
                "told_by": step.told_by,
                "trace_id": step.trace_id,
                "links": {link.rel: link.href for link in _links(reader, step, language)},
            }
            for step in morning.steps
        ],
    }


def all_page(reader: Reader, found: Mapping[str, Sequence[Morning]], language: Language, days: int) -> str:
    """The page of all mornings."""
    places = {
        (name, each.day): _address(reader, f"mornings/{quote(name)}/{each.day}", language)
        for name, mornings in found.items()
        for each in mornings
    }
    other = _address(reader, "mornings", _other(language), days=days)
    return mornings_page(found, reader.service.mornings.mornings.books, language, places, other)


def one_page(reader: Reader, book: BookMorning, morning: Morning, language: Language) -> str:
    """The page of one morning."""
    links = {step: _links(reader, step, language) for step in morning.steps}
    around = [Link(texts.ALL_MORNINGS.to(language), _address(reader, "../../mornings", language))]
    for step, rel in ((-1, "prev"), (1, "next")):
        date = morning.day + dt.timedelta(days=step)
        text = texts.PREVIOUS_DAY if step < 0 else texts.NEXT_DAY
        around.append(Link(text.to(language, day=said_day(date, language)), _address(reader, str(date), language), rel))
    other = _address(reader, str(morning.day), _other(language))
    return morning_page(morning, book, language, links, around, other)


def _links(reader: Reader, step: Step, language: Language) -> list[Link]:
    """Where a step is shown: in Airflow, in Dify, as a trace, as the report."""
    places = reader.service.mornings.mornings.links
    found = []
    if step.report_id and _is_kept(reader, step):
        base = reader.service.settings.public_url
        query = urlencode({PARAMETER: reader.token_for(step.report_id)})
        address = f"{base}/v1/reports/{step.report_id}/report.html?{query}"
        found.append(Link(texts.THE_REPORT.to(language), address, "report"))
    named = (
        ("Dify", places.dify, "dify", step.dify_run),
        ("Airflow", places.airflow, "airflow", step.airflow_run),
        (texts.THE_TRACE.to(language), places.trace, "trace", step.trace_id),
    )
    parts = {"{dag}": step.airflow_dag, "{trace}": step.trace_id}
    for title, template, rel, run in named:
        if template and run:
            address = template
            for name, value in (parts | {"{run}": run}).items():
                address = address.replace(name, quote(value, safe=""))
            found.append(Link(title, address, rel))
    return found


def _is_kept(reader: Reader, step: Step) -> bool:
    keeps = dt.timedelta(seconds=reader.service.settings.report_days * DAY_SECONDS)
    return step.at > dt.datetime.now(dt.UTC) - keeps


def _address(reader: Reader, place: str, language: Language, **more: object) -> str:
    query = {PARAMETER: reader.token_for(MORNINGS), "language": str(language), **more}
    return f"{place}?{urlencode(query)}"


def _other(language: Language) -> Language:
    return next(each for each in Language if each is not language)
