"""Pages of books: a book, a week and a day of it."""

import datetime as dt
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from daybook.book.changes import book_name
from daybook.service.http.authenticator import PARAMETER, book_of_link, day_of_link
from daybook.service.http.openapi import FILE_ANSWERS, PAGE_ANSWERS
from daybook.service.http.responses import wanted_language
from daybook.service.reports import pages
from daybook.service.routes.memory import BookAnswer, BookName, about_book, as_json, on_shelf, with_book
from daybook.service.state import Service, ServiceState


async def require_key_or_link(request: Request, service: Service) -> None:
    """Let only requests through that have a key, or a link, which is looked at once it is known what it has to open."""
    if PARAMETER not in request.query_params:
        service.authenticator.check(request)


router = APIRouter(prefix="/v1/books", dependencies=[Depends(require_key_or_link)])


type LastShown = Annotated[dt.date | None, Query(alias="to", description="The last day that the calendar shows")]


@router.get(
    "/{book}",
    tags=["books"],
    summary="A book",
    responses={
        200: {"model": BookAnswer, "description": "The book"},
        307: {"description": "Where its page is, for who asks for text/html"},
        **FILE_ANSWERS,
    },
)
async def get_book(request: Request, service: Service, book: BookName) -> Response:
    """How many days a book holds, and which; a browser, which asks for HTML, is shown its page."""
    if "text/html" in request.headers.get("accept", ""):
        name, _ = _ways(request, service, book)
        query = f"?{request.url.query}" if request.url.query else ""
        headers = {
            "Location": f"{quote(name)}/book.html{query}",
            "Cache-Control": "private, no-store",
            "Vary": "Accept",
        }
        return Response(status_code=307, headers=headers)
    service.authenticator.check(request)
    name = await with_book(service, book, lambda found: found.name)
    infos = await on_shelf(service, lambda shelf: shelf.books())
    return as_json(next(about_book(request, service, info) for info in infos if info.name == name))


@router.get(
    "/{book}/book.html",
    summary="A book as a page, by its link",
    tags=["files"],
    response_class=HTMLResponse,
    responses=PAGE_ANSWERS,
)
async def get_book_page(request: Request, service: Service, book: BookName, last: LastShown = None) -> Response:
    """A book as a page: a calendar of its days, a trend, and what was changed."""
    name, ways = _ways(request, service, book)
    return pages.answer(request, await with_book(service, name, lambda found: pages.whole_book_page(ways, found, last)))


@router.get(
    "/{book}/weeks/{day}.html",
    summary="A week of a book as a page, by the book's link",
    tags=["files"],
    response_class=HTMLResponse,
    responses=PAGE_ANSWERS,
)
async def get_week_page(request: Request, service: Service, book: BookName, day: dt.date) -> Response:
    """The week of a day, as a page to read."""
    name, ways = _ways(request, service, book, "../")
    return pages.answer(
        request, await with_book(service, name, lambda found: pages.week_of_book_page(ways, found, day))
    )


@router.get(
    "/{book}/days/{day}.html",
    summary="A day of a book as a page, by its link",
    tags=["files"],
    response_class=HTMLResponse,
    responses=PAGE_ANSWERS,
)
async def get_day_page(request: Request, service: Service, book: BookName, day: dt.date) -> Response:
    """A day as its book has it, as a page to read."""
    name, ways = _ways(request, service, book, "../", day)
    return pages.answer(request, await with_book(service, name, lambda found: pages.day_page(ways, found, day)))


def _ways(
    request: Request, service: ServiceState, book: str, to_book: str = "", day: dt.date | None = None
) -> tuple[str, pages.Ways]:
    """A book's name as it is kept, and where its pages are for who reads one; a day has links of its own too."""
    name = book_name(book)
    own = [day_of_link(name, day)] if day else []
    reader = pages.Reader.of(request, service, book_of_link(name), *own)
    return name, pages.Ways(reader, name, wanted_language(request, service.settings.language), to_book)
