"""`Understanding`: what a sales file was taken for, what was chosen, what was left out, and what is to be asked.

It stands in the report (`SalesReport.understanding`), is the answer of `daybook.pipeline.inspect`, and never holds a
customer's name or number.
"""

import datetime as dt

from pydantic import BaseModel, ConfigDict, Field


class Model(BaseModel):
    """A part of a report: immutable, and nothing in it that is no finite number."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False, extra="forbid")


class ColumnUse(Model):
    """A column of the file, and the field that it was taken for."""

    field: str = Field(description="date, product, quantity, price, sales, paid, order, status, region ...")
    name: str = Field(description="The column's name as it stands")
    sureness: str = Field(description="named (by the caller), name, name+content or guess")
    why: str = Field(default="", description="Why it was taken for that, in the report's language")


class DatesUse(Model):
    """How the dates were read, and which day is reported."""

    form: str = Field(default="", description="How dates are written, such as 31/10/2026")
    why: str = Field(default="", description="Why they are read so, where it was not plain")
    unfinished: bool = Field(default=False, description="Whether the reported day is not over, or looks like that")
    ends_at: str | None = Field(default=None, description="Time of an unfinished day's last order, such as 00:10")
    passed_over: dt.date | None = Field(default=None, description="A later day, passed over because it is unfinished")
    strays: dict[str, int] = Field(default={}, description="Days that are not plausible, with their rows")
    unreadable_beside: int = Field(
        default=0, description="Rows without a readable date that stand beside rows of the reported day"
    )
    filled_down: int = Field(default=0, description="Rows that took their date from the row above")


class MoneyUse(Model):
    """What a row amounts to."""

    how: str = Field(description="The names of the columns, such as 实付金额, or Price × Quantity − Discount")
    why: str = Field(default="", description="Why, in the report's language")
    currency: str = Field(default="", description="The currency that the file names, if it names one")
    decimal: str = Field(default="", description="The decimal sign, where it was not plain")


class LeftOut(Model):
    """Rows that are no sales, for one reason."""

    reason: str = Field(description="cancelled, unpaid, refunded, returned, total, currency")
    rows: int = Field(description="Such rows of the reported day")
    amount: float = Field(description="What they would have amounted to")
    rows_in_file: int
    example: str = Field(default="", description="What one of them says: a status, the name of a total")


class Question(Model):
    """What would be asked: a parameter, and the values that answer it."""

    code: str
    parameter: str
    sentence: str
    choices: dict[str, str] = Field(description="Each value with what it means")


class Understanding(Model):
    """What a file was taken for."""

    kind: str = Field(default="", description="csv, xlsx, xls, html, json ...")
    encoding: str = ""
    separator: str = ""
    sheets: list[str] = []
    sheets_passed_over: list[str] = []
    header_row: int | None = Field(default=None, description="Line or row of the header, from 1")
    columns: list[ColumnUse] = []
    unused: list[str] = Field(default=[], description="Columns that no figure is made of")
    money: MoneyUse | None = None
    orders_by: str | None = Field(
        default=None, description="The column that orders are counted by; null where each row counts as one"
    )
    dates: DatesUse = Field(default_factory=DatesUse)
    dimensions: dict[str, str] = Field(default={}, description="What is ranked beside products: field and column")
    left_out: list[LeftOut] = []
    repeated_lines: int = Field(default=0, description="Rows that equal another of the same order; they are counted")
    notes: list[str] = Field(default=[], description="What was noticed in the file's layout and cells")
    questions: list[Question] = Field(default=[], description="What has to be answered before there are figures")

    def column(self, field: str) -> str | None:
        """The name of the column that was taken for a field."""
        return next((column.name for column in self.columns if column.field == field), None)
