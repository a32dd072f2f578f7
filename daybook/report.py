"""The report's models: the contract that tools, service, renderers and workflows read.

Money is in the currency of the file, rounded to the cent from exact decimal sums, an exact half to the even cent
(as decimal arithmetic and pandas do). Shares and changes are in percent, rounded to two places. A figure that does
not exist (the average price of a product without any valid price, a change against a day the file does not hold or
that had no sales) is ``None``, never NaN or infinity.
"""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer, WithJsonSchema

from daybook.judgement import Driver, Judgement, Movement
from daybook.language import Language
from daybook.readiness import Readiness
from daybook.values import Model

MOST_DAYS = 62
"""Days of the file that are listed, the newest."""


class ColumnUse(Model):
    """A column of the file, and the field that it was taken for."""

    field: str = Field(description="date, product, quantity, price, sales, paid, order, status, region ...")
    name: str = Field(description="The column's name as it stands")
    sureness: str = Field(description="named (by the caller), name, name+content or guess")
    why: str = Field(default="", description="Why it was taken for that, in the report's language")


class DatesUse(Model):
    """How the dates were read, and which day is reported."""

    form: str = Field(default="", description="How dates are written: one of them, such as 31/10/2026 = 2026-10-31")
    day: dt.date | None = Field(default=None, description="The day that is reported")
    first: dt.date | None = Field(default=None, description="The first plausible day of the file")
    last: dt.date | None = None
    count: int = Field(default=0, description="Plausible days of the file")
    days: list[dt.date] = Field(default=[], description=f"Those days, the newest {MOST_DAYS} at the most")
    why: str = Field(default="", description="Why they are read so, where it was not plain")
    unfinished: bool = Field(default=False, description="Whether the reported day is not over, or looks like that")
    ends_at: str | None = Field(default=None, description="Time of an unfinished day's last order, such as 00:10")
    passed_over: dt.date | None = Field(default=None, description="A later day, passed over because it is unfinished")
    awaited: dt.date | None = Field(
        default=None,
        description="The day before the run, where the last complete day was asked for and is an earlier one",
    )
    strays: dict[str, int] = Field(default={}, description="Days that are not plausible, with their rows")
    unreadable_beside: int = Field(
        default=0, description="Rows without a readable date that stand beside rows of the reported day"
    )
    filled_down: int = Field(default=0, description="Rows that took their date from the row above")

    @property
    def whole_hours(self) -> int:
        """How many hours of an unfinished day are over; the last one if an order came in its last ten minutes."""
        hour, minute = map(int, (self.ends_at or "0:00").split(":")[:2])
        return hour + (minute >= 50)  # noqa: PLR2004


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
    amount_in_file: float = 0.0
    example: str = Field(default="", description="What one of them says: a status, the name of a total")


class Overlap(Model):
    """Rows of a file that stand in an earlier one as well, where several files are read as one table."""

    file: int = Field(description="The number of the file, from 1")
    other: int = Field(description="The number of the earlier file")
    rows: int = Field(description="Such rows; they are counted in both")


class Question(Model):
    """What would be asked: a parameter, and the values that answer it."""

    code: str
    parameter: str
    sentence: str
    choices: dict[str, str] = Field(description="Each value with what it means")


class Confirmed(Model):
    """An answer that a person gave before, to the same question on a file with the same columns."""

    parameter: str
    value: str
    on: dt.date = Field(description="When it was given")
    sentence: str


class Understanding(Model):
    """What a file was taken for."""

    kind: str = Field(default="", description="csv, xlsx, xls, html, json ...")
    encoding: str = ""
    separator: str = ""
    sheets: list[str] = Field(default=[])
    sheets_passed_over: list[str] = Field(default=[])
    header_digest: str = Field(default="", description="The same for files whose columns have the same names")
    header_row: int | None = Field(default=None, description="Line or row of the header, from 1")
    columns: list[ColumnUse] = Field(default=[])
    unused: list[str] = Field(default=[], description="Columns that no figure is made of")
    money: MoneyUse | None = None
    orders_by: str | None = Field(
        default=None, description="The column that orders are counted by; null where each row counts as one"
    )
    dates: DatesUse = Field(default_factory=DatesUse)
    dimensions: dict[str, str] = Field(default={}, description="What is ranked beside products: field and column")
    left_out: list[LeftOut] = Field(default=[])
    engine: str = Field(default="", description="What added the rows up: pandas or polars")
    engine_why: str = Field(default="", description="Why that was pandas where Polars, which is faster, is installed")
    repeated_lines: int = Field(default=0, description="Rows that equal another of the same order; they are counted")
    without_cost: int = Field(
        default=0, description="Rows of the file without a readable cost or profit, where it has such a column"
    )
    overlaps: list[Overlap] = Field(default=[], description="Rows that stand in more than one of the files")
    notes: list[str] = Field(default=[], description="What was noticed in the file's layout and cells")
    confirmed: list[Confirmed] = Field(default=[], description="Answers of before that were used again")
    questions: list[Question] = Field(default=[], description="What has to be answered before there are figures")

    def column(self, field: str) -> str | None:
        """The name of the column that was taken for a field."""
        return next((column.name for column in self.columns if column.field == field), None)


