"""`ReportsClient`: has sales files analysed by a service."""

import json
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple, Self
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from daybook.errors import (
    DaybookError,
    FileError,
    LimitError,
    ParameterError,
    ServiceError,
    SourceDownError,
    SourceEmptyError,
    SourceError,
    TableError,
    of_file,
)
from daybook.limits import DIFY_TOOL_SECONDS
from daybook.parameters import AnalysisParameters
from daybook.report import SalesReport, Understanding
from daybook.service_client import texts
from daybook.service_client.connection import (
    NOT_BEGUN,
    ServiceConnection,
    parse_answer,
    retrying_while_busy,
)

ANALYSIS_SECONDS = DIFY_TOOL_SECONDS - 20
"""What an analysis may take once the file is sent."""
UNFINISHED = NOT_BEGUN | {"worker_lost"}
"""Codes after which work that changes nothing may be sent again."""
SOURCE_UNFINISHED = UNFINISHED | {"source_down"}
type Pieces = Iterable[bytes]
type Openable = Callable[[], AbstractContextManager[Pieces]]
"""A file that can be opened again for another attempt, and comes in pieces."""


class OfferedSource(NamedTuple):
    """A source that the service can read itself."""

    name: str
    title: str


class ReportsClient:
    """Has sales files analysed by a service."""

    def __init__(
        self,
        connection: ServiceConnection,
        *,
        seconds: float = ANALYSIS_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """A client that waits ``seconds`` for an answer."""
        self._connection = connection
        self._seconds = seconds
        self._sleep = sleep
        self.links: Mapping[str, str] = {}
        """Addresses of the last report's renderings, for a while; ``picture`` is empty where no phone can open them."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def report(self, files: Openable | Sequence[Openable], parameters: AnalysisParameters) -> SalesReport:
        """The report on one day of a sales file, or of several that are one table.

        A file goes to the service as it comes, and is never whole in memory. It is sent again only where the
        service says that it did no work, or could not be connected to; an analysis changes nothing, so that a
        worker that was lost is reason enough too.

        Raises:
            TableError: the file is no sales table, or holds no row for the day.
            ParameterError: a parameter names what the file does not have.
            LimitError: it is larger, or takes longer, than the service allows.
            ServiceError: the service cannot be reached, or did not answer as it should.
        """
        every = [files] if callable(files) else list(files)
        return retrying_while_busy(lambda: self._once(SalesReport, every, parameters), self._sleep)

    def report_on(self, source: str, parameters: AnalysisParameters) -> SalesReport:
        """The report on one day of a named source of the service.

        It is asked for again where the source cannot be read for the moment, as long as that makes sense.

        Raises:
            SourceError: the source cannot be read, or has no row of the day; `SourceDownError` and `SourceEmptyError`
                may be asked again later.
            ParameterError: there is no such source, or a parameter names what it does not have.
            TableError: what it holds is no sales table.
            LimitError: it holds more, or takes longer, than the service allows.
            ServiceError: the service cannot be reached, or did not answer as it should.
        """
        body = {"source": source, **_as_sent(parameters)}
        return retrying_while_busy(
            lambda: self._sent(SalesReport, SOURCE_UNFINISHED, json=body),
            self._sleep,
        )

    def report_of_book(self, book: str, parameters: AnalysisParameters) -> SalesReport:
        """The report on a week, a month or a range of a book of the service.

        Raises:
            ParameterError: there is no such book.
            TableError: the book has no day of the period.
            ServiceError: the service cannot be reached, or did not answer as it should.
        """
        body = {name: text for name, text in _as_sent(parameters).items() if name in _OF_BOOK}
        path = f"/v1/books/{quote(book.strip(), safe='')}/reports"
        return retrying_while_busy(lambda: self._sent(SalesReport, UNFINISHED, path, json=body), self._sleep)

    def understanding(self, files: Sequence[Openable] | str, parameters: AnalysisParameters) -> Understanding:
        """What files, or a named source, are taken for, or what would be asked; the service keeps nothing of them.

        Errors are those of `report` and `report_on`, without `QuestionError`.
        """
        if isinstance(files, str):
            body = {"source": files, **_as_sent(parameters)}
            return retrying_while_busy(lambda: self._sent(Understanding, SOURCE_UNFINISHED, json=body), self._sleep)
        return retrying_while_busy(lambda: self._once(Understanding, files, parameters), self._sleep)

    def sources(self) -> list[OfferedSource]:
        """The named sources of the service.

        Raises:
            ServiceError: the list is not available.
        """
        listed = self._connection.listed("/v1/sources", "sources", texts.SOURCES_FAILED)
        try:
            return [OfferedSource(str(each["name"]), str(each["title"])) for each in listed]
        except KeyError:
            raise ServiceError(texts.NO_SERVICE) from None

    def _once[M: BaseModel](self, model: type[M], files: Sequence[Openable], parameters: AnalysisParameters) -> M:
        boundary = secrets.token_hex(16)
        alone = len(files) == 1
        with files[0]() if alone else nullcontext(_parts(files, boundary)) as pieces:
            return self._sent(
                model,
                UNFINISHED,
                params=_as_sent(parameters),
                data=iter(pieces),
                headers={
                    "Content-Type": "application/octet-stream" if alone else f"multipart/form-data; boundary={boundary}"
                },
            )

    def _sent[M: BaseModel](self, model: type[M], again: frozenset[str], path: str = "", **request: Any) -> M:
        answer = self._connection.send("POST", path or _PATHS[model], seconds=self._seconds, **request)
        values = parse_answer(answer, again, _REFUSALS)
        known = {name: values[name] for name in model.model_fields if name in values}
        links = values.get("links")
        self.links = {str(name): str(link) for name, link in links.items()} if isinstance(links, dict) else {}
        try:
            return model.model_validate_json(json.dumps(known), extra="ignore")
        except ValidationError:
            raise ServiceError(texts.OTHER_VERSION) from None


def _as_sent(parameters: AnalysisParameters) -> dict[str, str]:
    # a tool's own model may hold more, such as its file
    return {name: text for name, text in parameters.as_text().items() if name in _PARAMETERS}


def _parts(files: Sequence[Openable], boundary: str) -> Iterator[bytes]:
    """A form of the files, each opened when its turn comes, under its number: a name would be content.

    Raises:
        FileError: one of them is not available; the sentence says which.
    """
    for number, file in enumerate(files, 1):
        yield (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{number}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        try:
            with file() as pieces:
                yield from pieces
        except DaybookError as error:
            raise of_file(error, number) from None
        yield b"\r\n"
    yield f"--{boundary}--\r\n".encode()


_PATHS: dict[type[BaseModel], str] = {SalesReport: "/v1/reports", Understanding: "/v1/inspect"}
_PARAMETERS = frozenset(AnalysisParameters.model_fields)
_OF_BOOK = frozenset({"period", "date", "top_n", "zone", "language"})
_REFUSALS: dict[str | int, type[DaybookError]] = {
    "table": TableError,
    "file": FileError,
    "source": SourceError,
    "source_down": SourceDownError,
    "source_empty": SourceEmptyError,
    "parameter": ParameterError,
    "too_large": LimitError,
    "memory_limit": LimitError,
    "time_limit": LimitError,
}
