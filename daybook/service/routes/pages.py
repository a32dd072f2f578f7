"""Pages of books: a day as its book has it."""

import datetime as dt

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from daybook.book.changes import book_name
from daybook.service.http.authenticator import book_of_link, day_of_link
from daybook.service.http.openapi import PAGE_ANSWERS
from daybook.service.http.responses import wanted_language
from daybook.service.reports import pages
from daybook.service.routes.memory import BookName, with_book
from daybook.service.state import Service

router = APIRouter(prefix="/v1/books", tags=["files"])


@router.get(
    "/{book}/days/{day}.html",
    summary="A day of a book as a page, by its link",
    response_class=HTMLResponse,
    responses=PAGE_ANSWERS,
)
async def get_day_page(request: Request, service: Service, book: BookName, day: dt.date) -> Response:
    """A day as its book has it, as a page to read."""
    name = book_name(book)
    reader = pages.Reader.of(request, service, book_of_link(name), day_of_link(name, day))
    ways = pages.Ways(reader, name, wanted_language(request, service.settings.language), "../")
    return pages.answer(request, await with_book(service, name, lambda found: pages.day_page(ways, found, day)))
