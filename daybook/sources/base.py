"""`SourceSettings`: what the settings of every kind of source have in common, and what a kind has to be able to do."""

import datetime as dt
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from daybook.days import COMPARED_DAYS
from daybook.errors import ParameterError
from daybook.limits import Limits
from daybook.parameters import AnalysisParameters
from daybook.sources import texts
from daybook.table import Table

MAX_NAME = 64


class Window(NamedTuple):
    """The days that a report is about: the reported one is the last, unless that is still to be seen."""

    first: dt.date
    last: dt.date
    is_open: bool = False
    """The last complete day is wanted, which may be an earlier one."""

    @property
    def days(self) -> list[dt.date]:
        """All days from first to last."""
        return [self.first + dt.timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    @property
    def compared(self) -> frozenset[dt.date]:
        """The reported day and those that it is compared with."""
        if self.is_open:
            return frozenset(self.days)
        return frozenset(
            day for before in (0, *COMPARED_DAYS) if (day := self.last - dt.timedelta(days=before)) >= self.first
        )


class SourcePart(NamedTuple):
    """A table of a source, and the days that it speaks for; rows of other days in it do not count."""

    table: Table
    days: frozenset[dt.date] | None
    """None where it speaks for every day in it."""


def _listed(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) else value


class SourceSettings(BaseModel):
    """What every source has."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    needs: ClassVar[str] = ""
    """What has to be installed beside Daybook's own requirements, as pip is told."""

    name: str
    title: str = Field("", max_length=200, description="What the source is called to a person")
    columns: dict[str, str] = Field({}, description="The source's columns by Daybook's fields")
    sheet: str | None = None
    date_format: str | None = None
    decimal: str | None = None
    zone: str | None = None
    currency: str | None = None
    dimensions: Annotated[str | None, BeforeValidator(_listed)] = None
    empty_day: Literal["error", "zero"] = Field(
        "error", description="What a day without rows is: an error, or a day on which nothing was sold"
    )
    days_before: int = Field(7, ge=0, le=366, description="Days before the reported one that are read to compare it")

    @property
    def type_name(self) -> str:
        """The kind, as the settings name it."""
        return str(getattr(self, "kind", ""))

    def asked(self, parameters: AnalysisParameters) -> AnalysisParameters:
        """What is asked of the source's table: the caller's wishes, and how the settings say that it is read.

        Raises:
            ParameterError: the caller maps columns, which is for the settings alone.
        """
        if parameters.columns:
            raise ParameterError(texts.COLUMNS_ARE_SET, name=self.name)
        names = ("sheet", "date_format", "decimal", "zone", "currency", "dimensions")
        ours: dict[str, Any] = {"columns": self.columns} | {name: getattr(self, name) for name in names}
        given = {name: value for name, value in ours.items() if value}
        theirs = {name: value for name, value in parameters.model_dump().items() if value and name not in given}
        if parameters.dimensions:
            given["dimensions"] = parameters.dimensions
        return AnalysisParameters.model_validate(theirs | given)

    def latest_day(self, today: dt.date) -> dt.date | None:
        """The latest day that there is something of; None where there is nothing.

        Raises:
            ParameterError: the source cannot tell, so that a day has to be named.
        """
        raise NotImplementedError

    def opened(self, window: Window, folder: Path, limits: Limits) -> AbstractContextManager[Iterator[SourcePart]]:
        """The source's tables of the days of a window, that of the last day first; none where there is nothing.

        Args:
            window: the days.
            folder: where files that are fetched may lie meanwhile.
            limits: what may be held.

        Raises:
            SourceError: the source cannot be read; whether it may be asked again says its ``retry_after``.
        """
        raise NotImplementedError