MAX_LIST = 30
"""Lists stay at 30 items or fewer: a Dify code node refuses longer ones."""


def _plain_number(value: float) -> int | float:
    return int(value) if value == int(value) else value


Quantity = Annotated[
    float,
    PlainSerializer(_plain_number, when_used="json-unless-none"),
    WithJsonSchema({"type": "number"}),
]
"""Units sold: a whole number wherever it is one, else up to six decimals (kilograms, metres)."""
_BEFORE = "Sales on the day that `moved` names, 0 where there were none; null where that day is known in total alone"


class Summary(Model):
    """The day in four figures."""

    total_sales: float = Field(description="Sum of what the day's rows amount to, in cents exact")
    total_orders: int = Field(description="Orders by their number, or rows where the file numbers none")
    total_quantity: Quantity = Field(description="Units sold")
    average_order_value: float = Field(description="total_sales divided by total_orders; 0 without orders")


class Comparison(Model):
    """The day against an earlier day that the file holds too."""

    date: dt.date
    total_sales: float
    total_orders: int
    total_quantity: Quantity
    sales_change: float = Field(description="Sales of the day less sales of the earlier day")
    sales_change_percent: float | None = Field(
        description="sales_change in percent of the earlier day's sales; null where those are 0 or negative"
    )
    orders_change: int
    orders_change_percent: float | None


class DaySales(Model):
    """What a day of the file, or of the book, came to."""

    date: dt.date
    sales: float


class ProductFigures(Model):
    """One product on the day. Ranked by sales, ties by name."""

    product: str
    sales: float
    orders: int
    quantity: Quantity
    average_price: float | None = Field(description="Mean of the valid prices; null where there is none")
    share: float | None = Field(description="Percent of total_sales; null where that is 0")
    before: float | None = Field(default=None, description=_BEFORE)


class RegionFigures(Model):
    """One region on the day. Ranked by sales, ties by name."""

    region: str
    sales: float
    orders: int
    quantity: Quantity
    share: float | None = Field(description="Percent of total_sales; null where that is 0")
    before: float | None = Field(default=None, description=_BEFORE)


class Ranking(Model):
    """The values of one dimension of the day, ranked by sales."""

    dimension: str = Field(description="region, city, country, store, channel or category")
    column: str = Field(description="The name of the column")
    values: list[RegionFigures] = Field(description="At most 30; ``region`` is the value")
    distinct: int = Field(description="Distinct values of the day, an empty one counting as one")


class Margin(Model):
    """What was earned on the day, where the file says what goods cost or what they earned."""

    profit: float
    percent: float | None = Field(description="profit in percent of total_sales; null where that is 0")


class PriceBandFigures(Model):
    """One price band on the day, in ascending order of price. A price of 0 or below is in no band."""

    band: str = Field(description="0-100, 100-500, 500-1000, 1000-5000 or 5000+; the upper bound belongs to the band")
    sales: float
    orders: int
    quantity: Quantity
    share: float | None = Field(description="Percent of total_sales; null where that is 0")


class DataInfo(Model):
    """What the file holds."""

    first_date: dt.date | None
    last_date: dt.date | None
    days: int = Field(description="Distinct dates in the file")
    records: int = Field(description="Rows of the reported day")
    unique_products: int = Field(description="Distinct products of the day, an empty one counting as one")
    unique_regions: int = Field(description="Distinct regions of the day, an empty one counting as one")


class DataQuality(Model):
    """What was wrong with the rows. ``rows_*`` speak of the whole file, the rest of the reported day."""

    rows_read: int = Field(description="Rows in the file below the header, wholly blank ones aside")
    rows_left_out: int = Field(description="Rows that belong to no day: blank_dates + bad_dates")
    blank_dates: int
    bad_dates: int = Field(description="Date cells that are no date by the rule of daybook.table")
    blank_prices: int
    bad_prices: int = Field(description="Price cells that are no number by the rule of daybook.table")
    blank_quantities: int
    bad_quantities: int
    blank_products: int
    blank_regions: int
    refunds: int = Field(description="Orders whose sales are negative")
    refund_sales: float = Field(description="Sum of those sales: 0 or negative")
    blank_sales: int = Field(default=0, description="Blank cells in the column of money, where one says a row's sales")
    bad_sales: int = Field(default=0, description="Cells there that are no number")


class HourFigures(Model):
    """One hour of the day."""

    hour: int = Field(description="0 to 23; 14 is the hour from 14:00 to 15:00")
    sales: float
    lines: int = Field(description="Rows that are sales")
    usual: float | None = Field(
        default=None,
        description="The median of the same weekdays of the eight weeks before, or of the days of the four weeks before"
        " where fewer than three are known by the hour; null where neither are",
    )


