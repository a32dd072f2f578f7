"""Why a day of a book was no ordinary one: said by a person, through a link of its own, or by a program with a key."""

import datetime as dt
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from daybook.book import Book
from daybook.book.changes import book_name
from daybook.errors import ParameterError
from daybook.explanation import Explanation, reason_of
from daybook.service import texts
from daybook.service.errors import MediaTypeError, ResourceNotFoundError
from daybook.service.http.authenticator import explanation_of_link
from daybook.service.http.body import Body, content_type
from daybook.service.http.openapi import FILE_ANSWERS, PAGE_ANSWERS, WORK_ANSWERS
from daybook.service.http.responses import wanted_language
from daybook.service.reports import explaining, pages
from daybook.service.routes.memory import BookName, as_json, with_book
from daybook.service.routes.pages import require_key_or_link
from daybook.service.state import Service, ServiceState, require_key

forms = APIRouter(prefix="/v1/books", tags=["files"], dependencies=[Depends(require_key_or_link)])
router = APIRouter(prefix="/v1/books", tags=["books"], dependencies=[Depends(require_key)])

FORM = "application/x-www-form-urlencoded"
ANSWER_BYTES = 8 * 1024
"""A note of the longest, each character of it written in nine."""
_EXAMPLE = '{"because": "promotion", "note": "a day of coupons"}'
_BODY: dict[int | str, dict[str, Any]] = {status: WORK_ANSWERS[status] for status in (400, 408, 413, 415)}
_PROPERTIES: dict[str, dict[str, Any]] = {
    "because": {"type": "string", "description": "promotion, holiday, stock_out or other"},
    "note": {"type": "string", "description": "A few words on it; needed for other"},
}

type Day = Annotated[dt.date, Path(description="A day that the book holds")]


def _takes(kind: str, **more: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "properties": _PROPERTIES | more}
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema}}}}


class SaidAnswer(BaseModel):
    """What was said of a day once."""

    because: str = Field(description="promotion, holiday, stock_out or other; empty where it was taken back")
    note: str
    at: str = Field(description="When, in UTC")
    by: str = Field(description="link, key or command: what let one say it")


class DayExplanation(BaseModel):
    """Why a day was as it was."""

    date: dt.date
    explained: Explanation | None = Field(description="What holds; null for nothing")
    said: list[SaidAnswer] = Field(description="All that was said of the day, the latest last")


_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"model": DayExplanation, "description": "What holds, and what was said"}
}
_ANSWERS |= FILE_ANSWERS


@router.get("/{book}/days/{day}/explanation", summary="Why a day was as it was", responses=_ANSWERS)
async def get_explanation(service: Service, book: BookName, day: Day) -> Response:
    """What was said of a day, and what of it holds."""
    return as_json(await with_book(service, book, lambda found: _shown(found, day)))


@router.post(
    "/{book}/days/{day}/explanation",
    summary="Say why a day was as it was",
    responses=_ANSWERS | _BODY,
    openapi_extra=_takes("application/json"),
)
async def explain_day(request: Request, service: Service, book: BookName, day: Day) -> Response:
    """Keeps why a day was no ordinary one: it is not alarmed again, and not learned from."""
    if content_type(request) != "application/json":
        raise MediaTypeError(texts.WRONG_CONTENT_TYPE, wanted="application/json")
    values = await Body(request, limit=ANSWER_BYTES, pace=service.pace).json_object(_EXAMPLE)
    for name in values:
        if name not in _PROPERTIES:
            raise ParameterError(texts.UNKNOWN_PARAMETER, name=name[:64], known=", ".join(_PROPERTIES))
    because, note = reason_of(values.get("because")), str(values.get("note") or "")

    def kept(found: Book) -> dict[str, Any]:
        _held(found, day)
        found.explain(day, because, note, by="key")
        return _shown(found, day)

    return as_json(await with_book(service, book, kept))


@router.delete(
    "/{book}/days/{day}/explanation",
    status_code=204,
    summary="Take back what was said of a day",
    responses=FILE_ANSWERS,
)
async def take_back(service: Service, book: BookName, day: Day) -> Response:
    """Has the day be an ordinary one again; that it was said is kept."""

    def kept(found: Book) -> None:
        _held(found, day)
        found.explain(day, None, by="key")

    await with_book(service, book, kept)
    return Response(status_code=204)


@forms.get(
    "/{book}/days/{day}/explain.html",
    summary="A day with the form in which to say why it was so, by a link to that alone",
    response_class=HTMLResponse,
    responses=PAGE_ANSWERS,
)
async def get_explain_page(request: Request, service: Service, book: BookName, day: Day) -> Response:
    """The day as its book has it, what was said of it, and the form."""
    name, reader = _writer(request, service, book, day)
    language = wanted_language(request, service.settings.language)
    html = await with_book(service, name, lambda found: explaining.explain_page(reader, found, day, language))
    return pages.answer(request, html, has_form=True)


@forms.post(
    "/{book}/days/{day}/explain.html",
    summary="What the form sends",
    status_code=303,
    responses={303: {"description": "Where what was said can be seen"}, **FILE_ANSWERS, **_BODY},
    openapi_extra=_takes(FORM, take_back={"type": "string", "description": "Not empty to take back what was said"}),
)
async def post_explain_page(request: Request, service: Service, book: BookName, day: Day) -> Response:
    """Keeps what was said, and leads back to the page."""
    name, reader = _writer(request, service, book, day)
    language = wanted_language(request, service.settings.language)
    if content_type(request) != FORM:
        raise MediaTypeError(texts.WRONG_CONTENT_TYPE, wanted=FORM)
    body = Body(request, limit=ANSWER_BYTES, pace=service.pace)
    data = b"".join([block async for block in body.blocks()])
    asked = dict(parse_qsl(data.decode("utf-8", "replace"), keep_blank_values=True))

    def kept(found: Book) -> str:
        _held(found, day)
        try:
            because = None if asked.get("take_back") else reason_of(asked.get("because"))
            found.explain(day, because, asked.get("note", ""), by="link")
        except ParameterError as error:
            return explaining.explain_page(reader, found, day, language, asked, error)
        return ""

    again = await with_book(service, name, kept)
    if again:
        return pages.answer(request, again, has_form=True, status=422)
    place = explaining.way_to(reader, name, day, language)
    return Response(status_code=303, headers={"Location": place, "Cache-Control": "private, no-store"})


def _writer(request: Request, service: ServiceState, book: str, day: dt.date) -> tuple[str, pages.Reader]:
    """A book's name as it is kept, and who may say something of one of its days: no holder of a link to read."""
    name = book_name(book)
    return name, pages.Reader.of(request, service, explanation_of_link(name, day))


def _held(book: Book, day: dt.date) -> None:
    if not book.days(day, day):
        raise ResourceNotFoundError(texts.NO_SUCH_DAY, book=book.name, day=day)


def _shown(book: Book, day: dt.date) -> dict[str, Any]:
    _held(book, day)
    said = book.said(day)
    held = said[-1].explanation if said else None
    return {
        "date": str(day),
        "explained": held.model_dump(mode="json") if held else None,
        "said": [each.shown() for each in said],
    }
