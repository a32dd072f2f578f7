"""The mornings: what was due, and what became of it; told by whoever makes reports, shown as a page or JSON."""

import asyncio
import datetime as dt
import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from daybook import tracing
from daybook.book.changes import book_name
from daybook.mornings.drill import drill
from daybook.mornings.morning import MOST_DAYS, SHOWN_DAYS
from daybook.mornings.recent import one, recent
from daybook.mornings.steps import Step, StepName, StepOutcome
from daybook.service.http.authenticator import MORNINGS
from daybook.service.http.body import JSON_BYTES, Body
from daybook.service.http.openapi import FILE_ANSWERS, WORK_ANSWERS
from daybook.service.http.responses import parameter_error, wanted_language
from daybook.service.reports import mornings as views
from daybook.service.reports import pages
from daybook.service.routes.pages import require_key_or_link
from daybook.service.state import Service, require_key

router = APIRouter(prefix="/v1/mornings", tags=["mornings"])

_READERS = [Depends(require_key_or_link)]
type Book = Annotated[str, Path(description="The book, or the name of the job", max_length=200)]
type Day = Annotated[dt.date, Path(description="The day that is reported")]
_TOLD_ANSWERS: dict[int | str, dict[str, Any]] = {status: WORK_ANSWERS[status] for status in (400, 401, 408, 413, 422)}
_ID = "^[A-Za-z0-9_.~:+-]*$"
"""What ids of other systems are written in: no address fits."""


class ToldStep(BaseModel):
    """A step as whoever makes the report tells it: codes and ids, and nothing of what a report says."""

    model_config = ConfigDict(extra="forbid")

    step: Literal["waited", "workflow", "gated", "analysed", "pushed"] = Field(description="What was done")
    outcome: StepOutcome = Field(StepOutcome.GOOD, description="going, good, failed or unknown")
    cause: str = Field("", max_length=64, pattern=r"^[a-z0-9_-]*$", description="A code of why it is not good")
    what: str = Field(
        "", max_length=300, description="What it was done to, such as a run: told again of it, it is the same step"
    )
    seconds: float | None = Field(None, ge=0, le=1e7, description="How long it took")
    attempt: int = Field(1, ge=1, le=10_000, description="Which try it was")
    airflow_dag: str = Field("", max_length=250, pattern=_ID, description="The DAG in Airflow")
    airflow_run: str = Field("", max_length=250, pattern=_ID, description="The DAG's run")
    dify_run: str = Field("", max_length=64, pattern=_ID, description="The run in Dify")
    trace_id: str = Field("", pattern="^([0-9a-f]{32})?$", description="The trace; that of traceparent by default")
    told_by: str = Field("", max_length=16, pattern="^[a-z0-9_-]*$", description="Who tells it: airflow, plugin ...")


class ToldDelivery(BaseModel):
    """What became of a push that went past the service."""

    model_config = ConfigDict(extra="forbid")

    delivery_key: str = Field(min_length=1, max_length=500, description="The push's delivery key")
    outcome: StepOutcome = Field(StepOutcome.GOOD, description="good, failed or unknown")
    cause: str = Field("", max_length=64, pattern=r"^[a-z0-9_-]*$", description="A code of why it is not good")
    seconds: float | None = Field(None, ge=0, le=1e7, description="How long it took")
    told_by: str = Field("", max_length=16, pattern="^[a-z0-9_-]*$", description="Who tells it")


class Told(BaseModel):
    """What is kept of what was told."""

    known: bool = Field(description="Whether the service knows of which day it is")


class DrillAnswer(BaseModel):
    """What came of a drill."""

    messages: list[dict[str, str]] = Field(description="What the group for alerts was sent: title and text")
    failed: str = Field(description="A code of why a message is not there; empty where all are")


