"""`Ahead`: the coming days of a book, as a picture and as figures; a sentence where too little is known."""

from collections.abc import Sequence
from dataclasses import dataclass

from daybook.charts import Chart
from daybook.charts.ahead import ahead_chart
from daybook.expect.forecast import Forecast, ForecastDay
from daybook.language import Language
from daybook.words.figures import DASH, day, rough_amount


@dataclass(frozen=True, slots=True)
class ComingDay:
    """A day that is still to come, in words."""

    name: str
    special: str
    amount: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a page shows of a forecast."""

    chart: Chart | None
    days: Sequence[ComingDay]
    notes: Sequence[str]
    """Why there is no forecast; what is to be said of one stands in its picture."""

    @classmethod
    def of(cls, forecast: Forecast, language: Language) -> "Ahead":
        """That of a forecast in the same language."""
        chart = ahead_chart(forecast, language=language)
        return cls(
            chart=chart,
            days=[_coming(each, language) for each in forecast.days],
            notes=[] if chart else forecast.notes,
        )


def _coming(each: ForecastDay, language: Language) -> ComingDay:
    amounts = (DASH if value is None else rough_amount(value, language)
               for value in (each.expected_sales, each.low, each.high))  # fmt: skip
    return ComingDay(day(each.date, language), each.special, *amounts)
