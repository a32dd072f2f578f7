"""A source in a database: a table, or a query with ``:day`` in it, read in a read-only transaction.

PostgreSQL (and what speaks its protocol, such as Hologres), MySQL, MariaDB and SQLite. SQLAlchemy is loaded when a
source is read.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from pydantic import Field, SecretStr, model_validator

from daybook.errors import ParameterError
from daybook.limits import Limits
from daybook.sources import texts
from daybook.sources.base import SourcePart, SourceSettings, Window

if TYPE_CHECKING:
    from daybook.sources.sql_rows import Reader

SCHEMES = ("postgresql", "postgres", "mysql", "mariadb", "sqlite")
"""What an address may begin with; a driver may be named behind a plus sign."""


class SqlSource(SourceSettings):
    """A table or a query of a database."""

    kind: Literal["sql"]
    needs: ClassVar[str] = "SQLAlchemy"

    url: SecretStr = Field(description="Address of the database; its password as ${VARIABLE}")
    table: str | None = Field(None, min_length=1, description="The table, with its schema before a point")
    query: str | None = Field(None, min_length=1, description="A SELECT with :day in it, and :first for a first day")
    seconds: float = Field(60, gt=0, le=86_400, description="What one statement may take")
    push_down: bool = Field(
        default=True, description="Whether the database counts equal rows, where its types allow it exactly"
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.table is None) == (self.query is None):
            raise ValueError("either table or query is wanted")
        if self.url.get_secret_value().partition("://")[0].partition("+")[0] not in SCHEMES:
            raise ValueError(f"url begins with one of {', '.join(SCHEMES)}")
        if self.table and "date" not in {field.strip().lower() for field in self.columns}:
            raise ValueError("columns has to name the column of dates, such as date = 'sold_at'")
        if self.query and ":day" not in self.query:
            raise ValueError("the query has to have :day in it")
        return self

    def latest_day(self, today: dt.date) -> dt.date | None:
        """The table's latest day not after ``today``.

        Raises:
            ParameterError: a query cannot tell.
        """
        if self.query:
            raise ParameterError(texts.DAY_NEEDED, name=self.name)
        with self._reader(Window(today, today)) as reader:
            return reader.latest_day(today)

    @contextmanager
    def opened(self, window: Window, folder: Path, limits: Limits) -> Iterator[Iterator[SourcePart]]:  # noqa: ARG002  nothing is fetched
        """The rows of the window's days, counted by the database where that is exact."""
        with self._reader(window) as reader:
            yield iter([SourcePart(reader.table(limits), None)])

    @contextmanager
    def _reader(self, window: Window) -> Iterator["Reader"]:
        from daybook.sources.sql_rows import connected  # noqa: PLC0415  SQLAlchemy is loaded when first needed

        with connected(self, window) as reader:
            yield reader