@router.get("", summary="The mornings of the last days", responses=FILE_ANSWERS, dependencies=_READERS)
async def get_mornings(
    request: Request,
    service: Service,
    days: Annotated[int, Query(ge=1, le=MOST_DAYS, description="How many")] = SHOWN_DAYS,
) -> Response:
    """What was due of each book on the last days, and what became of it; a browser is shown a page."""
    reader = pages.Reader.of(request, service, MORNINGS)
    watching = service.mornings
    now = await asyncio.to_thread(watching.now)
    found = await asyncio.to_thread(recent, watching.store, watching.mornings.books, now, days)
    language = wanted_language(request, watching.language)
    if _wants_page(request):
        return pages.answer(request, views.all_page(reader, found, language, days))
    return _json(views.all_shown(reader, found, now, language))


@router.get("/{book}/{day}", summary="The morning of one day", responses=FILE_ANSWERS, dependencies=_READERS)
async def get_morning(request: Request, service: Service, book: Book, day: Day) -> Response:
    """What was due, and each step with its duration; a browser is shown a page."""
    reader = pages.Reader.of(request, service, MORNINGS)
    watching, name = service.mornings, book_name(book)
    settings = watching.book(name)
    now = await asyncio.to_thread(watching.now)
    found = await asyncio.to_thread(one, watching.store, name, settings, day, now)
    language = wanted_language(request, watching.language)
    if _wants_page(request):
        return pages.answer(request, views.one_page(reader, settings, found, language))
    return _json(views.shown(reader, found, language))


@router.post(
    "/{book}/{day}/steps",
    summary="Tell a step of a morning",
    status_code=202,
    responses=_TOLD_ANSWERS,
    openapi_extra=views.body_of(ToldStep),
    dependencies=[Depends(require_key)],
)
async def tell_step(request: Request, service: Service, book: Book, day: Day) -> Told:
    """Keeps a step of whoever makes the report of that day: a DAG, a plugin, a script."""
    told = ToldStep.model_validate(await _values(request, service, ToldStep))
    name = book_name(book)
    service.mornings.book(name)
    now = await asyncio.to_thread(service.mornings.now)
    values = told.model_dump(exclude={"step", "what"})
    values["trace_id"] = told.trace_id or tracing.trace_id()
    step = Step(name, day, StepName(told.step), now, now, **values)
    await asyncio.to_thread(service.mornings.store.note, step, told.what)
    return Told(known=True)


@router.post(
    "/deliveries",
    summary="Tell of a push that went past the service",
    status_code=202,
    responses=_TOLD_ANSWERS,
    openapi_extra=views.body_of(ToldDelivery),
    dependencies=[Depends(require_key)],
)
async def tell_delivery(request: Request, service: Service) -> Told:
    """Keeps what became of a push, where its delivery key is that of a report which the service made."""
    told = ToldDelivery.model_validate(await _values(request, service, ToldDelivery))
    service.metrics.delivered(told.outcome)
    found = await asyncio.to_thread(
        service.mornings.pushed,
        "",
        told.delivery_key,
        told.outcome,
        cause=told.cause,
        seconds=told.seconds,
        told_by=told.told_by,
        trace_id=tracing.trace_id(),
    )
    return Told(known=found is not None)


@router.post(
    "/drill",
    summary="Play a missed morning to the group for alerts",
    responses=_TOLD_ANSWERS,
    dependencies=[Depends(require_key)],
)
async def play_drill(service: Service) -> DrillAnswer:
    """Plays a report that is late and then comes, through the watch itself, in messages that are marked as a drill."""
    watching = service.mornings
    watching.require()
    done = await asyncio.to_thread(drill, watching.store, watching.made_watch)
    messages = [{"title": alert.title, "text": alert.text} for alert in done.sent]
    return DrillAnswer(messages=messages, failed=done.failed)


async def _values(request: Request, service: Service, model: type[BaseModel]) -> dict[str, Any]:
    values = await Body(request, limit=JSON_BYTES, pace=service.pace).json_object('{"step": "pushed"}')
    try:
        model.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        raise parameter_error(str(first["loc"][0]), str(first["type"])) from None
    return values


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _json(values: dict[str, Any]) -> Response:
    body = json.dumps(values, ensure_ascii=False).encode()
    headers = {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer", "Vary": "Accept"}
    return Response(body, 200, headers, "application/json")
