"""The pages of days and books: who may read one, where its links lead, and how it is sent."""

import datetime as dt
import gzip
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote, urlencode

from fastapi import Request, Response

from daybook.book import Book
from daybook.book.shelf import opened
from daybook.charts import charts_of
from daybook.errors import FileError, ParameterError
from daybook.explanation import Explanation
from daybook.language import Language
from daybook.page import frame
from daybook.page import texts as words
from daybook.page.book import book_page, shown_changes
from daybook.page.day import Around, Link, page
from daybook.page.explain import in_words
from daybook.page.from_book import DayOfBook
from daybook.page.week import week_page
from daybook.render.markdown import Addresses
from daybook.report import SalesReport
from daybook.service import texts
from daybook.service.errors import ResourceNotFoundError
from daybook.service.http.authenticator import PARAMETER, book_of_link, day_of_link, explanation_of_link
from daybook.service.state import ServiceState
from daybook.words.figures import day as said_day

HEADERS = {
    "Content-Security-Policy": frame.POLICY,
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Encoding",
}
MOST_DAYS_TO_EXPLAIN = 7.0
_LEVEL = 6
"""Of gzip: higher ones take longer and save little."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a page: the holder of a key, or of a link to one thing."""

    service: ServiceState
    what: str = ""
    """What the link opens; empty for a key, which opens everything."""
    link: str = ""
    expires: float | None = None

    @classmethod
    def of(cls, request: Request, service: ServiceState, *things: str) -> Self:
        """The reader of a request for something that any of ``things`` opens.

        Raises:
            UnauthorizedError: there is neither a link nor a key.
            LinkError: the link opens something else.
            ExpiredError: the link is too old.
        """
        token = request.query_params.get(PARAMETER)
        if token is None:
            service.authenticator.check(request)
            return cls(service)
        found = service.links.check(token, *things)
        return cls(service, found.what, token, found.expires)

    def opens(self, what: str) -> bool:
        """Whether what the reader has opens that too."""
        return self.what in {"", what}

    def token_for(self, what: str) -> str:
        """What lets the reader open something from here, and ends no later than what the reader came with."""
        return self.link if self.what == what else self.service.links.token(what, self.expires)


@dataclass(frozen=True, slots=True)
class Ways:
    """The addresses of a book's pages for a reader, relative to a page."""

    reader: Reader
    book: str
    language: Language
    to_book: str = ""
    """From the page to the folder of the book's pages, such as ``../``."""

    @property
    def has_book(self) -> bool:
        """Whether the reader may open the whole book."""
        return self.reader.opens(book_of_link(self.book))

    def page_of_book(self, **more: object) -> str:
        """Where the book is."""
        return self._address("book.html", book_of_link(self.book), more)

    def week(self, day: dt.date) -> str:
        """Where the week of a day is, which is named by its Monday."""
        monday = day - dt.timedelta(days=day.weekday())
        return self._address(f"weeks/{monday}.html", book_of_link(self.book))

    def day(self, day: dt.date) -> str:
        """Where a day is."""
        what = book_of_link(self.book) if self.has_book else day_of_link(self.book, day)
        return self._address(f"days/{day}.html", what)

    def _address(self, place: str, what: str, more: dict[str, object] | None = None) -> str:
        query = {PARAMETER: self.reader.token_for(what), "language": self.language, **(more or {})}
        return f"{self.to_book}{place}?{urlencode(query)}"


def explain_address(service: ServiceState, base: str, report: SalesReport) -> str:
    """Where one may say why the day of a report stands out; empty where it does not, or there is no book to keep it."""
    judgement, book, day = report.judgement, report.book, report.analysis_date
    if judgement is None or book is None or day is None or not judgement.may_be_explained:
        return ""
    query = {PARAMETER: token_to_explain(service, book.name, day), "language": report.language}
    return f"{base}/v1/books/{quote(book.name)}/days/{day}/explain.html?{urlencode(query)}"


def token_to_explain(service: ServiceState, book: str, day: dt.date) -> str:
    """What lets its holder say why one day of a book was as it was; it is good for a week at the most."""
    days = min(MOST_DAYS_TO_EXPLAIN, service.settings.link_days)
    return service.links.token(explanation_of_link(book, day), days=days)


def place_of(base: str, report_id: str) -> str:
    """Where a report's renderings are, at a service of the address ``base``."""
    return f"{base}/v1/reports/{report_id}"


def addresses_of(service: ServiceState, report_id: str, report: SalesReport) -> Addresses:
    """Where a phone finds the picture and the page of a report; nowhere where the service has no public address."""
    base = service.settings.public_url
    if not base:
        return Addresses()
    place, query = place_of(base, report_id), urlencode({PARAMETER: service.links.token(report_id)})
    has_picture = bool(charts_of(report, language=report.language))
    picture = f"{place}/picture.png?{query}" if has_picture else ""
    return Addresses(picture, f"{place}/report.html?{query}", explain_address(service, base, report))


def report_page(reader: Reader, report_id: str, report: SalesReport) -> str:
    """The page of a report that is kept, with the ways to the days of its book that it compares with."""
    link = urlencode({PARAMETER: reader.token_for(report_id)})
    places = {"Excel": "report.xlsx", "Markdown": "report.md", "JSON": "report.json"}
    files = [Link(name, f"{place}?{link}") for name, place in places.items()]
    if report.period is not None:
        return page(report, around=Around(links=_ways_of_period(reader, report), files=files))
    found = _day_of(reader.service, report)
    if found is None or report.book is None:
        return page(report, around=Around(files=files))
    ways = Ways(reader, found.book.name, report.language, f"../../books/{quote(found.book.name)}/")
    if found.entry.revision == report.book.revision:
        newer, rankings = None, found.rankings(report)
    else:
        changed = words.NEWER.to(report.language, revision=found.entry.revision)
        newer, rankings = Link(changed, ways.day(found.date)), None
    around = Around(
        links=_ways_of_day(found, ways),
        files=files,
        newer=newer,
        forecast=found.forecast(report.language),
        explained=_explained_since(report, found.entry.explained),
    )
    return page(report, found.history, rankings, around=around)


