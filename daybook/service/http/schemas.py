"""The shapes of answers, for the service's documentation. Answers themselves are made in the workers."""

from pydantic import BaseModel, Field

from daybook.report import SalesReport


class ErrorAnswer(BaseModel):
    """What went wrong, in one sentence."""

    detail: str = Field(description="What is wrong and what to do, for a person")
    code: str = Field(description="What is wrong, for a program")
    kind: str = Field(description="Which kind of error it is: question, table, parameter, too_large ...")
    request_id: str = Field(description="The request's id, by which the service's log can be searched")
    question: "QuestionAnswer | None" = Field(None, description="With the kind question: what has to be decided")


class ChoiceAnswer(BaseModel):
    """One answer to a question."""

    value: str = Field(description="What to send as the parameter")
    meaning: str = Field(description="What it means, for a person")


class QuestionAnswer(BaseModel):
    """What has to be decided before the file can be read."""

    parameter: str = Field(description="The parameter to send the request again with")
    choices: list[ChoiceAnswer] = Field(description="The values that it may have")


class ReportLinks(BaseModel):
    """Addresses that open the report without a key, for a while."""

    page: str = Field(description="The report to read, on a phone too")
    markdown: str = Field(description="The report as Markdown text")
    json_: str = Field(alias="json", description="The report for programs")


class StoredReport(SalesReport):
    """A report, with the id under which it is kept."""

    id: str = Field(description="By this id get_report gives the report again")
    links: ReportLinks


class SingleDaySummary(BaseModel):
    """The day in four figures."""

    total_sales: float
    total_orders: int
    total_quantity: float
    average_order_value: float


class SingleDayProduct(BaseModel):
    """One of the five best products."""

    product: str
    sales: float
    quantity: int
    avg_price: float | None


class SingleDayRegion(BaseModel):
    """One region."""

    region: str
    sales: float
    quantity: int
    percentage: float


class SingleDayBand(BaseModel):
    """One price band."""

    range: str
    sales: float
    quantity: int


class SingleDayInfo(BaseModel):
    """What the file holds."""

    date_range: str
    total_records: int
    unique_products: int
    unique_regions: int


class SingleDayAnswer(BaseModel):
    """The single-day analysis."""

    analysis_date: str
    summary: SingleDaySummary
    top_products: list[SingleDayProduct]
    region_analysis: list[SingleDayRegion]
    price_range_analysis: list[SingleDayBand]
    insights: list[str]
    data_info: SingleDayInfo
