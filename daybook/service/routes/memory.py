"""What the service knows beside the file: named sources, answers that are used again, books with the days they hold."""

import asyncio
import datetime as dt
import json
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, Field

from daybook.book import Book, Shelf
from daybook.book.index import BookInfo
from daybook.book.shelf import opened
from daybook.charts.ahead import ahead_echarts
from daybook.errors import ParameterError
from daybook.expect.forecast import MOST_AHEAD, Forecast
from daybook.expect.others import named_others
from daybook.service.errors import ResourceNotFoundError
from daybook.service.http.authenticator import PARAMETER, book_of_link
from daybook.service.http.openapi import FILE_ANSWERS, KEY_ANSWERS
from daybook.service.http.responses import wanted_language
from daybook.service.state import Service, ServiceState, require_key

sources = APIRouter(prefix="/v1/sources", tags=["sources"], dependencies=[Depends(require_key)])


class NamedSource(BaseModel):
    """A source that a report may be asked of."""

    name: str
    kind: str
    title: str


class NamedSources(BaseModel):
    """All of them."""

    sources: list[NamedSource]


@sources.get("", operation_id="list_sources", summary="The sources that a report may name", responses=KEY_ANSWERS)
async def list_sources(service: Service) -> NamedSources:
    """Lists the named sources of the service by name, with their kinds and titles."""
    return NamedSources.model_validate({"sources": service.sources.listed()})


answers = APIRouter(prefix="/v1/answers", tags=["answers"], dependencies=[Depends(require_key)])


class AnswerShown(BaseModel):
    """An answer that is used again."""

    id: str
    code: str = Field(description="What was asked")
    parameter: str = Field(description="The parameter that answers it")
    value: str = Field(description="What it was answered with")
    on: dt.date = Field(description="When")


@answers.get(
    "",
    summary="Answers that are used again",
    responses={200: {"model": list[AnswerShown], "description": "The latest first"}, **KEY_ANSWERS},
)
async def list_answers(service: Service) -> Response:
    """What was answered to questions that files raised, and is used again for files with the same columns."""
    kept = await asyncio.to_thread(service.answers.all)
    shown = [AnswerShown.model_validate(answer._asdict()).model_dump(mode="json") for answer in kept]
    body = json.dumps(shown, ensure_ascii=False).encode()
    return Response(body, 200, {"Cache-Control": "private, no-store"}, "application/json")


@answers.delete("/{answer_id}", status_code=204, summary="Forget an answer", responses=FILE_ANSWERS)
async def forget_answer(
    service: Service, answer_id: Annotated[str, Path(description="The answer's id", max_length=32)]
) -> Response:
    """Forgets an answer, so that the question is asked again."""
    await asyncio.to_thread(service.answers.forget, answer_id)
    return Response(status_code=204)


books = APIRouter(prefix="/v1/books", tags=["books"], dependencies=[Depends(require_key)])

type BookName = Annotated[str, Path(description="The book's name, such as shop-east", max_length=64)]
_PRIVATE = {"Cache-Control": "private, no-store"}


class BookLinks(BaseModel):
    """Addresses that open the book without a key, for a while."""

    page: str = Field(description="The book to look at: a calendar of its days, and each of them")


class BookAnswer(BaseModel):
    """A book."""

    name: str
    days: int = Field(description="Days that it holds")
    first: dt.date | None = Field(description="The first of them")
    last: dt.date | None = Field(description="The last of them")
    changed_at: str = Field(description="When a day of it last changed, in UTC")
    links: BookLinks


class DayAnswer(BaseModel):
    """A day of a book."""

    date: dt.date
    sales: str = Field(description="As an exact decimal")
    orders: int
    quantity: str = Field(description="As an exact decimal")
    rows: int = Field(description="Rows that are sales")
    currency: str = Field(description="As its file names it; empty where it names none")
    revision: int = Field(description="1 for the first, one more with each change")
    taken: str = Field(description="new, addition, completion or correction")
    unfinished: bool = Field(description="Whether it was not over when its file was made")
    source: str = Field(description="Where its file came from")
    changed_at: str = Field(description="When it last changed, in UTC")


class RevisionAnswer(BaseModel):
    """A change of a day."""

    date: dt.date
    revision: int
    taken: str = Field(description="new, addition, completion or correction")
    source: str
    at: str = Field(description="When, in UTC")
    changes: dict[str, Any] = Field(description="Figures before and after, and the products that changed most")


