"""`explain_page`: a day of a book with the form in which to say why it was no ordinary one.

The link to it is of its own kind (`daybook.service.reports.pages.explain_address`): it stands in what the alarmed group
gets, and on no page that a link to read opens.
"""

import datetime as dt
from collections.abc import Mapping
from urllib.parse import urlencode

from daybook.book import Book
from daybook.errors import ParameterError
from daybook.language import Language
from daybook.page import texts as words
from daybook.page.day import Around, page
from daybook.page.explain import Form, choices_of, in_words
from daybook.page.from_book import DayOfBook
from daybook.service import texts
from daybook.service.errors import ResourceNotFoundError
from daybook.service.http.authenticator import PARAMETER
from daybook.service.reports.pages import Reader, token_to_explain

PLACE = "explain.html"


def way_to(reader: Reader, book: str, day: dt.date, language: Language) -> str:
    """The form's address from itself, for who is there."""
    token = reader.link or token_to_explain(reader.service, book, day)
    return f"{PLACE}?{urlencode({PARAMETER: token, 'language': language})}"


def explain_page(
    reader: Reader,
    book: Book,
    day: dt.date,
    language: Language,
    asked: Mapping[str, str] | None = None,
    error: ParameterError | None = None,
) -> str:
    """A day as its book has it, with the form.

    Args:
        reader: who is there, by a link to explain the day or by a key.
        book: the book.
        day: the day.
        language: of the page.
        asked: what the form was sent with, where that was not taken.
        error: why not.

    Raises:
        ResourceNotFoundError: the book has no such day.
        FileError: the day's file is damaged.
    """
    found = DayOfBook.of(book, day)
    if found is None:
        raise ResourceNotFoundError(texts.NO_SUCH_DAY, book=book.name, day=day)
    held, said = found.entry.explained, book.said(day)
    report = found.report(language)
    asked = asked or ({"because": held.because, "note": held.note} if held else {})
    form = Form(
        action=way_to(reader, book.name, day, language),
        held=words.HELD.to(language, said=held.said, what=in_words(held, language)) if held else "",
        choices=choices_of(asked.get("because", ""), language),
        note=asked.get("note", ""),
        until=f"{dt.datetime.fromtimestamp(reader.expires, dt.UTC):%Y-%m-%d %H:%M} UTC" if reader.expires else "",
        history=[(f"{each.at:%Y-%m-%d %H:%M}", in_words(each.explanation, language)) for each in reversed(said)],
        error=error.sentence(language) if error else "",
    )
    other = next(each for each in Language if each is not language)
    source = words.FROM_BOOK.to(
        language, book=book.name, revision=found.entry.revision, source=found.entry.source or "–"
    )
    around = Around(other_language=way_to(reader, book.name, day, other), source=source)
    return page(report, found.history, found.rankings(report), around=around, form=form)