class EarlierPeriod(Model):
    """An earlier week, month or range; `daybook.period_days` says which days of the two are compared."""

    first: dt.date
    last: dt.date
    due: int = Field(description="Its days by the calendar")
    held: int = Field(description="Those of which there is data")
    compared: int = Field(default=0, description="Days of the reported period that are compared; 0 where none are")
    is_partial: bool = Field(default=False, description="Whether only the days that both have are compared")
    comparison: Comparison | None = Field(default=None, description="Against those days; ``date`` is its first day")
    own: Summary | None = Field(default=None, description="The reported days that are compared, where not all are")
    average_change_percent: float | None = Field(
        default=None, description="Change of sales per day, where the two have not as many days"
    )


class PeriodUse(Model):
    """The week, month or range that is reported, how much of it is known, and what it is compared with."""

    kind: Literal["week", "month", "range"]
    name: str = Field(description="Such as 2026-W45 (ISO 8601), 2026-10 or 2026-10-01..2026-10-15")
    first: dt.date
    last: dt.date
    due: int = Field(description="Its days by the calendar")
    held: int = Field(description="Those of which there is data")
    is_over: bool = Field(default=True, description="False while its last day is still to come")
    missing: list[dt.date] = Field(default=[], description=f"Past days without data, the first {MAX_LIST}")
    closed: list[dt.date] = Field(default=[], description="The same on a weekday that had none for four weeks either")
    unfinished: list[dt.date] = Field(default=[], description="Days that were not over when their file was made")
    other_currency: list[dt.date] = Field(default=[], description="Days in another currency: they are in no figure")
    average_sales: float = Field(description="Sales per day of which there is data")
    orders_by_day: bool = Field(default=False, description="Whether order numbers begin anew each day")
    former: EarlierPeriod | None = Field(default=None, description="The period before; null where there is none")
    year_before: EarlierPeriod | None = Field(
        default=None, description="52 weeks before a week, else the same month or dates of the year before"
    )
    drivers: list[Driver] = Field(default=[], description="The change against the former, as in `judgement.parts`")
    driver_sentences: dict[str, list[str]] = Field(default={}, description="What explains most of it, by language")


class BookUse(Model):
    """What the book of a business did for a report: what it keeps of the file, and gave to compare with."""

    name: str
    revision: int = Field(default=0, description="Of the reported day: 1 when it is new, one more with each change")
    taken: str = Field(
        default="",
        description="What the file's day was taken for: new, same, addition, part, completion or correction",
    )
    compared: list[dt.date] = Field(default=[], description="Earlier days whose figures come from the book")
    corrections: list[str] = Field(
        default=[], description="Sentences on days whose figures had been reported and changed, one a day"
    )
    correction_key: str = Field(
        default="", description="The book with those days and their revisions: a delivery key; empty without any"
    )
    notes: list[str] = Field(default=[], description="Sentences on what was taken for what")


class SalesReport(Model):
    """What happened in a day or a period, in a language. Version 1 of the contract; fields are only ever added."""

    version: Literal[1] = 1
    report_key: str = Field(description="Date and a digest of the figures: the same file, the same key")
    language: Language
    has_data: bool = Field(description="False where the file has its columns but not one row")
    analysis_date: dt.date | None = Field(description="The day; of a week, month or range its last day")
    summary: Summary
    previous_day: Comparison | None = Field(description="Against the day before, where the file holds it")
    week_before: Comparison | None = Field(
        description="Against the same weekday a week before, where the file holds it"
    )
    top_products: list[ProductFigures]
    regions: list[RegionFigures]
    price_bands: list[PriceBandFigures]
    insights: list[str] = Field(description="Sentences in the report's language, most important first")
    warnings: list[str] = Field(description="Sentences on what was wrong with the data, in the report's language")
    data_info: DataInfo
    quality: DataQuality
    lines: int = Field(default=0, description="Rows of the day that are sales; total_orders where no order is numbered")
    rankings: list[Ranking] = Field(
        default=[], description="What is ranked beside products, up to three; the first is regions under its own name"
    )
    margin: Margin | None = Field(default=None, description="null where the file has neither cost nor profit")
    days: list[DaySales] = Field(
        default=[],
        description="The reported day and those of the 29 days before it that the file holds, in order; of a week its"
        " days and those of the three weeks before, of a month or range its own, at most 62",
    )
    hours: list[HourFigures] = Field(
        default=[],
        description="The day by the hour, from its first to its last (or the usual one); empty where not every row says"
        " its time of day",
    )
    moved: Movement | None = Field(
        default=None, description="What moved sales; null where no earlier day is known product by product"
    )
    doubts: list[str] = Field(
        default=[], description="The warnings that put the day's total in doubt, said at the head of the report"
    )
    understanding: Understanding | None = Field(default=None, description="What the file was taken for")
    book: BookUse | None = Field(default=None, description="What the book did; null where none was named")
    judgement: Judgement | None = Field(
        default=None, description="Whether the day is as expected, and why; null without a book, and of a period"
    )
    period: PeriodUse | None = Field(
        default=None, description="The week, month or range that is reported; null for a day"
    )
    readiness: Readiness | None = Field(default=None, description="Whether the day's data is there and whole")

    @property
    def drivers(self) -> list[str]:
        """The parts that explain most of the change of sales, in sentences."""
        if self.period:
            return self.period.driver_sentences.get(self.language, [])
        return self.judgement.drivers if self.judgement else []