@books.get(
    "", summary="All books", responses={200: {"model": list[BookAnswer], "description": "By name"}, **KEY_ANSWERS}
)
async def list_books(request: Request, service: Service) -> Response:
    """All books, with how many days they hold, and a link to look at each."""
    infos = await on_shelf(service, lambda shelf: shelf.books())
    return as_json([about_book(request, service, info) for info in infos])


@books.get(
    "/{book}/days",
    summary="The days of a book",
    responses={200: {"model": list[DayAnswer], "description": "In order"}, **FILE_ANSWERS},
)
async def list_days(
    service: Service,
    book: BookName,
    first: Annotated[dt.date | None, Query(alias="from", description="The first day")] = None,
    last: Annotated[dt.date | None, Query(alias="to", description="The last day")] = None,
) -> Response:
    """The totals of a book's days, with their revisions and sources."""
    days = await with_book(service, book, lambda found: found.days(first, last))
    return as_json([entry.shown() for entry in days])


@books.get(
    "/{book}/revisions",
    summary="What changed in a book",
    responses={200: {"model": list[RevisionAnswer], "description": "The latest last"}, **FILE_ANSWERS},
)
async def list_revisions(service: Service, book: BookName) -> Response:
    """Every change of a day: when, what, and from which source."""
    revisions = await with_book(service, book, lambda found: found.revisions())
    return as_json([each.shown() for each in revisions])


class ForecastAnswer(Forecast):
    """A forecast, and its picture."""

    echarts: str = Field(description="The days ahead as a block of Markdown that Dify's chat draws; empty for none")


@books.get(
    "/{book}/forecast",
    summary="What the coming days should be",
    responses={200: {"model": ForecastAnswer, "description": "The days after the last one"}, **FILE_ANSWERS},
)
async def forecast_book(
    request: Request,
    service: Service,
    book: BookName,
    days: Annotated[int, Query(description="How many days to look ahead", ge=1, le=MOST_AHEAD)] = 7,
    language: Annotated[str, Query(description="zh_Hans or en_US, of the words")] = "",  # noqa: ARG001 - read below
    candidates: Annotated[
        str, Query(description="Forecasters that compete beside the book's own, with commas between them: prophet")
    ] = "",
) -> Response:
    """The sales of the coming days with their ranges, and how far such forecasts were off in the last four weeks."""
    spoken = wanted_language(request, service.settings.language)
    others = named_others(candidates.split(","))
    found = await with_book(service, book, lambda held: held.forecast(days, spoken, others))
    return as_json({**found.model_dump(mode="json"), "echarts": ahead_echarts(found, language=spoken)})


@books.delete("/{book}", status_code=204, summary="Forget a book", responses=FILE_ANSWERS)
async def forget_book(service: Service, book: BookName) -> Response:
    """Removes a book everywhere: its days, their files and what changed."""
    await with_book(service, book, lambda found: found.forget())
    return Response(status_code=204)


async def on_shelf[R](service: ServiceState, work: Callable[[Shelf], R]) -> R:
    """What ``work`` gives of the service's books, in a thread."""
    place = service.books
    return await asyncio.to_thread(lambda: work(opened(place)))


async def with_book[R](service: ServiceState, name: str, work: Callable[[Book], R]) -> R:
    """What ``work`` gives of a book, in a thread.

    Raises:
        ResourceNotFoundError: there is no book of that name.
    """

    def found(shelf: Shelf) -> R:
        try:
            book = shelf.existing(name)
        except ParameterError as error:
            raise ResourceNotFoundError(error.text, **error.values) from None
        return work(book)

    return await on_shelf(service, found)


def about_book(request: Request, service: ServiceState, info: BookInfo) -> dict[str, Any]:
    """A book as a `BookAnswer`."""
    base = service.settings.public_url or str(request.base_url).rstrip("/")
    link = urlencode({PARAMETER: service.links.token(book_of_link(info.name))})
    return {**info.shown(), "links": {"page": f"{base}/v1/books/{quote(info.name)}/book.html?{link}"}}


def as_json(values: Any) -> Response:
    """An answer that is kept nowhere."""
    return Response(json.dumps(values, ensure_ascii=False).encode(), 200, _PRIVATE, "application/json")