def _explained_since(report: SalesReport, held: Explanation | None) -> str:
    """What was said of a report's day after the report was made."""
    then = report.judgement.explained if report.judgement else None
    if held == then:
        return ""
    if held is None:
        return words.TAKEN_BACK_SINCE.to(report.language)
    return words.EXPLAINED_SINCE.to(report.language, what=in_words(held, report.language), said=held.said)


def _day_of(service: ServiceState, report: SalesReport) -> DayOfBook | None:
    """The reported day in the report's book; ``None`` where there is no such book or day any more."""
    if report.book is None or report.analysis_date is None:
        return None
    try:
        return DayOfBook.of(opened(service.books).existing(report.book.name), report.analysis_date)
    except (ParameterError, FileError):
        return None


def _ways_of_period(reader: Reader, report: SalesReport) -> list[Link]:
    """The ways from a week, month or range to its book, for who may open that."""
    if report.book is None or not report.book.name or report.period is None:
        return []
    ways = Ways(reader, report.book.name, report.language, f"../../books/{quote(report.book.name)}/")
    if not ways.has_book:
        return []
    book = Link(words.THE_BOOK.to(report.language, book=report.book.name), ways.page_of_book())
    is_week = report.period.kind == "week"
    return [*([Link(words.THE_WEEK.to(report.language), ways.week(report.period.first))] if is_week else ()), book]


def _ways_of_day(found: DayOfBook, ways: Ways) -> list[Link]:
    """The ways from a day to others."""
    language, dates = ways.language, sorted(found.around)
    links = []

    def add(text: Any, date: dt.date, rel: str = "") -> None:
        links.append(Link(text.to(language, day=said_day(date, language)), ways.day(date), rel))

    week, place = found.date - dt.timedelta(days=7), dates.index(found.date)
    before = dates[place - 1] if place else None
    if before and (ways.has_book or found.date - before == dt.timedelta(days=1)):
        add(words.PREVIOUS_DAY, before, "prev")
    if ways.has_book and place + 1 < len(dates):
        add(words.NEXT_DAY, dates[place + 1], "next")
    if week in found.around:
        add(words.WEEK_BEFORE, week)
    if ways.has_book:
        links.append(Link(words.THE_WEEK.to(language), ways.week(found.date)))
        links.append(Link(words.THE_BOOK.to(language, book=found.book.name), ways.page_of_book()))
    return links


def day_page(ways: Ways, book: Book, date: dt.date) -> str:
    """The page of a day as its book has it.

    Raises:
        ResourceNotFoundError: the book has no such day.
        FileError: the day's file is damaged.
    """
    found = DayOfBook.of(book, date)
    if found is None:
        raise ResourceNotFoundError(texts.NO_SUCH_DAY, book=book.name, day=date)
    report = found.report(ways.language)
    source = words.FROM_BOOK.to(
        ways.language, book=book.name, revision=found.entry.revision, source=found.entry.source or "–"
    )
    around = Around(
        # a link to one day leads nowhere else
        links=_ways_of_day(found, ways) if ways.has_book else (),
        other_language=other_language(ways).day(date),
        source=source,
        forecast=found.forecast(ways.language),
        changes=shown_changes([each for each in reversed(book.revisions()) if each.day == date], ways.language),
    )
    return page(report, found.history, found.rankings(report), around=around)


def week_of_book_page(ways: Ways, book: Book, day: dt.date) -> str:
    """The page of the week of a day.

    Raises:
        ResourceNotFoundError: the book has no day of it.
        FileError: a day's file is damaged.
    """
    monday = day - dt.timedelta(days=day.weekday())
    made = week_page(book, monday, ways.language, ways, other_language=other_language(ways).week(monday))
    if made is None:
        raise ResourceNotFoundError(texts.NO_SUCH_WEEK, book=book.name, day=monday)
    return made


def whole_book_page(ways: Ways, book: Book, to: dt.date | None) -> str:
    """The page of a book, up to a day where one is named."""
    more = {"to": to} if to else {}
    other = other_language(ways).page_of_book(**more)
    forecast = None if to else book.forecast(language=ways.language)
    return book_page(
        book.name,
        book.days(),
        book.revisions(),
        ways.language,
        ways,
        to=to,
        other_language=other,
        forecast=forecast,
    )


def other_language(ways: Ways) -> Ways:
    """The same ways in the other language."""
    other = next(language for language in Language if language is not ways.language)
    return Ways(ways.reader, ways.book, other, ways.to_book)


def answer(request: Request, html: str, *, has_form: bool = False, status: int = 200) -> Response:
    """A page as it is sent: compressed, where the reader takes that, and kept nowhere."""
    body, headers = html.encode(), dict(HEADERS)
    if has_form:
        headers["Content-Security-Policy"] = frame.FORM_POLICY
    if "gzip" in request.headers.get("accept-encoding", "").lower():
        body = gzip.compress(body, _LEVEL)
        headers["Content-Encoding"] = "gzip"
    return Response(body, status, headers, "text/html; charset=utf-8")


def warm() -> None:
    """Load what the first page would wait for: Polars, which reads a day's file, and the templates."""
    import polars as pl  # noqa: F401, PLC0415

    frame.load()
